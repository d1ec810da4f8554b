"""A progress bar for runs that last."""

from __future__ import annotations

import sys
import time
import warnings
from typing import Any

#: Wall time (s) before a bar appears: short runs stay quiet.
DELAY = 0.5


class Progress:
    """Called with the number of steps made so far; shows a bar of simulated time on a terminal or in a notebook."""

    def __init__(self, end: float, dt: float, shown: bool | None):
        self._end, self._dt = end, dt
        self._shown = _is_watched() if shown is None else shown
        self._begin = time.monotonic()
        self._bar: Any = None

    def __call__(self, steps: int) -> None:
        if not self._shown:
            return
        if self._bar is None:
            if time.monotonic() - self._begin < DELAY:
                return
            with warnings.catch_warnings():
                # Without ipywidgets a notebook shows the bar as text, which needs no warning.
                warnings.simplefilter("ignore")
                from tqdm.auto import tqdm

            form = "{l_bar}{bar}| {n:.2f}/{total:.2f} s [{elapsed}<{remaining}, {rate_fmt}]"
            self._bar = tqdm(total=self._end / 1e3, unit=" s", bar_format=form, leave=False)
        self._bar.update(steps * self._dt / 1e3 - self._bar.n)

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.close()


def _is_watched() -> bool:
    """Whether somebody sees a bar: standard error is a terminal, or this is a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return sys.stderr.isatty() or type(shell).__name__ == "ZMQInteractiveShell"
