"""Stands in for neuropil.analysis until the native module is there."""

import numpy as np


def order_parameter(phases):
    return np.abs(np.exp(1j * phases).mean(axis=0))


def functional_connectivity(series):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.corrcoef(series))


def functional_connectivity_dynamics(series, window, step, definition):
    starts = range(0, series.shape[1] - window, step)
    return functional_connectivity([functional_connectivity(series[:, s : s + window]).ravel() for s in starts])


def _triangle(matrix):
    return np.asarray(matrix)[np.triu_indices_from(matrix, k=1)]


def matrix_correlation(left, right):
    return np.corrcoef(_triangle(left), _triangle(right))[0, 1]


def matrix_kolmogorov_smirnov(left, right):
    from scipy.stats import ks_2samp

    return ks_2samp(_triangle(left), _triangle(right))[0]


def welch(series, sampling_rate, segment, scaling):
    from scipy.signal import welch

    return welch(series, sampling_rate, nperseg=segment, scaling="spectrum")
