"""Studies with a search: the same bits for any number of workers, and the search again from what is stored."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import neuropil as npl
from neuropil import optimize as opt

pytest.importorskip("zarr")


def search(**options):
    """A search for the amplitude of a limit cycle, sqrt(a), to be 0.6."""
    wanted = {"search": opt.CmaEs(size=6), "objectives": {"amplitude": 0.6}, "evaluations": 90}
    options = {**wanted, "duration": 200, **options}
    network = npl.Network("hopf", initial={"x": 0.5, "y": 0})
    return npl.Study(network, {"a": (0.05, 1), "w": (0.1, 0.3)}, scores={"amplitude": "amplitude"},
                     transient=100, dt=0.1, seed=3, **options)


def same(left, right):
    """Whether two studies gave the same bits."""
    left, right = (results.dataset.load().drop_attrs() for results in (left, right))
    return left.identical(right)


def test_a_search_finds_the_optimum_and_is_the_same_for_any_workers(tmp_path):
    one = search().explore(tmp_path / "one", threads=1)
    best = one.dataset.load()
    error = np.abs(best.amplitude.values - 0.6)
    assert np.nanmin(error) < 0.01
    assert best.a.values[np.nanargmin(error)] == pytest.approx(0.36, abs=0.03)
    assert search(objectives={"amplitude": (0.6, 2.0)}).scores == ["amplitude"]
    with ThreadPoolExecutor(3) as executor:
        three = search().explore(tmp_path / "three", executor=executor)
    assert same(one, three) and same(one, search().explore(tmp_path / "threads", threads=2))
    with pytest.raises(npl.InputError, match="`slice`"):
        search().explore(tmp_path / "slice", slice=(1, 2))


@pytest.mark.parametrize("algorithm", [
    opt.Adaptive(size=6, initial_size=8, crossover=opt.BlendCrossover(alpha=0.3)), opt.CmaEs(size=6),
    opt.DifferentialEvolution(size=6), opt.Genetic(size=6, mutation=opt.GaussianMutation(probability=0.5)),
    opt.Genetic(size=6, mutation=opt.PolynomialMutation()),
    opt.Nsga2(size=6),
], ids=lambda algorithm: type(algorithm).__name__)
def test_a_search_looks_at_the_points_that_it_looks_at_elsewhere(algorithm, tmp_path):
    study = search(search=algorithm, objectives={"amplitude": "maximise"}, evaluations=30)
    results = study.explore(tmp_path / "study")
    found = results.dataset
    alone = opt.Search({"a": (0.05, 1), "w": (0.1, 0.3)}, {"amplitude": "maximise"}, algorithm, seed=3, evaluations=30)
    alone.run(study.evaluate)
    assert found.a.values.tolist() == [record.values["a"] for record in alone.records[:30]]
    assert found.amplitude.values.tolist() == [record.scores["amplitude"] for record in alone.records[:30]]
    again = results.search()
    pd.testing.assert_frame_equal(again.history, alone.history[:30])
    assert list(again.genealogy().edges) == list(alone.genealogy().subgraph(range(30)).edges)
    assert list(again.axes) == list(alone.axes) and again.objectives == alone.objectives and again.seed == 3


def halfway(coordinates, random):
    """A mutation of the user's."""
    return 0.5 * (coordinates + random.uniform(size=len(coordinates)))


def test_operators_that_are_functions_work_the_way_that_the_error_says():
    axes, algorithm = {"a": (0.05, 1)}, opt.Genetic(size=10, mutation=halfway)
    options = {"duration": 200, "transient": 100, "dt": 0.1, "scores": {"amplitude": "amplitude"}}
    network = npl.Network("hopf", initial={"x": 0.5})
    hint = r"`mutation`.*\nhint: `optimize.Search\(axes, objectives, algorithm\).run\(study.evaluate\)`"
    with pytest.raises(ValueError, match=hint):
        npl.Study(network, axes, search=algorithm, objectives={"amplitude": "maximise"}, evaluations=10, **options)
    study = npl.Study(network, axes, design="random", points=1, **options)
    search = opt.Search(axes, {"amplitude": "maximise"}, algorithm, seed=1, evaluations=100)
    assert search.run(study.evaluate).values["a"] > 0.9


