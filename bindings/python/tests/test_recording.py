"""What is kept of a run, and in which form."""

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

import neuropil as npl


@pytest.fixture
def simulator(ring):
    return npl.Simulator(npl.Network("hopf", connectome=ring, sigma_ou=0.1), dt=0.1, seed=1)


def test_recordings_by_name_list_and_mapping_are_the_same_numbers(simulator):
    by_name = simulator.run(20, record="x")
    by_list = simulator.run(20, record=["x", "y"])
    by_mapping = simulator.run(20, record={"first": "x", "second": npl.record("y")})
    assert list(by_name.data_vars) == ["x"]
    assert list(by_list.data_vars) == ["x", "y"]
    assert list(by_mapping.data_vars) == ["first", "second"]
    assert np.array_equal(by_name.x, by_list.x) and np.array_equal(by_name.x, by_mapping.first)
    assert np.array_equal(by_list.y, by_mapping.second)
    assert simulator.run(20).identical(by_name)


def test_states_that_no_output_lists_can_be_recorded(simulator):
    assert np.all(np.isfinite(simulator.run(10, record="x_ou").x_ou))


def test_samples_are_those_of_a_finer_recording(simulator):
    fine, coarse = simulator.run(20), simulator.run(20, every=0.5)
    assert np.array_equal(coarse.x, fine.x[:, 4::5])
    assert np.allclose(coarse.time, fine.time[4::5])


def test_means_are_those_of_a_finer_recording(simulator):
    fine = simulator.run(20)
    means = simulator.run(20, record=npl.record("x", every=2.0, mean=True))
    assert np.allclose(means.x, fine.x.values.reshape(8, 10, 20).mean(axis=2), rtol=1e-12)
    assert np.allclose(means.time, np.arange(10) * 2.0 + 1.0)


def test_means_after_a_transient_hold_nothing_of_it(simulator):
    whole = simulator.run(20, record=npl.record("x", every=2.0, mean=True))
    rest = simulator.run(20, transient=5, record=npl.record("x", every=2.0, mean=True))
    assert np.array_equal(rest.x, whole.x[:, 3:])


def test_recordings_of_other_times_have_a_time_of_their_own(simulator):
    result = simulator.run(20, record=[npl.record("x"), npl.record("y", every=1.0)])
    assert result.x.dims == ("node", "time") and result.y.dims == ("node", "time_y")
    assert result.sizes == {"node": 8, "time": 200, "time_y": 20}


def test_the_same_output_twice_gets_names_of_its_own(simulator):
    result = simulator.run(20, record=[npl.record("x"), npl.record("x", every=2.0, mean=True)])
    assert list(result.data_vars) == ["x", "x_2"]


def test_results_carry_units_meanings_and_regions(ring):
    result = npl.Simulator(npl.Network("aln", connectome=ring), dt=0.1).run(5)
    assert result.rates_exc.attrs["units"] == "Hz"
    assert result.rates_exc.attrs["long_name"]
    assert list(result.node.values) == ring.labels
    assert result.time.attrs == {"units": "ms", "long_name": "time"}


def test_results_are_what_xarray_knows(simulator, tmp_path):
    result = simulator.run(20)
    assert isinstance(result, xr.Dataset)
    assert result.x.sel(node="R2").shape == (200,)
    assert result.x.mean("time").shape == (8,)
    assert result.to_dataframe().shape == (1600, 1)


def test_bold_has_a_volume_every_so_often(ring):
    network = npl.Network("hopf", connectome=ring, sigma_ou=0.1)
    result = npl.Simulator(network, dt=0.5).run(20_000, record=[npl.bold(every=1000), npl.record("x", every=100)])
    assert result.BOLD.shape == (8, 20)
    assert np.allclose(result.BOLD[result.BOLD.dims[-1]], np.arange(1, 21) * 1000.0)
    assert np.all(np.isfinite(result.BOLD)) and float(result.BOLD.std()) > 0


def test_bold_after_a_transient_has_no_jump_at_its_beginning(ring):
    simulator = npl.Simulator(npl.Network("hopf", connectome=ring, sigma_ou=0.1), dt=0.5)
    whole = simulator.run(20_000, record=npl.bold(every=1000))
    rest = simulator.run(20_000, record=npl.bold(every=1000), transient=5000)
    assert np.array_equal(rest.BOLD, whole.BOLD[:, 5:])


def test_bold_is_the_balloon_model_driven_by_the_output():
    network = npl.Network("hopf", a=-1.0, initial={"x": 0.0, "y": 0.0})
    result = npl.Simulator(network, dt=1.0).run(40_000, record=npl.bold(every=1000, step=1.0))
    balloon = npl.Network("balloon_windkessel", activity=4.0)
    alone = npl.Simulator(balloon, dt=1.0).run(40_000, every=1000)
    assert np.allclose(result.BOLD, alone.BOLD, rtol=1e-9)


def test_parameters_of_the_haemodynamic_model_are_set(ring):
    simulator = npl.Simulator(npl.Network("hopf", connectome=ring), dt=0.5)
    name = next(iter(npl.models.balloon_windkessel.parameters))
    parameter = npl.models.balloon_windkessel.parameters[name]
    default = simulator.run(5000, record=npl.bold(every=1000))
    same = simulator.run(5000, record=npl.bold(every=1000, **{name: parameter.default}))
    other = simulator.run(5000, record=npl.bold(every=1000, **{name: parameter.default * 1.5}))
    assert default.identical(same)
    assert not np.array_equal(default.BOLD, other.BOLD)


def test_a_recording_holds_memory_of_its_own(simulator):
    first = simulator.run(10)
    kept = first.x.values.copy()
    first.x.values[:] = 0
    assert np.array_equal(simulator.run(10).x, kept)


def test_a_recording_is_not_copied_on_its_way_to_the_user(simulator):
    values = simulator.run(10).x.values
    base = values
    while isinstance(base.base, np.ndarray):
        base = base.base
    # What Rust has filled is what the user holds: the array of its memory, reshaped.
    assert base.base is not None and not base.flags.owndata


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of the peak memory differs elsewhere")
@pytest.mark.parametrize("trials", [1, 2, 3, 20])
def test_what_is_recorded_stands_in_memory_once(trials):
    code = (
        "import resource, neuropil as npl\n"
        f"simulator = npl.Simulator(npl.Network('hopf', nodes=80), dt=1, trials={trials}, threads=2)\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
        "simulator.run(10)\n"
        "before = peak()\n"
        f"result = simulator.run({150_000 // trials})\n"
        "print((peak() - before) / result.x.nbytes)\n"
    )
    shares = float(subprocess.run([sys.executable, "-c", code], check=True, text=True, capture_output=True).stdout)
    assert shares < 1.7
