"""Matrices of connections and correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from .. import analysis
from ..connectome import Connectome
from ..arguments import choice, flag, texts
from ..units import array, positive
from ._axis import axis, colour_bar, name_nodes
from ..series import as_series, as_variable, names_of_nodes, time_dimension

__all__ = ["connectivity", "functional_connectivity"]


def connectivity(
    matrix: Any,
    labels: Sequence[str] | None = None,
    *,
    what: str = "weights",
    log: bool | None = None,
    cmap: Any = None,
    ax: Any = None,
) -> Any:
    """A matrix of connections: targets from top to bottom, sources from left to right.

    Parameters
    ----------
    matrix : Connectome, (targets, sources) array or DataArray
        What to show.
    labels : optional
        Names of the regions; those of the connectome if not given. As many are written as fit.
    what : {"weights", "lengths"}, optional
        Which matrix of a connectome.
    log : bool, optional
        Whether colours follow the logarithm of the values. Zeros are then grey: no connection. If not given, they do
        where most weights would be too dark to see: no value is negative, and half of those above 0 are below a
        hundredth of the largest.
    cmap : optional
        Colours. From dark to bright if no value is negative; otherwise from blue to red with white at 0.
    ax : optional
        The axis to draw on.
    """
    names = {"weights": "weight", "lengths": "length (mm)"}
    name = names[choice("what", what, names)]
    log = None if log is None else flag("log", log)
    if isinstance(matrix, Connectome):
        labels = matrix.labels if labels is None else labels
        values, title = getattr(matrix, what), matrix.name
    else:
        labels = names_of_nodes(matrix) if labels is None and isinstance(matrix, xr.DataArray) else labels
        values, title = _matrix("matrix", matrix), ""
    is_signed = bool(values.min() < 0)
    limit = float(np.abs(values).max()) or 1.0
    positive = values[values > 0]
    if log is None:
        log = not is_signed and positive.size > 0 and bool(np.median(positive) < 0.01 * limit)
    if log:
        if is_signed:
            raise ValueError(f"`log`: found True beside a negative value, {values.min():.3g}, expected values of 0 or more")
        from matplotlib.colors import LogNorm

        scale = {"norm": LogNorm(positive.min(), positive.max()) if positive.size else None}
        values = np.ma.masked_equal(values, 0)
    else:
        scale = {"vmin": -limit if is_signed else 0.0, "vmax": limit}
    cmap = ("RdBu_r" if is_signed else "viridis") if cmap is None else cmap
    return _draw(values, labels, ("target", "source"), name, title, cmap, scale, ax)


def functional_connectivity(
    series: Any, labels: Sequence[str] | None = None, *, limit: float = 1.0, cmap: Any = "RdBu_r", ax: Any = None
) -> Any:
    """Correlations of every pair of regions, on colours that are white at 0.

    Parameters
    ----------
    series : DataArray (node, time), array (nodes, times), or matrix (regions, regions)
        Series, whose Pearson's correlations are shown; a square array is taken to be a matrix of correlations.
    labels : optional
        Names of the regions; those of the series if not given.
    limit : float, optional
        Correlation of the strongest colours.
    cmap : optional
        Colours.
    ax : optional
        The axis to draw on.
    """
    limit = positive("limit", limit, "1")
    series = as_variable("series", series)
    shape = np.shape(array("series", series))
    is_matrix = len(shape) == 2 and shape[0] == shape[1]
    if is_matrix and not (isinstance(series, xr.DataArray) and time_dimension(series)):
        values = _matrix("series", series)
        labels = names_of_nodes(series) if labels is None and isinstance(series, xr.DataArray) else labels
    else:
        found = as_series("series", series, labels=labels)
        values, labels = analysis.functional_connectivity(found.values), found.labels
    scale = {"vmin": -limit, "vmax": limit}
    return _draw(values, labels, ("region", "region"), "correlation", "", cmap, scale, ax)


def _matrix(argument: str, value: Any) -> np.ndarray:
    values = np.asarray(array(argument, value))
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"`{argument}`: found an array of shape {values.shape}, expected a matrix")
    return values


def _draw(values, labels, names, name, title, cmap, scale, ax) -> Any:
    ax = axis(ax, (6.4, 5.4))
    rows, columns = values.shape
    drawn = ax.imshow(values, cmap=cmap, interpolation="none", **scale)
    ax.set_facecolor("0.9")
    ax.set(ylabel=names[0], xlabel=names[1], title=title)
    if labels is not None:
        labels = texts("labels", labels, rows, "regions", unique=False)
        name_nodes(ax, "y", labels)
        if rows == columns:
            name_nodes(ax, "x", labels)
    colour_bar(ax, drawn, name)
    return ax
