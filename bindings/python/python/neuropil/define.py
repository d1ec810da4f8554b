"""Models from Python classes: an alternative to writing the text of a model.

The methods of the class are called once, with expressions in place of numbers, and what they return becomes the text of
a model. So the same checks and error messages apply, and nothing of Python runs during a simulation.

>>> from neuropil.define import coupling, input, model, noise, param, state
>>> @model("A leaky node with noise")
... class leaky:
...     tau = param(10, "ms", "(0, inf)", "time constant")
...     sigma = param(0.1, "mV/sqrt(ms)", "[0, inf)", "amplitude of the noise")
...     drive = input("mV/ms", "what arrives from other nodes")
...     xi = noise("drives V")
...     V = state(0, "mV", "voltage")
...     network = coupling("V", "drive", strength=("K", 0.05, "1/ms", "[0, inf)", "global coupling strength"))
...
...     def dV(self):
...         return -self.V / self.tau + self.drive + self.sigma * self.xi
>>> leaky.equations
['dV/dt = -V / tau + drive + sigma * xi']
"""

from __future__ import annotations

import dataclasses
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from .models import Model

__all__ = [
    "clip", "cos", "cosh", "coupling", "delay", "exp", "exprel", "floor", "input", "ln", "maximum", "minimum", "model",
    "new", "next_value", "noise", "number", "output", "param", "sigmoid", "sin", "sinh", "sqrt", "state", "strength",
    "tan", "tanh", "where",
]


class Expression:
    """What stands for a number while a model is read: arithmetic on it makes larger expressions."""

    def __init__(self, form: str, *parts: Expression):
        #: Text with a ``{}`` for each part.
        self.form, self.parts = form, parts

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *arguments: Any, **options: Any) -> Expression:
        form = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or options or form is None:
            raise TypeError(f"`{ufunc.__name__}`: found in the equations of a model, expected one of the language's functions")
        return Expression(form, *map(_expression, arguments))

    def __bool__(self) -> bool:
        raise TypeError("found a condition in `if`, `and`, `or` or `not`, expected `where(condition, a, b)`, `&`, `|` or `~`")

    def __neg__(self):
        return Expression("(-{})", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return Expression("abs({})", self)

    def __invert__(self):
        return Expression("(not {})", self)

    __hash__ = object.__hash__


def _operators() -> None:
    def define(name: str, sign: str) -> None:
        form = f"({{}} {sign} {{}})"
        setattr(Expression, f"__{name}__", lambda self, other: Expression(form, self, _expression(other)))
        setattr(Expression, f"__r{name}__", lambda self, other: Expression(form, _expression(other), self))

    arithmetic = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "^", "and": "and", "or": "or"}
    comparisons = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
    for name, sign in {**arithmetic, **comparisons}.items():
        define(name, sign)


_operators()

