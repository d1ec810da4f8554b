"""Recorded or simulated signals with their time axis, and what is done to them before an analysis."""

import logging
import warnings

import numpy as np
import xarray as xr

from ...units import positive

_log = logging.getLogger()

_ENDING = ".nc"


def scipy_iir_filter_data(x, sfreq, l_freq, h_freq, l_trans_bandwidth=None, h_trans_bandwidth=None, **kwargs):
    """Butterworth filter along the last axis, forwards and backwards, so that phases stay.

    ``sfreq`` is the sampling frequency (Hz). Keeps what lies above ``l_freq`` and below ``h_freq`` (Hz, or ``None``);
    with ``l_freq`` above ``h_freq`` it cuts out what lies between. ``order`` is 8. The transition bandwidths are
    there for those who call mne's filter in the same way, and have no effect.
    """
    from scipy.signal import butter, sosfiltfilt

    if l_freq is None and h_freq is None:
        raise ValueError("`l_freq`, `h_freq`: found None and None, expected at least one frequency")
    if l_freq is None:
        band, kind = h_freq, "lowpass"
    elif h_freq is None:
        band, kind = l_freq, "highpass"
    elif l_freq == h_freq:
        raise ValueError(f"`h_freq`: found {h_freq} Hz for both, expected another frequency than `l_freq`")
    else:
        band, kind = sorted([l_freq, h_freq]), "bandpass" if l_freq < h_freq else "bandstop"
    sections = butter(kwargs.pop("order", 8), band, btype=kind, output="sos", fs=sfreq)
    return sosfiltfilt(sections, x, axis=-1)


