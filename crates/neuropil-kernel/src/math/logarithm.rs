//! The natural logarithm.

use super::polynomial::polynomial;
use crate::Arithmetic;

/// The logarithm of 2, rounded down so that its products with exponents are exact.
const LN_2_HIGH: f64 = 0.693_147_180_559_890_3;
/// The rest of it.
const LN_2_LOW: f64 = 5.497_923_018_708_371e-14;

/// q of `ln((1 + s)/(1 - s)) = 2 s + s z q(z)`, z = s^2, where (1 + s)/(1 - s) is from sqrt(1/2) to sqrt(2).
const COEFFICIENTS: [f64; 7] = [
    0.666_666_666_666_673_4,
    0.399_999_999_994_143_43,
    0.285_714_287_424_712_8,
    0.222_221_985_637_431_45,
    0.181_835_648_585_377_35,
    0.153_140_359_181_274_17,
    0.147_961_057_701_31,
];

/// Natural logarithm.
#[inline(always)]
pub fn ln<A: Arithmetic>(a: A, x: A::F) -> A::F {
    let (mantissa, exponent) = a.split(x);
    from_parts(a, mantissa, exponent)
}

/// Natural logarithm of a positive number that is neither subnormal nor infinite: the same bits for less work.
#[inline(always)]
pub(crate) fn ln_normal<A: Arithmetic>(a: A, x: A::F) -> A::F {
    let (mantissa, exponent) = a.split_normal(x);
    from_parts(a, mantissa, exponent)
}

#[inline(always)]
fn from_parts<A: Arithmetic>(a: A, mantissa: A::F, exponent: A::F) -> A::F {
    let one = a.splat(1.0);
    let f = a.sub(mantissa, one);
    let s = a.div(f, a.add(mantissa, one));
    let z = a.mul(s, s);
    let r = a.mul(z, polynomial(a, z, COEFFICIENTS));
    // 2 s = f - s f, so ln(1 + f) = f - s (f - r): what is rounded is small against f. Infinite exponents pass
    // with their sign, since both parts of ln 2 are positive.
    let correction = a.neg_mul_add(exponent, a.splat(LN_2_LOW), a.mul(s, a.sub(f, r)));
    a.mul_add(exponent, a.splat(LN_2_HIGH), a.sub(f, correction))
}
