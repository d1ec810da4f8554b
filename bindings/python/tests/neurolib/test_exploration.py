import os
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neuropil import _neuropil
from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.models.fhn import FHNModel
from neuropil.neurolib.optimize.exploration import BoxSearch
from neuropil.neurolib.optimize.exploration import explorationUtils as eu
from neuropil.neurolib.utils import functions, pypetUtils
from neuropil.neurolib.utils.parameterSpace import ParameterSpace


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def fhn(**params):
    model = FHNModel(Cmat=np.array([[0.0, 1.0], [1.0, 0.0]]), Dmat=np.full((2, 2), 10.0), seed=0)
    model.params.update(duration=100.0, **params)
    return model


def searched(space, function, **arguments):
    """A search that ran ``function(parameters)``, loaded."""

    def evaluate(traj):
        search.saveToPypet(function(search.getParametersFromTraj(traj)), traj)

    search = BoxSearch(evalFunction=evaluate, parameterSpace=space, **arguments)
    search.run()
    search.loadResults()
    return search


def test_runs_are_those_of_the_model_whatever_ran_before():
    model = fhn()
    search = BoxSearch(model, ParameterSpace({"K_gl": [0.0, 0.5, 1.0], "x_ext": [0.5, 1.0, 1.5]}), ncores=2)
    # Runs in chunks move the initial values in `params`: those of one run must not be those of the next.
    search.run(chunkwise=True, chunksize=500, append_outputs=True)
    search.loadResults()
    assert list(search.dfResults.K_gl) == [0.0] * 3 + [0.5] * 3 + [1.0] * 3
    array = search.xr()
    assert array.dims == ("K_gl", "x_ext", "output", "space", "time")
    for run in (0, 4, 8):
        alone = fhn(K_gl=search.dfResults.K_gl[run], x_ext=search.dfResults.x_ext[run])
        alone.run()
        np.testing.assert_array_equal(search.results[run].x, alone.x)
        np.testing.assert_array_equal(search.getRun(run).x, alone.x)
        point = {name: search.dfResults[name][run] for name in ("K_gl", "x_ext")}
        np.testing.assert_array_equal(array.sel(**point, output="x"), alone.x)
    assert search.getRun(4)["params"] == {"K_gl": 0.5, "x_ext": 1.0}


def test_results_of_every_kind_come_back():
    results = {
        "number": 0.1,
        "count": 3,
        "text": "a",
        "nothing": None,
        "list": [1, [2.5, "x"]],
        "truth": np.bool_(True),
        "array": np.arange(3, dtype=np.int32),
        "complex": np.array(1 + 2j),
        "outputs": {"t": np.ones(2), "deep": {"x": 1.0}},
    }
    search = searched(ParameterSpace({"x": [1.0, 2.0, 3.0]}), lambda pars: results)
    found = search.results[1]
    assert {name: found[name] for name in ("number", "count", "text", "nothing", "list", "truth")} == {
        name: results[name] for name in ("number", "count", "text", "nothing", "list", "truth")
    }
    assert found.array.dtype == np.int32 and found["complex"] == 1 + 2j and found.x == 1.0
    assert set(search.getRun(0, pypetShortNames=False)) >= {"outputs.t", "outputs.deep.x"}
    assert search.dfResults["count"].tolist() == [3, 3, 3] and search.dfResults["list"][0] == results["list"]
    assert "text" not in search.dfResults


def test_results_that_no_file_can_hold_are_named():
    with pytest.raises(TypeError, match="`x`: found object"):
        searched(ParameterSpace({"a": [1]}), lambda pars: {"x": object()})
    with pytest.raises(TypeError, match="`outputs`: found int, expected a dictionary"):
        searched(ParameterSpace({"a": [1]}), lambda pars: 3)


def test_short_names_that_are_the_same_stay_long():
    search = searched(ParameterSpace({"a": [1]}), lambda pars: {"one": {"x": 1.0}, "two": {"x": 2.0, "y": 3.0}})
    assert dict(search.results[0]) == {"one.x": 1.0, "two.x": 2.0, "y": 3.0}


def test_a_run_that_fails_is_noted_and_the_others_go_on():
    model = ALNModel()
    model.params["duration"] = 50.0
    search = BoxSearch(model, ParameterSpace({"tauA": [200.0, 1e-9, 100.0], "b": [10.0, 1e6, 0.0]}, kind="explicit"))
    search.run()
    search.loadResults()
    assert list(search.failed) == [1] and "finite" in search.failed[1]
    assert sorted(search.results) == [0, 2] and len(search.dfResults) == 3
    with pytest.raises(FileNotFoundError, match="`run`: found no results of 1"):
        search.getRun(1)


