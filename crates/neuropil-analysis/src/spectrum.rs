//! Power spectra by Welch's method.

use std::f64::consts::TAU;
use std::ops::RangeInclusive;
use std::str::FromStr;

use rayon::prelude::*;
use realfft::RealFftPlanner;
use thiserror::Error;

use crate::name::{UnknownName, choose};
use crate::series::Series;
use crate::standardise::Detrend;
use crate::sums;

/// What the numbers of a [`Spectrum`] mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SpectrumScaling {
    /// Power per frequency, in (unit of the series)^2 / Hz; its integral over frequency is the variance.
    #[default]
    Density,
    /// Power, in (unit of the series)^2; a sine of amplitude A at a frequency of the grid has A^2 / 2 there.
    Power,
}

impl SpectrumScaling {
    /// Both scalings.
    pub const ALL: [Self; 2] = [Self::Density, Self::Power];

    /// The name that [`str::parse`] understands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Density => "density",
            Self::Power => "power",
        }
    }
}

impl FromStr for SpectrumScaling {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        choose("scaling", Self::ALL, Self::name, name)
    }
}

/// Welch's method: the mean of the squared magnitudes of the Fourier transforms of overlapping segments under a
/// Hann window (Welch 1967, doi:10.1109/TAU.1967.1161901). The same numbers as `scipy.signal.welch`.
///
/// ```
/// use neuropil_analysis::{Series, Welch};
/// let sine: Vec<f64> = (0..1000).map(|i| (std::f64::consts::TAU * 10.0 * f64::from(i) / 1000.0).sin()).collect();
/// let spectrum = Welch::new(1000.0, 500).spectrum(Series::single(&sine)?)?;
/// assert_eq!(spectrum.dominant_frequency(0), Some(10.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    sampling_rate: f64,
    segment: usize,
    overlap: usize,
    detrend: Detrend,
    scaling: SpectrumScaling,
}

/// Power of each channel at each frequency.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    frequencies: Vec<f64>,
    power: Vec<f64>,
}

/// Why there is no spectrum.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpectrumError {
    /// The sampling rate is not a positive number.
    #[error("`sampling_rate`: found {found}, expected a positive number of hertz")]
    SamplingRate {
        /// Rate given (Hz).
        found: f64,
    },
    /// A segment is shorter than two samples or longer than the recording.
    #[error("`segment`: found {found}, expected 2 to {samples} samples")]
    Segment {
        /// Segment asked for.
        found: usize,
        /// Samples of the recording.
        samples: usize,
    },
    /// Segments that do not move.
    #[error("`overlap`: found {found}, expected fewer than the {segment} samples of a segment")]
    Overlap {
        /// Overlap asked for.
        found: usize,
        /// Samples of a segment.
        segment: usize,
    },
    /// No frequency of the grid lies in the band.
    #[error(
        "`band`: found none from {low} to {high} Hz, expected a frequency of the grid from 0 to {nyquist} Hz inside"
    )]
    Band {
        /// Lower edge asked for (Hz).
        low: f64,
        /// Upper edge asked for (Hz).
        high: f64,
        /// Half the sampling rate (Hz).
        nyquist: f64,
    },
}

impl SpectrumError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::SamplingRate { .. } => Some("the sampling rate is 1000 / (milliseconds between samples)".into()),
            Self::Segment { .. } => Some("a segment needs one period of the slowest frequency or more".into()),
            Self::Overlap { .. } => None,
            Self::Band { .. } => Some("longer segments give a finer grid".into()),
        }
    }
}

impl Welch {
    /// Segments of `segment` samples of a series sampled at `sampling_rate` (Hz). The resolution is
    /// `sampling_rate / segment` Hz. Default: half a segment of overlap, the mean of each segment removed, densities.
    pub fn new(sampling_rate: f64, segment: usize) -> Self {
        Self {
            sampling_rate,
            segment,
            overlap: segment / 2,
            detrend: Detrend::Constant,
            scaling: SpectrumScaling::Density,
        }
    }

    /// Samples that a segment shares with the next one; fewer than the segment has.
    #[must_use]
    pub fn overlap(mut self, samples: usize) -> Self {
        self.overlap = samples;
        self
    }

