//! Time series of several channels, checked once so that the analyses need not check again.

use thiserror::Error;

/// Largest magnitude that a series may hold: sums of squares of such numbers stay finite.
const LARGEST: f64 = 1e100;

/// A borrowed recording: `channels` rows of `samples` numbers each, row-major.
///
/// A value of this type holds at least one number, and all of them are finite and at most 1e100 in magnitude.
///
/// ```
/// use neuropil_analysis::Series;
/// let series = Series::new(&[1.0, 2.0, 3.0, 6.0, 5.0, 4.0], 2, 3)?;
/// assert_eq!(series.channel(1), &[6.0, 5.0, 4.0]);
/// # Ok::<(), neuropil_analysis::SeriesError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Series<'a> {
    values: &'a [f64],
    channels: usize,
    samples: usize,
}

/// An owned [`Series`], the result of filters and transforms.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesBuffer {
    values: Vec<f64>,
    channels: usize,
    samples: usize,
}

/// Why numbers are not a series.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SeriesError {
    /// No channels or no samples.
    #[error("`values`: found {channels} x {samples}, expected at least one channel and one sample")]
    Empty {
        /// Channels asked for.
        channels: usize,
        /// Samples asked for.
        samples: usize,
    },
    /// The count of numbers is not `channels * samples`.
    #[error("`values`: found {found}, expected {channels} x {samples} numbers")]
    Length {
        /// Channels asked for.
        channels: usize,
        /// Samples asked for.
        samples: usize,
        /// Numbers given.
        found: usize,
    },
    /// A number is NaN, infinite or larger than 1e100 in magnitude.
    #[error("`values`: found {value} in channel {channel} at sample {sample}, expected finite numbers up to 1e100")]
    NotFinite {
        /// Row, from 0.
        channel: usize,
        /// Column, from 0.
        sample: usize,
        /// What is there.
        value: f64,
    },
}

impl SeriesError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty { .. } => None,
            Self::Length { .. } => {
                Some("rows are channels (regions), columns are samples; give (channels, samples)".into())
            }
            Self::NotFinite { .. } => Some("cut the samples out, or find the step at which the run diverged".into()),
        }
    }
}

impl<'a> Series<'a> {
    /// Views `values` (row-major) as `channels` x `samples`.
    ///
    /// # Errors
    /// [`SeriesError`] when there is nothing in it, the count of numbers is another, or a number is not finite.
    pub fn new(values: &'a [f64], channels: usize, samples: usize) -> Result<Self, SeriesError> {
        if channels == 0 || samples == 0 {
            return Err(SeriesError::Empty { channels, samples });
        }
        if channels.checked_mul(samples) != Some(values.len()) {
            return Err(SeriesError::Length { channels, samples, found: values.len() });
        }
        if let Some(index) = values.iter().position(|value| !usable(*value)) {
            return Err(SeriesError::NotFinite {
                channel: index / samples,
                sample: index % samples,
                value: values[index],
            });
        }
        Ok(Self { values, channels, samples })
    }

    /// Views `values` as one channel.
    ///
    /// # Errors
    /// As [`Series::new`].
    pub fn single(values: &'a [f64]) -> Result<Self, SeriesError> {
        Self::new(values, 1, values.len())
    }

    /// Number of rows.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of columns.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// All numbers, row-major.
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// One row.
    ///
    /// # Panics
    /// When `channel` is not below [`Series::channels`].
    pub fn channel(&self, channel: usize) -> &'a [f64] {
        &self.values[channel * self.samples..(channel + 1) * self.samples]
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [f64]> + DoubleEndedIterator + use<'a> {
        self.values.chunks_exact(self.samples)
    }

    /// A copy.
    pub fn to_buffer(&self) -> SeriesBuffer {
        SeriesBuffer { values: self.values.to_vec(), channels: self.channels, samples: self.samples }
    }
}

impl SeriesBuffer {
    /// For results that are finite because their input was.
    pub(crate) fn from_finite(values: Vec<f64>, channels: usize, samples: usize) -> Self {
        debug_assert_eq!(values.len(), channels * samples);
        debug_assert!(values.iter().all(|value| value.is_finite()));
        Self { values, channels, samples }
    }

    /// The borrowed form that the analyses take.
    pub fn view(&self) -> Series<'_> {
        Series { values: &self.values, channels: self.channels, samples: self.samples }
    }

    /// Number of rows.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of columns.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// All numbers, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// All numbers, row-major.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// One row.
    ///
    /// # Panics
    /// When `channel` is not below [`SeriesBuffer::channels`].
    pub fn channel(&self, channel: usize) -> &[f64] {
        self.view().channel(channel)
    }
}

pub(crate) fn usable(value: f64) -> bool {
    // False for NaN as well.
    value.abs() <= LARGEST
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bad_input_is_named() {
        assert!(matches!(Series::new(&[], 0, 3), Err(SeriesError::Empty { .. })));
        assert!(matches!(Series::single(&[]), Err(SeriesError::Empty { .. })));
        assert!(matches!(Series::new(&[1.0], usize::MAX, 2), Err(SeriesError::Length { found: 1, .. })));
        let error = Series::new(&[1.0, 2.0, 3.0, f64::NAN], 2, 2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`values`: found NaN in channel 1 at sample 1, expected finite numbers up to 1e100"
        );
        assert!(Series::single(&[f64::INFINITY]).is_err());
        assert!(Series::single(&[1e101]).is_err());
    }
}
