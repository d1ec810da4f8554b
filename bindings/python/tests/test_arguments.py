"""Every argument, with what it cannot be: it is taken, or refused by its name."""

import inspect
import re
import warnings

import numpy as np
import pytest

import neuropil as npl

ODD = [None, 3, -1, 2.5, True, "x", b"x", [], [1, 2], {}, {"x": 1}, {3: 4}, object(), np.nan, np.inf, 10**20, 1j, int, print,
       [None], [[1], [1, 2]], "x.y", np.ones((2, 2, 2)), np.array(["a"]), npl.Network]

WEIGHTS = np.array([[0.0, 1.0], [1.0, 0.0]])
SERIES = np.random.RandomState(0).standard_normal((4, 200))


def network():
    return npl.Network().add("a", "hopf", 2).add("b", "hopf", 2)


def simulator():
    return npl.Simulator(npl.Network("hopf", nodes=2), dt=0.1)


#: What is called, with arguments that are right.
CALLS = {
    "Network": (lambda **options: npl.Network(**options), dict(
        model="hopf", connectome=WEIGHTS, speed=10, coupling="additive", coupled_var="x", target="x_ext", k=1.0, initial={},
        noise={}, self_connections=False, a=0.1)),
    "Network of nodes": (lambda **options: npl.Network("hopf", **options), dict(nodes=2)),
    "add": (lambda **options: network().add(**options), dict(name="c", model="hopf", nodes=2, initial={}, labels=["p", "q"])),
    "connect": (lambda **options: network().connect(**options), dict(
        source="a.x", target="b.x_ext", weights=WEIGHTS, lengths=WEIGHTS, speed=10, coupling="tanh", k=1.0, power=2,
        per_node=True)),
    "connect with delays": (lambda **options: network().connect("a.x", "b.x_ext", WEIGHTS, **options), dict(delays=1.0)),
    "OrnsteinUhlenbeck": (
        lambda **options: npl.Network("hopf", noise={"x_ext": npl.OrnsteinUhlenbeck(**options)}).run(1),
        dict(sigma=0.1, tau=5.0, mean=0.0)),
    "Connectome": (npl.Connectome, dict(weights=WEIGHTS, lengths=WEIGHTS, labels=["p", "q"], centres=np.eye(3)[:2], name="n")),
    "Connectome.read": (npl.Connectome.read, dict(path="missing", lengths="missing", labels="missing")),
    "Connectome.write": (npl.Connectome(WEIGHTS).write, dict(path="a.npz", format="npz")),
    "Dataset": (npl.Dataset, dict(path="missing", normalisation="max", subcortical=False)),
    "Simulator": (npl.Simulator, dict(
        network=npl.Network("hopf"), dt=0.1, method="euler", seed=0, trials=2, first_trial=0, noise_step=0.1, threads=1)),
    "run": (lambda **options: simulator().run(**options), dict(
        duration=5.0, transient=1.0, record="x", every=0.5, stimuli={"x_ext": 1.0}, resume=False, progress=False)),
    "Stimulus": (lambda **options: simulator().run(5, stimuli=npl.Stimulus(**options)), dict(
        input="x_ext", values=[0.1], start=0.0, interval=5.0)),
    "record": (lambda **options: simulator().run(5, record=npl.record(**options)), dict(output="x", every=0.5, mean=False)),
    "bold": (lambda **options: simulator().run(5, record=npl.bold(**options)), dict(output="x", every=1.0, step=0.5, rho=0.3)),
    "Sigmoidal": (npl.Sigmoidal, dict(slope=1.0, midpoint=0.0)),
    "Tanh": (npl.Tanh, dict(scale=1.0)),
    "trials": (lambda **options: npl.Simulator(npl.Network("hopf", a=npl.trials(**options)), dt=0.1, trials=2).run(1),
               dict(values=[0.1, 0.2])),
    "models.get": (npl.models.get, dict(name="hopf")),
    "Model.from_text": (npl.Model.from_text, dict(text=npl.models.hopf.text, file="hopf")),
    "Model.read": (npl.Model.read, dict(path="missing")),
    "functional_connectivity": (npl.analysis.functional_connectivity, dict(series=SERIES)),
    "functional_connectivity_dynamics": (npl.analysis.functional_connectivity_dynamics, dict(
        series=SERIES, window=30, step=5, definition="whole_matrix")),
    "power_spectrum": (npl.analysis.power_spectrum, dict(series=SERIES, dt=1.0, segment=50.0, scaling="power")),
    "order_parameter": (npl.analysis.order_parameter, dict(phases=SERIES)),
    "matrix_correlation": (npl.analysis.matrix_correlation, dict(left=SERIES[:, :4], right=SERIES[:, 4:8])),
    "kolmogorov_smirnov": (npl.analysis.kolmogorov_smirnov, dict(left=SERIES, right=SERIES)),
    "matrix_kolmogorov_smirnov": (npl.analysis.matrix_kolmogorov_smirnov, dict(left=SERIES[:, :4], right=SERIES[:, 4:8])),
    "plot.timeseries": (npl.plot.timeseries, dict(series=SERIES, dt=1.0, labels=list("abcd"), kind="lines")),
    "plot.spectrum": (npl.plot.spectrum, dict(series=SERIES, dt=1.0, segment=50.0, labels=list("abcd"), loglog=True)),
    "plot.connectivity": (npl.plot.connectivity, dict(matrix=WEIGHTS, labels=["p", "q"], what="weights", log=False)),
    "plot.functional_connectivity": (npl.plot.functional_connectivity, dict(series=SERIES, labels=list("abcd"), limit=1.0)),
    "plot.phase_portrait": (npl.plot.phase_portrait, dict(x=SERIES, y=SERIES)),
    "plot.bifurcation": (npl.plot.bifurcation, dict(values=[1.0, 2.0], series=SERIES[:2], label="a")),
    "plot.brain": (npl.plot.brain, dict(connectome="example", connections=5, view="top", label="a")),
}

