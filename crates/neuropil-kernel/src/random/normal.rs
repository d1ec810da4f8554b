//! Uniform and normal numbers from random words.

use std::f64::consts::FRAC_PI_2;

use crate::{Arithmetic, math};

/// Uniform in [0, 1): the upper 53 bits as a fraction.
#[inline(always)]
pub(super) fn uniform<A: Arithmetic>(a: A, word: A::U) -> A::F {
    a.mul(a.convert_u64(a.shift_right_u64::<11>(word)), a.splat(1.0 / (1_u64 << 53) as f64))
}

/// Four independent standard normal numbers: two from words 0 and 1, two from words 2 and 3.
#[inline(always)]
pub(super) fn normals<A: Arithmetic>(a: A, words: [A::U; 4]) -> [A::F; 4] {
    let ((first, second), (third, fourth)) = (pair(a, words[0], words[1]), pair(a, words[2], words[3]));
    [first, second, third, fourth]
}

/// A point of the plane whose coordinates are normal, by its distance and direction from the origin (Box & Muller
/// 1958, doi:10.1214/aoms/1177706645). The largest size is 8.57.
#[inline(always)]
fn pair<A: Arithmetic>(a: A, distance: A::U, direction: A::U) -> (A::F, A::F) {
    // The logarithm needs (0, 1].
    let remainder = a.sub(a.splat(1.0), uniform(a, distance));
    let radius = a.sqrt(a.mul(a.splat(-2.0), math::ln_normal(a, remainder)));
    // The two lowest bits, which `uniform` leaves, say in which quarter of the circle the direction is, the others where
    // in the quarter: no number is rounded, and none reduced to a quarter again.
    let angle = a.mul(a.sub(uniform(a, direction), a.splat(0.5)), a.splat(FRAC_PI_2));
    let (sine, cosine) = math::quarter_turns(a, direction, angle);
    (a.mul(radius, cosine), a.mul(radius, sine))
}
