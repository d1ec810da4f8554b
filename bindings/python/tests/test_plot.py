"""Plots: what they draw, how they name it, and what they refuse."""

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

import neuropil as npl

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def result():
    network = npl.Network("hopf", connectome="example", sigma_ou=0.1)
    return npl.Simulator(network, dt=0.1).run(500, record=["x", "y"], every=1)


@pytest.fixture(scope="module")
def search():
    """A search of numbers and choices with two objectives; some evaluations fail."""

    def scores(point):
        error = (point["x"] - 1) ** 2 + (point["kind"] != "b")
        return {"error": np.nan if point["x"] > 4 else error, "size": -error + point["tau"]}

    axes = {"x": (-5, 5), "tau": npl.optimize.Axis(1, 100, scale="log", unit="ms"), "kind": ["a", "b"]}
    objectives = {"error": "minimise", "size": "maximise"}
    search = npl.optimize.Search(axes, objectives, npl.optimize.Nsga2(size=12), generations=6)
    search.run(scores)
    assert search.failures
    return search


def bar(axis):
    """The colour bar beside an axis."""
    return next(other for other in axis.figure.axes if other is not axis)


def test_every_plot_makes_an_axis_or_takes_one(result, search):
    connectome, series = npl.Connectome.example(), result.x
    a = np.linspace(-0.5, 0.5, 5)
    batch = npl.Simulator(npl.Network("hopf", a=npl.trials(a)), dt=0.1, trials=5).run(20)
    calls = {
        "connectivity": (connectome,), "functional_connectivity": (series,), "timeseries": (series,),
        "spectrum": (series,), "phase_portrait": (series, result.y), "bifurcation": (a, batch.x), "brain": (connectome,),
        "scores": (search,), "distributions": (search,), "genealogy": (search,), "pareto_front": (search,),
    }
    assert set(calls) == set(npl.plot.__all__)
    for name, arguments in calls.items():
        plot = getattr(npl.plot, name)
        assert plot(*arguments).figure is not None
        axis = plt.figure().add_subplot(projection="3d" if name == "brain" else None)
        assert plot(*arguments, ax=axis) is axis
        axis.figure.canvas.draw()
        plt.close("all")


def test_weights_are_on_sequential_colours_from_zero_and_signed_ones_on_diverging_colours(ring):
    (image,) = npl.plot.connectivity(ring).images
    assert image.get_clim() == (0, ring.weights.max()) and image.get_cmap().name == "viridis"
    (image,) = npl.plot.connectivity(ring.weights - 0.3).images
    low, high = image.get_clim()
    assert low == -high and image.get_cmap().name == "RdBu_r"


def test_weights_that_span_decades_are_on_a_logarithmic_scale_with_grey_for_none():
    axis = npl.plot.connectivity(npl.Connectome.example())
    (image,) = axis.images
    assert type(image.norm).__name__ == "LogNorm"
    assert np.all(np.ma.getmaskarray(image.get_array()).diagonal())
    assert type(npl.plot.connectivity(npl.Connectome.example(), log=False).images[0].norm).__name__ == "Normalize"


def test_lengths_have_their_unit(ring):
    assert bar(npl.plot.connectivity(ring, what="lengths")).get_ylabel() == "length (mm)"


def test_functional_connectivity_is_white_at_zero_and_that_of_the_series(result):
    (image,) = npl.plot.functional_connectivity(result.x).images
    assert image.get_clim() == (-1, 1)
    assert np.allclose(image.get_array(), np.corrcoef(result.x), atol=1e-12)
    matrix = np.corrcoef(result.x)
    assert np.array_equal(npl.plot.functional_connectivity(matrix).images[0].get_array(), matrix)


def test_a_bar_whose_ends_are_passed_says_so(result):
    axis = npl.plot.functional_connectivity(result.x, limit=0.5)
    assert axis.images[0].colorbar.extend == "max"


def test_eighty_names_do_not_overlap():
    axis = npl.plot.connectivity(npl.Connectome.example())
    axis.figure.canvas.draw()
    for labels in (axis.get_xticklabels(), axis.get_yticklabels()):
        boxes = [label.get_window_extent() for label in labels]
        assert len(boxes) > 10
        assert not any(first.overlaps(second) for first, second in zip(boxes, boxes[1:]))


