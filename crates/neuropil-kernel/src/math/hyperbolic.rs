//! The hyperbolic tangent.

use super::exponential::parts_less_one;
use crate::Arithmetic;

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh<A: Arithmetic>(a: A, x: A::F) -> A::F {
    let one = a.splat(1.0);
    // From 20 on the result is 1. NaN passes.
    let size = a.min(a.splat(20.0), a.abs(x));
    // tanh y = (1 - e^-2y)/(1 + e^-2y), where e^-2y = 2^n + 2^n p.
    let (p, n) = parts_less_one(a, a.mul(a.splat(-2.0), size));
    let power = a.scale(one, n);
    let difference = a.neg_mul_add(power, p, a.sub(one, power));
    let sum = a.mul_add(power, p, a.add(one, power));
    let ratio = a.div(difference, sum);
    let sign = a.and_u64(a.to_bits(x), a.splat_u64(1 << 63));
    a.from_bits(a.or_u64(a.to_bits(ratio), sign))
}
