"""Searches: ask for candidates, tell their scores; or run a function."""

from __future__ import annotations

import contextlib
import json
import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from .. import _neuropil
from ..progress import SearchProgress
from ..arguments import whole
from . import saved
from .algorithms import Algorithm, CmaEs, as_algorithm
from .axis import Axis, Space
from .candidate import Candidate, Record
from .evaluation import Failure, evaluated
from .objective import as_objectives, as_scores

__all__ = ["Search"]

#: Columns of the history that are no parameters and scores.
_COLUMNS = ("id", "generation", "parents")


class Search:
    """A search for the parameters whose scores are best.

    Candidates come in generations; one must be told before the next one is bred, in any order. The same seed, settings
    and scores give the same search, bit by bit, whatever the order of telling, the number of candidates asked for at
    once, and the number of workers.

    Parameters
    ----------
    axes : dict
        The axis of each parameter: an :class:`Axis`, a tuple ``(lower, upper)``, or a list of values.
    objectives : str or dict
        The name of the score, of which small ones are good; or names with ``"minimise"`` or ``"maximise"``, or with a
        tuple of that and a weight. Algorithms of one objective look at the weighted sum.
    algorithm : str or algorithm
        ``"adaptive"``, ``"cma_es"``, ``"differential_evolution"``, ``"genetic"``, ``"nsga2"``, or one with settings,
        such as ``CmaEs(restarts=3)``.
    seed : int, optional
        Another seed gives another, independent search.
    evaluations, generations : int, optional
        When to stop. A generation that was begun is finished, so there may be some evaluations more.

    Raises
    ------
    ValueError
        If an axis, objective or setting cannot be.
    TypeError
        If an argument is of another kind.

    Examples
    --------
    >>> from neuropil import optimize as opt
    >>> axes = {"x": (-5, 5), "n": opt.Axis(1, 8, integer=True)}
    >>> search = opt.Search(axes, "error", "cma_es", seed=1, evaluations=400)
    >>> while not search.finished:
    ...     for candidate in search.ask(8):
    ...         search.tell(candidate, (candidate.x - 1) ** 2 + (candidate.n - 3) ** 2)
    >>> search.best.values["n"], round(search.best.values["x"], 3)
    (3, 1.0)
    """

    def __init__(
        self,
        axes: Any,
        objectives: Any,
        algorithm: Any,
        *,
        seed: int = 0,
        evaluations: int | None = None,
        generations: int | None = None,
    ):
        self._begin(axes, objectives, algorithm, seed)
        self.set_limits(evaluations=evaluations, generations=generations)

    def _begin(self, axes: Any, objectives: Any, algorithm: Any, seed: int) -> None:
        self._space = Space(axes)
        self._objectives = as_objectives(objectives)
        self._algorithm = as_algorithm(algorithm)
        self._seed = whole("seed", seed, 0)
        names = [*_COLUMNS, *self._space.axes, *self.objectives]
        for index, name in enumerate(names):
            if name in names[:index]:
                argument = "objectives" if name in self.objectives else "axes"
                raise ValueError(f"`{argument}`: found `{name}`, expected names that differ from each other and from "
                                 + ", ".join(f"`{column}`" for column in _COLUMNS))
        settings, functions = self._algorithm.engine_settings(self._space)
        (of_algorithm,) = settings.values()
        for argument in ("size", "initial_size"):
            self._space.check_memory(argument, of_algorithm.get(argument) or 0)
        self._core = _neuropil.optimize.Search(
            self._space.core, json.dumps(self._objectives), json.dumps(settings), functions, self._seed
        )
        self._limits: dict[str, int | None] = {"evaluations": None, "generations": None}
        self._failures: dict[int, str] = {}

    # -- what it is ---------------------------------------------------------------------------------------------------

    @property
    def axes(self) -> dict[str, Axis]:
        """The axis of each parameter."""
        return dict(self._space.axes)

    @property
    def objectives(self) -> dict[str, str]:
        """The goal of each score: ``"minimise"`` or ``"maximise"``."""
        return {objective["name"]: objective["goal"] for objective in self._objectives}

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm with its settings."""
        return self._algorithm

    @property
    def seed(self) -> int:
        """The seed."""
        return self._seed

    def set_limits(self, *, evaluations: int | None = None, generations: int | None = None) -> None:
        """Other limits, in the place of both. A search that had reached its limit goes on if the new one allows it."""
        given = {"evaluations": evaluations, "generations": generations}
        self._limits = {name: None if value is None else whole(name, value, 1) for name, value in given.items()}
        self._core.set_limits(**self._limits)

    # -- ask and tell -------------------------------------------------------------------------------------------------

    def ask(self, count: int | None = None) -> list[Candidate]:
        """Up to ``count`` candidates of this generation that were not asked for yet, all of them if not given.

        Fewer, or none, when the generation has no more and waits for scores, or when the search has ended.

        Raises
        ------
        ValueError
            If an operator of your own leaves the space; and whatever it raises itself. The search is then as before.
        """
        found = self._core.ask(None if count is None else whole("count", count, 0))
        return [self._candidate(*candidate) for candidate in found]

    def tell(self, candidate: Candidate | int, scores: Any) -> None:
        """The scores of a candidate, or of its id: a mapping by name, or a number where there is one objective.

        If one of them is not finite, the evaluation has failed: see :attr:`failures`.

        Raises
        ------
        ValueError
            If the candidate does not wait for scores, or they are not those of the objectives. Nothing has changed.
        TypeError
            If a score is no number.
        """
        values = as_scores(self._objectives, scores)
        wrong = [f"{name} is {value}" for name, value in zip(self.objectives, values) if not math.isfinite(value)]
        self._tell(_id(candidate), values, ", ".join(wrong))

    def fail(self, candidate: Candidate | int, reason: str = "told so") -> None:
        """Tells that the evaluation of a candidate failed."""
        self._tell(_id(candidate), None, reason)

    def _tell(self, id: int, scores: list[float] | None, failure: str) -> None:
        self._core.tell(id, scores)
        if failure:
            self._failures[id] = failure

    @property
    def pending(self) -> list[Candidate]:
        """Candidates that were asked for and not told, by id: what to evaluate again when a worker was lost."""
        return [self._candidate(*candidate) for candidate in self._core.pending()]

    @property
    def generation(self) -> int:
        """Number of generations that were told in full."""
        return self._core.generation

    @property
    def evaluations(self) -> int:
        """Number of candidates that were told."""
        return self._core.evaluations

    @property
    def finished(self) -> str | None:
        """Why the search has ended; ``None`` while it has not."""
        return self._core.finished

    # -- running ------------------------------------------------------------------------------------------------------

    def run(
        self,
        function: Callable[[dict[str, Any]], Any],
        *,
        executor: Any = None,
        observers: Callable[[Search], Any] | Iterable[Callable[[Search], Any]] = (),
        stop: Callable[[Search], Any] | None = None,
        checkpoint: Any = None,
        progress: bool | None = None,
    ) -> Record | None:
        """Evaluates a function until the search has ended, and gives the best record.

        An interrupt leaves a search that goes on when it is run again; what was being evaluated then is begun anew.

        Parameters
        ----------
        function : callable
            Takes the values of the parameters, a ``dict`` by name with plain numbers in the units of the axes, and
            gives scores as :meth:`tell` takes them. If it
            raises an exception, the evaluation has failed: the first such exception is shown as a warning, all are in
            :attr:`failures`, and the search goes on.
        executor : optional
            An executor as of ``concurrent.futures``: threads, processes, or those of Dask, mpi4py, loky. One after the
            other in this process if not given.
        observers : callable or list of them, optional
            Called with the search after each generation; see :mod:`neuropil.optimize.observers`.
        stop : callable, optional
            Called with the search after each generation; the run ends when it gives true.
        checkpoint : path, optional
            Where the search is saved: after each generation, or less often where that would take more than a fiftieth
            of the time, and at the end.
        progress : bool, optional
            Whether a bar shows best and mean scores of the last generation; on a terminal and in a notebook if not
            given.

        Raises
        ------
        TypeError, ValueError
            If the function gives other scores than those of the objectives, or nothing would ever end the search.
        FileExistsError
            If the checkpoint is the file of another search.
        """
        self._check_end(stop)
        observers = [observers] if callable(observers) else list(observers)
        for name, one in (("function", function), *(("observers", observer) for observer in observers)):
            if not callable(one):
                raise TypeError(f"`{name}`: found {one!r}, expected a function")
        if checkpoint is not None:
            saved.check_place(self._state(), self._space, checkpoint)
        file = None if checkpoint is None else saved.Checkpoint(self, checkpoint)
        bar = SearchProgress(self.evaluations, self._limits["evaluations"], progress)
        has_warned = False
        try:
            while not self.finished:
                generation = self.generation
                with contextlib.closing(evaluated(function, self.pending + self.ask(), executor)) as evaluations:
                    for candidate, found in evaluations:
                        if isinstance(found, Failure):
                            self.fail(candidate, found.reason)
                            if not has_warned:
                                _warn(candidate, found)
                            has_warned = True
                        else:
                            self.tell(candidate, found)
                        bar(self.evaluations)
                if self.generation == generation:
                    continue  # it was empty: the search has ended
                bar(self.evaluations, self._summary())
                if file is not None:
                    file.after_generation()
                for observer in observers:
                    observer(self)
                if stop is not None and stop(self):
                    break
        finally:
            bar.close()
            if file is not None:
                file.write()
        return self.best

    def _check_end(self, stop: Any) -> None:
        ends = stop is not None or isinstance(self._algorithm, CmaEs) or any(self._limits.values())
        if not ends:
            raise ValueError("`evaluations`: found no limit, expected one, or a limit of `generations`, or `stop`, "
                             f"because {type(self._algorithm).__name__} does not end by itself")

    def _summary(self) -> str:
        """Best and mean scores of the last generation."""
        from .observers import scores

        parts = []
        for name, goal in self.objectives.items():
            found = scores(self, self.generation - 1, name)
            if len(found):
                best = found.min() if goal == "minimise" else found.max()
                parts.append(f"{name}: best {best:.4g}, mean {found.mean():.4g}")
        return "; ".join([*parts, f"{len(self._failures)} failed"] if self._failures else parts)

    # -- what was found -----------------------------------------------------------------------------------------------

    @property
    def records(self) -> list[Record]:
        """Everything that was told, by id."""
        return [self._record(*record) for record in self._core.records()]

    def of_generation(self, generation: int) -> list[Record]:
        """The records of a generation; the first is 0."""
        generation = whole("generation", generation, 0)
        if generation > self.generation:
            raise ValueError(f"`generation`: found {generation}, expected at most {self.generation}, the present one")
        return [self._record(*record) for record in self._core.of_generation(generation)]

    def coordinates(self, candidate: Candidate) -> list[float]:
        """The place of a candidate on each axis, from 0, the lower bound, to 1, the upper one, in the axis' scale."""
        return self._space.coordinates("candidate", candidate.values)

    @property
    def best(self) -> Record | None:
        """The record with the best weighted sum of scores, the eldest of several; ``None`` if there is none."""
        found = self._core.best()
        return None if found is None else self._record(*found)

    @property
    def pareto_front(self) -> list[Record]:
        """The records that no other dominates, by id."""
        return [self._record(*record) for record in self._core.pareto_front()]

    def hypervolume(self, reference: Any) -> float:
        """Volume that the scores dominate up to a reference, by name, that is worse than all that counts.

        For two or three objectives; Zitzler & Thiele 1999, doi:10.1109/4235.797969.
        """
        return self._core.hypervolume(as_scores(self._objectives, reference))

    @property
    def failures(self) -> dict[int, str]:
        """Why evaluations failed, by the id of the candidate."""
        return dict(self._failures)

    @property
    def history(self) -> Any:
        """Everything that was told, a pandas ``DataFrame`` by id.

        Columns: ``id``, ``generation``, ``parents`` (a tuple of ids), each parameter, each score (NaN if the evaluation
        failed). pandas is imported here.
        """
        import pandas

        records = self.records
        table: dict[str, Any] = {name: [getattr(record, name) for record in records] for name in _COLUMNS}
        for name in self._space.axes:
            table[name] = [record.values[name] for record in records]
        for name in self.objectives:
            table[name] = [math.nan if record.scores is None else record.scores[name] for record in records]
        return pandas.DataFrame(table)

    def genealogy(self) -> Any:
        """Who comes from whom: a ``DiGraph`` of networkx, which is imported here.

        Nodes are ids, with the attributes ``generation``, ``values`` and ``scores``; edges go from parent to child.
        """
        try:
            import networkx
        except ImportError as error:
            raise ImportError('a genealogy needs networkx\nhint: pip install "neuropil[search]"') from error
        graph = networkx.DiGraph()
        for record in self.records:
            graph.add_node(record.id, generation=record.generation, values=record.values, scores=record.scores)
            graph.add_edges_from((parent, record.id) for parent in record.parents)
        return graph

    # -- files --------------------------------------------------------------------------------------------------------

    def save(self, path: Any) -> None:
        """Writes the search to a JSON file, the whole of it or nothing.

        The file has the settings and what was told. Functions of your own are not in it.
        """
        saved.write(self._state(), self._space, path)

    @classmethod
    def load(cls, path: Any, *, algorithm: Any = None) -> Search:
        """The search in a file of :meth:`save`; it goes on with the same bits.

        It is told everything again, which must give the same candidates.

        Parameters
        ----------
        path : path
            The file.
        algorithm : optional
            The algorithm, needed where it has operators of your own.

        Raises
        ------
        ValueError
            If the file holds no search, or other candidates are found than were saved.
        FileNotFoundError
            If there is no such file.
        """
        search = cls.__new__(cls)
        search.__setstate__(saved.read(path, None if algorithm is None else as_algorithm(algorithm)))
        return search

    def _state(self) -> dict[str, Any]:
        records = [(id, point, scores) for id, _, _, point, scores in self._core.records()]
        return {
            "axes": self._space.axes,
            "objectives": {one["name"]: (one["goal"], one["weight"]) for one in self._objectives},
            "algorithm": self._algorithm,
            "seed": self._seed,
            "limits": self._limits,
            "asked": self.evaluations + len(self._core.pending()),
            "records": records,
            "failures": self._failures,
        }

    def __getstate__(self) -> dict[str, Any]:
        return self._state()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._begin(state["axes"], state["objectives"], state["algorithm"], state["seed"])
        if state.get("expected"):
            saved.check_algorithm(state["expected"], self._algorithm, self._space)
        told = {id: (point, scores) for id, point, scores in state["records"]}
        asked = 0
        while asked < state["asked"]:
            found = self._core.ask(state["asked"] - asked)
            if not found:
                raise ValueError(f"saved search: found {asked} candidates, expected {state['asked']}")
            asked += len(found)
            for id, _, point in found:
                if id not in told:
                    continue
                expected, scores = told[id]
                if point != expected:
                    raise ValueError(
                        f"saved search: found candidate {id} at {self._space.values(point)}, expected it at "
                        f"{self._space.values(expected)}\nhint: an operator of your own works otherwise than when the "
                        "search was saved, or another version of neuropil saved it"
                    )
                self._tell(id, scores, "")
        self._failures = dict(state["failures"])
        self.set_limits(**state["limits"])

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _candidate(self, id: int, generation: int, point: list[Any]) -> Candidate:
        return Candidate(id, generation, self._space.values(point))

    def _record(
        self, id: int, generation: int, parents: list[int], point: list[Any], scores: list[float] | None
    ) -> Record:
        named = None if scores is None else dict(zip(self.objectives, scores))
        return Record(id, generation, self._space.values(point), tuple(parents), named)

    def __repr__(self) -> str:
        state = self.finished or f"{self.generation} generations"
        return f"<Search {self._algorithm.title} of {len(self._space.axes)} axes, {self.evaluations} evaluations: {state}>"


def _id(candidate: Candidate | int) -> int:
    return candidate.id if isinstance(candidate, Candidate) else whole("candidate", candidate, 0)


def _warn(candidate: Candidate, failure: Failure) -> None:
    place = f" ({failure.place})" if failure.place else ""
    warnings.warn(
        f"the evaluation of candidate {candidate.id} at {candidate.values} failed: {failure.reason}{place}\n"
        "hint: the search goes on; this and later ones are in its `failures`",
        RuntimeWarning,
        stacklevel=3,
    )
