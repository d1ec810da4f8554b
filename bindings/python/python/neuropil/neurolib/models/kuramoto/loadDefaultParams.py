"""Default parameters."""

from .model import KuramotoModel

loadDefaultParams = KuramotoModel.default_parameters
