"""Observers of searches: functions that :meth:`neuropil.optimize.Search.run` calls after each generation.

>>> from neuropil import optimize as opt
>>> search = opt.Search({"x": (-1, 1)}, "error", opt.Genetic(size=4), generations=2)
>>> best = search.run(lambda point: point["x"] ** 2, observers=opt.observers.statistics)
generation 0, 4 evaluations, 0 failed; error: best 0.143, worst 0.948, median 0.8044, mean 0.6749, deviation 0.3158
generation 1, 8 evaluations, 0 failed; error: best 0.143, worst 1, median 0.505, mean 0.5382, deviation 0.3981
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

__all__ = ["best", "plot", "statistics"]

#: The axis that :func:`plot` draws on, for each search.
_AXES: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()


def scores(search: Any, generation: int, objective: str) -> np.ndarray:
    """The scores of one objective of a generation, without those of failed evaluations."""
    records = search.of_generation(generation)
    return np.array([record.scores[objective] for record in records if record.scores is not None])


def statistics(search: Any) -> None:
    """Prints what the scores of the last generation were."""
    generation = search.generation - 1
    records = search.of_generation(generation)
    failed = sum(record.scores is None for record in records)
    parts = [f"generation {generation}, {search.evaluations} evaluations, {failed} failed"]
    for name, goal in search.objectives.items():
        found = scores(search, generation, name)
        if len(found) == 0:
            continue
        low, high = found.min(), found.max()
        first, last = (low, high) if goal == "minimise" else (high, low)
        parts.append(f"{name}: best {first:.4g}, worst {last:.4g}, median {np.median(found):.4g}, "
                     f"mean {found.mean():.4g}, deviation {found.std():.4g}")
    print("; ".join(parts))


def best(search: Any) -> None:
    """Prints the best individual so far."""
    found = search.best
    if found is None:
        print(f"generation {search.generation - 1}: every evaluation failed")
        return
    units = {name: f" {axis.unit}" if axis.unit else "" for name, axis in search.axes.items()}
    values = ", ".join(f"{name} = {_short(value)}{units[name]}" for name, value in found.values.items())
    reached = ", ".join(f"{name} {value:.4g}" for name, value in found.scores.items())
    print(f"generation {search.generation - 1}: {reached} at {values}")


def plot(search: Any) -> None:
    """Draws :func:`neuropil.plot.scores` anew, in one figure for each search; live where figures are windows."""
    from ..plot import scores as plot_scores
    from ..plot._axis import pyplot

    plt = pyplot()
    axis = _AXES.get(search)
    if axis is None or not plt.fignum_exists(axis.figure.number):
        _AXES[search] = axis = plot_scores(search)
    else:
        axis.clear()
        plot_scores(search, ax=axis)
    axis.figure.canvas.draw_idle()
    if plt.isinteractive():
        plt.pause(0.001)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
