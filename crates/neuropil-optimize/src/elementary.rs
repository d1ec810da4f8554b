//! Elementary functions with the same bits on every machine, and folding into the unit interval.

use neuropil_kernel::{Scalar, math};

pub(crate) fn exp(x: f64) -> f64 {
    math::exp(Scalar, x)
}

pub(crate) fn ln(x: f64) -> f64 {
    math::ln(Scalar, x)
}

/// `base^exponent` for a base that is not negative and an exponent that is positive.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    if base == 0.0 { 0.0 } else { exp(exponent * ln(base)) }
}

/// Reflects a coordinate at 0 and 1 as often as it takes to be in between.
pub(crate) fn fold(x: f64) -> f64 {
    let turn = x.rem_euclid(2.0);
    if turn <= 1.0 { turn } else { 2.0 - turn }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_reflects() {
        for (x, folded) in [(0.25, 0.25), (-0.25, 0.25), (1.25, 0.75), (2.25, 0.25), (-1.25, 0.75), (1.0, 1.0)] {
            assert_eq!(fold(x), folded);
        }
        assert!((0.0..=1.0).contains(&fold(-1e-300)) && (0.0..=1.0).contains(&fold(1e300)));
    }

    #[test]
    fn powers() {
        assert_eq!(power(0.0, 0.3), 0.0);
        assert_eq!(power(1.0, 0.3), 1.0);
        assert!((power(0.3, 2.5) - 0.3_f64.powf(2.5)).abs() < 1e-16);
    }
}
