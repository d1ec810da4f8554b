"""Runs of a search side by side: the bits of each run by itself, and what goes alone."""

import logging

import numpy as np
import pytest

import neuropil as npl
from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.models.fhn import FHNModel
from neuropil.neurolib.models.hopf import HopfModel
from neuropil.neurolib.models.kuramoto import KuramotoModel
from neuropil.neurolib.models.thalamus import ThalamicMassModel
from neuropil.neurolib.models.wc import WCModel
from neuropil.neurolib.models.ww import WWModel
from neuropil.neurolib.optimize.exploration import BoxSearch, side_by_side
from neuropil.neurolib.utils import pypetUtils
from neuropil.neurolib.utils.parameterSpace import ParameterSpace

EXAMPLE = npl.Connectome.example()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def network(kind, nodes=3, **params):
    model = kind(Cmat=EXAMPLE.weights[:nodes, :nodes], Dmat=EXAMPLE.lengths[:nodes, :nodes], seed=3)
    model.params.update(duration=40.0, **params)
    return model


def single(kind=ALNModel, **params):
    model = kind(seed=1)
    model.params.update({"duration": 20.0, **params})
    return model


def explored(model, points, options=None, kind="grid", **arguments):
    """A search that ran, and how many runs each of its files holds."""
    search = BoxSearch(model, ParameterSpace(points, kind=kind), ncores=1, **arguments)
    search.run(**(options or {}))
    search.loadResults()
    return search, sorted(map(len, search._loaded.results()))


def assert_same_bits(search, make, options=None):
    """All results are those of the model that ``make`` gives, with the parameters of the point."""
    assert len(search.results) == search.nRuns
    for run, found in search.results.items():
        model = make()
        model.params.update({name: values[run] for name, values in search._points.items()})
        model.run(**(options or {}))
        outputs = {**model.getOutputs(), **model.outputs.get("BOLD", {})}
        assert set(found) == (set(outputs) if search.saveAllModelOutputs else set(found))
        assert model.default_output in found and "t" in found
        for name, values in found.items():
            assert values.tobytes() == outputs[name].tobytes(), (run, name)


@pytest.mark.parametrize(
    "kind, points",
    [
        (ALNModel, {"mue_ext_mean": [0.5, 1.0, 2.0], "Ke_gl": [100.0, 250.0], "sigma_ou": [0.0, 0.1, 0.2]}),
        (FHNModel, {"x_ext": [0.2, 0.7, 1.0], "K_gl": [0.0, 0.6], "sigma_ou": [0.0, 0.1, 0.2]}),
        (HopfModel, {"a": [-0.2, 0.0, 0.2], "K_gl": [0.1, 0.6], "sigma_ou": [0.0, 0.1, 0.2]}),
        (KuramotoModel, {"k": [0.5, 2.0, 4.0], "theta_ext": [0.0, 0.1], "sigma_ou": [0.0, 0.1, 0.2]}),
        (WCModel, {"exc_ext": [0.2, 0.7, 1.0], "K_gl": [0.0, 0.6], "sigma_ou": [0.0, 0.1, 0.2]}),
        (WWModel, {"a_exc": [0.2, 0.3, 0.31], "K_gl": [0.0, 0.6], "sigma_ou": [0.0, 0.1, 0.2]}),
    ],
)
def test_networks_have_the_bits_of_each_run_by_itself(kind, points):
    search, together = explored(network(kind), points, saveAllModelOutputs=True)
    assert together == [2, 16]
    assert_same_bits(search, lambda: network(kind))


def test_a_single_node_has_the_bits_of_each_run_by_itself():
    points = {"mue_ext_mean": [0.5, 1.0, 2.0], "de": [2.0, 4.0, 6.0], "ext_exc_current": [0.0, 0.1, 0.2]}
    search, together = explored(single(), points)
    assert together == [11, 16]
    assert_same_bits(search, single)
    thalamus = lambda: single(ThalamicMassModel, dt=0.01)  # noqa: E731
    search, together = explored(thalamus(), {"g_LK": [0.018, 0.03, 0.04], "g_h": [0.02, 0.05, 0.1]})
    assert together == [9]
    assert_same_bits(search, thalamus)


def test_bold_and_samples_are_those_of_each_run_by_itself():
    make = lambda: network(WCModel, sampling_dt=2.0)  # noqa: E731
    model = make()
    model.params.duration = 6000.0
    search, together = explored(model, {"exc_ext": [0.2, 0.7, 1.0], "duration": [6000.0]}, {"bold": True})
    assert together == [3]
    assert search.results[0].BOLD.shape == (3, 3) and search.results[0].exc.shape == (3, 3000)
    assert_same_bits(search, make, {"bold": True})


def test_values_per_node_initial_values_and_pasts_may_differ():
    rng = np.random.default_rng(0)
    points = {
        "x_ext": [rng.random((3, 1)) for _ in range(4)],
        "y_ext": [rng.random((3, 1)) for _ in range(4)],
        "xs_init": [rng.random((3, 100)) for _ in range(4)],
        "sigma_ou": [0.0, 0.1, 0.1, 0.2],
    }
    search, together = explored(network(FHNModel), points, kind="explicit")
    assert together == [4]
    assert_same_bits(search, lambda: network(FHNModel))


def test_time_courses_that_differ_go_one_by_one():
    courses = [np.sin(np.arange(400) / (10 + k)) for k in range(3)]
    search, together = explored(network(FHNModel), {"x_ext": courses}, kind="explicit")
    assert together == [1, 1, 1]
    assert_same_bits(search, lambda: network(FHNModel))
    search, together = explored(network(FHNModel, x_ext=courses[0]), {"K_gl": [0.1, 0.2, 0.3]})
    assert together == [3]
    assert_same_bits(search, lambda: network(FHNModel, x_ext=courses[0]))


