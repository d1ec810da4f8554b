"""The BOLD signal of any activity."""

from .model import BOLDModel
from .timeIntegration import simulateBOLD

__all__ = ["BOLDModel", "simulateBOLD"]
