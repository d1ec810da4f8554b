"""Default parameters."""

from .model import WCModel

loadDefaultParams = WCModel.default_parameters
