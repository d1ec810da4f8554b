"""Wilson-Cowan populations."""

from .model import WCModel

__all__ = ["WCModel"]
