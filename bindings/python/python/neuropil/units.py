"""Units at the boundary: quantities of `pint <https://pint.readthedocs.io>`_ in, plain numbers inside.

``units.ms``, ``units.mm``, ``units.mV / units.ms`` and so on are the units of pint's application registry. Wherever a
function takes a number with a unit, a plain number is taken in the unit that is documented there.
"""

from __future__ import annotations

import functools
import math
import re
from typing import Any

import numpy as np

from .arguments import shown

__all__ = ["registry", "number", "parse"]


@functools.cache
def registry() -> Any:
    """The application registry of pint, imported when it is first asked for."""
    import pint

    return pint.get_application_registry()


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(registry(), name)


@functools.cache
def parse(unit: str) -> Any:
    """The unit of pint for a unit as model files write it, for example ``mV/ms/sqrt(ms)``."""
    text = re.sub(r"sqrt\(([^()]*)\)", r"((\1)**0.5)", unit).replace("^", "**")
    return registry().Unit("dimensionless" if text == "1" else text)


def is_quantity(value: Any) -> bool:
    """Whether a value carries a unit of pint; asks without importing it."""
    return hasattr(value, "magnitude") and hasattr(value, "units")


def number(name: str, value: Any, unit: str) -> Any:
    """The number (or array) of ``value`` in ``unit``; plain numbers are taken to be in it.

    Raises
    ------
    ValueError
        If the quantity has another dimension.
    TypeError
        If it is no number.
    """
    if isinstance(value, str):
        value = _read(name, value, unit)
    if is_quantity(value):
        expected = parse(unit)
        if not value.is_compatible_with(expected):
            shown = "a plain number" if unit == "1" else f"a quantity in {unit}"
            raise ValueError(f"`{name}`: found {value:~}, expected {shown}")
        value = value.to(expected).magnitude
    elif hasattr(value, "dimensionality"):
        # A bare unit stands for one of it.
        return number(name, 1 * value, unit)
    return array(name, value)


def _read(name: str, text: str, unit: str) -> Any:
    """A quantity from a number and a unit, such as ``"10 s"``; a number without one is in ``unit``."""
    match = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\D.*)?", text)
    example = "10" if unit == "1" else f"10 {unit}"
    if match is None:
        raise TypeError(f"`{name}`: found {shown(text)}, expected a number, or a text like `{example}`")
    if match[2] is None:
        return float(match[1])
    import pint

    try:
        return float(match[1]) * parse(match[2].strip())
    except (pint.PintError, TypeError, ValueError, AttributeError, AssertionError):
        raise TypeError(f"`{name}`: found {text!r}, expected a number, or a text like `{example}`") from None


def scalar(name: str, value: Any, unit: str) -> float:
    """As :func:`number`, for one finite number only."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"`{name}`: found {value}, expected a number")
    found = number(name, value, unit)
    if not isinstance(found, float):
        raise ValueError(f"`{name}`: found an array of shape {found.shape}, expected one number")
    if not math.isfinite(found):
        raise ValueError(f"`{name}`: found {found}{_after(unit)}, expected a finite number")
    return found


def positive(name: str, value: Any, unit: str, what: str = "number") -> float:
    """As :func:`scalar`, for a number above 0."""
    found = scalar(name, value, unit)
    if found <= 0:
        raise ValueError(f"`{name}`: found {found:g}{_after(unit)}, expected a positive {what}")
    return found


def _after(unit: str) -> str:
    return "" if unit == "1" else f" {unit}"


def array(name: str, value: Any) -> Any:
    """A number as ``float``, numbers as an array of ``float64``."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"`{name}`: found a masked array, expected an array of numbers\nhint: fill what is masked")
    try:
        found = np.asarray(value)
    except ValueError:
        found = None
    # NumPy would make numbers of texts, and NaN of None.
    if found is None or found.dtype.kind not in "buif":
        raise TypeError(f"`{name}`: found {shown(value)}, expected a number or an array of numbers")
    found = found.astype(np.float64, copy=False)
    return float(found) if found.ndim == 0 else found
