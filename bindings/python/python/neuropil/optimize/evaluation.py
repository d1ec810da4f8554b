"""Evaluations of candidates: in this process, or on an executor."""

from __future__ import annotations

import concurrent.futures
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .. import _neuropil
from .candidate import Candidate


@dataclass(frozen=True)
class Failure:
    """An evaluation that raised an exception."""

    reason: str
    place: str


def evaluate(function: Callable[[dict[str, Any]], Any], values: dict[str, Any], owner: int) -> Any:
    """What the function gives, or the exception that it raised: what a future raises is then the executor's.

    ``owner`` is the process of the search.
    """
    compute_alone_unless(owner)
    try:
        return function(values)
    except Exception as error:  # any exception of the user's function is a failed evaluation
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if len(frames) > 1 else ""
        return Failure(f"{type(error).__name__}: {error}", place)


def compute_alone_unless(owner: int) -> None:
    """Lets this thread compute by itself, unless this is the process ``owner``."""
    if os.getpid() != owner:
        # There are other workers beside this one, and threads of a parent that was forked are not here.
        _neuropil.compute_alone()


def result_of(future: concurrent.futures.Future) -> Any:
    """The result of a future that is done; where its executor broke, what may help."""
    try:
        return future.result()
    except concurrent.futures.BrokenExecutor as error:
        raise concurrent.futures.BrokenExecutor(
            f"`executor`: found workers that ended, expected workers that go on ({error})\n"
            'hint: a script that makes processes needs `if __name__ == "__main__":` around what it does; else a worker '
            "was killed, perhaps for its memory") from error


def evaluated(
    function: Callable[[dict[str, Any]], Any], candidates: Sequence[Candidate], executor: Any
) -> Iterator[tuple[Candidate, Any]]:
    """Candidates with what the function gives, as they finish. What has not begun is cancelled when nobody goes on."""
    if executor is None:
        for candidate in candidates:
            yield candidate, evaluate(function, dict(candidate.values), os.getpid())
        return
    waiting: dict[Any, Candidate] = {}
    try:
        for candidate in candidates:
            waiting[executor.submit(evaluate, function, dict(candidate.values), os.getpid())] = candidate
        while waiting:
            done, _ = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                # A future holds its result: it goes as soon as that is handed on.
                yield waiting.pop(future), result_of(future)
    finally:
        for future in waiting:
            future.cancel()
