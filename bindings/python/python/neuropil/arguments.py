"""Kinds of arguments: what is of another kind is refused by name. Numbers with a unit are in :mod:`neuropil.units`."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ._neuropil import nearest

#: The largest whole number that all layers count with.
LARGEST = (1 << 63) - 1

#: Characters of a value that a message shows at most.
WIDTH = 80


def shown(value: Any) -> str:
    """A value for a message: on one line, and not long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 4]} ..."


def whole(name: str, value: Any, least: int = 0, most: int = LARGEST) -> int:
    """A whole number from ``least`` to ``most``."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        found = operator.index(value)
    except TypeError:
        raise TypeError(f"`{name}`: found {shown(value)}, expected a whole number") from None
    if found < least:
        raise ValueError(f"`{name}`: found {found}, expected a whole number from {least} on")
    if found > most:
        raise ValueError(f"`{name}`: found {shown(found)}, expected a whole number of at most {most}")
    return found


def flag(name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"`{name}`: found {shown(value)}, expected True or False")
    return bool(value)


def text(name: str, value: Any, expected: str = "a name") -> str:
    """A text as it is."""
    if not isinstance(value, str):
        raise TypeError(f"`{name}`: found {shown(value)}, expected {expected}")
    return value


def texts(name: str, value: Any, count: int, each: str, *, unique: bool = True) -> list[str]:
    """A list of ``count`` texts, ``unique`` or not; numbers, such as those of regions, are written out."""
    is_list = isinstance(value, Iterable) and not isinstance(value, (str, bytes, type, Mapping))
    if not is_list or getattr(value, "ndim", 1) != 1:
        raise TypeError(f"`{name}`: found {shown(value)}, expected a list of names")
    given = list(value)
    for one in given:
        if not isinstance(one, (str, int, float, np.generic)):
            raise TypeError(f"`{name}`: found {shown(one)} among the names, expected a text")
    found = [str(one) for one in given]
    if len(found) != count:
        raise ValueError(f"`{name}`: found {len(found)}, expected one for each of {count} {each}")
    known: set[str] = set()
    for one in found:
        if unique and one in known:
            raise ValueError(f"`{name}`: found `{one}` twice, expected each name once")
        known.add(one)
    return found


def path(name: str, value: Any) -> str | os.PathLike:
    """A path as it is."""
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"`{name}`: found {shown(value)}, expected a path")
    return value


def choice(name: str, value: Any, known: Iterable[str]) -> str:
    """One of some names; the hint is the one that is spelt alike."""
    known = list(known)
    expected = "one of " + ", ".join(f"`{one}`" for one in known)
    if not isinstance(value, str):
        raise TypeError(f"`{name}`: found {shown(value)}, expected {expected}")
    if value not in known:
        raise ValueError(f"`{name}`: found `{value}`, expected {expected}{did_you_mean(value, known)}")
    return value


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint, on a line of its own, if there is a name that is spelt alike."""
    meant = nearest(name, list(known))
    return "" if meant is None else f"\nhint: did you mean `{meant}`?"


def mapping(name: str, value: Any) -> Mapping[str, Any]:
    """A mapping from names; an empty one for ``None``."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"`{name}`: found {shown(value)}, expected a mapping from names to values")
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"`{name}`: found {shown(key)} among its names, expected a text")
    return value
