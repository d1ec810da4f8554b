"""What a study asks of each run."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import numpy as np

from .arguments import choice, shown, text, whole
from .units import scalar

__all__ = ["Score", "Stage"]

#: Kinds of scores; a test compares them with the engine's.
KINDS = ("fc_correlation", "fcd_ks", "mean", "max", "min", "amplitude", "standard_deviation", "dominant_frequency",
         "spectrum_distance")

#: What only some kinds look at.
_ONLY = {
    "against": ("fc_correlation", "fcd_ks", "spectrum_distance"),
    "segment": ("dominant_frequency", "spectrum_distance"),
    "window": ("fcd_ks",),
    "step": ("fcd_ks",),
}


@dataclasses.dataclass(frozen=True)
class Score:
    """A number that each run of a study gives.

    Parameters
    ----------
    kind : str
        ``mean``, ``max``, ``min``, ``amplitude``, ``standard_deviation``: of each node over time, then the mean over
        nodes. ``dominant_frequency``: where the mean spectrum of all nodes has most power (Hz). ``fc_correlation``:
        Pearson's correlation of simulated and measured functional connectivity. ``fcd_ks``: Kolmogorov-Smirnov
        distance of simulated and measured dynamics of functional connectivity. ``spectrum_distance``: one minus the
        correlation of simulated and measured spectra.
    output : str, optional
        What the first six and the last one look at; what is recorded first if not given.
    against : array or path, optional
        Data to compare with: a matrix (nodes, nodes) for ``fc_correlation``, otherwise series (nodes, samples). The
        subjects of the study's dataset if not given.
    segment : optional
        Length of a segment of a spectrum in ms; 1000, or the recorded time if that is shorter.
    window, step : int, optional
        Volumes of a window of ``fcd_ks``, and between the starts of two; 30 and 5.
    """

    kind: str
    output: str | None = None
    _: dataclasses.KW_ONLY
    against: Any = None
    segment: Any = None
    window: int | None = None
    step: int | None = None

    def __post_init__(self) -> None:
        choice("kind", self.kind, KINDS)
        if self.output is not None:
            text("output", self.output, "the name of an output")
        for name, kinds in _ONLY.items():
            value = getattr(self, name)
            if value is not None and self.kind not in kinds:
                raise ValueError(f"`{name}`: found it for a score of kind `{self.kind}`, expected none\n"
                                 f"hint: only for {', '.join(f'`{kind}`' for kind in kinds)}")
            if value is not None and name in ("window", "step"):
                whole(name, value, 1)

    def _section(self) -> dict[str, Any]:
        """As a specification has it."""
        against = self.against
        if isinstance(against, os.PathLike):
            against = os.fspath(against)
        elif against is not None and not isinstance(against, str):
            against = _rows(against)
        segment = None if self.segment is None else scalar("segment", self.segment, "ms")
        given = {"kind": self.kind, "output": self.output, "against": against, "segment": segment,
                 "window": self.window, "step": self.step}
        return {name: value for name, value in given.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class Stage:
    """A condition that a run must meet after a while to be continued.

    Parameters
    ----------
    duration
        Time in ms, from the end of the transient, after which it is looked at: less than the recorded time, and as much
        as the score needs, such as a segment of its spectrum, seven volumes of BOLD for ``fc_correlation``, or two
        windows for ``fcd_ks``.
    score : str
        Name of any score of the study. A function of your own is called with what was recorded until then.
    above, below : float, optional
        Bounds of the score. A run that has no score then (``None``, NaN) is given up, too.
    """

    duration: Any
    score: str
    _: dataclasses.KW_ONLY
    above: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        text("score", self.score, "the name of a score")
        bounds = {name: getattr(self, name) for name in ("above", "below")}
        found = {name: scalar(name, value, "1") for name, value in bounds.items() if value is not None}
        if not found:
            raise ValueError("`above`: found no bound, expected `above`, `below` or both")
        if len(found) == 2 and found["above"] >= found["below"]:
            above, below = found["above"], found["below"]
            raise ValueError(f"`above`: found {above:g}, expected less than `below`, which is {below:g}")

    def _section(self) -> dict[str, Any]:
        bounds = {"score": self.score, "above": self.above, "below": self.below}
        condition = {name: value for name, value in bounds.items() if value is not None}
        return {"duration": scalar("duration", self.duration, "ms"), "keep_if": condition}


def _rows(values: Any) -> list[list[float]]:
    """Data to compare with: a matrix, or series in rows."""
    try:
        rows = np.atleast_2d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise TypeError(f"`against`: found {shown(values)}, expected an array of numbers, or a path") from None
    if rows.ndim != 2:
        raise ValueError(f"`against`: found an array of shape {rows.shape}, expected a matrix (nodes, nodes) or series "
                         "(nodes, samples)")
    if not np.isfinite(rows).all():
        raise ValueError("`against`: found numbers that are not finite, expected finite ones")
    return rows.tolist()
