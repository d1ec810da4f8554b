"""Adaptive linear-nonlinear cascade of exponential integrate-and-fire neurons."""

from .model import ALNModel

__all__ = ["ALNModel"]
