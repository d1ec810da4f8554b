"""Studies: the same bits however they are run, interrupted and put together; scores and axes of every kind."""

import functools
import itertools
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import neuropil as npl
from neuropil import optimize as opt
from neuropil import score, study_section
from test_study_search import same, search

pytest.importorskip("zarr")

AXES = {"a": npl.Axis(-1, 1, steps=5), "w": [0.1, 0.2, 0.3]}
DATASET = Path(__file__).parents[3] / "crates" / "neuropil-data" / "tests" / "fixtures" / "dataset"


def largest(run):
    return float(run.x.max())


def ends(run):
    """Two scores, one of which not every run has."""
    return float(run.x[0, 0]), None if run.attrs["a"] < -0.6 else float(run.x[0, -1])


def made(values):
    """A network of a category and a number."""
    return npl.Network(values["model"], sigma_ou=values["sigma"])


def of(network=None, axes=AXES, **options):
    """A study of a noisy node with scores of the engine and of functions."""
    scores = {"amplitude": npl.Score("amplitude", "x"), "largest": largest, ("start", "end"): ends}
    options = {"scores": scores, "duration": 200, "dt": 0.1, "seed": 3, "batch": 2, **options}
    return npl.Study(npl.Network("hopf", sigma_ou=0.05) if network is None else network, axes, **options)


def spawned(workers):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return of().explore(tmp_path_factory.mktemp("expected") / "study", threads=1)


@pytest.mark.parametrize("run", [
    {"threads": 2},
    {"executor": lambda: spawned(2)},
    {"executor": lambda: ThreadPoolExecutor(2), "workers": 3},
], ids=["threads", "processes", "threads of an executor"])
def test_results_have_the_same_bits_wherever_points_are_run(run, expected, tmp_path):
    if "executor" in run:
        with run["executor"]() as executor:
            results = of().explore(tmp_path / "study", **{**run, "executor": executor})
    else:
        results = of().explore(tmp_path / "study", **run)
    assert results.status.done == 15 and same(results, expected)


def test_slices_are_put_together(expected, tmp_path):
    for number in (1, 2, 3):
        part = of().explore(tmp_path / f"part-{number}", slice=f"{number}/3")
        assert 0 < part.status.done < 15
    merged = npl.merge_studies([tmp_path / f"part-{number}" for number in (1, 2, 3)], tmp_path / "whole")
    assert same(merged, expected)
    for number in (1, 2, 3):
        together = of().explore(tmp_path / "together", slice=(number, 3))
    assert same(together, expected)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("where", ["threads", "executor"])
