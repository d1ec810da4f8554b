"""Default parameters."""

from .model import WWModel

loadDefaultParams = WWModel.default_parameters