def test_the_search_of_results_knows_every_kind_of_axis_and_of_objective(tmp_path):
    connectome = npl.Connectome([[0, 1], [1, 0]], [[0, 10], [10, 0]])
    axes = {
        "a": npl.Axis(-0.1, 0.2, per_node=True), "w": [0.1, 0.2, 0.4], "K_gl": npl.Axis(0.1, 1, scale="log"),
        "speed": npl.Axis(2, 20, integer=True),
    }
    results = npl.Study(
        npl.Network("hopf", connectome=connectome, sigma_ou=0.01), axes, duration=100, dt=0.1, seed=1,
        scores={"amplitude": "amplitude", "top": npl.Score("max", "x")}, search=opt.Nsga2(size=8), evaluations=30,
        objectives={"top": (0.5, 2.0), "amplitude": "maximise"},
    ).explore(tmp_path / "study")
    search, found = results.search(), results.dataset
    assert search.generation == 3 and search.evaluations == 30 and len(search.history) == 30
    assert sorted(search.axes) == ["K_gl", "a[0]", "a[1]", "speed", "w"]
    for name in search.axes:
        assert search.history[name].tolist() == found[name].values.tolist()
    assert search.objectives == {"top": "minimise", "amplitude": "maximise"}
    assert search.history.top.values == pytest.approx(abs(found.top.values - 0.5), abs=0)
    total = search.history.amplitude - 2 * search.history.top
    assert search.best.id == total.idxmax()
    assert 0 < len(search.pareto_front) < 30
    search.save(tmp_path / "search.json")
    pd.testing.assert_frame_equal(opt.Search.load(tmp_path / "search.json").history, search.history)
    assert "nsga2" not in repr(search) and "evolution of 5 axes, 30 evaluations" in repr(search)


def test_the_search_of_results_takes_texts_and_failures_and_knows_where_it_begins(tmp_path):
    def fallen(run):
        return None if run.attrs["sigma"] > 0.05 else float(run.x.max())

    def made(values):
        return npl.Network(values["model"], sigma_ou=values["sigma"])

    study = npl.Study(
        made, {"model": ["hopf", "fhn"], "sigma": (0.0, 0.1)}, scores={"top": fallen}, duration=50, dt=0.1, record="x",
        search="genetic", objectives={"top": "minimise"}, evaluations=100,
    )
    search = study.explore(tmp_path / "texts").search()
    failed = search.history.index[search.history.sigma > 0.05].tolist()
    assert failed and list(search.failures) == failed and set(search.history.model) == {"hopf", "fhn"}
    begun = npl.Study(
        npl.Network("hopf"), {"a": (-1, 1), "w": (0.1, 0.3)}, scores={"top": npl.Score("max", "x")}, duration=50, dt=0.1,
        search=opt.CmaEs(size=5, start={"a": 0.3, "w": 0.17}), objectives={"top": "maximise"}, evaluations=20,
    ).explore(tmp_path / "begun")
    assert begun.search().generation == 4


def test_the_search_of_a_file_and_of_a_part_of_the_points_is_there(tmp_path):
    study = npl.Study.from_toml("""
        [network]
        model = "hopf"
        [simulation]
        duration = "50 ms"
        seed = 7
        [study]
        scores = { top = { kind = "max", output = "x" } }
        axes = { a = { from = -1, to = 1 }, w = { values = [0.1, 0.2, 0.3] } }
        [study.search]
        algorithm = { differential_evolution = { size = 10 } }
        evaluations = 60
        objectives = [{ score = "top", goal = "maximise" }]
    """)
    calls = itertools.count()
    with ThreadPoolExecutor(1) as executor:

        class Interrupted:
            def submit(self, *job):
                if next(calls) == 3:
                    raise KeyboardInterrupt
                return executor.submit(*job)

        with pytest.raises(KeyboardInterrupt):
            study.explore(tmp_path / "study", executor=Interrupted(), workers=1)
    part = npl.open_study(tmp_path / "study").search()
    assert 0 < part.evaluations < 60
    whole = study.explore(tmp_path / "study").search()
    assert whole.evaluations == 60 and whole.seed == 7 and whole.finished
    pd.testing.assert_frame_equal(part.history, whole.history[: part.evaluations])


def test_plots_say_where_the_search_of_a_study_is(tmp_path):
    pytest.importorskip("matplotlib")
    for given in (search(), search(evaluations=6).explore(tmp_path / "study")):
        with pytest.raises(TypeError, match=r"expected a Search\nhint: `results.search\(\)`"):
            npl.plot.scores(given)


def test_a_study_with_a_design_has_no_search(tmp_path):
    study = npl.Study(npl.Network("hopf"), {"a": [0, 1]}, scores={"amplitude": "amplitude"}, duration=20, dt=0.1)
    with pytest.raises(ValueError, match="`search`: found a study with a design, expected one with a search\nhint"):
        study.explore(tmp_path / "study").search()
