"""Hopf normal form."""

from .model import HopfModel

__all__ = ["HopfModel"]
