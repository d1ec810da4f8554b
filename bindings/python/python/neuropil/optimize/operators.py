"""Operators of evolution. Any of them can be replaced, also by a function of your own.

All work on coordinates in the unit cube, arrays (axes,): 0 is the lower bound of an axis and 1 the upper one, in its
scale; integers and choices have parts of equal size. Functions of your own are

=============  =======================================  =========================================================
operator       called with                              returns
=============  =======================================  =========================================================
crossover      ``(left, right, random)``                two children, which may lie outside the cube
mutation       ``(coordinates, random)``                the coordinates of the child, within 0 to 1
selection      ``(population, count, random)``          ``count`` indices; neighbours become pairs
replacement    ``(old, offspring, size)``               at most ``size`` of these individuals
=============  =======================================  =========================================================

``random`` is a generator of NumPy that begins at the search's own random numbers, for each call anew: the same seed
gives the same search, whatever the number of workers. An individual has ``id``, ``coordinates``, ``costs`` (of each
objective; small is good) and ``total``, the weighted sum of costs. Those whose evaluation failed are never offered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from ..arguments import whole
from ..units import scalar

__all__ = [
    "BlendCrossover",
    "CrowdedTournament",
    "GaussianMutation",
    "GenerationalReplacement",
    "NondominatedReplacement",
    "PolynomialMutation",
    "RankSelection",
    "SelfAdaptiveMutation",
    "SimulatedBinaryCrossover",
    "TournamentSelection",
    "TruncationReplacement",
    "UniformCrossover",
]


@dataclass(frozen=True)
class Settings:
    """Numbers that the engine takes: each is made of the kind that is written beside it."""

    #: Name in the engine.
    name: ClassVar[str]

    def __post_init__(self) -> None:
        for field in fields(self):
            value, kind = getattr(self, field.name), str(field.type)
            if value is None and "None" in kind:
                continue
            if kind.startswith("int"):
                object.__setattr__(self, field.name, whole(field.name, value, 0))
            elif kind.startswith("float"):
                object.__setattr__(self, field.name, _finite(field.name, value))

    def settings(self) -> dict[str, Any]:
        """Name and numbers, as the engine reads them."""
        return {self.name: {field.name: getattr(self, field.name) for field in fields(self)}}


def _finite(name: str, value: Any) -> float:
    found = scalar(name, value, "1")
    if not math.isfinite(found):
        raise ValueError(f"`{name}`: found {found}, expected a finite number")
    return found


@dataclass(frozen=True)
class Crossover(Settings):
    """Base of the built-in ways to mix two parents."""


@dataclass(frozen=True)
class Mutation(Settings):
    """Base of the built-in changes of a child."""


@dataclass(frozen=True)
class Selection(Settings):
    """Base of the built-in choices of parents."""


@dataclass(frozen=True)
class Replacement(Settings):
    """Base of the built-in choices of survivors."""


@dataclass(frozen=True)
class BlendCrossover(Crossover):
    """Children on the line through their parents' coordinates, up to ``alpha`` times their distance outside.

    Eshelman & Schaffer 1993 (BLX-alpha), doi:10.1016/B978-0-08-094832-4.50018-0.
    """

    name = "blend"
    alpha: float = 0.5


@dataclass(frozen=True)
class SimulatedBinaryCrossover(Crossover):
    """Children around their parents: the larger ``eta``, the closer. Parents are mixed at all with ``probability``.

    Deb & Agrawal 1995, Complex Systems 9:115-148, with the bounds of NSGA-II (doi:10.1109/4235.996017).
    """

    name = "simulated_binary"
    eta: float = 20.0
    probability: float = 0.9


@dataclass(frozen=True)
class UniformCrossover(Crossover):
    """Swaps each coordinate with probability ``bias``. Parents are mixed at all with ``probability``.

    Syswerda 1989, Proceedings of the 3rd International Conference on Genetic Algorithms 2-9.
    """

    name = "uniform"
    probability: float = 1.0
    bias: float = 0.5


@dataclass(frozen=True)
class GaussianMutation(Mutation):
    """Adds a normal number to each coordinate with ``probability``, and cuts off at the bounds.

    ``standard_deviation`` is a fraction of the axis.
    """

    name = "gaussian"
    probability: float = 0.1
    standard_deviation: float = 0.1


@dataclass(frozen=True)
class PolynomialMutation(Mutation):
    """Steps within the bounds: the larger ``eta``, the smaller. 1 / number of axes if ``probability`` is not given.

    Deb & Goyal 1996, Computer Science and Informatics 26:30-45, with the bounds of NSGA-II (doi:10.1109/4235.996017).
    """

    name = "polynomial"
    eta: float = 20.0
    probability: float | None = None


@dataclass(frozen=True)
class SelfAdaptiveMutation(Mutation):
    """Normal steps whose sizes are inherited and mutated, too; repeated until they are within the bounds.

    Step sizes begin at ``initial_step``, a fraction of the axis; after ``attempts`` repetitions coordinates are cut off
    at the bounds. Beyer & Schwefel 2002, doi:10.1023/A:1015059928466.
    """

    name = "self_adaptive"
    initial_step: float = 1 / 3
    attempts: int = 100


@dataclass(frozen=True)
class RankSelection(Selection):
    """Parents by linear ranking of weighted sums: the best is drawn ``pressure`` times as often as the average one.

    Baker 1985, Proceedings of the 1st International Conference on Genetic Algorithms 101-111.
    """

    name = "rank"
    pressure: float = 1.5


@dataclass(frozen=True)
class TournamentSelection(Selection):
    """Each parent is the best, by weighted sum, of ``size`` individuals drawn at random."""

    name = "tournament"
    size: int = 2


@dataclass(frozen=True)
class CrowdedTournament(Selection):
    """Tournaments of two by front, then by crowding distance. Deb et al. 2002, doi:10.1109/4235.996017."""

    name = "crowded_tournament"


@dataclass(frozen=True)
class TruncationReplacement(Replacement):
    """The best of old and new by weighted sum survive."""

    name = "truncation"


@dataclass(frozen=True)
class GenerationalReplacement(Replacement):
    """The offspring survive, and the best ``elites`` of the old population where they are better than the worst."""

    name = "generational"
    elites: int = 1


@dataclass(frozen=True)
class NondominatedReplacement(Replacement):
    """The first fronts of old and new, and of the last one the least crowded. Deb et al. 2002,
    doi:10.1109/4235.996017."""

    name = "nondominated"