def test_what_is_no_value_parts_the_runs():
    points = {
        "K_gl": [0.1, 0.2, 0.3],
        "signalV": [5.0, 10.0, 20.0],
        "duration": [20.0, 30.0],
        "dt": [0.1, 0.05],
        "seed": [1, 2],
        "Cmat": [EXAMPLE.weights[:3, :3], EXAMPLE.weights[3:6, 3:6]],
        "sigma_ou": [0.1],
    }
    search, together = explored(network(FHNModel), points)
    assert together == [3] * 48
    assert list(search.results) == list(range(144))
    assert_same_bits(search, lambda: network(FHNModel))


def test_runs_without_seed_have_noise_of_their_own():
    model = network(FHNModel, sigma_ou=0.1)
    model.params.seed = None
    search, together = explored(model, {"comment": [1, 1, 1]}, kind="explicit")
    assert together == [3]
    outputs = [result.x for result in search.results.values()]
    assert not any(np.array_equal(outputs[one], outputs[other]) for one, other in ((0, 1), (0, 2), (1, 2)))


def test_what_users_changed_goes_one_by_one():
    class Own(FHNModel):
        def run(self, **options):
            super().run(**options)
            self.outputs["x"] = self.outputs["x"] + 1

    points = {"K_gl": [0.1, 0.2, 0.3]}
    search, together = explored(network(Own), points)
    assert together == [1, 1, 1]
    assert_same_bits(search, lambda: network(Own))
    changed = network(FHNModel)
    changed.checkOutputs = lambda: None
    assert explored(changed, points)[1] == [1, 1, 1]
    changed = network(FHNModel)
    changed.boldInputTransform = lambda x: 2 * x
    assert explored(changed, points)[1] == [1, 1, 1]
    for options in ({"chunkwise": True}, {"chunksize": 100}, {"append_outputs": True}):
        search, together = explored(network(FHNModel), points, options)
        assert together == [1, 1, 1]
        assert_same_bits(search, lambda: network(FHNModel), options)
    with pytest.raises(TypeError, match="chunksise"):
        explored(network(FHNModel), points, {"chunksise": None})


def test_groups_are_large_enough_and_not_too_large(monkeypatch):
    def sizes(model, count, processes):
        points = {"K_gl": list(np.linspace(0, 1, count))}
        return [len(runs) for runs in side_by_side.groups(model, points, ["x"], {}, processes)]

    assert sizes(network(FHNModel), 40, 1) == [16, 16, 8]
    assert sizes(network(FHNModel), 8, 4) == [2, 2, 2, 2]
    large = network(FHNModel, nodes=40)
    assert sizes(large, 40, 1) == [1] * 40
    large.params.signalV = 0
    assert sizes(large, 40, 1) == [16, 16, 8] and sizes(large, 40, 8) == [1] * 40
    monkeypatch.setattr(side_by_side, "BYTES", 5 * 8 * 3 * 400)
    assert sizes(network(FHNModel), 12, 1) == [5, 5, 2]
    model = network(FHNModel)
    points = {"duration": [40.0] * 6 + [80.0] * 2}
    assert [len(runs) for runs in side_by_side.groups(model, points, ["x"], {}, 1)] == [2, 2, 2, 2]


def test_a_run_that_fails_leaves_those_beside_it(caplog):
    caplog.set_level(logging.ERROR)
    values = list(np.linspace(100, 200, 16))
    values[5] = 1e-9
    model = single(b=10.0)
    search, together = explored(model, {"tauA": values})
    assert list(search.failed) == [5] and "finite" in search.failed[5]
    assert together == [1, 2, 4, 8]
    alone = single(b=10.0, tauA=values[6])
    alone.run()
    assert search.results[6].rates_exc.tobytes() == alone.rates_exc.tobytes()
    with pytest.raises(FileNotFoundError, match="`run`: found no results of 5"):
        search.getRun(5)


def test_a_value_that_is_wrong_is_named_and_what_was_before_it_stays():
    model = single()
    with pytest.raises(ValueError, match="`tauA`"):
        explored(model, {"tauA": [100.0, 200.0, -1.0, 150.0]})
    assert pypetUtils.loadPypetTrajectory("data/hdf/exploration.hdf").numbers("run") == [0, 1]


def test_results_of_runs_that_share_a_file_are_independent():
    search, together = explored(single(), {"mue_ext_mean": [0.5, 1.0, 2.0]})
    assert together == [3]
    times = search.results[1].t.copy()
    for result in search.results.values():
        result.t /= 1000
        result.rates_exc *= 2
    np.testing.assert_allclose(search.results[2].t, times / 1000)
    found = search.getRun(1)
    assert found["params"] == {"mue_ext_mean": 1.0} and found.rates_exc.base is None
    np.testing.assert_array_equal(search.results[1].rates_exc, 2 * found.rates_exc)
    del search.results[1]
    np.testing.assert_array_equal(search.getResult(1).t, times)
    search.loadResults(all=False)
    np.testing.assert_array_equal(search.dfResults.rates_exc[1], found.rates_exc)


def test_sets_that_differ_in_more_than_values_are_refused():
    model = single()
    for change in ({"duration": 30.0}, {"seed": 2}):
        sets = [dict(model.params), {**model.params, **change}]
        with pytest.raises(ValueError, match="`parameters`: found sets that differ in more than values"):
            next(single().run_side_by_side(sets, ["rates_exc"]))