    /// What is subtracted from each segment.
    #[must_use]
    pub fn detrend(mut self, detrend: Detrend) -> Self {
        self.detrend = detrend;
        self
    }

    /// Density or power.
    #[must_use]
    pub fn scaling(mut self, scaling: SpectrumScaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// One-sided spectrum of each channel, at the frequencies `k * sampling_rate / segment` from 0 to half the
    /// sampling rate. Samples after the last whole segment do not count.
    ///
    /// # Errors
    /// When the sampling rate is not positive, or segment or overlap do not fit.
    pub fn spectrum(&self, series: Series<'_>) -> Result<Spectrum, SpectrumError> {
        self.check(series.samples())?;
        let window = hann(self.segment);
        let bins = self.segment / 2 + 1;
        let scale = match self.scaling {
            SpectrumScaling::Density => 1.0 / (self.sampling_rate * sums::sum_of_squares(&window)),
            SpectrumScaling::Power => 1.0 / sums::sum(&window).powi(2),
        };
        let transform = RealFftPlanner::<f64>::new().plan_fft_forward(self.segment);
        let step = self.segment - self.overlap;
        let segments = (series.samples() - self.segment) / step + 1;
        let mut power = vec![0.0; series.channels() * bins];
        power.par_chunks_exact_mut(bins).enumerate().for_each_init(
            || (vec![0.0; self.segment], transform.make_output_vec(), transform.make_scratch_vec()),
            |(segment, coefficients, scratch), (channel, power)| {
                let samples = series.channel(channel);
                for start in (0..segments).map(|index| index * step) {
                    segment.copy_from_slice(&samples[start..start + self.segment]);
                    self.detrend.apply(segment);
                    for (value, weight) in segment.iter_mut().zip(&window) {
                        *value *= weight;
                    }
                    let outcome = transform.process_with_scratch(segment, coefficients, scratch);
                    if outcome.is_err() {
                        unreachable!("the buffers come from the transform itself");
                    }
                    for (power, coefficient) in power.iter_mut().zip(&*coefficients) {
                        *power += coefficient.norm_sqr();
                    }
                }
                for (bin, power) in power.iter_mut().enumerate() {
                    // The negative frequencies are folded over; 0 and half the sampling rate have none.
                    let sides = if bin == 0 || 2 * bin == self.segment { 1.0 } else { 2.0 };
                    *power *= sides * scale / segments as f64;
                }
            },
        );
        let frequencies = (0..bins).map(|bin| bin as f64 * self.sampling_rate / self.segment as f64).collect();
        Ok(Spectrum { frequencies, power })
    }

    fn check(&self, samples: usize) -> Result<(), SpectrumError> {
        if !(self.sampling_rate.is_finite() && self.sampling_rate > 0.0) {
            return Err(SpectrumError::SamplingRate { found: self.sampling_rate });
        }
        if self.segment < 2 || self.segment > samples {
            return Err(SpectrumError::Segment { found: self.segment, samples });
        }
        if self.overlap >= self.segment {
            return Err(SpectrumError::Overlap { found: self.overlap, segment: self.segment });
        }
        Ok(())
    }
}

impl Spectrum {
    /// The grid (Hz), rising.
    pub fn frequencies(&self) -> &[f64] {
        &self.frequencies
    }

    /// Channels x frequencies, row-major.
    pub fn power(&self) -> &[f64] {
        &self.power
    }

    /// Number of rows.
    pub fn channels(&self) -> usize {
        self.power.len() / self.frequencies.len()
    }

    /// Power of one channel at each frequency.
    ///
    /// # Panics
    /// When `channel` is not below [`Spectrum::channels`].
    pub fn channel(&self, channel: usize) -> &[f64] {
        &self.power[channel * self.frequencies.len()..(channel + 1) * self.frequencies.len()]
    }

    /// The mean over channels, as a spectrum of one channel.
    #[must_use]
    pub fn mean_over_channels(&self) -> Self {
        let mut power = vec![0.0; self.frequencies.len()];
        for row in self.power.chunks_exact(self.frequencies.len()) {
            for (sum, value) in power.iter_mut().zip(row) {
                *sum += value;
            }
        }
        for value in &mut power {
            *value /= self.channels() as f64;
        }
        Self { frequencies: self.frequencies.clone(), power }
    }

