"""Power spectra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import analysis
from ..arguments import flag
from ..units import positive
from ._axis import FEW, axis
from ..series import as_series

__all__ = ["spectrum"]

#: Part of the power that a linear axis shows.
SHOWN = 0.999


def spectrum(
    series: Any,
    *,
    dt: Any = None,
    segment: Any = None,
    labels: Sequence[str] | None = None,
    loglog: bool = True,
    ax: Any = None,
) -> Any:
    """Power spectral density by Welch's method; of many nodes, their mean in black, and in grey where 80 % of them lie.

    Parameters
    ----------
    series : DataArray (node, time), or array (nodes, times) or (times,)
        What to show; a DataArray brings times, names and units.
    dt : optional
        Time between samples in ms, for plain arrays.
    segment : optional
        Length of the segments in ms, at most that of the series: the resolution is its inverse. An eighth of the series
        if not given.
    labels : optional
        Names of the nodes.
    loglog : bool, optional
        Whether both axes are logarithmic. Linear ones end where 99.9 % of the power lie below.
    ax : optional
        The axis to draw on.
    """
    loglog = flag("loglog", loglog)
    found = as_series("series", series, dt, labels, even=True)
    if found.dt is None:
        raise ValueError("`dt`: found None, expected the time between samples in ms")
    samples = found.values.shape[1]
    duration = samples * found.dt
    segment = duration / 8 if segment is None else positive("segment", segment, "ms", "time")
    length = round(segment / found.dt)
    if not 8 <= length <= samples:
        raise ValueError(f"`segment`: found {segment:g} ms, {length} samples, expected from 8 to {samples}, the series")
    spectra = analysis.power_spectrum(found.values, found.dt, length * found.dt)
    frequencies, power = spectra.frequency.values, spectra.values
    # Nothing to see at 0 Hz, where the mean is removed; and the last frequency has half of the power that its neighbours
    # have, because there is no negative one beside it.
    frequencies, power = frequencies[1:-1], power[:, 1:-1]
    ax = axis(ax, (5.6, 3.8))
    if len(power) <= FEW:
        for values, label in zip(power, found.labels):
            ax.plot(frequencies, values, linewidth=1, label=label)
        if len(power) > 1:
            ax.legend(fontsize="small", frameon=False)
    else:
        low, high = np.percentile(power, [10, 90], axis=0)
        ax.fill_between(frequencies, low, high, color="0.8", linewidth=0, label="80 % of them")
        ax.plot(frequencies, power.mean(axis=0), linewidth=1.5, color="black", label=f"mean of {len(power)} nodes")
        ax.legend(fontsize="small", frameon=False)
    last = frequencies[-1]
    if loglog:
        ax.set(xscale="log", yscale="log")
    elif power.any():
        # On a linear axis what carries no power would leave no room for what does.
        part = np.cumsum(power.mean(axis=0))
        last = frequencies[max(1, np.searchsorted(part, SHOWN * part[-1]))]
    ax.set_xlim(frequencies[0], last)
    unit = "" if found.unit in ("", "1") else f"{found.unit}²"
    ax.set(xlabel="frequency (Hz)", ylabel=f"power density ({unit}/Hz)" if unit else "power density (1/Hz)")
    return ax
