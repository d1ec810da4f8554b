"""What the engine asks of a study that Python describes: its parameters, runs and scores."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import pickle
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .arguments import did_you_mean, shown
from .network import Network, Population, _rebuilt
from .other_values import changed, parameter
from .recording import Bold, Record
from .simulator import Simulator
from .stimulus import as_stimuli
from .values import trials

if TYPE_CHECKING:
    from .dataset import Dataset

#: Name, time of the first sample (ms), time between samples (ms), and samples (nodes, times).
Recorded = tuple[str, float, float, np.ndarray]

#: Time between samples (ms) where nothing is said.
EVERY = 1.0


@dataclasses.dataclass(frozen=True)
class Options:
    """How each run goes; see :class:`neuropil.Study`."""

    duration: float
    transient: float
    record: Any
    every: Any
    dt: float | None
    method: str
    seed: int
    noise_step: Any
    same_noise: bool
    stimuli: Any


@dataclasses.dataclass(frozen=True)
class RecordingPlan:
    """Names, unit and times of a recording, as the engine reads them."""

    name: str
    population: str
    nodes: int
    regions: bool
    unit: str
    meaning: str
    is_bold: bool
    skipped: int
    first: float
    every: float
    samples: int


class Runs:
    """The runs of a network, or of what a function makes of the values of a point."""

    def __init__(self, network: Network | Callable[[dict[str, Any]], Network], options: Options, outputs: list[str],
                 functions: list[str], dataset: Dataset | None = None):
        self._network, self._options = network, options
        self._outputs = outputs
        #: Whether this is one network, and no function.
        self.is_network = isinstance(network, Network)
        #: Names of the recordings that were asked for.
        self.asked: list[str] = []
        if isinstance(network, Network):
            self.asked = [name for name, _ in self._simulator(network, 0, 1)._wanted(options.record)]
        described = repr(network) if isinstance(network, Network) else _name(network)
        changed_values = {} if not isinstance(network, Network) else {
            f"{name}.{one}": value
            for name, population in network.populations.items() for one, value in population.model.values.items()}
        #: What is run, for people and for comparisons.
        self.specification = json.dumps({"network": described, "values": _plain(changed_values),
                                         **_plain(dataclasses.asdict(options)), "functions": functions})
        #: Changes with all that cannot be written: arrays, texts of models.
        subjects = [] if dataset is None else dataset.subjects
        measured = [(subject.id, subject.bold, subject.functional_connectivity) for subject in subjects]
        self.fingerprint = _digest(network, options, measured)

    def parameter(self, name: str) -> tuple[str, str, str, int, Any]:
        """Unit, meaning, kind, number of nodes and present value of what may be varied."""
        if name == "seed":
            return "", "seed of noise and initial values", "seed", 0, self._options.seed
        if not isinstance(self._network, Network):
            return "", name, "field", 0, None
        return parameter(self._network, "axes", name)

    def run(self, first: int, points: int, values: list[tuple[str, Any]]) -> tuple[Any, ...]:
        """The simulation of some points, its steps, its recordings and its connectome."""
        given = {name: _of_trials(value) for name, value in values}
        seed = given.pop("seed", self._options.seed)
        if isinstance(self._network, Network):
            network = _rebuilt(changed(self._network._recipe, given)) if given else self._network
        else:
            network = self._network(given)
            if not isinstance(network, Network):
                raise TypeError(f"`network`: found {type(network).__name__} of the function, expected a Network")
            wanted = self._simulator(network, 0, 1)._wanted(self._options.record)
            self.asked = self.asked or [name for name, _ in wanted]
        simulator = self._simulator(network, first, points, seed)
        return self._prepared(simulator)

    def _simulator(self, network: Network, first: int, points: int, seed: int | None = None) -> Simulator:
        options = self._options
        # The same noise in every batch is that of the first trial of all.
        return Simulator(network, options.dt, method=options.method, seed=options.seed if seed is None else int(seed),
                         trials=points, first_trial=0 if options.same_noise else first, noise_step=options.noise_step,
                         same_noise=options.same_noise)

    def _prepared(self, simulator: Simulator) -> tuple[Any, ...]:
        options = self._options
        wanted = dict(simulator._wanted(options.record))
        for output in self._outputs:
            wanted.setdefault(output, Record(output))
        core, total = simulator._simulation(options.duration, options.transient)
        simulator._deliver(core, as_stimuli(options.stimuli, 0.0, total, simulator.dt), 0.0, options.duration)
        every = max(EVERY, simulator.dt) if options.every is None else options.every
        recordings = []
        for name, one in wanted.items():
            simulator._record(core, name, one, every, 0.0, options.transient, options.duration)
            recordings.append(self._recording(simulator, name, one, every))
        skipped = core.steps("transient", options.transient)
        connectome = simulator.network.connectome
        return core, [skipped, total - skipped], recordings, None if connectome is None else connectome._core

    def _recording(self, simulator: Simulator, name: str, wanted: Record | Bold, every: float) -> RecordingPlan:
        population, output = simulator._locate("record", wanted.output)
        every = every if wanted.every is None else wanted.every
        transient, duration = self._options.transient, self._options.duration
        is_mean = isinstance(wanted, Record) and wanted.mean
        before = np.ceil(transient / every - 1e-9) if is_mean else np.floor(transient / every + 1e-9)
        samples = int(np.floor(duration / every + 1e-9) - before)
        unit, meaning = _described(population, output, wanted)
        connectome = simulator.network.connectome
        regions = connectome is not None and population.labels == connectome.labels
        return RecordingPlan(
            name, population.name, population.nodes, regions, unit, meaning, isinstance(wanted, Bold),
            int(before) if is_mean else 0, float((before + 1) * every), float(every), samples)


class ScoreFunction:
    """A function of the user's that scores runs, as the engine calls it."""

    def __init__(self, names: tuple[str, ...], function: Callable[[xr.Dataset], Any]):
        self._names, self._function = names, function
        #: Names of the axes, once they are known.
        self.axes: list[str] = []

    def __call__(self, point: int, values: list[Any], recordings: list[Recorded]) -> list[float]:
        given = dict(zip(self.axes, values))
        try:
            result = self._function(_dataset(given, point, recordings))
        except Exception as error:
            if hasattr(error, "add_note"):  # Python 3.11
                error.add_note(f"score {', '.join(map(repr, self._names))} of point {point}, {shown(given)}; recorded: "
                               + ", ".join(name for name, *_ in recordings))
            raise
        if isinstance(result, Mapping):
            missing = [name for name in self._names if name not in result]
            if missing:
                raise ValueError(f"`scores`: found {', '.join(map(str, result))}, expected `{missing[0]}`, too")
            found = [result[name] for name in self._names]
        else:
            found = list(result) if isinstance(result, (tuple, list)) else [result]
        if len(found) != len(self._names):
            raise ValueError(f"`scores`: found {len(found)} numbers, expected one for each of {', '.join(self._names)}\n"
                             "hint: a tuple of names stands for a function that gives several, "
                             "`{(\"first\", \"second\"): function}`")
        return [_score(name, value) for name, value in zip(self._names, found)]


