"""
Measures of series (channels, samples) and of square matrices.
"""

from _typeshed import Incomplete
from typing import SupportsFloat, SupportsIndex

__all__ = ["dynamics", "functional_connectivity", "kolmogorov_smirnov", "matrix_correlation", "matrix_kolmogorov_smirnov", "order_parameter", "power_spectrum"]

def dynamics(series: Incomplete, window: SupportsIndex, step: SupportsIndex, definition: str) -> Incomplete:
    """
    Correlation of the connectivity of every pair of windows, (windows, windows).
    """

def functional_connectivity(series: Incomplete) -> Incomplete:
    """
    Pearson's correlation of every pair of channels, (channels, channels).
    """

def kolmogorov_smirnov(left: Incomplete, right: Incomplete) -> float:
    """
    Largest distance between the distribution functions of two samples.
    """

def matrix_correlation(left: Incomplete, right: Incomplete) -> float:
    """
    Pearson's correlation of the numbers above the diagonals.
    """

def matrix_kolmogorov_smirnov(left: Incomplete, right: Incomplete) -> float:
    """
    The same of the numbers above the diagonals.
    """

def order_parameter(phases: Incomplete) -> Incomplete:
    """
    Kuramoto's order parameter at each sample.
    """

def power_spectrum(series: Incomplete, sampling_rate: SupportsFloat | SupportsIndex, segment: SupportsIndex, scaling: str) -> tuple[Incomplete, Incomplete]:
    """
    Frequencies (Hz) and power (channels, frequencies) by Welch's method.
    """