def test_what_a_score_raises_ends_it_and_the_same_call_goes_on(raised, where, expected, tmp_path):
    calls = itertools.count()

    def fails(run):
        if next(calls) == 7:
            raise raised("of the score")
        return largest(run)

    scores = {"amplitude": npl.Score("amplitude", "x"), "largest": fails, ("start", "end"): ends}
    with ThreadPoolExecutor(1) as executor:
        options = {"threads": 1} if where == "threads" else {"executor": executor}
        with pytest.raises(raised):
            of(scores=scores).explore(tmp_path / "study", **options)
        assert 0 < npl.open_study(tmp_path / "study").status.done < 15
        results = of(scores=scores).explore(tmp_path / "study", **options)
    assert same(results, expected)


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import test_study
print("begins", flush=True)
test_study.KILLED[{kind!r}]().explore({folder!r}, threads=1)
print("ends", flush=True)
"""

KILLED = {"grid": functools.partial(of, duration=20_000), "search": functools.partial(search, duration=4_000)}


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("kind", KILLED)
def test_a_killed_process_costs_what_it_was_about_and_nothing_else(kind, tmp_path):
    expected = KILLED[kind]().explore(tmp_path / "expected")
    script = SCRIPT.format(tests=str(Path(__file__).parent), kind=kind, folder=str(tmp_path / "study"))
    interrupted = 0
    for delay in (0.02, 0.1, 0.2, 0.3):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "begins\n"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        output, _ = child.communicate(timeout=60)
        interrupted += "ends" not in output
    assert interrupted > 0
    results = KILLED[kind]().explore(tmp_path / "study")
    assert same(results, expected) and results.dataset.attrs["complete"]


def test_scores_of_functions_stand_beside_those_of_the_engine(expected):
    frame = expected.to_dataframe()
    assert list(frame.columns) == ["a", "w", "amplitude", "largest", "start", "end", "reason"]
    network = npl.Network("hopf", sigma_ou=0.05, a=-0.5, w=0.3)
    run = npl.Simulator(network, dt=0.1, seed=3, first_trial=5).run(200, every=1)
    assert frame.loc[5, ["a", "w"]].tolist() == [-0.5, 0.3]
    assert frame.loc[5, "largest"] == float(run.x.max()) and frame.loc[5, "end"] == float(run.x[0, -1])
    missing = frame["end"].isna()
    assert missing.tolist() == (frame["a"] < -0.6).tolist()
    assert frame["start"].notna().all() and frame.loc[0, "reason"].startswith("score `end`")


def test_results_are_tables_and_grids(expected):
    grid = expected.grid()
    assert grid.largest.dims == ("a", "w") and grid.largest.shape == (5, 3)
    point = of().point(7)
    assert float(grid.largest.sel(point)) == expected.dataset.largest.values[7]
    best = expected.best("largest", 3)
    assert best["largest"].tolist() == sorted(expected.dataset.largest.values)[:-4:-1]
    assert expected.best("largest", 1, lowest=True)["largest"].item() == expected.dataset.largest.values.min()
    assert (len(of()), of().axes, expected.scores) == (15, ["a", "w"], ["amplitude", "largest", "start", "end"])
    assert expected.specification["study"]["batch"] == 2


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(1)], ids=["threads", "executor"])
def test_the_first_line_says_what_is_run_and_how_large_it_is(executor, tmp_path, capsys, monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.setattr("neuropil.progress.DELAY", 0)
    extent = "15 points of a x w in batches of 2, 64 B each, 960 B before compression"
    assert repr(of()) == f"<Study: {extent}; scores amplitude, largest, start, end>"
    assert of().bytes_of_point == 8 * (2 + 2 + 4)          # number and mark, axes, scores
    of().explore(tmp_path / "study", slice=(1, 2), progress=True, executor=executor)
    part = "15 points of a x w in batches of 2, slice 1/2, 64 B each, 512 B before compression"
    assert part in capsys.readouterr().err.splitlines()
    of(batch=None).explore(tmp_path / "study", progress=True, executor=executor)
    assert f"{extent}; 8 are there" in capsys.readouterr().err.splitlines()
    of().explore(tmp_path / "study", progress=False, executor=executor)
    assert capsys.readouterr().err == ""


def test_evaluate_gives_the_scores_of_a_point(expected):
    scores = of().evaluate({"a": np.float64(-0.5), "w": 0.3}, number=5)
    assert scores == {name: expected.dataset[name].values[5] for name in expected.scores}


def test_a_study_survives_a_pickle_and_knows_its_folder(expected, tmp_path):
    copy = pickle.loads(pickle.dumps(of()))
    shutil.copytree(expected.folder, tmp_path / "study")
    assert same(copy.explore(tmp_path / "study"), expected) and repr(copy) == repr(of())


@pytest.mark.parametrize("change", [
    {"seed": 4}, {"duration": 201}, {"network": npl.Network("hopf", sigma_ou=0.06)}, {"axes": {"a": [0, 1]}},
    {"scores": {"largest": largest}}, {"scores": {"amplitude": npl.Score("amplitude", "x"), "largest": largest}},
], ids=lambda change: next(iter(change)))
def test_a_folder_of_another_study_is_left_alone(change, expected, tmp_path):
    shutil.copytree(expected.folder, tmp_path / "study")
    with pytest.raises(npl.InputError, match="a folder holds one study"):
        of(**change).explore(tmp_path / "study")
    assert same(npl.open_study(tmp_path / "study"), expected)


def test_the_value_that_makes_another_study_is_named(expected):
    with pytest.raises(npl.InputError, match="`values.brain.sigma_ou`: found 0.06, expected 0.05"):
        of(npl.Network("hopf", sigma_ou=0.06)).explore(expected.folder)


def test_a_function_without_a_pickle_is_known_in_another_process(tmp_path):
    script = f"""
import neuropil as npl
study = npl.Study(lambda values: npl.Network("hopf", **values), {{"a": [0.1, 0.2]}}, duration=50, dt=0.1,
                  scores={{"mean": lambda run: float(run.x.mean())}})
print(study.explore({str(tmp_path / 'study')!r}).status.done)
"""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert done.stdout == "2\n", done.stderr


OF_A_SCRIPT = """
import multiprocessing, threading
from concurrent.futures import ProcessPoolExecutor
import neuropil as npl

