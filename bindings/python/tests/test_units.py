"""Quantities of pint where numbers with units are taken."""

import numpy as np
import pytest

import neuropil as npl
from neuropil import units


def test_units_are_those_of_the_application_registry_of_pint():
    import pint

    assert units.ms == pint.get_application_registry().ms
    assert units.registry() is pint.get_application_registry()


def test_times_lengths_and_speeds_are_quantities_or_numbers(ring):
    centres = npl.Connectome(ring.weights, centres=ring.centres / 10 * units.cm)
    assert np.allclose(centres.lengths, ring.lengths)
    lengths = npl.Connectome(ring.weights, ring.lengths * units.mm)
    plain = npl.Network("hopf", connectome=npl.Connectome(ring.weights, ring.lengths), speed=10.0)
    quantity = npl.Network("hopf", connectome=lengths, speed=10 * units.m / units.s)
    by_number = npl.Simulator(plain, dt=0.1).run(20, transient=5, every=0.5)
    by_quantity = npl.Simulator(quantity, dt=100 * units.us).run(
        0.02 * units.s, transient=5 * units.ms, every=500 * units.us
    )
    assert np.array_equal(by_number.x, by_quantity.x)


def test_a_bare_unit_stands_for_one_of_it():
    network = npl.Network("hopf")
    assert npl.Simulator(network, dt=units.ms).run(5).identical(npl.Simulator(network, dt=1.0).run(5))


@pytest.mark.parametrize(
    ("model", "name", "plain", "quantity"),
    [
        ("aln", "C", 200.0, lambda: 0.2 * units.nF),
        ("aln", "tau_se", 2.0, lambda: 2000 * units.us),
        ("aln", "ext_exc_current", 0.1, lambda: 100 * units.uV / units.ms),
        ("aln", "sigma_ou", 0.1, lambda: 0.1 * units.mV / units.ms**1.5),
        ("jansen_rit", "p_ext", 120.0, lambda: 0.12 * units.kHz),
        ("kuramoto", "omega", 0.1, lambda: 100 * units.rad / units.s),
    ],
)
def test_a_quantity_is_the_plain_number_in_the_models_unit(model, name, plain, quantity):
    (by_number,) = npl.models.get(model)(**{name: plain}).values.values()
    (by_quantity,) = npl.models.get(model)(**{name: quantity()}).values.values()
    assert by_quantity == pytest.approx(by_number, rel=1e-12)


def test_arrays_of_quantities_are_values_for_each_node():
    values = np.array([10.0, 20.0]) * units.ms
    assert np.array_equal(npl.models.aln(tau_se=values).values["tau_se"], [10.0, 20.0])
    assert np.array_equal(npl.models.aln(tau_se=npl.trials(values)).values["tau_se"], [[10.0], [20.0]])


def test_every_unit_of_the_catalogue_is_one_of_pint():
    for model in npl.models.list():
        for one in [*model.parameters.values(), *model.states.values(), *model.inputs.values(), *model.outputs.values()]:
            units.parse(one.unit)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: npl.Simulator(npl.Network("hopf"), dt=1 * units.mm), "dt"),
        (lambda: npl.Simulator(npl.Network("hopf"), noise_step=1 * units.mm), "noise_step"),
        (lambda: npl.Simulator(npl.Network("hopf"), dt=0.1).run(10 * units.mV), "duration"),
        (lambda: npl.Simulator(npl.Network("hopf"), dt=0.1).run(10, transient=1 * units.mV), "transient"),
        (lambda: npl.Simulator(npl.Network("hopf"), dt=0.1).run(10, every=1 * units.Hz), "every"),
        (lambda: npl.Simulator(npl.Network("hopf"), dt=0.1).run(10, stimuli={"x_ext": [1.0] * units.mV}), "x_ext"),
        (lambda: npl.Network("hopf", connectome=np.eye(2), speed=1 * units.mm), "speed"),
        (lambda: npl.Network("aln", tau_se=1 * units.mV), "tau_se"),
        (lambda: npl.Network("hopf", a=1 * units.mV), "a"),
        (lambda: npl.Network("aln", ext_exc_current=1 * units.mV), "ext_exc_current"),
        (lambda: npl.Network("aln", initial={"rates_exc": 1 * units.mV}), "rates_exc"),
        (lambda: npl.Connectome(np.eye(2), np.eye(2) * units.ms), "lengths"),
        (lambda: npl.Connectome(np.eye(2), centres=np.ones((2, 3)) * units.ms), "centres"),
    ],
)
def test_a_wrong_dimension_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^`{name}`: found .*expected "):
        call()


def test_an_import_does_not_import_what_only_some_need():
    import subprocess
    import sys

    code = "import neuropil, sys; neuropil.Simulator(neuropil.Network('hopf'), dt=0.1); " \
           "raise SystemExit('pint' in sys.modules or 'matplotlib' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_strengths_have_the_unit_of_input_over_output():
    units, weights = npl.units, np.array([[0, 1.0], [1, 0]])
    options = {"connectome": weights, "coupling": "additive", "coupled_var": "rates_exc", "target": "ext_exc_current"}
    plain = npl.Network("aln", k=0.1, **options).run(5)
    with_unit = npl.Network("aln", k=0.1 * units.mV / units.ms / units.Hz, **options).run(5)
    np.testing.assert_array_equal(plain.rates_exc, with_unit.rates_exc)
    with pytest.raises(ValueError, match="`k`: found 0.1 mm, expected a quantity in"):
        npl.Network("aln", k=0.1 * units.mm, **options)
    sigma = 0.1 * units.mV / units.ms / units.ms**0.5
    npl.Network("aln", noise={"ext_exc_current": npl.OrnsteinUhlenbeck(sigma=sigma)})
    with pytest.raises(ValueError, match="`sigma`"):
        npl.Network("aln", noise={"ext_exc_current": npl.OrnsteinUhlenbeck(sigma=0.1 * units.mV / units.ms)})


def test_texts_are_a_number_and_a_unit():
    assert npl.units.number("dt", "0.1", "ms") == 0.1
    assert npl.units.number("dt", "2e-1 s", "ms") == 200.0
    for text in ("9**9**9", "1 + 2", "ms", "10 parsecs of", ""):
        with pytest.raises((TypeError, ValueError), match="`dt`: found"):
            npl.units.number("dt", text, "ms")


def test_masks_and_shapes_are_not_ignored():
    with pytest.raises(TypeError, match="`weights`: found a masked array"):
        npl.Connectome(np.ma.masked_array([[0, 1.0], [1, 0]], mask=[[0, 1], [0, 0]]))
    network = npl.Network().add("a", "hopf", 2).add("b", "hopf", 3)
    with pytest.raises(ValueError, match="`lengths`: found 2 x 3, expected 3 x 2, as the weights"):
        network.connect("a.x", "b.x_ext", np.ones((3, 2)), lengths=np.ones((2, 3)))
