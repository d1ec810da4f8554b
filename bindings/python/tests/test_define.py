"""Models from classes."""

import numpy as np
import pytest

import neuropil as npl
from neuropil.define import coupling, input, model, noise, number, output, param, state, where


def leaky(**extra):
    class leaky:
        """A node."""

        tau = param(10, "ms", "(0, inf)", "time constant {of the} node")
        sigma = param(0.0, "mV/sqrt(ms)", "[0, inf)", "noise")
        drive = input("mV/ms", "from others")
        xi = noise("drives V")
        V = state(1, "mV", "voltage")
        network = coupling("V", "drive", strength=("K", 0.05, "1/ms", "[0, inf)", "strength"))
        outputs = ("V",)
        gain = 2.0

        def dV(self):
            return -self.V / self.tau + self.drive + self.sigma * self.xi

        @output("1", "energy")
        def energy(self):
            relative = (self.V / number(1, "mV")) ** 2
            return where(relative > 0.5, relative, self.gain * self.half(relative))

        def half(self, value):
            return np.exp(value) / 2

    return type("leaky", (leaky,), {"__doc__": leaky.__doc__, **extra})


def test_a_class_becomes_a_model_that_runs():
    made = model("A leaky node")(leaky())
    assert list(made.outputs) == ["V", "energy"]
    assert made.parameters["tau"].meaning == "time constant {of the} node"
    result = npl.Network(made, nodes=2).run(10, record=["V", "energy"])
    np.testing.assert_allclose(result.V[0, -1], (1 - 0.01) ** 100, rtol=1e-12)
    relative = result.V.values**2
    np.testing.assert_allclose(result.energy, np.where(relative > 0.5, relative, np.exp(relative)), rtol=1e-12)


@pytest.mark.parametrize(
    ("extra", "kind", "message"),
    [
        ({"dU": lambda self: self.V}, ValueError, "`dU`: found no state `U`.*`dV`"),
        ({"dV": lambda self: self.V if self.V > 1 else 0}, TypeError, "found a condition in `if`.*`where"),
        ({"dV": lambda self: np.arctan(self.V)}, TypeError, "`arctan`"),
        ({"dV": lambda self: "V"}, TypeError, "found 'V' in the equations"),
        ({"dV": lambda self: self.V}, ValueError, "leaky:.*mV"),
    ],
)
def test_mistakes_are_told(extra, kind, message):
    with pytest.raises(kind, match=f"(?s){message}"):
        model("A leaky node")(leaky(**extra))


def test_texts_and_numbers_are_checked():
    with pytest.raises(ValueError, match="`meaning`: found"):
        param(1, meaning='a "quoted" word')
    with pytest.raises(TypeError, match="found None in a model, expected a number"):
        param(None)


def test_powers_of_negative_numbers_are_those_of_python():
    class powers:
        """Powers."""

        x = state(2, "1")

        def dx(self):
            return 0 * self.x / number(1, "ms")

        @output()
        def of_a_number(self):
            return number(-3, "1") ** 2 + 0 * self.x

        @output()
        def of_a_state(self):
            return -self.x**2 - number(-3, "1")

    run = npl.Simulator(npl.Network(model("Powers")(powers)), dt=0.1).run(0.1, record=["of_a_number", "of_a_state"])
    assert [float(run[name][0, 0]) for name in run] == [9, -1]


@pytest.mark.parametrize("options, message", [
    ({"title": 3}, "`title`: found 3"), ({"title": "A", "source": 'a "b"'}, "`source`: found"),
    ({"title": "A", "doi": "10.1000/1"}, "`doi`: found '10.1000/1' without `source`"),
    ({"title": "A", "source": "b", "doi": 4}, "`doi`: found 4"),
])
def test_a_wrong_title_or_source_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        model(**options)
