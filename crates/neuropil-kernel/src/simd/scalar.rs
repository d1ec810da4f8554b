//! Eight lanes that are the same: one is computed for all.

use crate::table::{GridPoint, weighted_at};
use crate::{LANES, Row, Scalar, Simd, Table};

/// Where a row is expected to hold the same number in all lanes, the first one is read.
impl Simd for Scalar {
    const ROWS: usize = 16;

    #[inline(always)]
    fn load(self, row: &Row) -> f64 {
        row[0]
    }
    #[inline(always)]
    fn store(self, row: &mut Row, value: f64) {
        *row = Row::splat(value);
    }
    #[inline(always)]
    fn to_array(self, a: f64) -> [f64; LANES] {
        [a; LANES]
    }
    #[inline(always)]
    fn from_array(self, a: [f64; LANES]) -> f64 {
        a[0]
    }
    #[inline(always)]
    fn load_u64(self, a: &[u64; LANES]) -> u64 {
        a[0]
    }
    #[inline(always)]
    fn to_array_u64(self, a: u64) -> [u64; LANES] {
        [a; LANES]
    }

    #[inline(always)]
    unsafe fn interpolate(
        self,
        origin: *const GridPoint,
        offset: u64,
        down: usize,
        rows: [f64; 2],
        columns: [f64; 2],
    ) -> [f64; Table::COLUMNS] {
        // SAFETY: the caller's promise.
        unsafe { weighted_at(origin, offset as usize, down, rows, columns) }
    }
}
