"""Points to evaluate, and what was told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Candidate", "Record"]


@dataclass(frozen=True)
class Candidate:
    """A point to evaluate. Values of parameters are attributes, too: ``candidate.x`` is ``candidate.values["x"]``."""

    #: Its number, by which its scores are told; numbers count up through the search.
    id: int
    #: The generation in which it was born; the first is 0.
    generation: int
    #: Values of the parameters, by name.
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"candidate: found no parameter `{name}`, expected one of "
                             + ", ".join(f"`{one}`" for one in values))


@dataclass(frozen=True)
class Record(Candidate):
    """A point that was evaluated."""

    #: Ids of the individuals that it comes from; none for random ones.
    parents: tuple[int, ...]
    #: One score for each objective, by name; ``None`` if the evaluation failed.
    scores: dict[str, float] | None
