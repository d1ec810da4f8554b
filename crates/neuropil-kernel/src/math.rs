//! Elementary functions for any number of lanes: branch-free, with the same bits for every implementation of
//! [`Arithmetic`](crate::Arithmetic).
//!
//! Largest error measured, in units in the last place of the exact result (0.5 is the least possible), on two
//! million random points of each range against double-double arithmetic:
//!
//! | function | error | remarks |
//! | --- | --- | --- |
//! | [`exp`] | 0.97 | overflows to infinity, underflows gradually to 0 |
//! | [`ln`] | 0.95 | subnormal numbers too; -infinity at 0, NaN below |
//! | [`tanh`] | 2.0 | |
//! | [`exprel`] | 1.8 | `(e^x - 1)/x`, 1 at 0 |
//! | [`bernoulli`] | 1.8 | `x/(e^x - 1)`, 1 at 0, and 0 above 710 |
//! | [`sin`], [`cos`] | 1.6 | for \|x\| up to [`TRIGONOMETRIC_LIMIT`]; beyond it NaN |
//!
//! NaN gives NaN. The coefficients of the polynomials come from `scripts/coefficients.py`.

mod exponential;
mod hyperbolic;
mod logarithm;
mod polynomial;
#[cfg(test)]
mod reference;
mod trigonometric;

pub use exponential::{bernoulli, exp, exprel};
pub use hyperbolic::tanh;
pub use logarithm::ln;
pub(crate) use logarithm::ln_normal;
pub(crate) use polynomial::polynomial;
pub(crate) use trigonometric::quarter_turns;
pub use trigonometric::{TRIGONOMETRIC_LIMIT, cos, sin, sin_cos};

#[cfg(test)]
mod tests {
    use super::reference::{self, Double, error};
    use super::*;
    use crate::{Arithmetic, LANES, Operation, Scalar, Simd, SimdLevel, dispatch_at};

