//! The unit of memory of the step loop: eight lanes side by side.

use std::ops::{Deref, DerefMut};

/// Lanes of a [`Row`]: one AVX-512 register of `f64`, two of AVX2, four of NEON.
pub const LANES: usize = 8;

/// Eight neighbouring lanes (nodes, or trials of a node) of one quantity, aligned to a cache line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(64))]
pub struct Row(pub [f64; LANES]);

impl Row {
    /// The same value in every lane.
    #[inline]
    pub const fn splat(value: f64) -> Self {
        Self([value; LANES])
    }

    /// The numbers of rows, one after the other.
    #[inline]
    pub fn as_numbers(rows: &[Self]) -> &[f64] {
        // SAFETY: a row is eight numbers and nothing else, so rows are numbers side by side.
        unsafe { std::slice::from_raw_parts(rows.as_ptr().cast(), rows.len() * LANES) }
    }
}

impl Deref for Row {
    type Target = [f64; LANES];
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Row {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// Numbers in whole rows, so that a row of them lies in one cache line.
#[derive(Clone, Debug, Default)]
pub struct Rows(Vec<Row>);

impl Rows {
    /// Zeros: `count` of them, or as many as fill the last row.
    pub fn zeros(count: usize) -> Self {
        Self(vec![Row::default(); count.div_ceil(LANES)])
    }

    /// These numbers, and zeros that fill the last row.
    pub fn new(numbers: &[f64]) -> Self {
        let mut rows = Self::zeros(numbers.len());
        rows[..numbers.len()].copy_from_slice(numbers);
        rows
    }
}

impl Deref for Rows {
    type Target = [f64];
    #[inline]
    fn deref(&self) -> &[f64] {
        Row::as_numbers(&self.0)
    }
}

impl DerefMut for Rows {
    #[inline]
    fn deref_mut(&mut self) -> &mut [f64] {
        // SAFETY: as in `Row::as_numbers`, and they are borrowed as a whole.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * LANES) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_their_numbers() {
        let mut rows = Rows::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        rows[15] = 16.0;
        assert_eq!(rows.len(), 16);
        assert_eq!((rows[8], rows[9], rows[15]), (9.0, 0.0, 16.0));
        assert_eq!(rows.as_ptr() as usize % 64, 0);
        assert!(Rows::zeros(0).is_empty());
    }
}
