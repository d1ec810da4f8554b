"""The catalogue of models, and models of your own.

``models.hopf``, ``models.wilson_cowan`` and so on are the built-in models; calling one sets parameters:
``models.hopf(a=0.2)``. ``models.list()`` lists them, ``help(models.hopf)`` gives equations, parameters and sources.
"""

from __future__ import annotations

import functools
import inspect
import os
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _neuropil, arguments
from .arguments import did_you_mean, shown
from .arguments import text as _text
from .values import Value, aligned, as_value

__all__ = ["Model", "get", "list"]


class Model:
    """A model, with the values that differ from its defaults.

    Models come from the catalogue (``models.hopf``), from a text (:meth:`from_text`), from a file (:meth:`read`), or
    from a class (:func:`neuropil.define.model`). Calling a model gives a copy with other values.
    """

    def __init__(self, core: _neuropil.Model, values: Mapping[str, Value] | None = None):
        if not isinstance(core, _neuropil.Model):
            raise TypeError(f"`core`: found {shown(core)}, expected what the engine makes\n"
                            "hint: `models.get(name)`, `Model.from_text(text)` and `Model.read(path)` make models")
        self._core = core
        #: Values that differ from the defaults, in the units that the model declares; read-only.
        self.values: Mapping[str, Value] = types.MappingProxyType(dict(values or {}))

    @classmethod
    def from_text(cls, text: str, file: str = "model") -> Model:
        """A model from its text in the equation language.

        Raises
        ------
        ValueError
            If the text is no model: all mistakes in it with line, caret and hint; ``file`` is the name they give it.
        """
        return Model(_neuropil.Model.from_text(_text("text", text, "equations"), _text("file", file)))

    @classmethod
    def read(cls, path: str | os.PathLike) -> Model:
        """A model from a file in the equation language; errors as :meth:`from_text`."""
        return Model(_neuropil.Model.read(arguments.path("path", path)))

    def __call__(self, **values: Any) -> Model:
        """A copy with these parameters, strengths of coupling, or constant levels of inputs.

        A value is a number, a quantity, one number per node (an array), or one per trial (:func:`neuropil.trials`).
        """
        copy = type(self).__new__(type(self))
        checked = {name: self._checked(name, value) for name, value in values.items()}
        Model.__init__(copy, self._core, {**self.values, **checked})
        return copy

    def _aligned(self, nodes: int, labels: _List[str] | None) -> Model:
        """With values in the order of the nodes of a network."""
        values = {name: aligned(name, value, nodes, labels) for name, value in self.values.items()}
        if all(value is self.values[name] for name, value in values.items()):
            return self
        copy = type(self).__new__(type(self))
        Model.__init__(copy, self._core, values)
        return copy

    @property
    def name(self) -> str:
        """Name in the catalogue."""
        return self._core.name

    @property
    def title(self) -> str:
        """One line."""
        return self._core.title

    @property
    def description(self) -> str:
        """What the model is, and when it is the right one (Markdown)."""
        return self._core.description

    @property
    def text(self) -> str:
        """The model file."""
        return self._core.text

    @property
    def equations(self) -> _List[str]:
        """Equations as they are written in the model file, one a line."""
        return self._core.equations

    @property
    def equations_latex(self) -> _List[str]:
        """Equations in LaTeX."""
        return self._core.equations_latex

    @functools.cached_property
    def parameters(self) -> dict[str, _neuropil.Parameter]:
        """Parameters by name: ``default``, ``unit``, ``range``, ``meaning``. Strengths of coupling come last."""
        return {parameter.name: parameter for parameter in [*self._core.parameters, *self._core.strengths]}

    @functools.cached_property
    def states(self) -> dict[str, _neuropil.State]:
        """States by name: ``initial``, ``unit``, ``meaning``."""
        return {state.name: state for state in self._core.states}

    @functools.cached_property
    def inputs(self) -> dict[str, _neuropil.Input]:
        """Inputs by name: ``default``, ``unit``, ``meaning``."""
        return {given.name: given for given in self._core.inputs}

    @functools.cached_property
    def outputs(self) -> dict[str, _neuropil.Output]:
        """Outputs by name: ``unit``, ``meaning``. The default one is the first; ``is_listed`` says which the model lists."""
        return {output.name: output for output in self._core.outputs}

    @property
    def couplings(self) -> _List[_neuropil.Coupling]:
        """The projections of a network of this model, unless told otherwise."""
        return self._core.couplings

    @property
    def sources(self) -> _List[_neuropil.Source]:
        """Publications: ``citation``, ``doi``."""
        return self._core.sources

    def markdown(self) -> str:
        """A page about the model."""
        return self._core.markdown()

    def _checked(self, name: str, value: Any) -> Value:
        for known in (self.parameters, self.inputs):
            if name in known:
                return as_value(name, value, known[name].unit)
        # The engine knows the nearest name, and says so.
        _neuropil.Population("model", self._core, 1).set(name, 0.0)
        raise AssertionError("an unknown name was taken")

    def __reduce__(self) -> Any:
        return _restored, (self.name, self.text, dict(self.values))

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={_short(value)}" for name, value in self.values.items())
        return f"<Model {self.name}({values}): {self.title}>"


