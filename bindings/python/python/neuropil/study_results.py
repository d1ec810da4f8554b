"""What a study has given so far."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xarray as xr

from . import _neuropil
from .arguments import flag, path, shown, text, whole
from .optimize import Search
from .study_search import replayed

__all__ = ["StudyResults", "StudyStatus", "merge_studies", "open_study"]


@dataclasses.dataclass(frozen=True)
class StudyStatus:
    """How far a study is."""

    #: Points of the study.
    points: int
    #: Points that are there.
    done: int
    #: Points that are there without scores: runs that were given up, or left the finite numbers.
    without_scores: int
    #: Of these, the number of the first one, and why.
    first_reason: tuple[int, str] | None
    #: What cannot be read, and why.
    damaged: list[str]


class StudyResults:
    """The results of a study, complete or not; made by :meth:`Study.explore` and :func:`open_study`."""

    def __init__(self, folder: Any):
        #: Where they lie.
        self.folder = Path(path("folder", folder))
        self._core = _neuropil.StudyResults(os.fspath(folder))

    @property
    def status(self) -> StudyStatus:
        """How far the study is."""
        return StudyStatus(**self._core.status())

    @property
    def scores(self) -> list[str]:
        """Names of the scores."""
        return list(self._core.scores)

    @property
    def specification(self) -> dict[str, Any]:
        """What was run, varied and asked."""
        return json.loads(self._core.specification)

    @property
    def store(self) -> Path:
        """The Zarr store."""
        inside = self.folder / "study.zarr"
        return inside if inside.is_dir() else self.folder

    @property
    def dataset(self) -> xr.Dataset:
        """All of it: dimension ``point``, axes as coordinates, scores and what was kept as variables.

        Needs the package zarr. Arrays are read when they are looked at.
        """
        try:
            import zarr  # noqa: F401
        except ImportError as error:
            raise ModuleNotFoundError("`zarr`: not installed, expected it to read studies\nhint: pip install zarr") from error
        return xr.open_zarr(self.store, consolidated=True)

    def grid(self) -> xr.Dataset:
        """Scores of a grid with its axes as dimensions; NaN where points are not there yet.

        Raises
        ------
        ValueError
            If the points are not those of a grid.
        """
        section = self.specification.get("study", {})
        design = "search" if "search" in section else section.get("design", "grid")
        if design != "grid":
            raise ValueError(f"`design`: found `{design}`, expected `grid`\n"
                             "hint: `to_dataframe` and `dataset` have the points as they are")
        found = self.dataset[self.scores].load()
        axes = list(found.attrs["axes"])
        found = found.drop_vars([name for name in found.coords if name not in axes])
        if len(axes) == 1:
            return found.swap_dims(point=axes[0])
        return found.set_index(point=axes).unstack("point")

    def to_dataframe(self) -> Any:
        """A pandas.DataFrame with a row for each point that is there.

        Its columns are the axes, the scores, and ``reason``, which says why a point has none.
        """
        found = self.dataset
        columns = [*found.attrs["axes"], *(name for name in ("generation",) if name in found), *self.scores, "reason"]
        done = found["done"].values == 1
        frame = found[columns].load().to_dataframe()[columns]
        return frame[done]

    def best(self, score: str, number: int = 10, *, lowest: bool | None = None) -> Any:
        """The best points by a score as a pandas.DataFrame: the largest, or the smallest of a distance.

        ``lowest`` says which ones where the score does not.
        """
        import pandas as pd

        if lowest is not None:
            flag("lowest", lowest)
        axes, points, _ = self._core.best(text("score", score), whole("number", number, 1), lowest)
        rows = [[*values, value] for _, values, value in points]
        numbers = pd.Index([point for point, _, _ in points], name="point")
        return pd.DataFrame(rows, index=numbers, columns=[*axes, score])

    def search(self) -> Search:
        """The search that chose the points, as after :meth:`neuropil.optimize.Search.run`.

        It is told the stored scores again, and has their history, best record, Pareto front and genealogy, and what
        :mod:`neuropil.plot` draws of searches. Numbers of candidates are those of points. Of a score that is to be near
        a number it is told the distance.

        Raises
        ------
        ValueError
            If the points are those of a design, or the scores do not lead to the points that are stored.
        """
        if "search" not in self.specification.get("study", {}):
            raise ValueError("`search`: found a study with a design, expected one with a search\n"
                             "hint: `dataset` and `to_dataframe` have its points")
        return replayed(self.specification, self.dataset)

    def __repr__(self) -> str:
        status = self.status
        return f"<StudyResults {self.folder}: {status.done} of {status.points} points, scores {', '.join(self.scores)}>"


def open_study(folder: Any) -> StudyResults:
    """The results in a folder, complete or not."""
    return StudyResults(folder)


def merge_studies(folders: list[Any], to: Any) -> StudyResults:
    """Puts together what slices of one study have written to several folders."""
    if isinstance(folders, (str, bytes, os.PathLike)) or not isinstance(folders, Iterable):
        raise TypeError(f"`folders`: found {shown(folders)}, expected a list of folders")
    given = [os.fspath(path("folders", folder)) for folder in folders]
    _neuropil.merge_studies(given, os.fspath(path("to", to)))
    return StudyResults(to)