if __name__ == "__main__":
    lock = threading.Lock()

    def peak(run):
        return float(run.x.max())

    def locked(run):
        with lock:
            return peak(run)

    for function in (peak, locked):
        study = npl.Study(npl.Network("hopf"), {{"a": [0, 1]}}, scores={{"peak": function}}, duration=50, dt=0.1)
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
            try:
                print(study.explore({folder!r} + function.__name__, executor=executor).status.done)
            except TypeError as error:
                print(str(error).partition(" that ")[0])
"""


def test_functions_of_a_script_travel_and_what_cannot_is_named(tmp_path):
    pytest.importorskip("cloudpickle")
    (tmp_path / "script.py").write_text(OF_A_SCRIPT.format(folder=str(tmp_path / "study-")))
    done = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["2", "`executor`: found a study"], done.stderr


def test_points_that_another_process_works_on_are_told(tmp_path):
    script = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_study
def slow(run):
    print("runs", flush=True)
    time.sleep(60)
study = test_study.of(**{{**test_study.ONE, "batch": 1, "scores": {{"m": slow}}}})
study.explore({str(tmp_path / 'study')!r}, threads=1)
"""
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "runs\n"
        with pytest.warns(UserWarning, match="other processes work on them"):
            results = of(**{**ONE, "batch": 1, "scores": {"m": lambda run: 1}}).explore(tmp_path / "study")
        assert results.status.done == 1
    finally:
        child.kill()
        child.communicate()
    assert of(**{**ONE, "batch": 1, "scores": {"m": lambda run: 1}}).explore(tmp_path / "study").status.done == 2


def test_axes_of_nodes_groups_and_maps(tmp_path):
    network = npl.Network("hopf", nodes=4)
    gradient = np.array([0, 1, 2, 3])
    for axis, names in {
        npl.Axis(-1, 1, per_node=True): ["a[0]", "a[1]", "a[2]", "a[3]"],
        npl.Axis(-1, 1, groups=(0, 0, 1, 1)): ["a[0]", "a[1]"],
    }.items():
        study = npl.Study(network, {"a": axis}, scores={"m": "mean"}, duration=50, dt=0.1, design="sobol", points=4)
        assert study.axes == names and len(study) == 4
    axes = {
        "base": npl.Axis(values=[0.1, 0.2], parameter="a", map=1),
        "slope": npl.Axis(values=[-0.1, 0.1], parameter="a", map=gradient),
    }
    scores = {"m": lambda run: float(run.x[:, -1].sum())}
    study = npl.Study(network, axes, scores=scores, duration=50, dt=0.1, record="x")
    found = study.explore(tmp_path / "study").grid().m
    alone = npl.Network("hopf", nodes=4, a=0.2 - 0.1 * gradient)
    number = next(number for number in range(4) if study.point(number) == {"base": 0.2, "slope": -0.1})
    run = npl.Simulator(alone, dt=0.1, first_trial=number).run(50, every=1)
    assert float(found.sel(base=0.2, slope=-0.1)) == float(run.x[:, -1].sum())


def test_an_axis_may_have_another_unit_than_its_parameter():
    node = npl.Network("hopf", sigma_ou=0.05)
    for axis in (npl.Axis(0.001, 0.1, steps=2, unit="s"), npl.Axis(values=["1 ms", "0.1 s"], unit="ms")):
        study = of(node, {"tau_ou": axis}, scores={"m": "mean"})
        assert [study.point(number)["tau_ou"] for number in (0, 1)] == pytest.approx([1, 100])
    with pytest.raises((TypeError, ValueError), match="`a`"):
        of(node, {"a": npl.Axis(0, 1, steps=2, unit="ms")})


def test_axes_of_seeds_speeds_and_projections(ring, tmp_path):
    network = npl.Network("hopf", connectome=ring, sigma_ou=0.1)
    axes = {"seed": npl.Axis(0, 2, integer=True), "speed": [1, 20], "K_gl": [0.0, 2.0]}
    study = npl.Study(network, axes, scores={"end": lambda run: float(run.x[:, -1].sum())}, duration=300, dt=0.1)
    grid = study.explore(tmp_path / "study").grid().end
    assert dict(grid.sizes) == {"seed": 3, "speed": 2, "K_gl": 2}
    # Without coupling the speed changes nothing but the trial; with it, all differ.
    assert len(np.unique(grid)) == grid.size


