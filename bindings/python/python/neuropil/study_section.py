"""The section ``[study]`` of a specification, made of what users of Python give."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from .arguments import choice, did_you_mean, mapping, shown, text, whole
from .network import Network
from .optimize import algorithms
from .optimize.axis import Axis, Space
from .other_values import parameter
from .recording import Bold, as_recordings
from .score import Score, Stage
from .units import number, registry, scalar

#: Names of designs, and what can be kept; a test compares them with the engine's.
DESIGNS = ("grid", "sequence", "list", "random", "latin_hypercube", "sobol")
KEPT = ("scores", "functional_connectivity", "recordings", "bold")

#: Kinds of scores that look at BOLD, and what can be kept of it.
_OF_BOLD = ("fc_correlation", "fcd_ks")
_KEPT_OF_BOLD = ("bold", "functional_connectivity")

#: Goals of objectives that are words.
_GOALS = ("maximise", "minimise")


def as_scores(scores: Any) -> tuple[dict[str, Score], list[tuple[tuple[str, ...], Callable[..., Any]]]]:
    """Scores of the engine, and functions with the names of theirs."""
    built_in: dict[str, Score] = {}
    functions: list[tuple[tuple[str, ...], Callable[..., Any]]] = []
    if scores is not None and not isinstance(scores, Mapping):
        raise TypeError(f"`scores`: found {shown(scores)}, expected a mapping from names to scores")
    for name, score in (scores or {}).items():
        if callable(score):
            names = name if isinstance(name, tuple) else (name,)
            if not names:
                raise ValueError("`scores`: found a function without a name, expected at least one")
            functions.append((tuple(text("scores", one) for one in names), score))
        elif isinstance(score, (str, Score)):
            built_in[text("scores", name)] = Score(score) if isinstance(score, str) else score
        else:
            raise TypeError(f"`scores`: found {shown(score)} for `{name}`, expected a Score, its kind, or a function")
    return built_in, functions


def in_unit(network: Network, name: str, axis: Axis) -> Axis:
    """An axis in the unit of its parameter, from which its own may differ."""
    varied = axis.parameter or name
    if axis.unit is None or varied == "seed":
        return axis
    unit = parameter(network, "axes", varied)[0] or "1"

    def convert(value: Any) -> float:
        return scalar(name, registry().Quantity(value, axis.unit), unit)

    if axis.values is not None:
        return dataclasses.replace(axis, values=[convert(value) for value in axis.values], unit=unit)
    return dataclasses.replace(axis, lower=convert(axis.lower), upper=convert(axis.upper), unit=unit)


def axis_section(name: str, axis: Axis) -> dict[str, Any]:
    """An axis as a specification has it."""
    section: dict[str, Any] = {"parameter": axis.parameter, "steps": axis.steps}
    if axis.values is not None:
        if any(isinstance(value, bool) for value in axis.values):
            raise TypeError(f"axis `{name}`: found True or False among `values`, expected numbers or texts\n"
                            "hint: 0 and 1 are numbers")
        section["values"] = list(axis.values)
    else:
        # Seeds are whole numbers anyway; unsaid, a list of them may grow into a range.
        is_integer = axis.integer and (axis.parameter or name) != "seed"
        section |= {"from": axis.lower, "to": axis.upper, "scale": axis.scale, "integer": is_integer}
    for one in ("map", "groups"):
        if (given := getattr(axis, one)) is not None:
            numbers = np.asarray(number(one, given, "1"), dtype=float)
            if not np.isfinite(numbers).all():
                raise ValueError(f"axis `{name}`: `{one}`: found numbers that are not finite, expected finite ones")
            section[one] = numbers.tolist()
    section["per_node"] = axis.per_node
    return {key: one for key, one in section.items() if one is not None}


def axis_of(name: str, section: Mapping[str, Any], unit: str | None) -> Axis:
    """The axis that a section describes, or one of its nodes or groups."""
    if "values" in section:
        return Axis(values=section["values"], unit=unit)
    is_whole = section.get("integer", False) or (section.get("parameter") or name) == "seed"
    return Axis(section["from"], section["to"], scale=section.get("scale", "linear"), integer=is_whole, unit=unit)


def as_stages(stages: Any) -> list[Stage]:
    given = list(stages) if isinstance(stages, Iterable) and not isinstance(stages, (str, bytes, Mapping)) else [stages]
    for stage in given:
        if not isinstance(stage, Stage):
            raise TypeError(f"`stages`: found {shown(stage)}, expected Stage objects")
    return given


def check_asked(axes: Any, built_in: Mapping[str, Score], functions: Any, keep: list[str], record: Any) -> None:
    """Refuses, in words of Python, what has nothing to vary, to ask, or to look at."""
    if not axes:
        raise ValueError("`axes`: found none, expected at least one\nhint: for example "
                         "`{\"K_gl\": npl.Axis(0, 2, steps=11)}`")
    if not built_in and not functions and keep == ["scores"]:
        raise ValueError("`scores`: found none, expected at least one, or something else to `keep`\nhint: for example "
                         "`scores={\"rate\": \"mean\"}`")
    recorded = [] if record is None else as_recordings(record)
    has_bold = any(isinstance(one, Bold) for one in (recorded.values() if isinstance(recorded, dict) else recorded))
    if has_bold:
        return
    of_bold = [("scores", name) for name, score in built_in.items() if score.kind in _OF_BOLD]
    for argument, name in [*of_bold, *(("keep", name) for name in keep if name in _KEPT_OF_BOLD)]:
        raise ValueError(f"`{argument}`: found `{name}`, which is of BOLD, expected BOLD in `record`\n"
                         "hint: `record=npl.bold(every=\"2 s\")`")


def search_section(
    search: Any, axes: dict[str, Axis], objectives: Any, evaluations: Any, generations: Any
) -> dict[str, Any]:
    """The section of a search."""
    settings, functions = algorithms.as_algorithm(search, "search").engine_settings(Space(axes))
    if functions:
        raise ValueError(f"`search`: found a function as `{next(iter(functions))}`, expected operators of the package\n"
                         "hint: `optimize.Search(axes, objectives, algorithm).run(study.evaluate)` takes functions, of "
                         "a study without `search`")
    if evaluations is None:
        raise ValueError("`evaluations`: found none, expected the number of points of the search")
    section: dict[str, Any] = {"algorithm": settings, "evaluations": whole("evaluations", evaluations, 1)}
    if generations is not None:
        section["generations"] = whole("generations", generations, 1)
    if objectives is not None:
        section["objectives"] = [_objective(name, goal) for name, goal in mapping("objectives", objectives).items()]
    return section


def _objective(name: str, wanted: Any) -> dict[str, Any]:
    goal, weight = wanted if isinstance(wanted, tuple) and len(wanted) == 2 else (wanted, 1.0)
    if isinstance(goal, str):
        if goal not in _GOALS:
            raise ValueError(f"`objectives`: found {goal!r} for `{name}`, expected `maximise`, `minimise`, or a number"
                             + did_you_mean(goal, _GOALS))
    else:
        goal = {"target": scalar("objectives", goal, "1")}
    return {"score": name, "goal": goal, "weight": scalar("objectives", weight, "1")}


def as_kept(keep: Any) -> list[str]:
    """What is kept, scores always."""
    given = list(keep) if isinstance(keep, Iterable) and not isinstance(keep, (str, bytes, Mapping)) else [keep]
    return list(dict.fromkeys(["scores", *(choice("keep", one, KEPT) for one in given)]))


__all__ = [
    "DESIGNS", "KEPT", "as_kept", "as_scores", "as_stages", "axis_of", "axis_section", "check_asked", "in_unit",
    "search_section",
]
