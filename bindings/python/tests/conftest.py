"""What all tests share."""

from __future__ import annotations

import os

import numpy as np
import pytest

import neuropil as npl

os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture
def ring() -> npl.Connectome:
    """Eight regions on a ring of radius 40 mm with symmetric weights, as in the tutorial of brainmass."""
    angles = 2 * np.pi * np.arange(8) / 8
    centres = 40 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    weights = np.random.default_rng(0).random((8, 8))
    weights = (weights + weights.T) / 2
    np.fill_diagonal(weights, 0)
    return npl.Connectome(weights, centres=centres, labels=[f"R{region}" for region in range(8)])


@pytest.fixture
def axis():
    """An axis that is gone after the test."""
    plt = pytest.importorskip("matplotlib.pyplot")
    figure, axis = plt.subplots()
    yield axis
    plt.close(figure)
