"""Points that are known before anything is evaluated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import _neuropil
from ..arguments import whole
from ..units import array
from .axis import Axis, Space

__all__ = ["design", "hypervolume"]

_COUNTED = ("random", "latin_hypercube", "sobol")
_LISTED = ("grid", "sequence", "list")


def design(
    kind: str,
    axes: Any,
    *,
    points: Any = None,
    base: Any = None,
    scrambled: bool = True,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Values of each parameter at the points of a design, arrays (points,) by name.

    Point ``i`` depends on the design, its seed and ``i`` alone.

    Parameters
    ----------
    kind : str
        - ``"grid"``: all combinations of the values of the axes; the last axis changes fastest.
        - ``"sequence"``: one axis after the other, all others at ``base``.
        - ``"list"``: the points as they are given, checked against the axes.
        - ``"random"``: independent points, uniform on the scale of each axis.
        - ``"latin_hypercube"``: each axis is divided into as many strata as there are points, and each stratum has one.
          McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755.
        - ``"sobol"``: Sobol's sequence with the directions of Joe & Kuo 2008, doi:10.1137/070709359. Best with a power
          of two of points.
    axes : dict
        The axis of each parameter, as of :class:`Search`. In a grid or sequence a range has ``steps`` values, or is
        of integers, which are then all of its values.
    points : int, or list of dicts
        Number of points of a random, Latin hypercube or Sobol design; the points of a list.
    base : dict, optional
        Where the axes of a sequence are that do not change.
    scrambled : bool, optional
        Whether Sobol's sequence is scrambled (Owen 1995, doi:10.1007/978-1-4612-2552-2_19).
    seed : int, optional
        Seed of random designs.

    Raises
    ------
    ValueError
        If values are outside of the axes, or there are no points or too many.

    Examples
    --------
    >>> from neuropil import optimize as opt
    >>> opt.design("grid", {"x": opt.Axis(0, 1, steps=2), "kind": ["a", "b"]})
    {'x': array([0., 0., 1., 1.]), 'kind': array(['a', 'b', 'a', 'b'], dtype='<U1')}
    """
    if kind not in (*_LISTED, *_COUNTED):
        names = ", ".join(f"`{name}`" for name in (*_LISTED, *_COUNTED))
        raise ValueError(f"`kind`: found {kind!r}, expected one of {names}")
    if base is not None and kind != "sequence":
        raise ValueError(f"`base`: found {base!r}, expected none for a {kind} design")
    if points is not None and kind in ("grid", "sequence"):
        raise ValueError(f"`points`: found {points!r}, expected none for a {kind} design, whose axes have `steps`")
    space = Space(axes)
    plan = _plan(kind, space, points, base, scrambled)
    core = _neuropil.optimize.Design(space.core, json.dumps({_ENGINE.get(kind, kind): plan}), whole("seed", seed, 0))
    space.check_memory("axes" if kind in _LISTED else "points", core.length)
    found = [space.values(point) for point in core.points(0, core.length)]
    return {name: _column([point[name] for point in found]) for name in space.axes}


def _column(values: list[Any]) -> np.ndarray:
    # NumPy would make texts of numbers beside texts.
    return np.array(values, dtype=object if len({isinstance(value, str) for value in values}) > 1 else None)


#: What the engine calls otherwise.
_ENGINE = {"list": "explicit"}


def _plan(kind: str, space: Space, points: Any, base: Any, scrambled: bool) -> dict[str, Any]:
    if kind == "grid":
        return {"values": _levels(space)}
    if kind == "sequence":
        return {"base": space.point("base", base), "values": _levels(space)}
    if kind == "list":
        if isinstance(points, Mapping) or not isinstance(points, Sequence):
            raise TypeError(f"`points`: found {points!r}, expected a list of mappings from names to values")
        return {"points": [space.point("points", point) for point in points]}
    if points is None:
        raise ValueError(f"`points`: found none, expected the number of points of a {kind} design")
    plan: dict[str, Any] = {"count": whole("points", points, 1)}
    return {**plan, "scrambled": bool(scrambled)} if kind == "sobol" else plan


def _levels(space: Space) -> list[list[Any]]:
    steps = [_steps(name, axis) for name, axis in space.axes.items()]
    space.check_memory("axes", max(steps, default=0))
    return space.core.levels(steps)


def _steps(name: str, axis: Axis) -> int:
    if axis.values is not None:
        return len(axis.values)
    if axis.steps is not None:
        return axis.steps
    if axis.integer:
        return axis.upper - axis.lower + 1
    raise ValueError(f"axis `{name}`: found no `steps`, expected the number of its values")


def hypervolume(front: Any, reference: Any) -> float:
    """Volume between costs, of which small ones are good, and a reference that is worse than all that counts.

    Of each point that dominates the reference the box up to it, their union; 0 if none does. Zitzler & Thiele 1999,
    doi:10.1109/4235.797969. Scores of which large ones are good are given with their sign turned;
    :meth:`Search.hypervolume` does that by itself.

    Parameters
    ----------
    front : (points, objectives)
        Costs, of two or three objectives.
    reference : (objectives,)
        The reference.

    Examples
    --------
    >>> from neuropil import optimize as opt
    >>> opt.hypervolume([[0, 1], [1, 0]], [2, 2])
    3.0
    """
    reference = np.atleast_1d(array("reference", reference))
    front = np.asarray(array("front", front))
    if front.ndim != 2 or reference.ndim != 1:
        raise ValueError(f"`front`: found an array of shape {front.shape}, expected (points, objectives)")
    return _neuropil.optimize.hypervolume(front, reference.tolist())
