"""Results of searches in files: a folder for each search, in it one file for each run.

``data/hdf/<filename>/<trajectory>/`` holds ``search.json`` (what was explored), ``parameters.npz`` (those of the
model), and for each run ``run_00000000.npz`` or ``failed_00000000.npz``. Runs that were made side by side share a file,
``runs_00000000.npz`` with the number of the first. An evolution has ``gen_00000000.npz`` for each generation and
``ind_00000000.npz`` for each individual instead. A file is there whole or not at all.
"""

import json
import logging
import os
from datetime import datetime
from pathlib import Path

import numpy as np

from ..utils import paths
from ..utils.collections import dotdict, flatten_nested_dict

_log = logging.getLogger()

#: Where in a file all that is no array lies, as JSON.
_OTHERS, _ARRAY = "json", "array."

#: In a file of several: what all have, and what each has, along the first dimension.
_SAME, _EACH = "same.", "each."


def save(path, values):
    """Writes a dictionary of arrays, numbers, texts, and lists and dictionaries of them as one ``.npz`` file."""
    values = {str(name): value for name, value in values.items()}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray) and value.dtype != object}
    others = to_json({name: value for name, value in values.items() if name not in arrays})
    content = {_ARRAY + name: value for name, value in arrays.items()}
    content[_OTHERS] = np.frombuffer(others.encode(), dtype=np.uint8)
    with _replacing(path) as file:
        np.savez(file, **content)


def load(path, with_arrays=True):
    """The dictionary that :func:`save` wrote, or what is no array of it."""
    with np.load(path, allow_pickle=False) as content:
        values = from_json(content[_OTHERS].tobytes().decode())
        names = [name for name in content.files if name != _OTHERS] if with_arrays else []
        values.update((name[len(_ARRAY) :], content[name]) for name in names)
    return values


def to_json(values):
    """A dictionary as text; arrays in it keep their type."""
    for name, value in values.items():
        try:
            json.dumps(value, default=_plain)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"`{name}`: found {type(value).__name__} ({error}), expected an array, a number, a text, "
                "or lists and dictionaries of them"
            ) from None
    return json.dumps(values, default=_plain)


def from_json(text):
    """The dictionary that :func:`to_json` wrote."""
    return json.loads(text, object_hook=_array)


def _keepable(values):
    """The values without those that no file can hold, which are logged."""
    kept = {}
    for name, value in values.items():
        try:
            to_json({name: None if isinstance(value, np.ndarray) else value})
        except TypeError as error:
            _log.warning("Not kept: %s", error)
        else:
            kept[name] = value
    return kept


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {"__array__": value.tolist(), "dtype": str(value.dtype)}
    raise TypeError(f"{type(value).__name__} can not be kept")


def _array(found):
    return np.array(found["__array__"], dtype=found["dtype"]) if found.keys() == {"__array__", "dtype"} else found


class _replacing:
    """A file that takes its place when it is whole."""

    def __init__(self, path):
        self._path = Path(path)
        self._temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")

    def __enter__(self):
        self._file = open(self._temporary, "wb")
        return self._file

    def __exit__(self, kind, *_):
        self._file.close()
        if kind is None:
            os.replace(self._temporary, self._path)
        else:
            self._temporary.unlink()


