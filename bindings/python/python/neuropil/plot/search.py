"""Searches: scores and parameters over generations, who comes from whom, and trade-offs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ._axis import FEW, axis, with_unit

__all__ = ["distributions", "genealogy", "pareto_front", "scores"]

#: The largest over the smallest score from which on a positive score is on a logarithmic scale.
_DECADES = 1e3


def scores(search: Any, objective: str | None = None, *, log: bool | None = None, ax: Any = None) -> Any:
    """A score over generations: the best so far, and of each generation the mean and where 80 % of individuals lie.

    Parameters
    ----------
    search : Search
        A search that was told at least one generation.
    objective : str, optional
        Which score; the first if not given.
    log : bool, optional
        Whether scores are on a logarithmic scale: those that are positive and span three decades, if not given.
    ax : optional
        The axis to draw on.
    """
    name = _objective(search, objective)
    sign = 1 if search.objectives[name] == "minimise" else -1
    found = [(generation, values) for generation, values in _by_generation(search, name) if len(values)]
    generations = np.array([generation for generation, _ in found])
    reached = sign * np.minimum.accumulate([sign * _best(values, sign) for _, values in found])
    means = np.array([values.mean() for _, values in found])
    low, high = np.array([np.percentile(values, [10, 90]) for _, values in found]).T
    ax = axis(ax, (5.6, 3.8))
    ax.fill_between(generations, low, high, color="0.85", linewidth=0, label="80 % of a generation")
    # A line of one point is not seen.
    dot = {"marker": "."} if len(found) == 1 else {}
    ax.plot(generations, means, color="0.45", linewidth=1, label="mean of a generation", **dot)
    ax.plot(generations, reached, color="C0", linewidth=1.8, drawstyle="steps-post", label="best so far", **dot)
    if log is None:
        smallest = min(low.min(), reached.min())
        log = bool(smallest > 0 and high.max() / smallest >= _DECADES)
    ax.set(ylabel=name, yscale="log" if log else "linear")
    _along_generations(ax, search, 0.1)
    ax.legend(fontsize="small", frameon=False)
    return ax


def distributions(search: Any, parameter: str | None = None, *, ax: Any = None) -> Any:
    """Parameters over generations.

    Parameters
    ----------
    search : Search
        A search that was told at least one generation.
    parameter : str, optional
        The parameter whose individuals are shown, each by a dot, and their median, in its unit and scale; of choices,
        how often each was made. If not given, all parameters that are numbers are shown from the lower bound of their
        axes (0) to the upper one (1): their medians, and where 80 % of individuals lie.
    ax : optional
        The axis to draw on.
    """
    _check(search)
    names = list(search.axes)
    numbers = [name for name in names if search.axes[name].values is None]
    if parameter is None and (len(names) == 1 or not numbers):
        parameter = names[0]
    if parameter is not None and parameter not in search.axes:
        raise ValueError(f"`parameter`: found {parameter!r}, expected one of {_listed(names)}")
    ax = axis(ax, (5.6, 3.8))
    if parameter is None:
        _all_parameters(ax, search, numbers)
    elif parameter in numbers:
        _one_parameter(ax, search, parameter)
    else:
        _choices(ax, search, parameter)
    _along_generations(ax, search, 0.1 if parameter is None else 0.5)
    return ax


def _all_parameters(ax, search, names) -> None:
    columns = [list(search.axes).index(name) for name in names]
    by_generation = [
        np.array([search.coordinates(record) for record in search.of_generation(generation)])[:, columns]
        for generation in range(search.generation)
    ]
    low, middle, high = np.array([np.percentile(found, [10, 50, 90], axis=0) for found in by_generation]).swapaxes(0, 1)
    generations = np.arange(search.generation)
    for index, name in enumerate(names):
        colour, style = f"C{index % 10}", "-" if index < 10 else "--"
        if len(names) <= FEW:
            ax.fill_between(generations, low[:, index], high[:, index], color=colour, alpha=0.15, linewidth=0)
        marker = "." if search.generation == 1 else None
        ax.plot(generations, middle[:, index], style, color=colour, marker=marker, linewidth=1.5, label=name)
    ax.set(ylabel="place on the axis", ylim=(-0.02, 1.02))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", frameon=False)


def _one_parameter(ax, search, name) -> None:
    medians = []
    for generation in range(search.generation):
        values = np.array([record.values[name] for record in search.of_generation(generation)], dtype=float)
        # Side by side, in the order of evaluation.
        width = np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else 0.0
        ax.plot(generation + width, values, ".", color="0.6", markersize=3)
        medians.append(np.median(values))
    marker = "o" if search.generation == 1 else None
    ax.plot(range(search.generation), medians, color="C0", marker=marker, linewidth=1.8, label="median")
    ax.legend(fontsize="small", frameon=False)
    one = search.axes[name]
    ax.set(ylabel=with_unit(name, one.unit or ""), yscale=one.scale)


def _choices(ax, search, name) -> None:
    one = search.axes[name]
    by_generation = [
        [record.values[name] for record in search.of_generation(generation)] for generation in range(search.generation)
    ]
    shares = [[values.count(choice) / len(values) for values in by_generation] for choice in one.values]
    labels = [with_unit(str(choice), one.unit or "") for choice in one.values]
    bottom = np.zeros(search.generation)
    for label, share in zip(labels, shares):
        ax.bar(range(search.generation), share, width=0.9, bottom=bottom, label=label)
        bottom += share
    ax.set(ylabel=f"share of {name}", ylim=(0, 1))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", frameon=False)


def genealogy(search: Any, objective: str | None = None, *, ax: Any = None) -> Any:
    """Who comes from whom: generations from left to right, good individuals on top, ancestors of the best one in red.

    Parameters
    ----------
    search : Search
        A search that was told at least one generation.
    objective : str, optional
        The score that orders and colours individuals; the first if not given. Failed ones are grey, below all others.
    ax : optional
        The axis to draw on.
    """
    from matplotlib.collections import LineCollection

    name = _objective(search, objective)
    sign = 1 if search.objectives[name] == "minimise" else -1
    places, colours, parents = {}, {}, {}
    for generation in range(search.generation):
        records = search.of_generation(generation)
        cost = {one.id: np.inf if one.scores is None else sign * one.scores[name] for one in records}
        for rank, one in enumerate(sorted(records, key=lambda record: (cost[record.id], record.id))):
            places[one.id], parents[one.id] = (generation, rank), one.parents
            colours[one.id] = np.nan if one.scores is None else one.scores[name]
    ancestry = _ancestry(search.best, parents)
    ax = axis(ax, (7.0, 4.2))
    for within, style in ((False, {"colors": "0.85", "linewidths": 0.4}), (True, {"colors": "C3", "linewidths": 0.9})):
        lines = [
            (places[parent], places[child])
            for child in places
            for parent in parents[child]
            if (child in ancestry) == within
        ]
        ax.add_collection(LineCollection(lines, zorder=1 + within, **style), autolim=False)
    x, y = np.array([places[id] for id in places], dtype=float).T
    values = np.array([colours[id] for id in places])
    valid = np.isfinite(values)
    ax.scatter(x[~valid], y[~valid], s=8, color="0.6", marker="x", linewidths=0.7, zorder=3)
    drawn = ax.scatter(x[valid], y[valid], c=values[valid], s=10, zorder=3, **_colours(values[valid], sign))
    if valid.any():
        ax.figure.colorbar(drawn, ax=ax, label=name, shrink=0.85)
    ax.set_ylabel("rank in the generation")
    _along_generations(ax, search, 0.5)
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.invert_yaxis()
    return ax


def pareto_front(search: Any, objectives: Sequence[str] | None = None, *, ax: Any = None) -> Any:
    """Two scores against each other: all individuals in grey, and those that no other dominates.

    Parameters
    ----------
    search : Search
        A search with at least two objectives.
    objectives : pair of str, optional
        The scores on the horizontal and the vertical axis; the first two if not given. The front is that of all
        objectives.
    ax : optional
        The axis to draw on.
    """
    _check(search)
    names = list(search.objectives)
    if len(names) < 2:
        raise ValueError(f"`search`: found one objective, `{names[0]}`, expected at least two")
    chosen = names[:2] if objectives is None else list(objectives)
    if len(chosen) != 2 or not set(chosen) <= set(names):
        raise ValueError(f"`objectives`: found {objectives!r}, expected two of {_listed(names)}")
    front = search.pareto_front
    everyone = [record for record in search.records if record.scores is not None]
    ax = axis(ax, (5.0, 4.2))
    for records, style in (
        (everyone, {"color": "0.8", "markersize": 3, "label": "evaluated"}),
        (front, {"color": "C3", "markersize": 5, "label": "Pareto front"}),
    ):
        ax.plot(*([record.scores[name] for record in records] for name in chosen), ".", **style)
    better = {"minimise": "small is good", "maximise": "large is good"}
    x, y = (f"{name} ({better[search.objectives[name]]})" for name in chosen)
    ax.set(xlabel=x, ylabel=y)
    ax.legend(fontsize="small", frameon=False)
    return ax


def _check(search: Any) -> None:
    from ..optimize import Search
    from ..study import Study
    from ..study_results import StudyResults

    if not isinstance(search, Search):
        hint = "\nhint: `results.search()` is that of a study" if isinstance(search, (Study, StudyResults)) else ""
        raise TypeError(f"`search`: found {search!r}, expected a Search{hint}")
    if search.generation == 0 or search.best is None:
        raise ValueError(f"`search`: found {search!r}, expected one with a generation that was told and did not fail")


def _objective(search: Any, objective: str | None) -> str:
    _check(search)
    names = list(search.objectives)
    if objective is None:
        return names[0]
    if objective not in names:
        raise ValueError(f"`objective`: found {objective!r}, expected one of {_listed(names)}")
    return objective


def _along_generations(ax: Any, search: Any, margin: float) -> None:
    ax.set(xlabel="generation", xlim=(-margin, search.generation - 1 + margin))
    ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)


def _by_generation(search: Any, name: str) -> list[tuple[int, np.ndarray]]:
    return [
        (generation, np.array([one.scores[name] for one in search.of_generation(generation) if one.scores is not None]))
        for generation in range(search.generation)
    ]


def _best(values: np.ndarray, sign: int) -> float:
    return float(values.min() if sign > 0 else values.max())


def _ancestry(record: Any, parents: dict[int, tuple[int, ...]]) -> set[int]:
    """The ids of a record and all that it comes from."""
    found, waiting = set(), [record.id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(parents.get(one, ()))
    return found


def _colours(values: np.ndarray, sign: int) -> dict[str, Any]:
    """Good ones bright; positive ones that span decades on a logarithmic scale."""
    from matplotlib.colors import LogNorm

    scale = {"cmap": "viridis_r" if sign > 0 else "viridis"}
    if len(values) and values.min() > 0 and values.max() / values.min() >= _DECADES:
        scale["norm"] = LogNorm()
    return scale


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
