from types import SimpleNamespace

import numpy as np
import pytest
from neuropil.neurolib.utils import stimulus as stim

DURATION, DT = 10.0, 0.1


def of(kind, *arguments, duration=DURATION, dt=DT, **keywords):
    return kind(*arguments, **keywords).as_array(duration, dt)


def test_waveforms_are_their_formulas():
    t = DT * np.arange(1, 101)
    np.testing.assert_allclose(of(stim.SinusoidalInput, 2.0, 150.0), [2 * np.sin(2 * np.pi * 0.15 * t)], atol=1e-14)
    np.testing.assert_array_equal(of(stim.SquareInput, 2.0, 130.0), [np.where(0.13 * t % 1 < 0.5, 2.0, -2.0)])
    np.testing.assert_allclose(of(stim.LinearRampInput, 3.0, 4.0), [np.minimum(3 * t / 4, 3)])
    np.testing.assert_allclose(of(stim.ExponentialInput, 3.0, 5.0, "decay"), [3 * np.exp(-t / 2)])
    np.testing.assert_allclose(of(stim.ExponentialInput, 3.0, 5.0), [3 - 3 * np.exp(-t / 2)])
    np.testing.assert_array_equal(of(stim.StepInput, 3, n=2), np.full((2, 100), 3.0))
    np.testing.assert_array_equal(of(stim.SquareInput, 1.0, 50.0, dc_bias=True).max(), 2.0)


def test_a_square_wave_jumps_on_time():
    periods = of(stim.SquareInput, 1.0, 50.0, duration=2000).reshape(100, 200)
    # The first sample is at dt, so the last one of a period is the first of the next.
    np.testing.assert_array_equal(periods, np.tile([[1.0] * 99 + [-1.0] * 100 + [1.0]], (100, 1)))


def test_start_shifts_and_end_cuts():
    np.testing.assert_array_equal(of(stim.StepInput, 1.0, 2, 4, duration=6, dt=1.0), [[0, 0, 1, 1, 0, 0]])
    ramp = of(stim.LinearRampInput, 3.0, 3.0, start=2, duration=6, dt=1.0)
    np.testing.assert_array_equal(ramp, [[0, 0, 1, 2, 3, 3]])


@pytest.mark.parametrize(
    ("duration", "dt", "steps"), [(10, 0.1, 100), (0.3, 0.1, 3), (0.5, 0.2, 3), (2000, 0.1, 20000)]
)
def test_steps_cover_the_duration(duration, dt, steps):
    assert of(stim.ZeroInput, n=3, duration=duration, dt=dt).shape == (3, steps)
    assert of(stim.RectifiedInput, 1.0, duration=duration, dt=dt).shape == (1, steps)


def test_noise_follows_its_seed_and_moments():
    first = of(stim.WienerProcess, n=2, seed=42)
    np.testing.assert_array_equal(first, np.random.RandomState(42).normal(0, np.sqrt(DT), (2, 100)))
    ou = stim.OrnsteinUhlenbeckProcess(mu=1.0, sigma=0.2, tau=5.0, n=200, seed=1)
    x = ou.as_array(500, DT)
    np.testing.assert_array_equal(x, ou.as_array(500, DT))
    assert not np.array_equal(x, stim.OrnsteinUhlenbeckProcess(1.0, 0.2, 5.0, n=200, seed=2).as_array(500, DT))
    late = x[:, 1000:]
    assert abs(late.mean() - 1.0) < 0.01
    # Stationary variance of the Euler scheme: sigma^2 tau / 2 / (1 - dt / (2 tau)).
    assert abs(late.std() / (0.2 * np.sqrt(2.5 / (1 - DT / 10))) - 1) < 0.02


def test_ornstein_uhlenbeck_is_its_recursion():
    random = np.random.RandomState(3)
    x = random.uniform(size=2) * 1.5
    expected = [x]
    noise = random.standard_normal((2, 99))
    for k in range(99):
        x = x + DT * (1.5 - x) / 4.0 + 0.3 * np.sqrt(DT) * noise[:, k]
        expected.append(x)
    found = of(stim.OrnsteinUhlenbeckProcess, 1.5, 0.3, 4.0, n=2, seed=3)
    np.testing.assert_allclose(found, np.transpose(expected), rtol=1e-12)


def test_an_input_without_seed_leaves_the_global_generator_alone():
    np.random.seed(5)
    expected = np.random.RandomState(5).rand()
    of(stim.WienerProcess)
    assert np.random.rand() == expected


