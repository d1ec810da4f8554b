"""Default parameters."""

from .model import HopfModel

loadDefaultParams = HopfModel.default_parameters
