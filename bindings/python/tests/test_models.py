"""The catalogue, and models of one's own."""

import inspect
import pathlib

import numpy as np
import pytest

import neuropil as npl

NAMES = [model.name for model in npl.models.list()]

OWN = """
model decaying "A leaky node with noise"
param tau = 10 : ms in (0, inf) "time constant"
param sigma = 0 : mV/sqrt(ms) in [0, inf) "amplitude of the noise"
input drive = 0 : mV/ms "what arrives"
noise xi "drives V"
state V = 1 : mV "voltage"
dV/dt = -V / tau + drive + sigma * xi
output V
coupling V -> drive additive strength K = 0.05 : 1/ms in [0, inf) "global coupling strength"
"""


def test_the_catalogue_is_not_empty_and_is_listed():
    assert {"aln", "hopf", "wilson_cowan", "jansen_rit", "kuramoto"} <= set(NAMES)
    assert set(NAMES) <= set(dir(npl.models))
    for name in NAMES:
        assert name in repr(npl.models.list())
        assert name in npl.models.list()._repr_html_()


@pytest.mark.parametrize("name", NAMES)
def test_every_model_runs_at_its_defaults(name):
    model = npl.models.get(name)
    result = npl.Simulator(npl.Network(name, nodes=2)).run(10, record=list(model.outputs))
    assert set(result.data_vars) == set(model.outputs)
    for output in model.outputs.values():
        assert np.all(np.isfinite(result[output.name]))
        assert result[output.name].attrs["units"] == ("" if output.unit == "1" else output.unit)


@pytest.mark.parametrize("name", [name for name in NAMES if npl.models.get(name).couplings])
def test_every_coupled_model_runs_on_a_connectome(name, ring):
    result = npl.Simulator(npl.Network(name, connectome=ring)).run(20)
    (values,) = result.data_vars.values()
    assert values.shape[0] == 8 and np.all(np.isfinite(values))


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_equations_parameters_units_and_sources(name):
    model = npl.models.get(name)
    page = inspect.getdoc(type(model))
    assert model.title in page
    assert model.equations and model.equations_latex and model.sources
    for parameter in model.parameters.values():
        assert f"`{parameter.name}`" in page and parameter.meaning
        assert parameter.unit
    for state in model.states.values():
        assert f"`{state.name}`" in page
    assert "$$" in page
    assert any(source.doi for source in model.sources)
    signature = inspect.signature(model)
    assert set(model.parameters) <= set(signature.parameters)


def test_calling_a_model_gives_a_copy_with_other_values():
    base = npl.models.hopf
    changed = base(a=0.1)
    assert changed.values == {"a": 0.1} and base.values == {}
    assert changed(w=0.3).values == {"a": 0.1, "w": 0.3}
    assert "a=0.1" in repr(changed)
    assert npl.models.hopf is base


def test_a_model_from_a_text_runs_like_its_equation():
    model = npl.Model.from_text(OWN)
    result = npl.Simulator(npl.Network(model), dt=0.1).run(5)
    assert np.allclose(result.V.values[0], (1 - 0.1 / 10) ** np.arange(1, 51), rtol=1e-12)
    assert result.V.attrs == {"units": "mV", "long_name": "voltage"}


def test_a_model_from_a_file_is_the_same(tmp_path):
    path = tmp_path / "decaying.model"
    path.write_text(OWN)
    text = npl.Simulator(npl.Network(npl.Model.from_text(OWN), sigma=0.2), dt=0.1).run(5)
    for given in (npl.Model.read(path), path, str(path)):
        assert npl.Simulator(npl.Network(given, sigma=0.2), dt=0.1).run(5).identical(text)


def test_a_model_file_of_the_catalogue_gives_the_bits_of_its_kernel(ring):
    written = npl.Model.from_text(npl.models.hopf.text)
    kernel, interpreted = (
        npl.Simulator(npl.Network(model, connectome=ring, sigma_ou=0.1), dt=0.1, seed=4).run(50)
        for model in ("hopf", written)
    )
    assert np.array_equal(kernel.x, interpreted.x)


def test_all_mistakes_of_a_text_come_with_line_caret_and_hint():
    text = OWN.replace("-V / tau", "-V / tua").replace("output V\n", "output W\n")
    with pytest.raises(ValueError) as error:
        npl.Model.from_text(text, "mine.model")
    message = str(error.value)
    assert message.count("mine.model:") == 2
    assert "^" in message and "tua" in message and "`tau`" in message


def test_a_model_that_is_not_there_says_which_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing.model"):
        npl.Model.read(pathlib.Path(tmp_path) / "missing.model")


def test_what_a_model_declares_is_shown_in_words():
    model = npl.models.wong_wang_exc_inh
    assert repr(model.parameters["tau_e"]) == "<Parameter tau_e = 100 ms in (0, inf): decay time of excitatory gates>"
    assert repr(model.parameters["G"]) == "<Parameter G = 2 in (-inf, inf): global coupling strength>"
    assert repr(model.couplings) == "[<Coupling S_e -> network_exc, additive, strength G>]"
    assert repr(model.sources[0]).endswith("https://doi.org/10.1523/JNEUROSCI.5068-13.2014>")
    for name, declared in {**model.states, **model.inputs, **model.outputs}.items():
        assert repr(declared).startswith(f"<{type(declared).__name__} {name}")
        assert repr(declared).endswith(f": {declared.meaning}>")
