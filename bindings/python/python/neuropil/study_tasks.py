"""Running the points of a study on an executor."""

from __future__ import annotations

import concurrent.futures
import functools
import hashlib
import importlib
import os
import pickle
from typing import TYPE_CHECKING, Any

from . import _neuropil
from .arguments import shown, whole
from .optimize.evaluation import compute_alone_unless, result_of

if TYPE_CHECKING:
    from .study import Study

#: Jobs that a worker has at a time: one that runs and one that waits.
AHEAD = 2


def run_on(
    executor: Any, study: Study, folder: str, part: tuple[int, int] | None, progress: Any, workers: int | None
) -> bool:
    """Runs what there is to run, and stores results here as they come; whether all points of the study are there."""
    if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
        raise TypeError(f"`executor`: found {shown(executor)}, expected one with `submit`, as those of "
                        "`concurrent.futures`")
    count = _workers(executor) if workers is None else whole("workers", workers, 1)
    state = _dumped(study)
    exploration: Any = _neuropil.Exploration(study._plan, folder, part)
    digest = hashlib.sha256(state).hexdigest()
    batch = exploration.batch
    most = max(1, batch // count) if exploration.is_search else batch
    waiting: dict[Any, Any] = {}
    done = exploration.done_before
    progress(done, exploration.points, batch, 0)
    run = 0
    try:
        while True:
            while len(waiting) < AHEAD * count and (job := exploration.next(most)) is not None:
                future = executor.submit(evaluated, digest, state, job, os.getpid())
                if not isinstance(future, concurrent.futures.Future):
                    raise TypeError(f"`executor`: found one whose `submit` gives {shown(future)}, expected futures of "
                                    "`concurrent.futures`\nhint: Dask has them in `Client.get_executor()`")
                waiting[future] = job
            if not waiting:
                break
            finished, _ = concurrent.futures.wait(waiting, timeout=0.1, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in finished:
                job = waiting.pop(future)
                exploration.keep(job, result_of(future))
                run += len(job[1])
            progress(done + run, exploration.points, batch, run, exploration.found)
        return exploration.finish()
    finally:
        for future in waiting:
            future.cancel()
        # An exception keeps this frame, and so would keep the locks of batches from the next call.
        exploration = None


def _dumped(study: Study) -> bytes:
    """A study as bytes, with functions of scripts and sessions by value where cloudpickle or dill is at hand."""
    reason: Exception | None = None
    for name in ("cloudpickle", "pickle", "dill"):
        try:
            return importlib.import_module(name).dumps(study)
        except ImportError:
            continue
        except Exception as error:  # each has errors of its own
            reason = reason or error
    raise TypeError(f"`executor`: found a study that cannot be sent to another process: {reason}\n"
                    "hint: define functions in a module, or install `cloudpickle`; locks and open files cannot be "
                    "sent") from reason


def evaluated(digest: str, state: bytes, job: Any, owner: int) -> Any:
    """The results of a job, in a worker; ``owner`` is the process that writes."""
    compute_alone_unless(owner)
    return _restored(digest, state, os.getpid())._plan.evaluate(job)


@functools.lru_cache(maxsize=2)
def _restored(digest: str, state: bytes, process: int) -> Study:
    """The study, made once in each process."""
    try:
        return pickle.loads(state)
    except (AttributeError, ImportError) as error:
        raise TypeError(f"`executor`: found a study that a worker cannot read: {error}\n"
                        "hint: define functions in a module that workers import, or install `cloudpickle`") from error


def _workers(executor: Any) -> int:
    """How many workers an executor has, as far as it says."""
    count = getattr(executor, "_max_workers", None) or getattr(executor, "num_workers", None)
    client = getattr(executor, "_client", None)
    if client is not None:
        count = sum(client.nthreads().values())
    return count if isinstance(count, int) and count > 0 else os.cpu_count() or 1


__all__ = ["evaluated", "run_on"]
