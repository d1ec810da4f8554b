"""FitzHugh-Nagumo oscillators."""

from .model import FHNModel

__all__ = ["FHNModel"]