_UFUNCS = {
    "add": "({} + {})", "subtract": "({} - {})", "multiply": "({} * {})", "divide": "({} / {})", "power": "({} ^ {})",
    "float_power": "({} ^ {})", "negative": "(-{})", "absolute": "abs({})", "square": "({} ^ 2)", "log": "ln({})",
    "less": "({} < {})", "less_equal": "({} <= {})", "greater": "({} > {})", "greater_equal": "({} >= {})",
    "minimum": "min({}, {})", "maximum": "max({}, {})",
    **{name: f"{name}({{}})" for name in ("exp", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor")},
}


def _expression(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, (numbers.Real, np.number)) and not isinstance(value, bool):
        return Expression(_operand(value))
    raise TypeError(f"found {value!r} in the equations of a model, expected a number or an expression")


def _number(value: Any) -> str:
    if not isinstance(value, (numbers.Real, np.number)) or isinstance(value, bool):
        raise TypeError(f"found {value!r} in a model, expected a number")
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _operand(value: Any, unit: str = "") -> str:
    """A number among others: the power of a negative one would be the negative of the power."""
    text = _number(value) + unit
    return f"({text})" if text.startswith("-") else text


def _function(name: str, form: str, meaning: str) -> Callable[..., Expression]:
    def function(*arguments: Any) -> Expression:
        if len(arguments) != form.count("{}"):
            raise TypeError(f"`{name}`: found {len(arguments)} arguments, expected {form.count('{}')}")
        return Expression(form, *map(_expression, arguments))

    function.__name__, function.__doc__ = name, meaning
    return function


exp = _function("exp", "exp({})", "e to the power x.")
ln = _function("ln", "ln({})", "Natural logarithm.")
sqrt = _function("sqrt", "sqrt({})", "Square root.")
sin = _function("sin", "sin({})", "Sine.")
cos = _function("cos", "cos({})", "Cosine.")
tan = _function("tan", "tan({})", "Tangent.")
sinh = _function("sinh", "sinh({})", "Hyperbolic sine.")
cosh = _function("cosh", "cosh({})", "Hyperbolic cosine.")
tanh = _function("tanh", "tanh({})", "Hyperbolic tangent.")
floor = _function("floor", "floor({})", "The largest whole number that is not above x.")
minimum = _function("minimum", "min({}, {})", "The smaller of two.")
maximum = _function("maximum", "max({}, {})", "The larger of two.")
clip = _function("clip", "clip({}, {}, {})", "x, held between two numbers.")
sigmoid = _function("sigmoid", "sigmoid({})", "1 / (1 + e^-x).")
exprel = _function("exprel", "exprel({})", "(e^x - 1) / x, and 1 at 0.")
delay = _function("delay", "delay({}, {})", "The node's own output, a parameter's time ago.")
strength = _function("strength", "strength({})", "The row sum of the weights that arrive at an input.")
next_value = _function("next_value", "next({})", "The value of a state after this step of the Euler method.")


def where(condition: Any, a: Any, b: Any) -> Expression:
    """``a`` where the condition holds, else ``b``."""
    return Expression("({} if {} else {})", _expression(a), _expression(condition), _expression(b))


def number(value: float, unit: str) -> Expression:
    """A number with a unit, for example ``number(59, "mV")``."""
    return Expression(_operand(value, f"[{unit}]"))


@dataclasses.dataclass(frozen=True)
class Declaration:
    """A statement about a name, which stands between ``before`` and ``after``; with an ``equation``, its value follows
    ``before`` and the name, and ``after`` comes last."""

    before: str
    after: str = ""
    equation: Callable[..., Any] | None = None


def _text(meaning: str, argument: str = "meaning") -> str:
    if not isinstance(meaning, str) or '"' in meaning or "\n" in meaning:
        raise ValueError(f"`{argument}`: found {meaning!r}, expected one line without double quotes")
    return f' "{meaning}"' if meaning else ""


def param(default: float, unit: str = "1", range: str = "(-inf, inf)", meaning: str = "") -> Any:
    """A parameter with its default, unit, range (``"[0, inf)"``) and meaning."""
    return Declaration("param ", f" = {_number(default)} : {unit} in {range}{_text(meaning)}")


def input(unit: str = "1", meaning: str = "", default: float = 0.0) -> Any:
    """A quantity from outside; ``default`` is there when nothing is connected."""
    return Declaration("input ", f" = {_number(default)} : {unit}{_text(meaning)}")


def noise(meaning: str = "") -> Any:
    """A channel of white noise, unit ``1/sqrt(ms)``, independent for each node."""
    return Declaration("noise ", _text(meaning))


def state(initial: float | str = 0.0, unit: str = "1", meaning: str = "", bounds: str = "") -> Any:
    """A quantity that changes from step to step.

    ``initial`` is a number, ``"uniform(a, b)"``, ``"normal(mean, sd)"`` or the name of a parameter; ``bounds`` is empty,
    ``"clip [a, b]"`` or ``"wrap [a, b)"``. Its equation is the method ``dNAME``, or one marked by :func:`new`.
    """
    start = initial if isinstance(initial, str) else _number(initial)
    return Declaration("state ", f" = {start} : {unit}{' ' + bounds if bounds else ''}{_text(meaning)}")


def output(unit: str = "1", meaning: str = "") -> Callable[[Callable[..., Any]], Any]:
    """Marks a method whose value can be recorded and coupled."""
    return lambda method: Declaration("output ", f" : {unit}{_text(meaning)}", method)


def new(name: str) -> Callable[[Callable[..., Any]], Any]:
    """Marks a method that gives the new value of the state ``name`` at each step."""
    return lambda method: Declaration(f"{name} := ", "", method)


def coupling(source: str, target: str, kind: str = "additive", strength: Any = None, power: int = 1, per_node: bool = False) -> Any:
    """The projection that a network of this model has unless told otherwise.

    ``strength`` is (name, default, unit, range, meaning), or the name of one that an earlier coupling has declared.
    """
    words = [f"coupling {source} -> {target} {kind}"]
    words += [f"power {power}"] if power != 1 else []
    words += ["per node"] if per_node else []
    if isinstance(strength, str):
        words.append(f"strength {strength}")
    elif strength is not None:
        name, default, unit, range, meaning = strength
        words.append(f"strength {name} = {_number(default)} : {unit} in {range}{_text(meaning)}")
    return Declaration(" ".join(words))


def model(title: str, source: str = "", doi: str = "") -> Callable[[type], Model]:
    """Makes a :class:`neuropil.Model` of a class.

    Attributes are declarations; ``dNAME`` gives the right side of ``dNAME/dt``; methods marked by :func:`output` and
    :func:`new` give outputs and new values; any other method is a function of yours. ``outputs = ("V", ...)`` lists
    states as outputs, the default one first. The class's docstring is the description.

    Raises
    ------
    ValueError
        If the result is no model: the message shows the line of the text that was made.
    TypeError
        If an equation holds something that is no number, or a function that the language does not have.
    """

    heading, reference = _text(title, "title"), _text(source, "source") + (f" doi{_text(doi, 'doi')}" if doi else "")
    if doi and not source:
        raise ValueError(f"`doi`: found {doi!r} without `source`, expected the publication that it is of")

    def make(declared: type) -> Model:
        return Model.from_text(_model_text(declared, heading, reference), declared.__name__)

    return make


def _model_text(declared: type, heading: str, reference: str) -> str:
    members = {name: value for kind in reversed(declared.__mro__[:-1]) for name, value in vars(kind).items()
               if not name.startswith("__")}
    marked = {name: value for name, value in members.items() if isinstance(value, Declaration) and value.equation}
    plain = {name: value for name, value in members.items() if isinstance(value, Declaration) and not value.equation}
    couplings = [value.before for value in plain.values() if value.before.startswith("coupling")]
    plain = {name: value for name, value in plain.items() if not value.before.startswith("coupling")}
    states = [name for name, value in plain.items() if value.before == "state "]
    # Inside the methods, declared names are expressions, marked methods can be called, and numbers are numbers.
    node = type(declared.__name__, (), {**members, **{name: value.equation for name, value in marked.items()},
                                        **{name: Expression(name) for name in plain}})()
    equations: list[tuple[str, str, Any]] = []
    for name in members:
        is_slope = name.startswith("d") and callable(members[name]) and not isinstance(members[name], Declaration)
        if is_slope and name[1:] in states:
            equations.append((f"d{name[1:]}/dt = ", "", getattr(node, name)()))
        elif is_slope and name[1:2].isupper():
            known = ", ".join(f"`d{state}`" for state in states) or "none"
            raise ValueError(f"`{name}`: found no state `{name[1:]}`, expected the slope of a state\nhint: {known}")
    for name, value in marked.items():
        before = f"output {name} = " if value.before == "output " else value.before
        equations.append((before, value.after, getattr(node, name)()))
    listed = members.get("outputs", ())
    listed = (listed,) if isinstance(listed, str) else listed
    lines = [f"model {declared.__name__}{heading}"]
    if declared.__doc__:
        lines += ['"""', *(line.strip() for line in declared.__doc__.strip().splitlines()), '"""']
    if reference:
        lines.append(f"source{reference}")
    lines += [f"{value.before}{name}{value.after}" for name, value in plain.items()]
    checked = [(before, after, _expression(value)) for before, after, value in equations]
    return "\n".join([*lines, *_statements(checked, [f"output {name}" for name in listed]), *couplings]) + "\n"


def _statements(equations: list[tuple[str, str, Expression]], listed: list[str]) -> list[str]:
    """Lines of equations; expressions that are used more than once become named values before them."""
    uses: dict[int, int] = {}

    def count(expression: Expression) -> None:
        uses[id(expression)] = uses.get(id(expression), 0) + 1
        if uses[id(expression)] == 1:
            for part in expression.parts:
                count(part)

    for _, _, value in equations:
        count(value)
    lines: list[str] = []
    texts: dict[int, str] = {}

    def write(expression: Expression, is_whole: bool = False) -> str:
        if id(expression) in texts:
            return texts[id(expression)]
        text = expression.form.format(*map(write, expression.parts))
        is_condition = any(sign in expression.form for sign in (" < ", " > ", "=", " and ", " or ", "not "))
        if expression.parts and uses[id(expression)] > 1 and not is_condition:
            name = f"value_{len(texts) + 1}"
            lines.append(f"{name} = {text}")
            texts[id(expression)] = text = name
        return text[1:-1] if is_whole and _is_wrapped(text) else text

    rest = [before + write(value, is_whole=True) + after for before, after, value in equations]
    are_outputs = [line for line in rest if line.startswith("output")]
    return [*lines, *(line for line in rest if line not in are_outputs), *listed, *are_outputs]


def _is_wrapped(text: str) -> bool:
    """Whether the first parenthesis is closed by the last."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position == len(text) - 1 and text.startswith("(")
    return False
