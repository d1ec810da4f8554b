//! What weights, lengths, labels and centres must satisfy.

use thiserror::Error;

use crate::matrix::Matrix;

/// Regions below which a connectome makes no sense.
const FEWEST_NODES: usize = 2;

/// Why a connectome was refused. Rows and columns in messages count from 1.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ConnectomeError {
    /// No value at all.
    #[error("`{argument}`: found no values, expected a square matrix")]
    Empty {
        /// `weights` or `lengths`.
        argument: &'static str,
    },
    /// Rows and columns differ.
    #[error("`{argument}`: found {rows} x {columns}, expected a square matrix")]
    NotSquare {
        /// `weights` or `lengths`.
        argument: &'static str,
        /// Rows found.
        rows: usize,
        /// Columns found.
        columns: usize,
    },
    /// One region is no network.
    #[error("`weights`: found {found}, expected at least {FEWEST_NODES} regions")]
    TooFewNodes {
        /// Regions found.
        found: usize,
    },
    /// Weights and lengths differ in size.
    #[error("`lengths`: found {rows} x {columns}, expected {nodes} x {nodes} values as in `weights`")]
    SizesDiffer {
        /// Regions of the weights.
        nodes: usize,
        /// Rows of the lengths.
        rows: usize,
        /// Columns of the lengths.
        columns: usize,
    },
    /// A value is NaN or infinite.
    #[error("`{argument}`: found {value} in row {row}, column {column}, expected finite numbers")]
    NotFinite {
        /// `weights`, `lengths` or `centres`.
        argument: &'static str,
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// The value.
        value: f64,
    },
    /// A length is negative.
    #[error("`lengths`: found {value} in row {row}, column {column}, expected lengths in mm of 0 or more")]
    NegativeLength {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// The value.
        value: f64,
    },
    /// Not one label or centre per region.
    #[error("`{argument}`: found {found}, expected {expected}, one per region")]
    Count {
        /// `labels` or `centres`.
        argument: &'static str,
        /// Regions.
        expected: usize,
        /// Labels or centres given.
        found: usize,
    },
}

impl ConnectomeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotSquare { .. } => "rows are targets and columns sources; remove index columns and totals",
            Self::TooFewNodes { .. } => "a single region needs no connectome",
            Self::SizesDiffer { .. } => "both matrices must list the same regions in the same order",
            Self::NotFinite { argument: "lengths", .. } => "give absent connections the length 0",
            Self::NotFinite { .. } => "give absent connections the weight 0",
            Self::NegativeLength { .. } => "if weights and lengths were exchanged, exchange them back",
            Self::Empty { .. } | Self::Count { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

fn square(argument: &'static str, matrix: &Matrix) -> Result<(), ConnectomeError> {
    if matrix.is_empty() {
        Err(ConnectomeError::Empty { argument })
    } else if matrix.is_square() {
        Ok(())
    } else {
        Err(ConnectomeError::NotSquare { argument, rows: matrix.rows(), columns: matrix.columns() })
    }
}

fn finite(argument: &'static str, matrix: &Matrix) -> Result<(), ConnectomeError> {
    matrix.first_not_finite().map_or(Ok(()), |(row, column, value)| {
        Err(ConnectomeError::NotFinite { argument, row: row + 1, column: column + 1, value })
    })
}

pub(super) fn weights(weights: &Matrix) -> Result<(), ConnectomeError> {
    square("weights", weights)?;
    if weights.rows() < FEWEST_NODES {
        return Err(ConnectomeError::TooFewNodes { found: weights.rows() });
    }
    finite("weights", weights)
}

pub(super) fn lengths(lengths: &Matrix, nodes: usize) -> Result<(), ConnectomeError> {
    square("lengths", lengths)?;
    if lengths.rows() != nodes {
        return Err(ConnectomeError::SizesDiffer { nodes, rows: lengths.rows(), columns: lengths.columns() });
    }
    finite("lengths", lengths)?;
    lengths.entries().find(|(_, _, length)| *length < 0.0).map_or(Ok(()), |(row, column, value)| {
        Err(ConnectomeError::NegativeLength { row: row + 1, column: column + 1, value })
    })
}

pub(super) fn count(argument: &'static str, found: usize, expected: usize) -> Result<(), ConnectomeError> {
    if found == expected { Ok(()) } else { Err(ConnectomeError::Count { argument, expected, found }) }
}

pub(super) fn centres(centres: &[[f64; 3]], nodes: usize) -> Result<(), ConnectomeError> {
    count("centres", centres.len(), nodes)?;
    for (row, centre) in centres.iter().enumerate() {
        if let Some(column) = centre.iter().position(|coordinate| !coordinate.is_finite()) {
            let value = centre[column];
            return Err(ConnectomeError::NotFinite { argument: "centres", row: row + 1, column: column + 1, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::connectome::Connectome;

    fn filled(rows: usize, columns: usize, value: f64) -> Matrix {
        Matrix::zeros(rows, columns).map(|_| value)
    }

    fn with(mut matrix: Matrix, row: usize, column: usize, value: f64) -> Matrix {
        matrix[(row, column)] = value;
        matrix
    }

    #[test]
    fn messages_name_the_argument_the_value_and_what_was_expected() {
        let ones = || filled(3, 3, 1.0);
        let cases = [
            (Matrix::zeros(0, 0), ones(), "`weights`: found no values, expected a square matrix"),
            (filled(3, 4, 1.0), ones(), "`weights`: found 3 x 4, expected a square matrix"),
            (filled(1, 1, 1.0), filled(1, 1, 1.0), "`weights`: found 1, expected at least 2 regions"),
            (ones(), filled(2, 2, 1.0), "`lengths`: found 2 x 2, expected 3 x 3 values as in `weights`"),
            (with(ones(), 1, 2, f64::NAN), ones(), "`weights`: found NaN in row 2, column 3, expected finite numbers"),
            (
                ones(),
                with(ones(), 0, 1, f64::INFINITY),
                "`lengths`: found inf in row 1, column 2, expected finite numbers",
            ),
            (
                ones(),
                with(ones(), 2, 0, -1.5),
                "`lengths`: found -1.5 in row 3, column 1, expected lengths in mm of 0 or more",
            ),
        ];
        for (weights, lengths, message) in cases {
            assert_eq!(Connectome::new(weights, lengths).unwrap_err().to_string(), message);
        }
        let connectome = Connectome::new(ones(), ones()).unwrap();
        let error = connectome.clone().with_labels(["a", "b"]).unwrap_err();
        assert_eq!(error.to_string(), "`labels`: found 2, expected 3, one per region");
        assert!(connectome.with_centres(vec![[0.0, f64::NAN, 0.0]; 3]).is_err());
    }

    #[test]
    fn negative_weights_are_allowed() {
        assert!(Connectome::new(filled(2, 2, -1.0), filled(2, 2, 0.0)).is_ok());
    }

    #[test]
    fn centres_too_far_apart_for_a_number_are_refused() {
        let centres = vec![[f64::MAX, 0.0, 0.0], [-f64::MAX, 0.0, 0.0]];
        assert!(Connectome::from_centres(filled(2, 2, 1.0), centres).is_err());
    }
}
