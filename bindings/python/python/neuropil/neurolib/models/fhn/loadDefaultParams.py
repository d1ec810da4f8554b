"""Default parameters."""

from .model import FHNModel

loadDefaultParams = FHNModel.default_parameters
