"""Bad input: an exception of the right kind, that says what was found and what was expected."""

import re

import numpy as np
import pytest

import neuropil as npl


def hopf(**options):
    return npl.Network("hopf", **options)


def run(network=None, duration=10, dt=0.1, **options):
    return npl.Simulator(network or hopf(), dt=dt).run(duration, **options)


def pair(**options):
    return npl.Network().add("a", "hopf", 2).add("b", "hopf", 3).connect("a.x", "b.x_ext", **options)


WEIGHTS = np.array([[0.0, 1.0], [1.0, 0.0]])

#: A name, the call, the kind of the exception, and what its message holds (a regular expression, from the start).
CASES = {
    # Models and parameters
    "an unknown model": (lambda: hopf_named("alm"), ValueError, r"model: found `alm`, .*\nhint: did you mean `aln`\?"),
    "an unknown model by attribute": (lambda: npl.models.hopff, AttributeError, r".*`hopff`"),
    "no model at all": (lambda: npl.Network(3), TypeError, r"`model`: found 3, expected a Model"),
    "an unknown parameter": (lambda: npl.Network("aln", mue_ext_men=1), ValueError,
                             r"parameter `mue_ext_men`: .*\nhint: did you mean `mue_ext_mean`\?"),
    "a value out of its range": (lambda: run(npl.Network("aln", sigma_ou=-1)), ValueError,
                                 r"parameter `sigma_ou`: found -1 mV/ms/sqrt\(ms\), expected a value in \[0, inf\)"),
    "a value that is not finite": (lambda: run(hopf(a=np.nan)), ValueError, r"parameter `a`: found NaN"),
    "values for another number of nodes": (lambda: run(hopf(nodes=2, a=[1, 2, 3])), ValueError,
                                           r"`a`: found 3 values, expected one for each of 2 nodes"),
    "a matrix of values": (lambda: hopf(a=np.ones((2, 2))), ValueError, r"`a`: .*shape \(2, 2\).*\nhint: .*trials"),
    "a text for a value": (lambda: hopf(a="big"), TypeError, r"`a`: found 'big', expected a number"),
    "none among values": (lambda: hopf(nodes=2, a=[1, None]), TypeError, r"`a`: found \[1, None\], expected a number"),
    "rows of different lengths": (lambda: npl.Connectome([[0, 1], [1]]), TypeError, r"`weights`: found .*expected"),
    "none for a value": (lambda: hopf(a=None), TypeError, r"`a`: found None, expected a number"),
    "complex values": (lambda: hopf(a=1j), TypeError, r"`a`: found 1j, expected a number"),
    "values for another number of trials": (
        lambda: npl.Simulator(hopf(a=npl.trials([1, 2])), dt=0.1, trials=3).run(1), ValueError, r"`a`: found .*2"),
    "an unknown state": (lambda: hopf(initial={"z": 1}), ValueError, r".*`z`"),
    "an initial value that is not finite": (lambda: run(hopf(initial={"x": np.inf})), ValueError, r".*`x`: found inf"),
    # Networks
    "no nodes": (lambda: hopf(nodes=0), ValueError, r"`nodes`: found 0, expected a whole number from 1 on"),
    "half a node": (lambda: hopf(nodes=1.5), TypeError, r"`nodes`: found 1.5, expected a whole number"),
    "nodes beside a connectome": (lambda: hopf(nodes=3, connectome=WEIGHTS), ValueError,
                                  r"`nodes`: found 3, expected 2, the regions of the connectome"),
    "a strength without connections": (lambda: hopf(K_gl=1), ValueError, r"`K_gl`: .*\nhint: give a `connectome`"),
    "a speed without connections": (lambda: hopf(speed=1), ValueError, r"`speed`: .*\nhint: give a `connectome`"),
    "a speed of zero": (lambda: hopf(connectome=WEIGHTS, speed=0), ValueError,
                        r"`speed`: found 0 mm/ms, expected a positive number\nhint: `None` means no delays"),
    "an endless speed": (lambda: hopf(connectome=WEIGHTS, speed=np.inf), ValueError, r"`speed`: found inf mm/ms"),
    "more nodes than can be counted": (lambda: hopf(nodes=10**20), ValueError, r"`nodes`: found 1000.*, expected .* at most"),
    "more nodes than fit": (lambda: hopf(nodes=2 * 10**9), ValueError, r"`nodes`: found 2000000000, which take .* GB"),
    "a truth for nodes": (lambda: hopf(nodes=True), TypeError, r"`nodes`: found True, expected a whole number"),
    "a core that is none": (lambda: npl.Model(3), TypeError, r"`core`: found 3, .*\nhint: `models.get"),
    "a list for a model's name": (lambda: npl.models.get([]), TypeError, r"`name`: found \[\], expected the name of a model"),
    "a text that is none": (lambda: npl.Model.from_text(3), TypeError, r"`text`: found 3"),
    "a path that is none": (lambda: npl.Model.read(3), TypeError, r"`path`: found 3, expected a path"),
    "values of trials that are one": (lambda: hopf(a=npl.trials(1)), ValueError, r"`a`: found one number in `trials"),
    "the diagonal without a connectome": (lambda: hopf(self_connections=True), ValueError,
                                          r"`self_connections`: .*\nhint: give a `connectome`"),
    "a diagonal in words": (lambda: hopf(connectome=WEIGHTS, self_connections="no"), TypeError,
                            r"`self_connections`: found 'no', expected True or False"),
    "the base of couplings": (lambda: hopf(connectome=WEIGHTS, coupling=npl.Coupling), TypeError,
                              r"`coupling`: found <class.*, expected one of `additive`"),
    "a coupling of another kind": (lambda: hopf(connectome=WEIGHTS, coupling=[]), TypeError, r"`coupling`: found \[\]"),
    "a misspelt coupling": (lambda: hopf(connectome=WEIGHTS, coupling="difusive"), ValueError,
                            r"`coupling`: .*\nhint: did you mean `diffusive`\?"),
    "a slope in words": (lambda: npl.Sigmoidal(slope="steep"), TypeError, r"`slope`: found 'steep', expected a number"),
    "a scale that is not finite": (lambda: npl.Tanh(np.nan), ValueError, r"`scale`: found nan, expected a finite number"),
    "phases between two populations": (lambda: pair(weights=np.ones((3, 2)), coupling="kuramoto"), ValueError,
                                       r"`coupling`: found `kuramoto`, expected one of `additive`.*, or a Coupling\nhint: "),
    "a large power": (lambda: pair(weights=np.ones((3, 2)), power=10**10), ValueError, r"`power`: found 10000000000, expected"),
    "half a power": (lambda: pair(weights=np.ones((3, 2)), power=0.5), TypeError, r"`power`: found 0.5, expected a whole"),
    "a share in words": (lambda: pair(weights=np.ones((3, 2)), per_node="yes"), TypeError, r"`per_node`: found 'yes'"),
    "strengths for another number of nodes": (lambda: pair(weights=np.ones((3, 2)), k=[1, 2]), ValueError,
                                              r"`k`: found 2 values, expected one for each of 3 nodes"),
    "strengths for another number of regions": (lambda: hopf(connectome=WEIGHTS, k=[1, 2, 3]), ValueError,
                                                r"`k`: found 3 values, expected one for each of 2 nodes"),
    "strengths for another number of trials": (
        lambda: npl.Simulator(pair(weights=np.ones((3, 2)), k=npl.trials([1, 2])), dt=0.1, trials=3).run(1), ValueError,
        r"`k`: found values for 2 trials, expected 3"),
    "named strengths for another number of trials": (
        lambda: npl.Simulator(hopf(connectome=WEIGHTS, K_gl=npl.trials([1, 2])), dt=0.1, trials=3).run(1), ValueError,
        r"`K_gl`: found values for 2 trials, expected 3"),
    "a text for names": (lambda: npl.Network().add("a", "hopf", 2, labels="xy"), TypeError,
                         r"`labels`: found 'xy', expected a list of names"),
    "a name twice": (lambda: npl.Network().add("a", "hopf", 2, labels=["x", "x"]), ValueError,
                     r"`labels`: found `x` twice, expected each name once"),
    "a population without a name": (lambda: npl.Network().add(3, "hopf"), TypeError, r"`name`: found 3"),
    "weights in words": (lambda: pair(weights="one-to-one"), ValueError, r"`weights`: .*\nhint: did you mean `one_to_one`\?"),
    "initial values that are none": (lambda: hopf(initial=3), TypeError, r"`initial`: found 3, expected a mapping"),
    "a model without a coupling": (lambda: npl.Network("thalamus", connectome=WEIGHTS), ValueError,
                                   r"model `thalamus`: .*\nhint: "),
    "an unknown coupling": (lambda: hopf(connectome=WEIGHTS, coupling="linear"), ValueError,
                            r"`coupling`: found `linear`, expected one of `additive`, `diffusive`"),
    "an unknown coupled output": (lambda: hopf(connectome=WEIGHTS, coupled_var="z"), ValueError, r".*`z`"),
    "an unknown target": (lambda: hopf(connectome=WEIGHTS, target="z"), ValueError, r".*`z`"),
    "a strength that the model's coupling does not have": (
        lambda: npl.Network("aln", connectome=WEIGHTS, k=1), ValueError, r"`k`: found beside .*`aln`.*\nhint: "),
    "one coupling for several projections": (
        lambda: npl.Network("stuart_landau", connectome=WEIGHTS, coupling="additive"), ValueError,
        r"`coupled_var`: found none, expected one of `x`, `y`"),
    "an output that is sent to several inputs": (
        lambda: npl.Network("aln", connectome=WEIGHTS, coupled_var="rates_exc"), ValueError,
        r"`target`: found none, expected one of `network_exc`, `network_exc_squared`"),
    "two names of one strength, k alone": (
        lambda: hopf(connectome=WEIGHTS, coupling="additive", K_gl=1), ValueError, r"`K_gl`: found beside `coupling`"),
    "two names of one strength": (lambda: hopf(connectome=WEIGHTS, K_gl=1, k=1), ValueError,
                                  r"`K_gl`: found beside `k`"),
    "arguments without a model": (lambda: npl.Network(nodes=3), ValueError, r"`nodes`: found without `model`"),
    "a noise that is none": (lambda: hopf(noise={"x_ext": 1}), TypeError, r"`noise`: found 1 for `x_ext`"),
    "an empty network": (lambda: run(npl.Network()), ValueError, r"`network`: found no population"),
    "two populations of one name": (lambda: npl.Network().add("a", "hopf").add("a", "hopf"), ValueError, r".*`a`"),
    "too few names of nodes": (lambda: npl.Network().add("a", "hopf", 2, labels=["x"]), ValueError,
                               r"`labels`: found 1, expected one for each of 2 nodes"),
    "an unknown population": (lambda: npl.Network().add("a", "hopf").connect("b.x", "a.x_ext"), ValueError,
                              r"`source`: found population `b`, .*\nhint: it has `a`"),
    "a projection without an input": (lambda: npl.Network().add("a", "hopf").connect("a.x", "a"), ValueError,
                                      r"`target`: found `a`, expected `population.input`\nhint: .*`a.x_ext`"),
    "one to one among different numbers": (lambda: pair(), ValueError, r"`weights`: found `one_to_one` between 2 and 3"),
    "weights of another shape": (lambda: pair(weights=np.ones((2, 3))), ValueError, r".*found .*2.*expected .*3"),
    "a vector of weights": (lambda: pair(weights=np.ones(3)), ValueError, r"`weights`: .*shape \[3\].*matrix"),
    "delays beside lengths": (lambda: pair(weights=np.ones((3, 2)), delays=1, speed=2), ValueError, r"`delays`: found beside"),
    "negative delays": (lambda: pair(weights=np.ones((3, 2)), delays=-1), ValueError, r"`delays`: found -1"),
    "an endless delay": (lambda: pair(weights=np.ones((3, 2)), delays=[[1, 1], [1, np.inf], [1, 1]]), ValueError,
                         r"`delays`: found inf ms"),
    # Connectomes
    "a connectome that is not there": (lambda: hopf(connectome="missing.csv"), FileNotFoundError, r".*missing.csv"),
    "weights that are not square": (lambda: npl.Connectome(np.ones((2, 3))), ValueError,
                                    r"`weights`: found 2 x 3, expected a square matrix"),
    "weights that are not finite": (lambda: npl.Connectome([[0, np.nan], [1, 0]]), ValueError,
                                    r"`weights`: found NaN in row 1, column 2, expected finite numbers"),
    "lengths of another size": (lambda: npl.Connectome(WEIGHTS, np.ones((3, 3))), ValueError, r"`lengths`: found 3 x 3, expected 2 x 2"),
    "negative lengths": (lambda: npl.Connectome(WEIGHTS, -WEIGHTS), ValueError, r"`lengths`: found -1 in row 1, column 2, expected lengths in mm of 0"),
    "too few labels": (lambda: npl.Connectome(WEIGHTS, labels=["a"]), ValueError, r".*labels"),
    "the same label twice": (lambda: npl.Connectome(WEIGHTS, labels=["a", "a"]), ValueError, r"`labels`: found `a` twice"),
    "a text for labels": (lambda: npl.Connectome(WEIGHTS, labels="ab"), TypeError, r"`labels`: found 'ab', expected a list"),
    "a number for a name": (lambda: npl.Connectome(WEIGHTS, name=3), TypeError, r"`name`: found 3, expected a name"),
    "a number for a file": (lambda: npl.Connectome.read(3), TypeError, r"`path`: found 3, expected a path"),
    "a number for a format": (lambda: npl.Connectome(WEIGHTS).write("a.zip", format=3), TypeError, r"`format`: found 3"),
    "centres with two coordinates": (lambda: npl.Connectome(WEIGHTS, centres=np.ones((2, 2))), ValueError, r"`centres`: "),
    "a connectome of another kind": (lambda: hopf(connectome=1), TypeError, r"`connectome`: found 1, expected"),
    "an unknown ending": (lambda: npl.Connectome(WEIGHTS).write("weights.csv"), ValueError, r"`path`: found `weights.csv`"),
    "a dataset that is not there": (lambda: npl.Dataset("missing"), FileNotFoundError, r".*missing"),
    # Simulators
    "a network that is none": (lambda: npl.Simulator("hopf"), TypeError, r"`network`: found 'hopf', expected a Network"),
    "a negative step": (lambda: run(dt=-1), ValueError, r"`dt`: found -1 ms, expected a positive time"),
    "two steps": (lambda: run(dt=[0.1, 0.2]), ValueError, r"`dt`: found an array of shape \(2,\), expected one number"),
    "an unknown method": (lambda: npl.Simulator(hopf(), method="euller"), ValueError,
                          r"`method`: found `euller`, .*\nhint: did you mean `euler`\?"),
    "no trials": (lambda: npl.Simulator(hopf(), trials=0), ValueError, r"`trials`: found 0, expected .* from 1 on"),
    "half a trial": (lambda: npl.Simulator(hopf(), trials=1.5), TypeError, r"`trials`: found 1.5, expected a whole number"),
    "a negative seed": (lambda: npl.Simulator(hopf(), seed=-1), ValueError, r"`seed`: found -1"),
    "no threads": (lambda: npl.Simulator(hopf(), threads=0), ValueError, r"`threads`: found 0"),
    "an unknown method set later": (lambda: setattr(npl.Simulator(hopf()), "method", "eulr"), ValueError,
                                    r"`method`: found `eulr`, .*\nhint: did you mean `euler`\?"),
    "a method that is none": (lambda: npl.Simulator(hopf(), method=3), TypeError, r"`method`: found 3, expected a name"),
    "a negative step set later": (lambda: setattr(npl.Simulator(hopf()), "dt", -1), ValueError, r"`dt`: found -1 ms"),
    "a large seed": (lambda: npl.Simulator(hopf(), seed=2**63), ValueError,
                     r"`seed`: found 9223372036854775808, expected a whole number of at most 9223372036854775807"),
    "a truth for a seed": (lambda: npl.Simulator(hopf(), seed=True), TypeError, r"`seed`: found True, expected a whole"),
    "a truth for trials": (lambda: npl.Simulator(hopf(), trials=True), TypeError, r"`trials`: found True"),
    "a truth for threads": (lambda: npl.Simulator(hopf(), threads=np.True_), TypeError, r"`threads`: found .*True"),
    "a truth for a step": (lambda: run(dt=True), TypeError, r"`dt`: found True, expected a number"),
    "more threads than there are": (lambda: npl.Simulator(hopf(), threads=10**5), ValueError,
                                    r"`threads`: found 100000, expected a whole number of at most 4096"),
    "a noise step that does not divide": (lambda: npl.Simulator(hopf(), dt=0.1, noise_step=0.03).run(1), ValueError,
                                          r".*noise_step.*found 0.03"),
    # Runs
    "resume in words": (lambda: run(resume="no"), TypeError, r"`resume`: found 'no', expected True or False"),
    "resume before any run": (lambda: run(resume=True), ValueError, r"`resume`: found True, expected a run .* before"),
    "a bar in words": (lambda: run(progress="no"), TypeError, r"`progress`: found 'no', expected True or False"),
    "an endless duration": (lambda: run(duration=np.inf), ValueError, r"`duration`: found inf ms, expected a finite number"),
    "a recording called time": (lambda: run(record={"time": "x"}), ValueError, r"`record`: found 'time' as the name"),
    "a recording called as the nodes": (lambda: run(record={"node": "x"}), ValueError, r"`record`: found 'node' as the name"),
    "a recording called by a number": (lambda: run(record={3: "x"}), TypeError, r"`record`: found 3, expected names"),
    "a mean in words": (lambda: npl.record("x", mean="yes"), TypeError, r"`mean`: found 'yes', expected True or False"),
    "samples of no interval": (lambda: npl.record("x", every=0), ValueError, r"`every`: found 0 ms, expected a positive time"),
    "volumes between steps of the haemodynamic model": (
        lambda: run(npl.Network("hopf"), record=npl.bold(step=3, every=1)), ValueError,
        r"`every`: found 1 ms, expected a multiple of the step of the observing model, 3 ms"),
    "a haemodynamic step between steps": (lambda: run(record=npl.bold(step=0.25, every=1)), ValueError,
                                          r"`step`: found 0.25 ms, expected a multiple of dt = 0.1 ms"),
    "a stimulus after the end": (lambda: run(stimuli=npl.Stimulus("x_ext", [1.0], start=1e6)), ValueError,
                                 r"`start`: found a stimulus of `x_ext` from 1e\+06 .*, expected .* between 0 and 10 ms"),
    "a stimulus without an interval": (lambda: run(stimuli=npl.Stimulus("x_ext", [1.0], interval=0)), ValueError,
                                       r"`interval`: found 0 ms, expected a positive time"),
    "a stimulus of three dimensions": (lambda: run(stimuli=npl.Stimulus("x_ext", np.ones((2, 2, 2)))), ValueError,
                                       r"`x_ext`: found an array of shape \(2, 2, 2\)"),
    "a stimulus of a number": (lambda: run(stimuli=npl.Stimulus(3, [1.0])), TypeError, r"`input`: found 3"),
    "stimuli that are none": (lambda: run(stimuli=3), TypeError, r"`stimuli`: found 3, expected a mapping"),
    "a course in words": (lambda: run(stimuli={"x_ext": "much"}), TypeError, r"`x_ext`: found 'much'"),
    "a course of nothing": (lambda: run(stimuli={"x_ext": None}), TypeError, r"`x_ext`: found None"),
    "a negative duration": (lambda: run(duration=-1), ValueError, r"`duration`: found -1 ms"),
    "a duration of no steps": (lambda: run(duration=0), ValueError, r"`duration`: found 0 ms"),
    "a duration between steps": (lambda: run(duration=1000, dt=0.3), ValueError,
                                 r"`duration`: found 1000 ms, expected a multiple of dt = 0.3 ms\nhint: .*999.9"),
    "a duration in words": (lambda: run(duration="long"), TypeError, r"`duration`: found 'long', expected a number"),
    "a transient beyond the end": (lambda: run(transient=20), ValueError, r"`transient`: found 20"),
    "a negative transient": (lambda: run(transient=-1), ValueError, r"`transient`: found -1"),
    "samples closer than a step": (lambda: run(every=0.01), ValueError, r"`every`: found 0.01 ms, expected at least"),
    "samples further than the end": (lambda: run(every=20), ValueError, r"`every`: found 20 ms for `x`, .*\nhint: "),
    "volumes further than the end": (lambda: run(record=npl.bold()), ValueError, r"`every`: found 2000 ms for `BOLD`"),
    "an unknown output": (lambda: run(npl.Network("aln"), record="rates_ex"), ValueError,
                          r"output `rates_ex`: .*\nhint: did you mean `rates_exc`\?"),
    "an output of an unknown population": (lambda: run(record="cortex.x"), ValueError, r"`record`: found population `cortex`"),
    "an output of one of several populations": (
        lambda: run(npl.Network().add("a", "hopf").add("b", "hopf"), record="x"), ValueError,
        r"`record`: found `x`, expected it with its population: one of `a.x`, `b.x`"),
    "a recording that is none": (lambda: run(record=[1]), TypeError, r"`record`: found 1, expected"),
    "more samples than fit": (lambda: run(hopf(nodes=10**6), duration=10**7), MemoryError, r"`record`: found .* GB.*\nhint: "),
    "a stimulus of an unknown input": (lambda: run(stimuli={"z": [1.0]}), ValueError, r".*`z`"),
    "a stimulus for other nodes": (lambda: run(hopf(nodes=3), stimuli={"x_ext": np.ones((2, 100))}), ValueError,
                                   r"stimulus of `x_ext`: found 2 courses, expected 1 or 3"),
    "a stimulus that is none": (lambda: run(stimuli=[1]), TypeError, r"`stimuli`: found 1, expected"),
    "a stimulus without samples": (lambda: run(stimuli={"x_ext": []}), ValueError, r"`x_ext`: found 0 samples, expected 100"),
    "a stimulus that is not finite": (lambda: run(stimuli={"x_ext": np.nan}), ValueError, r".*found NaN"),
    "a parameter of another observer": (lambda: run(duration=4000, dt=1, record=npl.bold(x=1)), ValueError, r"parameter `x`"),
}


def hopf_named(name):
    return npl.Network(name)


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case):
    call, kind, message = CASES[case]
    with pytest.raises(kind) as error:
        call()
    assert error.type is kind or issubclass(error.type, npl.InputError)
    assert re.match(message, str(error.value), re.DOTALL), str(error.value)
