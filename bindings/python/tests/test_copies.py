"""Copies and pickles, as other processes need them."""

import copy
import pickle

import numpy as np
import pytest
import xarray as xr

import neuropil as npl
from neuropil.neurolib.models.hopf import HopfModel


def networks():
    weights, lengths = np.array([[0, 1.0], [0.5, 0]]), np.array([[0, 30.0], [20.0, 0]])
    connectome = npl.Connectome(weights, lengths, ["a", "b"], name="two")
    yield npl.Network("hopf", connectome=connectome, a=[0.1, 0.2], sigma_ou=0.1, k=0.3)
    yield npl.Network("wilson_cowan", connectome=connectome, coupling=npl.Tanh(2.0), k=0.1, speed=None,
                      noise={"exc_ext": npl.OrnsteinUhlenbeck(sigma=0.1)}, initial={"exc": 0.2})
    several = npl.Network().add("one", "hopf", 2).add("two", npl.models.hopf(a=-0.1), 3, sigma_ou=0.2)
    yield several.connect("one.x", "two.x_ext", np.ones((3, 2)), delays=2.0, k=0.2)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_of_a_network_gives_the_same_bits(number, duplicate):
    network = list(networks())[number]
    again = duplicate(network)
    assert repr(again) == repr(network)
    xr.testing.assert_identical(again.run(20, seed=3), network.run(20, seed=3))
    again.add("more", "hopf")
    assert "more" not in network.populations


def test_models_connectomes_and_simulators_are_pickled():
    text = 'model own "Own"\nparam p = 2 : 1 in [0, inf) "p"\nstate x = 1 : 1 "x"\ndx/dt = -p * x\n'
    for model in (npl.models.aln(b=5.0), npl.Model.from_text(text)(p=3.0)):
        again = pickle.loads(pickle.dumps(model))
        assert (again.text, dict(again.values)) == (model.text, dict(model.values))
    connectome = pickle.loads(pickle.dumps(npl.Connectome.example()))
    np.testing.assert_array_equal(connectome.lengths, npl.Connectome.example().lengths)
    assert connectome.labels == npl.Connectome.example().labels
    simulator = npl.Simulator(next(networks()), dt=0.1, seed=2)
    expected = simulator.run(10)
    xr.testing.assert_identical(pickle.loads(pickle.dumps(simulator)).run(10), expected)


def test_models_of_neurolib_are_copied():
    model = HopfModel(Cmat=np.array([[0, 1.0], [1, 0]]), Dmat=np.array([[0, 30.0], [30, 0]]), seed=1)
    model.params.duration = 50
    model.run(bold=True)
    for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        again.run()
        np.testing.assert_array_equal(again.x, model.x)


def test_what_a_user_does_later_changes_nothing():
    values = np.array([0.1, 0.2])
    network = npl.Network("hopf", nodes=2, a=values)
    values[:] = 5.0
    np.testing.assert_array_equal(network.populations["brain"].model.values["a"], [0.1, 0.2])
    with pytest.raises(TypeError):
        npl.models.hopf.values["a"] = 99.0
