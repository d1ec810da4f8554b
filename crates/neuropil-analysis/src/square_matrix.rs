//! Square matrices: functional connectivity and its dynamics.

use thiserror::Error;

/// A square matrix of finite numbers, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct SquareMatrix {
    size: usize,
    values: Vec<f64>,
}

/// Why numbers are not a square matrix.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SquareMatrixError {
    /// The count of numbers is not `size * size`, or there are none.
    #[error("`values`: found {found} numbers, expected a {size} x {size} matrix")]
    Length {
        /// Rows asked for.
        size: usize,
        /// Numbers given.
        found: usize,
    },
    /// A number is NaN or infinite.
    #[error("`values`: found {value} in row {row}, column {column}, expected finite numbers")]
    NotFinite {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// What is there.
        value: f64,
    },
}

impl SquareMatrixError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Length { .. } => None,
            Self::NotFinite { .. } => {
                Some("a correlation with a constant channel is undefined; put 0 there or leave the region out".into())
            }
        }
    }
}

impl SquareMatrix {
    /// Takes `size * size` numbers, row-major.
    ///
    /// # Errors
    /// [`SquareMatrixError`] when the count is another, is zero, or a number is not finite.
    pub fn new(size: usize, values: Vec<f64>) -> Result<Self, SquareMatrixError> {
        if size == 0 || size.checked_mul(size) != Some(values.len()) {
            return Err(SquareMatrixError::Length { size, found: values.len() });
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(SquareMatrixError::NotFinite { row: index / size, column: index % size, value: values[index] });
        }
        Ok(Self { size, values })
    }

    pub(crate) fn from_finite(size: usize, values: Vec<f64>) -> Self {
        debug_assert_eq!(values.len(), size * size);
        Self { size, values }
    }

    /// Number of rows, which is the number of columns.
    pub fn size(&self) -> usize {
        self.size
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
    /// When `row` is not below [`SquareMatrix::size`].
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.size..(row + 1) * self.size]
    }

    /// One number, if there is one.
    pub fn get(&self, row: usize, column: usize) -> Option<f64> {
        (row < self.size && column < self.size).then(|| self.values[row * self.size + column])
    }

    /// The numbers above the diagonal, row by row: `size * (size - 1) / 2` of them.
    pub fn upper_triangle(&self) -> Vec<f64> {
        let mut triangle = Vec::with_capacity(self.size * (self.size - 1) / 2);
        for row in 0..self.size {
            triangle.extend_from_slice(&self.row(row)[row + 1..]);
        }
        triangle
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn triangle_is_in_rows() {
        let matrix = SquareMatrix::new(3, (0..9).map(f64::from).collect()).unwrap();
        assert_eq!(matrix.upper_triangle(), [1.0, 2.0, 5.0]);
        assert_eq!(matrix.get(1, 0), Some(3.0));
        assert_eq!(matrix.get(0, 3), None);
        assert!(SquareMatrix::new(1, vec![7.0]).unwrap().upper_triangle().is_empty());
    }

    #[test]
    fn bad_input_is_named() {
        assert_eq!(
            SquareMatrix::new(2, vec![0.0; 3]).unwrap_err().to_string(),
            "`values`: found 3 numbers, expected a 2 x 2 matrix"
        );
        assert!(SquareMatrix::new(0, vec![]).is_err());
        assert!(matches!(
            SquareMatrix::new(2, vec![0.0, 0.0, f64::NAN, 0.0]),
            Err(SquareMatrixError::NotFinite { row: 1, column: 0, .. })
        ));
    }
}
