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
