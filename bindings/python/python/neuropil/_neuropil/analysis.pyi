"""
Measures of series (channels, samples) and of square matrices.
"""

from typing import SupportsFloat, SupportsIndex
from numpy import float64
from numpy.typing import NDArray

__all__ = ["dynamics", "functional_connectivity", "kolmogorov_smirnov", "matrix_correlation", "matrix_kolmogorov_smirnov", "order_parameter", "power_spectrum"]

def dynamics(series: NDArray[float64], window: SupportsIndex, step: SupportsIndex, definition: str) -> NDArray[float64]:
    """
    Correlation of the connectivity of every pair of windows, (windows, windows).
    """

def functional_connectivity(series: NDArray[float64]) -> NDArray[float64]:
    """
    Pearson's correlation of every pair of channels, (channels, channels).
    """

def kolmogorov_smirnov(left: NDArray[float64], right: NDArray[float64]) -> float:
    """
    Largest distance between the distribution functions of two samples.
    """

def matrix_correlation(left: NDArray[float64], right: NDArray[float64]) -> float:
    """
    Pearson's correlation of the numbers above the diagonals.
    """

def matrix_kolmogorov_smirnov(left: NDArray[float64], right: NDArray[float64]) -> float:
    """
    The same of the numbers above the diagonals.
    """

def order_parameter(phases: NDArray[float64]) -> NDArray[float64]:
    """
    Kuramoto's order parameter at each sample.
    """

def power_spectrum(series: NDArray[float64], sampling_rate: SupportsFloat | SupportsIndex, segment: SupportsIndex, scaling: str) -> tuple[NDArray[float64], NDArray[float64]]:
    """
    Frequencies (Hz) and power (channels, frequencies) by Welch's method.
    """
