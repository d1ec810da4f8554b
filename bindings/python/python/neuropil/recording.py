"""What is kept of a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from .arguments import flag, shown, text
from .units import positive

__all__ = ["Bold", "Record", "bold", "record"]


@dataclasses.dataclass(frozen=True)
class Record:
    """An output, sampled or averaged; made by :func:`record`."""

    output: str
    #: Between samples, in ms.
    every: float | None = None
    mean: bool = False


@dataclasses.dataclass(frozen=True)
class Bold:
    """The BOLD signal of an output; made by :func:`bold`."""

    output: str
    #: Between volumes, and of the haemodynamic model, in ms.
    every: float
    step: float | None
    parameters: Mapping[str, Any]


def record(output: str, every: Any = None, mean: bool = False) -> Record:
    """Keeps an output.

    Parameters
    ----------
    output : str
        Name of an output or state, with its population before it where there are several: ``"cortex.rates_exc"``.
    every : optional
        Time between samples in ms. Each time step if not given.
    mean : bool, optional
        Whether to keep means over the intervals instead of samples at their ends.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, or a time not positive.
    """
    every = None if every is None else positive("every", every, "ms", "time")
    return Record(text("output", output), every, flag("mean", mean))


def bold(output: str = "bold_drive", every: Any = 2000.0, step: Any = None, **parameters: Any) -> Bold:
    """Keeps the BOLD signal that an output drives through ``models.balloon_windkessel``.

    Parameters
    ----------
    output : str, optional
        The output. The models of the catalogue have ``bold_drive`` for this.
    every : optional
        Time between volumes in ms.
    step : optional
        Time step of the haemodynamic model in ms; about 1 ms if not given.
    **parameters
        Parameters of the haemodynamic model.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, or a time not positive.
    """
    step = None if step is None else positive("step", step, "ms", "time")
    return Bold(text("output", output), positive("every", every, "ms", "time"), step, parameters)


def as_recordings(value: Any) -> dict[str | None, Record | Bold] | list[Record | Bold]:
    """Recordings from a name, a recording, a list of them, or a mapping from names of one's own to them."""
    if isinstance(value, Mapping):
        return {text("record", name, "names of your own as texts"): _one(one) for name, one in value.items()}
    if isinstance(value, (str, Record, Bold)):
        return [_one(value)]
    if not isinstance(value, Iterable):
        raise TypeError(f"`record`: found {shown(value)}, expected names of outputs, `record(...)` or `bold(...)`")
    return [_one(one) for one in value]


def _one(value: Any) -> Record | Bold:
    if isinstance(value, str):
        return Record(value)
    if isinstance(value, (Record, Bold)):
        return value
    raise TypeError(f"`record`: found {shown(value)}, expected the name of an output, `record(...)` or `bold(...)`")
