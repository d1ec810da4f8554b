"""Time courses that drive a model: steps, waves, ramps, noise, and what they add up to.

Amplitudes are in the unit of the input they are given to, times in ms, frequencies in Hz. An array has the shape
(n, steps); its column k belongs to the time (k + 1) dt.
"""

import inspect
import logging
import math

import numpy as np

from ...arguments import choice, whole
from ...units import positive, scalar

_log = logging.getLogger()


class Input:
    """Base of all inputs. A class of one's own overrides :meth:`generate_input`.

    ``n`` is the number of rows: copies of a deterministic input, independent realisations of noise. ``seed`` makes
    noise reproducible.
    """

    #: Names of arguments that are numbers, and of those that are times above 0.
    numbers = ()
    times_above_0 = ()

    def __init__(self, n=1, seed=None):
        self.n = n
        self.seed = seed
        # Classes that users derive may draw from the global generator, as in neurolib.
        if seed is not None:
            np.random.seed(seed)

    @property
    def param_names(self):
        """Names of the arguments of the constructor, which are attributes as well."""
        return [name for name in inspect.signature(type(self).__init__).parameters if name != "self"]

    def __add__(self, other):
        return SummedStimulus(_parts(SummedStimulus, self) + _parts(SummedStimulus, other))

    def __and__(self, other):
        ratios = [
            ratio
            for part in (self, other)
            for ratio in (part.length_ratios if isinstance(part, ConcatenatedStimulus) else [1])
        ]
        return ConcatenatedStimulus(_parts(ConcatenatedStimulus, self) + _parts(ConcatenatedStimulus, other), ratios)

    def get_params(self):
        """Type and arguments as a dictionary."""
        return {"type": type(self).__name__, **{name: getattr(self, name) for name in self.param_names}}

    def update_params(self, params_dict):
        """Sets arguments by name. The text ``"None"`` means ``None``; names that are no arguments are ignored."""
        for name, value in params_dict.items():
            if name in self.param_names:
                setattr(self, name, None if isinstance(value, str) and value == "None" else value)
            elif name != "type":
                _log.warning("%s has no parameter %r.", type(self).__name__, name)

    def _get_times(self, duration, dt):
        """Sets ``self.times``: dt, 2 dt, ..., duration (ms). Arguments are checked here, because they can be set."""
        whole("n", self.n, 1)
        for name in self.numbers:
            scalar(name, getattr(self, name), "1")
        for name in self.times_above_0:
            positive(name, getattr(self, name), "ms", "time")
        self.times = dt * np.arange(1, _steps(duration, dt) + 1)

    def _random(self):
        return np.random.RandomState(self.seed)

    def generate_input(self, duration, dt):
        """The input as an array (n, steps)."""
        raise NotImplementedError(f"{type(self).__name__} does not define generate_input(duration, dt)")

    def as_array(self, duration, dt):
        """The input as an array (n, steps), for ``duration`` in steps of ``dt`` (ms)."""
        return self.generate_input(duration, dt)

    def as_cubic_splines(self, duration, dt, shift_start_time=0.0):
        """The input as a ``chspy.CubicHermiteSpline``, ``shift_start_time`` (ms) later. Needs the package chspy."""
        from chspy import CubicHermiteSpline

        array = self.as_array(duration, dt)
        times = dt * np.arange(1, array.shape[1] + 1)
        return CubicHermiteSpline.from_data(times + shift_start_time, array.T)

    def to_model(self, model):
        """The input as an array for ``model``: one row for each node, duration and dt as in its parameters.

        ``model.params["x_ext"] = StepInput(0.5).to_model(model)``
        """
        self.n = model.params["N"]
        return self.as_array(model.params["duration"], model.params["dt"])


