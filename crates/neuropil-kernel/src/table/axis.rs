//! An axis of a table.

use crate::TableError;

/// Equidistant grid points: `first`, `first + spacing`, ... In internal units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// Coordinate of the first grid point.
    pub first: f64,
    /// Distance of neighbours, above zero.
    pub spacing: f64,
    /// Number of grid points, at least one.
    pub count: usize,
}

impl Axis {
    /// Whether look-ups can be done with this axis, which is the table's `index`-th.
    pub(super) fn check(&self, index: usize) -> Result<(), TableError> {
        if !self.first.is_finite() {
            return Err(TableError::First { axis: index, found: self.first });
        }
        // The reciprocal is what look-ups use.
        if !(self.spacing > 0.0 && self.spacing.is_finite() && self.spacing.recip().is_finite()) {
            return Err(TableError::Spacing { axis: index, found: self.spacing });
        }
        if self.count == 0 {
            return Err(TableError::Count { axis: index });
        }
        Ok(())
    }
}
