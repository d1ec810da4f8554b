"""Exploration of parameters."""

from .exploration import BoxSearch

__all__ = ["BoxSearch"]
