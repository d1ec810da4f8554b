"""Progress bars for runs and searches that last."""

from __future__ import annotations

import sys
import time
import warnings
from typing import Any

#: Wall time (s) before a bar appears: short runs stay quiet.
DELAY = 0.5

#: Axes that are named in a line, at most.
NAMED = 6


class _Bar:
    """A bar of tqdm that appears late, or never where nobody watches."""

    def __init__(self, shown: bool | None):
        self._shown = _is_watched() if shown is None else shown
        self._begin = time.monotonic()
        self._bar: Any = None

    def _made(self, **options: Any) -> bool:
        """Whether there is a bar, made with these options if it is time."""
        if not self._shown:
            return False
        if self._bar is None:
            if time.monotonic() - self._begin < DELAY:
                return False
            with warnings.catch_warnings():
                # Without ipywidgets a notebook shows the bar as text, which needs no warning.
                warnings.simplefilter("ignore")
                from tqdm.auto import tqdm

            self._bar = tqdm(leave=False, **options)
        return True

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.close()


class Progress(_Bar):
    """Called with the number of steps made so far; shows a bar of simulated time on a terminal or in a notebook."""

    def __init__(self, end: float, dt: float, shown: bool | None):
        super().__init__(shown)
        self._end, self._dt = end, dt

    def __call__(self, steps: int) -> None:
        form = "{l_bar}{bar}| {n:.2f}/{total:.2f} s [{elapsed}<{remaining}, {rate_fmt}]"
        if self._made(total=self._end / 1e3, unit=" s", bar_format=form):
            self._bar.update(steps * self._dt / 1e3 - self._bar.n)


class SearchProgress(_Bar):
    """Called with the number of evaluations so far; shows a bar of them, and what scores are."""

    def __init__(self, evaluations: int, total: int | None, shown: bool | None):
        super().__init__(shown)
        self._first, self._total, self._scores = evaluations, total, ""

    def __call__(self, evaluations: int, scores: str | None = None) -> None:
        self._scores = self._scores if scores is None else scores
        if self._made(total=self._total, unit=" evaluations", initial=self._first):
            if self._bar.desc != self._scores:
                self._bar.set_description_str(self._scores, refresh=False)
            self._bar.update(evaluations - self._bar.n)


class StudyProgress(_Bar):
    """Called with the points that are there, all points, those that are written together, those that were run, and what
    a search has found; shows a line with what is to be run, and a bar."""

    def __init__(self, plan: Any, part: tuple[int, int] | None, shown: bool | None):
        super().__init__(shown)
        self._plan, self._part = plan, part

    def __call__(self, done: int, points: int, batch: int, run: int, found: str = "") -> None:
        is_first = self._bar is None
        if self._made(total=points, unit=" points", initial=done - run):
            if is_first:
                there = f"; {done - run} are there" if done > run else ""
                self._bar.write(extent(self._plan, batch, points, self._part) + there, file=sys.stderr)
            self._bar.set_description_str(found, refresh=False)
            self._bar.update(done - self._bar.n)


def extent(plan: Any, batch: int, points: int, part: tuple[int, int] | None = None) -> str:
    """Points, axes, batches and bytes of a study, of which so many points are of a slice."""
    names = [name for name, _, _ in plan.axes]
    names = names if len(names) <= NAMED else [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    plural = "" if plan.points == 1 else "s"
    of = f", slice {part[0]}/{part[1]}" if part else ""
    each = plan.bytes_of_point
    return (f"{plan.points} point{plural} of {' x '.join(names)} in batches of {batch}{of}, {_size(each)} each, "
            f"{_size(points * each)} before compression")


def _size(count: float) -> str:
    """A number of bytes for people."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 999.5:
            return f"{count:.{int(unit != 'B' and count < 99.95)}f} {unit}"
        count /= 1000
    return f"{count:.0f} PB"


def _is_watched() -> bool:
    """Whether somebody sees a bar: standard error is a terminal, or this is a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return sys.stderr.isatty() or type(shell).__name__ == "ZMQInteractiveShell"
