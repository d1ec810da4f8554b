"""Networks: populations and projections."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from . import _neuropil, units
from .arguments import did_you_mean, flag, mapping, shown, text, texts, whole
from .connectome import Connectome, as_connectome
from .coupling import Coupling, as_coupling
from .models import Model, as_model
from .units import number, scalar
from .values import aligned, as_value, nodewise

__all__ = ["Network", "OrnsteinUhlenbeck"]

#: Name of the population of a network that has one.
ONLY = "brain"

#: Speed of signals along tracts (mm/ms) where nothing is said. Told from a speed that is given by identity.
DEFAULT_SPEED = _neuropil.default_speed()

#: Nodes of a population, at most: places in a history are kept in 32 bits.
MOST_NODES = (1 << 31) - 1

#: Power that weights enter to, at most.
MOST_POWER = 1000

#: Nodes from which on the memory is asked for before anything is made of them.
MANY_NODES = 1_000_000


@dataclasses.dataclass(frozen=True)
class OrnsteinUhlenbeck:
    """Coloured noise for an input: ``dx = (mean - x) / tau dt + sigma dW``, independent for each node.

    Its stationary standard deviation is ``sigma * sqrt(tau / 2)``. ``sigma`` and ``mean`` are in the unit of the input
    (``sigma`` per ``sqrt(ms)``), ``tau`` in ms. Uhlenbeck and Ornstein (1930), doi:10.1103/PhysRev.36.823.
    """

    sigma: Any = 0.1
    tau: Any = 5.0
    mean: Any = 0.0


@dataclasses.dataclass
class Population:
    """Nodes with the same model, as a network holds them."""

    name: str
    model: Model
    nodes: int
    core: _neuropil.Population
    #: Names of the nodes: the regions of the connectome, or numbers.
    labels: list[str] | None = None
    #: Whether it makes noise for another one; such a population is not recorded unless named.
    is_noise: bool = False
    _coordinates: dict[str, xr.IndexVariable] = dataclasses.field(default_factory=dict, repr=False)

    def coordinate(self, dimension: str) -> xr.IndexVariable:
        """The names of the nodes along a dimension, made once: all results share it."""
        if dimension not in self._coordinates:
            labels = np.arange(self.nodes) if self.labels is None else self.labels
            self._coordinates[dimension] = xr.IndexVariable(dimension, labels)
        return self._coordinates[dimension]


class Network:
    """Populations, and projections between them.

    ``Network("hopf", connectome=..., a=0.2)`` is a network of one population, called ``brain``, coupled as its model
    says or as ``coupling`` and its neighbours say. ``Network()`` is empty: :meth:`add` populations and
    :meth:`connect` them.

    Parameters
    ----------
    model : Model or str, optional
        A model, a name of the catalogue, or the path of a ``.model`` file.
    nodes : int, optional
        Number of nodes where there is no connectome; 1 otherwise.
    connectome : Connectome, path or matrix, optional
        Weights and lengths; ``"example"`` is the built-in one. Its diagonal is left out.
    speed : optional
        Speed of signals in mm/ms; 20 if not given, ``None`` for no delays.
    coupling : str or Coupling, optional
        ``"additive"``, ``"diffusive"``, ``"sigmoidal"``, ``"tanh"``, ``"kuramoto"``, or a coupling of
        :mod:`neuropil.coupling`. The model's own if neither this nor one of the next three is given.
    coupled_var : str, optional
        The output that is sent. The one of the model's own coupling if not given and there is one only.
    target : str, optional
        The input that receives it. The one of the model's own coupling if not given and there is one only.
    k : optional
        Global strength: a number, one per node, or one per trial. Alone, it is the strength of the model's own
        coupling; beside one of the three above, 1 if not given.
    initial : mapping, optional
        Initial values of states; drawn as the model says otherwise.
    noise : mapping, optional
        Coloured noise on inputs: ``{"exc_ext": OrnsteinUhlenbeck(sigma=0.1, tau=50)}``.
    self_connections : bool, optional
        Whether to keep the diagonal of the connectome.
    **parameters
        Parameters, strengths of the model's coupling and constant levels of inputs: a number, a quantity, one number
        per node, or one per trial (:func:`neuropil.trials`). A DataArray, or a Series of pandas, with the names of the
        regions may have them in any order.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind, a name is unknown, a value outside its range, or a size does not fit. Ranges
        of the values of a run are checked when it starts.
    FileNotFoundError
        If there is no such connectome or ``.model`` file.
    """

    def __init__(
        self,
        model: Model | str | None = None,
        *,
        nodes: int | None = None,
        connectome: Any = None,
        speed: Any = DEFAULT_SPEED,
        coupling: str | Coupling | None = None,
        coupled_var: str | None = None,
        target: str | None = None,
        k: Any = None,
        initial: Mapping[str, Any] | None = None,
        noise: Mapping[str, OrnsteinUhlenbeck] | None = None,
        self_connections: bool = False,
        **parameters: Any,
    ):
        given = {"nodes": nodes, "connectome": connectome, "speed": speed, "coupling": coupling, "target": target, "k": k,
                 "coupled_var": coupled_var, "initial": initial, "noise": noise, "self_connections": self_connections}
        #: What it was made of, in order, so that copies and pickles are made in the same way.
        self._recipe: list[tuple[str, tuple, dict[str, Any]]] = []
        recipe = ("", (model,), {**given, **parameters})
        self._core = _neuropil.Network()
        self.populations: dict[str, Population] = {}
        self.connectome: Connectome | None = None
        #: A line for each projection, for people.
        self.projections: list[str] = []
        if model is None:
            default = {"speed": DEFAULT_SPEED, "self_connections": False}
            extra = [name for name, value in {**given, **parameters}.items() if value is not default.get(name)]
            self._recipe = [recipe]
            if extra:
                raise ValueError(f"`{extra[0]}`: found without `model`\nhint: give a model, or `add` populations")
            return
        if nodes is not None:
            nodes = whole("nodes", nodes, 1, MOST_NODES)
        if flag("self_connections", self_connections) and connectome is None:
            raise ValueError("`self_connections`: found in a network without connections\nhint: give a `connectome`")
        if connectome is not None:
            connectome = as_connectome(connectome)
            self.connectome = connectome if self_connections else connectome.without_self_connections()
            if nodes not in (None, connectome.nodes):
                raise ValueError(f"`nodes`: found {nodes}, expected {connectome.nodes}, the regions of the connectome")
            nodes = connectome.nodes
        model = as_model(model)
        labels = None if self.connectome is None else self.connectome.labels
        model = model(**parameters)._aligned(nodes or 1, labels)
        strengths = {name: model.values[name] for name in _strengths(model) if name in model.values}
        if coupling is coupled_var is target is None and k is not None and model.couplings and connectome is not None:
            name = _own_strength(model, strengths)
            strengths[name], k = self._strength(self.connectome.nodes, labels, k, model.parameters[name].unit), None
        self.add(ONLY, model, nodes, initial=initial, labels=labels)
        explicit = [name for name, value in
                    {"coupling": coupling, "coupled_var": coupled_var, "target": target, "k": k}.items()
                    if value is not None]
        if self.connectome is None:
            refused = [*explicit, *strengths, *(["speed"] if speed is not DEFAULT_SPEED else [])]
            if refused:
                raise ValueError(f"`{refused[0]}`: found in a network without connections\nhint: give a `connectome`")
        elif not explicit:
            self._core.connect_as_modelled(ONLY, _connections(self.connectome, speed), strengths)
            self.projections += [_as_modelled(model)]
        else:
            if strengths:
                name = next(iter(strengths))
                raise ValueError(f"`{name}`: found beside `{explicit[0]}`\nhint: the strength of this coupling is `k`")
            self._couple(model, speed, coupling, coupled_var, target, k)
        for name, process in mapping("noise", noise).items():
            self._add_noise(ONLY, name, process)
        self._recipe = [recipe]

    def add(
        self,
        name: str,
        model: Model | str,
        nodes: int | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        labels: list[str] | None = None,
        **parameters: Any,
    ) -> Network:
        """Adds a population; gives the network back.

        Parameters
        ----------
        name : str
            Its name, without dots.
        model : Model or str
            A model, a name of the catalogue, or the path of a ``.model`` file.
        nodes : int, optional
            Number of nodes; 1 if not given.
        initial : mapping, optional
            Initial values of states, each a number or (nodes,); drawn as the model says otherwise.
        labels : list of str, optional
            Names of the nodes, each once.
        **parameters
            As in the constructor: a number, a quantity, (nodes,), or one per trial (:func:`neuropil.trials`).

        Raises
        ------
        TypeError, ValueError
            If an argument is of another kind, a name is unknown or taken, or a size does not fit.
        FileNotFoundError
            If there is no such ``.model`` file.
        """
        if not text("name", name) or "." in name:
            raise ValueError(f"`name`: found {name!r}, expected a name without dots")
        nodes = 1 if nodes is None else whole("nodes", nodes, 1, MOST_NODES)
        labels = None if labels is None else texts("labels", labels, nodes, "nodes")
        model = as_model(model)(**parameters)._aligned(nodes, labels)
        core = _neuropil.Population(name, model._core, nodes)
        if nodes > MANY_NODES:
            core.check_size()
        strengths = _strengths(model)
        for key, value in model.values.items():
            if key not in strengths:
                core.set(key, value)
        for state, value in mapping("initial", initial).items():
            unit = model.states[state].unit if state in model.states else "1"
            core.start_from(state, aligned(state, as_value(state, value, unit), nodes, labels))
        self._core.add(core)
        self.populations[name] = Population(name, model, nodes, core, labels)
        self._recipe.append(("add", (name, model, nodes), {"initial": initial, "labels": labels}))
        return self

    def connect(
        self,
        source: str,
        target: str,
        weights: Any = "one_to_one",
        *,
        lengths: Any = None,
        delays: Any = None,
        speed: Any = DEFAULT_SPEED,
        coupling: str | Coupling = "additive",
        k: Any = 1.0,
        power: int = 1,
        per_node: bool = False,
    ) -> Network:
        """Sends an output to an input; gives the network back.

        Parameters
        ----------
        source, target : str
            ``"population.output"`` and ``"population.input"``. The output may be left out: the default one.
        weights : (targets, sources), Connectome or "one_to_one"
            Zero weights are no connections.
        lengths : (targets, sources), optional
            Tract lengths in mm, travelled at ``speed`` (mm/ms, 20 if not given).
        delays : optional
            Delays in ms instead: one, or (targets, sources).
        coupling : str or Coupling, optional
            ``"additive"``, ``"diffusive"``, ``"sigmoidal"``, ``"tanh"``, or a coupling of :mod:`neuropil.coupling`.
        k : optional
            Global strength: a number, (targets,), or one per trial (:func:`neuropil.trials`), in the unit of the input
            over that of the output; in the unit of the input where the coupling is sigmoidal or ``tanh``.
        power : int, optional
            Weights enter to this power.
        per_node : bool, optional
            Whether the sum is divided by the number of sources.

        Raises
        ------
        TypeError, ValueError
            If an argument is of another kind, a name is unknown, or a size does not fit; a speed must be positive, and
            weights, lengths and delays finite.
        """
        source_name, _, output = text("source", source).partition(".")
        target_name, _, receiving = text("target", target).partition(".")
        sender, receiver = self._population("source", source_name), self._population("target", target_name)
        output = output or next(iter(sender.model.outputs))
        if not receiving:
            known = ", ".join(f"`{target_name}.{name}`" for name in receiver.model.inputs)
            raise ValueError(f"`target`: found `{target}`, expected `population.input`\nhint: there are {known}")
        connections = _between(sender, receiver, weights, lengths, delays, speed)
        kind = as_coupling(coupling)
        unit = _unit(sender, output, receiver, receiving, kind)
        strength = self._strength(receiver.nodes, receiver.labels, k, unit)
        link = _link(kind, receiving, strength, power, per_node)
        self._core.connect(source_name, output, target_name, connections, [link])
        self.projections += [f"{source_name}.{output} -> {target_name}.{receiving}, {kind.name}"]
        options = {"lengths": lengths, "delays": delays, "speed": speed, "coupling": kind, "k": k, "power": power,
                   "per_node": per_node}
        self._recipe.append(("connect", (source, target, weights), options))
        return self

    def __reduce__(self) -> Any:
        return _rebuilt, (self._recipe,)

    @property
    def nodes(self) -> int:
        """Number of nodes of all populations, without those of noise."""
        return sum(one.nodes for one in self.populations.values() if not one.is_noise)

    def run(self, duration: Any, dt: Any = None, *, method: str = "euler", seed: int = 0, trials: int = 1,
            threads: int | None = None, **options: Any) -> Any:
        """Simulates with a :class:`neuropil.Simulator` of its own; ``options`` are those of its ``run``, and so are the
        result, (trial,) node, time, and the errors.
        """
        from .simulator import Simulator

        simulator = Simulator(self, dt, method=method, seed=seed, trials=trials, threads=threads)
        return simulator.run(duration, **options)

    def _couple(self, model, speed, coupling, coupled_var, target, k) -> None:
        """The one projection of a network of one population, in other words than the model's own."""
        own = model.couplings
        for name, value in (("coupled_var", coupled_var), ("target", target)):
            if value is not None:
                text(name, value)
        if isinstance(coupling, str) and coupling == "kuramoto":
            return self._kuramoto(model, speed, coupled_var, target, k)
        alike = [one for one in own if coupled_var in (None, one.output) and target in (None, one.input)] or own
        coupled_var = coupled_var or _only("coupled_var", [one.output for one in alike] or list(model.outputs)[:1])
        target = target or _only("target", [one.input for one in alike if one.output == coupled_var]
                                 or [one.input for one in alike] or list(model.inputs))
        if coupling is None:
            coupling = alike[0].kind if alike else "additive"
        kind = as_coupling(coupling, others=("kuramoto",))
        brain = self.populations[ONLY]
        unit = _unit(brain, coupled_var, brain, target, kind)
        strength = self._strength(brain.nodes, brain.labels, 1.0 if k is None else k, unit)
        link = _link(kind, target, strength, 1, False)
        self._core.connect(ONLY, coupled_var, ONLY, _connections(self.connectome, speed), [link])
        self.projections += [f"{ONLY}.{coupled_var} -> {ONLY}.{target}, {kind.name}"]

    def _kuramoto(self, model, speed, coupled_var, target, k) -> None:
        """Sines of phase differences: the model's own coupling, by sines and cosines of the phase."""
        outputs = {one.output for one in model.couplings}
        if outputs != {"sin_theta", "cos_theta"} or coupled_var not in (None, "theta") or target is not None:
            found = coupled_var or target or model.name
            raise ValueError(f"`coupling`: found `kuramoto` with `{found}`, expected a model of a phase `theta`\n"
                             "hint: `models.kuramoto` is one; its coupling is `kuramoto` by itself")
        brain = self.populations[ONLY]
        strengths = {} if k is None else {_strengths(model)[0]: self._strength(brain.nodes, brain.labels, k, "1")}
        self._core.connect_as_modelled(ONLY, _connections(self.connectome, speed), strengths)
        self.projections += [_as_modelled(model)]

    def _strength(self, nodes: int, labels: list[str] | None, k: Any, unit: str) -> Any:
        """The global factor of a projection."""
        return nodewise("k", aligned("k", as_value("k", k, unit), nodes, labels), nodes)

    def _add_noise(self, population: str, name: str, process: OrnsteinUhlenbeck) -> None:
        """A population of noise processes, each connected with its node."""
        receiver = self.populations[population]
        if not isinstance(process, OrnsteinUhlenbeck):
            raise TypeError(f"`noise`: found {shown(process)} for `{name}`, expected an OrnsteinUhlenbeck")
        unit = receiver.model.inputs[name].unit if name in receiver.model.inputs else "1"
        sigma = as_value("sigma", process.sigma, f"({unit})/sqrt(ms)" if units.is_quantity(process.sigma) else "1")
        source = f"noise_{name}"
        self.add(source, "ornstein_uhlenbeck", receiver.nodes, labels=receiver.labels,
                 sigma=sigma, tau=process.tau, mean=as_value("mean", process.mean, unit))
        self.populations[source].is_noise = True
        self.connect(source, f"{population}.{name}")

    def _population(self, argument: str, name: str) -> Population:
        if name in self.populations:
            return self.populations[name]
        known = ", ".join(f"`{known}`" for known in self.populations) or "none"
        raise ValueError(f"`{argument}`: found population `{name}`, which the network does not have\nhint: it has {known}")

    def __repr__(self) -> str:
        lines = [f"{one.name}: {one.nodes} x {one.model.name}" for one in self.populations.values()]
        lines = [*lines, *self.projections] or ["empty"]
        return "<Network\n  " + "\n  ".join(lines) + ">"