class Stimulus(Input):
    """Base of inputs that start after ``start`` and end with ``end`` (ms); without them, that last all the time.

    The waveform is shifted: its first value follows ``start``. Outside it is zero. A class of one's own overrides
    :meth:`waveform`, or :meth:`generate_input` with ``self._get_times(duration, dt)`` before and
    ``self._trim_stim(array)`` after.
    """

    def __init__(self, start=None, end=None, n=1, seed=None):
        self.start = start
        self.end = end
        super().__init__(n=n, seed=seed)

    def waveform(self, times):
        """Values at ``times`` (ms), of shape (steps,)."""
        raise NotImplementedError(
            f"{type(self).__name__} defines neither waveform(times) nor generate_input(duration, dt)"
        )

    def generate_input(self, duration, dt):
        self._get_times(duration, dt)
        return self._trim_stim(np.tile(self.waveform(self.times), (self.n, 1)))

    def _get_times(self, duration, dt):
        super()._get_times(duration, dt)
        for name in ("start", "end"):
            if getattr(self, name) is not None:
                scalar(name, getattr(self, name), "ms")
        if (self.start or 0.0) >= duration:
            raise ValueError(f"`start`: found {self.start}, expected less than the duration of {duration} ms")
        if (self.end or 0.0) > duration + dt:
            raise ValueError(f"`end`: found {self.end}, expected at most the duration of {duration} ms")

    def _trim_stim(self, stim_input):
        """Shifts the array to ``start`` and sets it to zero after ``end``; needs ``self.times``."""
        trimmed = np.zeros(stim_input.shape)
        before = int(np.sum(self.times <= (self.start or 0.0)))
        trimmed[:, before:] = stim_input[:, : stim_input.shape[1] - before]
        if self.end:
            trimmed[:, self.times > self.end] = 0.0
        return trimmed


class BaseMultipleInputs(Stimulus):
    """Base of inputs made of ``inputs``: iterable, with a length, indexed from 0."""

    def __init__(self, inputs):
        for part in inputs:
            if not isinstance(part, Input):
                raise TypeError(f"`inputs`: found {part!r}, expected inputs")
        rows = [part.n for part in inputs]
        if len(set(rows)) != 1:
            raise ValueError(f"`inputs`: found n of {rows}, expected at least one input, all with the same n")
        self.inputs = list(inputs)

    def __len__(self):
        return len(self.inputs)

    def __getitem__(self, index):
        return self.inputs[index]

    @property
    def n(self):
        """Number of rows, of all parts."""
        return self.inputs[0].n

    @n.setter
    def n(self, n):
        for part in self:
            part.n = n

    def generate_input(self, duration, dt):
        return self.as_array(duration, dt)

    def get_params(self):
        """Type and, as ``input_0``, ``input_1``, ..., the parameters of the parts."""
        return {"type": type(self).__name__, **{f"input_{i}": part.get_params() for i, part in enumerate(self)}}

    def update_params(self, params_dict):
        """Sets parameters of the parts: ``{"input_0": {...}, ...}``."""
        for i, part in enumerate(self):
            part.update_params(params_dict.get(f"input_{i}", {}))


class SummedStimulus(BaseMultipleInputs):
    """The sum of inputs: ``a + b``."""

    def as_array(self, duration, dt):
        return np.sum([part.as_array(duration, dt) for part in self], axis=0)


class ConcatenatedStimulus(BaseMultipleInputs):
    """Inputs one after the other: ``a & b``. ``length_ratios`` are their shares of the duration, equal by default."""

    def __init__(self, inputs, length_ratios=None):
        super().__init__(inputs)
        ratios = [1] * len(self) if length_ratios is None else list(length_ratios)
        if len(ratios) != len(self) or not all(ratio > 0 for ratio in ratios):
            raise ValueError(f"`length_ratios`: found {ratios}, expected {len(self)} numbers above 0")
        self.length_ratios = ratios

    def as_array(self, duration, dt):
        share = duration / sum(self.length_ratios)
        parts = [part.as_array(share * ratio, dt) for part, ratio in zip(self, self.length_ratios)]
        # Each part is rounded up to whole steps.
        return np.concatenate(parts, axis=1)[:, : _steps(duration, dt)]


class ZeroInput(Input):
    """Nothing; a pause between two inputs, for example."""

    def generate_input(self, duration, dt):
        self._get_times(duration, dt)
        return np.zeros((self.n, len(self.times)))


class WienerProcess(Input):
    """Increments of a Wiener process: independent normal numbers of variance dt. They are not summed up."""

    def generate_input(self, duration, dt):
        self._get_times(duration, dt)
        return self._random().normal(0.0, math.sqrt(dt), (self.n, len(self.times)))


class OrnsteinUhlenbeckProcess(Input):
    """Coloured noise, ``dx = (mu - x) / tau dt + sigma dW``, by the Euler-Maruyama method, from U(0, mu).

    ``mu`` is the mean, ``sigma`` the amplitude (unit / sqrt(ms)), ``tau`` the time constant (ms); the stationary
    standard deviation is ``sigma sqrt(tau / 2)``.
    """

    numbers = ("mu", "sigma")
    times_above_0 = ("tau",)

    def __init__(self, mu, sigma, tau, n=1, seed=None):
        self.mu = mu
        self.sigma = sigma
        self.tau = tau
        super().__init__(n=n, seed=seed)

    def generate_input(self, duration, dt):
        from scipy.signal import lfilter

        self._get_times(duration, dt)
        random = self._random()
        drive = np.empty((self.n, len(self.times)))
        drive[:, 0] = random.uniform(size=self.n) * self.mu
        noise = random.standard_normal((self.n, len(self.times) - 1))
        drive[:, 1:] = self.mu * dt / self.tau + self.sigma * math.sqrt(dt) * noise
        # x[k + 1] = (1 - dt / tau) x[k] + drive[k + 1] is a filter with one pole.
        return lfilter([1.0], [1.0, dt / self.tau - 1.0], drive)