class StoredSearch:
    """The folder of a search or an evolution. Making one touches no file."""

    def __init__(self, file, name):
        self.path = Path(file) / name
        self.name = self.v_name = name
        #: Numbers that a file of several holds, by its path.
        self._numbers = {}

    @classmethod
    def new(cls, filename):
        """A search below ``filename`` in neurolib's folder, with a name of its own that says the time."""
        file, name = Path(paths.HDF_DIR) / filename, datetime.now().strftime("results-%Y-%m-%d-%HH-%MM-%SS")
        free, number = name, 1
        while (file / free).exists():
            number += 1
            free = f"{name}-{number}"
        return cls(file, free)

    def create(self, explored, parameters=None, **about):
        """Makes the folder, and writes what is explored (lists by name) and the parameters of the model."""
        if self.path.parent.is_file():
            raise FileExistsError(
                f"`filename`: {self.path.parent} is a file, expected a folder or nothing\n"
                "hint: results of neurolib itself are not read; give another name"
            )
        self.path.mkdir(parents=True, exist_ok=True)
        for old in self.path.glob("*_*.npz"):
            old.unlink()
        self._numbers.clear()
        if parameters is not None:
            save(self.path / "parameters.npz", _keepable(flatten_nested_dict(parameters)))
        with _replacing(self.path / "search.json") as file:
            file.write(to_json({"explored": explored, **about}).encode())

    def about(self):
        """What ``search.json`` says."""
        return from_json((self.path / "search.json").read_text())

    def save(self, kind, number, values):
        """Writes one file, of run 3 for example."""
        save(self._file(kind, number), values)

    def save_together(self, kind, numbers, each):
        """Writes several of a kind into one file: names with the same array once, those with arrays alike as one."""
        content, others = {"numbers": list(numbers)}, [dict(values) for values in each]
        for name in list(others[0]):
            arrays = [values.get(name) for values in others]
            if not all(isinstance(array, np.ndarray) and array.dtype != object for array in arrays):
                continue
            if all(array is arrays[0] for array in arrays):
                content[_SAME + name] = arrays[0]
            elif len({(array.shape, array.dtype) for array in arrays}) == 1:
                content[_EACH + name] = np.stack(arrays)
            else:
                continue
            for values in others:
                del values[name]
        save(self._file(kind + "s", numbers[0]), {**content, "others": others})

    def load(self, kind, number):
        """What was written of one of a kind."""
        path = self._file(kind, number)
        if path.exists():
            return load(path)
        for shared in self._shared(kind):
            if number in self._numbers[shared]:
                values = _one_of(load(shared), self._numbers[shared].index(number))
                # A copy, for the others need not stay in memory.
                arrays = {name: value.copy() for name, value in values.items() if isinstance(value, np.ndarray)}
                return {**values, **arrays}
        raise FileNotFoundError(
            f"`{kind}`: found no results of {number} in {self.path}\n"
            "hint: it did not finish, or there is no such number"
        )

    def numbers(self, kind):
        """The numbers that are there, in order."""
        shared = (number for path in self._shared(kind) for number in self._numbers[path])
        return sorted([*self._single(kind), *shared])

    def _single(self, kind):
        return sorted(int(path.stem.split("_")[1]) for path in self.path.glob(f"{kind}_*.npz"))

    def _shared(self, kind):
        """Files of several of a kind; looks what numbers they hold."""
        paths = sorted(self.path.glob(f"{kind}s_*.npz"))
        for path in paths:
            if path not in self._numbers:
                self._numbers[path] = load(path, with_arrays=False)["numbers"]
        return paths

    def _file(self, kind, number):
        return self.path / f"{kind}_{number:08d}.npz"

    def result(self, run, short_names=True):
        """Results of a run, with :func:`with_short_names` or the dotted names."""
        return _named(self.load("run", run), short_names)

    def results(self, short_names=True):
        """Yields results of all runs by number, those of a file at a time."""
        for run in self._single("run"):
            yield {run: self.result(run, short_names)}
        for path in self._shared("run"):
            content = load(path)
            yield {run: _named(_one_of(content, place), short_names) for place, run in enumerate(self._numbers[path])}


def _one_of(content, place):
    """Values of one of several that lie in a file."""
    values = dict(content["others"][place])
    for name, value in content.items():
        if name.startswith(_SAME):
            # A copy: what is done to it must change no other run.
            values[name[len(_SAME) :]] = value.copy()
        elif name.startswith(_EACH):
            values[name[len(_EACH) :]] = value[place]
    return values


def _named(values, short_names):
    return dotdict(with_short_names(values) if short_names else values)


def with_short_names(values):
    """``outputs.rates_exc`` becomes ``rates_exc``; names that would be the same stay as they are."""
    short = [name.rsplit(".", 1)[-1] for name in values]
    return {leaf if short.count(leaf) == 1 else name: value for leaf, (name, value) in zip(short, values.items())}
