//! Analytic signal by the Hilbert transform: amplitude and phase of oscillations.

use std::f64::consts::{PI, TAU};

use rayon::prelude::*;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex64;

use crate::series::{Series, SeriesBuffer};

/// The analytic signal `x + i H(x)` of each channel: channels x samples complex numbers, row-major.
///
/// Amplitude and phase mean something for narrow bands only: filter first ([`crate::butterworth`]).
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticSignal {
    values: Vec<Complex64>,
    channels: usize,
    samples: usize,
}

/// Analytic signal of each channel: the negative frequencies of its discrete Fourier transform are set to zero and
/// the positive ones doubled (Marple 1999, doi:10.1109/78.782222). The same numbers as `scipy.signal.hilbert`.
/// The transform takes the recording as periodic, so both ends are distorted.
pub fn analytic_signal(series: Series<'_>) -> AnalyticSignal {
    let samples = series.samples();
    let mut planner = FftPlanner::<f64>::new();
    let forward = planner.plan_fft_forward(samples);
    let inverse = planner.plan_fft_inverse(samples);
    let scratch_length = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
    let mut values: Vec<Complex64> = series.values().iter().map(|value| Complex64::new(*value, 0.0)).collect();
    values.par_chunks_exact_mut(samples).for_each_init(
        || vec![Complex64::ZERO; scratch_length],
        |scratch, channel| {
            forward.process_with_scratch(channel, scratch);
            for (index, coefficient) in channel.iter_mut().enumerate() {
                // Frequency 0 and, for an even length, the highest one belong to both sides.
                let sides = match (2 * index).cmp(&samples) {
                    _ if index == 0 => 1.0,
                    std::cmp::Ordering::Less => 2.0,
                    std::cmp::Ordering::Equal => 1.0,
                    std::cmp::Ordering::Greater => 0.0,
                };
                *coefficient *= sides / samples as f64;
            }
            inverse.process_with_scratch(channel, scratch);
        },
    );
    AnalyticSignal { values, channels: series.channels(), samples }
}

impl AnalyticSignal {
    /// Channels x samples, row-major, in the unit of the series.
    pub fn values(&self) -> &[Complex64] {
        &self.values
    }

    /// Number of rows.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of columns.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Instantaneous amplitude (envelope), in the unit of the series.
    pub fn amplitude(&self) -> SeriesBuffer {
        self.map(|value| value.norm())
    }

    /// Instantaneous phase (rad), from -pi to pi.
    pub fn phase(&self) -> SeriesBuffer {
        self.map(|value| value.arg())
    }

    /// Instantaneous phase (rad) without jumps: whole turns are added so that neighbouring samples differ by pi at
    /// the most. The first sample keeps its phase.
    pub fn unwrapped_phase(&self) -> SeriesBuffer {
        let mut phase = self.phase().into_values();
        phase.par_chunks_exact_mut(self.samples).for_each(unwrap);
        SeriesBuffer::from_finite(phase, self.channels, self.samples)
    }

    fn map(&self, function: impl Fn(&Complex64) -> f64) -> SeriesBuffer {
        SeriesBuffer::from_finite(self.values.iter().map(function).collect(), self.channels, self.samples)
    }
}

fn unwrap(phase: &mut [f64]) {
    let mut turns = 0.0;
    let mut previous = phase.first().copied().unwrap_or_default();
    for value in phase {
        let step = *value - previous;
        previous = *value;
        if step > PI {
            turns -= 1.0;
        } else if step < -PI {
            turns += 1.0;
        }
        *value += TAU * turns;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cosine_has_constant_amplitude_and_steady_phase() {
        for samples in [100, 101_u32] {
            let step = TAU * 5.0 / f64::from(samples);
            let values: Vec<f64> = (0..samples).map(|index| 2.0 * (step * f64::from(index)).cos()).collect();
            let signal = analytic_signal(Series::single(&values).unwrap());
            assert!(signal.amplitude().values().iter().all(|value| (value - 2.0).abs() < 1e-13));
            let phase = signal.unwrapped_phase();
            for (index, phase) in phase.values().iter().enumerate() {
                assert!((phase - step * index as f64).abs() < 1e-12);
            }
            assert!(signal.phase().values().iter().all(|phase| phase.abs() <= PI));
        }
    }

    #[test]
    fn one_sample_is_itself() {
        let signal = analytic_signal(Series::single(&[-3.0]).unwrap());
        assert_eq!(signal.values(), [Complex64::new(-3.0, 0.0)]);
    }
}
