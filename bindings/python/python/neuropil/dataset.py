"""Datasets: connectomes and BOLD of a group of subjects."""

from __future__ import annotations

import functools
import os

import numpy as np

from . import _neuropil, arguments
from .connectome import Connectome

__all__ = ["Dataset", "Subject"]


class Subject:
    """One subject of a dataset: its connectome and, where measured, BOLD."""

    def __init__(self, core: _neuropil.Subject):
        self._core = core

    @property
    def id(self) -> str:
        """Name of the subject's folder."""
        return self._core.id

    @functools.cached_property
    def connectome(self) -> Connectome:
        """Normalised weights, and lengths in mm."""
        return Connectome._of(self._core.connectome)

    @functools.cached_property
    def bold(self) -> np.ndarray | None:
        """BOLD, (regions, volumes)."""
        return self._core.bold

    @functools.cached_property
    def functional_connectivity(self) -> np.ndarray | None:
        """Pearson's correlation of the BOLD of every pair of regions, (regions, regions)."""
        return self._core.functional_connectivity

    def __repr__(self) -> str:
        volumes = "no BOLD" if self.bold is None else f"{self.bold.shape[1]} volumes of BOLD"
        return f"<Subject {self.id}: {self.connectome.nodes} regions, {volumes}>"


class Dataset:
    """A group of subjects with the same regions, read from a folder in neurolib's layout.

    Parameters
    ----------
    path
        The folder: it holds ``subjects/<id>/structural`` and ``functional``. A name is looked up in the folder that the
        environment variable ``NEUROPIL_DATASETS`` names, unless there is a folder of this name.
    normalisation : {"max", "waytotal", "nvoxel", "none"}, optional
        How the streamline counts of each subject become weights. ``"max"`` divides by their maximum.
    subcortical : bool, optional
        Whether to keep the hippocampus, amygdala, basal ganglia and thalamus.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    TypeError, ValueError
        If an argument is of another kind, or the folder holds no dataset; the message says what was found where.
    """

    def __init__(self, path: str | os.PathLike, normalisation: str | None = None, subcortical: bool = False):
        arguments.path("path", path)
        if normalisation is not None:
            arguments.text("normalisation", normalisation)
        arguments.flag("subcortical", subcortical)
        folder = os.environ.get("NEUROPIL_DATASETS")
        if folder and not os.path.exists(path):
            path = os.path.join(folder, path)
        self._arguments = (os.path.abspath(path), normalisation, subcortical)
        self._core = _neuropil.Dataset.read(path, normalisation, subcortical)

    @classmethod
    def read(cls, path: str | os.PathLike, normalisation: str | None = None, subcortical: bool = False) -> Dataset:
        """As the constructor."""
        return cls(path, normalisation, subcortical)

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self._core.name

    @functools.cached_property
    def connectome(self) -> Connectome:
        """The mean of the subjects' normalised weights and of their lengths."""
        return Connectome._of(self._core.connectome)

    @functools.cached_property
    def subjects(self) -> list[Subject]:
        """The subjects, in the order of their names."""
        return [Subject(subject) for subject in self._core.subjects]

    @functools.cached_property
    def functional_connectivity(self) -> np.ndarray | None:
        """The mean functional connectivity of the subjects that have BOLD, (regions, regions)."""
        return self._core.functional_connectivity

    def __reduce__(self):
        return Dataset, self._arguments

    def __len__(self) -> int:
        return len(self.subjects)

    def __iter__(self):
        return iter(self.subjects)

    def __repr__(self) -> str:
        return f"<Dataset {self.name}: {len(self)} subjects, {self.connectome.nodes} regions>"
