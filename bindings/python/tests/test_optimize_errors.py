"""Bad input to searches and designs: an exception of the right kind, that says what was found and what was expected."""

import numpy as np
import pytest

from neuropil import optimize as opt

SQUARE = {"x": (-5, 5), "y": (-5, 5)}


def sphere(point):
    return point["x"] ** 2 + point["y"] ** 2


def begin(axes=None, objectives="error", algorithm="genetic", **options):
    return opt.Search(SQUARE if axes is None else axes, objectives, algorithm, **options)


def asked(algorithm="genetic", objectives="error"):
    search = begin(algorithm=algorithm, objectives=objectives)
    return search, search.ask(3)


def told(scores, objectives="error"):
    search, (candidate, *_) = asked(objectives=objectives)
    search.tell(candidate, scores)


def bred(**operators):
    search = begin(algorithm=opt.Genetic(size=4, **operators))
    for _ in range(2):
        for candidate in search.ask():
            search.tell(candidate, 0.0)


def cube(steps):
    return {name: opt.Axis(0, 1, steps=steps) for name in "abcd"}


CASES = {
    "bounds in the wrong order": (lambda: opt.Axis(2, 1), ValueError,
                                  "`lower`: found 2, expected a number below `upper`"),
    "one bound": (lambda: opt.Axis(2), ValueError, "`upper`: found none, expected both bounds, or `values`"),
    "a bound that is infinite": (lambda: opt.Axis(0, np.inf), ValueError,
                                 "`upper`: found inf, expected a finite number"),
    "a logarithmic axis from zero": (lambda: opt.Axis(0, 1, scale="log"), ValueError,
                                     "`lower`: found 0, expected .*above 0"),
    "an unknown scale": (lambda: opt.Axis(0, 1, scale="log10"), ValueError,
                         "`scale`: found 'log10', expected `linear` or"),
    "half an integer": (lambda: opt.Axis(0, 1.5, integer=True), ValueError,
                        "`upper`: found 1.5, expected a whole number"),
    "values beside bounds": (lambda: opt.Axis(0, values=[1]), ValueError, "`lower`: found 0 beside `values`"),
    "no values": (lambda: opt.Axis(values=[]), ValueError, "`values`: found none"),
    "a value twice": (lambda: opt.Axis(values=["a", "a"]), ValueError, "`values`: found 'a' twice"),
    "a text for values": (lambda: opt.Axis(values="ab"), TypeError, "`values`: found 'ab', expected a list"),
    "values without order": (lambda: opt.Axis(values={"a", "b"}), TypeError, "`values`: found {.*}, expected a list"),
    "a start that is a list": (lambda: begin(algorithm=opt.CmaEs(start={"x": [1, 2], "y": 0})), ValueError,
                               "`x`: found an array of shape"),
    "a checkpoint in no folder": (lambda: begin(generations=1).run(sphere, checkpoint="/nowhere/search.json"),
                                  FileNotFoundError, "nowhere"),
    "a generation that is to come": (lambda: begin().of_generation(1), ValueError,
                                     "`generation`: found 1, expected at most 0"),
    "a population beyond memory": (lambda: begin(algorithm=opt.Genetic(size=10**13)), MemoryError,
                                   "`size`: found 1e.13 points"),
    "a design beyond memory": (lambda: opt.design("random", SQUARE, points=10**13), MemoryError,
                               "`points`: found 1e.13 points"),
    "a grid beyond memory": (lambda: opt.design("grid", cube(10**4)), MemoryError,
                             "`axes`: found 1e.16 points of 4 parameters"),
    "a grid beyond numbers": (lambda: opt.design("grid", cube(10**5)), ValueError,
                              "`values`: found 10{20} points, expected at most"),
    "a grid that lists cannot number": (lambda: opt.design("grid", cube(60_000)),
                                        MemoryError, "`axes`"),
    "steps beyond memory": (lambda: opt.design("grid", {"n": opt.Axis(0, 10**15, integer=True)}), MemoryError,
                            "`axes`"),
    "a value of no kind": (lambda: opt.Axis(values=[None]), TypeError, "`values`: found None, expected a number"),
    "another unit": (lambda: opt.Axis(0, "1 mV", unit="ms"), ValueError,
                     "`upper`: found 1.0 mV, expected a quantity in ms"),
    "no steps": (lambda: opt.Axis(0, 1, steps=0), ValueError, "`steps`: found 0"),
    "no axes": (lambda: begin(axes={}), ValueError, "`axes`: found none, expected at least one axis"),
    "axes as a list": (lambda: begin(axes=[(0, 1)]), TypeError, r"`axes`: found \[\(0, 1\)\], expected a mapping"),
    "a tuple of three": (lambda: begin(axes={"x": (0, 1, 2)}), ValueError,
                         "axis `x`: found a tuple of 3, expected .*\nhint"),
    "a bad tuple": (lambda: begin(axes={"x": (1, 0)}), ValueError, "axis `x`: `lower`: found 1, expected"),
    "a number for an axis": (lambda: begin(axes={"x": 3}), TypeError, "axis `x`: found 3, expected an Axis"),
    "a parameter called id": (lambda: begin(axes={"id": (0, 1)}), ValueError,
                              "`axes`: found `id`, expected names that"),
    "a score called as a parameter": (lambda: begin(objectives="x"), ValueError,
                                      "`objectives`: found `x`, expected names"),
    "no objectives": (lambda: begin(objectives={}), ValueError, "`objectives`: found none, expected at least one"),
    "a score without name": (lambda: begin(objectives=""), ValueError, "`objectives`: found an empty name"),
    "an unknown goal": (lambda: begin(objectives={"e": "least"}), ValueError,
                        "`objectives`: found 'least' for `e`, expected"),
    "a negative weight": (lambda: begin(objectives={"e": ("minimise", -1)}), ValueError,
                          "`weight`: found -1, expected a positive"),
    "an unknown algorithm": (lambda: begin(algorithm="ga"), ValueError,
                             "`algorithm`: found `ga`, expected one of `adaptive`"),
    "one individual": (lambda: begin(algorithm=opt.Genetic(size=1)), ValueError,
                       "`size`: found 1, expected a number from 2"),
    "a size that is no number": (lambda: opt.Genetic(size="big"), TypeError,
                                 "`size`: found 'big', expected a whole number"),
    "a setting out of range": (lambda: bred(mutation=opt.GaussianMutation(probability=2)), ValueError,
                               "`probability`: found 2, expected a number between 0 and 1"),
    "a setting that is NaN": (lambda: opt.CmaEs(step=np.nan), ValueError,
                              "`step`: found nan, expected a finite number"),
    "an operator in the wrong place": (lambda: opt.Genetic(mutation=opt.UniformCrossover()), TypeError,
                                       r"`mutation`: found UniformCrossover\(.*\), expected a mutation, or a function"),
    "an unknown strategy": (lambda: opt.DifferentialEvolution(strategy="rand"), ValueError, "`strategy`: found 'rand'"),
    "a start outside": (lambda: begin(algorithm=opt.CmaEs(start={"x": 9, "y": 0})), ValueError,
                        "axis `x`: found 9, expected a number between -5 and 5"),
    "a start without an axis": (lambda: begin(algorithm=opt.CmaEs(start={"x": 0})), ValueError,
                                "`start`: found `x`, expected a value for each axis, `x`, `y`"),
    "a negative seed": (lambda: begin(seed=-1), ValueError, "`seed`: found -1"),
    "no evaluations": (lambda: begin(evaluations=0), ValueError, "`evaluations`: found 0"),
    "a negative request": (lambda: begin().ask(-1), ValueError, "`count`: found -1"),
    "no score": (lambda: told(None), TypeError, "`scores`: found None, expected a number\nhint: `fail`"),
    "a text for a score": (lambda: told("good"), TypeError, "`error`: found 'good', expected a number"),
    "two numbers for a score": (lambda: told([1, 2]), ValueError, "`error`: found an array"),
    "another score": (lambda: told({"err": 1}), ValueError, "`scores`: found `err`, expected `error`"),
    "one number for two scores": (lambda: told(1.0, {"a": "minimise", "b": "minimise"}), TypeError,
                                  "`scores`: found 1.0, expected a mapping with `a`, `b`"),
    "a candidate that was not asked for": (lambda: asked()[0].tell(7, 0.0), ValueError,
                                           "`id`: found 7, expected .*\nhint: `pending`"),
    "a search without end": (lambda: begin().run(sphere), ValueError, "`evaluations`: found no limit, expected one"),
    "no function": (lambda: begin(generations=1).run(3), TypeError, "`function`: found 3, expected a function"),
    "no observer": (lambda: begin(generations=1).run(sphere, observers=["best"]), TypeError,
                    "`observers`: found 'best'"),
    "a function without scores": (lambda: begin(generations=1).run(lambda point: None), TypeError,
                                  "`scores`: found None"),
    "a mutation that leaves the cube": (lambda: bred(mutation=lambda c, r: c + 2), ValueError,
                                        r"`mutation`: found .*, expected coordinates between 0 and 1\nhint: .*numpy.clip"),
    "a mutation that gives nothing": (lambda: bred(mutation=lambda c, r: None), ValueError,
                                      "`mutation`: found None, expected 2 finite coordinates"),
    "a mutation that gives NaN": (lambda: bred(mutation=lambda c, r: c * np.nan), ValueError,
                                  "`mutation`: found .*nan"),
    "a crossover with one child": (lambda: bred(crossover=lambda a, b, r: a[:1]), TypeError,
                                   "`crossover`: found .*, expected a tuple of two children"),
    "a child that is too short": (lambda: bred(crossover=lambda a, b, r: (a[:1], b)), ValueError,
                                  "`crossover`: found .*2 fin"),
    "a selection of too few": (lambda: bred(selection=lambda p, n, r: [0]), ValueError,
                               r"`selection`: found \[0\], expected 4 indices below 4"),
    "a selection of nobody": (lambda: bred(selection=lambda p, n, r: [9] * n), ValueError, "`selection`: found"),
    "too many survivors": (lambda: bred(replacement=lambda o, n, size: o + n + n), ValueError,
                           "`replacement`: found .*, expected a list of at most 4 of the individuals, each once"),
    "survivors by number": (lambda: bred(replacement=lambda o, n, size: [0, 1]), TypeError, "`replacement`: found"),
    "an unknown design": (lambda: opt.design("halton", SQUARE), ValueError,
                          "`kind`: found 'halton', expected one of `grid`"),
    "a design without number": (lambda: opt.design("sobol", SQUARE), ValueError, "`points`: found none"),
    "a grid without steps": (lambda: opt.design("grid", SQUARE), ValueError, "axis `x`: found no `steps`"),
    "a base of a grid": (lambda: opt.design("grid", SQUARE, base={}), ValueError, "`base`: found {}, expected none"),
    "a list of numbers": (lambda: opt.design("list", SQUARE, points=3), TypeError,
                          "`points`: found 3, expected a list"),
    "a volume of one objective": (lambda: opt.hypervolume([[1]], [2]), ValueError,
                                  "`reference`: found 1 .*expected two or three"),
    "a volume of no points": (lambda: opt.hypervolume([1, 2], [2, 2]), ValueError, "`front`: found an array of shape"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_in_words(name):
    call, kind, message = CASES[name]
    with pytest.raises(kind, match=message):
        call()


def test_scores_count_once():
    search, (candidate, *_) = asked()
    search.tell(candidate, 1.0)
    with pytest.raises(ValueError, match="`id`: found 0, which has its scores, expected a candidate without"):
        search.tell(candidate, 2.0)
    assert search.records[0].scores == {"error": 1.0}
