//! Arithmetic written once for any number of lanes.

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

    /// The bits of a number.
    fn to_bits(self, a: Self::F) -> Self::U;
    /// The number with these bits.
    fn from_bits(self, a: Self::U) -> Self::F;
}

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
    fn to_bits(self, a: f64) -> u64 {
        a.to_bits()
    }
    #[inline(always)]
    fn from_bits(self, a: u64) -> f64 {
        f64::from_bits(a)
    }
}
