"""Running: batches, methods, transients, stimuli."""

import numpy as np
import pytest

import neuropil as npl


@pytest.fixture
def network(ring):
    return npl.Network("hopf", connectome=ring, sigma_ou=0.1)


def test_the_last_of_the_time_axis_is_the_duration(network):
    result = npl.Simulator(network, dt=0.1).run(10)
    assert np.allclose(result.time, np.arange(1, 101) * 0.1)
    assert result.attrs["dt_ms"] == 0.1 and result.attrs["seed"] == 0 and result.attrs["models"] == ["hopf"]


def test_a_transient_is_simulated_but_not_recorded(network):
    simulator = npl.Simulator(network, dt=0.1)
    whole, rest = simulator.run(30), simulator.run(30, transient=10)
    assert rest.sizes["time"] == 200
    assert np.array_equal(rest.x, whole.x[:, 100:])
    assert np.array_equal(rest.time, whole.time[100:])
    assert simulator.run(30, transient=10, every=1.0).time.values[0] == pytest.approx(11.0)


def test_a_member_of_a_batch_has_the_bits_of_its_single_run(network):
    batch = npl.Simulator(network, dt=0.1, seed=3, trials=5).run(20)
    assert batch.x.dims == ("trial", "node", "time")
    for trial in range(5):
        single = npl.Simulator(network, dt=0.1, seed=3, first_trial=trial).run(20)
        assert np.array_equal(batch.x[trial], single.x)
    last = npl.Simulator(network, dt=0.1, seed=3, first_trial=3, trials=2).run(20)
    assert np.array_equal(batch.x[3:], last.x)
    assert list(last.trial.values) == [3, 4]
    assert not np.array_equal(batch.x[0], batch.x[1])


def test_members_may_have_the_noise_of_the_first_one():
    network = npl.Network("hopf", nodes=3, a=npl.trials(np.linspace(-0.2, 0.2, 10)), sigma_ou=0.1)
    batch = npl.Simulator(network, seed=2, trials=10, first_trial=4, same_noise=True).run(30).x
    for trial, a in enumerate(np.linspace(-0.2, 0.2, 10)):
        single = npl.Simulator(npl.Network("hopf", nodes=3, a=a, sigma_ou=0.1), seed=2, first_trial=4).run(30).x
        np.testing.assert_array_equal(batch[trial], single)


def test_parameters_may_differ_among_the_trials(ring):
    a = [-0.1, 0.0, 0.2]
    batch = npl.Simulator(npl.Network("hopf", connectome=ring, a=npl.trials(a)), dt=0.1, trials=3).run(20)
    for trial in range(3):
        single = npl.Network("hopf", connectome=ring, a=a[trial])
        assert np.array_equal(batch.x[trial], npl.Simulator(single, dt=0.1, first_trial=trial).run(20).x)


def test_parameters_may_differ_among_trials_and_nodes(ring):
    a = np.linspace(-0.2, 0.3, 16).reshape(2, 8)
    batch = npl.Simulator(npl.Network("hopf", connectome=ring, a=npl.trials(a)), dt=0.1, trials=2).run(20)
    for trial in range(2):
        single = npl.Network("hopf", connectome=ring, a=a[trial])
        assert np.array_equal(batch.x[trial], npl.Simulator(single, dt=0.1, first_trial=trial).run(20).x)


def test_the_number_of_threads_changes_no_bit(network):
    results = [npl.Simulator(network, dt=0.1, threads=threads, trials=3).run(20) for threads in (1, 2, 3)]
    assert all(np.array_equal(result.x, results[0].x) for result in results)


def test_methods_converge_to_the_same_solution():
    start = {"x": 0.5, "y": 0.0}
    exact = npl.Simulator(npl.Network("hopf", initial=start), dt=0.001, method="rk4").run(10, every=10)
    for method, error in (("euler", 1e-1), ("heun", 1e-3), ("rk4", 1e-6)):
        found = npl.Simulator(npl.Network("hopf", initial=start), dt=0.1, method=method).run(10, every=10)
        assert abs(float(found.x[0, 0] - exact.x[0, 0])) < error


def test_a_noise_step_makes_runs_of_different_steps_follow_one_path():
    network = npl.Network("hopf", sigma_ou=0.1, initial={"x": 0.1, "y": 0.0})
    fine, coarse, other = (npl.Simulator(network, dt=dt, noise_step=noise).run(10, every=1.0)
                           for dt, noise in ((0.01, 0.01), (0.1, 0.01), (0.1, None)))
    near, far = (float(np.abs(one.x - fine.x).max()) for one in (coarse, other))
    assert near < 0.05 < far


def test_a_stimulus_is_added_to_its_input():
    network = npl.Network("hopf", nodes=2, initial={"x": 0.0, "y": 0.0}, a=-0.5, w=0.0)
    course = np.zeros(100)
    course[10:20] = 0.3
    result = npl.Simulator(network, dt=0.1).run(10, stimuli={"x_ext": course})
    x, expected = 0.0, []
    for drive in course:
        x = x + 0.1 * ((-0.5 - x * x) * x + drive)
        expected.append(x)
    assert np.allclose(result.x, [expected, expected], rtol=1e-10, atol=1e-14)


def test_a_stimulus_may_differ_among_nodes_and_have_a_start_and_an_interval():
    network = npl.Network("hopf", nodes=2, initial={"x": 0.0, "y": 0.0}, a=-0.5, w=0.0)
    simulator = npl.Simulator(network, dt=0.1)
    stimulus = npl.Stimulus("x_ext", [[0.0, 0.0], [1.0, 2.0]], start=2.0, interval=1.0)
    result = simulator.run(10, stimuli=[stimulus])
    assert np.all(result.x[0] == 0)
    course = np.zeros((2, 100))
    course[1, 20:30], course[1, 30:40] = 1.0, 2.0
    assert np.allclose(result.x, simulator.run(10, stimuli={"x_ext": course}).x, rtol=1e-12, atol=1e-15)
    assert simulator.run(10, stimuli=stimulus).identical(result)


def test_a_stimulus_names_its_population():
    network = npl.Network().add("a", "hopf", 1, a=-0.5).add("b", "hopf", 1, a=-0.5)
    quiet = npl.Simulator(network, dt=0.1).run(5, record=["a.x", "b.x"])
    driven = npl.Simulator(network, dt=0.1).run(5, record=["a.x", "b.x"], stimuli={"b.x_ext": np.ones(50)})
    assert np.array_equal(quiet["a.x"], driven["a.x"])
    assert not np.array_equal(quiet["b.x"], driven["b.x"])


def test_a_run_that_leaves_the_finite_numbers_says_where():
    network = npl.Network("hopf", nodes=3, a=[0.1, 9.0, 0.1], initial={"x": [0.1, 1e5, 0.1], "y": 0.0})
    with pytest.raises(npl.RunError) as error:
        npl.Simulator(network, dt=1.0).run(100)
    message = str(error.value)
    assert isinstance(error.value, RuntimeError)
    for word in ("brain", "node 1", "ms", "hint: "):
        assert word in message
