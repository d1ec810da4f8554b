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


def test_the_first_run_may_be_asked_to_resume(network):
    assert npl.Simulator(network, dt=0.1).run(20, resume=True).identical(npl.Simulator(network, dt=0.1).run(20))


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
