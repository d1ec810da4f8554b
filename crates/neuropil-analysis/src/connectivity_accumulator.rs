//! Functional connectivity of a recording that is never kept.

use thiserror::Error;

use crate::functional_connectivity::{finish_correlations, zeros};
use crate::gram::Panels;
use crate::series::{Series, usable};
use crate::square_matrix::SquareMatrix;
use crate::sums;

/// Samples that are folded in at once.
const BLOCK: usize = 128;

/// Computes functional connectivity while a recording is made. Memory is two matrices of channels x channels and a
/// block of 128 samples, however long the recording.
///
/// Blocks of 128 samples, counted from the first sample, are centred on their own means and joined by the pairwise
/// update of means and co-moments (Chan et al. 1983, doi:10.1080/00031305.1983.10483115), the blocked form
/// of Welford's recurrence (1962, doi:10.1080/00401706.1962.10490022). The result has the same bits however the
/// samples are split among calls, and agrees with [`crate::functional_connectivity`] of the whole recording up to
/// rounding. Channels whose squared deviations are all below the smallest number count as constant.
///
/// ```
/// use neuropil_analysis::{ConnectivityAccumulator, Series};
/// let mut accumulator = ConnectivityAccumulator::new(2)?;
/// for block in [[1.0, 2.0, 6.0, 4.0], [3.0, 4.0, 2.0, 0.0]] {
///     accumulator.push(Series::new(&block, 2, 2)?)?;
/// }
/// assert!((accumulator.connectivity()?.row(0)[1] + 1.0).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConnectivityAccumulator {
    channels: usize,
    folded: Moments,
    /// Channels x `BLOCK`, of which the first `waiting` columns are filled.
    block: Vec<f64>,
    waiting: usize,
    first: Vec<f64>,
    varies: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Moments {
    samples: u64,
    mean: Vec<f64>,
    /// Sums of products of deviations, channels x channels.
    products: Vec<f64>,
}

/// Why samples cannot be added, or there is no connectivity yet.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum AccumulatorError {
    /// No channels.
    #[error("`channels`: found 0, expected at least 1")]
    NoChannels,
    /// The matrix does not fit the memory.
    #[error("`channels`: no memory for a matrix of {channels} x {channels} numbers")]
    TooLarge {
        /// Channels asked for.
        channels: usize,
    },
    /// Samples of another number of channels.
    #[error("`series`: found {found}, expected {expected} channels")]
    Channels {
        /// Channels of the accumulator.
        expected: usize,
        /// Channels given.
        found: usize,
    },
    /// A number is NaN, infinite or larger than 1e100 in magnitude.
    #[error("`sample`: found {value} in channel {channel}, expected finite numbers up to 1e100")]
    NotFinite {
        /// Which channel, from 0.
        channel: usize,
        /// What is there.
        value: f64,
    },
    /// A correlation takes two samples.
    #[error("found {found}, expected at least 2 samples")]
    TooFewSamples {
        /// Samples so far.
        found: u64,
    },
}

impl AccumulatorError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Channels { .. } => Some("rows are channels (regions), columns are samples".into()),
            Self::NotFinite { .. } => Some("find the step at which the run diverged".into()),
            Self::NoChannels | Self::TooLarge { .. } | Self::TooFewSamples { .. } => None,
        }
    }
}

