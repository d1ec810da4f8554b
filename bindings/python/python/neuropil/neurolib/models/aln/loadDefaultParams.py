"""Default parameters."""

from neuropil import _neuropil

from ..catalogue_model import default_parameters
from .model import ALNModel

_ORDER = "mufe mufi seem seim seev seiv siim siem siiv siev rates_exc rates_inh IA".split()

#: Options of neurolib that must stay off, or have no effect there either.
_OPTIONS = {"filter_sigma": 0, "distr_delay": 0, "tau_de": 1.0, "tau_di": 1.0, "warn": 0, "dosc_version": 0, "fast_interp": 1}


#: neurolib's names of the neuron of the transfer table that are no parameters of the model: they act through the table.
NEURON = {
    "EL": "leak_potential",
    "DeltaT": "slope_factor",
    "VT": "threshold_potential",
    "Vr": "reset_potential",
    "Vs": "spike_potential",
    "Tref": "refractory_period",
}


def neuron():
    """Values of :data:`NEURON`, under neurolib's names."""
    values = _neuropil.transfer_neuron()
    return {name: values[ours] for name, ours in NEURON.items()}


def loadDefaultParams(Cmat=None, Dmat=None, lookupTableFileName=None, seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    if lookupTableFileName is not None:
        raise ValueError(f"`lookupTableFileName`: found {lookupTableFileName!r}, expected None\n"
                         "hint: the transfer table is built in")
    pasts = ("rates_exc_init", "rates_inh_init", "IA_init")
    order = [f"{state}_init" for state in _ORDER]
    return default_parameters(ALNModel, Cmat, Dmat, seed, pasts, order, model="aln", **neuron(), **_OPTIONS)
