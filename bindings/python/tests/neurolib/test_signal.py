import logging
from copy import deepcopy
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from neuropil.neurolib.utils.signal import BOLDSignal, RatesSignal, Signal, scipy_iir_filter_data

RATE = 1000.0
TIME = np.arange(1, 2001) / RATE


def waves(*frequencies):
    return np.array([np.sin(2 * np.pi * frequency * TIME) for frequency in frequencies])


@pytest.fixture
def signal():
    values = np.array([waves(10, 40, 10), 1 + 2 * waves(3, 5, 7)])
    coords = {"output": ["exc", "inh"], "space": [0, 1, 2], "time": 1000 * TIME}
    return RatesSignal(xr.DataArray(values, dims=["output", "space", "time"], coords=coords), time_in_ms=True)


def test_time_is_last_and_in_seconds(signal):
    assert (signal.dt, signal.sampling_frequency) == (0.001, 1000.0)
    assert (signal.start_time, signal.end_time, signal.shape) == (0.001, 2.0, (2, 3, 2000))
    turned = Signal(signal.data.transpose("time", "space", "output"))
    assert turned.data.dims == ("space", "output", "time")
    assert turned.dims_not_time == ["space", "output"] and list(turned.coords_not_time) == ["output", "space"]
    assert "Hz" in repr(signal)


def test_of_a_model():
    data = xr.DataArray(np.zeros((1, 2, 5)), dims=["output", "space", "time"], coords={"time": 2000.0 * np.arange(5)})
    model = SimpleNamespace(xr=lambda group: data if group == "BOLD" else None)
    assert BOLDSignal.from_model_output(model, group="BOLD").sampling_frequency == 0.5


def test_steps_change_the_signal_or_make_a_new_one(signal):
    before = deepcopy(signal)
    steps = {
        "sel": ([0.5, 1.0],),
        "isel": ([10, -10],),
        "rolling": (0.1,),
        "pad": (20,),
        "normalize": (),
        "resample": (250.0,),
        "hilbert_transform": ("amplitude",),
        "detrend": ([500],),
        "filter": (5.0, 20.0),
        "apply": (np.abs,),
    }
    for name, arguments in steps.items():
        new = getattr(signal, name)(*arguments, inplace=False)
        assert signal == before and signal.process_steps == before.process_steps
        changed = deepcopy(signal)
        assert getattr(changed, name)(*arguments) is None
        assert changed == new and isinstance(new, RatesSignal)
        assert new.process_steps == changed.process_steps and len(new.process_steps) == 2
        assert (new.dt, new.sampling_frequency) == (changed.dt, changed.sampling_frequency)


def test_selection(signal):
    assert signal.sel([0.5, 1.0], inplace=False).time[[0, -1]].tolist() == [0.5, 1.0]
    assert signal.sel([None, 1.0], inplace=False).shape[-1] == 1000
    assert signal.isel([3, 5], inplace=False).time.tolist() == [0.004, 0.005]
    one = signal.isel([3, 4], inplace=False)
    assert (one.shape[-1], one.dt) == (1, 0.001)
    assert signal["inh"].shape == (3, 2000)


def test_iteration_visits_every_series(signal):
    seen = dict(signal.iterate(return_as="xr"))
    assert len(seen) == 6 and seen["inh", 2].shape == (2000, 1)
    np.testing.assert_array_equal(seen["inh", 2].values[:, 0], signal.data.values[1, 2])
    names = [name for name, _ in signal.iterate()]
    assert names[4] == {"output": "inh", "space": 1}
    ((name, single),) = Signal(xr.DataArray(TIME, dims=["time"], coords={"time": TIME})).iterate()
    assert name == {} and single.shape == (2000,)


def test_windows_cover_the_signal(signal):
    windows = list(signal.sliding_window(0.5, 0.25, "hann", lengths_in_seconds=True))
    assert len(windows) == 7
    assert [window.start_time for window in windows[:2]] == [0.001, 0.251]
    assert windows[0].data.values[0, 0, 0] == 0.0
    assert len(list(signal.sliding_window(2000))) == 1


def test_padding_goes_on_with_time(signal):
    padded = signal.pad(0.1, in_seconds=True, side="before", constant_values=7.0, inplace=False)
    assert padded.shape[-1] == 2100 and (padded.data.values[..., :100] == 7.0).all()
    np.testing.assert_allclose(np.diff(padded.time), 0.001)
    assert padded.end_time == 2.0


