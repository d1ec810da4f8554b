//! Sine and cosine.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

use super::polynomial::polynomial;
use crate::Arithmetic;

/// Largest size of an angle that [`sin`] and [`cos`] take (radians).
pub const TRIGONOMETRIC_LIMIT: f64 = 1e9;

/// A quarter turn is `FRAC_PI_2` and these (Cody and Waite's reduction in three parts).
const FRAC_PI_2_REST: [f64; 2] = [6.123_233_995_736_765e-17, 1.082_856_673_921_913_9e-32];

/// 1.5 * 2^52: adding it rounds a number of up to 2^51 to a whole one, which the lowest bits then hold.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// q of `sin r = r + r z q(z)`, z = r^2, |r| <= pi/4.
const SINE: [f64; 6] = [
    -0.166_666_666_666_666_32,
    0.008_333_333_333_322_37,
    -0.000_198_412_698_297_711_62,
    2.755_731_367_863_913_6e-6,
    -2.505_075_595_499_569e-8,
    1.589_666_604_876_74e-10,
];

/// q of `cos r = 1 - z/2 + z^2 q(z)`, z = r^2, |r| <= pi/4.
const COSINE: [f64; 6] = [
    0.041_666_666_666_666_6,
    -0.001_388_888_888_887_406_4,
    2.480_158_728_944_357_3e-5,
    -2.755_731_434_068_069_3e-7,
    2.087_572_162_557_189_7e-9,
    -1.135_955_938_202_854_6e-11,
];

/// Sine of an angle in radians; NaN beyond [`TRIGONOMETRIC_LIMIT`]. The sine of -0 is 0.
#[inline(always)]
pub fn sin<A: Arithmetic>(a: A, x: A::F) -> A::F {
    sin_cos(a, x).0
}

/// Cosine of an angle in radians; NaN beyond [`TRIGONOMETRIC_LIMIT`].
#[inline(always)]
pub fn cos<A: Arithmetic>(a: A, x: A::F) -> A::F {
    sin_cos(a, x).1
}

/// Sine and cosine of an angle in radians for little more than the price of one; NaN beyond [`TRIGONOMETRIC_LIMIT`].
#[inline(always)]
pub fn sin_cos<A: Arithmetic>(a: A, x: A::F) -> (A::F, A::F) {
    let known = a.less_equal(a.abs(x), a.splat(TRIGONOMETRIC_LIMIT));
    let x = a.select(known, x, a.splat(f64::NAN));
    let rounder = a.splat(ROUNDER);
    let rounded = a.mul_add(x, a.splat(FRAC_2_PI), rounder);
    let n = a.sub(rounded, rounder);
    // The first difference is exact.
    let r = a.neg_mul_add(n, a.splat(FRAC_PI_2), x);
    let r = a.neg_mul_add(n, a.splat(FRAC_PI_2_REST[0]), r);
    let r = a.neg_mul_add(n, a.splat(FRAC_PI_2_REST[1]), r);
    quarter_turns(a, a.to_bits(rounded), r)
}

/// Sine and cosine of the angle that is `count` quarter turns and `r` radians, |r| at most an eighth of a turn. Of the
/// count the lowest two bits matter.
#[inline(always)]
pub(crate) fn quarter_turns<A: Arithmetic>(a: A, count: A::U, r: A::F) -> (A::F, A::F) {
    let one = a.splat_u64(1);
    let z = a.mul(r, r);
    let sine = a.mul_add(a.mul(r, z), polynomial(a, z, SINE), r);
    let cosine = a.mul_add(z, a.mul_add(z, polynomial(a, z, COSINE), a.splat(-0.5)), a.splat(1.0));
    let odd = a.test_u64(count, one);
    // The second bit is the sign of the sine; it becomes that of the cosine one quarter later.
    let sign = a.splat_u64(1 << 63);
    let sine_sign = a.and_u64(a.shift_left_u64::<62>(count), sign);
    let cosine_sign = a.and_u64(a.shift_left_u64::<62>(a.add_u64(count, one)), sign);
    (flip(a, a.select(odd, cosine, sine), sine_sign), flip(a, a.select(odd, sine, cosine), cosine_sign))
}

/// `value` with its sign changed where `sign` has the highest bit.
#[inline(always)]
fn flip<A: Arithmetic>(a: A, value: A::F, sign: A::U) -> A::F {
    a.from_bits(a.xor_u64(a.to_bits(value), sign))
}
