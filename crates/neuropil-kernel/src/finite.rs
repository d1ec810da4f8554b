//! Whether numbers are finite, without a branch for each: `0 * x` is 0 for finite numbers alone.

use crate::{Operation, Row, Simd, dispatch};

/// Whether all numbers are finite.
pub fn all_finite(rows: &[Row]) -> bool {
    dispatch(AllFinite(rows))
}

struct AllFinite<'a>(&'a [Row]);

impl Operation for AllFinite<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> bool {
        let mut finite = Finite::new(s);
        finite.look_at(self.0);
        finite.all()
    }
}

/// Looks at rows one after the other.
pub(crate) struct Finite<S: Simd> {
    s: S,
    /// Sums of `0 * x`: several chains hide the latency of the multiply-add.
    zeros: [S::F; CHAINS],
}

const CHAINS: usize = 4;

impl<S: Simd> Finite<S> {
    /// Nothing was looked at.
    #[inline(always)]
    pub(crate) fn new(s: S) -> Self {
        Self { s, zeros: [s.splat(0.0); CHAINS] }
    }

    /// Takes note of rows.
    #[inline(always)]
    pub(crate) fn look_at(&mut self, rows: &[Row]) {
        let (s, zero) = (self.s, self.s.splat(0.0));
        for (index, row) in rows.iter().enumerate() {
            let sum = &mut self.zeros[index % CHAINS];
            *sum = s.mul_add(s.load(row), zero, *sum);
        }
    }

    /// Whether all numbers were finite.
    #[inline(always)]
    pub(crate) fn all(self) -> bool {
        let [a, b, c, d] = self.zeros;
        let sum = self.s.add(self.s.add(a, b), self.s.add(c, d));
        // Each is 0 or not a number. Halves are added to halves, as vectors can.
        let [a, b, c, d, e, f, g, h] = self.s.to_array(sum);
        ((a + e) + (c + g)) + ((b + f) + (d + h)) == 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LANES;

    #[test]
    fn one_number_anywhere_is_found() {
        for count in 0..20 {
            // As large as numbers are, of either sign.
            let rows: Vec<Row> =
                (0..count).map(|row| Row::splat(if row % 2 == 0 { f64::MAX } else { f64::MIN })).collect();
            assert!(all_finite(&rows));
            for row in 0..rows.len() {
                for lane in 0..LANES {
                    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                        let mut rows = rows.clone();
                        rows[row][lane] = bad;
                        assert!(!all_finite(&rows), "{bad} in row {row}, lane {lane} of {count}");
                    }
                }
            }
        }
    }
}
