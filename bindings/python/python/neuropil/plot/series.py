"""Time courses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arguments import choice
from ._axis import FEW, axis, beside, colour_bar, name_nodes, with_unit
from ..series import as_series

__all__ = ["timeseries"]


def timeseries(
    series: Any,
    *,
    dt: Any = None,
    labels: Sequence[str] | None = None,
    kind: str | None = None,
    ax: Any = None,
) -> Any:
    """Time courses of one or many nodes.

    Parameters
    ----------
    series : DataArray (node, time), or array (nodes, times) or (times,)
        What to show; a DataArray brings times, names and units.
    dt : optional
        Time between samples in ms, for plain arrays.
    labels : optional
        Names of the nodes.
    kind : {"lines", "stacked", "image"}, optional
        Lines over each other with a legend, lines above each other with a scale, or colours. Lines for up to 8 nodes
        and stacked for more, if not given.
    ax : optional
        The axis to draw on.
    """
    kinds = {"lines": _lines, "stacked": _stacked, "image": _image}
    found = as_series("series", series, dt, labels)
    kind = ("lines" if len(found.values) <= FEW else "stacked") if kind is None else choice("kind", kind, kinds)
    height = 3.0 if kind == "lines" else min(3.0 + 0.05 * len(found.values), 9.0)
    ax = axis(ax, (7.5, height))
    times, label = found.axis()
    ax.set_xlabel(label)
    kinds[kind](ax, times, found)
    return ax


def _lines(ax, times, found) -> None:
    few = len(found.values) <= FEW
    for values, label in zip(found.values, found.labels):
        ax.plot(times, values, linewidth=1 if few else 0.4, label=label)
    ax.set_ylabel(beside(found.name, found.unit))
    ax.margins(x=0)
    if few and len(found.values) > 1:
        # Beside the axis, where it hides nothing.
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", frameon=False)


def _stacked(ax, times, found) -> None:
    """The first node on top; a bar at the right says how high values are."""
    count = len(found.values)
    centred = found.values - found.values.mean(axis=1, keepdims=True)
    # About the height of an oscillation; what is higher may reach into the lines of its neighbours.
    height = 3 * float(np.percentile(centred.std(axis=1), 75)) or 1.0
    offsets = height * np.arange(count)[::-1]
    ax.plot(times, (centred + offsets[:, np.newaxis]).T, linewidth=0.6, color="0.25")
    name_nodes(ax, "y", found.labels, offsets)
    ax.margins(x=0, y=0.01)
    ax.spines[["top", "right"]].set_visible(False)
    bar = _round(height * max(1, count // 12))
    middle = float(offsets[0]) / 2
    place = {"transform": ax.get_yaxis_transform(), "clip_on": False}
    ax.plot([1.02, 1.02], [middle - bar / 2, middle + bar / 2], color="black", linewidth=2, solid_capstyle="butt", **place)
    text = with_unit(found.name, "") + f": {bar:g} {found.unit if found.unit != '1' else ''}".rstrip()
    ax.text(1.035, middle, text.lstrip(": "), rotation=90, va="center", ha="left", fontsize="small", **place)


def _image(ax, times, found) -> None:
    step = times[1] - times[0] if len(times) > 1 else 1.0
    extent = (times[0] - step, times[-1], len(found.values) - 0.5, -0.5)
    is_signed = found.values.min() < 0 < found.values.max()
    limit = float(np.abs(found.values).max())
    scale = {"vmin": -limit, "vmax": limit, "cmap": "RdBu_r"} if is_signed else {"cmap": "viridis"}
    if not is_signed:
        # A few high values, such as a spike or the beginning, would leave all others in the dark.
        finite = found.values[np.isfinite(found.values)]
        low, high = np.percentile(finite, [1, 99]) if finite.size else (0.0, 1.0)
        scale |= {"vmin": low, "vmax": high} if high > low else {}
    drawn = ax.imshow(found.values, aspect="auto", extent=extent, **scale)
    name_nodes(ax, "y", found.labels)
    colour_bar(ax, drawn, with_unit(found.name, found.unit))


def _round(value: float) -> float:
    """The nearest of 1, 2, 5, 10, ... below."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * max(one for one in (1, 2, 5) if one * power <= value * (1 + 1e-9)))
