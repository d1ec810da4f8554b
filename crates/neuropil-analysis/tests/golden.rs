//! Numbers made by other libraries for the same input (`golden/make_golden.py`).

#![allow(clippy::unwrap_used)]

use neuropil_analysis::{
    Band, Detrend, DynamicsDefinition, DynamicsOptions, Series, SeriesBuffer, Spectrum, SpectrumScaling, SquareMatrix,
    Welch, analytic_signal, butterworth, detrend, functional_connectivity, functional_connectivity_dynamics,
    kolmogorov_smirnov, log_spectral_distance, matrix_correlation, order_parameter, spectrum_correlation_distance,
    summarise, z_score,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    rate: f64,
    channels: usize,
    samples: usize,
    series: Vec<f64>,
    functional_connectivity: Vec<f64>,
    dynamics_upper: Vec<f64>,
    dynamics_whole: Vec<f64>,
    matrix_correlation: f64,
    left: Vec<f64>,
    right: Vec<f64>,
    kolmogorov_smirnov: f64,
    welch: Vec<WelchCase>,
    filters: Vec<FilterCase>,
    detrend_constant: Vec<f64>,
    detrend_linear: Vec<f64>,
    z_score: Vec<f64>,
    hilbert_odd: ComplexParts,
    hilbert_even: ComplexParts,
    unwrapped_phase: Vec<f64>,
    order_parameter: Vec<f64>,
    synchrony: f64,
    metastability: f64,
    log_spectral_distance: f64,
    spectrum_correlation_distance: f64,
    mean: Vec<f64>,
    standard_deviation: Vec<f64>,
}

#[derive(Deserialize)]
struct WelchCase {
    segment: usize,
    overlap: usize,
    detrend: String,
    scaling: String,
    frequencies: Vec<f64>,
    power: Vec<f64>,
}

#[derive(Deserialize)]
struct FilterCase {
    order: usize,
    kind: String,
    edges: Vec<f64>,
    filtered: Vec<f64>,
}

#[derive(Deserialize)]
struct ComplexParts {
    real: Vec<f64>,
    imaginary: Vec<f64>,
}

impl Golden {
    fn read() -> Self {
        serde_json::from_str(include_str!("golden/golden.json")).unwrap()
    }

    fn series(&self) -> Series<'_> {
        Series::new(&self.series, self.channels, self.samples).unwrap()
    }

    fn channel(&self, channel: usize) -> Series<'_> {
        Series::single(self.series().channel(channel)).unwrap()
    }

    /// Samples `start..end` of all channels.
    fn cut(&self, start: usize, end: usize) -> Vec<f64> {
        self.series().rows().flat_map(|row| row[start..end].to_vec()).collect()
    }
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let scale = expected.iter().fold(f64::MIN_POSITIVE, |largest: f64, value| largest.max(value.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance * scale, "index {index}: found {found}, expected {expected}");
    }
}

fn connectivity(values: &[f64], channels: usize) -> SquareMatrix {
    functional_connectivity(Series::new(values, channels, values.len() / channels).unwrap()).unwrap()
}

#[test]
fn connectivity_and_its_dynamics() {
    let golden = Golden::read();
    assert_close(functional_connectivity(golden.series()).unwrap().values(), &golden.functional_connectivity, 1e-13);
    let mut options = DynamicsOptions { window: 30, step: 9, ..DynamicsOptions::default() };
    let dynamics = functional_connectivity_dynamics(golden.series(), &options).unwrap();
    assert_close(dynamics.values(), &golden.dynamics_upper, 1e-12);
    options.definition = DynamicsDefinition::WholeMatrix;
    let dynamics = functional_connectivity_dynamics(golden.series(), &options).unwrap();
    assert_close(dynamics.values(), &golden.dynamics_whole, 1e-12);
}

#[test]
fn comparisons() {
    let golden = Golden::read();
    let early = connectivity(&golden.cut(0, 100), golden.channels);
    let late = connectivity(&golden.cut(100, golden.samples), golden.channels);
    assert_close(&[matrix_correlation(&early, &late).unwrap()], &[golden.matrix_correlation], 1e-12);
    assert_close(&[kolmogorov_smirnov(&golden.left, &golden.right).unwrap()], &[golden.kolmogorov_smirnov], 1e-14);
}

