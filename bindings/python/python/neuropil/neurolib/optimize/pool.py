"""Evaluations of a search, spread over processes."""

import contextlib
import logging
import multiprocessing
import os
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

import numpy as np

from ... import _neuropil

_log = logging.getLogger()

#: What the processes do. They are forked from this one, so that it may be a closure, which can not be sent to others.
_task = None


def each(task, count, processes):
    """Yields ``(index, task(index))`` for the indices below ``count``, in the order in which they finish.

    An exception of a task ends the evaluations and is raised. Without ``fork`` (Windows) this process does it all.
    """
    global _task
    if count == 0:
        return
    if "fork" not in multiprocessing.get_all_start_methods():
        _log.info("This system can not fork processes: one after the other is evaluated.")
        for index in range(count):
            yield index, task(index)
        return
    _task = task
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(min(processes, count), context, initializer=_begin, initargs=(os.getpid(),))
    try:
        indices = {pool.submit(_evaluate, index): index for index in range(count)}
        for future in as_completed(list(indices)):
            # A future holds its result: it goes as soon as that is handed on.
            yield indices.pop(future), future.result()
    finally:
        pool.shutdown(cancel_futures=True)
        _task = None


def _begin(parent):
    _neuropil.compute_alone()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent):
    """Ends this process when its parent is gone: one that was killed could not say so, and this would wait forever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _evaluate(index):
    return _task(index)


@contextlib.contextmanager
def parameters_kept(model):
    """A ``with`` block after which ``model``, if there is one, has the parameters that it had before."""
    kept = None if model is None else dict(model.params)
    try:
        yield
    finally:
        if kept is not None:
            model.params.clear()
            model.params.update(kept)


def number_of_processes(ncores):
    """``ncores`` if it is a number of processes, all cores if it is ``None``."""
    if ncores is None:
        return multiprocessing.cpu_count()
    if int(ncores) != ncores or ncores < 1:
        raise ValueError(f"`ncores`: found {ncores}, expected a positive integer")
    return int(ncores)


class seeded:
    """A ``with`` block in which the global generators of NumPy and Python begin at a seed of integers.

    Operators and evaluation functions of users draw from them. Afterwards they are as before.
    """

    def __init__(self, *seed):
        # Seeds of NumPy have 32 bits.
        self._words = [word for number in seed for word in (number & 0xFFFFFFFF, (number >> 32) & 0xFFFFFFFF)]

    def __enter__(self):
        self._states = np.random.get_state(), random.getstate()
        np.random.seed(self._words)
        random.seed(repr(self._words))

    def __exit__(self, *_):
        np.random.set_state(self._states[0])
        random.setstate(self._states[1])
