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
