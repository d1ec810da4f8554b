"""Couplings by formula."""

import numpy as np
import pytest

import neuropil as npl

INITIAL = np.array([0.4, -0.2, 0.1])
WEIGHTS = np.array([[0.0, 0.5, 1.0], [0.2, 0.0, 0.3], [0.7, 0.1, 0.0]])


@pytest.mark.parametrize(
    ("coupling", "formula"),
    [
        ("additive", lambda s, own: s),
        ("diffusive", lambda s, own: s - WEIGHTS.sum(axis=1) * own),
        ("tanh", lambda s, own: np.tanh(s)),
        ("sigmoidal", lambda s, own: 1 / (1 + np.exp(-s))),
        (npl.Tanh(scale=2.5), lambda s, own: np.tanh(2.5 * s)),
        (npl.Sigmoidal(slope=3.0, midpoint=0.2), lambda s, own: 1 / (1 + np.exp(-3 * (s - 0.2)))),
        (npl.Diffusive, lambda s, own: s - WEIGHTS.sum(axis=1) * own),
    ],
    ids=str,
)
def test_a_coupling_is_its_formula(coupling, formula):
    network = npl.Network("hopf", connectome=WEIGHTS, speed=None, coupling=coupling, k=0.3, a=0.1, w=0.2,
                          initial={"x": INITIAL, "y": 0.0})
    found = npl.Simulator(network, dt=0.1).run(5).x.values
    x, y = INITIAL, np.zeros(3)
    for step in range(50):
        sent = 0.3 * formula(WEIGHTS @ x, x)
        growth = 0.1 - x**2 - y**2
        x, y = x + 0.1 * (growth * x - 0.2 * y + sent), y + 0.1 * (growth * y + 0.2 * x)
        assert np.allclose(found[:, step], x, rtol=1e-10, atol=1e-13)


def test_a_coupling_of_two_populations_takes_the_same_names():
    network = npl.Network().add("a", "hopf", 3).add("b", "hopf", 3)
    network.connect("a.x", "b.x_ext", WEIGHTS, coupling=npl.Tanh(scale=2), k=[0.1, 0.2, 0.3])
    result = npl.Simulator(network, dt=0.1).run(5, record=["a.x", "b.x"])
    assert np.all(np.isfinite(result["b.x"]))


def test_couplings_are_equal_by_value_and_show_it():
    assert npl.Tanh(2.0) == npl.Tanh(scale=2.0) != npl.Tanh()
    assert repr(npl.Sigmoidal(1, 2)) == "Sigmoidal(slope=1, midpoint=2)"
