//! Digital filters as cascades of second-order sections, and their zero-phase application.

use std::f64::consts::TAU;

use rayon::prelude::*;
use rustfft::num_complex::Complex64;
use thiserror::Error;

use crate::series::{Series, SeriesBuffer};

/// One factor `(b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2)` of a transfer function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    /// `b0, b1, b2`
    pub numerator: [f64; 3],
    /// `a1, a2`
    pub denominator: [f64; 2],
}

/// A stable filter: the product of its sections.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondOrderSections {
    sections: Vec<Section>,
}

/// Why a filter cannot be applied.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FilterError {
    /// The recording is shorter than its extension at both ends.
    #[error("`series`: found {found}, expected more than {padding} samples")]
    TooShort {
        /// Samples given.
        found: usize,
        /// Samples of the extension.
        padding: usize,
    },
    /// The filter amplifies the numbers beyond what can be computed with.
    #[error("`series`: channel {channel} leaves the finite numbers when filtered")]
    Overflow {
        /// Row, from 0.
        channel: usize,
    },
}

impl FilterError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooShort { .. } => Some("use a lower order or a longer recording".into()),
            Self::Overflow { .. } => Some("use a lower order, or sample less often before filtering".into()),
        }
    }
}

impl Section {
    /// Scales the numerator so that the magnitude at `reference`, a point of the unit circle, is 1.
    pub(crate) fn with_unit_gain(numerator: [f64; 3], denominator: [f64; 2], reference: Complex64) -> Self {
        let gain = Self { numerator, denominator }.response(reference).norm();
        Self { numerator: numerator.map(|coefficient| coefficient / gain), denominator }
    }

    /// Magnitude of the largest pole or, of a conjugate pair, its square: the order of sections.
    pub(crate) fn damping(&self) -> f64 {
        self.denominator[1].abs().max(if self.denominator[1] == 0.0 { self.denominator[0].abs() } else { 0.0 })
    }

    /// Whether all poles lie inside the unit circle, by the triangle of stability.
    pub(crate) fn is_stable(&self) -> bool {
        let [a1, a2] = self.denominator;
        a2.abs() < 1.0 && a1.abs() < 1.0 + a2 && self.numerator.iter().all(|coefficient| coefficient.is_finite())
    }

    fn response(&self, z: Complex64) -> Complex64 {
        let [b0, b1, b2] = self.numerator;
        let [a1, a2] = self.denominator;
        (z * (z * b0 + b1) + b2) / (z * (z + a1) + a2)
    }

    /// State after a constant input of 1 has lasted for ever, and the output it has then.
    fn steady_state(&self) -> ([f64; 2], f64) {
        let [b0, b1, b2] = self.numerator;
        let [a1, a2] = self.denominator;
        let output = (b0 + b1 + b2) / (1.0 + a1 + a2);
        ([output - b0, b2 - a2 * output], output)
    }

    /// Filters in place (transposed direct form II).
    fn run(&self, values: &mut [f64], state: [f64; 2]) {
        let [b0, b1, b2] = self.numerator;
        let [a1, a2] = self.denominator;
        let [mut first, mut second] = state;
        for value in values {
            let input = *value;
            let output = b0 * input + first;
            first = b1 * input - a1 * output + second;
            second = b2 * input - a2 * output;
            *value = output;
        }
    }
}

impl SecondOrderSections {
    pub(crate) fn new(sections: Vec<Section>) -> Self {
        Self { sections }
    }

    /// The factors, in the order in which they are applied.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Magnitude of the transfer function at a frequency, both in Hz. Filtering forward and backward has its square.
    pub fn gain(&self, frequency: f64, sampling_rate: f64) -> f64 {
        let z = Complex64::from_polar(1.0, TAU * frequency / sampling_rate);
        self.sections.iter().map(|section| section.response(z).norm()).product()
    }

    /// Samples by which [`SecondOrderSections::zero_phase`] extends both ends: three times the filter's length.
    pub fn padding(&self) -> usize {
        let first_order =
            self.sections.iter().filter(|section| section.denominator[1] == 0.0 && section.numerator[2] == 0.0).count();
        3 * (2 * self.sections.len() + 1 - first_order)
    }

