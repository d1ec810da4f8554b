"""What the brainmass tutorial "Building a network" does, row by row."""

import numpy as np

import neuropil as npl
from neuropil import units


def test_a_connectome_has_weights_distances_and_labels(ring):
    assert ring.weights.shape == ring.distances.shape == (8, 8)
    assert ring.labels == ["R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    assert np.array_equal(ring.weights, ring.weights.T)
    assert np.all(np.diagonal(ring.weights) == 0)
    # Chords of a ring of radius 40 mm.
    expected = [0.0, 30.614674589207183, 56.568542494923804, 73.91036260090294, 80.0]
    assert np.allclose(ring.distances[0, :5], expected, rtol=1e-12)


def test_a_bank_of_nodes_without_connections():
    network = npl.Network("hopf", nodes=8, a=0.2, w=0.3)
    result = npl.Simulator(network, dt=0.1).run(20)
    assert result.x.shape == (8, 200)


def test_a_delayed_network_of_hopf_nodes_runs(ring):
    network = npl.Network(
        npl.models.hopf(a=0.2, w=0.3), connectome=ring, speed=10 * units.mm / units.ms,
        coupling="diffusive", coupled_var="x", k=0.5,
    )
    assert network.populations["brain"].nodes == 8
    assert "diffusive" in repr(network)
    result = npl.Simulator(network, dt=0.1 * units.ms).run(300 * units.ms, record="x", transient=50 * units.ms)
    assert result.x.dims == ("node", "time")
    assert result.x.shape == (8, 2500)
    assert result.time.attrs["units"] == "ms"
    assert np.allclose(result.time[[0, -1]], [50.1, 300.0])
    assert list(result.node.values) == ring.labels
    assert np.all(np.isfinite(result.x)) and float(result.x.std()) > 0.1


def test_a_delayed_network_of_hopf_nodes_is_what_its_equations_say(ring):
    initial = {"x": np.linspace(-0.4, 0.4, 8), "y": np.linspace(0.3, -0.3, 8)}
    network = npl.Network("hopf", connectome=ring, speed=10, coupling="diffusive", coupled_var="x", k=0.5,
                          initial=initial, a=0.2, w=0.3)
    found = npl.Simulator(network, dt=0.1).run(30)

    dt, steps = 0.1, 300
    delays = np.rint(ring.lengths / 10 / dt).astype(int)
    history = [initial["x"]] * (delays.max() + 1)
    x, y, columns = initial["x"], initial["y"], np.arange(8)
    expected = []
    for _ in range(steps):
        past = np.array([[history[-1 - delays[i, j]][j] for j in columns] for i in columns])
        sent = 0.5 * (np.sum(ring.weights * past, axis=1) - ring.weights.sum(axis=1) * x)
        r = x**2 + y**2
        x, y = x + dt * ((0.2 - r) * x - 0.3 * y + sent), y + dt * ((0.2 - r) * y + 0.3 * x)
        history.append(x)
        expected.append(x)
    assert np.allclose(found.x.values.T, expected, rtol=1e-10, atol=1e-12)


def test_no_order_of_statements_and_no_global_state_matters(ring):
    network = npl.Network("hopf", connectome=ring, speed=10, initial={"x": 0.1, "y": 0.0})
    coarse, fine = npl.Simulator(network, dt=0.2), npl.Simulator(network, dt=0.1)
    np.random.seed(1)
    first = fine.run(10)
    coarse.run(10)
    np.random.seed(2)
    assert fine.run(10).identical(first)


def test_every_plot_of_the_tutorial_is_one_call(ring, axis):
    result = npl.Simulator(npl.Network("hopf", connectome=ring), dt=0.1).run(100)
    assert npl.plot.connectivity(ring, ax=axis) is axis
    for plot in (npl.plot.timeseries, npl.plot.functional_connectivity):
        axis.clear()
        assert plot(result.x, ax=axis) is axis
