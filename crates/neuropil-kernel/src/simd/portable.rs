//! Eight lanes as an array, for every machine. On aarch64 the compiler turns the loops into NEON instructions.

use crate::{Arithmetic, LANES, Row, Scalar, Simd};

/// Eight lanes in plain loops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Portable;

/// The same method of [`Scalar`] on every lane. (A plain loop: what `array::from_fn` and `array::map` become is often
/// not inlined.)
macro_rules! lanes {
    ($method:ident $(::<$count:ident>)? ($($operand:ident),*)) => {{
        let mut result = [Default::default(); LANES];
        for lane in 0..LANES {
            result[lane] = Scalar.$method$(::<$count>)?($($operand[lane]),*);
        }
        result
    }};
}

impl Arithmetic for Portable {
    type F = [f64; LANES];
    type U = [u64; LANES];
    type M = [bool; LANES];

    #[inline(always)]
    fn splat(self, x: f64) -> Self::F {
        [x; LANES]
    }
    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        lanes!(add(a, b))
    }
    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        lanes!(sub(a, b))
    }
    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        lanes!(mul(a, b))
    }
    #[inline(always)]
    fn div(self, a: Self::F, b: Self::F) -> Self::F {
        lanes!(div(a, b))
    }
    #[inline(always)]
    fn neg(self, a: Self::F) -> Self::F {
        lanes!(neg(a))
    }
    #[inline(always)]
    fn abs(self, a: Self::F) -> Self::F {
        lanes!(abs(a))
    }
    #[inline(always)]
    fn sqrt(self, a: Self::F) -> Self::F {
        lanes!(sqrt(a))
    }
    #[inline(always)]
    fn floor(self, a: Self::F) -> Self::F {
        lanes!(floor(a))
    }
    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        lanes!(min(a, b))
    }
    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        lanes!(max(a, b))
    }
    #[inline(always)]
    fn mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        lanes!(mul_add(a, b, c))
    }
    #[inline(always)]
    fn less(self, a: Self::F, b: Self::F) -> Self::M {
        lanes!(less(a, b))
    }
    #[inline(always)]
    fn less_equal(self, a: Self::F, b: Self::F) -> Self::M {
        lanes!(less_equal(a, b))
    }
    #[inline(always)]
    fn equal(self, a: Self::F, b: Self::F) -> Self::M {
        lanes!(equal(a, b))
    }
    #[inline(always)]
    fn and(self, m: Self::M, n: Self::M) -> Self::M {
        lanes!(and(m, n))
    }
    #[inline(always)]
    fn or(self, m: Self::M, n: Self::M) -> Self::M {
        lanes!(or(m, n))
    }
    #[inline(always)]
    fn not(self, m: Self::M) -> Self::M {
        lanes!(not(m))
    }
    #[inline(always)]
    fn select(self, m: Self::M, a: Self::F, b: Self::F) -> Self::F {
        lanes!(select(m, a, b))
    }
    #[inline(always)]
    fn splat_u64(self, x: u64) -> Self::U {
        [x; LANES]
    }
    #[inline(always)]
    fn add_u64(self, a: Self::U, b: Self::U) -> Self::U {
        lanes!(add_u64(a, b))
    }
    #[inline(always)]
    fn xor_u64(self, a: Self::U, b: Self::U) -> Self::U {
        lanes!(xor_u64(a, b))
    }
    #[inline(always)]
    fn and_u64(self, a: Self::U, b: Self::U) -> Self::U {
        lanes!(and_u64(a, b))
    }
    #[inline(always)]
    fn or_u64(self, a: Self::U, b: Self::U) -> Self::U {
        lanes!(or_u64(a, b))
    }
    #[inline(always)]
    fn shift_left_u64<const N: u32>(self, a: Self::U) -> Self::U {
        lanes!(shift_left_u64::<N>(a))
    }
    #[inline(always)]
    fn shift_right_u64<const N: u32>(self, a: Self::U) -> Self::U {
        lanes!(shift_right_u64::<N>(a))
    }
    #[inline(always)]
    fn rotate_left_u64<const N: u32>(self, a: Self::U) -> Self::U {
        lanes!(rotate_left_u64::<N>(a))
    }
    #[inline(always)]
    fn test_u64(self, a: Self::U, b: Self::U) -> Self::M {
        lanes!(test_u64(a, b))
    }
    #[inline(always)]
    fn to_bits(self, a: Self::F) -> Self::U {
        lanes!(to_bits(a))
    }
    #[inline(always)]
    fn from_bits(self, a: Self::U) -> Self::F {
        lanes!(from_bits(a))
    }
}

impl Simd for Portable {
    const ROWS: usize = 8;

    #[inline(always)]
    fn load(self, row: &Row) -> Self::F {
        row.0
    }
    #[inline(always)]
    fn store(self, row: &mut Row, value: Self::F) {
        row.0 = value;
    }
    #[inline(always)]
    fn to_array(self, a: Self::F) -> [f64; LANES] {
        a
    }
    #[inline(always)]
    fn from_array(self, a: [f64; LANES]) -> Self::F {
        a
    }
    #[inline(always)]
    fn load_u64(self, a: &[u64; LANES]) -> Self::U {
        *a
    }
    #[inline(always)]
    fn to_array_u64(self, a: Self::U) -> [u64; LANES] {
        a
    }
}
