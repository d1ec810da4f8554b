"""Spaces of parameters, to explore or to search in."""

import itertools
import logging
from collections import namedtuple

import numpy as np

from .collections import sanitize_dot_dict

_log = logging.getLogger()

SUPPORTED_KINDS = ["point", "bound", "grid", "sequence", "explicit", None]


class ParameterSpace:
    """Values, or bounds, of named parameters.

    ``parameters`` is a dictionary from names to values (lists or 1-D arrays), or a list of names with the list of their
    values in ``parameterValues``. ``kind`` says what the values mean:

    ========  ==========================================================  =======================
    kind      meaning                                                     number of points
    ========  ==========================================================  =======================
    point     one value each                                              1
    bound     lower and upper bound                                       2 (the two corners)
    grid      every combination, the last parameter changing fastest      product of the lengths
    sequence  one parameter changes at a time, the others are ``None``    sum of the lengths
    explicit  the values of one place belong together                     the common length
    ========  ==========================================================  =======================

    Without ``kind``, values of length 1 make a point, **values of length 2 make bounds**, all others a grid.
    ``allow_star_notation`` permits patterns as names (:class:`~neuropil.neurolib.utils.collections.star_dotdict`).

    The values of ``x`` are ``space["x"]`` and ``space.x``. What makes no space is a ``ValueError`` or ``TypeError``.
    """

    def __init__(self, parameters, parameterValues=None, kind=None, allow_star_notation=False):
        if kind not in SUPPORTED_KINDS:
            raise ValueError(f"`kind`: found {kind!r}, expected one of {SUPPORTED_KINDS}")
        self.kind = kind
        self.star = allow_star_notation
        self.parameters = {}
        self._set(_named_values(parameters, parameterValues))

    def _set(self, parameters):
        values = {name: _as_list(name, value) for name, value in parameters.items()}
        kind = self.kind or _guess_kind(values)
        if kind == "bound":
            for name, bound in values.items():
                if len(bound) != 2 or not bound[1] > bound[0]:
                    raise ValueError(f"`{name}`: found {bound}, expected two bounds, the smaller one first")
        if self.kind != kind:
            _log.info('Assuming parameter kind "%s"', kind)
        self.kind = kind
        self.parameters = values
        self.named_tuple_constructor = namedtuple("ParameterSpace", sanitize_dot_dict(values))
        self.named_tuple = self.named_tuple_constructor(*values.values())

    def __getattr__(self, name):
        try:
            return self.__dict__["parameters"][name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no parameter {name!r}") from None

    def __getitem__(self, name):
        return self.parameters[name]

    def __setitem__(self, name, value):
        self._set({**self.parameters, name: value})

    def __str__(self):
        return str(self.parameters)

    @property
    def parameterNames(self):
        """Names, in order."""
        return list(self.parameters)

    @property
    def parameterValues(self):
        """Values, one list for each name."""
        return list(self.parameters.values())

    @property
    def lowerBound(self):
        """The smallest value of each parameter."""
        return [np.min(values) for values in self.parameters.values()]

    @property
    def upperBound(self):
        """The largest value of each parameter."""
        return [np.max(values) for values in self.parameters.values()]

    @property
    def ndims(self):
        """Number of parameters."""
        return len(self.parameters)

    def dict(self):
        """Dictionary from names to lists of values."""
        return self.parameters

    def get_parametrization(self):
        """The points of the space: a dictionary from names to lists, all of the same length."""
        if self.kind is None:
            raise ValueError("`parameters`: found none, expected at least one parameter")
        if self.kind == "grid":
            points = itertools.product(*self.parameters.values())
            return {name: list(column) for name, column in zip(self.parameters, zip(*points))}
        if self.kind == "sequence":
            return self._inflate_to_sequence(self.parameters)
        lengths = {name: len(values) for name, values in self.parameters.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"`parameters`: found {lengths}, expected lists of one length for kind {self.kind!r}")
        return self.parameters

    @staticmethod
    def _inflate_to_sequence(param_dict):
        """One value at a time, ``None`` elsewhere: ``{"a": [1], "b": [2]}`` to ``{"a": [1, None], "b": [None, 2]}``."""
        total = sum(len(values) for values in param_dict.values())
        inflated, start = {}, 0
        for name, values in param_dict.items():
            inflated[name] = [None] * start + list(values) + [None] * (total - start - len(values))
            start += len(values)
        return inflated

    def getRandom(self, safe=False):
        """A value of each parameter, chosen by NumPy's global generator. ``safe`` has no effect: types are kept."""
        return {name: values[np.random.randint(len(values))] for name, values in self.parameters.items()}


def _named_values(parameters, values):
    if values is None:
        if not isinstance(parameters, dict):
            found = type(parameters).__name__
            raise TypeError(f"`parameters`: found {found}, expected a dictionary, as `parameterValues` is not given")
        return parameters
    if len(parameters) != len(values):
        raise ValueError(f"`parameterValues`: found {len(values)}, expected {len(parameters)} lists, one for each name")
    for name in parameters:
        if not isinstance(name, str):
            raise TypeError(f"`parameters`: found {name!r}, expected names")
    return dict(zip(parameters, values))


def _as_list(name, values):
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values.tolist()
    if isinstance(values, (list, tuple, range)):
        return list(values)
    found = f"an array of shape {values.shape}" if isinstance(values, np.ndarray) else repr(values)
    raise TypeError(f"`{name}`: found {found}, expected a list or a 1-D array of values")


def _guess_kind(values):
    lengths = {len(value) for value in values.values()}
    if not lengths:
        return None
    return {1: "point", 2: "bound"}.get(lengths.pop(), "grid") if len(lengths) == 1 else "grid"
