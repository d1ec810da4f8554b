"""Connectomes: who connects to whom, how strongly and over what length."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from . import _neuropil, arguments
from .arguments import shown, text, texts
from .units import array, number

__all__ = ["Connectome"]


class Connectome:
    """Weights, tract lengths, labels and centres of the regions of a brain.

    Parameters
    ----------
    weights : (regions, regions)
        ``weights[i, j]`` is the connection from region ``j`` to region ``i``. No unit; may be negative.
    lengths : (regions, regions), optional
        Tract lengths in mm. Without them, and without centres, nothing is delayed; with centres only, lengths are the
        straight distances between them.
    labels : optional
        Names of the regions; ``"1"``, ``"2"`` and so on otherwise.
    centres : (regions, 3), optional
        Centres of the regions in mm.
    name : optional
        A name for plots and reports.

    Raises
    ------
    ValueError
        If a matrix is not square, sizes differ, a number is not finite, or a length is negative.
    """

    def __init__(self, weights, lengths=None, labels=None, centres=None, name=None):
        if centres is not None:
            centres = np.asarray(number("centres", centres, "mm"))
            if centres.ndim != 2 or centres.shape[1] != 3:
                raise ValueError(f"`centres`: found an array of shape {centres.shape}, expected (regions, 3)")
        if isinstance(weights, (str, os.PathLike)):
            raise TypeError(f"`weights`: found {weights!r}, expected a matrix\nhint: `Connectome.read(...)` reads files")
        weights = np.asarray(array("weights", weights))
        if weights.ndim != 2:
            raise ValueError(f"`weights`: found an array of shape {weights.shape}, expected (regions, regions)")
        self._core = _neuropil.Connectome(
            weights,
            None if lengths is None else np.asarray(number("lengths", lengths, "mm")),
            None if labels is None else texts("labels", labels, len(weights), "regions"),
            None if centres is None else centres.tolist(),
            None if name is None else text("name", name),
        )

    @classmethod
    def _of(cls, core: _neuropil.Connectome) -> Connectome:
        self = cls.__new__(cls)
        self._core = core
        return self

    @classmethod
    def example(cls) -> Connectome:
        """The built-in synthetic connectome: 80 cortical regions of the AAL2 atlas, weights by a generative rule."""
        return cls._of(_neuropil.Connectome.example())

    @classmethod
    def from_arrays(cls, weights, lengths=None, labels=None, centres=None, name=None) -> Connectome:
        """As the constructor."""
        return cls(weights, lengths, labels, centres, name)

    @classmethod
    def read(cls, path: str | os.PathLike, lengths=None, labels=None) -> Connectome:
        """Reads a connectome: the zip or folder of The Virtual Brain, ``.npz``, ``.npy``, ``.mat``, or text.

        A file of one matrix gives the weights; ``lengths`` and ``labels`` may come from files of their own. A folder
        that is a dataset in neurolib's layout gives the mean connectome of its subjects.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If its content is no connectome; the message says what was found where.
        """
        arguments.path("path", path)
        lengths, labels = (None if value is None else arguments.path(name, value)
                           for name, value in (("lengths", lengths), ("labels", labels)))
        if lengths is None and labels is None and os.path.isdir(os.path.join(path, "subjects")):
            return cls._of(_neuropil.Dataset.read(path).connectome)
        return cls._of(_neuropil.Connectome.read(path, lengths, labels))

    def write(self, path: str | os.PathLike, format: str | None = None) -> None:
        """Writes it so that :meth:`read` gives it back: ``.zip``, ``.npz``, or a folder, by the path's ending."""
        self._core.write(arguments.path("path", path), None if format is None else text("format", format))

    @functools.cached_property
    def weights(self) -> np.ndarray:
        """Weights, (target, source); read-only."""
        return _frozen(self._core.weights)

    @functools.cached_property
    def lengths(self) -> np.ndarray:
        """Tract lengths in mm, (target, source); read-only."""
        return _frozen(self._core.lengths)

    @property
    def distances(self) -> np.ndarray:
        """Another name of :attr:`lengths`."""
        return self.lengths

    @functools.cached_property
    def labels(self) -> list[str]:
        """Names of the regions."""
        return self._core.labels

    @functools.cached_property
    def centres(self) -> np.ndarray | None:
        """Centres of the regions in mm, (regions, 3), where known; read-only."""
        centres = self._core.centres
        return None if centres is None else _frozen(centres)

    @property
    def name(self) -> str:
        """Name for plots and reports."""
        return self._core.name

    @property
    def nodes(self) -> int:
        """Number of regions."""
        return self._core.nodes

    @property
    def notes(self) -> list[str]:
        """What a reader should know before using it."""
        return self._core.notes

    def normalised(self) -> Connectome:
        """With weights divided by the largest magnitude among them."""
        return self._of(self._core.normalised())

    def without_self_connections(self) -> Connectome:
        """With zeros on the diagonals."""
        return self._of(self._core.without_self_connections())

    def to_xarray(self) -> xr.Dataset:
        """Weights and lengths as a dataset with named regions."""
        coordinates: dict[str, Any] = {"target": self.labels, "source": self.labels}
        lengths = (("target", "source"), self.lengths, {"units": "mm"})
        variables = {"weights": (("target", "source"), self.weights), "lengths": lengths}
        return xr.Dataset(variables, coordinates, {"name": self.name})

    def __reduce__(self) -> Any:
        return Connectome, (self.weights, self.lengths, self.labels, self.centres, self.name)

    def __len__(self) -> int:
        return self.nodes

    def __repr__(self) -> str:
        return self._core.describe().strip()


def _frozen(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values


def as_connectome(value: Any) -> Connectome:
    """A connectome as it is, by the name ``"example"``, from a path, or from a matrix of weights."""
    if isinstance(value, Connectome):
        return value
    if isinstance(value, str) and value == "example":
        return Connectome.example()
    if isinstance(value, (str, os.PathLike)):
        return Connectome.read(value)
    if isinstance(getattr(value, "connectome", None), Connectome):
        return value.connectome  # a dataset, or one of its subjects
    if isinstance(value, Sequence) or hasattr(value, "__array__"):
        return Connectome(value)
    raise TypeError(f"`connectome`: found {shown(value)}, expected a Connectome, a path or a matrix of weights")
