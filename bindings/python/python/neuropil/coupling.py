"""What a projection does to the weighted sum of the outputs that arrive at a node."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

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

    def response(self) -> dict[str, float]:
        return {"slope": self.slope, "midpoint": self.midpoint}


@dataclasses.dataclass(frozen=True)
class Tanh(Coupling):
    """``k * tanh(scale * S)``; ``scale`` per unit of the output."""

    name = "tanh"
    scale: float = 1.0

    def response(self) -> dict[str, float]:
        return {"scale": self.scale}


_BY_NAME: dict[str, type[Coupling]] = {kind.name: kind for kind in (Additive, Diffusive, Sigmoidal, Tanh)}


def as_coupling(value: Any) -> Coupling:
    """A coupling as it is, or by its name with default values."""
    if isinstance(value, Coupling):
        return value
    if isinstance(value, type) and issubclass(value, Coupling):
        return value()
    if value in _BY_NAME:
        return _BY_NAME[value]()
    names = ", ".join(f"`{name}`" for name in _BY_NAME)
    raise ValueError(f"`coupling`: found {value!r}, expected one of {names}, `kuramoto`, or a Coupling")
