//! Why a table cannot be made.

use thiserror::Error;

/// Why [`Table::new`](crate::Table::new) refuses its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum TableError {
    /// Wrong number of axes.
    #[error("`axes`: expected 1 or 2 axes, found {found}")]
    Axes {
        /// Number of axes.
        found: usize,
    },
    /// Wrong number of columns.
    #[error("`columns`: expected 1 to {} columns, found {found}", crate::Table::COLUMNS)]
    Columns {
        /// Number of columns.
        found: usize,
    },
    /// An axis starts nowhere.
    #[error("`axes[{axis}].first`: expected a finite number, found {found}")]
    First {
        /// Index of the axis.
        axis: usize,
        /// Its first coordinate.
        found: f64,
    },
    /// An axis does not ascend.
    #[error("`axes[{axis}].spacing`: expected a finite number above 0, found {found}")]
    Spacing {
        /// Index of the axis.
        axis: usize,
        /// Its spacing.
        found: f64,
    },
    /// An axis is empty.
    #[error("`axes[{axis}].count`: expected at least 1 grid point, found 0")]
    Count {
        /// Index of the axis.
        axis: usize,
    },
    /// A column does not fit the grid.
    #[error("`columns[{column}]`: expected {expected} values, one for each grid point, found {found}")]
    Length {
        /// Index of the column.
        column: usize,
        /// Its length.
        found: usize,
        /// Number of grid points.
        expected: usize,
    },
    /// A value is infinite or NaN.
    #[error("`columns[{column}][{point}]`: expected a finite number, found {found}")]
    Value {
        /// Index of the column.
        column: usize,
        /// Index of the grid point.
        point: usize,
        /// The value.
        found: f64,
    },
}

impl TableError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Axes { .. } => "a function of more coordinates has to be written as equations",
            Self::Columns { .. } => "give further columns as a second table",
            Self::Spacing { .. } => "turn a descending axis round, with its columns",
            Self::Length { .. } => "columns are in row-major order: the last axis runs fastest",
            Self::First { .. } | Self::Count { .. } => return None,
            Self::Value { .. } => {
                "where the function has no value, give the one that clamping should continue, or make the grid smaller"
            }
        };
        Some(hint.to_owned())
    }
}