def _rebuilt(recipe: list[tuple[str, tuple, dict[str, Any]]]) -> Network:
    """The network of which this is the recipe."""
    (_, arguments, options), *calls = recipe
    speed = options.pop("speed", DEFAULT_SPEED) if (options := dict(options)) else DEFAULT_SPEED
    # The default speed is known by identity, which a pickle does not keep.
    network = Network(*arguments, **options, **({} if speed == DEFAULT_SPEED else {"speed": speed}))
    for name, arguments, options in calls:
        options = {key: value for key, value in options.items() if key != "speed" or value != DEFAULT_SPEED}
        getattr(network, name)(*arguments, **options)
    return network


def _unit(sender: Population, output: str, receiver: Population, receiving: str, coupling: Coupling) -> str:
    """Unit of the strength of a projection; names that are unknown are left to the engine, which says so."""
    if output not in sender.model.outputs or receiving not in receiver.model.inputs:
        return "1"
    input_unit, output_unit = receiver.model.inputs[receiving].unit, sender.model.outputs[output].unit
    if coupling.response() or output_unit == "1":
        return input_unit
    return f"1/({output_unit})" if input_unit == "1" else f"({input_unit})/({output_unit})"


def _strengths(model: Model) -> list[str]:
    """Names of the global factors of the model's own coupling, each once."""
    return list(dict.fromkeys(one.strength for one in model.couplings if one.strength))


