"""Studies: a network at many points of a parameter space, with scores."""

from __future__ import annotations

import dataclasses
import json
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from . import _neuropil, arguments
from .arguments import choice, flag, mapping, shown, text, whole
from .dataset import Dataset
from .network import Network
from .optimize.axis import as_axis
from .progress import StudyProgress, extent
from .score import Stage
from .study_results import StudyResults
from .study_runs import Options, Runs, ScoreFunction
from .study_section import DESIGNS, as_kept, as_scores, as_stages, axis_section, check_asked, in_unit, search_section
from .study_tasks import run_on
from .units import scalar

__all__ = ["Study"]


class Study:
    """A network at many points of a parameter space; each run gives scores.

    Results lie in a folder. Whatever ends an exploration, the same call goes on where it was, and gives the same bits.
    A study grows in its folder where the points that are there stay the first ones: with more ``evaluations`` or
    ``generations`` of a search, more ``points`` of a random or Sobol design, or further values of the axis of a grid
    that changes slowest, the first of :attr:`axes`, such as seeds. Its results are those of a study that was as large
    from the start. Any other change is refused.

    Parameters
    ----------
    network : Network, or function
        What is run. A function is called with the values of a point by name and gives a network; each point is then a
        run by itself, while points that differ in values of one network run side by side.
    axes : mapping
        What is varied: names of parameters, inputs and strengths (``"population.name"`` where there are several),
        ``speed``, ``seed``, ``"projection.n.strength"``; to :class:`Axis` objects, tuples ``(lower, upper)`` or lists
        of values.
    scores : mapping, optional
        Names to :class:`Score` objects, their kinds as texts, or functions of your own: one gets what was recorded of
        a run, an xarray.Dataset whose ``attrs`` are the values of its point, and gives a number, or ``None`` where
        there is none. A tuple of names stands for a function that gives several. An exception of it ends the
        exploration; what was stored stays.
    duration
        Simulated time of a run in ms, the transient included.
    transient : optional
        Time at the start that is not looked at, in ms.
    record : optional
        As in :meth:`Simulator.run`. Outputs that scores name need not be in it.
    every : optional
        Time between samples in ms; 1, or the time step if that is longer.
    dt, method, seed, noise_step, stimuli : optional
        As in :class:`Simulator`. The seed is also that of a design that draws, and of a search.
    same_noise : bool, optional
        Whether all points have the same noise and drawn initial values, so that they differ by their values alone; it
        saves time, too.
    design : {"grid", "sequence", "list", "random", "latin_hypercube", "sobol"}, optional
        How points are chosen beforehand; ``"grid"`` if not given.
    points : int, optional
        Number of points of the last three.
    search : str or algorithm of :mod:`neuropil.optimize`, optional
        An algorithm that chooses points by the scores of earlier ones, instead of a design.
    objectives : mapping, optional
        For a search: names of scores to ``"maximise"``, ``"minimise"``, a number to be near to, or a tuple of one of
        these and a weight. Large correlations and small distances if not given.
    evaluations, generations : int, optional
        For a search: number of points, which must be given, and of generations at most.
    keep : list, optional
        What is kept beside scores: ``"recordings"``, ``"bold"``, ``"functional_connectivity"``.
    stages : list of Stage, optional
        Conditions after which runs that do not meet them are given up.
    batch : int, optional
        Points that are written together; some seconds of work if not given.
    dataset : Dataset, optional
        Measured data that scores compare with.
    title : str, optional
        One line for the report.

    Raises
    ------
    ValueError
        If something does not fit; the message names the argument, what was found and what was expected.

    Examples
    --------
    >>> import neuropil as npl, tempfile
    >>> study = npl.Study(npl.Network("hopf"), {"a": npl.Axis(-1, 1, steps=5)}, duration=500,
    ...                   scores={"amplitude": npl.Score("amplitude", "x")})
    >>> results = study.explore(tempfile.mkdtemp() + "/study", progress=False)
    >>> results.best("amplitude", 1).a.tolist()
    [1.0]
    """

    def __init__(
        self,
        network: Network | Callable[[dict[str, Any]], Network],
        axes: Mapping[str, Any],
        *,
        scores: Mapping[Any, Any] | None = None,
        duration: Any,
        transient: Any = 0.0,
        record: Any = None,
        every: Any = None,
        dt: Any = None,
        method: str = "euler",
        seed: int = 0,
        noise_step: Any = None,
        same_noise: bool = False,
        stimuli: Any = (),
        design: str | None = None,
        points: int | None = None,
        search: Any = None,
        objectives: Mapping[str, Any] | None = None,
        evaluations: int | None = None,
        generations: int | None = None,
        keep: Iterable[str] = (),
        stages: Iterable[Stage] = (),
        batch: int | None = None,
        dataset: Dataset | None = None,
        title: str | None = None,
    ):
        if not isinstance(network, Network) and not callable(network):
            raise TypeError(f"`network`: found {shown(network)}, expected a Network, or a function that makes one")
        if dataset is not None and not isinstance(dataset, Dataset):
            raise TypeError(f"`dataset`: found {shown(dataset)}, expected a Dataset")
        seed = whole("seed", seed)
        options = Options(
            scalar("duration", duration, "ms"), scalar("transient", transient, "ms"), record,
            None if every is None else scalar("every", every, "ms"), None if dt is None else scalar("dt", dt, "ms"),
            method, seed, noise_step, same_noise, stimuli)
        built_in, functions = as_scores(scores)
        varied = {name: as_axis(name, axis) for name, axis in mapping("axes", axes).items()}
        if isinstance(network, Network):
            varied = {name: in_unit(network, name, axis) for name, axis in varied.items()}
        if title is not None:
            text("title", title, "a text")
        section: dict[str, Any] = {
            "axes": {name: axis_section(name, axis) for name, axis in varied.items()},
            "scores": {name: score._section() for name, score in built_in.items()},
            "keep": as_kept(keep),
            "stage": [stage._section() for stage in as_stages(stages)],
        }
        given = {
            "design": None if design is None else choice("design", design, DESIGNS),
            "points": None if points is None else whole("points", points, 1),
            "batch": None if batch is None else whole("batch", batch, 1),
        }
        section.update({name: value for name, value in given.items() if value is not None})
        wanted = {"objectives": objectives, "evaluations": evaluations, "generations": generations}
        if search is not None:
            if extra := [name for name in ("design", "points") if given[name] is not None]:
                raise ValueError(f"`{extra[0]}`: found it beside `search`, expected one or the other")
            section["search"] = search_section(search, varied, **wanted)
        elif extra := [name for name, value in wanted.items() if value is not None]:
            raise ValueError(f"`{extra[0]}`: found without `search`\nhint: for example `search=\"cma_es\"`")
        check_asked(varied, built_in, functions, section["keep"], record)
        outputs = [score.output for score in built_in.values() if score.output is not None]
        own = [name for names, _ in functions for name in names]
        runs = Runs(network, options, list(dict.fromkeys(outputs)), own, dataset)
        self._begin(_Described(json.dumps(section), runs, functions, seed, dataset, title))

    @classmethod
    def read(cls, path: Any) -> Study:
        """The study of a file in TOML or JSON, as ``neuropil explore`` takes it."""
        return cls._of(_File("read", os.fspath(arguments.path("path", path))))

    @classmethod
    def from_toml(cls, text: str) -> Study:
        """The study of a text in TOML."""
        return cls._of(_File("from_toml", arguments.text("text", text, "a text")))

    @classmethod
    def _of(cls, source: _Described | _File) -> Study:
        study = cls.__new__(cls)
        study._begin(source)
        return study

    def _begin(self, source: _Described | _File) -> None:
        self._source, self._plan = source, source.plan()

    def __len__(self) -> int:
        """Number of points; of a search, at most."""
        return self._plan.points

    @property
    def axes(self) -> list[str]:
        """Names of the axes, from the one that changes slowest in a grid; one per node is as many as there are nodes."""
        return [name for name, _, _ in self._plan.axes]

    @property
    def scores(self) -> list[str]:
        """Names of the scores."""
        return list(self._plan.scores)

    @property
    def batch(self) -> int:
        """Points that are written together in a new folder; a study that grows keeps those of its folder."""
        return self._plan.batch

    @property
    def bytes_of_point(self) -> int:
        """Bytes that a point takes in a folder, before they are compressed."""
        return self._plan.bytes_of_point

    def point(self, number: int) -> dict[str, Any]:
        """The values of a point of a design."""
        number = whole("number", number, 0, len(self) - 1)
        values = self._plan.values(number)
        if not values:
            raise ValueError("`number`: found a study with a search, expected one with a design")
        return dict(zip(self.axes, values))

    def evaluate(self, values: Mapping[str, Any], number: int = 0) -> dict[str, float]:
        """The scores of one point by its values, without a folder: what a search of your own wants.

        ``number`` is that of the trial, on which noise depends.
        """
        given = mapping("values", values)
        if set(given) != set(self.axes):
            raise ValueError(f"`values`: found {', '.join(given) or 'none'}, expected {', '.join(self.axes)}")
        job = (whole("number", number), [[_value(name, given[name], self._source.has_texts) for name in self.axes]])
        found, _, _, _ = self._plan.evaluate(job)
        return dict(zip(self.scores, found[0].tolist()))

    def explore(
        self,
        folder: Any,
        *,
        slice: tuple[int, int] | str | None = None,  # noqa: A002
        threads: int | None = None,
        executor: Any = None,
        workers: int | None = None,
        progress: bool | None = None,
    ) -> StudyResults:
        """Runs the points that are not in the folder yet, and gives what is there.

        Parameters
        ----------
        folder
            Where results lie: a folder that does not exist yet, or that of this study, which may have grown.
        slice : (number, of) or "number/of", optional
            A part of the points, for one task of a cluster's job array.
        threads : int, optional
            All cores if not given.
        executor : concurrent.futures.Executor, optional
            Where points are run instead of on threads: the standard library's, ``Client.get_executor()`` of Dask,
            ``mpi4py.futures.MPIPoolExecutor``, loky, or anything with ``submit``. Only this process writes.
        workers : int, optional
            Workers of the executor, which get two jobs each at a time; asked of it if not given.
        progress : bool, optional
            Whether to show a bar, and above it what is run and how many bytes it takes; on a terminal and in a notebook if
            not given. It appears after half a second.

        Raises
        ------
        ValueError
            If the folder holds something else or another study; the message names the first difference.
        KeyboardInterrupt
            If interrupted; the same call goes on.
        """
        folder, part = os.fspath(arguments.path("folder", folder)), _slice(slice)
        threads = None if threads is None else whole("threads", threads, 1)
        if executor is None and workers is not None:
            raise ValueError("`workers`: found without `executor`\nhint: `threads` is the number of threads")
        if executor is not None and threads is not None:
            raise ValueError("`threads`: found beside `executor`, expected one or the other\n"
                             "hint: its workers use one thread each")
        if progress is not None:
            flag("progress", progress)
        bar = StudyProgress(self._plan, part, progress)
        try:
            if executor is None:
                is_complete, _ = self._plan.explore(folder, part, threads, bar)
            else:
                is_complete = run_on(executor, self, folder, part, bar, workers)
        finally:
            bar.close()
        if part is None and not is_complete:
            warnings.warn(f"some points of `{folder}` are not there yet: other processes work on them", stacklevel=2)
        return StudyResults(folder)

    def __reduce__(self) -> Any:
        return type(self)._of, (self._source,)

    def __repr__(self) -> str:
        return f"<Study: {extent(self._plan, self.batch, len(self))}; scores {', '.join(self.scores) or 'none'}>"


