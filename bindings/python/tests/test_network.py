"""Networks: values by region, several populations, projections."""

import numpy as np
import pytest

import neuropil as npl


def run(network, duration=20, **options):
    return npl.Simulator(network, dt=0.1, **options).run(duration)


def test_a_value_for_each_region_is_the_value_of_single_nodes():
    a = np.array([-0.2, 0.1, 0.4])
    initial = {"x": np.array([0.1, 0.2, 0.3]), "y": 0.0}
    together = run(npl.Network("hopf", nodes=3, a=a, initial=initial))
    for node in range(3):
        alone = run(npl.Network("hopf", a=a[node], initial={"x": initial["x"][node], "y": 0.0}))
        assert np.array_equal(together.x[node], alone.x[0])


def test_values_are_taken_from_lists_arrays_and_numbers(ring):
    values = [0.1 * region for region in range(8)]
    results = [run(npl.Network("hopf", connectome=ring, a=given))
               for given in (values, tuple(values), np.array(values), np.array(values, dtype=np.float32).astype(float))]
    assert all(np.allclose(result.x, results[0].x, atol=1e-5) for result in results)
    assert run(npl.Network("hopf", connectome=ring, a=1)).identical(run(npl.Network("hopf", connectome=ring, a=1.0)))


def test_parameters_of_the_model_and_of_the_network_are_the_same(ring):
    of_model = npl.Network(npl.models.hopf(a=0.1, K_gl=0.3), connectome=ring)
    of_network = npl.Network("hopf", connectome=ring, a=0.1, K_gl=0.3)
    assert run(of_model).identical(run(of_network))


def test_a_connectome_is_taken_as_object_name_path_and_matrix(ring, tmp_path):
    ring.write(tmp_path / "ring.zip")
    results = [run(npl.Network("hopf", connectome=given))
               for given in (ring, tmp_path / "ring.zip", str(tmp_path / "ring.zip"))]
    assert all(np.array_equal(result.x, results[0].x) for result in results)
    assert run(npl.Network("hopf", connectome="example"), 1).sizes["node"] == 80
    without_delays = run(npl.Network("hopf", connectome=ring, speed=None))
    for matrix in (ring.weights, ring.weights.tolist(), ring.to_xarray().weights):
        assert np.array_equal(run(npl.Network("hopf", connectome=matrix)).x, without_delays.x)


def test_the_diagonal_counts_only_when_asked_for(ring):
    weights = ring.weights + np.eye(8)
    with_diagonal = npl.Connectome(weights, ring.lengths)
    plain = run(npl.Network("hopf", connectome=ring)).x.values
    assert np.array_equal(run(npl.Network("hopf", connectome=with_diagonal)).x, plain)
    kept = npl.Network("wilson_cowan", connectome=with_diagonal, self_connections=True)
    assert not np.array_equal(run(kept).exc, run(npl.Network("wilson_cowan", connectome=with_diagonal)).exc)


def test_the_models_own_coupling_is_the_same_in_other_words(ring):
    own = npl.Network("hopf", connectome=ring, K_gl=0.4)
    words = npl.Network("hopf", connectome=ring, coupling="diffusive", coupled_var="x", target="network_x", k=0.4)
    assert run(own).identical(run(words))
    built = npl.Network().add("brain", "hopf", 8, labels=ring.labels)
    built.connect("brain.x", "brain.network_x", ring, coupling="diffusive", k=0.4)
    assert run(built).identical(run(own))


@pytest.mark.parametrize("model", ["hopf", "stuart_landau", "kuramoto", "wong_wang_exc_inh"])
def test_k_alone_is_the_strength_of_the_models_own_coupling(model, ring):
    (name,) = {one.strength for one in npl.models.get(model).couplings}
    assert run(npl.Network(model, connectome=ring, k=0.3)).identical(run(npl.Network(model, connectome=ring, **{name: 0.3})))


def test_one_of_several_projections_is_chosen_by_its_output_or_input(ring):
    network = npl.Network("stuart_landau", connectome=ring, coupled_var="y", k=0.3)
    assert "brain.y -> brain.network_y, diffusive" in repr(network) and "brain.x" not in repr(network)
    network = npl.Network("aln", connectome=ring, target="network_exc", k=0.3)
    assert "brain.rates_exc -> brain.network_exc, additive" in repr(network)


def test_a_population_may_be_called_noise():
    network = npl.Network().add("noise_box", "hopf", 2)
    assert list(npl.Simulator(network, dt=0.1).run(1).data_vars) == ["x"] and network.nodes == 2


def test_a_network_counts_its_nodes(ring):
    noise = {"x_ext": npl.OrnsteinUhlenbeck()}
    assert npl.Network("hopf", connectome=ring, noise=noise).nodes == 8
    assert npl.Network().add("a", "hopf", 2).add("b", "hopf").nodes == 3


def test_kuramoto_is_a_coupling_by_name(ring):
    own = npl.Network("kuramoto", connectome=ring, k=1.5)
    assert run(npl.Network("kuramoto", connectome=ring, coupling="kuramoto", k=1.5)).identical(run(own))


