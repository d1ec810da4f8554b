"""Running a network."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from . import _neuropil
from .models import get
from .network import Network, Population
from .progress import Progress
from .recording import Bold, Record, as_recordings
from .units import count, number, scalar

__all__ = ["Simulator", "Stimulus"]


@dataclasses.dataclass(frozen=True)
class Stimulus:
    """A time course that is added to an input.

    Parameters
    ----------
    input : str
        ``"population.input"``; the population may be left out where there is one.
    values : (samples,) or (nodes, samples)
        In the unit of the input. One dimension is a course common to all nodes.
    start : optional
        Time of the first sample in ms: sample ``k`` acts from ``start + k * interval`` to the next one.
    interval : optional
        Time between samples in ms; the time step if not given.
    """

    input: str
    values: Any
    start: Any = 0.0
    interval: Any = None


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
    noise_step : optional
        Time step of the Wiener process in ms, of which ``dt`` is a multiple: runs with different ``dt`` then follow the
        same path.
    threads : int, optional
        All cores if not given. The results do not depend on it.
    """

    def __init__(
        self,
        network: Network,
        dt: Any = None,
        *,
        method: str = "euler",
        seed: int = 0,
        trials: int = 1,
        first_trial: int = 0,
        noise_step: Any = None,
        threads: int | None = None,
    ):
        if not isinstance(network, Network):
            raise TypeError(f"`network`: found {type(network).__name__}, expected a Network")
        self.network = network
        self.dt: float = network._core.default_time_step() if dt is None else scalar("dt", dt, "ms")
        if not 0 < self.dt < np.inf:
            raise ValueError(f"`dt`: found {self.dt:g} ms, expected a positive time")
        self.method = method
        self.seed, self.trials = count("seed", seed, 0), count("trials", trials, 1)
        self.first_trial = count("first_trial", first_trial, 0)
        self.threads = None if threads is None else count("threads", threads, 1)
        self.noise_step = None if noise_step is None else scalar("noise_step", noise_step, "ms")
        self._snapshot: _neuropil.Snapshot | None = None
        self._snapshot_dt = self.dt

    @property
    def time(self) -> float:
        """Time at which the last run of this object ended (ms); 0 before the first."""
        return 0.0 if self._snapshot is None else self._snapshot.step * self.dt

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
            too. Recorded BOLD goes on if it was recorded before, in the same place of ``record``. :attr:`network`
            may be another one of the same populations by then, with other values.
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
        ValueError
            If something does not fit; the message names the argument, what was found and what was expected.
        RunError
            If a state stops being finite: with trial, population, node, variable and time.
        KeyboardInterrupt
            If interrupted; the simulator can run again.
        """
        duration, transient = scalar("duration", duration, "ms"), scalar("transient", transient, "ms")
        if not self.network.populations:
            raise ValueError("`network`: found no population, expected at least one")
        core = self._core()
        wanted = self._wanted(record)
        steps = core.steps("duration", duration)
        if steps == 0:
            raise ValueError(f"`duration`: found {duration:g} ms, with a time step of {self.dt:g} ms, "
                             "expected at least one step")
        if not 0 <= transient <= duration:
            raise ValueError(f"`transient`: found {transient} ms, expected from 0 to the duration, {duration} ms")
        core.steps("transient", transient)
        every = self.dt if every is None else scalar("every", every, "ms")
        if resume and self._snapshot is not None and self._snapshot_dt != self.dt:
            raise ValueError(f"`dt`: found {self.dt} ms, expected {self._snapshot_dt} ms, that of the run to resume")
        begin = self.time if resume else 0.0
        takes = [self._record(core, name, one, every, begin, transient, duration) for name, one in wanted]
        for stimulus in _stimuli(stimuli, begin, steps, self.dt):
            self._stimulate(core, stimulus)
        if resume and self._snapshot is not None:
            core.resume(self._snapshot)
        run = core.start()
        bar = Progress(duration, self.dt, progress)
        try:
            run.advance(steps, bar)
        finally:
            bar.close()
        self._snapshot, self._snapshot_dt = run.snapshot(), self.dt
        return self._dataset([take(run) for take in takes])

    def _core(self) -> _neuropil.Simulation:
        return _neuropil.Simulation(
            self.network._core, self.dt, self.method, self.seed, self.first_trial, self.trials, self.noise_step,
            self.threads,
        )

    def _wanted(self, record: Any) -> list[tuple[str, Record | Bold]]:
        """Names of variables, and what they are."""
        if record is None:
            shown = [one for one in self.network.populations.values() if not one.is_noise]
            several = len(shown) > 1
            names = [(f"{one.name}." if several else "") + next(iter(one.model.outputs)) for one in shown]
            return [(name, Record(name)) for name in names]
        found = as_recordings(record)
        if isinstance(found, dict):
            return list(found.items())
        wanted: dict[str, Record | Bold] = {}
        for one in found:
            name = "BOLD" if isinstance(one, Bold) else one.output
            number = sum(known == name or known.rpartition("_")[0] == name for known in wanted)
            wanted[name if number == 0 else f"{name}_{number + 1}"] = one
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
        every = every if wanted.every is None else scalar("every", wanted.every, "ms")
        if not self.dt <= every * (1 + 1e-9):
            raise ValueError(f"`every`: found {every} ms, expected at least the time step, {self.dt} ms")
        if every > duration - transient:
            raise ValueError(f"`every`: found {every} ms for `{name}`, expected at most the time that is recorded, "
                             f"{duration - transient} ms\nhint: simulate for longer, or record more often")
        # Samples are taken at multiples of `every` since time 0, after the transient.
        first = (np.floor((begin + transient) / every + 1e-9) + 1) * every
        _check_memory(name, self.trials, population.nodes * (duration - transient) / every)
        if isinstance(wanted, Bold):
            observer = self._observer(wanted, population)
            step = _neuropil.bold_step(self.dt, every) if wanted.step is None else scalar("step", wanted.step, "ms")
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

    def _observer(self, wanted: Bold, population: Population) -> _neuropil.Population:
        model = get("balloon_windkessel")(**wanted.parameters)
        observer = _neuropil.Population("bold", model._core, population.nodes)
        for name, value in model.values.items():
            observer.set(name, value)
        return observer

    def _stimulate(self, core: _neuropil.Simulation, stimulus: Stimulus) -> None:
        population, name = self._locate("stimuli", stimulus.input)
        unit = population.model.inputs[name].unit if name in population.model.inputs else "1"
        values = np.atleast_1d(number(name, stimulus.values, unit))
        interval = None if stimulus.interval is None else scalar("interval", stimulus.interval, "ms")
        courses = np.ascontiguousarray(np.atleast_2d(values))
        core.stimulate(population.name, name, courses, scalar("start", stimulus.start, "ms"), interval)

    def _dataset(self, recorded: list[Any]) -> xr.Dataset:
        variables: dict[str, Any] = {}
        coordinates: dict[str, Any] = {}
        if self.trials > 1:
            coordinates["trial"] = np.arange(self.first_trial, self.first_trial + self.trials)
        many = len([one for one in self.network.populations.values() if not one.is_noise]) > 1
        axes: list[tuple[str, np.ndarray]] = []
        for name, population, described, times, values in recorded:
            known = next((axis for axis, other in axes if np.array_equal(other, times)), None)
            axis = known or ("time" if not axes else f"time_{name}")
            if known is None:
                axes.append((axis, times))
                coordinates[axis] = (axis, times, {"units": "ms", "long_name": "time"})
            node = f"node_{population.name}" if many else "node"
            coordinates.setdefault(node, population.labels or np.arange(population.nodes))
            unit = "" if described is None or described.unit == "1" else described.unit
            attributes = {"units": unit, "long_name": "" if described is None else described.meaning}
            if self.trials > 1:
                variables[name] = (("trial", node, axis), values, attributes)
            else:
                variables[name] = ((node, axis), values[0], attributes)
        models = [one.model.name for one in self.network.populations.values()]
        attributes = {"dt_ms": self.dt, "method": self.method, "seed": self.seed, "models": models}
        return xr.Dataset(variables, coordinates, attributes)

    def __getstate__(self) -> dict[str, Any]:
        # Where the last run ended stays with this object.
        return {**self.__dict__, "_snapshot": None}

    def __repr__(self) -> str:
        return f"<Simulator dt={self.dt} ms, {self.method}, seed {self.seed}, {self.trials} trials of {self.network!r}>"


def _check_finite(name: str, population: Population, times: np.ndarray, values: np.ndarray) -> None:
    """Outputs that are no numbers, of states that are: a root of a negative number, for example."""
    with np.errstate(all="ignore"):
        if np.isfinite(values.sum()) or np.isfinite(values).all():
            return
    trial, node, sample = np.argwhere(~np.isfinite(values))[0]
    raise _neuropil.RunError(f"trial {trial}, population `{population.name}`, node {node}, output `{name}`: "
                             f"found {values[trial, node, sample]} at t = {times[sample]:g} ms, expected a finite number")


def _stimuli(value: Any, begin: float, steps: int, dt: float) -> list[Stimulus]:
    if isinstance(value, Mapping):
        return [_course(name, values, begin, steps, dt) for name, values in value.items()]
    if isinstance(value, Stimulus):
        return [value]
    for one in (found := list(value)):
        if not isinstance(one, Stimulus):
            raise TypeError(f"`stimuli`: found {one!r}, expected a mapping by input, or Stimulus objects")
    return found


def _course(name: str, values: Any, begin: float, steps: int, dt: float) -> Stimulus:
    """A course of the whole run: a sample for each step, or one number."""
    found = np.shape(getattr(values, "magnitude", values))
    if not found:
        return Stimulus(name, np.full(1, 1.0) * values, begin, steps * dt)
    if found[-1] != steps:
        raise ValueError(f"`{name}`: found {found[-1]} samples, expected {steps}, one for each time step\n"
                         "hint: a `Stimulus` may be shorter, and have another time between samples")
    return Stimulus(name, values, begin)


def _check_memory(name: str, trials: int, numbers: float) -> None:
    """Refuses recordings that cannot fit. Of one trial, samples stand once in memory; batches are put in order."""
    free = _neuropil.free_memory()
    needed = numbers * trials * 8 * (1 if trials == 1 else 4)
    if free is not None and needed > free:
        raise MemoryError(f"`record`: found {numbers * trials:.3g} samples of `{name}`, which take {needed * 1e-9:.1f} GB, "
                          f"expected at most {free * 1e-9:.1f} GB\nhint: record less often, `every=...`")
