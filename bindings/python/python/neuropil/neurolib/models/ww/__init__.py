"""Wong-Wang model of an excitatory and an inhibitory population."""

from .model import WWModel

__all__ = ["WWModel"]