def test_series_are_labelled_with_name_unit_and_seconds_where_they_are_long():
    network = npl.Network("aln", nodes=2)
    long = npl.Simulator(network, dt=0.1).run(20_000, every=20)
    axis = npl.plot.timeseries(long)
    assert axis.get_xlabel() == "time (s)" and axis.get_xlim()[1] == pytest.approx(20)
    assert axis.get_ylabel().endswith("(Hz)")
    assert npl.plot.timeseries(long.isel(time=slice(0, 100))).get_xlabel() == "time (ms)"
    assert npl.plot.timeseries([1.0, 2.0, 3.0]).get_xlabel() == "sample"
    assert npl.plot.timeseries([1.0, 2.0, 3.0], dt=2).get_xlabel() == "time (ms)"


@pytest.mark.parametrize("kind", ["lines", "stacked", "image"])
def test_series_are_drawn_in_three_ways(result, kind):
    axis = npl.plot.timeseries(result.x, kind=kind)
    axis.figure.canvas.draw()
    assert axis.lines or axis.images


def test_a_flat_series_is_drawn():
    for kind in ("lines", "stacked", "image"):
        npl.plot.timeseries(np.zeros((10, 50)), dt=1, kind=kind).figure.canvas.draw()


def test_a_linear_spectrum_ends_where_there_is_no_power_left():
    times = np.arange(5000) * 0.1
    axis = npl.plot.spectrum(np.sin(2 * np.pi * 60 * times / 1e3), dt=0.1, loglog=False)
    assert 60 < axis.get_xlim()[1] < 200
    assert npl.plot.spectrum(np.sin(2 * np.pi * 60 * times / 1e3), dt=0.1).get_xlim()[1] > 4900
    assert npl.plot.spectrum(np.zeros(5000), dt=0.1, loglog=False).get_xlim()[1] > 4900


def test_results_in_a_folder_bring_the_names_of_regions():
    matrix = xr.DataArray(np.eye(3), dims=("node", "other_node"), coords={"region": ("node", ["a", "b", "c"])})
    axis = npl.plot.functional_connectivity(matrix)
    assert [label.get_text() for label in axis.get_xticklabels()] == ["a", "b", "c"]
    series = xr.DataArray(np.eye(3, 20), dims=("node", "time"), coords={"region": ("node", ["a", "b", "c"])})
    assert npl.plot.timeseries(series).get_legend_handles_labels()[1] == ["a", "b", "c"]


def test_a_spectrum_peaks_where_the_oscillation_is():
    times = np.arange(20_000) * 1.0
    axis = npl.plot.spectrum(np.sin(2 * np.pi * 12 * times / 1e3), dt=1.0, loglog=False)
    frequencies, power = axis.lines[0].get_data()
    assert frequencies[np.argmax(power)] == pytest.approx(12, abs=0.5)
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("frequency (Hz)", "power density (1/Hz)")


def test_a_bifurcation_shows_the_extremes_of_each_trial():
    series = np.array([[[0.0, 1.0]], [[-1.0, 2.0]]])
    largest, smallest = npl.plot.bifurcation([0.1, 0.2], series, label="a").lines
    assert list(largest.get_ydata()) == [1, 2] and list(smallest.get_ydata()) == [0, -1]


def test_a_brain_draws_the_strongest_connections_once_for_a_pair():
    axis = npl.plot.brain(npl.Connectome.example(), connections=50)
    lines, nodes = axis.collections
    assert len(lines.get_segments()) <= 50 and len(nodes.get_offsets()) == 80


def test_scores_are_those_of_each_generation_and_the_best_so_far(search):
    for name, better in (("error", min), ("size", max)):
        axis = npl.plot.scores(search, name)
        mean, best = axis.lines
        values = [[one.scores[name] for one in search.of_generation(generation) if one.scores] for generation in range(6)]
        assert np.allclose(mean.get_ydata(), [np.mean(one) for one in values])
        assert list(best.get_ydata()) == [better(sum(values[: end + 1], [])) for end in range(6)]
        assert axis.get_ylabel() == name


