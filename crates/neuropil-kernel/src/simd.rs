//! Eight lanes, with three implementations.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
mod scalar;

use crate::table::{GridPoint, interpolate_lanes};
use crate::{Arithmetic, LANES, Row, Table};

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use portable::Portable;
use sealed::Sealed;

/// [`Arithmetic`] on the eight lanes of a [`Row`].
///
/// Code that is generic over `Simd` must be `#[inline(always)]` from [`Operation::run`](crate::Operation::run) down
/// (closures too): the instructions of an implementation can only be used where everything has been inlined
/// into [`dispatch`](crate::dispatch). What is not inlined is right, but slow. `array::map` and `array::from_fn` on
/// lanes are such things; plain loops are not.
///
/// The trait is sealed: other crates use it and do not implement it.
pub trait Simd: Arithmetic + Sealed {
    /// Rows that the registers hold.
    const ROWS: usize;

    /// Reads a row.
    fn load(self, row: &Row) -> Self::F;
    /// Writes a row.
    fn store(self, row: &mut Row, value: Self::F);
    /// The lanes of a value.
    fn to_array(self, a: Self::F) -> [f64; LANES];
    /// A value with these lanes.
    fn from_array(self, a: [f64; LANES]) -> Self::F;
    /// Integers with these lanes.
    fn load_u64(self, a: &[u64; LANES]) -> Self::U;
    /// The lanes of integers.
    fn to_array_u64(self, a: Self::U) -> [u64; LANES];

    /// For every lane the values between four neighbours of a grid: `rows` weighs `origin[offset..]` and
    /// `origin[offset + down..]`, `columns` the first and the second of these, as [`Table`] says.
    ///
    /// # Safety
    /// Two grid points must lie at `origin.add(offset)` and at `origin.add(offset + down)` for every lane's offset.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn interpolate(
        self,
        origin: *const GridPoint,
        offsets: Self::U,
        down: usize,
        rows: [Self::F; 2],
        columns: [Self::F; 2],
    ) -> [Self::F; Table::COLUMNS] {
        let (rows, columns) =
            ([self.to_array(rows[0]), self.to_array(rows[1])], [self.to_array(columns[0]), self.to_array(columns[1])]);
        // SAFETY: the caller's promise.
        let [a, b, c, d] = unsafe { interpolate_lanes(origin, self.to_array_u64(offsets), down, rows, columns) };
        [self.from_array(a), self.from_array(b), self.from_array(c), self.from_array(d)]
    }
}

mod sealed {
    /// What only this crate can implement.
    pub trait Sealed {}

    #[cfg(target_arch = "x86_64")]
    impl Sealed for super::Avx512 {}
    #[cfg(target_arch = "x86_64")]
    impl Sealed for super::Avx2 {}
    impl Sealed for super::Portable {}
    impl Sealed for crate::Scalar {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Operation, Scalar, SimdLevel, dispatch_at};

    const VALUES: [f64; 12] = [
        0.0,
        -0.0,
        1.0,
        -2.5,
        1e300,
        -1e-310,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        0.1,
        4_503_599_627_370_497.5,
        -7.999_999_999,
    ];

    /// All operations of a token, on three lane arrays, as bits (NaN as one pattern).
    struct Everything([[f64; LANES]; 3]);

    fn canonical(x: f64) -> u64 {
        if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }
    }

    #[inline(always)]
    fn floats<A: Arithmetic>(s: A, a: A::F, b: A::F, c: A::F) -> Vec<A::F> {
        let (less, less_equal, equal) = (s.less(a, b), s.less_equal(a, b), s.equal(a, b));
        vec![
            s.add(a, b),
            s.sub(a, b),
            s.mul(a, b),
            s.div(a, b),
            s.neg(a),
            s.abs(a),
            s.sqrt(a),
            s.floor(a),
            s.min(a, b),
            s.max(a, b),
            s.mul_add(a, b, c),
            s.neg_mul_add(a, b, c),
            s.select(less, a, b),
            s.select(less_equal, a, c),
            s.select(equal, b, c),
            s.select(s.and(less, s.not(equal)), a, c),
            s.select(s.or(less, equal), a, c),
            s.from_bits(s.to_bits(a)),
            s.splat(2.5),
            s.select(s.test_u64(s.to_bits(a), s.to_bits(b)), a, c),
            s.convert_u64(s.shift_right_u64::<11>(s.to_bits(a))),
        ]
    }

    #[inline(always)]
    fn integers<A: Arithmetic>(s: A, a: A::U, b: A::U) -> Vec<A::U> {
        vec![
            s.add_u64(a, b),
            s.xor_u64(a, b),
            s.and_u64(a, b),
            s.or_u64(a, b),
            s.shift_left_u64::<1>(a),
            s.shift_left_u64::<52>(a),
            s.shift_right_u64::<11>(a),
            s.shift_right_u64::<63>(a),
            s.rotate_left_u64::<1>(a),
            s.rotate_left_u64::<46>(a),
            s.splat_u64(u64::MAX - 3),
        ]
    }

    impl Operation for Everything {
        type Output = Vec<[u64; LANES]>;

        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> Self::Output {
            let [a, b, c] = self.0.map(|lanes| s.from_array(lanes));
            let mut row = Row::default();
            s.store(&mut row, a);
            let loaded = s.load(&row);
            let mut all: Vec<_> =
                floats(s, loaded, b, c).into_iter().map(|value| s.to_array(value).map(canonical)).collect();
            let (a, b) = (s.load_u64(&self.0[0].map(f64::to_bits)), s.load_u64(&self.0[1].map(f64::to_bits)));
            all.extend(integers(s, a, b).into_iter().map(|value| s.to_array_u64(value)));
            all
        }
    }

    #[test]
    fn every_level_does_what_one_lane_does() {
        for i in 0..VALUES.len() {
            for j in 0..VALUES.len() {
                let lanes = [0, i, j].map(|shift| std::array::from_fn(|lane| VALUES[(lane + shift) % VALUES.len()]));
                let expected: Vec<Vec<u64>> = (0..LANES)
                    .map(|lane| {
                        let [a, b, c] = lanes.map(|values: [f64; LANES]| values[lane]);
                        let mut all: Vec<u64> = floats(Scalar, a, b, c).into_iter().map(canonical).collect();
                        all.extend(integers(Scalar, a.to_bits(), b.to_bits()));
                        all
                    })
                    .collect();
                for level in SimdLevel::supported() {
                    let found = dispatch_at(level, Everything(lanes));
                    for (index, values) in found.iter().enumerate() {
                        for lane in 0..LANES {
                            assert_eq!(values[lane], expected[lane][index], "{level:?}, operation {index}, {lanes:?}");
                        }
                    }
                }
            }
        }
    }
}