class Signal:
    """Time series of any dimensions, the last of which is ``time``, in seconds.

    ``data`` is an ``xarray.DataArray`` with a dimension ``time`` (ms if ``time_in_ms``). It stays accessible as
    ``signal.data``; ``dt`` (s) and ``sampling_frequency`` (Hz) belong to it. A processing step changes the signal
    itself, or, with ``inplace=False``, returns a new one. What was done is kept in ``process_steps``.
    """

    name = ""
    label = ""
    signal_type = ""
    unit = ""
    description = ""
    _attributes = ("name", "label", "signal_type", "unit", "description", "process_steps")

    @classmethod
    def from_model_output(cls, model, group="", time_in_ms=True):
        """The outputs of a model that has run; ``group="BOLD"`` takes BOLD."""
        return cls(model.xr(group=group), time_in_ms=time_in_ms)

    @classmethod
    def from_file(cls, filename):
        """Reads what :meth:`save` has written; the ending ``.nc`` may be left out."""
        data = xr.load_dataarray(_with_ending(filename))
        signal = cls(data)
        steps = {}
        for key, value in data.attrs.items():
            if key.startswith("process_steps_"):
                steps[int(key.removeprefix("process_steps_"))] = value
            else:
                setattr(signal, key, value)
        if steps:
            signal.process_steps = [steps[index] for index in sorted(steps)]
        else:
            _log.warning("%s: no processing steps found.", filename)
        return signal

    def __init__(self, data, time_in_ms=False):
        if not isinstance(data, xr.DataArray):
            raise TypeError(f"`data`: found {type(data).__name__}, expected an xarray DataArray")
        if "time" not in data.dims:
            raise ValueError(f"`data`: found {data.dims}, expected a dimension `time`")
        data = data.copy(deep=True).transpose(..., "time")
        time = data["time"].values / 1000.0 if time_in_ms else data["time"].values
        # A microsecond is fine enough, and hides how the time was computed.
        self._set(data.assign_coords(time=np.around(time, 6)))
        self.process_steps = [f"raw {self.signal_type} signal: {self.start_time}--{self.end_time}s"]

    def _set(self, data):
        self.data = data
        # Of one sample there is no interval: what was known stays.
        if data.sizes["time"] > 1:
            self.dt = float(np.around(np.diff(data["time"].values).mean(), 6))
            self.sampling_frequency = 1.0 / self.dt

    def _derive(self, data, step):
        """A signal of the same class with other data and one step more."""
        derived = type(self)(data)
        if data.sizes["time"] == 1:
            derived.dt, derived.sampling_frequency = self.dt, self.sampling_frequency
        for attribute in self._attributes:
            setattr(derived, attribute, getattr(self, attribute))
        derived.process_steps = [*self.process_steps, step]
        return derived

    def _finish(self, data, step, inplace):
        if not inplace:
            return self._derive(data, step)
        self._set(data)
        self.process_steps = [*self.process_steps, step]
        return None

    def _like(self, values):
        return self.data.copy(data=values)

    def __repr__(self):
        return (
            f"{self.name} representing {self.signal_type} signal with unit of {self.unit} with user-provided "
            f"description: `{self.description}`. Shape of the signal is {self.shape} with dimensions {self.data.dims}. "
            f"Signal starts at {self.start_time} and ends at {self.end_time}."
        )

    def __eq__(self, other):
        """Whether the data are the same up to rounding; other attributes that differ are logged."""
        if not isinstance(other, Signal):
            return NotImplemented
        for attribute in self._attributes:
            if getattr(self, attribute) != getattr(other, attribute):
                _log.warning("`%s` not equal between signals.", attribute)
        try:
            xr.testing.assert_allclose(self.data, other.data)
        except AssertionError:
            return False
        return True

    def __getitem__(self, output):
        """The signal of one output."""
        return self._derive(self.data.sel(output=output), f"select `{output}` output")

    @property
    def shape(self):
        """Shape of the data, time last."""
        return self.data.shape

    @property
    def dims_not_time(self):
        """Names of the other dimensions."""
        return [dimension for dimension in self.data.dims if dimension != "time"]

    @property
    def coords_not_time(self):
        """Values of the other coordinates, by name."""
        return {name: coordinate.values for name, coordinate in self.data.coords.items() if name != "time"}

    @property
    def time(self):
        """Times of the samples (s)."""
        return self.data["time"].values

    @property
    def start_time(self):
        """Time of the first sample (s)."""
        return self.time[0]

    @property
    def end_time(self):
        """Time of the last sample (s)."""
        return self.time[-1]

    @property
    def preprocessing_steps(self):
        """What was done, as one line."""
        return " -> ".join(self.process_steps)

    def save(self, filename):
        """Writes a netCDF file; the ending ``.nc`` is added."""
        data = self.data.copy(deep=False)
        for attribute in self._attributes[:-1]:
            data.attrs[attribute] = getattr(self, attribute)
        for index, step in enumerate(self.process_steps):
            data.attrs[f"process_steps_{index}"] = step
        data.to_netcdf(_with_ending(filename))

    def iterate(self, return_as="signal"):
        """Every single time series, one after the other.

        ``return_as="signal"`` yields (dictionary of coordinates, :class:`Signal`), ``"xr"`` yields (tuple of
        coordinates, ``DataArray``). Each keeps, beside time, a dimension ``all`` of length one, if the signal has
        more than time.
        """
        if return_as not in ("signal", "xr"):
            raise ValueError(f"`return_as`: found {return_as!r}, expected 'signal' or 'xr'")
        for names, column in self._columns():
            if return_as == "xr":
                yield names, column
            else:
                yield dict(zip(self.dims_not_time, names)), self._derive(column, f"select {names}")

    def _columns(self):
        if self.data.ndim == 1:
            yield (), self.data
            return
        stacked = self.data.stack(all=self.dims_not_time)
        for index, names in enumerate(stacked["all"].values):
            yield names, stacked.isel(all=[index])

    def sel(self, sel_args, inplace=True):
        """The part between two times (s), ends included; ``None`` means up to the end."""
        start, end = _two("sel_args", sel_args)
        return self._finish(self.data.sel(time=slice(start, end)), f"select {start or 'x'}:{end or 'x'}s", inplace)

    def isel(self, isel_args, inplace=True):
        """The part between two indices, as in a slice: the second one is not included."""
        start, end = _two("isel_args", isel_args)
        shown = ["x" if index is None else index * self.dt for index in (start, end)]
        return self._finish(self.data.isel(time=slice(start, end)), f"select {shown[0]}:{shown[1]}s", inplace)

    def rolling(self, roll_over, function=np.mean, dropnans=True, inplace=True):
        """``function`` of a window of ``roll_over`` seconds around each sample.

        Samples without a full window are dropped, or with ``dropnans=False`` are NaN.
        """
        window = round(roll_over * self.sampling_frequency)
        rolled = self.data.rolling(time=window, center=True).reduce(function)
        step = f"rolling {_name(function)} over {roll_over}s"
        if dropnans:
            rolled, step = rolled.dropna("time"), step + "; drop NaNs"
        return self._finish(rolled, step, inplace)

    def sliding_window(self, length, step=1, window_function="boxcar", lengths_in_seconds=False):
        """Yields windows of ``length``, one every ``step`` (samples, or seconds), that fit the signal, as signals.

        They are multiplied by a window of ``scipy.signal.get_window``.
        """
        from scipy.signal import get_window

        if lengths_in_seconds:
            length, step = (round(value * self.sampling_frequency) for value in (length, step))
        samples = self.data.sizes["time"]
        if not 0 < length <= samples:
            raise ValueError(f"`length`: found {length}, expected 1 to {samples} samples")
        if not 0 < step <= length:
            raise ValueError(f"`step`: found {step}, expected 1 to {length} samples, the length of a window")
        weights = get_window(window_function, length)
        for start in range(0, samples - length + 1, step):
            window = self.data.isel(time=slice(start, start + length)) * weights
            yield self._derive(window, f"{window_function} window: {start}:{start + length}")

    def pad(self, how_much, in_seconds=False, padding_type="constant", side="both", inplace=True, **kwargs):
        """Adds ``how_much`` (samples, or seconds) before or after the signal, or on both sides.

        ``padding_type`` and further arguments are those of ``numpy.pad``.
        """
        if side not in ("before", "after", "both"):
            raise ValueError(f"`side`: found {side!r}, expected 'before', 'after' or 'both'")
        samples = round(how_much * self.sampling_frequency) if in_seconds else how_much
        before, after = (0 if side == "after" else samples), (0 if side == "before" else samples)
        times = np.concatenate(
            [
                self.start_time + self.dt * np.arange(-before, 0),
                self.time,
                self.end_time + self.dt * np.arange(1, after + 1),
            ]
        )
        widths = [(0, 0)] * len(self.dims_not_time) + [(before, after)]
        padded = np.pad(self.data.values, widths, mode=padding_type, **kwargs)
        sides = "both sides" if side == "both" else side
        return self._finish(self._at(padded, times), f"{samples * self.dt}s {padding_type} {sides} padding", inplace)

    def _at(self, values, times):
        """The values at other times, everything else as it is."""
        frame = self.data.isel(time=0, drop=True)
        return xr.DataArray(
            values, dims=self.data.dims, coords={**frame.coords, "time": np.around(times, 6)}, name=self.data.name
        )

    def normalize(self, std=False, inplace=True):
        """Subtracts the mean over time; with ``std`` also divides by the standard deviation."""
        normalised = self.data - self.data.mean(dim="time")
        if std:
            normalised = normalised / self.data.std(dim="time")
        return self._finish(normalised, "normalize -> standardize" if std else "normalize", inplace)

    def resample(self, to_frequency, inplace=True):
        """Resamples to another frequency (Hz): by mne if it is installed, else by ``scipy.signal.resample``."""
        to_frequency = positive("to_frequency", to_frequency, "Hz", "frequency")
        try:
            from mne.filter import resample
        except ImportError:
            from scipy.signal import resample

            _log.warning("mne is not installed: scipy.signal.resample is used instead.")
            samples = round(to_frequency / self.sampling_frequency * self.data.sizes["time"])
            resampled = resample(self.data.values, samples, axis=-1, window="boxcar")
        else:
            resampled = resample(
                self.data.values, up=to_frequency, down=self.sampling_frequency, npad="auto", axis=-1, pad="edge"
            )
        times = self.start_time + np.arange(resampled.shape[-1]) / to_frequency
        return self._finish(self._at(resampled, times), f"resample to {to_frequency}Hz", inplace)

    def hilbert_transform(self, return_as="complex", inplace=True):
        """Analytic signal (``"complex"``), its ``"amplitude"``, or its phase in rad, ``"phase_wrapped"`` to -pi..pi or
        ``"phase_unwrapped"``. Filter to a narrow band before.
        """
        from scipy.signal import hilbert

        forms = {
            "complex": (lambda analytic: analytic, "complex"),
            "amplitude": (np.abs, "amplitude"),
            "phase_wrapped": (np.angle, "wrapped phase"),
            "phase_unwrapped": (lambda analytic: np.unwrap(np.angle(analytic)), "unwrapped phase"),
        }
        if return_as not in forms:
            raise ValueError(f"`return_as`: found {return_as!r}, expected one of {list(forms)}")
        form, name = forms[return_as]
        return self._finish(self._like(form(hilbert(self.data.values, axis=-1))), f"Hilbert - {name}", inplace)

    def detrend(self, segments=None, inplace=True):
        """Subtracts the straight line of least squares, in each of the parts that begin at the indices ``segments``."""
        from scipy.signal import detrend

        breaks = [] if segments is None else np.atleast_1d(segments).astype(int).tolist()
        detrended = detrend(self.data.values, type="linear", bp=breaks or 0, axis=-1)
        return self._finish(self._like(detrended), "detrend" + (f" with segments: {breaks}" if breaks else ""), inplace)

    def filter(self, low_freq, high_freq, l_trans_bandwidth="auto", h_trans_bandwidth="auto", inplace=True, **kwargs):
        """Keeps what lies above ``low_freq`` and below ``high_freq`` (Hz, or ``None``); cuts out what lies between if
        ``low_freq`` is the larger one.

        Uses ``mne.filter.filter_data``, to which ``kwargs`` go, if mne is installed, else
        :func:`scipy_iir_filter_data`.
        """
        try:
            from mne.filter import filter_data
        except ImportError:
            filter_data = scipy_iir_filter_data
            _log.warning("mne is not installed: a Butterworth filter of SciPy is used instead.")
        filtered = filter_data(
            self.data.values,
            sfreq=self.sampling_frequency,
            l_freq=low_freq,
            h_freq=high_freq,
            l_trans_bandwidth=l_trans_bandwidth,
            h_trans_bandwidth=h_trans_bandwidth,
            **kwargs,
        )
        return self._finish(
            self._like(filtered), f"filter: low {low_freq or 'x'}Hz - high {high_freq or 'x'}Hz", inplace
        )

    def functional_connectivity(self, fc_function=np.corrcoef):
        """Connectivity of the nodes for each output: a ``DataArray`` ([output,] space, space).

        ``fc_function`` takes an array (space, time) and returns one (space, space). With one node there is none:
        ``None``, which is logged.
        """
        if "space" not in self.data.dims or self.data.ndim not in (2, 3):
            raise ValueError(f"`data`: found {self.data.dims}, expected the dimensions ([output,] space, time)")
        if self.data.sizes["space"] <= 1:
            _log.error("Cannot compute functional connectivity from one timeseries.")
            return None
        rest = [dimension for dimension in self.dims_not_time if dimension != "space"]
        ordered = self.data.transpose(*rest, "space", "time")
        values = ordered.values
        connectivity = [fc_function(rows) for rows in values.reshape(-1, *values.shape[-2:])]
        coords = {name: self.data.coords[name] for name in [*rest, "space"] if name in self.data.coords}
        with warnings.catch_warnings():
            # Both dimensions of the matrix are called "space", as scripts expect.
            warnings.filterwarnings("ignore", message="Duplicate dimension names")
            return xr.DataArray(
                np.reshape(connectivity, (*ordered.shape[:-1], ordered.sizes["space"])),
                dims=[*rest, "space", "space"],
                coords=coords,
            )

    def apply(self, func, inplace=True):
        """``func`` of the data, an array with time last.

        Where it keeps the shape, the result is a signal. Where it makes one number of each series, it is a
        ``DataArray`` without time, which is logged.
        """
        values = np.asarray(func(self.data.values))
        if values.shape == self.shape:
            return self._finish(self._like(values), f"apply `{_name(func)}` function over time dim", inplace)
        if values.shape != self.shape[:-1]:
            raise ValueError(
                f"`func`: found {values.shape}, expected an array of shape {self.shape} or {self.shape[:-1]}"
            )
        _log.warning(
            "Shape changed after operation! Old shape: %s, new shape: %s; Cannot cast to Signal class, returing as "
            "`xr.DataArray`",
            self.shape,
            values.shape,
        )
        return self.data.isel(time=0, drop=True).copy(data=values)


class VoltageSignal(Signal):
    """Membrane potential."""

    name = "Population mean membrane potential"
    label = "V"
    signal_type = "voltage"
    unit = "mV"


class RatesSignal(Signal):
    """Firing rate."""

    name = "Population firing rate"
    label = "q"
    signal_type = "rate"
    unit = "Hz"


class BOLDSignal(Signal):
    """Blood oxygen level-dependent signal."""

    name = "Population blood oxygen level-dependent signal"
    label = "BOLD"
    signal_type = "bold"
    unit = "%"


def _with_ending(filename):
    filename = str(filename)
    return filename if filename.endswith(_ENDING) else filename + _ENDING


def _two(name, values):
    if len(values) != 2:
        raise ValueError(f"`{name}`: found {values!r}, expected two values, start and end")
    return values


def _name(function):
    return getattr(function, "__name__", repr(function))