def _own_strength(model: Model, given: Mapping[str, Any]) -> str:
    """Name of what ``k`` alone means."""
    strengths = _strengths(model)
    if len(strengths) != 1:
        raise ValueError(f"`k`: found beside the coupling of `{model.name}`, which has no strength\n"
                         "hint: name one projection by `coupled_var` and `target`")
    (name,) = strengths
    if name in given:
        raise ValueError(f"`{name}`: found beside `k`\nhint: the strength of this coupling is `k`")
    return name


def _only(argument: str, names: list[str]) -> str:
    """The one name among several times the same; nothing is guessed where there are others."""
    known = list(dict.fromkeys(names))
    if len(known) != 1:
        expected = ", ".join(f"`{name}`" for name in known) or "a name"
        raise ValueError(f"`{argument}`: found none, expected one of {expected}")
    return known[0]


def _as_modelled(model: Model) -> str:
    parts = [f"{ONLY}.{one.output} -> {ONLY}.{one.input}, {one.kind}" for one in model.couplings]
    return "\n  ".join(parts)


def _speed(speed: Any) -> float | None:
    if speed is None:
        return None
    found = scalar("speed", speed, "mm/ms")
    if found <= 0:
        raise ValueError(f"`speed`: found {found:g} mm/ms, expected a positive number\nhint: `None` means no delays")
    return found