def test_another_error_ends_the_search_and_is_raised():
    def divide(pars):
        return {"y": 1 / pars["x"]}

    with pytest.raises(ZeroDivisionError):
        searched(ParameterSpace({"x": [1, 2, 0]}), divide, ncores=1)
    stored = pypetUtils.loadPypetTrajectory("data/hdf/exploration.hdf")
    assert stored.numbers("run") == [0, 1]


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at processes as Linux shows them")
def test_what_a_killed_search_had_finished_is_loaded():
    child = os.fork()
    if child == 0:

        def killed(pars):
            if pars["x"] == 3:
                Path("process").write_text(str(os.getpid()))
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(60)
            return {"y": pars["x"] ** 2}

        searched(ParameterSpace({"x": [0, 1, 2, 3, 4]}), killed, ncores=1)
        os._exit(0)
    os.waitpid(child, 0)
    process = Path("/proc") / Path("process").read_text()
    for _ in range(100):
        if not process.exists() or ") Z " in (process / "stat").read_text():
            break
        time.sleep(0.1)
    else:
        pytest.fail("a process goes on without its parent")
    search = BoxSearch(evalFunction=print, parameterSpace=ParameterSpace({"x": [0]}))
    search.loadResults()
    assert [search.results[run].y for run in search.results] == [0, 1, 4]
    assert search.dfResults.y.isna().tolist() == [False] * 3 + [True] * 2
    assert not list(search._loaded.path.glob(".*"))


def test_random_numbers_depend_on_neither_cores_nor_order():
    def drawn(ncores):
        np.random.seed(1)
        space = ParameterSpace({"x": [1, 2, 3]})
        return list(searched(space, lambda pars: {"y": np.random.random()}, ncores=ncores).dfResults.y)

    assert drawn(1) == drawn(2) and len(set(drawn(2))) == 3


def test_processes_use_the_engine_after_this_one_did():
    # A forked process has none of the parent's threads, and must not wait for them.
    series = np.random.default_rng(0).random((40, 5000))
    functions.fc(series)
    search = searched(ParameterSpace({"x": [1, 2]}), lambda pars: {"fc": functions.fc(pars["x"] * series)}, ncores=2)
    np.testing.assert_allclose(search.results[1].fc, functions.fc(series))
    _neuropil.compute_alone()
    _neuropil.compute_alone()
    np.testing.assert_allclose(search.results[1].fc, functions.fc(series))


def test_without_fork_this_process_does_it_all(monkeypatch):
    model, space = fhn(sigma_ou=0.0), ParameterSpace({"K_gl": [0.1, 0.2, 0.3]})
    before = dict(model.params)

    def table():
        search = BoxSearch(model, space)
        search.run()
        search.loadResults()
        return np.stack(list(search.dfResults.x))

    forked = table()
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    np.testing.assert_array_equal(table(), forked)
    assert all(model.params[name] is value for name, value in before.items())


def test_a_sequence_changes_one_parameter_at_a_time():
    search = BoxSearch(fhn(), ParameterSpace({"K_gl": [0.1, 0.2], "x_ext": [0.3]}, kind="sequence"))
    search.run()
    search.loadResults()
    array = search.xr()
    assert array.dims == ("run_no", "output", "space", "time")
    assert array.K_gl.values.tolist() == [0.1, 0.2, fhn().params["K_gl"]]


def test_bounds_are_two_points_of_a_grid_with_holes():
    search = BoxSearch(fhn(), ParameterSpace({"K_gl": [0.1, 0.2], "x_ext": [0.3, 0.4]}))
    search.run()
    search.loadResults()
    array = search.xr()
    assert search.nRuns == 2 and array.shape[:2] == (2, 2)
    assert array.sel(K_gl=0.1, x_ext=0.4).isnull().all() and array.sel(K_gl=0.2, x_ext=0.4).notnull().all()


def test_arrays_are_coordinates_if_their_numbers_are_equal():
    def grid(value):
        search = BoxSearch(fhn(), ParameterSpace({"x_ext": [value, np.full(2, 0.5)]}, kind="explicit"))
        search.run(bold=True)
        search.loadResults()
        return search.xr()

    assert grid(np.full(2, 0.1)).x_ext.values.tolist() == [0.1, 0.5]
    with pytest.raises(ValueError, match="`x_ext`: found an array of different numbers"):
        grid(np.array([0.1, 0.2]))


def test_stars_stand_for_several_parameters():
    from neuropil.neurolib.utils.collections import star_dotdict

    model = fhn()
    model.params = star_dotdict(model.params)
    search = BoxSearch(model, ParameterSpace({"*_ext": [0.1, 0.2, 0.3]}, allow_star_notation=True))
    search.run()
    search.loadResults()
    assert search.dfResults.columns[:2].tolist() == list(model.params["*_ext"])
    assert search.xr().attrs == {"__ext": list(model.params["*_ext"])}


def test_runs_know_their_parameters_by_attribute():
    def evaluate(traj):
        assert traj.x == traj["x"] == traj.parameters["x"] == traj.id and traj.a.tau == traj["a.tau"] == 3.0
        assert not hasattr(traj, "missing")

    space = ParameterSpace({"x": [0, 1], "a.tau": [3.0, 3.0]}, kind="explicit")
    BoxSearch(evalFunction=evaluate, parameterSpace=space).run()


