"""Values with names of regions: they go to the regions of these names, in any order."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import neuropil as npl

ORDER = [3, 0, 7, 1, 6, 2, 5, 4]
VALUES = np.linspace(-0.3, 0.4, 8)


def labelled(ring, values=VALUES, dimension="node"):
    """The values in another order, with their names."""
    return xr.DataArray(np.asarray(values)[..., ORDER], {dimension: np.array(ring.labels)[ORDER]}, [dimension])


def run(ring, **options):
    return npl.Simulator(npl.Network("hopf", connectome=ring, **options), dt=0.1, seed=1).run(20).x.values


@pytest.mark.parametrize("dimension", ["node", "region"])
def test_parameters_go_to_the_regions_of_their_names(ring, dimension):
    expected = run(ring, a=VALUES)
    assert np.array_equal(run(ring, a=labelled(ring, dimension=dimension)), expected)
    assert np.array_equal(run(ring, a=labelled(ring).to_series()), expected)
    assert np.array_equal(run(ring, a=pd.Series(VALUES)), expected)
    assert np.array_equal(run(ring, a=xr.DataArray(VALUES, dims=["node"])), expected)
    model = npl.models.hopf(a=labelled(ring))
    found = npl.Simulator(npl.Network(model, connectome=ring), dt=0.1, seed=1).run(20)
    assert np.array_equal(found.x, expected)


def test_a_mean_of_a_result_is_a_parameter(ring):
    result = npl.Network("hopf", connectome=ring).run(20)
    values = result.x.mean("time")
    assert np.array_equal(run(ring, a=values[::-1]), run(ring, a=values.values))


def test_strengths_initial_values_and_noise_do_as_well(ring):
    assert np.array_equal(run(ring, k=labelled(ring)), run(ring, k=VALUES))
    assert np.array_equal(run(ring, K_gl=labelled(ring, VALUES**2)), run(ring, K_gl=VALUES**2))
    assert np.array_equal(run(ring, coupling="additive", k=labelled(ring)), run(ring, coupling="additive", k=VALUES))
    initial = {"x": labelled(ring), "y": 0.1}
    assert np.array_equal(run(ring, initial=initial), run(ring, initial={"x": VALUES, "y": 0.1}))
    noise, plain = ({"x_ext": npl.OrnsteinUhlenbeck(sigma=one)} for one in (labelled(ring, VALUES**2), VALUES**2))
    assert np.array_equal(run(ring, noise=noise), run(ring, noise=plain))


def test_values_of_a_batch_do_as_well(ring):
    batch = np.stack([VALUES, 2 * VALUES, -VALUES])
    array = xr.DataArray(batch[:, ORDER], {"node": np.array(ring.labels)[ORDER]}, ["trial", "node"])
    for values in (array, array.T):
        network = npl.Network("hopf", connectome=ring, a=npl.trials(values))
        plain = npl.Network("hopf", connectome=ring, a=npl.trials(batch))
        assert np.array_equal(*(npl.Simulator(one, dt=0.1, trials=3).run(10).x for one in (network, plain)))


def test_stimuli_go_to_the_regions_of_their_names(ring):
    courses = VALUES[:, np.newaxis] * np.sin(np.arange(200) / 10)
    times = 0.1 * np.arange(200)
    array = xr.DataArray(courses[ORDER], {"node": np.array(ring.labels)[ORDER], "time": times}, ["node", "time"])
    simulator = npl.Simulator(npl.Network("hopf", connectome=ring), dt=0.1)
    expected = simulator.run(20, stimuli={"x_ext": courses}).x
    for stimuli in ({"x_ext": array}, {"x_ext": array.T}, npl.Stimulus("x_ext", array)):
        assert np.array_equal(simulator.run(20, stimuli=stimuli).x, expected)
    slow = array.assign_coords(time=2 * times).isel(time=slice(100))
    found = simulator.run(20, stimuli=npl.Stimulus("x_ext", slow)).x
    assert np.array_equal(found, simulator.run(20, stimuli=npl.Stimulus("x_ext", courses[:, :100], interval=0.2)).x)
    with pytest.raises(ValueError, match="`x_ext`: found samples every 0.2 ms, expected 0.1 ms, the time step"):
        simulator.run(20, stimuli={"x_ext": array.assign_coords(time=2 * times)})


CASES = [
    (lambda ring: run(ring, a=labelled(ring)[:7]), "`a`: found no value for `R4`, expected one for each of 8 nodes"),
    (lambda ring: run(ring, a=labelled(ring)[[0] + list(range(8))]), "`a`: found a name twice"),
    (lambda ring: run(ring, a=pd.Series(VALUES, [*ring.labels[:7], "R77"])),
     r"`a`: found a value for `R77`, expected names of nodes\nhint: did you mean `R7`\?"),
    (lambda ring: run(ring, a=pd.Series(VALUES, range(1, 9))), "`a`: found a value for `1`, expected names of nodes"),
    (lambda ring: npl.Network("hopf", nodes=8, a=labelled(ring)), r"`a`: found a value for `R3`, .* no names\nhint: `.values`"),
    (lambda ring: npl.Network("hopf", connectome=ring).run(
        1, stimuli={"x_ext": xr.DataArray(np.ones((8, 10)), {"node": list("abcdefgh")}, ["node", "time"])}),
     "`x_ext`: found a value for `a`, expected names of nodes"),
    (lambda ring: npl.Network("hopf", connectome=ring).run(
        1, stimuli={"x_ext": xr.DataArray(np.ones((8, 10)), dims=["node", "step"])}),
     r"`x_ext`: found dimensions \('node', 'step'\), expected"),
]


@pytest.mark.parametrize(("call", "message"), CASES)
def test_names_that_do_not_fit_are_refused(ring, call, message):
    with pytest.raises(ValueError, match=message):
        call(ring)


def test_a_model_shows_many_values_shortly(ring):
    assert repr(npl.models.hopf(a=VALUES, w=0.2)).startswith("<Model hopf(a=<8 values from -0.3 to 0.4>, w=0.2): ")
    assert repr(npl.models.hopf(a=labelled(ring))).startswith("<Model hopf(a=<8 values from -0.3 to 0.4>): ")
    assert repr(npl.models.hopf(a=[0.1, 0.2])).startswith("<Model hopf(a=[0.1, 0.2]): ")
    assert "seed 0, 1 trial of" in repr(npl.Simulator(npl.Network("hopf")))