def test_sums_and_chains():
    step, sine = stim.StepInput(1.0), stim.SinusoidalInput(1.0, 10.0)
    summed = step + (sine + step)
    assert isinstance(summed, stim.SummedStimulus) and len(summed) == 3
    np.testing.assert_allclose(summed.as_array(10, 1.0), 2 * step.as_array(10, 1.0) + sine.as_array(10, 1.0))
    chain = stim.ConcatenatedStimulus([step, stim.ZeroInput()], [1, 3]) & stim.StepInput(2.0)
    assert chain.length_ratios == [1, 3, 1]
    np.testing.assert_array_equal(chain.as_array(10, 1.0), [[1, 1, 0, 0, 0, 0, 0, 0, 2, 2]])
    both = (step + sine) & (step & sine)
    assert [type(part) for part in both] == [stim.SummedStimulus, stim.StepInput, stim.SinusoidalInput]
    both.n = 3
    assert both.as_array(10, 1.0).shape == (3, 10) and both[0][1].n == 3


def test_parameters_are_read_and_set(caplog):
    pulse = stim.StepInput(1.0, start=2, end=4)
    assert pulse.get_params() == {"type": "StepInput", "step_size": 1.0, "start": 2, "end": 4, "n": 1, "seed": None}
    pulse.update_params({"start": "None", "step_size": 2.0, "wrong": 1})
    assert "no parameter 'wrong'" in caplog.text
    np.testing.assert_array_equal(pulse.as_array(6, 1.0), [[2, 2, 2, 2, 0, 0]])
    summed = pulse + stim.ZeroInput()
    summed.update_params({"input_0": {"step_size": 3.0}})
    assert summed.get_params()["input_0"]["step_size"] == 3.0


def test_for_a_model():
    model = SimpleNamespace(params={"N": 4, "duration": 20.0, "dt": 0.5})
    assert stim.StepInput(1.0).to_model(model).shape == (4, 40)


def test_classes_of_ones_own():
    class Spikes(stim.Stimulus):
        def __init__(self, size, start=None, end=None, n=1, seed=None):
            self.size = size
            super().__init__(start=start, end=end, n=n, seed=seed)

        def generate_input(self, duration, dt):
            self._get_times(duration=duration, dt=dt)
            return self._trim_stim(np.random.choice([0.0, self.size], (self.n, self.times.shape[0])))

    first, second = (Spikes(2.0, start=3, seed=1).as_array(10, 1.0) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not first[:, :3].any()
    assert (Spikes(2.0) + stim.ZeroInput()).get_params()["input_0"]["size"] == 2.0


def test_splines_pass_through_the_samples():
    pytest.importorskip("chspy")
    sine = stim.SinusoidalInput(1.0, 10.0, n=2)
    for stimulus in (sine, sine + sine, sine & sine):
        spline = stimulus.as_cubic_splines(10, 0.5, shift_start_time=5.0)
        assert spline[0].time == 5.5
        np.testing.assert_allclose([anchor.state for anchor in spline], stimulus.as_array(10, 0.5).T)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: of(stim.StepInput, 1.0, start=10), "`start`: found 10, expected less than the duration of 10.0 ms"),
        (lambda: of(stim.StepInput, 1.0, end=11), "`end`: found 11, expected at most the duration of 10.0 ms"),
        (lambda: of(stim.ZeroInput, duration=-1), "`duration`: found -1 ms, expected a positive time"),
        (lambda: of(stim.ZeroInput, dt=0), "`dt`: found 0 ms, expected a positive time"),
        (lambda: stim.ExponentialInput(1.0, exp_type="fall"), "`exp_type`: found `fall`, expected one of `rise`, `decay`"),
        (lambda: stim.ZeroInput(n=1) + stim.ZeroInput(n=2), r"found n of \[1, 2\], expected at least one input, all with the same n"),
        (lambda: stim.ZeroInput() & 3, "`other`: found 3, expected an input"),
        (lambda: stim.SummedStimulus([3]), "`inputs`: found 3, expected inputs"),
        (lambda: stim.ConcatenatedStimulus([stim.ZeroInput()], [0]), r"found \[0\], expected 1 numbers above 0"),
        (lambda: of(stim.Stimulus), "Stimulus defines neither"),
        (lambda: of(stim.StepInput, None), "`step_size`: found None, expected a number"),
        (lambda: of(stim.StepInput, np.nan), "`step_size`: found nan, expected a finite number"),
        (lambda: of(stim.StepInput, 1.0, start="early"), "`start`: found 'early', expected a number"),
        (lambda: of(stim.SinusoidalInput, 1.0, np.inf), "`frequency`: found inf, expected a finite number"),
        (lambda: of(stim.OrnsteinUhlenbeckProcess, 0.0, 1.0, 0), "`tau`: found 0 ms, expected a positive time"),
        (lambda: of(stim.OrnsteinUhlenbeckProcess, 0.0, None, 1), "`sigma`: found None, expected a number"),
        (lambda: of(stim.LinearRampInput, 1.0, 0), "`ramp_length`: found 0 ms, expected a positive time"),
        (lambda: of(stim.ZeroInput, n=0), "`n`: found 0, expected a whole number from 1 on"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises((ValueError, TypeError, NotImplementedError), match=message):
        make()