def test_a_function_makes_the_network_of_categories_and_numbers(tmp_path):
    axes = {"model": ["hopf", "fhn"], "sigma": [0.01, 0.02]}
    study = npl.Study(made, axes, scores={"largest": largest}, duration=100, dt=0.1, record="x", seed=3)
    with spawned(1) as executor:
        results = study.explore(tmp_path / "study", executor=executor)
    frame = results.to_dataframe()
    assert frame["model"].tolist() == ["hopf", "hopf", "fhn", "fhn"]
    simulator = npl.Simulator(made({"model": "fhn", "sigma": 0.02}), dt=0.1, seed=3, first_trial=3)
    run = simulator.run(100, record="x", every=1)
    assert frame["largest"][3] == float(run.x.max())
    assert float(results.grid().largest.sel(model="fhn", sigma=0.02)) == frame["largest"][3]


def test_early_rejection_leaves_points_without_scores_and_says_why(tmp_path):
    study = of(npl.Network("hopf", initial={"x": 0.5}), scores={"amplitude": "amplitude"}, duration=400,
               stages=[npl.Stage(200, "amplitude", above=0.4)])
    frame = study.explore(tmp_path / "study").to_dataframe()
    given_up = frame["a"] < 0.25
    assert frame["amplitude"].isna().tolist() == given_up.tolist()
    assert frame["reason"][given_up].str.contains("amplitude").all() and (frame["reason"][~given_up] == "").all()


def test_a_stage_may_look_at_a_function_of_the_user(tmp_path):
    lengths = []

    def late(run):
        lengths.append((run.attrs["a"], run.sizes["time"]))
        return None if run.attrs["a"] == 0 else float(np.ptp(run.x.values[0, -50:]))

    study = of(npl.Network("hopf", initial={"x": 0.5}), scores={"late": late}, duration=400, record="x",
               axes={"a": [-0.5, 0, 0.5]}, stages=[npl.Stage(200, "late", above=0.4)])
    frame = study.explore(tmp_path / "study").to_dataframe()
    assert frame["late"].isna().tolist() == [True, True, False] and "`late`" in frame["reason"][0]
    assert "found NaN" in frame["reason"][1]
    assert sorted(lengths) == [(-0.5, 200), (0, 200), (0.5, 200), (0.5, 400)]


def test_a_stage_may_look_at_a_score_that_compares_with_data(tmp_path):
    two_groups = npl.Connectome(np.kron(np.eye(2), np.ones((4, 4))) - np.eye(8))
    network = npl.Network("hopf", connectome=two_groups, sigma_ou=0.1, K_gl=0.5)
    measured = np.corrcoef(npl.Simulator(network, dt=0.1).run(40_000, record=npl.bold(every=1000)).BOLD)
    options = {"scores": {"fit": npl.Score("fc_correlation", against=measured)}, "duration": 40_000, "batch": None,
               "record": npl.bold(every=1000), "axes": {"K_gl": [0.0, 0.5]}}
    without = of(network, **options).explore(tmp_path / "all").to_dataframe()["fit"]
    stage = npl.Stage(30_000, "fit", above=0.5)
    frame = of(network, stages=[stage], **options).explore(tmp_path / "study").to_dataframe()
    assert np.isnan(frame["fit"][0]) and "`fit`" in frame["reason"][0] and frame["fit"][1] == without[1] > 0.5
    with pytest.raises(npl.InputError, match="`study.stage.0.duration`: .*which `fit` needs"):
        of(network, stages=[npl.Stage(3000, "fit", above=0.5)], **options)


def test_scores_compare_with_the_subjects_of_a_dataset(tmp_path):
    shutil.copytree(DATASET, tmp_path / "measured")
    dataset = npl.Dataset(tmp_path / "measured")
    network = npl.Network("hopf", connectome=dataset.connectome, sigma_ou=0.1)
    options = {"duration": 20_000, "dt": 0.1, "record": npl.bold(every=2000), "keep": ["functional_connectivity"]}
    study = npl.Study(network, {"K_gl": [0.0, 0.1]}, scores={"fit": "fc_correlation"}, dataset=dataset, **options)
    found = study.explore(tmp_path / "study").dataset.load()
    kept = found.functional_connectivity.values[1]
    upper = np.triu_indices(len(kept), 1)
    fits = [np.corrcoef(kept[upper], subject.functional_connectivity[upper])[0, 1] for subject in dataset.subjects
            if subject.functional_connectivity is not None]
    assert found.fit.values[1] == pytest.approx(np.mean(fits), abs=1e-9)
    given = npl.Study(network, {"K_gl": [0.1]}, **options, scores={
        "fit": npl.Score("fc_correlation", against=dataset.subjects[0].functional_connectivity)})
    assert given.evaluate({"K_gl": 0.1}, number=1)["fit"] == pytest.approx(fits[0], abs=1e-9)