    /// Points of each measurement; more in an optimised build with `NEUROPIL_POINTS`.
    fn points() -> usize {
        std::env::var("NEUROPIL_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(30_000)
    }

    /// Random numbers of 64 bits (the finaliser of splitmix64 on a counter).
    fn random(counter: u64) -> u64 {
        let mut word = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    fn uniform(counter: u64, lower: f64, upper: f64) -> f64 {
        lower + (upper - lower) * (random(counter) >> 11) as f64 / 2_f64.powi(53)
    }

    /// Uniform, and now and then of any small size and either sign.
    fn spread(counter: u64, limit: f64) -> f64 {
        let x = uniform(counter, -limit, limit);
        if counter.is_multiple_of(3) { x * 2_f64.powf(uniform(!counter, -60.0, 0.0)) } else { x }
    }

    /// Checks that the largest error of `function` at the `point`s is at most `bound`, and prints it.
    #[allow(clippy::print_stdout)]
    fn check(
        name: &str,
        bound: f64,
        function: impl Fn(f64) -> f64,
        exact: impl Fn(f64) -> (Double, i32),
        point: impl Fn(u64) -> f64,
    ) {
        let (mut worst, mut place) = (0.0, 0.0);
        for counter in 0..points() as u64 {
            let x = point(counter);
            let (value, n) = exact(x);
            let size = error(function(x), value, n);
            assert!(!size.is_nan(), "{name}({x:e}) is {}", function(x));
            if size > worst {
                (worst, place) = (size, x);
            }
        }
        println!("{name}: {worst:.3} units in the last place at {place:e}");
        assert!(worst <= bound, "{name}({place:e}) is {}: an error of {worst}", function(place));
    }

    #[test]
    fn exp_is_accurate() {
        check("exp", 1.0, |x| exp(Scalar, x), reference::exp, |i| spread(i, 708.0));
        check("exp near 0", 1.0, |x| exp(Scalar, x), reference::exp, |i| spread(i, 2.0));
        check("exp, subnormal", 1.0, |x| exp(Scalar, x), reference::exp, |i| uniform(i, -745.0, -708.0));
        check("exp, large", 1.0, |x| exp(Scalar, x), reference::exp, |i| uniform(i, 708.0, 709.78));
    }

    #[test]
    fn ln_is_accurate() {
        let exact = |x| (reference::ln(x), 0);
        let positive = |i| f64::from_bits((1 << 52) + random(i) % (0x7fe << 52));
        check("ln", 1.0, |x| ln(Scalar, x), exact, positive);
        check("ln near 1", 1.0, |x| ln(Scalar, x), exact, |i| uniform(i, 0.4, 2.5));
        check("ln at 1", 1.0, |x| ln(Scalar, x), exact, |i| 1.0 + spread(i, 0.1) + f64::EPSILON);
        // A subnormal number is exactly another one times a power of two.
        for i in 0..10_000 {
            let x = f64::from_bits(random(i) >> 12 >> (i % 52)).max(f64::from_bits(1));
            let exact = reference::ln(x * 2_f64.powi(60));
            let found = ln(Scalar, x) + 60.0 * std::f64::consts::LN_2;
            assert!((found - exact.high).abs() < 3e-13, "{x:e}: {found}");
        }
    }

    #[test]
    fn tanh_is_accurate() {
        let exact = |x| (reference::tanh(x), 0);
        check("tanh", 2.0, |x| tanh(Scalar, x), exact, |i| spread(i, 20.0));
        check("tanh near 0", 2.0, |x| tanh(Scalar, x), exact, |i| spread(i, 1.5));
    }

    #[test]
    fn exprel_is_accurate() {
        let exact = |x| (reference::exprel(x), 0);
        check("exprel", 2.0, |x| exprel(Scalar, x), exact, |i| spread(i, 700.0));
        check("exprel near 0", 2.0, |x| exprel(Scalar, x), exact, |i| spread(i, 4.0));
    }

    #[test]
    fn bernoulli_is_accurate() {
        check("bernoulli", 2.0, |x| bernoulli(Scalar, x), reference::bernoulli, |i| spread(i, 700.0));
        check("bernoulli near 0", 2.0, |x| bernoulli(Scalar, x), reference::bernoulli, |i| spread(i, 4.0));
    }

    #[test]
    fn sin_and_cos_are_accurate() {
        for limit in [4.0, 1e5, TRIGONOMETRIC_LIMIT] {
            let angle = |i| spread(i, limit);
            check("sin", 1.6, |x| sin(Scalar, x), |x| (reference::sin_cos(x).0, 0), angle);
            check("cos", 1.6, |x| cos(Scalar, x), |x| (reference::sin_cos(x).1, 0), angle);
        }
        // Where the result is tiny, the reduction has to be good.
        let multiple = |i| std::f64::consts::FRAC_PI_2 * (random(i) % 600_000_000) as f64;
        check("sin at multiples", 1.5, |x| sin(Scalar, x), |x| (reference::sin_cos(x).0, 0), multiple);
        check("cos at multiples", 1.5, |x| cos(Scalar, x), |x| (reference::sin_cos(x).1, 0), multiple);
    }

    #[test]
    fn ends_of_the_ranges() {
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        let cases = |name: &str, function: fn(Scalar, f64) -> f64, cases: &[(f64, f64)]| {
            for &(x, expected) in cases {
                let found = function(Scalar, x);
                let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                assert!(same, "{name}({x:e}) is {found:e}, expected {expected:e}");
            }
        };
        let least = f64::from_bits(1);
        cases(
            "exp",
            exp,
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (709.79, infinity),
                (1e308, infinity),
                (infinity, infinity),
                (-745.0, least),
                (-745.2, 0.0),
                (-1e300, 0.0),
                (-infinity, 0.0),
                (nan, nan),
            ],
        );
        cases(
            "ln",
            ln,
            &[
                (1.0, 0.0),
                (0.0, -infinity),
                (-0.0, -infinity),
                (infinity, infinity),
                (-least, nan),
                (-1.0, nan),
                (-infinity, nan),
                (nan, nan),
                (least, -744.440_071_921_381_2),
            ],
        );
        cases(
            "tanh",
            tanh,
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (least, least),
                (1e-200, 1e-200),
                (30.0, 1.0),
                (-1e300, -1.0),
                (infinity, 1.0),
                (-infinity, -1.0),
                (nan, nan),
            ],
        );
        cases(
            "exprel",
            exprel,
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (least, 1.0),
                (-1e-300, 1.0),
                (720.0, infinity),
                (infinity, infinity),
                (-infinity, 0.0),
                (-1e10, 1e-10),
                (-1e300, 1e-300),
                (nan, nan),
            ],
        );
        cases(
            "bernoulli",
            bernoulli,
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (least, 1.0),
                (-least, 1.0),
                (1e-300, 1.0),
                (-1e-290, 1.0),
                (711.0, 0.0),
                (infinity, 0.0),
                (-infinity, infinity),
                (-1e10, 1e10),
                (-1e300, 1e300),
                (nan, nan),
            ],
        );
        cases("sin", sin, &[(0.0, 0.0), (-0.0, 0.0), (least, least), (1.1e9, nan), (infinity, nan), (nan, nan)]);
        cases("cos", cos, &[(0.0, 1.0), (-0.0, 1.0), (-1.1e9, nan), (-infinity, nan), (nan, nan)]);
    }

    #[inline(always)]
    fn all<A: Arithmetic>(a: A, x: A::F) -> [A::F; 8] {
        let (sine, cosine) = sin_cos(a, x);
        [
            exp(a, x),
            ln(a, x),
            tanh(a, x),
            exprel(a, x),
            bernoulli(a, x),
            sine,
            cosine,
            ln_normal(a, a.min(a.max(a.abs(x), a.splat(1e-9)), a.splat(1e300))),
        ]
    }

    struct All([f64; LANES]);

    impl Operation for All {
        type Output = [[f64; LANES]; 8];

        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> Self::Output {
            all(s, s.from_array(self.0)).map(
                #[inline(always)]
                |value| s.to_array(value),
            )
        }
    }

    #[test]
    fn every_level_gives_the_bits_of_one_lane() {
        let special = [0.0, -0.0, f64::INFINITY, -f64::INFINITY, f64::NAN, 1e-310, -1e-310, 1e308];
        let blocks = (0..4_000).map(|block| {
            std::array::from_fn(|lane| {
                let counter = block * LANES as u64 + lane as u64;
                match block % 4 {
                    0 => f64::from_bits(random(counter)),
                    1 => spread(counter, 750.0),
                    2 => spread(counter, 5.0),
                    _ => uniform(counter, -1e5, 1e5),
                }
            })
        });
        for lanes in std::iter::once(special).chain(blocks) {
            for level in SimdLevel::supported() {
                let found = dispatch_at(level, All(lanes));
                for (lane, &x) in lanes.iter().enumerate() {
                    for (function, expected) in all(Scalar, x).into_iter().enumerate() {
                        let found = found[function][lane];
                        let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                        assert!(same, "{level:?}, function {function} of {x:e}: {found:e} against {expected:e}");
                    }
                }
            }
        }
    }
}
