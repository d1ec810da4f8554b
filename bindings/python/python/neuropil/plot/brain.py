"""The network in space."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..connectome import Connectome, as_connectome
from ..arguments import choice, text, whole
from ..units import array
from ._axis import axis, with_unit

__all__ = ["brain"]

#: Elevation and azimuth (degrees) of views by name; x points to the right of the head, y to its front.
VIEWS = {"top": (90, -90), "left": (0, 180), "right": (0, 0), "front": (0, 90), "free": (25, -60)}

#: What a view names: the axis across it, and its two ends (posterior and anterior; left and right elsewhere).
SIDES = {"left": (1, "P", "A"), "right": (1, "P", "A")}


def brain(
    connectome: Connectome,
    values: Any = None,
    *,
    connections: int = 200,
    view: str = "top",
    label: str | None = None,
    cmap: Any = None,
    ax: Any = None,
) -> Any:
    """The network in three dimensions: regions at their centres, and the strongest connections.

    Parameters
    ----------
    connectome : Connectome
        It must have centres.
    values : (regions,), optional
        Colours and sizes of the regions. The sum of the weights that arrive, if not given.
    connections : int, optional
        How many connections to draw, by their magnitudes; both directions of a pair are one line.
    view : {"top", "left", "right", "front", "free"}, optional
        From where.
    label : str, optional
        What the values are.
    cmap : optional
        Colours; white at 0 where values have both signs.
    ax : optional
        The axis to draw on, made with ``projection="3d"``.
    """
    connectome = as_connectome(connectome)
    centres = connectome.centres
    if centres is None:
        raise ValueError("`connectome`: found no centres, expected the place of each region\n"
                         "hint: `Connectome(weights, centres=...)`")
    choice("view", view, VIEWS)
    connections = whole("connections", connections)
    label = None if label is None else text("label", label, "a text")
    if ax is not None and not hasattr(ax, "get_zlim"):
        raise ValueError('`ax`: found a flat axis, expected one made with `projection="3d"`')
    if values is None:
        values, label = connectome.weights.sum(axis=1), label or "sum of arriving weights"
    else:
        name = with_unit(str(getattr(values, "name", None) or ""), getattr(values, "attrs", {}).get("units", ""))
        values, label = np.asarray(array("values", values)), label or name
    if values.shape != (connectome.nodes,):
        raise ValueError(f"`values`: found an array of shape {values.shape}, expected ({connectome.nodes},)")
    ax = axis(ax, (6.0, 5.4), "3d")
    ax.set_proj_type("ortho")
    _lines(ax, connectome, connections)
    is_signed = values.min() < 0 < values.max()
    limit = float(np.abs(values).max()) or 1.0
    scale = {"vmin": -limit, "vmax": limit} if is_signed else {}
    cmap = ("RdBu_r" if is_signed else "viridis") if cmap is None else cmap
    sizes = 15 + 75 * np.abs(values) / limit
    drawn = ax.scatter(*centres.T, c=values, s=sizes, cmap=cmap, depthshade=False, edgecolors="0.3", linewidths=0.5, **scale)
    ax.figure.colorbar(drawn, ax=ax, label=label, shrink=0.6)
    ax.set_box_aspect(np.ptp(centres, axis=0) + 1e-9, zoom=1.3)
    ax.view_init(*VIEWS[view])
    ax.set_axis_off()
    ax.set_title(connectome.name)
    _name_sides(ax, centres, *SIDES.get(view, (0, "L", "R")))
    return ax


def _lines(ax: Any, connectome: Connectome, connections: int) -> None:
    """The strongest pairs; wider and darker the stronger they are."""
    from mpl_toolkits.mplot3d.art3d import Line3DCollection

    magnitudes = np.abs(connectome.weights)
    rows, columns = np.triu_indices(connectome.nodes, 1)
    strengths = np.maximum(magnitudes[rows, columns], magnitudes[columns, rows])
    strongest = np.argsort(strengths)[::-1][:connections]
    strongest = strongest[strengths[strongest] > 0]
    if len(strongest) == 0:
        return
    ends = connectome.centres[np.stack([rows[strongest], columns[strongest]], axis=1)]
    relative = strengths[strongest] / strengths[strongest[0]]
    colours = np.zeros((len(strongest), 4))
    colours[:, 3] = 0.15 + 0.6 * relative
    shown, all_pairs = len(strongest), int(np.count_nonzero(strengths))
    told = f"{shown} strongest of {all_pairs} connected pairs" if shown < all_pairs else f"{shown} connected pairs"
    ax.text2D(0.5, 0.0, told, transform=ax.transAxes, ha="center", fontsize="small", color="0.4")
    ax.add_collection3d(Line3DCollection(ends, linewidths=0.4 + 2.0 * relative, colors=colours))


def _name_sides(ax: Any, centres: np.ndarray, across: int, *names: str) -> None:
    """Names beside the head, so that nobody has to guess."""
    low, high = centres.min(axis=0), centres.max(axis=0)
    gap = 0.1 * (high[across] - low[across])
    for name, end in zip(names, (low[across] - gap, high[across] + gap)):
        place = (low + high) / 2
        place[across] = end
        ax.text(*place, name, ha="center", va="center", color="0.4")
