//! Elementary functions to more than 30 digits, for tests: sums of two `f64`.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, LN_2};

/// `high + low`, with `low` at most half a unit in the last place of `high`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Double {
    pub(super) high: f64,
    pub(super) low: f64,
}

const fn double(high: f64, low: f64) -> Double {
    Double { high, low }
}

const ONE: Double = double(1.0, 0.0);
const LN_2_DOUBLE: Double = double(LN_2, 2.319_046_813_846_299_6e-17);

/// Exact sum.
fn two_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let part = high - a;
    double(high, (a - (high - part)) + (b - part))
}

/// Exact product.
fn two_product(a: f64, b: f64) -> Double {
    double(a * b, a.mul_add(b, -(a * b)))
}

impl Double {
    fn new(high: f64) -> Self {
        double(high, 0.0)
    }

    fn add(self, other: Self) -> Self {
        let (high, low) = (two_sum(self.high, other.high), two_sum(self.low, other.low));
        let first = two_sum(high.high, high.low + low.high);
        two_sum(first.high, first.low + low.low)
    }

    fn neg(self) -> Self {
        double(-self.high, -self.low)
    }

    fn mul(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        two_sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self.add(other.mul(Self::new(-first)));
        let second = rest.high / other.high;
        let rest = rest.add(other.mul(Self::new(-second)));
        two_sum(first, second).add(Self::new(rest.high / other.high))
    }

    /// Times a power of two, for results that are normal.
    fn scale(self, n: i32) -> Self {
        let (first, second) = (2_f64.powi(n / 2), 2_f64.powi(n - n / 2));
        double(self.high * first * second, self.low * first * second)
    }
}

/// `(p, n)` with `e^x = 2^n (1 + p)`, p of full relative accuracy.
fn exponential_parts(x: Double) -> (Double, i32) {
    let n = (x.high / LN_2).round();
    // By 2^8, so that eight terms are enough; each squaring of 1 + p is 2 p + p^2.
    let r = x.add(LN_2_DOUBLE.mul(Double::new(-n))).scale(-8);
    let (mut sum, mut term) = (r, r);
    for k in 2..13 {
        term = term.mul(r).div(Double::new(f64::from(k)));
        sum = sum.add(term);
    }
    for _ in 0..8 {
        sum = sum.scale(1).add(sum.mul(sum));
    }
    (sum, n as i32)
}

/// `2^n (1 + p)` as a mantissa of a size near 1 and n, since it may be subnormal.
pub(super) fn exp(x: f64) -> (Double, i32) {
    let (p, n) = exponential_parts(Double::new(x));
    (ONE.add(p), n)
}

fn exp_m1(x: Double) -> Double {
    let (p, n) = exponential_parts(x);
    p.scale(n).add(ONE.scale(n).add(ONE.neg()))
}

pub(super) fn exprel(x: f64) -> Double {
    if x == 0.0 { ONE } else { exp_m1(Double::new(x)).div(Double::new(x)) }
}

/// `2^n value`, since it may be very small.
pub(super) fn bernoulli(x: f64) -> (Double, i32) {
    if x == 0.0 {
        return (ONE, 0);
    }
    let (p, n) = exponential_parts(Double::new(x));
    let difference = p.add(ONE.add(ONE.scale(-n).neg()));
    (Double::new(x).div(difference), -n)
}

pub(super) fn tanh(x: f64) -> Double {
    let difference = exp_m1(two_sum(x, x));
    difference.div(difference.add(Double::new(2.0)))
}

/// Of a normal number.
pub(super) fn ln(x: f64) -> Double {
    let n = ((x.to_bits() >> 52) as i32) - 1023;
    let n = if x.to_bits() & ((1 << 52) - 1) < (1 << 51) { n } else { n + 1 };
    let m = Double::new(x).scale(-n).high;
    // One Newton step from the logarithm of f64: d = m e^(-guess) - 1.
    let guess = m.ln();
    let p = exp_m1(Double::new(-guess));
    let d = two_sum(m, -1.0).add(p.mul(Double::new(m)));
    let correction = d.add(d.mul(d).scale(-1).neg());
    LN_2_DOUBLE.mul(Double::new(f64::from(n))).add(Double::new(guess).add(correction))
}

/// Sine and cosine, for |x| <= 1e9.
pub(super) fn sin_cos(x: f64) -> (Double, Double) {
    let n = (x * FRAC_2_PI).round();
    let mut r = Double::new(x).add(two_product(-n, FRAC_PI_2));
    for part in [6.123_233_995_736_766e-17, -1.497_384_904_859_169_8e-33] {
        r = r.add(two_product(-n, part));
    }
    let square = r.mul(r).neg();
    let (mut sine, mut cosine, mut term) = (Double::new(0.0), Double::new(0.0), ONE);
    for k in 0..14 {
        cosine = cosine.add(term);
        term = term.div(Double::new(f64::from(2 * k + 1)));
        sine = sine.add(term);
        term = term.mul(square).div(Double::new(f64::from(2 * k + 2)));
    }
    let sine = sine.mul(r);
    match n.rem_euclid(4.0) as u8 {
        0 => (sine, cosine),
        1 => (cosine, sine.neg()),
        2 => (sine.neg(), cosine.neg()),
        _ => (cosine.neg(), sine),
    }
}

/// Distance of `found` from `exact * 2^n` in units in the last place of the latter.
pub(super) fn error(found: f64, exact: Double, n: i32) -> f64 {
    // The unit is 2^(e - 52), e the exponent of the exact result, and that of subnormal numbers at least. The
    // difference is taken where nothing is subnormal.
    let exponent = ((exact.high.abs().to_bits() >> 52) as i32 - 1023 + n).max(-1022);
    let shift = if n < 0 { 600 } else { -600 };
    let found = Double::new(found * 2_f64.powi(shift)).scale(-n - shift);
    let difference = found.add(exact.neg());
    ((difference.high + difference.low) * 2_f64.powi((n + 52 - exponent).clamp(-1000, 1000))).abs()
}
