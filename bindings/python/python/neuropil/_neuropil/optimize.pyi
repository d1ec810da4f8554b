"""
Spaces, designs and ask/tell searches.
"""

from _typeshed import SupportsGetItem
from typing import Any, SupportsFloat, SupportsIndex, final
from numpy import float64
from numpy.typing import NDArray

__all__ = ["Design", "Individual", "Search", "Space", "hypervolume"]

@final
class Design:
    """
    Points of a space.
    """
    def __new__(cls, /, space: Space, plan: str, seed: SupportsIndex) -> Design:
        """
        A design by its plan, as JSON.
        """
    @property
    def length(self, /) -> int:
        """
        Number of points, which may be more than a list of Python can have.
        """
    def points(self, /, first: SupportsIndex, last: SupportsIndex) -> list[list[int | float | str]]:
        """
        The points from `first` up to `last`, without it.
        """

@final
class Individual:
    """
    An individual that was evaluated, as operators of the user see it.
    """
    def __repr__(self, /) -> str: ...
    @property
    def coordinates(self, /) -> NDArray[float64]:
        """
        Coordinates in the unit cube, (axes,).
        """
    @property
    def costs(self, /) -> NDArray[float64]:
        """
        One cost for each objective, (objectives,): the score, or minus the score where large ones are good.
        """
    @property
    def id(self, /) -> int:
        """
        Its number.
        """
    @property
    def total(self, /) -> float:
        """
        The weighted sum of costs.
        """

@final
class Search:
    """
    A search and the exception that one of its user's functions raised.
    """
    def __new__(cls, /, space: Space, objectives: str, algorithm: str, functions: dict[str, Any], seed: SupportsIndex) -> Search:
        """
        A search that begins. `functions` take the place of operators that the algorithm's settings do not name.
        """
    def ask(self, /, count: SupportsIndex | None) -> list[tuple[int, int, list[int | float | str]]]:
        """
        Up to `count` candidates of this generation; all that are left if `None`.
        """
    def best(self, /) -> tuple[int, int, list[int], list[int | float | str], list[float] | None] | None:
        """
        The best by weighted sum.
        """
    @property
    def evaluations(self, /) -> int:
        """
        Number of candidates that were told.
        """
    @property
    def finished(self, /) -> str | None:
        """
        Why the search has ended.
        """
    @property
    def generation(self, /) -> int:
        """
        Number of generations that were told in full.
        """
    def hypervolume(self, /, reference: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> float:
        """
        Hypervolume up to a list of scores.
        """
    def of_generation(self, /, generation: SupportsIndex) -> list[tuple[int, int, list[int], list[int | float | str], list[float] | None]]:
        """
        The records of a generation, by id.
        """
    def pareto_front(self, /) -> list[tuple[int, int, list[int], list[int | float | str], list[float] | None]]:
        """
        Those that no other dominates, by id.
        """
    def pending(self, /) -> list[tuple[int, int, list[int | float | str]]]:
        """
        Candidates that wait for their scores.
        """
    def records(self, /) -> list[tuple[int, int, list[int], list[int | float | str], list[float] | None]]:
        """
        What was told, by id.
        """
    def set_limits(self, /, generations: SupportsIndex | None, evaluations: SupportsIndex | None) -> None:
        """
        Other limits, looked at between generations.
        """
    def tell(self, /, id: SupportsIndex, scores: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None) -> None:
        """
        Scores of a candidate, in the order of the objectives; `None` if the evaluation failed.
        """

@final
class Space:
    """
    Named axes.
    """
    def __new__(cls, /, axes: str) -> Space:
        """
        A space of axes, a JSON list.
        """
    def coordinates(self, /, point: SupportsGetItem[int, SupportsIndex | SupportsFloat | str]) -> list[float]:
        """
        Coordinates of a point in the unit cube.
        """
    def levels(self, /, counts: SupportsGetItem[int, SupportsIndex]) -> list[list[int | float | str]]:
        """
        Evenly spaced values of each axis.
        """

def hypervolume(points: NDArray[float64], reference: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> float:
    """
    Volume between costs (points, objectives), of which small ones are good, and a reference.
    """
