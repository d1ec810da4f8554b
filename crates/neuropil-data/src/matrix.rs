//! A plain dense matrix of numbers.

use std::ops::{Index, IndexMut};

use thiserror::Error;

/// A dense matrix of `f64`, row after row.
///
/// Weights, tract lengths, functional connectivity and BOLD series all travel in this type. Weights are indexed
/// `[(target, source)]`, series `[(region, volume)]`.
///
/// ```
/// use neuropil_data::Matrix;
///
/// let matrix = Matrix::new(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!(matrix.row(1), Some(&[4.0, 5.0, 6.0][..]));
/// assert_eq!(matrix.transpose().get(2, 0), Some(3.0));
/// # Ok::<(), neuropil_data::MatrixError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

/// Why a [`Matrix`] could not be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MatrixError {
    /// The number of values is not rows times columns.
    #[error("`values`: found {found}, expected {rows} x {columns} values")]
    Count {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
        /// Values given.
        found: usize,
    },
    /// The rows have different lengths.
    #[error("`rows`: found {found} in row {row}, expected {expected} values in every row")]
    Ragged {
        /// Index of the row that differs, from 0.
        row: usize,
        /// Length of the first row.
        expected: usize,
        /// Length of that row.
        found: usize,
    },
}

impl Matrix {
    /// A matrix of `rows * columns` values given row after row.
    ///
    /// # Errors
    /// [`MatrixError::Count`] when the number of values differs.
    pub fn new(rows: usize, columns: usize, values: Vec<f64>) -> Result<Self, MatrixError> {
        if rows.checked_mul(columns) == Some(values.len()) {
            Ok(Self { rows, columns, values })
        } else {
            Err(MatrixError::Count { rows, columns, found: values.len() })
        }
    }

    /// A matrix from its rows.
    ///
    /// # Errors
    /// [`MatrixError::Ragged`] when the rows have different lengths.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, MatrixError> {
        let columns = rows.first().map_or(0, |row| row.as_ref().len());
        let mut values = Vec::with_capacity(rows.len() * columns);
        for (index, row) in rows.iter().enumerate() {
            let row = row.as_ref();
            if row.len() != columns {
                return Err(MatrixError::Ragged { row: index, expected: columns, found: row.len() });
            }
            values.extend_from_slice(row);
        }
        Ok(Self { rows: rows.len(), columns, values })
    }

    /// A matrix whose entry in row `i` and column `j` is `value(i, j)`.
    pub fn from_fn(rows: usize, columns: usize, mut value: impl FnMut(usize, usize) -> f64) -> Self {
        let values = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).map(|(i, j)| value(i, j)).collect();
        Self { rows, columns, values }
    }

    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Whether there are as many rows as columns.
    pub fn is_square(&self) -> bool {
        self.rows == self.columns
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// All values, row after row, to be changed in place.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// All values, row after row, without a copy.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// The entry in row `row` and column `column`, or `None` outside the matrix.
    pub fn get(&self, row: usize, column: usize) -> Option<f64> {
        if row < self.rows && column < self.columns { Some(self.values[row * self.columns + column]) } else { None }
    }

    /// The values of row `row`, or `None` outside the matrix.
    pub fn row(&self, row: usize) -> Option<&[f64]> {
        if row < self.rows { Some(&self.values[row * self.columns..(row + 1) * self.columns]) } else { None }
    }

    /// The rows from first to last.
    pub fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        (0..self.rows).map(|row| &self.values[row * self.columns..(row + 1) * self.columns])
    }

    /// Every entry with its row and column, row after row.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.iter_rows().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, &value)| (i, j, value)))
    }

    /// Rows become columns.
    #[must_use]
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |i, j| self.values[j * self.columns + i])
    }

    /// `function` applied to every value.
    #[must_use]
    pub fn map(&self, function: impl FnMut(f64) -> f64) -> Self {
        Self { rows: self.rows, columns: self.columns, values: self.values.iter().copied().map(function).collect() }
    }

    /// The values above the diagonal, row after row: each pair of a symmetric matrix once.
    pub fn upper_triangle(&self) -> Vec<f64> {
        self.iter_rows().enumerate().flat_map(|(i, row)| row.iter().skip(i + 1)).copied().collect()
    }

    /// The values on the diagonal.
    pub fn diagonal(&self) -> Vec<f64> {
        self.iter_rows().enumerate().filter_map(|(i, row)| row.get(i)).copied().collect()
    }

    /// The same rows and columns in the order of `rows` and `columns`; `None` when one lies outside.
    pub fn select(&self, rows: &[usize], columns: &[usize]) -> Option<Self> {
        let mut values = Vec::with_capacity(rows.len() * columns.len());
        for &row in rows {
            let row = self.row(row)?;
            for &column in columns {
                values.push(*row.get(column)?);
            }
        }
        Some(Self { rows: rows.len(), columns: columns.len(), values })
    }

    /// The largest value, or `None` when there is none; NaN counts as smallest.
    pub fn maximum(&self) -> Option<f64> {
        self.values.iter().copied().reduce(f64::max)
    }

    /// The smallest value, or `None` when there is none; NaN counts as largest.
    pub fn minimum(&self) -> Option<f64> {
        self.values.iter().copied().reduce(f64::min)
    }

    /// The first entry that is NaN or infinite, with its row and column.
    pub fn first_not_finite(&self) -> Option<(usize, usize, f64)> {
        self.entries().find(|(_, _, value)| !value.is_finite())
    }

    /// The mean of matrices of one shape, entry by entry, added in the order given; `None` when there is none or the
    /// shapes differ.
    pub fn mean<'a>(matrices: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut matrices = matrices.into_iter();
        let mut sum = matrices.next()?.clone();
        let mut count = 1.0;
        for matrix in matrices {
            if (matrix.rows, matrix.columns) != (sum.rows, sum.columns) {
                return None;
            }
            sum.values.iter_mut().zip(&matrix.values).for_each(|(sum, value)| *sum += value);
            count += 1.0;
        }
        sum.values.iter_mut().for_each(|value| *value /= count);
        Some(sum)
    }
}

