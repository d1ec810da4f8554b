"""Values that may differ among nodes and trials."""

from __future__ import annotations

from typing import Any

import numpy as np

from .units import number

__all__ = ["Trials", "trials"]

#: A number, (nodes,), (trials, 1) or (trials, nodes).
Value = Any


class Trials:
    """Values that differ among the trials of a batch; made by :func:`trials`."""

    def __init__(self, values: Any):
        self.values = values

    def __repr__(self) -> str:
        return f"trials({self.values!r})"


def trials(values: Any) -> Trials:
    """One value per trial, (trials,), or one per trial and node, (trials, nodes).

    >>> import neuropil as npl
    >>> network = npl.Network("hopf", nodes=2, a=npl.trials([-0.1, 0.0, 0.1]))
    >>> npl.Simulator(network, dt=0.1, trials=3).run(10).x.shape
    (3, 2, 100)
    """
    return Trials(values)


def as_value(name: str, value: Any, unit: str) -> Value:
    """What the engine takes for a value in ``unit``: see :mod:`neuropil.values`."""
    if isinstance(value, Trials):
        found = np.asarray(number(name, value.values, unit))
        return found[:, np.newaxis] if found.ndim == 1 else found
    found = number(name, value, unit)
    if np.ndim(found) > 0:
        found = found.copy()  # what the user does to the array afterwards changes nothing here
    if np.ndim(found) > 1:
        shape = np.shape(found)
        raise ValueError(f"`{name}`: found an array of shape {shape}, expected a number or one for each node\n"
                         "hint: for one per trial and node write `trials(...)`")
    return found
