//! Arithmetic written once for any number of lanes.

use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt::Debug;

/// Arithmetic on numbers of one or more lanes.
///
/// A value of the implementing type is a *token*: it shows that the machine has the instructions. Functions that
/// are generic over `Arithmetic` give the same bits with every implementation, lane by lane, because each operation
/// here is exact or rounded once as IEEE 754 says, and nothing else is used. (Which of its many bit patterns a NaN
/// has is left open.)
///
/// `F` holds floating-point numbers, `U` unsigned integers, `M` conditions.
pub trait Arithmetic: Copy + Debug + Send + Sync + 'static {
    /// Floating-point numbers.
    type F: Copy;
    /// 64-bit unsigned integers.
    type U: Copy;
    /// Conditions.
    type M: Copy;

    /// `x` in every lane.
    fn splat(self, x: f64) -> Self::F;
    /// `a + b`
    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a - b`
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b`
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a / b`
    fn div(self, a: Self::F, b: Self::F) -> Self::F;
    /// `-a`
    fn neg(self, a: Self::F) -> Self::F;
    /// `|a|`
    fn abs(self, a: Self::F) -> Self::F;
    /// Square root.
    fn sqrt(self, a: Self::F) -> Self::F;
    /// Largest whole number not above `a`.
    fn floor(self, a: Self::F) -> Self::F;
    /// `a < b ? a : b`, so `b` where one is NaN.
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a > b ? a : b`, so `b` where one is NaN.
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`, rounded once.
    fn mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// `c - a * b`, rounded once.
    #[inline(always)]
    fn neg_mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        self.mul_add(self.neg(a), b, c)
    }

    /// `a < b`; false where one is NaN.
    fn less(self, a: Self::F, b: Self::F) -> Self::M;
    /// `a <= b`; false where one is NaN.
    fn less_equal(self, a: Self::F, b: Self::F) -> Self::M;
    /// `a == b`; false where one is NaN.
    fn equal(self, a: Self::F, b: Self::F) -> Self::M;
    /// Both conditions.
    fn and(self, m: Self::M, n: Self::M) -> Self::M;
    /// Either condition.
    fn or(self, m: Self::M, n: Self::M) -> Self::M;
    /// Not the condition.
    fn not(self, m: Self::M) -> Self::M;
    /// `m ? a : b`
    fn select(self, m: Self::M, a: Self::F, b: Self::F) -> Self::F;

    /// `x` in every lane.
    fn splat_u64(self, x: u64) -> Self::U;
    /// `a + b` modulo 2^64.
    fn add_u64(self, a: Self::U, b: Self::U) -> Self::U;
    /// Bitwise exclusive or.
    fn xor_u64(self, a: Self::U, b: Self::U) -> Self::U;
    /// Bitwise and.
    fn and_u64(self, a: Self::U, b: Self::U) -> Self::U;
    /// Bitwise or.
    fn or_u64(self, a: Self::U, b: Self::U) -> Self::U;
    /// Shift to the left by `N`, which is from 1 to 63.
    fn shift_left_u64<const N: u32>(self, a: Self::U) -> Self::U;
    /// Shift to the right by `N`, which is from 1 to 63, filling with zeros.
    fn shift_right_u64<const N: u32>(self, a: Self::U) -> Self::U;
    /// Rotation to the left by `N`, which is from 1 to 63.
    fn rotate_left_u64<const N: u32>(self, a: Self::U) -> Self::U;

    /// Whether `a` and `b` have a bit in common.
    fn test_u64(self, a: Self::U, b: Self::U) -> Self::M;

    /// The bits of a number.
    fn to_bits(self, a: Self::F) -> Self::U;
    /// The number with these bits.
    fn from_bits(self, a: Self::U) -> Self::F;

    /// An integer below 2^53 as a number.
    #[inline(always)]
    fn convert_u64(self, a: Self::U) -> Self::F {
        // Both halves become the lowest bits of a number that is a power of two.
        let lower = self.or_u64(self.and_u64(a, self.splat_u64(0xffff_ffff)), self.splat_u64(TWO_52.to_bits()));
        let upper = self.or_u64(self.shift_right_u64::<32>(a), self.splat_u64(TWO_84.to_bits()));
        let upper = self.sub(self.from_bits(upper), self.splat(TWO_84 + TWO_52));
        self.add(upper, self.from_bits(lower))
    }

    /// `a * 2^n`, rounded once, for whole n from -2040 to 2040: `a` must be 0, NaN, infinite, or of a size from
    /// 2^-900 to 2^900.
    #[inline(always)]
    fn scale(self, a: Self::F, n: Self::F) -> Self::F {
        // The lowest bits become n + 2046, which is split into the exponents of two factors.
        let exponents = self.to_bits(self.add(n, self.splat(1.5 * TWO_52 + 2046.0)));
        let next = self.add_u64(exponents, self.splat_u64(1));
        self.mul(self.mul(a, half_power(self, exponents)), half_power(self, next))
    }

    /// `(m, n)` with `a = m * 2^n`, n whole and m from sqrt(1/2) to sqrt(2), of an `a` that is positive and neither
    /// subnormal nor infinite.
    #[inline(always)]
    fn split_normal(self, a: Self::F) -> (Self::F, Self::F) {
        const SMALLEST: u64 = FRAC_1_SQRT_2.to_bits();
        const FRACTION: u64 = (1 << 52) - 1;
        let moved = self.add_u64(self.to_bits(a), self.splat_u64(1.0_f64.to_bits() - SMALLEST));
        let exponent = self.or_u64(self.shift_right_u64::<52>(moved), self.splat_u64(TWO_52.to_bits()));
        let mantissa = self.add_u64(self.and_u64(moved, self.splat_u64(FRACTION)), self.splat_u64(SMALLEST));
        (self.from_bits(mantissa), self.sub(self.from_bits(exponent), self.splat(TWO_52 + 1023.0)))
    }

    /// As [`Arithmetic::split_normal`], for every `a`. 0 and infinity have the exponents -infinity and infinity; numbers
    /// below 0 and NaN have the mantissa NaN.
    #[inline(always)]
    fn split(self, a: Self::F) -> (Self::F, Self::F) {
        const SHIFT: f64 = 54.0;
        let subnormal = self.less(a, self.splat(f64::MIN_POSITIVE));
        let normal = self.select(subnormal, self.mul(a, self.splat(4.0 * TWO_52)), a);
        let (mantissa, exponent) = self.split_normal(normal);
        let exponent = self.select(subnormal, self.sub(exponent, self.splat(SHIFT)), exponent);
        let exponent = self.select(self.less(a, self.splat(f64::INFINITY)), exponent, a);
        let zero = self.splat(0.0);
        (
            self.select(self.less_equal(zero, a), mantissa, self.splat(f64::NAN)),
            self.select(self.less_equal(a, zero), self.splat(f64::NEG_INFINITY), exponent),
        )
    }
}

/// The power of two whose biased exponent is half of what the lowest 12 bits hold.
#[inline(always)]
fn half_power<A: Arithmetic>(a: A, exponents: A::U) -> A::F {
    a.from_bits(a.shift_left_u64::<52>(a.shift_right_u64::<1>(exponents)))
}

const TWO_52: f64 = 4_503_599_627_370_496.0;
const TWO_84: f64 = TWO_52 * 4_294_967_296.0;

/// One lane: the meaning of [`Arithmetic`], and slow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scalar;

impl Arithmetic for Scalar {
    type F = f64;
    type U = u64;
    type M = bool;

    #[inline(always)]
    fn splat(self, x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn add(self, a: f64, b: f64) -> f64 {
        a + b
    }
    #[inline(always)]
    fn sub(self, a: f64, b: f64) -> f64 {
        a - b
    }
    #[inline(always)]
    fn mul(self, a: f64, b: f64) -> f64 {
        a * b
    }
    #[inline(always)]
    fn div(self, a: f64, b: f64) -> f64 {
        a / b
    }
    #[inline(always)]
    fn neg(self, a: f64) -> f64 {
        -a
    }
    #[inline(always)]
    fn abs(self, a: f64) -> f64 {
        a.abs()
    }
    #[inline(always)]
    fn sqrt(self, a: f64) -> f64 {
        a.sqrt()
    }
    #[inline(always)]
    fn floor(self, a: f64) -> f64 {
        a.floor()
    }
    #[inline(always)]
    fn min(self, a: f64, b: f64) -> f64 {
        if a < b { a } else { b }
    }
    #[inline(always)]
    fn max(self, a: f64, b: f64) -> f64 {
        if a > b { a } else { b }
    }
    #[inline(always)]
    fn mul_add(self, a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
    #[inline(always)]
    fn less(self, a: f64, b: f64) -> bool {
        a < b
    }
    #[inline(always)]
    fn less_equal(self, a: f64, b: f64) -> bool {
        a <= b
    }
    #[inline(always)]
    #[allow(clippy::float_cmp)]
    fn equal(self, a: f64, b: f64) -> bool {
        a == b
    }
    #[inline(always)]
    fn and(self, m: bool, n: bool) -> bool {
        m & n
    }
    #[inline(always)]
    fn or(self, m: bool, n: bool) -> bool {
        m | n
    }
    #[inline(always)]
    fn not(self, m: bool) -> bool {
        !m
    }
    #[inline(always)]
    fn select(self, m: bool, a: f64, b: f64) -> f64 {
        if m { a } else { b }
    }
    #[inline(always)]
    fn splat_u64(self, x: u64) -> u64 {
        x
    }
    #[inline(always)]
    fn add_u64(self, a: u64, b: u64) -> u64 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn xor_u64(self, a: u64, b: u64) -> u64 {
        a ^ b
    }
    #[inline(always)]
    fn and_u64(self, a: u64, b: u64) -> u64 {
        a & b
    }
    #[inline(always)]
    fn or_u64(self, a: u64, b: u64) -> u64 {
        a | b
    }
    #[inline(always)]
    fn shift_left_u64<const N: u32>(self, a: u64) -> u64 {
        a << N
    }
    #[inline(always)]
    fn shift_right_u64<const N: u32>(self, a: u64) -> u64 {
        a >> N
    }
    #[inline(always)]
    fn rotate_left_u64<const N: u32>(self, a: u64) -> u64 {
        a.rotate_left(N)
    }
    #[inline(always)]
    fn test_u64(self, a: u64, b: u64) -> bool {
        a & b != 0
    }
    #[inline(always)]
    fn to_bits(self, a: f64) -> u64 {
        a.to_bits()
    }
    #[inline(always)]
    fn from_bits(self, a: u64) -> f64 {
        f64::from_bits(a)
    }
}