class StepInput(Stimulus):
    """A constant."""

    numbers = ("step_size",)

    def __init__(self, step_size, start=None, end=None, n=1, seed=None):
        self.step_size = step_size
        super().__init__(start=start, end=end, n=n, seed=seed)

    def waveform(self, times):
        return np.full(times.shape, self.step_size, dtype=float)


class _Periodic(Stimulus):
    """A wave of ``frequency`` Hz between plus and minus ``amplitude``; with ``dc_bias`` raised by the amplitude."""

    numbers = ("amplitude", "frequency")

    def __init__(self, amplitude, frequency, dc_bias=False, start=None, end=None, n=1, seed=None):
        self.amplitude = amplitude
        self.frequency = frequency
        self.dc_bias = dc_bias
        super().__init__(start=start, end=end, n=n, seed=seed)

    def waveform(self, times):
        wave = self.wave(times * (self.frequency / 1000.0))
        return self.amplitude * wave + (self.amplitude if self.dc_bias else 0.0)


class SinusoidalInput(_Periodic):
    """A sine of ``frequency`` Hz between plus and minus ``amplitude``; with ``dc_bias`` raised by the amplitude."""

    def wave(self, periods):
        return np.sin(2 * np.pi * periods)


class SquareInput(_Periodic):
    """As :class:`SinusoidalInput`, but jumping between the two extremes, half a period each, the upper one first."""

    def wave(self, periods):
        # Rounded, so that samples right at a jump belong to what begins there.
        return np.where(np.round(periods, 9) % 1.0 < 0.5, 1.0, -1.0)


class LinearRampInput(Stimulus):
    """From 0 to ``inp_max`` in ``ramp_length`` ms, then ``inp_max``."""

    numbers = ("inp_max",)
    times_above_0 = ("ramp_length",)

    def __init__(self, inp_max, ramp_length, start=None, end=None, n=1, seed=None):
        self.inp_max = inp_max
        self.ramp_length = ramp_length
        super().__init__(start=start, end=end, n=n, seed=seed)

    def waveform(self, times):
        return np.where(times < self.ramp_length, self.inp_max / self.ramp_length * times, self.inp_max)


class ExponentialInput(Stimulus):
    """An exponential over the whole duration T: ``inp_max e^(-exp_coef t / T)`` for ``exp_type`` "decay", and
    ``inp_max`` minus that for "rise".
    """

    numbers = ("inp_max", "exp_coef")

    def __init__(self, inp_max, exp_coef=30.0, exp_type="rise", start=None, end=None, n=1, seed=None):
        choice("exp_type", exp_type, ["rise", "decay"])
        self.inp_max = inp_max
        self.exp_coef = exp_coef
        self.exp_type = exp_type
        super().__init__(start=start, end=end, n=n, seed=seed)

    def waveform(self, times):
        decay = self.inp_max * np.exp(-self.exp_coef / times[-1] * times)
        return decay if self.exp_type == "decay" else self.inp_max - decay


def RectifiedInput(amplitude, n=1):
    """A step down that decays to zero, then a step up that decays to zero: finds two stable states, where there are
    two."""
    return ConcatenatedStimulus(
        [
            StepInput(-amplitude, n=n),
            ExponentialInput(amplitude, exp_coef=12.5, exp_type="rise", n=n) + StepInput(-amplitude, n=n),
            StepInput(amplitude, n=n),
            ExponentialInput(amplitude, exp_coef=7.5, exp_type="decay", n=n),
            StepInput(0.0, n=n),
        ],
        length_ratios=[0.5, 2.5, 0.5, 1.5, 1.0],
    )


def _steps(duration, dt):
    """Number of steps of ``dt`` that cover ``duration``."""
    duration, dt = positive("duration", duration, "ms", "time"), positive("dt", dt, "ms", "time")
    return math.ceil(round(duration / dt, 6))


def _parts(combination, part):
    if not isinstance(part, Input):
        raise TypeError(f"`other`: found {part!r}, expected an input")
    return part.inputs if isinstance(part, combination) else [part]
