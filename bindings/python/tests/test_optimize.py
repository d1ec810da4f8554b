"""Searches: they find minima, give the same bits however they are run, and take any operator."""

import copy
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import neuropil as npl
from neuropil import _neuropil
from neuropil import optimize as opt

SQUARE = {"x": (-5, 5), "y": (-5, 5)}
MIXED = {
    "x": (-5, 5),
    "tau": opt.Axis(1, 100, scale="log", unit="ms"),
    "n": opt.Axis(1, 8, integer=True),
    "kind": ["a", "b", "c"],
}
ALGORITHMS = {
    "adaptive": opt.Adaptive(size=12, initial_size=20),
    "cma_es": opt.CmaEs(size=8, restarts=1),
    "differential_evolution": opt.DifferentialEvolution(size=12),
    "genetic": opt.Genetic(size=12),
    "nsga2": opt.Nsga2(size=12),
}


def sphere(point):
    return (point["x"] - 1) ** 2 + (point["y"] + 2) ** 2


def mixed(point):
    return (point["x"] - 1) ** 2 + np.log10(point["tau"] / 10) ** 2 + (point["n"] - 3) ** 2 + (point["kind"] != "b")


def slow_at_first(point):
    time.sleep(0.002 * (point["x"] > 0))
    return mixed(point)


def zdt1(point):
    """Zitzler, Deb & Thiele 2000, doi:10.1162/106365600568202: the front is f2 = 1 - sqrt(f1)."""
    first, *rest = point.values()
    g = 1 + 9 * sum(rest) / len(rest)
    return {"f1": first, "f2": g * (1 - np.sqrt(first / g))}


def jitter(coordinates, random):
    return np.clip(coordinates + random.normal(0, 0.05, len(coordinates)), 0, 1)


class Average:
    """A crossover with a setting."""

    def __init__(self, weight=0.5):
        self.weight = weight

    def __call__(self, left, right, random):
        assert left.shape == right.shape == (2,) and 0 <= random.random() < 1
        return self.weight * left + (1 - self.weight) * right, left


