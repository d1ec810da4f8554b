import copy
import logging
import pickle
from types import SimpleNamespace

import pytest
from neuropil.neurolib.utils.collections import (
    BACKWARD_REPLACE,
    dotdict,
    flat_dict_to_nested,
    flatten_nested_dict,
    sanitize_dot_dict,
    star_dotdict,
    unwrap_star_dotdict,
)

NAMES = {"exc.tau": 1.0, "exc.noise.tau": 2.0, "inh.tau": 3.0, "inh.mu": 4.0}


def test_attributes_are_items():
    params = dotdict(dt=0.1)
    params.duration = 5
    assert params == {"dt": 0.1, "duration": 5}
    assert params.nothing is None
    with pytest.raises(KeyError):
        params["nothing"]
    del params.dt
    assert "dt" not in params


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d)), lambda d: d.copy()]
)
@pytest.mark.parametrize("kind", [dotdict, star_dotdict])
def test_copies_keep_class_and_items(kind, duplicate):
    original = kind(NAMES)
    assert duplicate(original) == original
    assert type(duplicate(original)) is kind


def test_patterns_get_set_and_delete():
    params = star_dotdict(NAMES)
    assert params["*tau"] == {"exc.tau": 1.0, "exc.noise.tau": 2.0, "inh.tau": 3.0}
    assert params["*tau|noise"] == {"exc.tau": 1.0, "inh.tau": 3.0}
    assert params["exc.*.tau"] == {"exc.noise.tau": 2.0}
    assert params["exc.tau"] == 1.0
    assert params["missing"] is None
    params["*tau|noise"] = 9.0
    assert params["*tau"] == {"exc.tau": 9.0, "exc.noise.tau": 2.0, "inh.tau": 9.0}
    del params["exc*"]
    assert params == {"inh.tau": 9.0, "inh.mu": 4.0}


def test_patterns_that_match_nothing_are_reported(caplog):
    params = star_dotdict(NAMES)
    params["*tua"] = 1.0
    assert "no name matches `*tua`" in caplog.text
    assert params == NAMES
    with pytest.raises(KeyError, match="tua"):
        del params["*tua"]
    with pytest.raises(ValueError, match=r"`key`: found 2 in '\*a\|b\|c', expected at most one `\|`"):
        params["*a|b|c"]


def test_nested_and_flat_are_inverse():
    nested = {"exc": {"tau": 1.0, "noise": {"tau": 2.0}}, "dt": 0.1}
    flat = flatten_nested_dict(nested)
    assert flat == {"exc.tau": 1.0, "exc.noise.tau": 2.0, "dt": 0.1}
    assert flat_dict_to_nested(flat) == nested
    assert flatten_nested_dict({"a": {"b": 1}}, parent_key="x", sep="/") == {"x/a/b": 1}
    with pytest.raises(ValueError, match="`flat_dict`: found a value at 'a' and 'a.b'"):
        flat_dict_to_nested({"a": 1, "a.b": 2})


def test_unwrapping(caplog):
    caplog.set_level(logging.INFO)
    model = SimpleNamespace(params=star_dotdict(NAMES))
    assert unwrap_star_dotdict({"STARtauMINUSnoise": 5.0, "x": 1}, model, BACKWARD_REPLACE) == {
        "exc.tau": 5.0,
        "inh.tau": 5.0,
        "x": 1,
    }
    assert unwrap_star_dotdict({"*no": 1}, model) == {"*no": 1}
    assert caplog.messages == ["Key `*no` cannot be resolved."]
    assert sanitize_dot_dict({"a.*|b": 1}) == {"aDOTSTARMINUSb": 1}
