"""The search of a study: told again what its points scored, it is where it was."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from .optimize.algorithms import EngineAlgorithm
from .optimize.axis import Space
from .optimize.search import Search
from .study_section import axis_of

__all__ = ["replayed"]


def replayed(specification: Mapping[str, Any], found: xr.Dataset) -> Search:
    """The search of a specification, with the points and scores that are in a dataset."""
    sections, section = specification["study"]["axes"], specification["study"]["search"]
    axes = {}
    for name in found.attrs["axes"]:
        of = name if name in sections else name.partition("[")[0]
        axes[name] = axis_of(of, sections[of], found[name].attrs.get("units"))
    goals = {one["score"]: one["goal"] for one in found.attrs["objectives"]}
    weights = {one["score"]: one.get("weight", 1.0) for one in section.get("objectives", [])}
    targets = {name: goal["target"] for name, goal in goals.items() if isinstance(goal, dict)}
    # What was not evaluated when the search ended is of no generation.
    points = np.flatnonzero((found["done"].values == 1) & np.isfinite(found["generation"].values)).tolist()
    space = Space(axes)
    columns = {name: found[name].values.tolist() for name in [*axes, *goals, "reason"]}
    records, failures = [], {}
    for point in points:
        scores = [columns[name][point] for name in goals]
        if not all(map(math.isfinite, scores)):
            failures[point] = columns["reason"][point]
        told = [abs(score - targets[name]) if name in targets else score for name, score in zip(goals, scores)]
        values = space.point("values", {name: columns[name][point] for name in axes})
        records.append((point, values, None if point in failures else told))
    search = Search.__new__(Search)
    search.__setstate__({
        "axes": axes,
        "objectives": {
            name: ("minimise" if name in targets else goal, weights.get(name, 1.0)) for name, goal in goals.items()
        },
        "algorithm": EngineAlgorithm(json.dumps(section["algorithm"])),
        "seed": specification.get("simulation", specification)["seed"],
        "limits": {"evaluations": section["evaluations"], "generations": section.get("generations")},
        "asked": max(points, default=-1) + 1,
        "records": records,
        "failures": failures,
    })
    return search
