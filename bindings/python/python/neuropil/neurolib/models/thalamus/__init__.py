"""Thalamic relay and reticular populations."""

from .model import ThalamicMassModel

__all__ = ["ThalamicMassModel"]
