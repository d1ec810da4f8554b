"""Series of one or more nodes, read from what users have: results of runs, or plain arrays."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import xarray as xr

from .arguments import texts
from .units import array, positive

#: Time (ms) from which on seconds read better.
LONG = 10_000.0


@dataclasses.dataclass
class Series:
    """Values (nodes, times) with what labels need."""

    values: np.ndarray
    #: In ms; numbers of samples where nothing says how far apart they are.
    times: np.ndarray
    labels: list[str]
    #: Of the values.
    name: str
    unit: str
    #: Between samples, in ms.
    dt: float | None

    def axis(self) -> tuple[np.ndarray, str]:
        """Times and the label of their axis, in ms or s."""
        if self.dt is None:
            return self.times, "sample"
        if self.times[-1] - self.times[0] > LONG:
            return self.times / 1e3, "time (s)"
        return self.times, "time (ms)"


def as_variable(argument: str, value: Any) -> Any:
    """The one variable of a dataset; anything else as it is."""
    if not isinstance(value, xr.Dataset):
        return value
    if len(value.data_vars) != 1:
        known = ", ".join(f"`{name}`" for name in value.data_vars)
        raise ValueError(f"`{argument}`: found a dataset of {known}, expected one of them, such as `result.x`")
    return next(iter(value.data_vars.values()))


def time_dimension(value: xr.DataArray) -> str | None:
    """Name of the dimension that is time."""
    return next((str(name) for name in value.dims if str(name).split("_")[0] == "time"), None)


def names_of_nodes(value: xr.DataArray) -> list[str] | None:
    """Names along the first dimension, where they are known: its own, or the regions of results in a folder."""
    first = value.dims[0]
    for name in (first, "region"):
        if name in value.coords and value[name].dims == (first,):
            return [str(label) for label in value[name].values]
    return None


def interval_of(argument: str, times: Any) -> float | None:
    """Time between samples (ms) that are evenly spaced; ``None`` of one sample.

    Raises
    ------
    ValueError
        If they are not evenly spaced.
    """
    times = np.asarray(times, dtype=float)
    if len(times) < 2:
        return None
    steps = np.diff(times)
    spacing = (times[-1] - times[0]) / len(steps)
    if not spacing > 0 or np.abs(steps - spacing).max() > 1e-6 * spacing + 1e-8:
        raise ValueError(f"`{argument}`: found times from {steps.min():g} to {steps.max():g} ms apart, expected even ones")
    return float(times[1] - times[0])


def as_series(argument: str, value: Any, dt: Any = None, labels: Any = None, *, even: bool = False) -> Series:
    """Values of shape (nodes, times) or (times,), with times of their own or ``dt`` (ms) apart; ``even`` asks for even ones.

    Raises
    ------
    ValueError
        If there are other dimensions, no sample, or times of their own that are not ``dt`` apart.
    """
    value = as_variable(argument, value)
    if dt is not None:
        dt = positive("dt", dt, "ms", "time")
    name, unit, times = "", "", None
    if isinstance(value, xr.DataArray):
        time = time_dimension(value)
        if time is None or value.ndim > 2:
            extra = [str(one) for one in value.dims if one != time and not str(one).startswith("node")]
            hint = f'\nhint: take one with `.isel({extra[0]}=0)`, or `.mean("{extra[0]}")`' if extra else ""
            raise ValueError(f"`{argument}`: found dimensions {tuple(value.dims)}, expected node and time{hint}")
        value = value.transpose(..., time)
        name, unit = value.attrs.get("long_name") or str(value.name or ""), value.attrs.get("units", "")
        name = str(value.name) if value.name and len(name) > 40 else name
        if time in value.coords:
            times = np.asarray(value[time], dtype=float)
        if labels is None and value.ndim == 2:
            labels = names_of_nodes(value)
    found = np.asarray(array(argument, value))
    values = np.atleast_2d(found)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"`{argument}`: found an array of shape {found.shape}, expected (nodes, times) or (times,)")
    if times is not None:
        is_even = even or dt is not None
        spacing = interval_of(argument, times) if is_even else float(times[1] - times[0]) if len(times) > 1 else None
        if dt is not None and spacing is not None and abs(dt - spacing) > 1e-6 * spacing:
            raise ValueError(f"`dt`: found {dt:g} ms beside times that are {spacing:g} ms apart, expected the same")
        dt = spacing if dt is None else dt
    else:
        times = np.arange(values.shape[1]) * (1.0 if dt is None else dt)
    given = [str(node) for node in range(len(values))] if labels is None else labels
    labels = texts("labels", given, len(values), "nodes", unique=False)
    return Series(values, times, labels, name, unit, dt)