def _connections(connectome: Connectome, speed: Any) -> _neuropil.Connections:
    return _neuropil.Connections(connectome.weights, connectome.lengths, _speed(speed))


def _between(sender, receiver, weights, lengths, delays, speed) -> _neuropil.Connections:
    """Connections between two populations from what a user gives."""
    if delays is not None and (lengths is not None or speed is not DEFAULT_SPEED):
        raise ValueError("`delays`: found beside `lengths` or `speed`, expected one of them")
    if isinstance(weights, str) and weights != "one_to_one":
        raise ValueError(f"`weights`: found `{weights}`, expected a matrix, a Connectome or `one_to_one`"
                         f"{did_you_mean(weights, ['one_to_one'])}")
    if isinstance(weights, str):
        if sender.nodes != receiver.nodes:
            raise ValueError(f"`weights`: found `one_to_one` between {sender.nodes} and {receiver.nodes} nodes, "
                             "expected equal numbers\nhint: give a matrix (targets, sources)")
        if delays is None and lengths is None:
            return _neuropil.Connections.one_to_one(sender.nodes)
        weights = np.eye(sender.nodes)
    elif isinstance(weights, Connectome):
        lengths = weights.lengths if lengths is None and delays is None else lengths
        weights = weights.weights
    weights = np.asarray(number("weights", weights, "1"))
    if delays is not None:
        delays = np.asarray(number("delays", delays, "ms"))
        refused = ~((delays >= 0) & np.isfinite(delays))
        if refused.any():
            raise ValueError(f"`delays`: found {delays[refused][0]:g} ms, expected finite times of 0 or more")
        if delays.ndim and delays.shape != np.shape(weights):
            raise ValueError(f"`delays`: found an array of shape {delays.shape}, expected one time, or {np.shape(weights)}")
        delays = np.broadcast_to(delays, np.shape(weights)).copy()
        return _neuropil.Connections(weights, delays, 1.0)
    if lengths is None:
        return _neuropil.Connections(weights)
    return _neuropil.Connections(weights, np.asarray(number("lengths", lengths, "mm")), _speed(speed))


def _link(coupling: Coupling, target: str, strength: Any, power: int, per_node: bool) -> _neuropil.Link:
    power, per_node = whole("power", power, -MOST_POWER, MOST_POWER), flag("per_node", per_node)
    return _neuropil.Link(target, coupling.kind, strength, power, per_node, argument="k", **coupling.response())
