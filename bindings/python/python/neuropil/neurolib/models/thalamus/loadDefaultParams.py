"""Default parameters."""

from .model import ThalamicMassModel


def loadDefaultParams(seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return ThalamicMassModel.default_parameters(seed=seed)