def test_searches_of_one_file_have_names_of_their_own():
    space = ParameterSpace({"x": [1, 2, 3]})
    first = searched(space, lambda pars: {"y": pars["x"]}, filename="both")
    second = searched(space, lambda pars: {"y": -pars["x"]}, filename="both")
    assert pypetUtils.getTrajectorynamesInFile("data/hdf/both") == sorted([first.trajectoryName, second.trajectoryName])
    assert first.getRun(2).y == 3 and second.getRun(2).y == -3
    second.loadResults(trajectoryName=first.trajectoryName)
    assert second.dfResults.y.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="`trajectoryName`: found 'x', expected one of"):
        second.loadResults(trajectoryName="x")


def test_bad_input_is_named():
    space = ParameterSpace({"x": [1, 2, 3]})
    with pytest.raises(ValueError, match="`ncores`: found 0"):
        BoxSearch(evalFunction=print, parameterSpace=space, ncores=0)
    with pytest.raises(FileNotFoundError, match="`filename`: found nothing at data/hdf/exploration.hdf"):
        BoxSearch(evalFunction=print, parameterSpace=space).loadResults()
    with pytest.raises(ValueError, match="`memory_cap`: found 100"):
        BoxSearch(evalFunction=print, parameterSpace=space).loadResults(memory_cap=100)
    os.makedirs("data/hdf")
    open("data/hdf/old.hdf", "w").close()
    with pytest.raises(FileExistsError, match="`filename`: data/hdf/old.hdf is a file"):
        BoxSearch(evalFunction=print, parameterSpace=space, filename="old.hdf").run()


def test_memory_beyond_the_cap_is_an_error():
    pytest.importorskip("psutil")
    search = searched(ParameterSpace({"x": [1, 2, 3]}), lambda pars: {"y": 1})
    with pytest.raises(MemoryError, match="`memory_cap`"):
        search.loadResults(memory_cap=0.001)


def test_close_results_honour_the_distance():
    table = pd.DataFrame({"x": [1.0, 1.1, 2.0, -1.0], "kind": ["a", "a", "b", "b"]})
    assert eu.findCloseResults(table, x=1).index.tolist() == [0]
    assert eu.findCloseResults(table, dist=0.2, x=1).index.tolist() == [0, 1]
    assert eu.findCloseResults(table, dist=0.1, relative=True, x=-1).index.tolist() == [3]
    assert eu.findCloseResults(table, x=[1.05, 2.5], kind="b").index.tolist() == [2]


def test_measures_of_runs():
    def oscillate(pars):
        t = np.arange(1, 2001.0)
        volumes = np.vstack([np.arange(10.0), 2 * np.arange(10.0), np.arange(10.0) % 3])
        return {
            "x": np.vstack([np.sin(t / 10), 3 * np.cos(t / 10)]) * pars["a"],
            "t": t,
            "BOLD": {"BOLD": volumes, "t_BOLD": 2000.0 * np.arange(1, 11)},
        }

    class ds:
        FCs = [functions.fc(np.random.default_rng(0).random((3, 50)))]

    search = searched(ParameterSpace({"a": [1.0, 2.0, 3.0]}), oscillate)
    eu.processExplorationResults(search, output="x", dt=1.0, ds=ds, bold_until=18000)
    table = search.dfResults
    np.testing.assert_allclose(table.max_x, [3, 6, 9], rtol=1e-2)
    np.testing.assert_allclose(table.min_amp_x, [2, 4, 6], rtol=1e-2)
    np.testing.assert_allclose(table.relative_amplitude_x, 1)
    assert table.max_BOLD.tolist() == [14] * 3 and table.min_BOLD.tolist() == [0] * 3
    assert table.fc.between(-1, 1).all() and "fcd" not in table
    with pytest.raises(ValueError, match="`output`: found 'y'"):
        eu.processExplorationResults(search, output="y", dt=1.0)


def test_plots_with_all_options():
    plt = pytest.importorskip("matplotlib.pyplot")
    x, y = np.meshgrid(np.arange(3.0), np.arange(4.0))
    table = pd.DataFrame({"x": x.ravel(), "y": y.ravel(), "z": (x * y).ravel()})
    eu.plotExplorationResults(
        table,
        "x",
        ["y", "label"],
        "z",
        plot_clim=(0, 5),
        contour=["z", table.pivot_table("z", "y", "x")],
        contour_color=["w", "k"],
        contour_levels=[[1], [2]],
        contour_alpha=[1, 0.5],
        contour_kwargs={0: {}, 1: {"clabel": 1}},
        alpha_mask=True,
        mask_style="stripes",
        multiply_axis=2,
        symmetric_colorbar=True,
        savename="map.png",
    )
    assert os.path.exists("data/figures/_map.png")
    assert plt.gcf().axes[0].get_ylabel() == "label"
    plt.close("all")


def test_opacity_of_a_map():
    colours = eu.alphaMask(np.array([[0.0, 2.0], [np.nan, 3.0]]), 1, 0.25)
    assert colours[..., -1].tolist() == [[0.25, 1.0], [0.25, 1.0]]
