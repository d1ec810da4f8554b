"""Time courses that are added to inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from . import _neuropil
from .arguments import mapping, shown
from .network import Population
from .series import interval_of, time_dimension
from .units import number, positive, scalar
from .values import Labelled, aligned, with_labels

__all__ = ["Stimulus"]


@dataclasses.dataclass(frozen=True)
class Stimulus:
    """A time course that is added to an input.

    Parameters
    ----------
    input : str
        ``"population.input"``; the population may be left out where there is one.
    values : (samples,) or (nodes, samples)
        In the unit of the input. One dimension is a course common to all nodes. A DataArray (node, time) may have the
        names of the regions in any order.
    start : optional
        Time of the first sample in ms: sample ``k`` acts from ``start + k * interval`` to the next one.
    interval : optional
        Time between samples in ms; the time step, or that of the times of a DataArray, if not given.
    """

    input: str
    values: Any
    start: Any = 0.0
    interval: Any = None


def as_stimuli(value: Any, begin: float, steps: int, dt: float) -> list[Stimulus]:
    """Stimuli from a mapping by input, whose courses are of the whole run, or from a list."""
    if isinstance(value, Mapping):
        return [_course(name, values, begin, steps, dt) for name, values in mapping("stimuli", value).items()]
    if isinstance(value, Stimulus):
        return [value]
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes)):
        raise TypeError(f"`stimuli`: found {shown(value)}, expected a mapping by input, or Stimulus objects")
    for one in (found := list(value)):
        if not isinstance(one, Stimulus):
            raise TypeError(f"`stimuli`: found {shown(one)}, expected a mapping by input, or Stimulus objects")
    return found


def _course(name: str, values: Any, begin: float, steps: int, dt: float) -> Stimulus:
    """A course of the whole run: a sample for each step, or one number."""
    if isinstance(values, (str, bytes)) or values is None:
        raise TypeError(f"`{name}`: found {shown(values)}, expected numbers")
    ordered, _, spacing = _ordered(name, values) if isinstance(values, xr.DataArray) else (values, None, None)
    try:
        found = np.shape(getattr(ordered, "magnitude", ordered))
    except ValueError:
        raise TypeError(f"`{name}`: found {shown(values)}, expected an array of numbers") from None
    if not found:
        number(name, values, "1") if not hasattr(values, "magnitude") else None
        return Stimulus(name, np.full(1, 1.0) * values, begin, steps * dt)
    if spacing is not None and abs(spacing - dt) > 1e-9 * dt:
        raise ValueError(f"`{name}`: found samples every {spacing:g} ms, expected {dt:g} ms, the time step\n"
                         "hint: a `Stimulus` may have another time between samples")
    if found[-1] != steps:
        raise ValueError(f"`{name}`: found {found[-1]} samples, expected {steps}, one for each time step\n"
                         "hint: a `Stimulus` may be shorter, and have another time between samples")
    return Stimulus(name, values, begin)


def deliver(core: _neuropil.Simulation, stimulus: Stimulus, population: Population, name: str, span: tuple[float, float],
            dt: float) -> None:
    """Tells the simulation of a run from ``span[0]`` to ``span[1]`` of a stimulus on the input ``name``."""
    begin, end = span
    unit = population.model.inputs[name].unit if name in population.model.inputs else "1"
    values, interval = stimulus.values, stimulus.interval
    if isinstance(values, xr.DataArray):
        values, labels, spacing = _ordered(name, values)
        interval = spacing if interval is None else interval
        if labels is not None:
            values = aligned(name, Labelled(values.T, labels), population.nodes, population.labels).T
    found = np.ascontiguousarray(np.atleast_2d(number(name, values, unit)))
    if found.ndim > 2:
        raise ValueError(f"`{name}`: found an array of shape {found.shape}, expected (samples,) or (nodes, samples)")
    start = scalar("start", stimulus.start, "ms")
    interval = None if interval is None else positive("interval", interval, "ms", "time")
    stop = start + found.shape[1] * (dt if interval is None else interval)
    if start >= end or (found.size and stop <= begin):
        raise ValueError(f"`start`: found a stimulus of `{name}` from {start:g} to {stop:g} ms, expected one that acts "
                         f"between {begin:g} and {end:g} ms, the time of this run")
    core.stimulate(population.name, name, found, start, interval)


def _ordered(name: str, values: xr.DataArray) -> tuple[np.ndarray, list[Any] | None, float | None]:
    """Values ([nodes,] samples) of a DataArray, the names of its nodes, and the time between its samples (ms)."""
    if values.ndim == 0:
        return values.values, None, None
    time = time_dimension(values)
    if time is None or values.ndim > 2:
        raise ValueError(f"`{name}`: found dimensions {tuple(values.dims)}, expected (node, time) or time")
    spacing = interval_of(name, values[time].values) if time in values.coords else None
    values = values.transpose(..., time)
    if values.ndim == 1:
        return values.values, None, spacing
    return values.values, with_labels(values.isel({time: 0}, drop=True))[1], spacing