    /// Filters each channel forward and then backward, so that no frequency is shifted in time. The gain is the
    /// square of the filter's. Same shape and unit as `series`.
    ///
    /// Both ends are extended by [`SecondOrderSections::padding`] samples, mirrored through the end point, and the
    /// filter starts in the steady state of the first extended sample (Gustafsson 1996, doi:10.1109/78.492552, for
    /// the problem). The same numbers as `scipy.signal.sosfiltfilt` with its default padding, up to rounding.
    ///
    /// # Errors
    /// When the recording is not longer than the extension, or numbers leave the finite range.
    pub fn zero_phase(&self, series: Series<'_>) -> Result<SeriesBuffer, FilterError> {
        let padding = self.padding();
        let samples = series.samples();
        if samples <= padding {
            return Err(FilterError::TooShort { found: samples, padding });
        }
        let mut values = vec![0.0; series.values().len()];
        values.par_chunks_exact_mut(samples).enumerate().try_for_each_init(
            || vec![0.0; samples + 2 * padding],
            |extended, (channel, output)| {
                extend(series.channel(channel), padding, extended);
                self.run_from_steady_state(extended);
                extended.reverse();
                self.run_from_steady_state(extended);
                extended.reverse();
                output.copy_from_slice(&extended[padding..padding + samples]);
                if output.iter().all(|value| crate::series::usable(*value)) {
                    Ok(())
                } else {
                    Err(FilterError::Overflow { channel })
                }
            },
        )?;
        Ok(SeriesBuffer::from_finite(values, series.channels(), samples))
    }

    fn run_from_steady_state(&self, values: &mut [f64]) {
        let mut level = values[0];
        for section in &self.sections {
            let (state, output) = section.steady_state();
            section.run(values, state.map(|state| state * level));
            level *= output;
        }
    }
}

/// Odd extension: the series turned by half a circle about its end points.
fn extend(samples: &[f64], padding: usize, extended: &mut [f64]) {
    let last = samples.len() - 1;
    extended[padding..padding + samples.len()].copy_from_slice(samples);
    for distance in 1..=padding {
        extended[padding - distance] = 2.0 * samples[0] - samples[distance];
        extended[padding + last + distance] = 2.0 * samples[last] - samples[last - distance];
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;
    use crate::butterworth::{Band, butterworth};

    #[test]
    fn extension_is_odd() {
        let mut extended = [0.0; 7];
        extend(&[1.0, 2.0, 4.0], 2, &mut extended);
        assert_eq!(extended, [-2.0, 0.0, 1.0, 2.0, 4.0, 6.0, 7.0]);
    }

    #[test]
    fn a_constant_passes_a_low_pass_and_not_a_high_pass() {
        let values = [2.5; 60];
        let series = Series::single(&values).unwrap();
        let low = butterworth(4, Band::LowPass { cutoff: 5.0 }, 100.0).unwrap().zero_phase(series).unwrap();
        assert!(low.values().iter().all(|value| (value - 2.5).abs() < 1e-11));
        let high = butterworth(4, Band::HighPass { cutoff: 5.0 }, 100.0).unwrap().zero_phase(series).unwrap();
        assert!(high.values().iter().all(|value| value.abs() < 1e-11));
    }

    #[test]
    fn a_sine_keeps_its_phase() {
        let sine = |frequency: f64| -> Vec<f64> {
            (0..2000).map(|index| (TAU * frequency * f64::from(index) / 100.0).sin()).collect()
        };
        let filter = butterworth(3, Band::BandPass { low: 8.0, high: 12.0 }, 100.0).unwrap();
        for frequency in [8.0, 9.5, 12.0, 14.0] {
            let input = sine(frequency);
            let output = filter.zero_phase(Series::single(&input).unwrap()).unwrap();
            let gain = filter.gain(frequency, 100.0).powi(2);
            for (output, input) in output.values()[800..1200].iter().zip(&input[800..1200]) {
                assert!((output - gain * input).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn short_series_are_refused() {
        let filter = butterworth(1, Band::LowPass { cutoff: 5.0 }, 100.0).unwrap();
        assert_eq!(filter.padding(), 6);
        let error = filter.zero_phase(Series::single(&[1.0; 6]).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "`series`: found 6, expected more than 6 samples");
        assert!(filter.zero_phase(Series::single(&[1.0; 7]).unwrap()).is_ok());
    }
}
