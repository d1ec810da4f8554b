//! Polynomials.

use crate::Arithmetic;

/// `c[0] + c[1] x + c[2] x^2 + ...` in an order that shortens the chain of operations that wait for each other: pairs
/// of neighbouring terms are summed first, then pairs of pairs (Estrin's scheme).
#[inline(always)]
pub(super) fn polynomial<A: Arithmetic, const N: usize>(a: A, x: A::F, c: [f64; N]) -> A::F {
    let mut terms = [a.splat(0.0); N];
    for (term, c) in terms.iter_mut().zip(c) {
        *term = a.splat(c);
    }
    let mut power = x;
    let mut count = N;
    while count > 1 {
        let pairs = count / 2;
        for pair in 0..pairs {
            terms[pair] = a.mul_add(terms[2 * pair + 1], power, terms[2 * pair]);
        }
        if count % 2 == 1 {
            terms[pairs] = terms[count - 1];
        }
        count -= pairs;
        if count > 1 {
            power = a.mul(power, power);
        }
    }
    terms[0]
}
