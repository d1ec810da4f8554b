"""Axes of a search, a design or a study: the values that a parameter may have."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Set
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any

from .. import _neuropil
from ..arguments import flag, text, whole
from ..units import scalar

__all__ = ["Axis"]

#: How the scales are called, here and in the engine.
_SCALES = {"linear": "linear", "log": "logarithmic"}

#: Memory that one value of a point takes, in the engine and in Python together.
_BYTES = 128


@dataclass(frozen=True, repr=False)
class Axis:
    """The values that a parameter may have: a range, or a list.

    Where an axis is expected, a tuple ``(lower, upper)`` stands for a range and a list for its values.

    Parameters
    ----------
    lower, upper : number or quantity
        Bounds, which belong to the range.
    steps : int, optional
        Number of values from bound to bound, in equal steps of the scale, where a grid or a sequence is made of it.
    scale : {"linear", "log"}, optional
        Whether equal differences or equal ratios weigh the same. The bounds of a logarithmic range are positive.
    integer : bool, optional
        Whether the values are whole numbers.
    values : list of numbers, texts or booleans, optional
        The values, instead of a range. Numbers keep their order, others are choices without order.
    unit : str, optional
        Unit of the numbers. Quantities are converted to it.
    parameter : str, optional
        In a study: what is varied, where it is not what the axis is called. Several axes of one parameter add up.
    map : number or (nodes,), optional
        In a study: a weight for each node; the parameter of a node is the value of the axis times its weight.
    per_node : bool, optional
        In a study: as many axes as there are nodes, ``name[0]``, ``name[1]``, ...
    groups : (nodes,), optional
        In a study: the number of the group of each node; an axis for each group, ``name[0]``, ...

    Raises
    ------
    ValueError
        If there are neither both bounds nor values, bounds are not in ascending order, or a value comes twice.
    TypeError
        If an argument is of another kind.

    Examples
    --------
    >>> from neuropil import optimize as opt
    >>> opt.Axis("10 ms", "1 s", scale="log", unit="ms")
    Axis(lower=10.0, upper=1000.0, scale='log', unit='ms')
    """

    lower: Any = None
    upper: Any = None
    _: KW_ONLY
    steps: int | None = None
    scale: str = "linear"
    integer: bool = False
    values: Any = None
    unit: str | None = None
    parameter: str | None = None
    map: Any = None
    per_node: bool = False
    groups: Any = None

    def __post_init__(self) -> None:
        if self.unit is not None:
            text("unit", self.unit)
        if self.parameter is not None:
            text("parameter", self.parameter)
        flag("per_node", self.per_node)
        if self.scale not in _SCALES:
            raise ValueError(f"`scale`: found {self.scale!r}, expected `linear` or `log`")
        if self.steps is not None:
            self._set(steps=whole("steps", self.steps, 1))
        if self.values is None:
            self._check_range()
        else:
            self._check_values()

    def __repr__(self) -> str:
        # What has its default says nothing.
        given = [(one.name, getattr(self, one.name), one.default) for one in fields(self)]
        return f"Axis({', '.join(f'{name}={value!r}' for name, value, default in given if value is not default)})"

    def _check_range(self) -> None:
        for name in ("lower", "upper"):
            value = getattr(self, name)
            if value is None:
                raise ValueError(f"`{name}`: found none, expected both bounds, or `values`")
            value = self._number(name, value)
            if self.integer and not value.is_integer():
                raise ValueError(f"`{name}`: found {value:g}, expected a whole number, because `integer` is true")
            self._set(**{name: int(value) if self.integer else value})
        if self.lower > self.upper or (self.lower == self.upper and not self.integer):
            raise ValueError(f"`lower`: found {self.lower:g}, expected a number below `upper`, which is {self.upper:g}")
        if self.scale == "log" and self.integer:
            raise ValueError("`scale`: found 'log', expected `linear`, because `integer` is true")
        if self.scale == "log" and self.lower <= 0:
            raise ValueError(f"`lower`: found {self.lower:g}, expected a number above 0, because `scale` is `log`")

    def _check_values(self) -> None:
        given = {"lower": self.lower, "upper": self.upper, "steps": self.steps}
        for name, value in {**given, "integer": self.integer or None}.items():
            if value is not None:
                raise ValueError(f"`{name}`: found {value!r} beside `values`, expected one or the other")
        if isinstance(self.values, (str, bytes, Mapping, Set)):
            raise TypeError(f"`values`: found {self.values!r}, expected a list")
        try:
            found = list(self.values)
        except TypeError:
            raise TypeError(f"`values`: found {self.values!r}, expected a list") from None
        values = tuple(self._value(value) for value in found)
        if not values:
            raise ValueError("`values`: found none, expected at least one")
        for index, value in enumerate(values):
            if value in values[:index]:
                raise ValueError(f"`values`: found {value!r} twice, expected every value once")
        self._set(values=values)

    def _value(self, value: Any) -> Any:
        if self.unit is None and isinstance(value, (str, bool)):
            return value
        if self.unit is None and hasattr(value, "__index__") and getattr(value, "ndim", 0) == 0:
            return int(value)
        return self._number("values", value)

    def _number(self, name: str, value: Any) -> float:
        found = scalar(name, value, self.unit or "1")
        if not math.isfinite(found):
            raise ValueError(f"`{name}`: found {found}, expected a finite number")
        return found

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


def as_axis(name: str, value: Any) -> Axis:
    """An axis as it is, of a tuple of bounds, or of a list of values; errors say which one it is."""
    if isinstance(value, Axis):
        return value
    try:
        if isinstance(value, tuple):
            if len(value) != 2:
                raise ValueError(f"found a tuple of {len(value)}, expected (lower, upper)\n"
                                 "hint: write single values as a list")
            return Axis(*value)
        if isinstance(value, (str, bytes, Mapping, Set)) or not hasattr(value, "__iter__"):
            raise TypeError(f"found {value!r}, expected an Axis, (lower, upper), or a list of values")
        return Axis(values=value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"axis `{name}`: {error}") from None


class Space:
    """Named axes, and the way of their values to the engine and back."""

    def __init__(self, axes: Any):
        if not isinstance(axes, Mapping):
            raise TypeError(f"`axes`: found {axes!r}, expected a mapping from names to axes")
        self.axes = {text("axes", name): as_axis(name, axis) for name, axis in axes.items()}
        self.core = _neuropil.optimize.Space(json.dumps([_specification(*item) for item in self.axes.items()]))
        self._listed = [_listed(axis) for axis in self.axes.values()]

    def values(self, point: list[Any]) -> dict[str, Any]:
        """The values of a point of the engine, by name."""
        named = zip(self.axes, self._listed, point)
        return {name: value if listed is None else listed[value] for name, listed, value in named}

    def point(self, argument: str, values: Any) -> list[Any]:
        """The point of values by name, as the engine takes it."""
        if not isinstance(values, Mapping):
            raise TypeError(f"`{argument}`: found {values!r}, expected a mapping from names to values")
        if set(values) != set(self.axes):
            found, expected = (", ".join(f"`{name}`" for name in names) for names in (values, self.axes))
            raise ValueError(f"`{argument}`: found {found or 'none'}, expected a value for each axis, {expected}")
        return [self.value(name, values[name]) for name in self.axes]

    def value(self, name: str, value: Any) -> Any:
        """One value as the engine takes it; the engine says whether it belongs to the axis."""
        axis = self.axes[name]
        if axis.values is None:
            value = scalar(name, value, axis.unit or "1")
            return int(value) if axis.integer and value.is_integer() else value
        value = axis._value(value)
        if not _is_ordered(axis):
            return _choice(value)
        if value not in axis.values:
            raise ValueError(f"axis `{name}`: found {value!r}, expected one of {', '.join(map(repr, axis.values))}")
        return axis.values.index(value)

    def check_memory(self, argument: str, points: int) -> None:
        """Refuses more points than fit the memory."""
        free, needed = _neuropil.free_memory(), points * len(self.axes) * _BYTES
        if free is not None and needed > free:
            raise MemoryError(f"`{argument}`: found {points:.3g} points of {len(self.axes)} parameters, which take "
                              f"{needed * 1e-9:.1f} GB, expected at most {free * 1e-9:.1f} GB")

    def coordinates(self, argument: str, values: Any) -> list[float]:
        """Coordinates of values by name in the unit cube."""
        return self.core.coordinates(self.point(argument, values))


def _is_ordered(axis: Axis) -> bool:
    """Whether there is a list of values, and all of them are numbers."""
    return axis.values is not None and not any(isinstance(value, (str, bool)) for value in axis.values)


def _listed(axis: Axis) -> dict[Any, Any] | None:
    """Values of a list by what the engine calls them: numbers by their places, others as choices."""
    if axis.values is None:
        return None
    return dict(enumerate(axis.values)) if _is_ordered(axis) else {_choice(value): value for value in axis.values}


def _choice(value: Any) -> str:
    # Texts as they are, so that messages show them as they are written.
    return value if isinstance(value, str) else repr(value)


def _specification(name: str, axis: Axis) -> dict[str, Any]:
    if _is_ordered(axis):
        domain: dict[str, Any] = {"integer": {"lower": 0, "upper": len(axis.values) - 1}}
    elif axis.values is not None:
        domain = {"categorical": {"choices": [_choice(value) for value in axis.values]}}
    elif axis.integer:
        domain = {"integer": {"lower": axis.lower, "upper": axis.upper}}
    else:
        domain = {"real": {"lower": axis.lower, "upper": axis.upper, "scale": _SCALES[axis.scale]}}
    return {"name": name, "unit": axis.unit or "", "domain": domain}
