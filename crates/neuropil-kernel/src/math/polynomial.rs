//! Polynomials.

use crate::Arithmetic;

/// `c[0] + c[1] x + c[2] x^2 + ...`, from pairs of neighbouring terms and then by Horner's rule in x^2. Half of the
/// operations need not wait for each other, and there is only one more of them than in Horner's rule.
#[inline(always)]
pub(crate) fn polynomial<A: Arithmetic, const N: usize>(a: A, x: A::F, c: [f64; N]) -> A::F {
    let square = a.mul(x, x);
    let last = (N - 1) / 2 * 2;
    let mut sum = pair(a, x, c, last);
    for k in (0..last).step_by(2).rev() {
        sum = a.mul_add(sum, square, pair(a, x, c, k));
    }
    sum
}

/// `c[k] + c[k + 1] x`, or `c[k]` at the end.
#[inline(always)]
fn pair<A: Arithmetic, const N: usize>(a: A, x: A::F, c: [f64; N], k: usize) -> A::F {
    let constant = a.splat(c[k]);
    if k + 1 < N { a.mul_add(a.splat(c[k + 1]), x, constant) } else { constant }
}
