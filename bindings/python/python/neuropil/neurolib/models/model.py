"""What neurolib's models have in common: parameters, runs, chunks, outputs."""

import logging
import math

import numpy as np
import xarray as xr

from ...arguments import shown, whole
from ...units import positive
from ..utils.collections import dotdict
from . import bold

_log = logging.getLogger()


class Model:
    """A model as neurolib's scripts know it.

    A subclass says ``state_vars``, ``init_vars`` (names of the parameters that hold initial values, in the same order),
    ``default_output``, and optionally ``name``, ``description``, ``output_vars``, ``input_vars``, ``default_input`` and
    ``boldInputTransform``.

    Parameters
    ----------
    integration : callable, optional
        ``integration(params)`` gives ``t`` (steps,) in ms and, for each state variable, (nodes, history + steps) or its
        last value (nodes,). Models of the catalogue have none: the engine runs them.
    params : dict
        ``dt`` and ``duration`` in ms, ``N`` or ``Cmat``, initial values, and whatever the equations need.
    """

    name = "Noname"
    description = "No description"
    input_vars = []
    default_input = None
    #: What the BOLD signal is driven with, from the default output; the output itself if ``None``.
    boldInputTransform = None

    def __init__(self, integration, params):
        if not (getattr(self, "state_vars", None) and hasattr(self, "init_vars") and hasattr(self, "default_output")):
            raise ValueError(f"`{type(self).__name__}`: expected `state_vars`, `init_vars` and `default_output`")
        if not hasattr(self, "output_vars"):
            self.output_vars = self.state_vars
        self.integration = integration
        self.params = dotdict(params)
        self.params.setdefault("name", self.name)
        self.params.setdefault("description", self.description)
        self.outputs = dotdict()
        self.state = dotdict()
        self.maxDelay = None
        self.startindt = None
        self.sample_every = 1
        self.boldInitialized = False
        self.boldModel = None
        #: Steps since the last run that did not continue another.
        self._steps = 0

    # -- running ------------------------------------------------------------------------------------------------------

    def run(self, chunkwise=False, chunksize=None, bold=False, append_outputs=False, continue_run=False):
        """Simulates ``params.duration`` ms.

        Parameters
        ----------
        chunkwise : bool
            Whether to go in chunks; only the last one is kept unless ``append_outputs``. Results are those of one run.
        chunksize : int
            Steps of a chunk; 2 s if not given. Any number makes the run chunkwise.
        bold : bool
            Whether to simulate the BOLD signal, into ``outputs.BOLD``.
        append_outputs : bool
            Whether new samples follow those before.
        continue_run : bool
            Whether to start where the last run ended.
        """
        self._steps_of(self.params.get("duration"))
        self._check_sampling(chunkwise or chunksize is not None, chunksize)
        if not continue_run:
            self.clearModelState()
        elif self.state:
            self.setInitialValuesToLastState()
        if bold and not self.boldInitialized:
            self.initializeBold()
        if chunkwise or chunksize is not None:
            self.integrateChunkwise(chunksize, bold=bold, append_outputs=append_outputs)
        else:
            self._piece(self._steps_of(self.params.get("duration")), 0, bold, append_outputs)
        self.checkOutputs()

    def integrate(self, append_outputs=False, simulate_bold=False):
        """Simulates ``params.duration`` in one piece, from the initial values on."""
        self._piece(self._steps_of(self.params.get("duration")), 0, simulate_bold, append_outputs)

    def integrateChunkwise(self, chunksize, bold=False, append_outputs=False):
        """Simulates ``params.duration`` in chunks of ``chunksize`` steps; the initial values move along."""
        total = self._steps_of(self.params.get("duration"))
        chunksize = int(2000 / self.params["dt"]) if chunksize is None else whole("chunksize", chunksize, 1)
        if total % chunksize:
            _log.warning(f"`chunksize`: {total} steps are no multiple of {chunksize}; the last chunk is shorter")
        done = 0
        for steps in self._pieces(total, chunksize):
            self._piece(steps, done, bold, append_outputs)
            self.setInitialValuesToLastState()
            done += steps

    def _pieces(self, total, chunksize):
        """Steps of the pieces that chunks are made in: the last one is a chunk, which stays."""
        return [min(chunksize, total - done) for done in range(0, total, chunksize)]

    def autochunk(self, inputs=None, chunksize=1, append_outputs=False, bold=False):
        """Simulates one chunk of ``chunksize`` steps, with ``inputs`` for the model's inputs, and stands at its end.

        As in neurolib, ``params.duration`` is that of the chunk afterwards.
        """
        chunksize = whole("chunksize", chunksize, 1)
        if inputs is not None:
            self.setInputs(inputs)
        if bold and not self.boldInitialized:
            self.initializeBold()
        self.params["duration"] = chunksize * self.params["dt"]
        self._piece(chunksize, 0, bold, append_outputs)
        self.setInitialValuesToLastState()

    def setInputs(self, inputs):
        """Sets the parameters named in ``input_vars``, in order."""
        if isinstance(inputs, (str, bytes)) or not hasattr(inputs, "__len__"):
            raise TypeError(f"`inputs`: found {shown(inputs)}, expected a list of arrays")
        if len(inputs) != len(self.input_vars):
            names = ", ".join(f"`{name}`" for name in self.input_vars) or "none, for a model without inputs"
            raise ValueError(f"`inputs`: found {len(inputs)}, expected {len(self.input_vars)}: {names}")
        for name, value in zip(self.input_vars, inputs):
            self.params[name] = value

    def setInitialValuesToLastState(self):
        """Makes the last state the initial values in ``params``."""
        for parameter, variable in zip(self.init_vars, self.state_vars):
            if variable in self.state and self.params.get(parameter) is not None:
                self.params[parameter] = self.state[variable].copy()

    def randomICs(self, min=0, max=1):
        """Draws all initial values uniformly between ``min`` and ``max``."""
        for parameter in self.init_vars:
            found = self.params.get(parameter)
            if found is not None:
                shape = (self._nodes(), 1) if np.ndim(found) == 2 else (self._nodes(),)
                self.params[parameter] = np.random.uniform(min, max, shape)

    def clearModelState(self):
        """Forgets outputs and state: the next run starts from the initial values in ``params``."""
        self.state = dotdict()
        self.outputs = dotdict()
        self._steps = 0
        self.boldInitialized = False
        self.boldModel = None

    def getMaxDelay(self):
        """The longest delay in steps."""
        speed, lengths = self.params.get("signalV"), self.params.get("lengthMat")
        if lengths is None or speed is None or speed <= 0:
            return 0
        return int(np.max(np.around(np.asarray(lengths) / speed / self.params["dt"]), initial=0))

    def _nodes(self):
        count = self.params.get("N")
        return int(count) if count is not None else len(self.params["Cmat"])

    def _steps_of(self, duration):
        dt, duration = (positive(name, value, "ms", "time")
                        for name, value in (("dt", self.params.get("dt")), ("duration", duration)))
        # A duration that is no multiple of dt is rounded up; the number is that of neurolib's array of times.
        steps = math.ceil((round(duration, 6) / dt + 1) - 1)
        if steps < 1:
            raise ValueError(f"`duration`: found {duration:g} ms, expected at least one step of {dt:g} ms")
        return steps

    def _piece(self, steps, done, bold, append):
        """``steps`` steps from the initial values on, of which ``done`` were made before in this run."""
        self._find_delays()
        t, outputs = self._advance(steps, done, bold)
        self._take(steps, t[:: self.sample_every], outputs, bold, append)

    def _find_delays(self):
        self.maxDelay = int(self.getMaxDelay())
        self.startindt = self.maxDelay + 1

    def _take(self, steps, t, outputs, bold, append):
        """Takes what ``steps`` steps gave: sampled times and outputs."""
        self.setOutput("t", t, append=append)
        for name, values in outputs.items():
            self.setOutput(name, values, append=append)
        self._steps += steps
        if bold:
            self.setOutput("BOLD.t_BOLD", self.boldModel.t_BOLD)
            self.setOutput("BOLD.BOLD", self.boldModel.BOLD)

    def _advance(self, steps, done, bold):
        """Times and sampled outputs; sets the state, and takes the haemodynamic model along if ``bold``.

        This is for models with an ``integration`` of their own.
        """
        duration, dt = self.params["duration"], self.params["dt"]
        self.params["duration"] = steps * dt
        try:
            t, *variables = self.integration(self.params)
        finally:
            self.params["duration"] = duration
        outputs = {}
        for name, values in zip(self.state_vars, variables):
            values = np.asarray(values)
            is_series = values.ndim == 2
            self.state[name] = values[:, -self.startindt:].copy() if is_series else values.copy()
            if is_series and name in self.output_vars:
                outputs[name] = values[:, self.startindt :: self.sample_every]
            if bold and name == self.default_output:
                self.simulateBold(values[:, self.startindt :])
        return np.asarray(t) + self._steps * dt, outputs

    def _check_sampling(self, chunkwise, chunksize):
        """Reads ``params.sampling_dt``; the kinds of exceptions are neurolib's."""
        self.sample_every = 1
        sampling, dt, duration = self.params.get("sampling_dt"), self.params["dt"], self.params["duration"]
        if sampling is None:
            return
        if not sampling > 0:
            raise ValueError(f"`sampling_dt`: found {sampling} ms, expected a positive time")
        _expect(dt <= sampling, f"`sampling_dt`: found {sampling} ms, expected at least dt = {dt} ms")
        _expect(sampling <= duration, f"`sampling_dt`: found {sampling} ms, expected at most the duration, {duration} ms")
        if chunkwise:
            steps = int(2000 / dt) if chunksize is None else chunksize
            last = self._steps_of(duration) % steps
            _expect(steps * dt >= sampling, f"`chunksize`: found {steps * dt} ms, expected at least {sampling} ms")
            for one in (steps, last):
                ratio = one * dt / sampling
                _expect(abs(ratio - round(ratio)) < 1e-6,
                        f"`sampling_dt`: found {sampling} ms, expected a divisor of a chunk of {one * dt} ms")
        self.sample_every = max(int(sampling / dt * (1 + 1e-12)), 1)

    # -- BOLD ---------------------------------------------------------------------------------------------------------

    def initializeBold(self):
        """Makes the haemodynamic model, at its initial state."""
        self.boldModel = bold.BOLDModel(self._nodes(), self.params["dt"])
        self.boldInitialized = True

    def simulateBold(self, activity):
        """Drives the haemodynamic model with (nodes, steps) of the default output; its volumes follow those before."""
        transform = self.boldInputTransform
        self.boldModel.run(activity if transform is None else transform(activity), append=True)

    # -- outputs ------------------------------------------------------------------------------------------------------

    def setOutput(self, name, data, append=False, removeICs=False):
        """Stores an output; a dotted name makes nested groups. ``removeICs`` leaves out the initial history."""
        if removeICs:
            data = data[..., self.startindt :]
        *groups, leaf = name.split(".")
        place = self.outputs
        for group in groups:
            place = place.setdefault(group, dotdict())
        if append and leaf in place:
            data = np.concatenate([place[leaf], data], axis=-1)
        place[leaf] = data
        top = groups[0] if groups else leaf
        setattr(self, top, self.outputs[top])

    def getOutput(self, name):
        """An output by its name, dotted where it is nested."""
        place = self.outputs
        for part in name.split("."):
            place = place[part]
        return place

    def __getitem__(self, name):
        return self.getOutput(name)

    def getOutputs(self, group=""):
        """The outputs of a group, without nested ones."""
        place = self.getOutput(group) if group else self.outputs
        return dotdict({name: value for name, value in place.items() if not isinstance(value, dict)})

    @property
    def output(self):
        """The default output, (nodes, samples); ``None`` before the first run."""
        if self.default_output not in self.outputs:
            _log.warning("No default output has been set yet. Use `run()` to simulate the model.")
            return None
        return self.outputs[self.default_output]

    def xr(self, group=""):
        """The outputs of a group as a DataArray with dimensions output, space, time (ms)."""
        outputs = self.getOutputs(group)
        times = [name for name in outputs if name == "t" or name.startswith("t_")]
        if not times:
            raise ValueError(f"`group`: found {group!r}, expected a group with times\nhint: run the model first")
        names = [name for name in outputs if name not in times]
        values = np.stack([np.atleast_2d(outputs[name]) for name in names])
        coordinates = {"output": names, "space": np.arange(values.shape[1]), "time": outputs[times[0]]}
        return xr.DataArray(values, coordinates, ("output", "space", "time"))

    def checkOutputs(self):
        """Logs an error where the default output is no number, or beyond all bounds."""
        found = self.outputs.get(self.default_output)
        if found is None or not found.size:
            return
        largest, smallest = np.max(found), np.min(found)
        if np.isnan(largest):
            _log.error("nan in model output!")
        elif max(largest, -smallest) > 1e20:
            _log.error("Problem: very large values in model output!")


def _expect(condition, message):
    if not condition:
        raise AssertionError(message)