def test_filters_keep_their_band(signal):
    band = signal["exc"].filter(5, 20, inplace=False).data.values[:, 500:1500]
    np.testing.assert_allclose(band[0], waves(10)[0, 500:1500], atol=0.05)
    assert np.abs(band[1]).max() < 0.01
    stop = scipy_iir_filter_data(waves(10, 40), RATE, 60, 20)[:, 500:1500]
    assert np.abs(stop[1]).max() < 0.01 and np.abs(stop[0]).max() > 0.99


def test_phase_and_amplitude_of_a_sine(signal):
    exc = signal["exc"]
    np.testing.assert_allclose(exc.hilbert_transform("amplitude", inplace=False).data, 1.0, atol=1e-9)
    phase = exc.hilbert_transform("phase_unwrapped", inplace=False).data.values
    np.testing.assert_allclose(np.diff(phase[1]), 2 * np.pi * 40 / RATE, atol=1e-9)
    assert np.iscomplexobj(exc.hilbert_transform(inplace=False).data)


def test_trend_mean_and_spread_go(signal):
    ramp = Signal(signal.data + 3 * signal.data["time"])
    assert np.abs(ramp.detrend(inplace=False).data.mean("time")).max() < 1e-12
    assert ramp.detrend(np.array([]), inplace=False) == ramp.detrend(inplace=False)
    standard = ramp.normalize(std=True, inplace=False)
    np.testing.assert_allclose(standard.data.std("time"), 1.0)


def test_connectivity(signal, caplog):
    connectivity = signal.functional_connectivity()
    assert connectivity.dims == ("output", "space", "space")
    np.testing.assert_allclose(connectivity.values[0], [[1, 0, 1], [0, 1, 0], [1, 0, 1]], atol=1e-12)
    np.testing.assert_array_equal(signal["exc"].functional_connectivity(np.cov), np.cov(signal.data.values[0]))
    single = Signal(signal.data.isel(space=[0]))
    assert single.functional_connectivity() is None
    assert caplog.record_tuples == [
        ("root", logging.ERROR, "Cannot compute functional connectivity from one timeseries.")
    ]


def test_functions_that_reduce_time_give_an_array(signal, caplog):
    mean = signal.apply(partial(np.mean, axis=-1))
    xr.testing.assert_allclose(mean, signal.data.mean("time"))
    assert "Shape changed after operation! Old shape: (2, 3, 2000), new shape: (2, 3)" in caplog.text


def test_files_keep_everything(signal, tmp_path):
    signal.description = "three nodes"
    signal.normalize()
    signal.resample(500)
    signal.save(tmp_path / "rates")
    loaded = RatesSignal.from_file(str(tmp_path / "rates"))
    assert loaded == signal
    assert loaded.process_steps == signal.process_steps
    assert (loaded.unit, loaded.description) == ("Hz", "three nodes")


def test_other_attributes_are_only_logged(signal, caplog):
    other = deepcopy(signal)
    other.unit = "kHz"
    assert signal == other
    assert caplog.messages == ["`unit` not equal between signals."]
    assert signal != signal["exc"] and signal != 3


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (lambda s: Signal(s.data.values), "`data`: found ndarray, expected an xarray DataArray"),
        (
            lambda s: Signal(s.data.rename(time="t")),
            r"`data`: found \('output', 'space', 't'\), expected a dimension `time`",
        ),
        (lambda s: s.sel([1.0]), "`sel_args`: found .*, expected two values"),
        (lambda s: s.resample(0), "`to_frequency`: found 0 Hz, expected a positive frequency"),
        (lambda s: s.pad(3, side="left"), "`side`: found 'left', expected 'before', 'after' or 'both'"),
        (lambda s: s.hilbert_transform("real"), "`return_as`: found 'real'.*expected one of "),
        (lambda s: list(s.iterate("numpy")), "`return_as`: found 'numpy', expected 'signal' or 'xr'"),
        (lambda s: list(s.sliding_window(3000)), "`length`: found 3000, expected 1 to 2000 samples"),
        (lambda s: list(s.sliding_window(10, 11)), "`step`: found 11.*expected 1 to 10 samples"),
        (lambda s: scipy_iir_filter_data(s.data.values, RATE, None, None), "at least one frequency"),
        (
            lambda s: scipy_iir_filter_data(s.data.values, RATE, 5, 5),
            "found 5 Hz for both, expected another frequency than `l_freq`",
        ),
        (
            lambda s: Signal(s.data.rename(space="x")).functional_connectivity(),
            r"dimensions \(\[output,\] space, time\)",
        ),
        (lambda s: s.apply(lambda x: x[0]), r"`func`: found \(3, 2000\).*expected an array of shape "),
    ],
)
def test_bad_input_is_named(signal, step, message):
    with pytest.raises((TypeError, ValueError), match=message):
        step(signal)