/// `matrix[(row, column)]`; panics outside the matrix, as slices do. [`Matrix::get`] does not.
impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        assert!(row < self.rows && column < self.columns, "({row}, {column}) outside {} x {}", self.rows, self.columns);
        &self.values[row * self.columns + column]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        assert!(row < self.rows && column < self.columns, "({row}, {column}) outside {} x {}", self.rows, self.columns);
        &mut self.values[row * self.columns + column]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]

    use super::*;

    fn counting(rows: usize, columns: usize) -> Matrix {
        Matrix::from_fn(rows, columns, |i, j| (10 * i + j) as f64)
    }

    #[test]
    fn the_number_of_values_is_checked_without_overflow() {
        assert_eq!(Matrix::new(2, 2, vec![0.0; 3]), Err(MatrixError::Count { rows: 2, columns: 2, found: 3 }));
        assert!(Matrix::new(usize::MAX, 2, Vec::new()).is_err());
        assert_eq!(
            Matrix::from_rows(&[vec![1.0], vec![]]).unwrap_err(),
            MatrixError::Ragged { row: 1, expected: 1, found: 0 }
        );
    }

    #[test]
    fn rows_columns_and_triangles_are_where_they_belong() {
        let matrix = counting(3, 4);
        assert_eq!(matrix.row(2).unwrap(), [20.0, 21.0, 22.0, 23.0]);
        assert_eq!((matrix.row(3), matrix.get(0, 4)), (None, None));
        assert_eq!(matrix.transpose()[(3, 1)], 13.0);
        assert_eq!(matrix.upper_triangle(), [1.0, 2.0, 3.0, 12.0, 13.0, 23.0]);
        assert_eq!(matrix.diagonal(), [0.0, 11.0, 22.0]);
        assert_eq!(matrix.select(&[2, 0], &[1]).unwrap().values(), [21.0, 1.0]);
        assert_eq!(matrix.select(&[3], &[0]), None);
    }

    #[test]
    fn an_empty_matrix_has_rows_and_no_values() {
        let matrix = Matrix::zeros(3, 0);
        assert_eq!(matrix.iter_rows().count(), 3);
        assert_eq!((matrix.maximum(), matrix.upper_triangle().len()), (None, 0));
    }

    #[test]
    fn the_mean_needs_one_shape() {
        assert_eq!(Matrix::mean([&counting(2, 2), &counting(2, 2).map(|x| x + 2.0)]).unwrap()[(1, 1)], 12.0);
        assert_eq!(Matrix::mean([&counting(2, 2), &counting(2, 3)]), None);
        assert_eq!(Matrix::mean([]), None);
    }
}
