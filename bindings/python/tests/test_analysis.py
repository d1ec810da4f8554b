"""Measures: numbers, names and units, batches, bad input."""

import _thread
import threading
import time

import numpy as np
import neuropil as npl
import pytest
import xarray as xr
from neuropil import analysis


TIMED = xr.DataArray(np.ones((2, 9)), {"time": np.arange(9.0)}, ["node", "time"])


@pytest.fixture
def series():
    return np.random.RandomState(0).standard_normal((4, 100))


def test_dynamics_take_the_triangle_unless_told_otherwise(series):
    windows = [np.corrcoef(series[:, start : start + 20]) for start in range(0, 81, 20)]
    above = np.triu_indices(4, 1)
    expected = np.corrcoef([window[above] for window in windows])
    np.testing.assert_allclose(analysis.functional_connectivity_dynamics(series, 20, 20), expected, atol=1e-14)
    whole = analysis.functional_connectivity_dynamics(series, 20, 20, "whole_matrix")
    np.testing.assert_allclose(whole, np.corrcoef([window.ravel() for window in windows[:4]]), atol=1e-14)


def test_arrays_of_xarray_and_single_series_are_taken(series):
    array = xr.DataArray(series, dims=["node", "time"])
    np.testing.assert_array_equal(
        analysis.functional_connectivity(array), analysis.functional_connectivity(series.tolist())
    )
    density = analysis.power_spectrum(series[0], npl.units.ms * 1, 50)
    assert (float(density.frequency[1]), density.shape) == (20.0, (1, 26))
    np.testing.assert_allclose(analysis.order_parameter([[0.0, 1.0], [0.0, 1.0 + np.pi]]), [1.0, 0.0], atol=1e-15)
    assert analysis.kolmogorov_smirnov([1, 2, 3], [2, 3, 4, 5]) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: analysis.functional_connectivity_dynamics(np.ones((3, 99)), definition="sum"),
            "`definition`: found `sum`, expected one of `upper_triangle`, `whole_matrix`",
        ),
        (
            lambda: analysis.power_spectrum(np.ones(9), 1.0, 4, "sum"),
            '`scaling`: found `sum`, expected one of `density`, `power`',
        ),
        (lambda: analysis.functional_connectivity_dynamics(np.ones((3, 99)), window=-1), "`window`: found -1, expected"),
        (lambda: analysis.functional_connectivity_dynamics(np.ones((3, 99)), window=2.5), "`window`: found 2.5, expected"),
        (lambda: analysis.functional_connectivity_dynamics(np.ones((3, 99)), step=True), "`step`: found True, expected"),
        (lambda: analysis.power_spectrum(np.ones(9), 1.0, np.inf), "`segment`: found inf ms, expected a finite number"),
        (lambda: analysis.power_spectrum(np.ones(9), 1.0, np.nan), "`segment`: found nan ms, expected a finite number"),
        (lambda: analysis.power_spectrum(np.ones(9), 1.0, 4, 3), "`scaling`: found 3, expected one of"),
        (lambda: analysis.power_spectrum(TIMED, 2.0), "`dt`: found 2 ms beside times that are 1 ms apart, expected"),
        (lambda: analysis.power_spectrum(TIMED.isel(time=[0, 1, 5])), "`series`: found times from 1 to 4 ms apart"),
        (lambda: analysis.order_parameter("phases"), "`phases`: found 'phases', expected a number"),
        (lambda: analysis.functional_connectivity([[np.nan, 1.0]]), "(?s)found NaN .*expected finite numbers.*hint:"),
        (lambda: analysis.matrix_correlation(np.eye(3), np.eye(3)), "`left`: found 0 throughout, expected numbers that differ"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_measures_of_batches_are_those_of_their_trials():
    result = npl.Network("kuramoto", nodes=4, sigma_ou=0.1).run(300, trials=3, every=1)
    order = analysis.order_parameter(result.theta)
    assert order.dims == ("trial", "time") and order.trial.values.tolist() == [0, 1, 2]
    dynamics = analysis.functional_connectivity_dynamics(result.theta, 40, 20)
    assert dynamics.dims == ("trial", "window", "other_window")
    for trial in range(3):
        values = result.theta.values[trial]
        np.testing.assert_array_equal(order[trial], analysis.order_parameter(values))
        np.testing.assert_array_equal(dynamics[trial], analysis.functional_connectivity_dynamics(values, 40, 20))
    turned = result.theta.transpose("time", "trial", "node")
    np.testing.assert_array_equal(analysis.order_parameter(turned), order)
    np.testing.assert_array_equal(analysis.functional_connectivity(turned), analysis.functional_connectivity(result.theta))
    np.testing.assert_array_equal(analysis.power_spectrum(turned), analysis.power_spectrum(result.theta))


def test_long_measures_can_be_interrupted():
    series = np.random.RandomState(0).standard_normal((80, 4000))
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        analysis.functional_connectivity_dynamics(series, 20, 1)
    assert time.monotonic() - begin < 20


def test_atlas():
    atlas = npl.Atlas.aal2()
    assert atlas.name == "AAL2"
    assert len(atlas.names) == len(atlas.groups) == len(atlas.centres) == 120
    assert (atlas.names[0], atlas.groups[0], atlas.centres[0].tolist()) == (
        "Precentral_L",
        "cortex",
        [-48.0, 3.91, 63.35],
    )


def test_measures_of_results_have_names_and_units():
    result = npl.Network("hopf", nodes=3, sigma_ou=0.1).run(200, trials=2, every=1)
    fc = analysis.functional_connectivity(result.x)
    assert fc.dims == ("trial", "node", "other_node")
    np.testing.assert_array_equal(fc[1], analysis.functional_connectivity(result.x.values[1]))
    power = analysis.power_spectrum(result.x, segment="0.1 s")
    assert power.dims == ("trial", "node", "frequency") and power.frequency.units == "Hz"
    np.testing.assert_array_equal(power[1], analysis.power_spectrum(result.x.values[1], 1.0, 100))
    assert analysis.power_spectrum(result.x[0, 0], segment=100).dims == ("frequency",)
    with pytest.raises(ValueError, match="`segment`: found 300 ms, 300 samples, expected from 2 to 200"):
        analysis.power_spectrum(result.x, segment=300)
    with pytest.raises(ValueError, match="`dt`: found None"):
        analysis.power_spectrum(np.zeros((2, 99)))
