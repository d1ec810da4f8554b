"""Searches in files: the settings and what was told. A search that is read tells it again, and is where it was."""

from __future__ import annotations

import json
import operator
import os
import time
from pathlib import Path
from typing import Any

from .algorithms import as_data, from_data
from .axis import Axis

#: Kind and version of the files.
_FORMAT = {"format": "neuropil search", "version": 1}

#: What makes one search another than the next.
_SETTINGS = ("axes", "objectives", "algorithm", "seed")


#: Part of the time of a run that checkpoints may take, as its inverse.
_PART = 50


class Checkpoint:
    """Where a search is saved while it runs: at once, so that a path that cannot be written is found, and then after
    generations, less often where the file has become so long that writing takes a good part of the time."""

    def __init__(self, search: Any, path: Any):
        self._search, self._path = search, path
        self.write()

    def after_generation(self) -> None:
        """Saves the search, if it is time."""
        if time.monotonic() >= self._due:
            self.write()

    def write(self) -> None:
        """Saves the search."""
        begin = time.monotonic()
        self._search.save(self._path)
        self._due = time.monotonic() + _PART * (time.monotonic() - begin)


def write(state: dict[str, Any], space: Any, path: Any) -> None:
    """Writes a state, the whole of it or nothing."""
    path = Path(path)
    fresh = path.with_name(path.name + ".part")
    fresh.write_text(json.dumps(_file(state, space), allow_nan=False), encoding="utf-8")
    os.replace(fresh, path)


def read(path: Any, algorithm: Any) -> dict[str, Any]:
    """The state in a file, with the algorithm that is given, or the one in the file if it has no functions."""
    data = _data(path)
    try:
        state = _state(data)
        saved = dict(data["algorithm"])
        own = {name: value["function"] for name, value in saved.items() if _is_function(value)}
        if algorithm is None and not own:
            algorithm, saved = from_data(saved), None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"`path`: found `{path}`, which was cut off or edited ({type(error).__name__}: {error}), "
                         "expected a saved search") from None
    if algorithm is None:
        names = ", ".join(f"{operator} `{name}`" for operator, name in own.items())
        raise ValueError(f"`algorithm`: found none, expected the one that was saved, with your own {names}\n"
                         "hint: a file keeps no functions; give `algorithm` again")
    return {**state, "algorithm": algorithm, "expected": saved and {**saved, **dict.fromkeys(own, "function")}}


def _state(data: dict[str, Any]) -> dict[str, Any]:
    """What stands in a file as a search takes it; other exceptions than its own mean that the file is damaged."""
    return {
        "axes": {name: Axis(**axis) for name, axis in data["axes"]},
        "objectives": {one["name"]: (one["goal"], one["weight"]) for one in data["objectives"]},
        "seed": operator.index(data["seed"]),
        "limits": {name: data["limits"][name] for name in ("evaluations", "generations")},
        "asked": operator.index(data["asked"]),
        "records": [
            (operator.index(id), list(point), None if scores is None else [float(score) for score in scores])
            for id, point, scores in data["records"]
        ],
        "failures": {int(id): reason for id, reason in data["failures"].items()},
    }


def _data(path: Any) -> dict[str, Any]:
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError:  # no JSON, or no text
        data = None
    if not isinstance(data, dict) or {name: data.get(name) for name in _FORMAT} != _FORMAT:
        raise ValueError(f"`path`: found `{path}`, expected a file of `Search.save`")
    return data


def check_algorithm(expected: dict[str, Any], algorithm: Any, space: Any) -> None:
    """Whether an algorithm has the settings of the one that was saved; functions are not compared."""
    found = as_data(algorithm, space)
    for name, value in found.items():
        if _is_function(value):
            found[name] = "function"
    if found != expected:
        name = next((name for name in expected if found.get(name) != expected[name]), "kind")
        raise ValueError(f"`algorithm`: found {found.get(name)!r} as `{name}`, "
                         f"expected {expected[name]!r}, as was saved")


def _is_function(value: Any) -> bool:
    return isinstance(value, dict) and "function" in value


def check_place(state: dict[str, Any], space: Any, path: Any) -> None:
    """Whether a checkpoint may be written there: another search's, or one that is further, is not overwritten."""
    if not Path(path).exists():
        return
    ours = json.loads(json.dumps(_file(state, space)))
    try:
        data = _data(path)
        is_same = all(data.get(name) == ours[name] for name in _SETTINGS)
        found = "another search" if not is_same else f"this search after {len(data['records'])} evaluations"
        may_go = is_same and len(data["records"]) <= len(ours["records"])
    except (KeyError, TypeError, ValueError):
        found, may_go = "something else", False
    if not may_go:
        raise FileExistsError(f"`checkpoint`: found {found} in `{path}`, expected no file\n"
                              "hint: `Search.load` goes on with a saved search; else choose another file")


def _file(state: dict[str, Any], space: Any) -> dict[str, Any]:
    axes = [(name, vars(axis)) for name, axis in state["axes"].items()]
    objectives = [
        {"name": name, "goal": goal, "weight": weight} for name, (goal, weight) in state["objectives"].items()
    ]
    changed = {"axes": axes, "objectives": objectives, "algorithm": as_data(state["algorithm"], space)}
    return {**_FORMAT, **state, **changed}