def _score(name: str, value: Any) -> float:
    """A score as a number; NaN for none."""
    if value is None:
        return float("nan")
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"`scores`: found {shown(value)} as `{name}`, expected a number, or None where there is "
                        "none") from None


def _dataset(values: dict[str, Any], point: int, recordings: list[Recorded]) -> xr.Dataset:
    """What was recorded of a run, with the values of its point as attributes."""
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {}
    for name, first, every, samples in recordings:
        times = np.round(first + every * np.arange(samples.shape[1]), 9)
        same = (axis for axis, known in coordinates.items() if np.array_equal(known[1], times))
        axis = next(same, "time" if not coordinates else f"time_{name}")
        coordinates.setdefault(axis, (axis, times, {"units": "ms", "long_name": "time"}))
        sizes = {dimension: size for one in variables.values() for dimension, size in zip(one.dims, one.shape)}
        node = "node" if sizes.get("node", samples.shape[0]) == samples.shape[0] else f"node_{name}"
        variables[name] = xr.Variable((node, axis), samples)
    return xr.Dataset(variables, coordinates, {"point": point, **values})


def _described(population: Population, output: str, wanted: Record | Bold) -> tuple[str, str]:
    """Unit and meaning of a recording."""
    if isinstance(wanted, Bold):
        return "", "BOLD signal"
    outputs = {**population.model.states, **population.model.outputs}
    if (described := outputs.get(output)) is None:
        raise ValueError(f"`record`: found `{output}`, expected an output of `{population.model.name}`: "
                         f"{', '.join(outputs)}{did_you_mean(output, outputs)}")
    return "" if described.unit == "1" else described.unit, described.meaning


def _of_trials(value: Any) -> Any:
    """Values as networks take them: of trials, or one for all."""
    if not isinstance(value, np.ndarray):
        return value
    return trials(value[:, 0] if value.shape[1] == 1 else value)


def _plain(value: Any) -> Any:
    """What JSON can hold; arrays and objects are in the fingerprint."""
    return json.loads(json.dumps(value, default=repr))


def _digest(*values: Any) -> str:
    """A number that changes with values: with their pickles, or with the names of those that have none."""
    found = hashlib.sha256()
    for value in values:
        try:
            found.update(_pickled(value))
        except Exception:  # functions of a session have no pickle
            found.update(_name(value).encode())
    return found.hexdigest()[:16]


def _pickled(value: Any) -> bytes:
    """A pickle that depends on values alone, and not on which of them are one object."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=4)
    pickler.fast = True
    pickler.dump(value)
    return buffer.getvalue()


def _name(value: Any) -> str:
    """The name of a function, or of the kind of an object: the same in every process."""
    return getattr(value, "__qualname__", type(value).__qualname__)


__all__ = ["Options", "Runs", "ScoreFunction"]
