"""Evolution of parameters."""

from .evolution import Evolution

__all__ = ["Evolution"]
