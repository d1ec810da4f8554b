"""Exploration of parameters, and evolution."""
