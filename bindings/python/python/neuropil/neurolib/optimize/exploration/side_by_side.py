"""Runs of a search that go side by side: those that differ in values alone, of small networks above all."""

import math
import pickle

from ...models.catalogue_model import CatalogueModel
from ...models.model import Model

#: Runs that go side by side, at most: as many as the engine has lanes.
LANES = 16

#: Nodes from which on a single run fills the lanes.
LARGE = 32

#: Bytes of outputs that runs side by side may hold.
BYTES = 128 << 20

#: Options of ``model.run`` for runs in pieces.
PIECES = ("chunkwise", "append_outputs", "continue_run")


def groups(model, points, names, options, processes):
    """Numbers of runs, each list of which goes side by side.

    ``points`` are lists of parameters, one value for each run, ``names`` the outputs that are kept, ``options`` those
    of ``model.run``. All processes get something to do.
    """
    count = len(next(iter(points.values())))
    size = _size(model, points, names, options, processes)
    if size == 1:
        return [[run] for run in range(count)]
    others = [values for name, values in points.items() if name not in model.values_of_trials]
    alike = {}
    for run in range(count):
        alike.setdefault(_key([values[run] for values in others], run), []).append(run)
    return [runs[first : first + size] for runs in alike.values() for first in range(0, len(runs), size)]


def _size(model, points, names, options, processes):
    """Runs that may go side by side."""
    if not _is_ours(model) or any(not _is_plain(*option) for option in options.items()):
        return 1
    count, nodes = len(next(iter(points.values()))), model._nodes()
    if nodes >= LARGE and (Model.getMaxDelay(model) > 0 or count < LANES * processes):
        return 1
    try:
        steps = max(map(model._steps_of, points.get("duration", [model.params["duration"]])))
    except (TypeError, ValueError):
        return 1  # the run says what is wrong
    held = BYTES // (8 * nodes * steps * len(names))
    return max(1, min(LANES, math.ceil(count / processes), held))


def _is_plain(name, value):
    """Whether a run with this option is in one piece and from the initial values on, with BOLD or without."""
    return name == "bold" or (name == "chunksize" and value is None) or (name in PIECES and value is False)


def _is_ours(model):
    """Whether runs of the model are the engine's alone: nothing of it is the user's own."""
    changed = (name for name in vars(model) if callable(getattr(type(model), name, None)))
    is_known = isinstance(model, CatalogueModel) and type(model).__module__.startswith("neuropil.neurolib.models.")
    return is_known and not any(changed) and "boldInputTransform" not in vars(model)


def _key(values, run):
    """Bytes that are the same for the same values; those of the run where values have none."""
    try:
        return pickle.dumps(values)
    except Exception:  # whatever pickling of the user's objects raises
        return run