    /// The part whose frequencies (Hz) lie in `band`, both ends counted.
    ///
    /// # Errors
    /// When no frequency of the grid does.
    pub fn band(&self, band: RangeInclusive<f64>) -> Result<Self, SpectrumError> {
        let inside: Vec<usize> =
            (0..self.frequencies.len()).filter(|index| band.contains(&self.frequencies[*index])).collect();
        if inside.is_empty() {
            let nyquist = self.frequencies.last().copied().unwrap_or_default();
            return Err(SpectrumError::Band { low: *band.start(), high: *band.end(), nyquist });
        }
        let power =
            self.power.chunks_exact(self.frequencies.len()).flat_map(|row| inside.iter().map(|index| row[*index]));
        Ok(Self { power: power.collect(), frequencies: inside.iter().map(|index| self.frequencies[*index]).collect() })
    }

    /// The frequency (Hz) with the most power, 0 Hz left out; the lowest of equals. `None` where there is no power
    /// (a constant channel), no frequency above 0, or no such channel.
    pub fn dominant_frequency(&self, channel: usize) -> Option<f64> {
        if channel >= self.channels() {
            return None;
        }
        let mut best = (0.0, None);
        for (frequency, power) in self.frequencies.iter().zip(self.channel(channel)) {
            if *frequency > 0.0 && *power > best.0 {
                best = (*power, Some(*frequency));
            }
        }
        best.1
    }
}

/// Periodic Hann window, for spectra.
fn hann(length: usize) -> Vec<f64> {
    (0..length).map(|index| 0.5 - 0.5 * (TAU * index as f64 / length as f64).cos()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sine(frequency: f64, rate: f64, samples: u32) -> Vec<f64> {
        (0..samples).map(|index| 3.0 * (TAU * frequency * f64::from(index) / rate).sin()).collect()
    }

    #[test]
    fn a_sine_has_half_its_squared_amplitude() {
        let values = sine(12.0, 200.0, 1000);
        let spectrum =
            Welch::new(200.0, 200).scaling(SpectrumScaling::Power).spectrum(Series::single(&values).unwrap()).unwrap();
        assert_eq!(spectrum.dominant_frequency(0), Some(12.0));
        assert!((spectrum.power()[12] - 4.5).abs() < 1e-12);
        assert_eq!(spectrum.dominant_frequency(1), None);
    }

    #[test]
    fn parseval() {
        // The integral of the density is the power of the windowed segment relative to that of the window.
        for length in [64_usize, 75] {
            let values: Vec<f64> = (0..length).map(|index| ((index * index) as f64 * 0.37).sin() + 0.2).collect();
            let spectrum =
                Welch::new(50.0, length).detrend(Detrend::None).spectrum(Series::single(&values).unwrap()).unwrap();
            let window = hann(length);
            let windowed: Vec<f64> = values.iter().zip(&window).map(|(value, weight)| value * weight).collect();
            let expected = sums::sum_of_squares(&windowed) / sums::sum_of_squares(&window);
            let integral = sums::sum(spectrum.power()) * 50.0 / length as f64;
            assert!((integral / expected - 1.0).abs() < 1e-13, "{integral} {expected}");
        }
    }

    #[test]
    fn bad_options_are_named() {
        let values = [0.0; 10];
        let series = Series::single(&values).unwrap();
        assert_eq!(
            Welch::new(0.0, 4).spectrum(series).unwrap_err().to_string(),
            "`sampling_rate`: found 0, expected a positive number of hertz"
        );
        assert!(Welch::new(f64::NAN, 4).spectrum(series).is_err());
        assert!(matches!(Welch::new(1.0, 11).spectrum(series), Err(SpectrumError::Segment { .. })));
        assert!(matches!(Welch::new(1.0, 1).spectrum(series), Err(SpectrumError::Segment { .. })));
        assert!(matches!(Welch::new(1.0, 4).overlap(4).spectrum(series), Err(SpectrumError::Overlap { .. })));
        let flat = Welch::new(1.0, 4).spectrum(series).unwrap();
        assert_eq!(flat.dominant_frequency(0), None);
        assert!(matches!(flat.band(0.6..=0.9), Err(SpectrumError::Band { .. })));
        assert_eq!(flat.band(0.25..=0.5).unwrap().frequencies(), [0.25, 0.5]);
    }
}
