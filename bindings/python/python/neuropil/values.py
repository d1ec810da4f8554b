"""Values that may differ among nodes and trials."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from .arguments import did_you_mean
from .units import number

__all__ = ["Trials", "trials"]

#: A number, (nodes,), (trials, 1) or (trials, nodes); or one of the two last ones with the names of its nodes.
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


@dataclasses.dataclass(frozen=True)
class Labelled:
    """Values (..., nodes) with the names of the nodes, which wait for a network that knows their order."""

    values: np.ndarray
    labels: list[Any]


def as_value(name: str, value: Any, unit: str) -> Value:
    """What the engine takes for a value in ``unit``: see :mod:`neuropil.values`."""
    if isinstance(value, Labelled):
        return value
    is_batch = isinstance(value, Trials)
    value, labels = with_labels(value.values if is_batch else value)
    found = number(name, value, unit)
    if is_batch and np.ndim(found) == 0:
        raise ValueError(f"`{name}`: found one number in `trials(...)`, expected one for each trial")
    if np.ndim(found) > (2 if is_batch else 1):
        hint = "" if is_batch else "\nhint: for one per trial and node write `trials(...)`"
        expected = "(trials,) or (trials, nodes)" if is_batch else "a number or one for each node"
        raise ValueError(f"`{name}`: found an array of shape {np.shape(found)}, expected {expected}{hint}")
    if np.ndim(found) > 0:
        found = found.copy()  # what the user does to the array afterwards changes nothing here
    if is_batch and found.ndim == 1:
        return found[:, np.newaxis]
    return found if labels is None else Labelled(found, labels)


def with_labels(value: Any) -> tuple[Any, list[Any] | None]:
    """Values with nodes last, and the names of the nodes, where a DataArray or a Series of pandas has some."""
    if isinstance(value, pd.Series):
        return value.to_numpy(), list(value.index)
    if not isinstance(value, xr.DataArray):
        return value, None
    last = value.dims[-1] if value.dims else None
    nodes = next((one for one in value.dims if str(one).split("_")[0] == "node"), last)
    if nodes is None:
        return value.values, None
    value = value.transpose(..., nodes)
    labels = list(value.indexes[nodes]) if nodes in value.indexes else None
    return value.values, None if nodes == "trial" else labels


def aligned(name: str, value: Value, nodes: int, labels: Sequence[str] | None) -> Value:
    """Labelled values in the order of the nodes; others as they are.

    Raises
    ------
    ValueError
        If the names are not those of the nodes.
    """
    if not isinstance(value, Labelled):
        return value
    if value.labels == list(range(nodes)):
        return value.values  # numbers of nodes
    if labels is None:
        raise ValueError(f"`{name}`: found a value for `{value.labels[0]}`, expected one for each of {nodes} nodes, which "
                         "have no names\nhint: `.values` are those without names")
    found = [str(label) for label in value.labels]
    place = {label: index for index, label in enumerate(found)}
    extra = next((label for label in found if label not in set(labels)), None)
    if extra is not None:
        raise ValueError(f"`{name}`: found a value for `{extra}`, expected names of nodes{did_you_mean(extra, labels)}")
    missing = [label for label in labels if label not in place]
    if missing or len(found) != len(labels):
        told = f"no value for `{missing[0]}`" if missing else "a name twice"
        raise ValueError(f"`{name}`: found {told}, expected one for each of {nodes} nodes")
    return np.ascontiguousarray(value.values[..., [place[label] for label in labels]])


def nodewise(name: str, value: Value, nodes: int) -> Value:
    """A value, if it is one number, or has one for each node."""
    if np.ndim(value) > 0 and np.shape(value)[-1] not in ((1, nodes) if np.ndim(value) == 2 else (nodes,)):
        found = np.shape(value)[-1]
        raise ValueError(f"`{name}`: found {found} values, expected one for each of {nodes} nodes")
    return value


