//! From a coordinate to a cell of the grid.

use super::Axis;
use crate::{Arithmetic, Scalar};

/// An [`Axis`] with what look-ups need, computed once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cells {
    first: f64,
    /// One over the spacing.
    pub(super) inverse: f64,
    /// Grid points from one row to the next in memory, where this is the second axis.
    pub(super) stride: usize,
    /// Index of the last grid point.
    top: f64,
    /// Index of the lower edge of the last cell.
    last: f64,
    /// Grid points from a cell's lower edge to its upper one: 0 where there is a single point.
    pub(super) step: usize,
}

impl Cells {
    /// An axis that is a single point.
    pub(super) const POINT: Self = Self { first: 0.0, inverse: 1.0, stride: 1, top: 0.0, last: 0.0, step: 0 };

    pub(super) fn new(axis: &Axis) -> Self {
        let step = usize::from(axis.count > 1);
        Self {
            first: axis.first,
            inverse: axis.spacing.recip(),
            stride: stride(axis.count),
            top: (axis.count - 1) as f64,
            last: (axis.count - 1 - step) as f64,
            step,
        }
    }

    /// Grid points from the first one to `x`.
    #[inline(always)]
    fn coordinate<A: Arithmetic>(&self, a: A, x: A::F) -> A::F {
        a.mul(a.sub(x, a.splat(self.first)), a.splat(self.inverse))
    }

    /// Whether the value at `x` is that of an edge because `x` is beyond it.
    pub(super) fn is_outside(&self, x: f64) -> bool {
        let coordinate = self.coordinate(Scalar, x);
        coordinate < 0.0 || coordinate >= self.top
    }

    /// The cell that holds `x` (index of its lower edge, a grid point for every `x`), and the fraction of the cell
    /// that lies below `x` (NaN where `x` is).
    ///
    /// From the last grid point on this is the end of the last cell, fraction 1: the value is that of the last grid
    /// point to the bit, and the cell has an upper edge everywhere.
    #[inline(always)]
    pub(super) fn find<A: Arithmetic>(&self, a: A, x: A::F) -> (A::F, A::F) {
        // In this order of operands NaN passes,
        let clamped = a.min(a.splat(self.top), a.max(a.splat(0.0), self.coordinate(a, x)));
        // and in this one it becomes a grid point.
        let lower = a.min(a.floor(clamped), a.splat(self.last));
        (lower, a.sub(clamped, lower))
    }
}

/// Grid points from one row to the next. Long rows get an odd number of cache lines: with a power of two, points that
/// are neighbours along the first axis would compete for the same places of the cache.
fn stride(count: usize) -> usize {
    if count < 16 { count } else { 2 * (count.div_ceil(2) | 1) }
}
