import copy

import numpy as np
import pytest
from neuropil.neurolib.utils.parameterSpace import ParameterSpace


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([[1], [2]], "point"),
        ([[1, 2], [3, 4]], "bound"),
        ([[1, 2], [3]], "grid"),
        ([[1, 2, 3], [3, 4, 5]], "grid"),
    ],
)
def test_kinds_are_guessed_from_lengths(values, kind):
    assert ParameterSpace(["a", "b"], values).kind == kind


def test_points():
    def points(kind):
        return ParameterSpace({"a": [1, 2], "b": np.array([3.0, 4.0])}, kind=kind).get_parametrization()

    assert points("grid") == {"a": [1, 1, 2, 2], "b": [3.0, 4.0, 3.0, 4.0]}
    assert points("explicit") == points("bound") == {"a": [1, 2], "b": [3.0, 4.0]}
    assert points("sequence") == {"a": [1, 2, None, None], "b": [None, None, 3.0, 4.0]}


def test_values_are_reached_in_every_way():
    given = {"x.tau": [0.0, 1.0], "b": [2, 4]}
    space = ParameterSpace(given)
    assert space["b"] == space.b == space.named_tuple.b == [2, 4]
    assert space.named_tuple.xDOTtau == [0.0, 1.0]
    assert (space.lowerBound, space.upperBound, space.ndims) == ([0.0, 2], [1.0, 4], 2)
    assert (space.parameterNames, space.parameterValues) == (["x.tau", "b"], [[0.0, 1.0], [2, 4]])
    space["c"] = [1, 3]
    assert space.ndims == 3 and "c" not in given
    assert copy.deepcopy(space).dict() == space.dict()
    assert not hasattr(space, "d")


def test_random_points_are_in_the_space():
    space = ParameterSpace({"a": [1, 2], "b": ["x", "y"]}, kind="grid")
    np.random.seed(1)
    for _ in range(10):
        point = space.getRandom(safe=True)
        assert point["a"] in (1, 2) and point["b"] in ("x", "y")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(parameters={"a": [1]}, kind="cube"), "`kind`: found 'cube'.*expected one of "),
        (dict(parameters=["a"]), "`parameters`: found list, expected a dictionary"),
        (dict(parameters=["a"], parameterValues=[[1], [2]]), "`parameterValues`: found 2.*expected 1 lists"),
        (dict(parameters=[1], parameterValues=[[1]]), "`parameters`: found 1, expected names"),
        (dict(parameters={"a": 3.0}), "`a`: found 3.0, expected a list or a 1-D array of values"),
        (dict(parameters={"a": np.zeros((2, 2))}), r"`a`: .*found an array of shape \(2, 2\)"),
        (dict(parameters={"a": [2, 1]}), r"`a`: found \[2, 1\].*expected two bounds"),
        (dict(parameters={"a": [1, 2, 3]}, kind="bound"), "`a`: found .*expected two bounds"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ParameterSpace(**arguments)


def test_no_points_without_lists_of_one_length():
    with pytest.raises(ValueError, match="found {'a': 1, 'b': 2}, expected lists of one length for kind 'explicit'"):
        ParameterSpace({"a": [1], "b": [1, 2]}, kind="explicit").get_parametrization()
    with pytest.raises(ValueError, match="expected at least one parameter"):
        ParameterSpace({}).get_parametrization()