#[test]
fn spectra() {
    let golden = Golden::read();
    for case in &golden.welch {
        let trend = match case.detrend.as_str() {
            "constant" => Detrend::Constant,
            "linear" => Detrend::Linear,
            "False" => Detrend::None,
            other => panic!("{other}"),
        };
        let scaling = if case.scaling == "density" { SpectrumScaling::Density } else { SpectrumScaling::Power };
        let spectrum = Welch::new(golden.rate, case.segment)
            .overlap(case.overlap)
            .detrend(trend)
            .scaling(scaling)
            .spectrum(golden.series())
            .unwrap();
        assert_close(spectrum.frequencies(), &case.frequencies, 1e-15);
        assert_close(spectrum.power(), &case.power, 1e-13);
        let mean: Vec<f64> = (0..case.frequencies.len())
            .map(|bin| {
                (0..golden.channels).map(|channel| spectrum.channel(channel)[bin]).sum::<f64>() / golden.channels as f64
            })
            .collect();
        assert_close(spectrum.mean_over_channels().power(), &mean, 1e-14);
    }
}

#[test]
fn spectrum_distances() {
    let golden = Golden::read();
    let spectrum = |channel| -> Spectrum {
        Welch::new(golden.rate, 64).spectrum(golden.channel(channel)).unwrap().band(1.0..=golden.rate).unwrap()
    };
    let (left, right) = (spectrum(0), spectrum(1));
    assert_close(&[log_spectral_distance(&left, &right).unwrap()], &[golden.log_spectral_distance], 1e-12);
    assert_close(
        &[spectrum_correlation_distance(&left, &right).unwrap()],
        &[golden.spectrum_correlation_distance],
        1e-12,
    );
}

#[test]
fn zero_phase_filters() {
    let golden = Golden::read();
    for case in &golden.filters {
        let band = match (case.kind.as_str(), case.edges.as_slice()) {
            ("lowpass", [cutoff]) => Band::LowPass { cutoff: *cutoff },
            ("highpass", [cutoff]) => Band::HighPass { cutoff: *cutoff },
            ("bandpass", [low, high]) => Band::BandPass { low: *low, high: *high },
            ("bandstop", [low, high]) => Band::BandStop { low: *low, high: *high },
            other => panic!("{other:?}"),
        };
        let filter = butterworth(case.order, band, golden.rate).unwrap();
        let filtered = filter.zero_phase(golden.channel(1)).unwrap();
        assert_close(filtered.values(), &case.filtered, 1e-9);
    }
}

#[test]
fn trend_and_scale() {
    let golden = Golden::read();
    let channel = golden.channel(2);
    assert_close(detrend(channel, Detrend::Constant).values(), &golden.detrend_constant, 1e-14);
    assert_close(detrend(channel, Detrend::Linear).values(), &golden.detrend_linear, 1e-13);
    assert_close(z_score(channel).values(), &golden.z_score, 1e-13);
}

#[test]
fn analytic_signals_and_their_synchrony() {
    let golden = Golden::read();
    let even = golden.cut(0, 200);
    let even = Series::new(&even, golden.channels, 200).unwrap();
    let odd = analytic_signal(golden.channel(0));
    let signal = analytic_signal(even);
    for (values, expected) in [(odd.values(), &golden.hilbert_odd), (&signal.values()[..200], &golden.hilbert_even)] {
        assert_close(&values.iter().map(|value| value.re).collect::<Vec<_>>(), &expected.real, 1e-13);
        assert_close(&values.iter().map(|value| value.im).collect::<Vec<_>>(), &expected.imaginary, 1e-13);
    }
    assert_close(signal.unwrapped_phase().channel(0), &golden.unwrapped_phase, 1e-12);
    let phases: SeriesBuffer = signal.phase();
    let order = order_parameter(phases.view());
    assert_close(order.values(), &golden.order_parameter, 1e-12);
    assert_close(&[order.synchrony(), order.metastability()], &[golden.synchrony, golden.metastability], 1e-13);
}

#[test]
fn summaries() {
    let golden = Golden::read();
    let summaries = summarise(golden.series());
    let pick = |value: fn(&neuropil_analysis::Summary) -> f64| summaries.iter().map(value).collect::<Vec<_>>();
    assert_close(&pick(|summary| summary.mean), &golden.mean, 1e-14);
    assert_close(&pick(|summary| summary.standard_deviation), &golden.standard_deviation, 1e-14);
}