def test_distributions_show_one_parameter_with_its_unit_or_all_numbers_from_bound_to_bound(search):
    axis = npl.plot.distributions(search)
    assert [line.get_label() for line in axis.lines] == ["x", "tau"]
    medians = [np.median([one.values["x"] for one in search.of_generation(generation)]) for generation in range(6)]
    assert np.allclose(axis.lines[0].get_ydata(), (np.array(medians) + 5) / 10)
    axis = npl.plot.distributions(search, "tau")
    assert (axis.get_ylabel(), axis.get_yscale()) == ("tau (ms)", "log")
    assert sum(len(line.get_xdata()) for line in axis.lines[:-1]) == search.evaluations
    axis = npl.plot.distributions(search, "kind")
    first = [one.values["kind"] for one in search.of_generation(0)]
    assert [bars[0].get_height() for bars in axis.containers] == [first.count("a") / len(first), first.count("b") / len(first)]


def test_a_genealogy_draws_every_parent_and_marks_the_ancestors_of_the_best(search):
    axis = npl.plot.genealogy(search)
    others, ancestors, failed, valid = axis.collections
    edges = sum(len(one.parents) for one in search.records)
    assert len(others.get_segments()) + len(ancestors.get_segments()) == edges and len(ancestors.get_segments()) > 0
    assert len(failed.get_offsets()) == len(search.failures)
    assert len(valid.get_offsets()) == search.evaluations - len(search.failures)
    assert bar(axis).get_ylabel() == "error"


def test_a_pareto_front_lies_among_all_that_was_evaluated(search):
    axis = npl.plot.pareto_front(search)
    everyone, front = axis.lines
    assert len(front.get_xdata()) == len(search.pareto_front)
    assert len(everyone.get_xdata()) == search.evaluations - len(search.failures)
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("error (small is good)", "size (large is good)")
    assert npl.plot.pareto_front(search, ("size", "error")).get_ylabel() == "error (small is good)"


def test_an_observer_draws_the_scores_in_one_figure():
    search = npl.optimize.Search({"x": (-1, 1)}, "error", npl.optimize.Genetic(size=4), generations=3)
    search.run(lambda point: point["x"] ** 2, observers=npl.optimize.observers.plot)
    assert len(plt.get_fignums()) == 1
    assert len(plt.gcf().axes[0].lines[-1].get_xdata()) == 3


def empty():
    return npl.optimize.Search({"x": (0, 1)}, "error", "cma_es")