@dataclasses.dataclass(frozen=True)
class _Described:
    """What a study is made of: its section as JSON, its runs, functions that score with their names, and so on."""

    section: str
    runs: Runs
    functions: list[tuple[tuple[str, ...], Callable[..., Any]]]
    seed: int
    dataset: Dataset | None
    title: str | None

    @property
    def has_texts(self) -> bool:
        """Whether values of axes may be texts: those of a network are numbers."""
        return not self.runs.is_network

    def plan(self) -> _neuropil.StudyPlan:
        scored = [(list(names), ScoreFunction(names, function)) for names, function in self.functions]
        dataset = None if self.dataset is None else self.dataset._core
        plan = _neuropil.StudyPlan(self.section, self.runs, scored, self.seed, dataset, self.title)
        for _, function in scored:
            function.axes = [name for name, _, _ in plan.axes]
        return plan


@dataclasses.dataclass(frozen=True)
class _File:
    """A study that a file or a text describes: how it is read, and the path or the text."""

    read: str
    argument: str
    has_texts = True

    def plan(self) -> _neuropil.StudyPlan:
        return getattr(_neuropil.StudyPlan, self.read)(self.argument)


def _value(name: str, value: Any, has_texts: bool) -> int | float | str:
    """A value of a point as the engine takes it."""
    if isinstance(value, str) and has_texts:
        return value
    if hasattr(value, "__index__") and not isinstance(value, (bool, np.ndarray)):
        return int(value)
    return scalar(name, value, "1")


def _slice(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    try:
        first, of = (int(part) for part in value.split("/")) if isinstance(value, str) else (
            whole("slice", part) for part in value)
    except (TypeError, ValueError):
        raise ValueError(f"`slice`: found {shown(value)}, expected (number, of), such as (3, 64)") from None
    return first, of
