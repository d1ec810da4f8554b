"""Default parameters."""

from ..catalogue_model import default_parameters
from .model import WWModel


def loadDefaultParams(Cmat=None, Dmat=None, seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return default_parameters(WWModel, Cmat, Dmat, seed, pasts=('ses_init', 'sis_init'))
