//! Similarity of a simulated matrix or distribution to an empirical one.

use thiserror::Error;

use crate::square_matrix::SquareMatrix;
use crate::sums;

/// Why two things cannot be compared.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ComparisonError {
    /// Matrices of different size.
    #[error("`right`: found {right} x {right}, expected a {left} x {left} matrix as `left` is")]
    Size {
        /// Rows of the left matrix.
        left: usize,
        /// Rows of the right matrix.
        right: usize,
    },
    /// Too few numbers above the diagonal.
    #[error("`left`: found {found} x {found}, expected at least a {expected} x {expected} matrix")]
    TooSmall {
        /// Rows of both matrices.
        found: usize,
        /// Rows needed.
        expected: usize,
    },
    /// All compared numbers of one side are the same, so that no correlation is defined.
    #[error("`{name}`: found {value} throughout, expected numbers that differ above the diagonal")]
    Constant {
        /// Which argument.
        name: &'static str,
        /// The number.
        value: f64,
    },
    /// A sample without numbers.
    #[error("`{name}`: found none, expected at least one number")]
    Empty {
        /// Which argument.
        name: &'static str,
    },
    /// A number is NaN or infinite.
    #[error("`{name}`: found {value} at index {index}, expected finite numbers")]
    NotFinite {
        /// Which argument.
        name: &'static str,
        /// Where.
        index: usize,
        /// What is there.
        value: f64,
    },
}

impl ComparisonError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Size { .. } => Some("both need the same regions in the same order".into()),
            Self::Constant { .. } => {
                Some("the run may have settled in a fixed point; score it as no similarity".into())
            }
            Self::TooSmall { .. } | Self::Empty { .. } | Self::NotFinite { .. } => None,
        }
    }
}

/// Pearson's correlation between the numbers above the diagonals of two matrices of equal size, between -1 and 1.
/// This is the usual score of simulated against empirical functional connectivity.
///
/// # Errors
/// When sizes differ, there are fewer than three rows, or the numbers of one side are all the same.
pub fn matrix_correlation(left: &SquareMatrix, right: &SquareMatrix) -> Result<f64, ComparisonError> {
    let (mut left, mut right) = upper_triangles(left, right, 3)?;
    for (name, triangle) in [("left", &mut left), ("right", &mut right)] {
        let value = triangle[0];
        if !sums::normalise(triangle) {
            return Err(ComparisonError::Constant { name, value });
        }
    }
    Ok(sums::dot(&left, &right).clamp(-1.0, 1.0))
}

/// Two-sample Kolmogorov-Smirnov statistic: the largest distance between the empirical distribution functions of
/// two samples (Massey 1951, doi:10.1080/01621459.1951.10500769),
///
/// ```text
/// D = max_x |F_left(x) - F_right(x)|
/// ```
///
/// between 0 (the same distribution) and 1 (no overlap). The samples may differ in length.
///
/// # Errors
/// When a sample is empty or holds a number that is not finite.
pub fn kolmogorov_smirnov(left: &[f64], right: &[f64]) -> Result<f64, ComparisonError> {
    let left = sorted("left", left)?;
    let right = sorted("right", right)?;
    let (mut i, mut j) = (0, 0);
    let mut largest: f64 = 0.0;
    while i < left.len() && j < right.len() {
        // Equal numbers of both samples are passed before the distance is taken.
        let here = left[i].min(right[j]);
        while i < left.len() && left[i] <= here {
            i += 1;
        }
        while j < right.len() && right[j] <= here {
            j += 1;
        }
        largest = largest.max((i as f64 / left.len() as f64 - j as f64 / right.len() as f64).abs());
    }
    Ok(largest)
}

/// [`kolmogorov_smirnov`] between the numbers above the diagonals of two matrices: the usual score of simulated
/// against empirical dynamics of functional connectivity. The sizes may differ, as recordings differ in length.
///
/// # Errors
/// When a matrix has fewer than two rows.
pub fn matrix_kolmogorov_smirnov(left: &SquareMatrix, right: &SquareMatrix) -> Result<f64, ComparisonError> {
    kolmogorov_smirnov(&left.upper_triangle(), &right.upper_triangle())
}

fn upper_triangles(
    left: &SquareMatrix,
    right: &SquareMatrix,
    expected: usize,
) -> Result<(Vec<f64>, Vec<f64>), ComparisonError> {
    if left.size() != right.size() {
        return Err(ComparisonError::Size { left: left.size(), right: right.size() });
    }
    if left.size() < expected {
        return Err(ComparisonError::TooSmall { found: left.size(), expected });
    }
    Ok((left.upper_triangle(), right.upper_triangle()))
}

fn sorted(name: &'static str, sample: &[f64]) -> Result<Vec<f64>, ComparisonError> {
    if sample.is_empty() {
        return Err(ComparisonError::Empty { name });
    }
    if let Some(index) = sample.iter().position(|value| !value.is_finite()) {
        return Err(ComparisonError::NotFinite { name, index, value: sample[index] });
    }
    let mut sample = sample.to_vec();
    sample.sort_unstable_by(f64::total_cmp);
    Ok(sample)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;

    #[test]
    fn distance_of_known_samples() {
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0, 3.0], &[3.0, 1.0, 2.0]).unwrap(), 0.0);
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0], &[3.0, 4.0]).unwrap(), 1.0);
        assert_eq!(kolmogorov_smirnov(&[1.0, 1.0, 2.0, 2.0], &[1.0, 2.0, 2.0, 2.0]).unwrap(), 0.25);
        assert_eq!(kolmogorov_smirnov(&[0.0], &[-0.0]).unwrap(), 0.0);
        assert_eq!(kolmogorov_smirnov(&[], &[1.0]), Err(ComparisonError::Empty { name: "left" }));
        assert!(kolmogorov_smirnov(&[1.0], &[f64::NAN]).is_err());
    }

    #[test]
    fn correlation_ignores_diagonal_and_scale() {
        let left = SquareMatrix::new(3, vec![9.0, 0.1, 0.2, 0.1, 9.0, 0.4, 0.2, 0.4, 9.0]).unwrap();
        let right = SquareMatrix::new(3, vec![0.0, 2.0, 3.0, 0.0, 7.0, 5.0, 0.0, 0.0, 0.0]).unwrap();
        assert!((matrix_correlation(&left, &right).unwrap() - 1.0).abs() < 1e-15);
        let flat = SquareMatrix::new(3, vec![0.5; 9]).unwrap();
        assert_eq!(
            matrix_correlation(&left, &flat).unwrap_err().to_string(),
            "`right`: found 0.5 throughout, expected numbers that differ above the diagonal"
        );
        let small = SquareMatrix::new(2, vec![0.5; 4]).unwrap();
        assert!(matches!(matrix_correlation(&left, &small), Err(ComparisonError::Size { .. })));
        assert!(matches!(matrix_correlation(&small, &small), Err(ComparisonError::TooSmall { .. })));
        let one = SquareMatrix::new(1, vec![1.0]).unwrap();
        assert!(matrix_kolmogorov_smirnov(&one, &left).is_err());
    }
}