impl ConnectivityAccumulator {
    /// Starts without samples.
    ///
    /// # Errors
    /// Without channels, or with more than memory for their pairs.
    pub fn new(channels: usize) -> Result<Self, AccumulatorError> {
        if channels == 0 {
            return Err(AccumulatorError::NoChannels);
        }
        let too_large = || AccumulatorError::TooLarge { channels };
        // The largest first: what is too much for memory is refused before anything is taken.
        let products = zeros(channels, channels).ok_or_else(too_large)?;
        let block = zeros(channels, BLOCK).ok_or_else(too_large)?;
        Ok(Self {
            channels,
            folded: Moments { samples: 0, mean: vec![0.0; channels], products },
            block,
            waiting: 0,
            first: vec![0.0; channels],
            varies: vec![false; channels],
        })
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Samples so far.
    pub fn samples(&self) -> u64 {
        self.folded.samples + self.waiting as u64
    }

    /// Adds samples of all channels.
    ///
    /// # Errors
    /// When the number of channels is another; nothing is added then.
    pub fn push(&mut self, series: Series<'_>) -> Result<(), AccumulatorError> {
        if series.channels() != self.channels {
            return Err(AccumulatorError::Channels { expected: self.channels, found: series.channels() });
        }
        let mut start = 0;
        while start < series.samples() {
            let end = series.samples().min(start + BLOCK - self.waiting);
            let is_first = self.samples() == 0;
            for (channel, row) in series.rows().enumerate() {
                let samples = &row[start..end];
                if is_first {
                    self.first[channel] = samples[0];
                }
                self.varies[channel] |= samples.iter().any(|value| differs(*value, self.first[channel]));
                let place = channel * BLOCK + self.waiting;
                self.block[place..place + samples.len()].copy_from_slice(samples);
            }
            self.waiting += end - start;
            if self.waiting == BLOCK {
                self.folded.fold(&self.block, BLOCK);
                self.waiting = 0;
            }
            start = end;
        }
        Ok(())
    }

    /// Adds one sample of each channel.
    ///
    /// # Errors
    /// When the number of channels is another or a number is not finite; nothing is added then.
    pub fn push_sample(&mut self, sample: &[f64]) -> Result<(), AccumulatorError> {
        if let Some(channel) = sample.iter().position(|value| !usable(*value)) {
            return Err(AccumulatorError::NotFinite { channel, value: sample[channel] });
        }
        match Series::new(sample, sample.len(), 1) {
            Ok(series) => self.push(series),
            Err(_) => Err(AccumulatorError::Channels { expected: self.channels, found: sample.len() }),
        }
    }

    /// Functional connectivity of all samples so far, as [`crate::functional_connectivity`] defines it. More samples
    /// may follow.
    ///
    /// # Errors
    /// With fewer than two samples.
    pub fn connectivity(&self) -> Result<SquareMatrix, AccumulatorError> {
        if self.samples() < 2 {
            return Err(AccumulatorError::TooFewSamples { found: self.samples() });
        }
        let mut moments = self.folded.clone();
        if self.waiting > 0 {
            let rest: Vec<f64> = self.block.chunks_exact(BLOCK).flat_map(|row| &row[..self.waiting]).copied().collect();
            moments.fold(&rest, self.waiting);
        }
        let mut matrix = moments.products;
        let deviations: Vec<f64> =
            (0..self.channels).map(|channel| matrix[channel * (self.channels + 1)].sqrt()).collect();
        let varies: Vec<bool> =
            self.varies.iter().zip(&deviations).map(|(varies, deviation)| *varies && *deviation > 0.0).collect();
        for (row, values) in matrix.chunks_exact_mut(self.channels).enumerate() {
            for (column, value) in values.iter_mut().enumerate() {
                let both = varies[row] && varies[column];
                *value = if both { *value / deviations[row] / deviations[column] } else { 0.0 };
            }
        }
        finish_correlations(&mut matrix, &varies);
        Ok(SquareMatrix::from_finite(self.channels, matrix))
    }
}

impl Moments {
    /// Adds a block of channels x `samples`.
    fn fold(&mut self, block: &[f64], samples: usize) {
        let channels = self.mean.len();
        let mut centred = block.to_vec();
        let mut shift = Vec::with_capacity(channels);
        for (row, mean) in centred.chunks_exact_mut(samples).zip(&self.mean) {
            let block_mean = sums::mean(row);
            for value in row {
                *value -= block_mean;
            }
            shift.push(block_mean - mean);
        }
        let mut products = vec![0.0; channels * channels];
        Panels::pack(&centred, samples).gram(&mut products);

        let before = self.samples as f64;
        let after = before + samples as f64;
        let weight = before * samples as f64 / after;
        for (row, (sums, products)) in
            self.products.chunks_exact_mut(channels).zip(products.chunks_exact(channels)).enumerate()
        {
            for (column, (sum, product)) in sums.iter_mut().zip(products).enumerate() {
                *sum += product + weight * (shift[row] * shift[column]);
            }
        }
        for (mean, shift) in self.mean.iter_mut().zip(&shift) {
            *mean += shift * (samples as f64 / after);
        }
        self.samples += samples as u64;
    }
}

fn differs(left: f64, right: f64) -> bool {
    (left - right).abs() > 0.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;
    use crate::functional_connectivity::functional_connectivity;

    /// A large mean beside a small deviation, and one constant channel.
    fn recording(samples: usize) -> Vec<f64> {
        (0..3 * samples)
            .map(|index| match index / samples {
                2 => 0.1,
                channel => 1e4 + ((index * index % 1009) as f64 + channel as f64 * (index % samples) as f64).sin(),
            })
            .collect()
    }

    #[test]
    fn equals_the_whole_recording_however_it_is_split() {
        for samples in [2, 127, 128, 129, 1000] {
            let values = recording(samples);
            let whole = Series::new(&values, 3, samples).unwrap();
            let mut once = ConnectivityAccumulator::new(3).unwrap();
            once.push(whole).unwrap();
            let mut single = ConnectivityAccumulator::new(3).unwrap();
            for sample in 0..samples {
                single.push_sample(&[values[sample], values[samples + sample], values[2 * samples + sample]]).unwrap();
                let _ = single.connectivity();
            }
            let connectivity = once.connectivity().unwrap();
            assert_eq!(connectivity, single.connectivity().unwrap());
            let expected = functional_connectivity(whole).unwrap();
            for (value, expected) in connectivity.values().iter().zip(expected.values()) {
                assert!((value - expected).abs() < 1e-9, "{samples}: {value} {expected}");
            }
            assert_eq!(connectivity.row(2), [0.0; 3]);
        }
    }

    #[test]
    fn bad_samples_are_named_and_not_added() {
        let mut accumulator = ConnectivityAccumulator::new(2).unwrap();
        assert!(accumulator.push_sample(&[1.0]).is_err());
        assert!(accumulator.push_sample(&[]).is_err());
        assert!(matches!(
            accumulator.push_sample(&[1.0, f64::NAN]),
            Err(AccumulatorError::NotFinite { channel: 1, .. })
        ));
        assert_eq!(accumulator.samples(), 0);
        assert_eq!(accumulator.connectivity(), Err(AccumulatorError::TooFewSamples { found: 0 }));
        assert_eq!(ConnectivityAccumulator::new(0).unwrap_err(), AccumulatorError::NoChannels);
        assert!(matches!(ConnectivityAccumulator::new(usize::MAX), Err(AccumulatorError::TooLarge { .. })));
    }
}
