"""What is wanted of the scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arguments import did_you_mean, text
from ..units import scalar

_GOALS = ("minimise", "maximise")


def as_objectives(value: Any) -> list[dict[str, Any]]:
    """Name, goal and weight of each score.

    From a name, of which small scores are good; or a mapping from names to goals or pairs of goal and weight.
    """
    if isinstance(value, str):
        value = {value: "minimise"}
    if not isinstance(value, Mapping):
        raise TypeError(f"`objectives`: found {value!r}, expected a name, or a mapping from names to goals")
    return [_objective(text("objectives", name), wanted) for name, wanted in value.items()]


def _objective(name: str, wanted: Any) -> dict[str, Any]:
    if not name:
        raise ValueError("`objectives`: found an empty name, expected the name of a score")
    goal, weight = wanted if isinstance(wanted, tuple) and len(wanted) == 2 else (wanted, 1.0)
    if goal not in _GOALS:
        raise ValueError(f"`objectives`: found {wanted!r} for `{name}`, expected `minimise` or `maximise`, "
                         "or a tuple of one of them and a weight"
                         + (did_you_mean(goal, _GOALS) if isinstance(goal, str) else ""))
    weight = scalar("objectives", weight, "1")
    if not math.isfinite(weight):
        raise ValueError(f"`objectives`: found the weight {weight} for `{name}`, expected a finite number")
    return {"name": name, "goal": goal, "weight": weight}


def as_scores(objectives: list[dict[str, Any]], value: Any) -> list[float]:
    """One number for each objective, of a mapping by name; of one objective also the number itself.

    Raises
    ------
    TypeError, ValueError
        If a score is missing, no number, or none of the objectives.
    """
    names = [objective["name"] for objective in objectives]
    shown = ", ".join(f"`{name}`" for name in names)
    if not isinstance(value, Mapping):
        if len(names) > 1 or value is None:
            kind = "a number" if len(names) == 1 else f"a mapping with {shown}"
            raise TypeError(f"`scores`: found {value!r}, expected {kind}\nhint: `fail` tells an evaluation that failed")
        value = {names[0]: value}
    if set(value) != set(names):
        found = ", ".join(f"`{name}`" for name in value)
        raise ValueError(f"`scores`: found {found or 'none'}, expected {shown}")
    return [_score(name, value[name]) for name in names]


def _score(name: str, value: Any) -> float:
    """A number, finite or not: what is not finite is an evaluation that failed."""
    if isinstance(value, (float, np.floating)):
        return float(value)
    return scalar(name, value, "1")
