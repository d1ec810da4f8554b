"""What all plots share: axes, names of nodes, colours, and labels with units."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from ..arguments import shown

#: Smallest size (points) of the names of nodes.
SMALL = 7

#: Room that a name takes, in its size: the axis may get smaller when colour bars and names find their place.
LINE = 1.6

#: Nodes that still get a line of their own colour and a place in the legend.
FEW = 8


def pyplot() -> Any:
    """matplotlib's pyplot, imported when the first plot is made.

    Raises
    ------
    ImportError
        If it is not installed; the hint says how to.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError('plots need matplotlib\nhint: pip install "neuropil[plot]"') from error
    return plt


def axis(ax: Any, size: tuple[float, float], projection: str | None = None) -> Any:
    """The axis as it is, or one in a figure of its own."""
    plt = pyplot()
    if ax is not None and not hasattr(ax, "get_xlim"):
        raise TypeError(f"`ax`: found {shown(ax)}, expected an axis of matplotlib")
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained", subplot_kw={"projection": projection})
    return ax


def with_unit(name: str, unit: str) -> str:
    """``name (unit)``, or the name alone where there is no unit."""
    return f"{name} ({unit})" if unit and unit != "1" else name


def beside(name: str, unit: str) -> str:
    """As :func:`with_unit`, in lines that are no longer than a low axis."""
    return textwrap.fill(with_unit(name, unit), 30)


def colour_bar(ax: Any, drawn: Any, label: str) -> None:
    """A bar beside the axis; its ends are pointed where values lie outside of it."""
    values, (low, high) = drawn.get_array(), drawn.get_clim()
    if values is None or values.size == 0:
        return
    below, above = values.min() < low, values.max() > high
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    ax.figure.colorbar(drawn, ax=ax, label=label, extend=extend[bool(below), bool(above)], shrink=0.85)


def name_nodes(ax: Any, which: str, labels: Sequence[str], positions: Sequence[float] | None = None) -> None:
    """Names along the axis ``which`` (``"x"`` or ``"y"``), as many as there is room for."""
    box = ax.get_position()
    width, height = ax.figure.get_size_inches()
    room = 72 * (box.width * width if which == "x" else box.height * height)
    step = max(1, math.ceil(LINE * SMALL * len(labels) / room))
    size = min(10.0, max(SMALL, room / len(labels) / LINE))
    # Atlases list left and right in turn: an odd step names regions of both sides.
    step += step > 1 and step % 2 == 0
    positions = range(len(labels)) if positions is None else positions
    shown = range(0, len(labels), step)
    ticks = [positions[index] for index in shown]
    longest = max(len(str(label)) for label in labels)
    rotation = {"rotation": 90} if which == "x" and 0.7 * size * longest * len(shown) > room else {}
    getattr(ax, f"set_{which}ticks")(ticks, [str(labels[index]) for index in shown], fontsize=size, **rotation)