def test_strengths_may_differ_among_nodes(ring):
    k = np.linspace(0, 1, 8)
    result = run(npl.Network("hopf", connectome=ring, K_gl=k, initial={"x": 0.3, "y": 0.0}))
    # The first region receives nothing: it is a single node.
    alone = run(npl.Network("hopf", initial={"x": 0.3, "y": 0.0}))
    assert np.array_equal(result.x[0], alone.x[0])
    assert not np.array_equal(result.x[1], alone.x[0])


def test_two_populations_with_different_models_are_wired_by_projections():
    network = (
        npl.Network()
        .add("cortex", "wilson_cowan", 3, labels=["a", "b", "c"])
        .add("clock", "hopf", a=0.3)
        .connect("clock.x", "cortex.exc_ext", np.ones((3, 1)), k=2.0)
        .connect("cortex.exc", "clock.x_ext", np.ones((1, 3)), k=0.1, per_node=True)
    )
    result = npl.Simulator(network, dt=0.1).run(50, record=["cortex.exc", "clock.x"])
    assert result["cortex.exc"].dims == ("node_cortex", "time")
    assert result["clock.x"].dims == ("node_clock", "time")
    assert list(result.node_cortex.values) == ["a", "b", "c"]
    assert "clock.x -> cortex.exc_ext, additive" in repr(network)
    silent = npl.Network().add("cortex", "wilson_cowan", 3).add("clock", "hopf", a=0.3)
    alone = npl.Simulator(silent, dt=0.1).run(50, record="cortex.exc")
    assert not np.allclose(alone["cortex.exc"], result["cortex.exc"])


def test_a_projection_without_an_output_sends_the_default_one():
    def network(source):
        return npl.Network().add("a", "hopf", 2).add("b", "hopf", 2).connect(source, "b.x_ext")

    assert run(network("a")).identical(run(network("a.x")))


def test_delays_in_ms_are_lengths_over_speed(ring):
    def network(**delays):
        return npl.Network().add("brain", "hopf", 8).connect("brain.x", "brain.network_x", ring.weights, **delays)

    by_length = run(network(lengths=ring.lengths, speed=5.0))
    by_delay = run(network(delays=ring.lengths / 5.0))
    assert by_length.identical(by_delay)
    one = run(network(delays=2.0))
    assert one.identical(run(network(delays=np.full((8, 8), 2.0))))
    assert not one.identical(by_delay)


def test_a_delay_is_as_long_as_it_says():
    source = npl.Model.from_text('model ramp "Counts ms"\nstate clock = 0 : 1 "time"\ndclock/dt = 1\noutput clock\n')
    sink = npl.Model.from_text(
        'model echo "Copies its input"\ninput given : 1 "input"\nstate copy = 0 : 1 "copy"\ncopy := given\noutput copy\n'
    )
    network = npl.Network().add("a", source).add("b", sink).connect("a.clock", "b.given", delays=3.0)
    result = npl.Simulator(network, dt=0.1).run(10, record=["a.clock", "b.copy"])
    copy = result["b.copy"].values[0]
    # A step takes the output of its beginning, 3 ms ago; before the start the output was what it was at the start.
    expected = np.maximum(result.time.values - 0.1 - 3.0, 0)
    assert np.allclose(copy, expected, atol=1e-9)


def test_weights_enter_to_a_power_and_are_divided_by_the_number_of_sources(ring):
    def network(weights, **options):
        return npl.Network().add("brain", "hopf", 8).connect("brain.x", "brain.network_x", weights, **options)

    assert np.allclose(run(network(ring.weights, power=2)).x, run(network(ring.weights**2)).x, rtol=1e-9)
    assert np.allclose(run(network(ring.weights, per_node=True)).x, run(network(ring.weights / 8)).x, rtol=1e-9)


def test_a_network_is_run_by_several_simulators_and_stays_as_it_is(ring):
    network = npl.Network("hopf", connectome=ring)
    first = run(network)
    run(network, method="heun")
    assert run(network).identical(first)
    network.add("other", "hopf")
    assert len(network.populations) == 2


def test_connectomes_keep_what_they_are_made_of(ring, tmp_path):
    for ending in (".zip", ".npz", ""):
        ring.write(tmp_path / f"ring{ending}")
        back = npl.Connectome.read(tmp_path / f"ring{ending}")
        assert np.array_equal(back.weights, ring.weights)
        assert np.allclose(back.lengths, ring.lengths, rtol=1e-12)
        assert back.labels == ring.labels
    for matrix in (ring.weights, ring.lengths, ring.centres):
        with pytest.raises(ValueError, match="read-only"):
            matrix[0, 0] = 1
    assert ring.to_xarray().weights.sel(target="R1", source="R2") == ring.weights[1, 2]
    assert ring.normalised().weights.max() == 1
    assert len(ring) == ring.nodes == 8
    assert "8 regions" in repr(ring)
