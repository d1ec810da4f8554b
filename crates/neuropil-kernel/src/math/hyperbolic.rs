//! The hyperbolic tangent.

use super::exponential::parts;
use crate::Arithmetic;

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh<A: Arithmetic>(a: A, x: A::F) -> A::F {
    let one = a.splat(1.0);
    // From 20 on the result is 1. NaN passes.
    let size = a.min(a.splat(20.0), a.abs(x));
    // tanh y = (e^2y - 1)/(e^2y + 1), both sides divided by 2^n.
    let (p, n) = parts(a, a.add(size, size));
    let shrunk = a.scale(one, a.neg(n));
    let difference = a.add(p, a.sub(one, shrunk));
    let ratio = a.div(difference, a.mul_add(a.splat(2.0), shrunk, difference));
    let sign = a.and_u64(a.to_bits(x), a.splat_u64(1 << 63));
    a.from_bits(a.or_u64(a.to_bits(ratio), sign))
}