def test_names_are_those_of_the_engine():
    toml = '[network]\nmodel = "hopf"\n[simulation]\nduration = "1 s"\n[study]\n{}\naxes = {{ a = {{ values = [1] }} }}'
    for line, names in {
        'scores = {{ m = "none" }}': score.KINDS, 'design = "none"': study_section.DESIGNS,
        'keep = ["none"]': study_section.KEPT,
    }.items():
        with pytest.raises(npl.InputError) as caught:
            npl.Study.from_toml(toml.format(line.format()))
        listed = str(caught.value).partition("expected")[2]
        assert sorted(re.findall(r"`(\w+)`", listed)) == sorted(names)


ONE = {"axes": {"a": [0, 1]}, "scores": {"m": "mean"}, "batch": None}
CASES = {
    "axes of booleans": ({"axes": {"a": [True, False]}}, "axis `a`: found True or False"),
    "an axis of a matrix": ({"axes": {"a": np.ones((2, 2))}}, "axis `a`: `values`"),
    "an unknown axis": ({"axes": {"aa": [0, 1]}}, "did you mean `a`"),
    "an axis like nothing": ({"axes": {"gain": [0, 1]}}, "`axes`: found `gain`.*\nhint: they are a, w, tau_ou"),
    "no axes": ({"axes": {}}, "`axes`: found none.*\nhint: .*npl.Axis"),
    "no scores": ({"scores": {}}, "`scores`: found none.*\nhint: .*`scores="),
    "a score of no BOLD": ({"scores": {"fc": "fc_correlation"}}, "`fc`, which is of BOLD.*\nhint: `record=npl.bold"),
    "BOLD that is not there": ({"keep": ["bold"]}, "`keep`: found `bold`, which is of BOLD.*\nhint: `record=npl.bold"),
    "an algorithm": ({"search": "cmaes", "evaluations": 9}, "`search`: found `cmaes`.*\nhint: did you mean `cma_es`"),
    "a design": ({"design": "gird"}, "`design`: found `gird`, expected one of .*\n.*`grid`"),
    "points": ({"design": "random", "points": "x"}, "`points`: found 'x'"),
    "points of a search": ({"search": "cma_es", "points": 3}, "`points`: found it beside `search`"),
    "a batch": ({"batch": -1}, "`batch`: found -1"),
    "a title": ({"title": 3}, "`title`: found 3"),
    "what is kept": ({"keep": ["bolt"]}, "`keep`: found `bolt`, expected one of"),
    "a number that is kept": ({"keep": 3}, "`keep`: found 3"),
    "stages": ({"stages": 3}, "`stages`: found 3"),
    "an output": ({"record": ["xx"]}, "`record`: found `xx`.*: x, "),
    "a function without names": ({"scores": {(): largest}}, "`scores`: found a function without a name"),
    "names of a function": ({"scores": {(1, 2): largest}}, "`scores`: found 1"),
    "operators": ({"search": opt.Genetic(mutation=largest), "evaluations": 9}, "`search`: found a function as `mutation`"),
    "objectives without a search": ({"objectives": {"m": 1}}, "`objectives`: found without `search`"),
    "a goal": ({"search": "cma_es", "evaluations": 9, "objectives": {"m": "most"}}, "`objectives`: .*`maximise`"),
    "a goal of Americans": (
        {"search": "cma_es", "evaluations": 9, "objectives": {"m": "maximize"}}, "hint: did you mean `maximise`"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_argument_is_named(case):
    options, message = CASES[case]
    with pytest.raises((TypeError, ValueError), match=message):
        of(**{**ONE, **options})


@pytest.mark.parametrize("make, message", [
    (lambda: npl.Score("meen"), "`kind`: found `meen`.*\n.*`mean`"),
    (lambda: npl.Score("mean", against=np.eye(2)), "`against`: found it for a score of kind `mean`"),
    (lambda: npl.Score("mean", window=3), "`window`: found it"),
    (lambda: npl.Score("fcd_ks", window=0), "`window`: found 0"),
    (lambda: npl.Score("fc_correlation", against=[["a"]])._section(), "`against`"),
    (lambda: npl.Score("fc_correlation", against=[[np.nan]])._section(), "`against`: found numbers that are"),
    (lambda: npl.Stage(50, "m"), "`above`: found no bound"),
    (lambda: npl.Stage(50, "m", above=2, below=1), "`above`: found 2, expected less than `below`"),
    (lambda: npl.Stage(50, "m", above=float("nan")), "`above`: found nan"),
    (lambda: npl.Axis(0, 1, per_node="yes"), "`per_node`: found 'yes'"),
])
def test_a_wrong_argument_of_a_part_is_named(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


class Strange:
    def submit(self, *_):
        return 3


@pytest.mark.parametrize("options, message", [
    ({"slice": (0, 4)}, r"`slice`: found \(0, 4\)"),
    ({"slice": (-1, 4)}, r"`slice`: found \(-1, 4\)"),
    ({"slice": (1.5, 4)}, "`slice`"),
    ({"workers": 2}, "`workers`: found without `executor`"),
    ({"threads": 2, "executor": ThreadPoolExecutor(1)}, "`threads`: found beside `executor`"),
    ({"executor": object()}, "`executor`: .* expected one with `submit`"),
    ({"executor": ThreadPoolExecutor}, "`executor`"),
    ({"executor": Strange()}, "`executor`: found one whose `submit` gives 3"),
    ({"progress": "x"}, "`progress`: found 'x'"),
])
def test_a_wrong_way_to_explore_is_named_and_leaves_no_folder(options, message, tmp_path):
    with pytest.raises((TypeError, ValueError), match=message):
        of(**ONE).explore(tmp_path / "study", **options)
    assert not os.path.exists(tmp_path / "study") or "whose `submit`" in message


@pytest.mark.parametrize("result, message", [
    ("good", "`scores`: found 'good' as `m`, expected a number"), ([1, 2], "`scores`: found 2 numbers"),
    (1j, "`scores`: found 1j"), ({"q": 1}, "expected `m`, too"),
])
def test_a_score_that_is_no_number_is_named(result, message, tmp_path):
    with pytest.raises((TypeError, ValueError), match=message):
        of(**{**ONE, "scores": {"m": lambda run: result}}).explore(tmp_path / "study")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have no notes")
def test_what_a_score_raises_says_at_which_point(tmp_path):
    with pytest.raises(AttributeError) as raised:
        of(**{**ONE, "scores": {"m": lambda run: run.y.mean()}}).explore(tmp_path / "study", threads=1)
    assert raised.value.__notes__ == ["score 'm' of point 0, {'a': 0}; recorded: x"]


@pytest.mark.parametrize("value, message", [
    ("x", "`a`: found 'x'"), (None, "`a`: found None"), (float("nan"), "`a`: found nan"), (np.ones(2), "`a`"),
])
def test_a_value_that_is_none_is_named(value, message):
    with pytest.raises((TypeError, ValueError), match=message):
        of(**ONE).evaluate({"a": value})


def test_a_grid_is_only_of_a_grid(tmp_path):
    results = of(**{**ONE, "axes": {"a": (0, 1)}}, design="random", points=3).explore(tmp_path / "study")
    with pytest.raises(ValueError, match="`design`: found `random`"):
        results.grid()
    with pytest.raises(TypeError, match="`folders`"):
        npl.merge_studies(str(tmp_path / "study"), tmp_path / "merged")
    with pytest.raises(TypeError, match="`lowest`"):
        results.best("m", lowest="x")


def test_recordings_of_a_network_that_a_function_makes_are_kept(tmp_path):
    def network(values):
        return npl.Network(values["model"])

    study = npl.Study(network, {"model": ["hopf", "stuart_landau"]}, duration=20, record=["x"], keep=["recordings"],
                      scores={"largest": npl.Score("max", "x")})
    kept = study.explore(tmp_path / "study", progress=False).dataset
    assert kept.x.shape[0] == 2
    assert np.allclose(kept.x.values.max(axis=2).mean(axis=1), kept.largest.values, rtol=1e-6)


@pytest.mark.parametrize("batch", [3, 20])
def test_points_may_have_the_same_noise(batch, tmp_path):
    axes = {"a": npl.Axis(-0.2, 0.2, steps=20)}
    study = npl.Study(npl.Network("hopf", nodes=2, sigma_ou=0.1), axes, duration=30, seed=2, same_noise=True, batch=batch,
                      scores={"largest": npl.Score("max", "x")})
    results = study.explore(tmp_path / "study", progress=False)
    for a, found in zip(results.dataset.a.values, results.dataset.largest.values):
        single = npl.Simulator(npl.Network("hopf", nodes=2, a=a, sigma_ou=0.1), seed=2).run(30, every=1)
        assert single.x.values.max(axis=1).mean() == pytest.approx(found, rel=1e-12)
