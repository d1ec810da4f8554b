"""Runs that go on where the last one ended."""

import numpy as np
import pytest

import neuropil as npl


@pytest.fixture
def network(ring):
    return npl.Network("hopf", connectome=ring, sigma_ou=0.1)


def test_pieces_have_the_bits_of_one_long_run(network):
    whole = npl.Simulator(network, dt=0.1, seed=2).run(60)
    simulator = npl.Simulator(network, dt=0.1, seed=2)
    pieces = [simulator.run(20), simulator.run(30, resume=True), simulator.run(10, resume=True)]
    assert np.array_equal(np.concatenate([piece.x for piece in pieces], axis=1), whole.x)
    assert np.array_equal(np.concatenate([piece.time for piece in pieces]), whole.time)
    assert simulator.time == pytest.approx(60)


def test_a_run_that_does_not_resume_begins_anew(network):
    simulator = npl.Simulator(network, dt=0.1)
    first = simulator.run(20)
    simulator.run(20, resume=True)
    assert simulator.run(20).identical(first)


def test_a_first_run_has_nothing_to_resume(network):
    with pytest.raises(ValueError, match="`resume`: found True, expected a run of this simulator before"):
        npl.Simulator(network, dt=0.1).run(20, resume=True)


def test_steps_one_by_one_have_the_bits_of_one_long_run(network):
    whole = npl.Simulator(network, dt=0.1, seed=3).run(12, record=["x", "y"])
    simulator = npl.Simulator(network, dt=0.1, seed=3)
    pieces = [simulator.run(0.1, record=["x", "y"], resume=step > 0) for step in range(120)]
    for name in ("x", "y"):
        assert np.array_equal(np.concatenate([piece[name] for piece in pieces], axis=1), whole[name])
    assert np.array_equal(np.concatenate([piece.time for piece in pieces]), whole.time)


@pytest.mark.parametrize("record", ["x", npl.record("x", every=0.5), npl.record("x", every=0.5, mean=True)])
def test_a_run_goes_on_alike_whether_it_is_made_anew_or_not(network, record):
    kept, anew = npl.Simulator(network, dt=0.1, trials=2), npl.Simulator(network, dt=0.1, trials=2)
    for duration in (2.3, 1.0, 0.9, 3.1):
        resume = kept.time > 0
        pieces = [simulator.run(duration, record=record, resume=resume) for simulator in (kept, anew)]
        anew.threads = 1 if anew.threads is None else None
        assert pieces[0].identical(pieces[1])


def test_a_run_goes_on_with_what_was_changed_meanwhile(ring):
    network = npl.Network("hopf", connectome=ring, sigma_ou=0.1)
    simulator = npl.Simulator(network, dt=0.1, seed=1)
    simulator.run(5)
    simulator.seed = 2
    other = npl.Simulator(network, dt=0.1, seed=1)
    other.run(5)
    assert not np.array_equal(simulator.run(5, resume=True).x, other.run(5, resume=True).x)
    grown = npl.Network().add("a", "hopf", 2)
    simulator = npl.Simulator(grown, dt=0.1)
    simulator.run(1)
    grown.connect("a.x", "a.x_ext", 5 * np.ones((2, 2)))
    without = npl.Simulator(npl.Network().add("a", "hopf", 2), dt=0.1)
    without.run(1)
    assert not np.array_equal(simulator.run(1, resume=True).x, without.run(1, resume=True).x)


def test_an_interrupted_run_goes_on_from_before(network, monkeypatch):
    whole = npl.Simulator(network, dt=0.1).run(40)
    simulator = npl.Simulator(network, dt=0.1)
    simulator.run(20)
    monkeypatch.setattr("neuropil.progress.Progress.__call__", lambda self, steps: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        simulator.run(20, resume=True)
    monkeypatch.undo()
    assert simulator.time == pytest.approx(20)
    assert np.array_equal(simulator.run(20, resume=True).x, whole.x[:, 200:])


def test_bold_goes_on_by_its_name(ring):
    network = npl.Network("hopf", connectome=ring, sigma_ou=0.1)
    slow, fast = npl.bold(every=1000, rho=0.5), npl.bold(every=1000)
    whole = npl.Simulator(network, dt=0.5).run(12_000, record={"slow": slow, "fast": fast})
    simulator = npl.Simulator(network, dt=0.5)
    simulator.run(6000, record={"slow": slow, "fast": fast})
    piece = simulator.run(6000, record={"fast": fast, "slow": slow}, resume=True)
    for name in ("slow", "fast"):
        assert np.array_equal(piece[name], whole[name][:, 6:])


def test_bold_goes_on(ring):
    network = npl.Network("hopf", connectome=ring, sigma_ou=0.1)
    whole = npl.Simulator(network, dt=0.5).run(12_000, record=npl.bold(every=1000))
    simulator = npl.Simulator(network, dt=0.5)
    pieces = [simulator.run(6000, record=npl.bold(every=1000), resume=resume) for resume in (False, True)]
    assert np.array_equal(np.concatenate([piece.BOLD for piece in pieces], axis=1), whole.BOLD)


def test_a_transient_of_a_piece_counts_from_its_beginning(network):
    whole = npl.Simulator(network, dt=0.1).run(40)
    simulator = npl.Simulator(network, dt=0.1)
    simulator.run(20)
    piece = simulator.run(20, transient=5, resume=True)
    assert np.array_equal(piece.x, whole.x[:, 250:])


def test_batches_go_on(network):
    whole = npl.Simulator(network, dt=0.1, trials=3).run(40)
    simulator = npl.Simulator(network, dt=0.1, trials=3)
    simulator.run(20)
    assert np.array_equal(simulator.run(20, resume=True).x, whole.x[:, :, 200:])


def test_a_course_of_a_piece_begins_with_it(network):
    course = np.linspace(0, 1, 400)
    whole = npl.Simulator(network, dt=0.1).run(40, stimuli={"x_ext": course})
    simulator = npl.Simulator(network, dt=0.1)
    simulator.run(20, stimuli={"x_ext": course[:200]})
    assert np.array_equal(simulator.run(20, resume=True, stimuli={"x_ext": course[200:]}).x, whole.x[:, 200:])
    simulator.run(20, stimuli={"x_ext": course[:200]})
    absolute = npl.Stimulus("x_ext", course)
    assert np.array_equal(simulator.run(20, resume=True, stimuli=absolute).x, whole.x[:, 200:])


def test_a_run_that_failed_is_not_resumed(network):
    simulator = npl.Simulator(network, dt=0.1)
    before = simulator.run(20)
    with pytest.raises(npl.RunError):
        simulator.run(20, stimuli={"x_ext": np.full(200, 1e200)}, resume=True)
    assert simulator.time == pytest.approx(20)
    whole = npl.Simulator(network, dt=0.1).run(40)
    assert np.array_equal(simulator.run(20, resume=True).x, whole.x[:, 200:]) and before.sizes["time"] == 200
