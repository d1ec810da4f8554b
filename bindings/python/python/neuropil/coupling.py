"""What a projection does to the weighted sum of the outputs that arrive at a node."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

from .arguments import did_you_mean, shown
from .units import scalar

__all__ = ["Additive", "Coupling", "Diffusive", "Sigmoidal", "Tanh"]


@dataclasses.dataclass(frozen=True)
class Coupling:
    """Base of the couplings. ``S`` below is the sum over sources of weight times delayed output."""

    #: How :class:`neuropil.Network` calls it.
    name: ClassVar[str]
    #: What is summed: ``"additive"`` or ``"diffusive"``.
    kind: ClassVar[str] = "additive"

    def response(self) -> dict[str, float]:
        """What the engine does to the sum, beyond multiplying by ``k``."""
        return {}


@dataclasses.dataclass(frozen=True)
class Additive(Coupling):
    """``k * S``."""

    name = "additive"


@dataclasses.dataclass(frozen=True)
class Diffusive(Coupling):
    """``k * (S - strength * own)``, with the row sum of the weights and the target's own output of the same name."""

    name = "diffusive"
    kind = "diffusive"


@dataclasses.dataclass(frozen=True)
class Sigmoidal(Coupling):
    """``k / (1 + exp(-slope * (S - midpoint)))``; ``slope`` per unit of the output, ``midpoint`` in it."""

    name = "sigmoidal"
    slope: float = 1.0
    midpoint: float = 0.0

    def __post_init__(self) -> None:
        self.response()

    def response(self) -> dict[str, float]:
        return {"slope": scalar("slope", self.slope, "1"), "midpoint": scalar("midpoint", self.midpoint, "1")}


@dataclasses.dataclass(frozen=True)
class Tanh(Coupling):
    """``k * tanh(scale * S)``; ``scale`` per unit of the output."""

    name = "tanh"
    scale: float = 1.0

    def __post_init__(self) -> None:
        self.response()

    def response(self) -> dict[str, float]:
        return {"scale": scalar("scale", self.scale, "1")}


_BY_NAME: dict[str, type[Coupling]] = {kind.name: kind for kind in (Additive, Diffusive, Sigmoidal, Tanh)}


def as_coupling(value: Any, *, others: tuple[str, ...] = ()) -> Coupling:
    """A coupling as it is, or by its name with default values; ``others`` are names that a caller knows beside."""
    if isinstance(value, type) and value in _BY_NAME.values():
        return value()
    if isinstance(value, Coupling) and type(value) is not Coupling:
        return value
    names = [*_BY_NAME, *others]
    expected = f"one of {', '.join(f'`{name}`' for name in names)}, or a Coupling"
    if not isinstance(value, str):
        raise TypeError(f"`coupling`: found {shown(value)}, expected {expected}")
    if value not in _BY_NAME:
        hint = did_you_mean(value, names)
        if value == "kuramoto":
            hint = "\nhint: `Network(..., coupling=\"kuramoto\")` has it"
        raise ValueError(f"`coupling`: found `{value}`, expected {expected}{hint}")
    return _BY_NAME[value]()
