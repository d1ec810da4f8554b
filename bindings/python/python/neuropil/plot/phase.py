"""Trajectories in the plane of two variables."""

from __future__ import annotations

from typing import Any

from ._axis import FEW, axis, beside, with_unit
from ..series import as_series

__all__ = ["phase_portrait"]


def phase_portrait(x: Any, y: Any, *, ax: Any = None) -> Any:
    """One variable against another, a line for each node that ends in a dot.

    Parameters
    ----------
    x, y : DataArray (node, time), or array (nodes, times) or (times,)
        Two variables of the same nodes at the same times.
    ax : optional
        The axis to draw on.
    """
    across, up = as_series("x", x), as_series("y", y)
    if across.values.shape != up.values.shape:
        raise ValueError(f"`y`: found values of shape {up.values.shape}, expected {across.values.shape} as `x` has")
    ax = axis(ax, (4.6, 4.2))
    few = len(across.values) <= FEW
    for horizontal, vertical, label in zip(across.values, up.values, across.labels):
        (line,) = ax.plot(horizontal, vertical, linewidth=1 if few else 0.4, alpha=1 if few else 0.5, label=label)
        ax.plot(horizontal[-1], vertical[-1], "o", markersize=4 if few else 2, color=line.get_color())
    if 1 < len(across.values) <= FEW:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", frameon=False)
    ax.set(xlabel=with_unit(across.name or "x", across.unit), ylabel=beside(up.name or "y", up.unit))
    return ax
