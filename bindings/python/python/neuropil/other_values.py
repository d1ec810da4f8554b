"""A network with other values: by the recipe that it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .arguments import did_you_mean
from .models import Model, as_model

if TYPE_CHECKING:
    from .network import Network

#: Calls of a network, as its recipe has them: name, arguments, options.
Recipe = list[tuple[str, tuple, dict[str, Any]]]


def changed(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe of a network with other values, by the names that :func:`parameter` knows."""
    (first, (model, *rest), options), *calls = [(name, arguments, dict(more)) for name, arguments, more in recipe]
    connects = [index for index, (name, _, _) in enumerate(calls) if name == "connect"]
    for name, value in values.items():
        population, _, own = name.rpartition(".")
        if name == "speed":
            if model is not None:
                options["speed"] = value
            for index in connects:
                if calls[index][2].get("delays") is None and not isinstance(calls[index][1][2], str):
                    calls[index][2]["speed"] = value
        elif population.startswith("projection."):
            calls[connects[int(population.removeprefix("projection."))]][2]["k"] = value
        elif model is not None and population in ("", "brain"):
            options[own] = value
        else:
            for index, (call, arguments, more) in enumerate(calls):
                if call == "add" and arguments[0] == population:
                    name, of, *more_arguments = arguments
                    calls[index] = (call, (name, as_model(of)(**{own: value}), *more_arguments), more)
    return [(first, (model, *rest), options), *calls]


def parameter(network: Network, argument: str, name: str) -> tuple[str, str, str, int, Any]:
    """Unit, meaning, kind, number of nodes and present value of what may be varied; errors call it ``argument``."""
    projections = [one for one in network._recipe if one[0] == "connect"]
    if name == "speed":
        if not network.projections:
            raise ValueError(f"`{argument}`: found `speed` in a network without connections, expected a parameter")
        return "mm/ms", "speed of signals", "speed", 0, None
    if name.startswith("projection."):
        number, _, field = name.removeprefix("projection.").partition(".")
        if not projections:
            raise ValueError(f"`{argument}`: found `{name}` in a network without projections that were made by `connect`, "
                             "expected a parameter")
        if field != "strength" or not number.isdigit() or int(number) >= len(projections):
            raise ValueError(f"`{argument}`: found `{name}`, expected `projection.N.strength` with N below {len(projections)}\n"
                             "hint: projections are counted in the order of `connect`")
        (_, (_, target, *_), options) = projections[int(number)]
        nodes = network._population(argument, target.partition(".")[0]).nodes
        return "", "strength of a projection", "number", nodes, _number(options["k"])
    shown = {key: one for key, one in network.populations.items() if not one.is_noise}
    population, dot, own = name.rpartition(".")
    if dot:
        one = network._population(argument, population)
    elif len(shown) == 1:
        one = next(iter(shown.values()))
    else:
        names = ", ".join(f"`{key}.{name}`" for key in shown)
        raise ValueError(f"`{argument}`: found `{name}`, expected it with its population: one of {names}")
    if own == "k" and network._recipe[0][2].get("connectome") is not None:
        return "", "global strength of coupling", "number", one.nodes, _number(network._recipe[0][2].get("k"))
    model: Model = one.model
    described: Any = model.parameters.get(own) or model.inputs.get(own)
    if described is None:
        known = [*model.parameters, *model.inputs, "speed", "seed"]
        raise ValueError(f"`{argument}`: found `{name}`, expected a parameter, input or coupling strength of `{model.name}`, "
                         f"`speed` or `seed`{did_you_mean(own, known) or _listed(known)}")
    unit = "" if described.unit == "1" else described.unit
    return unit, described.meaning, "number", one.nodes, _number(model.values.get(own, described.default))


def _listed(known: list[str]) -> str:
    return f"\nhint: they are {', '.join(known)}"


def _number(value: Any) -> float | None:
    """A value that is one number."""
    return float(value) if isinstance(value, (int, float, np.number)) else None


__all__ = ["changed", "parameter"]