_List = list


def _short(value: Value) -> str:
    """A number, or the shape and the range of many."""
    values = np.asarray(getattr(value, "values", value))
    if values.ndim == 0:
        return f"{value!r}"
    if values.size <= 4:
        return f"{values.tolist()!r}"
    return f"<{' x '.join(map(str, values.shape))} values from {values.min():g} to {values.max():g}>"


def _restored(name: str, text: str, values: Mapping[str, Value]) -> Model:
    """The model of this text: that of the catalogue where it is the same."""
    built_in = get(name) if name in _neuropil.catalogue() else None
    model = built_in if built_in is not None and built_in.text == text else Model.from_text(text, name)
    restored = type(model).__new__(type(model))
    Model.__init__(restored, model._core, values)
    return restored


class ModelList(tuple):
    """Models with their titles, as a table."""

    def __repr__(self) -> str:
        width = max((len(model.name) for model in self), default=0)
        return "\n".join(f"{model.name:{width}}  {model.title}" for model in self)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td><code>{model.name}</code></td><td>{model.title}</td></tr>" for model in self)
        return f"<table><thead><tr><th>model</th><th>title</th></tr></thead><tbody>{rows}</tbody></table>"


def list() -> ModelList:  # noqa: A001
    """All built-in models."""
    return ModelList(get(name) for name in _neuropil.catalogue())


def get(name: str) -> Model:
    """The built-in model of this name.

    Raises
    ------
    ValueError
        If there is none; the hint names the one that is spelt alike.
    """
    return _built_in(_text("name", name, "the name of a model"))


@functools.cache
def _built_in(name: str) -> Model:
    core = _neuropil.Model.named(name)
    title = "".join(word.capitalize() for word in name.split("_"))
    # A class of its own, so that `help` shows the model's page.
    kind = type(title, (Model,), {"__doc__": core.markdown(), "__module__": __name__, "__call__": _call_of(core)})
    model = kind.__new__(kind)
    Model.__init__(model, core)
    return model


def _call_of(core: _neuropil.Model) -> Any:
    """:meth:`Model.__call__` with the model's own names in its signature."""

    def __call__(self: Model, **values: Any) -> Model:
        return Model.__call__(self, **values)

    given = [*core.parameters, *core.strengths, *core.inputs]
    keyword = inspect.Parameter.KEYWORD_ONLY
    names = [inspect.Parameter(one.name, keyword, default=one.default) for one in given]
    instance = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    __call__.__signature__ = inspect.Signature([instance, *names])  # type: ignore[attr-defined]
    __call__.__doc__ = Model.__call__.__doc__
    return __call__


def as_model(value: Any) -> Model:
    """A model as it is, by its name in the catalogue, or from the path of a file that ends in ``.model``."""
    if isinstance(value, Model):
        return value
    if isinstance(value, os.PathLike) or (isinstance(value, str) and value.endswith(".model")):
        return Model.read(value)
    if isinstance(value, str):
        return get(value)
    raise TypeError(f"`model`: found {shown(value)}, expected a Model, a name of the catalogue or a `.model` file")


def __getattr__(name: str) -> Model:
    if name in _neuropil.catalogue():
        return get(name)
    hint = "" if name.startswith("_") else did_you_mean(name, _neuropil.catalogue())
    raise AttributeError(f"module `neuropil.models` has no attribute or model `{name}`{hint}")


def __dir__() -> _List[str]:
    return sorted([*globals(), *_neuropil.catalogue()])
