"""Kuramoto phase oscillators."""

from .model import KuramotoModel

__all__ = ["KuramotoModel"]
