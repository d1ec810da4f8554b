import numpy as np
import pytest
from neuropil.neurolib.utils import functions as func
from scipy import signal, stats


@pytest.fixture
def series():
    random = np.random.RandomState(0)
    return random.standard_normal((5, 200)) @ np.eye(200) + random.standard_normal(200)


def test_connectivity_is_correlation(series):
    np.testing.assert_allclose(func.fc(series), np.corrcoef(series), atol=1e-14)
    func.fc(series)[0, 0] = 0.0  # scripts fill the diagonal
    # Scripts cut a transient that may be all there is.
    assert not func.fc(series[:, :1]).any() and func.fc(series[:, :0]).shape == (len(series),) * 2


def test_series_without_correlation_have_zeros(series, caplog):
    series[1] = 3.0
    series[2, 7] = np.nan
    connectivity = func.fc(series)
    assert not connectivity[[1, 2]].any() and not connectivity[:, [1, 2]].any()
    assert "not finite count as constant: [2]" in caplog.text


def test_dynamics_correlate_whole_matrices_of_windows(series):
    windows = [np.corrcoef(series[:, start : start + 20]).ravel() for start in range(0, 180, 15)]
    np.testing.assert_allclose(func.fcd(series, 20, 15), np.corrcoef(windows), atol=1e-13)
    other = series[:, ::-1] * [[1], [2], [-1], [1], [1]]
    expected = stats.ks_2samp(*(func.fcd(ts, 20, 5)[np.triu_indices(36, 1)] for ts in (series, other))).statistic
    assert func.ts_kolmogorov(series, other, windowsize=20, stepsize=5) == pytest.approx(expected, abs=1e-15)


def test_correlation_of_matrices(series, caplog):
    left, right = func.fc(series[:, :100]), func.fc(series[:, 100:])
    above = np.triu_indices(5, 1)
    assert func.matrix_correlation(left, right) == pytest.approx(np.corrcoef(left[above], right[above])[0, 1])
    assert func.matrix_kolmogorov(left, right) == pytest.approx(stats.ks_2samp(left[above], right[above]).statistic)
    assert np.isnan(func.matrix_correlation(left, np.zeros((5, 5))))
    assert "returning NaN" in caplog.text


def test_weights_count_samples():
    x, y = np.array([1.0, 2, 4, 3]), np.array([2.0, 1, 3, 5])
    expected = np.corrcoef(np.repeat(x, [1, 2, 3, 0]), np.repeat(y, [1, 2, 3, 0]))[0, 1]
    assert func.weighted_correlation(x, y, [1, 2, 3, 0]) == pytest.approx(expected)


def test_order_parameter():
    t = np.arange(1000)
    together = np.cos(2 * np.pi * (t + 25) / 100) * np.ones((3, 1)) * 10
    np.testing.assert_allclose(func.kuramoto(together), 1.0)
    apart = 10 * np.cos(2 * np.pi * (t[None, :] + [[0], [50]]) / 100)
    np.testing.assert_allclose(func.kuramoto(apart)[100:900], 0.0, atol=1e-12)


def test_no_peaks_no_order(caplog):
    assert func.kuramoto(np.zeros((2, 100))) == 0
    assert caplog.messages == ["Kuramoto: No peaks found, returning 0."]


def test_spectra_are_those_of_welch(series):
    frequencies, power = func.getPowerSpectrum(series[:1], dt=20, maxfr=20)
    expected = signal.welch(series[0], 50, nperseg=50, scaling="spectrum")
    np.testing.assert_allclose(frequencies, expected[0][expected[0] < 20])
    np.testing.assert_allclose(power, expected[1][expected[0] < 20], atol=1e-14)
    _, mean = func.getMeanPowerSpectrum(series, dt=20, maxfr=20)
    np.testing.assert_allclose(mean, np.mean([func.getPowerSpectrum(row, 20, 20)[1] for row in series], axis=0))
    assert func.getMeanPowerSpectrum(series, dt=20, normalize=True)[1].max() == 1.0


def test_a_short_series_shortens_the_window(series, caplog):
    frequencies, _ = func.getPowerSpectrum(series[0], dt=1)
    assert frequencies[1] == 5.0
    assert "the window has 1000 samples, the series 200" in caplog.text


def test_a_correlation_with_a_constant_is_undefined_and_told(series, caplog):
    assert np.isnan(func.weighted_correlation(np.ones(200), series[0], np.ones(200)))
    assert np.isnan(func.matrix_correlation(np.ones((5, 5)), func.fc(series)))
    assert len(caplog.messages) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ts: func.fc(ts[None]), r"`ts`: found an array of shape \(1, 5, 200\), expected \(nodes, samples\)"),
        (lambda ts: func.fcd(ts, windowsize=300), "`windowsize`: found 300, expected 2 to 200 samples"),
        (lambda ts: func.fcd(ts, stepsize=0), "`stepsize`: found 0, expected at least 1"),
        (lambda ts: func.fcd(np.where(ts > 2, np.nan, ts)), "expected finite numbers"),
        (lambda ts: func.matrix_correlation(func.fc(ts), func.fc(ts[:4])), r"`M2`: found an array of shape \(4, 4\), expected \(5, 5\) as `M1` has"),
        (lambda ts: func.matrix_correlation(np.ones((3, 3)), func.fc(ts)), r"`M2`: found an array of shape \(5, 5\)"),
        (lambda ts: func.matrix_correlation(np.ones((3, 2)), func.fc(ts)), r"`M1`: found an array of shape \(3, 2\)"),
        (lambda ts: func.weighted_correlation(ts[0], ts[1], ts[0][:5]), r"`w`: found an array of shape \(5,\), expected"),
        (lambda ts: func.weighted_correlation(ts[0], ts[1], np.zeros(200)), "`w`: found a sum of 0, expected a positive one"),
        (lambda ts: func.getPowerSpectrum(ts[0], 0), "`dt`: found 0 ms, expected a positive time"),
        (lambda ts: func.matrix_kolmogorov(ts, ts), "`left`: found a matrix of 5 x 200, expected a square one"),
        (lambda ts: func.getPowerSpectrum(ts, 1), "`activity`: found 5, expected one series"),
        (lambda ts: func.getPowerSpectrum(ts[0], 2000), "`spectrum_windowsize`: found 0 samples, expected at least 2"),
    ],
)
def test_bad_input_is_named(series, call, message):
    with pytest.raises(ValueError, match=message):
        call(series)
