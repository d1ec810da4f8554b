"""Running a network."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from . import _neuropil
from .arguments import flag, shown, text, whole
from .models import get
from .network import Network, Population
from .progress import Progress
from .recording import Bold, Record, as_recordings
from .stimulus import Stimulus, as_stimuli, deliver
from .units import positive, scalar

__all__ = ["Simulator"]

#: Threads that a run may be asked for.
MOST_THREADS = 4096


class Checked:
    """An attribute of which every value is checked when it is set."""

    def __init__(self, check: Callable[[str, Any], Any]):
        self._check = check

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else instance.__dict__[self._name]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self._name] = self._check(self._name, value)


def _network(name: str, value: Any) -> Network:
    if not isinstance(value, Network):
        raise TypeError(f"`{name}`: found {shown(value)}, expected a Network")
    return value


def _method(name: str, value: Any) -> str:
    _neuropil.check_method(text(name, value))
    return value


class Simulator:
    """A network, and how it is to be run.

    Parameters
    ----------
    network : Network
        Populations and projections.
    dt : optional
        Time step in ms; 0.1 if not given (0.01 with ``thalamus``).
    method : {"euler", "heun", "rk4"}, optional
        Integration method.
    seed : int, optional
        Of initial values and noise.
    trials : int, optional
        Members of a batch: they differ in noise, drawn initial values, and parameters given by
        :func:`neuropil.trials`.
    first_trial : int, optional
        Number of the first of them: trial 5 of a batch is the run with ``first_trial=5``.
    same_noise : bool, optional
        Whether all members of a batch have the noise and the drawn initial values of the first one, so that they differ
        by their parameters alone; it saves time, too.
    noise_step : optional
        Time step of the Wiener process in ms, of which ``dt`` is a multiple: runs with different ``dt`` then follow the
        same path.
    threads : int, optional
        All cores if not given. The results do not depend on it.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, or has a value that it cannot have; also when an attribute is set later.
    """

    network = Checked(_network)
    dt = Checked(lambda name, value: positive(name, value, "ms", "time"))
    method = Checked(_method)
    seed = Checked(whole)
    trials = Checked(lambda name, value: whole(name, value, 1))
    first_trial = Checked(whole)
    same_noise = Checked(flag)
    noise_step = Checked(lambda name, value: None if value is None else positive(name, value, "ms", "time"))
    threads = Checked(lambda name, value: None if value is None else whole(name, value, 1, MOST_THREADS))

    def __init__(
        self,
        network: Network,
        dt: Any = None,
        *,
        method: str = "euler",
        seed: int = 0,
        trials: int = 1,
        first_trial: int = 0,
        same_noise: bool = False,
        noise_step: Any = None,
        threads: int | None = None,
    ):
        self.network = network
        self.dt = network._core.default_time_step() if dt is None else dt
        self.method, self.noise_step, self.threads = method, noise_step, threads
        self.seed, self.trials, self.first_trial, self.same_noise = seed, trials, first_trial, same_noise
        self._last: Last | None = None

    @property
    def time(self) -> float:
        """Time at which the last run of this object ended (ms); 0 before the first."""
        return 0.0 if self._last is None else self._last.step * self._last.dt

    def run(
        self,
        duration: Any,
        *,
        transient: Any = 0.0,
        record: str | Record | Bold | Iterable[Any] | Mapping[str, Any] | None = None,
        every: Any = None,
        stimuli: Mapping[str, Any] | Iterable[Stimulus] = (),
        resume: bool = False,
        progress: bool | None = None,
    ) -> xr.Dataset:
        """Simulates, and gives what was recorded.

        Parameters
        ----------
        duration
            Simulated time in ms, the transient included.
        transient : optional
            Time at the start that is not recorded, in ms.
        record : optional
            Names of outputs or states (``"x"``, ``"cortex.rates_exc"``), :func:`neuropil.record`,
            :func:`neuropil.bold`; several as a list, or as a mapping from names of your own. The default output of
            each population if not given.
        every : optional
            Time between samples in ms, for recordings that do not say; each time step if not given.
        stimuli : optional
            Time courses by input, ``{"x_ext": values}`` with one sample for each time step of this run, or a list
            of :class:`Stimulus`, whose ``start`` is a time of the result.
        resume : bool, optional
            Whether to go on where the last run ended, with the noise that one long run would have had. Times go on,
            too. BOLD goes on if it was recorded before under the same name, and begins at rest otherwise.
            :attr:`network` may be another one of the same populations by then, with other values.
        progress : bool, optional
            Whether to show a bar; on a terminal and in a notebook if not given.

        Returns
        -------
        xarray.Dataset
            A variable for each recording, with dimensions (trial,) node, time; ``time`` in ms, at the end of each
            step. Recordings with other times have a dimension of their own, ``time_NAME``. Without a batch there is no
            dimension ``trial``.

        Raises
        ------
        TypeError, ValueError
            If something does not fit; the message names the argument, what was found and what was expected.
        MemoryError
            If more is to be recorded than the memory holds.
        RunError
            If a state stops being finite: with trial, population, node, variable and time.
        KeyboardInterrupt
            If interrupted; the simulator can run again.
        """
        duration, transient = scalar("duration", duration, "ms"), scalar("transient", transient, "ms")
        if flag("resume", resume) and self._last is None:
            raise ValueError("`resume`: found True, expected a run of this simulator before")
        shows = None if progress is None else flag("progress", progress)
        if not self.network.populations:
            raise ValueError("`network`: found no population, expected at least one")
        core, steps = self._simulation(duration, transient)
        wanted = self._wanted(record)
        every = self.dt if every is None else positive("every", every, "ms", "time")
        last = self._last if resume else None
        if last is not None and last.dt != self.dt:
            raise ValueError(f"`dt`: found {self.dt:g} ms, expected {last.dt:g} ms, that of the run to resume")
        begin = 0.0 if last is None else self.time
        takes = [self._record(core, name, one, every, begin, transient, duration) for name, one in wanted]
        courses = as_stimuli(stimuli, begin, steps, self.dt)
        self._deliver(core, courses, begin, begin + duration)
        settings = None if courses or transient else self._settings(wanted, every)
        run = self._run(core, last, settings)
        bar = Progress(duration, self.dt, shows)
        try:
            run.advance(steps, bar)
        finally:
            bar.close()
        result = self._dataset([take(run) for take in takes])
        self._last = Last(run, self.dt, run.step, settings)
        if run.threads > 1:
            # Threads are not kept for a run that may never go on.
            self._last = Last(None, self.dt, run.step, None, run.snapshot())
        return result

    def _simulation(self, duration: float, transient: float) -> tuple[_neuropil.Simulation, int]:
        """The simulation, in which nothing is recorded yet, and its steps."""
        core = _neuropil.Simulation(
            self.network._core, self.dt, self.method, self.seed, self.first_trial, self.trials, self.same_noise,
            self.noise_step, self.threads,
        )
        steps = core.steps("duration", duration)
        if steps == 0:
            raise ValueError(f"`duration`: found {duration:g} ms, with a time step of {self.dt:g} ms, "
                             "expected at least one step")
        if not 0 <= transient <= duration:
            raise ValueError(f"`transient`: found {transient:g} ms, expected from 0 to the duration, {duration:g} ms")
        core.steps("transient", transient)
        return core, steps

    def _deliver(self, core: _neuropil.Simulation, courses: list[Stimulus], begin: float, end: float) -> None:
        """Gives stimuli to the inputs that they are for."""
        for stimulus in courses:
            target, name = self._locate("stimuli", text("input", stimulus.input))
            deliver(core, stimulus, target, name, (begin, end), self.dt)

    def _settings(self, wanted: list[tuple[str, Record | Bold]], every: float) -> tuple[Any, ...]:
        """All that a run was made of: one that is to go on with the same is not made anew."""
        # Of a haemodynamic model, the object itself stands for its parameters, which may be arrays.
        recorded = tuple((name, one if isinstance(one, Record) else id(one), one) for name, one in wanted)
        options = (self.dt, self.method, self.seed, self.first_trial, self.trials, self.same_noise, self.noise_step,
                   self.threads)
        # Threads do not follow into a forked process.
        return os.getpid(), id(self.network), len(self.network._recipe), self.network, *options, every, recorded

    def _run(self, core: _neuropil.Simulation, last: Last | None, settings: tuple[Any, ...] | None) -> _neuropil.Run:
        """A run that stands where the last one ended, or at the beginning."""
        if last is None:
            return core.start()
        if last.run is not None and settings is not None and last.settings == settings:
            # Should it fail, another one goes on from here.
            self._last = Last(None, last.dt, last.step, None, last.snapshot())
            return last.run
        core.resume(last.snapshot())
        return core.start()

    def _wanted(self, record: Any) -> list[tuple[str, Record | Bold]]:
        """Names of variables, and what they are."""
        if record is None:
            shown = [one for one in self.network.populations.values() if not one.is_noise]
            several = len(shown) > 1
            names = [(f"{one.name}." if several else "") + next(iter(one.model.outputs)) for one in shown]
            return [(name, Record(name)) for name in names]
        found = as_recordings(record)
        if isinstance(found, dict):
            return self._free_of_dimensions(found)
        wanted: dict[str, Record | Bold] = {}
        for one in found:
            name = "BOLD" if isinstance(one, Bold) else one.output
            number = sum(known == name or known.rpartition("_")[0] == name for known in wanted)
            wanted[name if number == 0 else f"{name}_{number + 1}"] = one
        return self._free_of_dimensions(wanted)

    def _free_of_dimensions(self, wanted: dict[str, Record | Bold]) -> list[tuple[str, Record | Bold]]:
        """Recordings, none of which is called as a dimension of the result."""
        dimensions = {"trial", "node", "time", *(f"node_{name}" for name in self.network.populations),
                      *(f"time_{name}" for name in wanted)}
        for name in wanted:
            if not name or name in dimensions:
                raise ValueError(f"`record`: found {name!r} as the name of a recording, expected one that is no dimension "
                                 "of the result")
        return list(wanted.items())

    def _locate(self, argument: str, text: str) -> tuple[Population, str]:
        """Population and name from ``"population.name"`` or, where there is one population, ``"name"``."""
        population, dot, name = text.rpartition(".")
        if dot:
            return self.network._population(argument, population), name
        known = [one for one in self.network.populations.values() if not one.is_noise]
        if len(known) > 1:
            names = ", ".join(f"`{one.name}.{name}`" for one in known)
            raise ValueError(f"`{argument}`: found `{name}`, expected it with its population: one of {names}")
        return known[0], name

    def _record(self, core, name, wanted, every, begin, transient, duration):
        """Tells the simulation to record, and gives what makes a variable of it after the run."""
        population, output = self._locate("record", wanted.output)
        every = every if wanted.every is None else wanted.every
        if not self.dt <= every * (1 + 1e-9):
            raise ValueError(f"`every`: found {every:g} ms, expected at least the time step, {self.dt:g} ms")
        if every > duration - transient:
            raise ValueError(f"`every`: found {every:g} ms for `{name}`, expected at most the time that is recorded, "
                             f"{duration - transient:g} ms\nhint: simulate for longer, or record more often")
        # Samples are taken at multiples of `every` since time 0, after the transient.
        first = (np.floor((begin + transient) / every + 1e-9) + 1) * every
        _check_memory(name, self.trials, population.nodes * (duration - transient) / every)
        if isinstance(wanted, Bold):
            observer = self._observer(name, wanted, population)
            step = _neuropil.bold_step(self.dt, every) if wanted.step is None else wanted.step
            described = next(iter(get("balloon_windkessel").outputs.values()))
            (given,) = get("balloon_windkessel").inputs
            index = core.observe(population.name, output, every, observer, given, described.name, step, first)
            skipped = 0
        else:
            described = population.model.outputs.get(output)
            # Means are over whole intervals: those that begin before the end of the transient go.
            started = np.floor(begin / every + 1e-9)
            skipped = int(np.ceil((begin + transient) / every - 1e-9) - started) if wanted.mean else 0
            index = core.record(population.name, output, every, None if wanted.mean else first, wanted.mean)

        def take(run: _neuropil.Run) -> tuple[str, Population, Any, np.ndarray, np.ndarray]:
            times, values = run.take(index)
            if isinstance(wanted, Bold) or output not in population.model.states:  # the engine watches states
                _check_finite(name, population, times, values)
            # A time has the same bits in all recordings, so that xarray aligns them.
            times = np.round(times, 9)
            return name, population, described, times[skipped:], values[:, :, skipped:]

        return take

    def _observer(self, name: str, wanted: Bold, population: Population) -> _neuropil.Population:
        model = get("balloon_windkessel")(**wanted.parameters)._aligned(population.nodes, population.labels)
        # Under the recording's name, by which a run that is resumed finds it again.
        observer = _neuropil.Population(name, model._core, population.nodes)
        for name, value in model.values.items():
            observer.set(name, value)
        return observer

    def _dataset(self, recorded: list[Any]) -> xr.Dataset:
        variables: dict[str, Any] = {}
        coordinates: dict[str, Any] = {}
        if self.trials > 1:
            coordinates["trial"] = np.arange(self.first_trial, self.first_trial + self.trials)
        many = len([one for one in self.network.populations.values() if not one.is_noise]) > 1
        axes: list[tuple[str, np.ndarray]] = []
        for name, population, described, times, values in recorded:
            known = next((axis for axis, other in axes if _same(other, times)), None)
            axis = known or ("time" if not axes else f"time_{name}")
            if known is None:
                axes.append((axis, times))
                coordinates[axis] = (axis, times, {"units": "ms", "long_name": "time"})
            node = f"node_{population.name}" if many else "node"
            if node not in coordinates:
                coordinates[node] = population.coordinate(node)
            unit = "" if described is None or described.unit == "1" else described.unit
            attributes = {"units": unit, "long_name": "" if described is None else described.meaning}
            if self.trials > 1:
                variables[name] = xr.Variable(("trial", node, axis), values, attributes)
            else:
                variables[name] = xr.Variable((node, axis), values[0], attributes)
        models = [one.model.name for one in self.network.populations.values()]
        attributes = {"dt_ms": self.dt, "method": self.method, "seed": self.seed, "models": models}
        return xr.Dataset(variables, coordinates, attributes)

    def __getstate__(self) -> dict[str, Any]:
        # Where the last run ended stays with this object.
        return {**self.__dict__, "_last": None}

    def __repr__(self) -> str:
        trials = "1 trial" if self.trials == 1 else f"{self.trials} trials"
        return f"<Simulator dt={self.dt:g} ms, {self.method}, seed {self.seed}, {trials} of {self.network!r}>"


@dataclasses.dataclass
class Last:
    """Where the last run of a simulator ended."""

    #: The run itself, as long as it stands there.
    run: _neuropil.Run | None
    dt: float
    step: int
    #: What it was made of, if another one may be made of the same.
    settings: tuple[Any, ...] | None
    _snapshot: _neuropil.Snapshot | None = None

    def snapshot(self) -> _neuropil.Snapshot:
        """What the future depends on, made when it is asked for."""
        if self._snapshot is None:
            assert self.run is not None
            self._snapshot = self.run.snapshot()
        return self._snapshot


def _same(left: np.ndarray, right: np.ndarray) -> bool:
    """Whether times are the same; most differ at an end, if they do."""
    ends_alike = len(left) == len(right) and (len(left) == 0 or (left[0] == right[0] and left[-1] == right[-1]))
    return ends_alike and np.array_equal(left, right)


def _check_finite(name: str, population: Population, times: np.ndarray, values: np.ndarray) -> None:
    """Outputs that are no numbers, of states that are: a root of a negative number, for example."""
    with np.errstate(all="ignore"):
        if np.isfinite(values.sum()) or np.isfinite(values).all():
            return
    trial, node, sample = np.argwhere(~np.isfinite(values))[0]
    raise _neuropil.RunError(f"trial {trial}, population `{population.name}`, node {node}, output `{name}`: "
                             f"found {values[trial, node, sample]} at t = {times[sample]:g} ms, expected a finite number")


def _check_memory(name: str, trials: int, numbers: float) -> None:
    """Refuses recordings that cannot fit: samples stand in memory once, and while a batch is handed over, a part of it
    twice."""
    # Nobody has less than this, and asking takes a while.
    if numbers * trials < 1e6:
        return
    free = _neuropil.free_memory()
    needed = numbers * trials * 8 * (1 if trials == 1 else 1.5)
    if free is not None and needed > free:
        raise MemoryError(f"`record`: found {numbers * trials:.3g} samples of `{name}`, which take {needed * 1e-9:.1f} GB, "
                          f"expected at most {free * 1e-9:.1f} GB\nhint: record less often, `every=...`")
