"""Where a model goes as a parameter changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ..arguments import text
from ..units import array
from ._axis import axis, beside
from ..series import as_variable, time_dimension

__all__ = ["bifurcation"]


def bifurcation(values: Any, series: Any, *, label: str = "parameter", ax: Any = None) -> Any:
    """Smallest and largest value of each run of a batch, against the parameter that differs.

    Run a batch with a transient first: what is plotted is what the runs settle to.

    Parameters
    ----------
    values : (trials,)
        The parameter of each trial.
    series : DataArray (trial, time) or (trial, node, time), or array of such a shape
        What was recorded; extremes are taken over all nodes.
    label : str, optional
        Name of the parameter, with its unit.
    ax : optional
        The axis to draw on.
    """
    label = text("label", label, "a text")
    series = as_variable("series", series)
    parameter = np.asarray(array("values", values))
    name, unit = "", ""
    if isinstance(series, xr.DataArray):
        name, unit = series.attrs.get("long_name") or str(series.name or ""), series.attrs.get("units", "")
        if "trial" not in series.dims or time_dimension(series) is None:
            raise ValueError(f"`series`: found dimensions {tuple(series.dims)}, expected trial, node and time, or trial and "
                             "time")
        series = series.transpose("trial", ..., time_dimension(series))
    recorded = np.asarray(array("series", series))
    if recorded.ndim < 2 or parameter.shape != recorded.shape[:1]:
        raise ValueError(f"`values`: found shape {parameter.shape} beside a series of shape {recorded.shape}, "
                         "expected one for each trial")
    flat = recorded.reshape(len(recorded), -1)
    ax = axis(ax, (5.6, 3.8))
    for extremes in (flat.max(axis=1), flat.min(axis=1)):
        ax.plot(parameter, extremes, ".", color="0.2", markersize=4)
    ax.set(xlabel=label, ylabel=beside(name, unit))
    return ax
