//! The exponential function and its relatives.

use std::f64::consts::{LN_2, LOG2_E};

use super::polynomial::polynomial;
use crate::Arithmetic;

/// What `LN_2` lacks of the logarithm of 2.
const LN_2_REST: f64 = 2.319_046_813_846_299_6e-17;

/// 1.5 * 2^52: adding it rounds a number of up to 2^51 to a whole one.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// q of `e^r = 1 + r + r^2 q(r)`, |r| <= ln(2)/2.
const COEFFICIENTS: [f64; 10] = [
    0.500_000_000_000_001_1,
    0.166_666_666_666_664_13,
    0.041_666_666_666_530_155,
    0.008_333_333_333_494_399,
    0.001_388_888_894_363_108_5,
    0.000_198_412_695_066_888_5,
    2.480_149_309_782_952_8e-5,
    2.755_758_629_088_087_7e-6,
    2.763_024_879_555_724_6e-7,
    2.500_008_442_644_691_6e-8,
];

/// The same with a small relative error of `e^r - 1`.
const COEFFICIENTS_LESS_ONE: [f64; 11] = [
    0.5,
    0.166_666_666_666_666_77,
    0.041_666_666_666_666_51,
    0.008_333_333_333_321_691,
    0.001_388_888_888_896_235_3,
    0.000_198_412_698_859_670_52,
    2.480_158_717_255_335_2e-5,
    2.755_724_437_304_241_7e-6,
    2.755_740_263_942_093e-7,
    2.510_897_928_671_270_5e-8,
    2.087_532_950_781_25e-9,
];

/// `(p, n)` with `e^x = 2^n (1 + p)`, n whole and p from about -0.3 to 0.42, of small relative error.
#[inline(always)]
pub(super) fn parts_less_one<A: Arithmetic>(a: A, x: A::F) -> (A::F, A::F) {
    parts(a, x, COEFFICIENTS_LESS_ONE)
}

#[inline(always)]
fn parts<A: Arithmetic, const N: usize>(a: A, x: A::F, coefficients: [f64; N]) -> (A::F, A::F) {
    let rounder = a.splat(ROUNDER);
    let n = a.sub(a.mul_add(x, a.splat(LOG2_E), rounder), rounder);
    // The difference is exact. What it lacks is small: it counts once more, beside the terms of second order.
    let difference = a.neg_mul_add(n, a.splat(LN_2), x);
    let rest = a.splat(LN_2_REST);
    let r = a.neg_mul_add(n, rest, difference);
    let second_order = a.mul(a.mul(r, r), polynomial(a, r, coefficients));
    (a.add(difference, a.neg_mul_add(n, rest, second_order)), n)
}

/// e to the x.
#[inline(always)]
pub fn exp<A: Arithmetic>(a: A, x: A::F) -> A::F {
    // Far enough for infinity and 0, and near enough for the exponent's arithmetic. NaN passes.
    let x = a.max(a.splat(-750.0), a.min(a.splat(720.0), x));
    let (p, n) = parts(a, x, COEFFICIENTS);
    a.scale(a.add(a.splat(1.0), p), n)
}

/// `(e^x - 1)/x`, and 1 at 0. Its reciprocal is [`bernoulli`].
#[inline(always)]
pub fn exprel<A: Arithmetic>(a: A, x: A::F) -> A::F {
    let one = a.splat(1.0);
    // Above, the result is infinite; below, e^x does not count beside 1. NaN passes.
    let below = a.min(a.splat(730.0), x);
    let (p, n) = parts_less_one(a, a.max(a.splat(-60.0), below));
    // (e^x - 1)/2^n, divided before it could overflow.
    let difference = a.add(p, a.sub(one, a.scale(one, a.neg(n))));
    let quotient = a.scale(a.div(difference, below), n);
    a.select(a.equal(x, a.splat(0.0)), one, quotient)
}

/// `x/(e^x - 1)`, and 1 at 0: what many rate equations hold, without their gap. It generates the Bernoulli numbers. Above
/// 710, where it is below 4e-306, it is 0.
#[inline(always)]
pub fn bernoulli<A: Arithmetic>(a: A, x: A::F) -> A::F {
    let (half, limit) = (a.splat(0.5), a.splat(710.0));
    // Below, e^x does not count beside 1. NaN passes.
    let (p, n) = parts_less_one(a, a.max(a.splat(-60.0), a.min(limit, x)));
    // 2^n and e^x - 1 by halves, which are finite up to the limit.
    let half_power = a.from_bits(a.shift_left_u64::<52>(a.to_bits(a.add(n, a.splat(ROUNDER + 1022.0)))));
    let half_difference = a.mul_add(p, half_power, a.sub(half_power, half));
    let quotient = a.div(a.mul(half, x), half_difference);
    let quotient = a.select(a.less(limit, x), a.splat(0.0), quotient);
    a.select(a.less(a.abs(x), a.splat(1e-300)), a.splat(1.0), quotient)
}