def alone():
    search = empty()
    search.run(lambda point: point["x"], stop=lambda search: True)
    return search


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: npl.plot.timeseries(np.zeros((2, 3, 4))), ValueError, "`series`: found an array of shape"),
        (lambda: npl.plot.timeseries([]), ValueError, "`series`: found an array of shape"),
        (lambda: npl.plot.timeseries("x"), TypeError, "`series`: found .*expected"),
        (lambda: npl.plot.timeseries([1, 2], kind="bars"), ValueError, "`kind`: found `bars`, expected one of `lines`"),
        (lambda: npl.plot.timeseries([1, 2], dt=-1), ValueError, "`dt`: found -1"),
        (lambda: npl.plot.timeseries([1, 2], labels=["a", "b"]), ValueError, "`labels`: found 2, expected one for each of 1"),
        (lambda: npl.plot.connectivity([1, 2]), ValueError, "`matrix`: .*expected a matrix"),
        (lambda: npl.plot.connectivity(np.eye(2), ["a"]), ValueError, "`labels`: found 1, expected one for each of 2"),
        (lambda: npl.plot.connectivity(np.eye(2), what="delays"), ValueError, "`what`: found `delays`"),
        (lambda: npl.plot.connectivity(-np.eye(2), log=True), ValueError, "`log`: found True beside a negative value, -1"),
        (lambda: npl.plot.spectrum(np.zeros(100)), ValueError, "`dt`: found None"),
        (lambda: npl.plot.spectrum(np.zeros(100), dt=1, segment=200), ValueError, "`segment`: found 200 ms"),
        (lambda: npl.plot.phase_portrait([1, 2], [1, 2, 3]), ValueError, "`y`: found values of shape"),
        (lambda: npl.plot.bifurcation([1], np.zeros((2, 3))), ValueError, "`values`: found shape"),
        (lambda: npl.plot.scores([1, 2]), TypeError, "`search`: found .*, expected a Search"),
        (lambda: npl.plot.scores(empty()), ValueError, "`search`: found <Search .*, expected one with a generation"),
        (lambda: npl.plot.scores(alone(), "size"), ValueError, "`objective`: found 'size', expected one of `error`"),
        (lambda: npl.plot.distributions(alone(), "y"), ValueError, "`parameter`: found 'y', expected one of `x`"),
        (lambda: npl.plot.pareto_front(alone()), ValueError, "`search`: found one objective, `error`, expected at least"),
        (lambda: npl.plot.brain(np.eye(3)), ValueError, "`connectome`: found no centres"),
        (lambda: npl.plot.brain("example", [1.0]), ValueError, "`values`: found an array of shape"),
        (lambda: npl.plot.brain("example", view="below"), ValueError, "`view`: found `below`"),
        (lambda: npl.plot.timeseries([1, 2], kind=3), TypeError, "`kind`: found 3, expected one of"),
        (lambda: npl.plot.timeseries([1, 2], labels="x"), TypeError, "`labels`: found 'x', expected a list of names"),
        (lambda: npl.plot.timeseries([1, 2], ax=3), TypeError, "`ax`: found 3, expected an axis of matplotlib"),
        (lambda: npl.plot.connectivity(np.eye(2), log="yes"), TypeError, "`log`: found 'yes', expected True or False"),
        (lambda: npl.plot.functional_connectivity(np.eye(2), limit=0), ValueError, "`limit`: found 0, expected a positive"),
        (lambda: npl.plot.spectrum(np.zeros(100), dt=1, loglog=3), TypeError, "`loglog`: found 3"),
        (lambda: npl.plot.spectrum(np.zeros(100), dt=1, segment=np.inf), ValueError, "`segment`: found inf ms"),
        (lambda: npl.plot.bifurcation([1], np.zeros((1, 3)), label=3), TypeError, "`label`: found 3, expected a text"),
        (lambda: npl.plot.brain("example", connections=-1), ValueError, "`connections`: found -1"),
        (lambda: npl.plot.brain("example", connections=2.5), TypeError, "`connections`: found 2.5"),
        (lambda: npl.plot.brain("example", ax=plt.figure().add_subplot()), ValueError, "`ax`: found a flat axis"),
    ],
)
def test_what_cannot_be_plotted_is_refused_in_words(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_a_batch_and_several_variables_say_how_to_choose(result):
    batch = npl.Simulator(npl.Network("hopf"), dt=0.1, trials=3).run(5)
    with pytest.raises(ValueError, match=r"hint: take one with `.isel\(trial=0\)`"):
        npl.plot.timeseries(batch.x)
    with pytest.raises(ValueError, match="found a dataset of `x`, `y`, expected one of them"):
        npl.plot.timeseries(result)


def test_without_matplotlib_the_hint_says_how_to_install_it():
    code = (
        "import sys; sys.modules['matplotlib'] = None; sys.modules['matplotlib.pyplot'] = None\n"
        "import neuropil as npl\n"
        "try: npl.plot.timeseries([1, 2])\n"
        "except ImportError as error: print(error)"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output == 'plots need matplotlib\nhint: pip install "neuropil[plot]"\n'


def test_labels_beside_an_axis_fit_it():
    axis = npl.plot.timeseries(npl.Network("aln").run(20).rates_exc)
    axis.figure.canvas.draw()
    box, whole = axis.yaxis.label.get_window_extent(), axis.figure.bbox
    assert whole.y0 <= box.y0 and box.y1 <= whole.y1
    plt.close(axis.figure)


def test_colours_of_an_image_are_those_of_most_values():
    values = np.random.RandomState(0).random((20, 500))
    values[3, 0] = 1000.0
    axis = npl.plot.timeseries(values, dt=1, kind="image")
    assert axis.images[0].get_clim()[1] < 1.1
    plt.close(axis.figure)
