"""Writes golden.json: what NumPy and SciPy give for the analyses of this crate.

    pip install -r requirements.txt
    python make_golden.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal, stats

rng = np.random.default_rng(20260401)
CHANNELS, SAMPLES, RATE = 4, 201, 100.0
time = np.arange(SAMPLES) / RATE
common = signal.lfilter([1.0], [1.0, -0.9], rng.standard_normal(SAMPLES))
series = np.array(
    [
        c + 0.6 * common + 0.5 * c * time + np.sin(2 * np.pi * (4 + 3 * c) * time + c) + rng.standard_normal(SAMPLES)
        for c in range(CHANNELS)
    ]
)
# What is stored is what is computed with.
series = np.round(series, 9)


def functional_connectivity(values):
    return np.nan_to_num(np.corrcoef(values))


def dynamics_upper(values, window, step):
    upper = np.triu_indices(CHANNELS, 1)
    starts = range(0, values.shape[1] - window + 1, step)
    return np.corrcoef([functional_connectivity(values[:, s : s + window])[upper] for s in starts])


def dynamics_whole(values, window, step):
    starts = range(0, values.shape[1] - window, step)
    return np.corrcoef([functional_connectivity(values[:, s : s + window]).ravel() for s in starts])


def welch(segment, overlap, detrend, scaling):
    frequencies, power = signal.welch(
        series, fs=RATE, window="hann", nperseg=segment, noverlap=overlap, detrend=detrend, scaling=scaling
    )
    return {
        "segment": segment,
        "overlap": overlap,
        "detrend": str(detrend),
        "scaling": scaling,
        "frequencies": frequencies.tolist(),
        "power": power.ravel().tolist(),
    }


def band_filter(order, kind, edges):
    sections = signal.butter(order, edges, btype=kind, fs=RATE, output="sos")
    return {
        "order": order,
        "kind": kind,
        "edges": np.atleast_1d(edges).tolist(),
        "filtered": signal.sosfiltfilt(sections, series[1]).tolist(),
    }


left, right = np.round(rng.standard_normal(60), 1), np.round(0.4 + 1.3 * rng.standard_normal(45), 1)
even = series[:, :200]
analytic, analytic_even = signal.hilbert(series[0]), signal.hilbert(even[0])
phases = np.angle(signal.hilbert(even))
order = np.abs(np.exp(1j * phases).mean(axis=0))
a, b = functional_connectivity(series[:, :100]), functional_connectivity(series[:, 100:])
upper = np.triu_indices(CHANNELS, 1)
spectra = signal.welch(series, fs=RATE, nperseg=64)[1][:, 1:]

golden = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
    "rate": RATE,
    "channels": CHANNELS,
    "samples": SAMPLES,
    "series": series.ravel().tolist(),
    "functional_connectivity": functional_connectivity(series).ravel().tolist(),
    "dynamics_upper": dynamics_upper(series, 30, 9).ravel().tolist(),
    "dynamics_whole": dynamics_whole(series, 30, 9).ravel().tolist(),
    "matrix_correlation": float(np.corrcoef(a[upper], b[upper])[0, 1]),
    "left": left.tolist(),
    "right": right.tolist(),
    "kolmogorov_smirnov": float(stats.ks_2samp(left, right).statistic),
    "welch": [
        welch(64, 32, "constant", "density"),
        welch(45, 10, "linear", "spectrum"),
        welch(201, 0, False, "density"),
    ],
    "filters": [
        band_filter(1, "lowpass", 10.0),
        band_filter(4, "lowpass", 8.0),
        band_filter(3, "highpass", 5.0),
        band_filter(1, "bandpass", [3.0, 30.0]),
        band_filter(2, "bandpass", [8.0, 12.0]),
        band_filter(5, "bandpass", [0.5, 49.0]),
        band_filter(8, "lowpass", 20.0),
        band_filter(2, "bandstop", [9.0, 11.0]),
        band_filter(3, "bandstop", [4.0, 30.0]),
    ],
    "detrend_constant": signal.detrend(series[2], type="constant").tolist(),
    "detrend_linear": signal.detrend(series[2], type="linear").tolist(),
    "z_score": stats.zscore(series[2]).tolist(),
    "hilbert_odd": {"real": analytic.real.tolist(), "imaginary": analytic.imag.tolist()},
    "hilbert_even": {"real": analytic_even.real.tolist(), "imaginary": analytic_even.imag.tolist()},
    "unwrapped_phase": np.unwrap(np.angle(analytic_even)).tolist(),
    "order_parameter": order.tolist(),
    "synchrony": float(order.mean()),
    "metastability": float(order.std()),
    "log_spectral_distance": float(np.sqrt(np.mean((10 * np.log10(spectra[0] / spectra[1])) ** 2))),
    "spectrum_correlation_distance": float(1 - np.corrcoef(spectra[0], spectra[1])[0, 1]),
    "mean": series.mean(axis=1).tolist(),
    "standard_deviation": series.std(axis=1).tolist(),
}
path = pathlib.Path(__file__).with_name("golden.json")
path.write_text(json.dumps(golden, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n")