def best_half(population, count, random):
    order = sorted(range(len(population)), key=lambda index: population[index].total)
    return random.choice(order[: max(1, len(order) // 2)], count)


def only_offspring(old, offspring, size):
    return sorted(offspring, key=lambda one: one.total)[:size]


# -- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALGORITHMS)
def test_each_algorithm_finds_the_minimum_of_a_sphere(name):
    search = opt.Search(SQUARE, {"error": "minimise"}, name, seed=1, evaluations=4000)
    best = search.run(sphere)
    assert best == search.best and best.scores["error"] == min(record.scores["error"] for record in search.records)
    assert best.values == pytest.approx({"x": 1, "y": -2}, abs=0.1)
    assert search.finished


def test_a_maximum_is_found():
    search = opt.Search(SQUARE, {"quality": "maximise"}, "cma_es", seed=1)
    assert search.run(lambda point: 3 - sphere(point)).scores["quality"] == pytest.approx(3)


def test_integers_choices_and_logarithmic_axes_are_searched():
    best = opt.Search(MIXED, "error", opt.Genetic(size=30), seed=1, evaluations=3000).run(mixed)
    assert (best.values["n"], best.values["kind"]) == (3, "b") and type(best.values["n"]) is int
    assert best.values["tau"] == pytest.approx(10, rel=0.1)


def test_nsga2_finds_the_front_of_zdt1():
    axes = {f"x{index}": (0, 1) for index in range(6)}
    search = opt.Search(axes, {"f1": "minimise", "f2": "minimise"}, opt.Nsga2(size=40), seed=1, generations=120)
    search.run(zdt1)
    front = np.array([list(record.scores.values()) for record in search.pareto_front])
    assert np.abs(front[:, 1] - (1 - np.sqrt(front[:, 0]))).max() < 0.02 and np.ptp(front[:, 0]) > 0.95
    # 11 x 11 less the area above the front, 1/3 (Zitzler).
    volume = search.hypervolume({"f1": 11, "f2": 11})
    assert volume == pytest.approx(121 - 1 / 3, abs=0.02) and volume == pytest.approx(opt.hypervolume(front, [11, 11]))


def test_weights_say_what_the_best_is():
    def scores(point):
        return {"left": point["x"] ** 2, "right": (point["x"] - 1) ** 2}

    for weight, expected in ((1.0, 0.5), (9.0, 0.1)):
        objectives = {"left": ("minimise", weight), "right": "minimise"}
        best = opt.Search({"x": (-2, 2)}, objectives, "cma_es", seed=1).run(scores)
        assert best.values["x"] == pytest.approx(expected, abs=1e-4)


def test_a_start_is_where_cma_es_begins():
    axes = {"x": (-5, 5), "tau": MIXED["tau"]}
    search = opt.Search(axes, "error", opt.CmaEs(step=1e-6, start={"x": 2, "tau": "0.03 s"}))
    (candidate,) = search.ask(1)
    assert candidate.values == pytest.approx({"x": 2, "tau": 30}, rel=1e-4)


# -- the same bits -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def expected():
    """Records of a search that one process ran, for each algorithm."""
    found = {}
    for name, algorithm in ALGORITHMS.items():
        search = opt.Search(MIXED, "error", algorithm, seed=3, generations=6)
        search.run(mixed)
        found[name] = search.records
    assert len({len(records) for records in found.values()}) > 1
    return found


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_executors_and_workers_do_not_change_a_bit(expected, kind, workers):
    context = {"mp_context": get_context("spawn")} if kind == "processes" else {}
    pool = ProcessPoolExecutor if kind == "processes" else ThreadPoolExecutor
    with pool(workers, **context) as executor:
        for name, algorithm in ALGORITHMS.items():
            search = opt.Search(MIXED, "error", algorithm, seed=3, generations=6)
            search.run(slow_at_first, executor=executor)
            assert search.records == expected[name]


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("count", [1, 5, None])
def test_the_order_of_telling_and_the_size_of_requests_do_not_change_a_bit(expected, name, count):
    search = opt.Search(MIXED, "error", ALGORITHMS[name], seed=3, generations=6)
    while not search.finished:
        search.ask(count)
        if count is None or len(search.pending) >= 7 or not search.ask(count):
            for candidate in reversed(search.pending):
                search.tell(candidate.id, mixed(candidate.values))
    assert search.records == expected[name]


def test_another_seed_gives_another_search(expected):
    search = opt.Search(MIXED, "error", ALGORITHMS["genetic"], seed=4, generations=6)
    search.run(mixed)
    assert search.records != expected["genetic"]


def halfway(name, seed=3):
    """A search in the middle of a generation, with candidates that wait and one that failed."""
    search = opt.Search(MIXED, "error", ALGORITHMS[name], seed=seed, generations=9)
    search.run(mixed, stop=lambda search: search.generation == 3)
    first, second, *_ = search.ask(4)
    search.tell(second, mixed(second.values))
    search.fail(first, "power cut")
    return search


def finish(search):
    search.run(mixed)
    return search.records, search.failures, search.best


@pytest.mark.parametrize("way", ["file", "pickle", "copy"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_search_that_was_saved_amid_a_generation_goes_on_with_the_same_bits(name, way, tmp_path):
    search = halfway(name)
    if way == "file":
        search.save(tmp_path / "search.json")
        loaded = opt.Search.load(tmp_path / "search.json")
    else:
        loaded = pickle.loads(pickle.dumps(search)) if way == "pickle" else copy.deepcopy(search)
    assert loaded.records == search.records and loaded.pending == search.pending and len(loaded.pending) == 2
    assert loaded.algorithm == search.algorithm
    assert loaded.failures == search.failures == {search.records[-2].id: "power cut"}
    assert finish(loaded) == finish(search)


def test_a_limit_that_was_reached_can_be_raised():
    search = opt.Search(SQUARE, "error", opt.Genetic(size=10), generations=3)
    search.run(sphere)
    assert search.generation == 3 and search.finished == "the limit of generations was reached"
    search.set_limits(evaluations=55)
    assert search.finished is None
    search.run(sphere)
    assert search.evaluations == 60 and search.finished == "the limit of evaluations was reached"
    whole = opt.Search(SQUARE, "error", opt.Genetic(size=10), generations=6)
    whole.run(sphere)
    assert whole.records == search.records


# -- operators ---------------------------------------------------------------------------------------------------------


def records_of(algorithm, generations=6, **options):
    search = opt.Search(SQUARE, "error", algorithm, seed=2, generations=generations, **options)
    search.run(sphere)
    return search.records


BUILT_IN = {
    "crossover": [opt.BlendCrossover(), opt.BlendCrossover(alpha=0.1), opt.SimulatedBinaryCrossover(),
                  opt.SimulatedBinaryCrossover(eta=2), opt.SimulatedBinaryCrossover(probability=0.2),
                  opt.UniformCrossover(), opt.UniformCrossover(bias=0.1), opt.UniformCrossover(probability=0.2)],
    "mutation": [opt.GaussianMutation(), opt.GaussianMutation(probability=0.9),
                 opt.GaussianMutation(standard_deviation=0.4), opt.PolynomialMutation(), opt.PolynomialMutation(eta=2),
                 opt.PolynomialMutation(probability=0.9), opt.SelfAdaptiveMutation(),
                 opt.SelfAdaptiveMutation(initial_step=0.9), opt.SelfAdaptiveMutation(attempts=0)],
    "selection": [opt.RankSelection(), opt.RankSelection(pressure=1.0), opt.TournamentSelection(),
                  opt.TournamentSelection(size=4), opt.CrowdedTournament()],
    "replacement": [opt.TruncationReplacement(), opt.GenerationalReplacement(), opt.GenerationalReplacement(elites=0),
                    opt.NondominatedReplacement()],
}


@pytest.mark.parametrize("operator", BUILT_IN)
def test_each_built_in_operator_and_each_of_its_settings_takes_effect(operator):
    # Large steps from the first generation on: all of them leave the bounds now and then.
    rest = {"mutation": opt.SelfAdaptiveMutation(initial_step=0.9)} if operator != "mutation" else {}
    found = [records_of(opt.Genetic(size=12, **{**rest, operator: value})) for value in BUILT_IN[operator]]
    same = [(one, two) for two in range(len(found)) for one in range(two) if found[one] == found[two]]
    # Of one objective the first fronts are the best.
    allowed = {"replacement": [(0, 3)]}.get(operator, [])
    assert same in ([], allowed)


DEFAULTS = [value for values in BUILT_IN.values() for value in values if value == type(value)()]


@pytest.mark.parametrize("kind", DEFAULTS, ids=lambda kind: type(kind).__name__)
def test_defaults_of_operators_are_those_of_the_engine(kind):
    """What is not given to the engine is what the signature says."""
    operator = next(name for name, values in BUILT_IN.items() if kind in values)
    settings = {"size": 6, **{name: values[0].settings() for name, values in BUILT_IN.items()}}
    space = _neuropil.optimize.Space('[{"name": "x", "domain": {"real": {"lower": 0, "upper": 1}}}]')
    found = []
    for numbers in (kind.settings(), {kind.name: {}}):
        text = json.dumps({"evolution": {**settings, operator: numbers}})
        search = _neuropil.optimize.Search(space, '[{"name": "f", "goal": "minimise"}]', text, {}, 0)
        for _ in range(10):
            for id, _, (x,) in search.ask(None):
                search.tell(id, [(x - 0.3) ** 2])
        found.append(search.records())
    assert found[0] == found[1]


def test_defaults_of_cma_es_and_differential_evolution_are_those_of_the_engine():
    space = _neuropil.optimize.Space('[{"name": "x", "domain": {"real": {"lower": 0, "upper": 1}}}]')
    for algorithm, least in ((opt.CmaEs(), {}), (opt.DifferentialEvolution(size=10), {"size": 10})):
        found = []
        for numbers in (algorithm.settings()[algorithm.name], least):
            text = json.dumps({algorithm.name: numbers})
            search = _neuropil.optimize.Search(space, '[{"name": "f", "goal": "minimise"}]', text, {}, 0)
            while search.evaluations < 400 and (candidates := search.ask(None)):
                for id, _, (x,) in candidates:
                    search.tell(id, [(x - 0.3) ** 2])
            found.append((search.finished, search.records()))
        assert found[0] == found[1]


OWN = {"crossover": Average(), "mutation": jitter, "selection": best_half, "replacement": only_offspring}


@pytest.mark.parametrize("operator", OWN)
@pytest.mark.parametrize("base", [opt.Genetic, opt.Adaptive, opt.Nsga2])
def test_a_function_of_the_user_takes_the_place_of_an_operator(operator, base):
    calls = []

    def counted(*arguments):
        calls.append(arguments)
        return OWN[operator](*arguments)

    algorithm = base(size=10, initial_size=10, **{operator: counted})
    records = records_of(algorithm, generations=5)
    per_generation = {"crossover": 5, "mutation": 10, "selection": 1, "replacement": 1}[operator]
    assert len(calls) == per_generation * (5 if operator == "replacement" else 4)
    assert records != records_of(base(size=10, initial_size=10), generations=5)
    assert records == records_of(algorithm, generations=5), "the same seed gives the same search"
    with ThreadPoolExecutor(4) as executor:
        search = opt.Search(SQUARE, "error", algorithm, seed=2, generations=5)
        search.run(sphere, executor=executor)
    assert search.records == records


def test_what_an_operator_of_the_user_makes_is_what_is_evaluated():
    algorithm = opt.Genetic(size=4, mutation=lambda coordinates, random: [0.25, 0.75])
    assert {(one.values["x"], one.values["y"]) for one in records_of(algorithm, 3) if one.generation > 0} == {(-2.5, 2.5)}
    eldest = opt.Genetic(size=4, replacement=lambda old, offspring, size: (old + offspring)[:1])
    assert {one.parents for one in records_of(eldest, 4) if one.parents} == {(0,)}
    first = opt.Genetic(size=4, selection=lambda population, count, random: [1] * count)
    assert len({one.parents for one in records_of(first, 2) if one.parents}) == 1


def test_individuals_show_operators_their_costs():
    seen = []

    def selection(population, count, random):
        seen.extend(population)
        return range(count)

    search = opt.Search(SQUARE, {"a": ("maximise", 2.0), "b": "minimise"}, opt.Genetic(size=4, selection=selection))
    for candidate in search.ask():
        search.tell(candidate, {"a": candidate.id, "b": 10})
    search.ask()
    one = next(one for one in seen if one.id == 3)
    assert one.costs.tolist() == [-3, 10] and one.total == 4 and one.coordinates.shape == (2,)
    assert repr(one) == "<Individual 3 of total cost 4>"


@pytest.mark.parametrize("operator", OWN)
def test_an_exception_of_an_operator_reaches_the_user_and_the_search_can_go_on(operator):
    is_broken = threading.Event()

    def own(*arguments):
        if is_broken.is_set():
            raise KeyError("mine")
        return OWN[operator](*arguments)

    algorithm = opt.Genetic(size=8, **{operator: own})
    expected = records_of(algorithm, generations=5)
    search = opt.Search(SQUARE, "error", algorithm, seed=2, generations=5)
    search.run(sphere, stop=lambda search: search.generation == 2)
    before = search.records
    is_broken.set()
    with pytest.raises(KeyError, match="mine"):
        search.run(sphere)
    assert search.records[: len(before)] == before and search.generation == 2
    is_broken.clear()
    search.run(sphere)
    assert search.records == expected


def test_a_search_with_operators_of_the_user_is_saved_without_them(tmp_path):
    dill = pytest.importorskip("dill")
    path, algorithm = tmp_path / "search.json", opt.Genetic(size=10, **OWN)
    search = opt.Search(SQUARE, "error", algorithm, seed=2, generations=6)
    search.run(sphere, stop=lambda search: search.generation == 3)
    search.save(path)
    own = "your own crossover `Average`, mutation `jitter`, selection `best_half`, replacement `only_offspring`"
    with pytest.raises(ValueError, match=rf"`algorithm`: found none, .*{own}\nhint: .*give `algorithm` again"):
        opt.Search.load(path)
    with pytest.raises(ValueError, match="`algorithm`: found 12 as `size`, expected 10, as was saved"):
        opt.Search.load(path, algorithm=opt.Genetic(size=12, **OWN))
    with pytest.raises(ValueError, match=r"saved search: found candidate 10 at .*\nhint: an operator of your own"):
        opt.Search.load(path, algorithm=opt.Genetic(size=10, **{**OWN, "crossover": Average(0.9)}))
    loaded = opt.Search.load(path, algorithm=algorithm)
    copies = [loaded, pickle.loads(pickle.dumps(search)), dill.loads(dill.dumps(search))]
    search.run(sphere)
    for loaded in copies:
        loaded.run(sphere)
        assert loaded.records == search.records


# -- evaluations -------------------------------------------------------------------------------------------------------


def breaks(point):
    if point["x"] > 3:
        raise ZeroDivisionError("of the model")
    return np.nan if point["y"] > 3 else sphere(point)


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_failed_evaluations_count_are_reported_and_end_nothing(executor):
    search = opt.Search(SQUARE, "error", opt.Genetic(size=20), seed=1, generations=15)
    message = r"candidate \d+ at .* failed: ZeroDivisionError: of the model \(.*test_optimize.py:\d+\)"
    with pytest.warns(RuntimeWarning, match=message) as seen:
        best = search.run(breaks, executor=executor)
    assert len(seen) == 1 and best.scores["error"] < 0.1
    failed = {record.id for record in search.records if record.scores is None}
    assert set(search.failures) == failed and len(search.records) == search.evaluations
    assert all(max(record.values.values()) > 3 for record in search.records if record.id in failed)
    assert set(search.failures.values()) == {"ZeroDivisionError: of the model", "error is nan"}
    assert search.history.error.isna().sum() == len(failed)


def test_a_run_that_leaves_the_finite_numbers_is_a_failed_evaluation():
    def diverges(point):
        network = npl.Network("hopf", a=point["a"], initial={"x": 1.0})
        return float(npl.Simulator(network, dt=0.1).run(50).x[..., -1].mean())

    search = opt.Search({"a": (1e4, 1e5)}, "x", opt.Genetic(size=4), generations=1)
    with pytest.warns(RuntimeWarning, match="RunError"):
        assert search.run(diverges) is None
    assert len(search.failures) == 4


def test_a_network_is_fitted_in_processes():
    search = opt.Search({"a": (-0.5, 0.5)}, {"size": "maximise"}, opt.Genetic(size=6), generations=2)
    with ProcessPoolExecutor(2) as executor:
        best = search.run(amplitude, executor=executor)
    assert best.scores["size"] == pytest.approx(amplitude(best.values)) and best.values["a"] > 0


def amplitude(point):
    return npl.Simulator(npl.Network("hopf", a=point["a"], initial={"x": 0.1}), dt=0.1).run(1000).x.max().item()


def test_a_function_that_cannot_be_sent_to_processes_is_no_failed_evaluation():
    search = opt.Search(SQUARE, "error", opt.Genetic(size=4), generations=1)
    with ProcessPoolExecutor(1) as executor, pytest.raises((pickle.PicklingError, AttributeError)):
        search.run(lambda point: 0.0, executor=executor)
    assert search.evaluations == 0 and len(search.pending) == 4


@pytest.mark.parametrize("workers", [0, 3])
def test_an_interrupt_leaves_a_search_that_goes_on_with_the_same_bits(workers, tmp_path):
    path = tmp_path / "search.json"
    whole = opt.Search(SQUARE, "error", opt.Genetic(size=10), seed=1, generations=6)
    whole.run(sphere)
    calls = []

    def interrupted(point):
        calls.append(point)
        if len(calls) == 25:
            # To the main thread, as Ctrl-C does.
            signal.raise_signal(signal.SIGINT) if workers == 0 else os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.001)
        return sphere(point)

    search = opt.Search(SQUARE, "error", opt.Genetic(size=10), seed=1, generations=6)
    executor = ThreadPoolExecutor(workers) if workers else None
    with pytest.raises(KeyboardInterrupt):
        search.run(interrupted, executor=executor, checkpoint=path)
        time.sleep(1)
    if executor:
        executor.shutdown()
    assert 0 < search.evaluations < 60 and search.pending
    loaded = opt.Search.load(path)
    assert loaded.records == search.records
    for one in (search, loaded):
        one.run(sphere, checkpoint=path if one is loaded else None)
        assert one.records == whole.records
    assert opt.Search.load(path).records == whole.records


def test_a_search_that_was_killed_goes_on_from_its_checkpoint_with_the_same_bits(tmp_path):
    path = tmp_path / "search.json"
    code = (
        "import sys, time\n"
        "from neuropil import optimize as opt\n"
        "search = opt.Search({'x': (-5, 5), 'y': (-5, 5)}, 'error', opt.Genetic(size=10), seed=1, generations=6)\n"
        "search.run(lambda point: time.sleep(0.02) or (point['x'] - 1) ** 2 + (point['y'] + 2) ** 2, checkpoint=sys.argv[1])"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path)])
    deadline = time.monotonic() + 60
    while not (path.exists() and opt.Search.load(path).generation >= 2) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    search = opt.Search.load(path)
    assert 2 <= search.generation < 6
    search.run(sphere, checkpoint=path)
    whole = opt.Search(SQUARE, "error", opt.Genetic(size=10), seed=1, generations=6)
    whole.run(sphere)
    assert search.records == whole.records


def test_a_checkpoint_is_written_less_often_where_it_takes_time(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(opt.Search, "save", lambda search, path: saved.append(search.generation) or time.sleep(0.02))
    search = opt.Search(SQUARE, "error", opt.Genetic(size=4), generations=30)
    search.run(sphere, checkpoint=tmp_path / "search.json")
    assert saved == [0, 30]


def test_a_checkpoint_that_lies_there_is_written_by_its_own_search_only(tmp_path):
    path = tmp_path / "search.json"
    opt.Search(SQUARE, "error", opt.Genetic(size=10), generations=2).run(sphere, checkpoint=path)
    found = path.read_bytes()
    again = opt.Search(SQUARE, "error", opt.Genetic(size=10), generations=4)
    with pytest.raises(FileExistsError, match=r"found this search after 20 evaluations in .*\nhint: `Search.load` goes on"):
        again.run(sphere, checkpoint=path)
    with pytest.raises(FileExistsError, match="`checkpoint`: found another search in"):
        opt.Search(SQUARE, "error", opt.Genetic(size=10), seed=9, generations=1).run(sphere, checkpoint=path)
    assert path.read_bytes() == found and os.listdir(tmp_path) == ["search.json"]
    (tmp_path / "notes.json").write_text("{}")
    with pytest.raises((FileExistsError), match="found something else"):
        again.run(sphere, checkpoint=tmp_path / "notes.json")
    assert again.evaluations == 0


def test_observers_and_stop_are_called_after_each_generation(capsys):
    seen = []
    search = opt.Search({"x": (-1, 1), "tau": MIXED["tau"]}, "error", opt.Genetic(size=5), generations=9)
    search.run(lambda point: point["x"] ** 2, observers=[opt.observers.statistics, opt.observers.best,
                                                         lambda search: seen.append(search.generation)],
               stop=lambda search: search.generation == 3)
    assert seen == [1, 2, 3] and search.generation == 3 and search.finished is None
    lines = capsys.readouterr().out.splitlines()
    values = [record.scores["error"] for record in search.records]
    assert len(lines) == 6 and lines[4].startswith("generation 2, 15 evaluations, 0 failed; error: best ")
    assert f"mean {np.mean(values[10:]):.4g}" in lines[4] and f"worst {max(values[10:]):.4g}" in lines[4]
    assert lines[5].startswith(f"generation 2: error {min(values):.4g} at x = ") and lines[5].endswith(" ms")


def test_a_bar_shows_best_and_mean():
    code = (
        "import time\n"
        "from neuropil import optimize as opt\n"
        "search = opt.Search({'x': (-1, 1)}, 'error', opt.Genetic(size=10), evaluations=40)\n"
        "search.run(lambda point: time.sleep(0.03) or point['x'] ** 2, progress=True)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stderr
    assert "error: best 0." in shown and ", mean 0." in shown and "/40" in shown
    code = code.replace("progress=True", "progress=False")
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stderr == ""


# -- what was found ----------------------------------------------------------------------------------------------------


def test_the_history_is_a_table_and_the_genealogy_a_graph():
    search = opt.Search(MIXED, {"error": "minimise", "size": "maximise"}, opt.Genetic(size=8), seed=1, generations=4)
    search.run(lambda point: {"error": mixed(point), "size": point["n"]})
    table = search.history
    assert list(table.columns) == ["id", "generation", "parents", *MIXED, "error", "size"] and len(table) == 32
    assert list(table.id) == list(range(32)) and list(table.generation) == [0] * 8 + [1] * 8 + [2] * 8 + [3] * 8
    assert table.n.dtype.kind == "i" and set(table.kind) <= {"a", "b", "c"} and table["size"].equals(table.n.astype(float))
    graph = search.genealogy()
    assert set(graph.nodes) == set(range(32))
    assert set(graph.edges) == {(parent, one.id) for one in search.records for parent in one.parents}
    assert graph.nodes[20] == {"generation": 2, "values": search.records[20].values, "scores": search.records[20].scores}
    assert [one.id for one in search.of_generation(2)] == list(range(16, 24))


def test_values_of_candidates_are_attributes_and_candidates_can_be_sent():
    search = opt.Search({"x": (0, 1), "values": (0, 1)}, "error", "cma_es")
    (candidate,) = search.ask(1)
    assert candidate.x == candidate.values["x"] and isinstance(candidate.values, dict)
    assert pickle.loads(pickle.dumps(candidate)) == candidate
    with pytest.raises(AttributeError, match="found no parameter `y`, expected one of `x`"):
        candidate.y  # noqa: B018
    assert search.coordinates(candidate) == pytest.approx(list(candidate.values.values()))


def test_networkx_and_matplotlib_wait_until_they_are_needed_and_are_missed_in_words():
    code = (
        "import sys; sys.modules['networkx'] = sys.modules['matplotlib'] = None\n"
        "import neuropil as npl\n"
        "search = npl.optimize.Search({'x': (0, 1)}, 'f', 'cma_es', generations=2)\n"
        "search.run(lambda point: point['x']); search.best, search.history\n"
        "try: search.genealogy()\n"
        "except ImportError as error: print(error)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert shown == 'a genealogy needs networkx\nhint: pip install "neuropil[search]"\n'


# -- axes and designs --------------------------------------------------------------------------------------------------


def test_axes_take_quantities_and_texts():
    ms = npl.units.ms
    assert opt.Axis(1 * ms, "1 s", unit="ms") == opt.Axis(1, 1000, unit="ms")
    assert opt.Axis(values=["1 s", 2 * ms], unit="ms").values == (1000.0, 2.0)
    assert opt.Axis(values=np.array([1, 2])).values == (1, 2) and opt.Axis(1, 3, integer=True).upper == 3
    search = opt.Search({"x": (0, 1), "y": [0.1, 0.2], "on": [True, False]}, "f", "genetic")
    values = [candidate.values for candidate in search.ask()]
    assert {value["y"] for value in values} == {0.1, 0.2} and {value["on"] for value in values} == {True, False}


def test_designs():
    axes = {"x": opt.Axis(0, 1, steps=3), "n": opt.Axis(1, 2, integer=True), "kind": ["a", 2]}
    grid = opt.design("grid", axes)
    assert list(grid["x"]) == [0] * 4 + [0.5] * 4 + [1] * 4 and list(grid["n"]) == [1, 1, 2, 2] * 3
    assert list(grid["kind"]) == ["a", 2] * 6
    sequence = opt.design("sequence", axes, base={"x": 0.2, "n": 2, "kind": "a"})
    assert list(sequence["x"]) == [0, 0.5, 1, 0.2, 0.2, 0.2, 0.2] and list(sequence["n"]) == [2, 2, 2, 1, 2, 2, 2]
    assert list(opt.design("list", axes, points=[{"x": 0.3, "n": 1, "kind": 2}])["x"]) == [0.3]
    line = {"x": (0, 1), "tau": MIXED["tau"]}
    for kind in ("latin_hypercube", "sobol"):
        found = opt.design(kind, line, points=64, seed=1)
        assert sorted((found["x"] * 64).astype(int)) == list(range(64)), "one point in each stratum"
        assert sorted((np.log10(found["tau"]) / 2 * 64).astype(int)) == list(range(64))
        assert not np.array_equal(found["x"], opt.design(kind, line, points=64, seed=2)["x"])
    assert list(opt.design("sobol", line, points=4, scrambled=False)["x"]) == [0, 0.5, 0.75, 0.25]
    uniform = opt.design("random", line, points=4000)["x"]
    assert uniform.mean() == pytest.approx(0.5, abs=0.02)
    assert np.array_equal(uniform[:7], opt.design("random", line, points=7)["x"])


def test_a_hypervolume_of_three_objectives():
    assert opt.hypervolume([[1, 1, 1], [0, 2, 2]], [3, 3, 3]) == pytest.approx(8 + 3 - 2)
    assert opt.hypervolume([[4, 4]], [3, 3]) == 0


# -- damaged files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [
    lambda data: "", lambda data: json.dumps(data)[:200], lambda data: "[]", lambda data: json.dumps({**data, "version": 2}),
    lambda data: json.dumps({**data, "records": 3}), lambda data: json.dumps({**data, "axes": {}}),
    lambda data: json.dumps({**data, "asked": 10_000}), lambda data: json.dumps({**data, "seed": 5}),
    lambda data: json.dumps({name: data[name] for name in data if name != "failures"}),
    lambda data: json.dumps({**data, "algorithm": {"kind": "Walk"}}), lambda data: json.dumps({**data, "asked": "all"}),
    lambda data: json.dumps({**data, "limits": 3}), lambda data: json.dumps({**data, "objectives": [1]}),
    lambda data: json.dumps({**data, "records": [[0, None, [1.0]]]}),
    lambda data: json.dumps({**data, "records": [[0, data["records"][0][1], ["good"]]]}),
])
def test_a_damaged_file_is_refused(damage, tmp_path):
    search, path = halfway("genetic"), tmp_path / "search.json"
    search.save(path)
    path.write_text(damage(json.loads(path.read_text())))
    with pytest.raises(ValueError, match="found"):
        opt.Search.load(path)
    with pytest.raises(FileNotFoundError):
        opt.Search.load(tmp_path / "none.json")