#: What an argument may be called in a message beside its own name: the places where it goes to.
ALIASES = {
    "normalisation": "missing", "subcortical": "missing", "model": "name|path|error",
    "weights": "connectome|lengths|delays", "record": "output", "output": "record|population",
    "source": "output|population", "target": "input|population", "input": "stimuli|x_ext", "values": "x_ext|a|series",
    "stimuli": "x_ext|3", "labels": "missing", "lengths": "missing", "path": "missing|x", "initial": "x",
    "coupled_var": "output|target", "series": "values", "phases": "values", "matrix": "weights",
    "every": "step|trials", "text": "error", "file": "error", "network": "dt", "sigma": "a",
    "duration": "every|transient", "connectome": "weights|x", "x": "y|series", "noise": "x", "tau": "tau",
    "name": "model",
}


@pytest.fixture(autouse=True)
def close_figures():
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


@pytest.mark.parametrize(("call", "name"), [(call, name) for call, (_, options) in CALLS.items() for name in options])
def test_an_argument_is_taken_or_refused_by_its_name(call, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function, options = CALLS[call]
    for odd in ODD:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                function(**{**options, name: odd})
        except (TypeError, ValueError, MemoryError, FileNotFoundError, npl.RunError) as error:
            message = str(error)
            # A value that is right by itself may be at odds with another argument.
            names = "|".join([*options, ALIASES.get(name, name)])
            assert re.search(rf"(^|[^\w])`?({names})\b", message), f"{call}({name}={odd!r}): {message}"
            assert re.search("found|expected|none of this name|error|No such file", message), f"{call}({name}={odd!r}): {message}"


def test_the_calls_name_arguments_that_there_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call, (function, options) in CALLS.items():
        function(**options) if "missing" not in str(options) else None
        assert options, call
        assert inspect.isfunction(function) or callable(function)
