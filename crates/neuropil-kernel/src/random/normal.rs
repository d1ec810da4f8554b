//! Uniform and normal numbers from random words.

use std::f64::consts::{FRAC_PI_2, LN_2};

use crate::math::polynomial;
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

/// p of `-2 ln(1 + f) = f p(f)`, 1 + f from sqrt(1/2) to sqrt(2), of a relative error below 2e-11.
const LOGARITHM: [f64; 13] = [
    -1.999_999_999_971_912_2,
    1.000_000_000_588_265_4,
    -0.666_666_686_675_669_1,
    0.499_999_881_599_668_7,
    -0.399_997_622_817_473_5,
    0.333_338_868_280_782_1,
    -0.285_819_740_826_765_8,
    0.249_949_696_944_669_15,
    -0.220_101_648_813_689_7,
    0.198_457_052_761_365_27,
    -0.200_664_131_884_546_5,
    0.198_017_235_169_171,
    -0.107_257_773_225_276_03,
];

/// p of `sin(q pi / 2) = q p(q^2)`, |q| <= 1/2, of a relative error below 5e-12.
const SINE: [f64; 5] = [
    1.570_796_326_787_751_8,
    -0.645_964_096_102_431_8,
    0.079_692_581_842_936_69,
    -0.004_681_260_628_071_893_6,
    0.000_158_195_075_582_025_23,
];

/// p of `cos(q pi / 2) = p(q^2)`, |q| <= 1/2, of a relative error below 6e-11.
const COSINE: [f64; 5] = [
    0.999_999_999_943_958_7,
    -1.233_700_539_565_494_5,
    0.253_669_182_602_555_33,
    -0.020_859_936_041_659_748,
    0.000_903_362_964_681_277_2,
];

const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Eight independent standard normal numbers, two from each word. Quicker than [`normals`], and coarser: of 32 random
/// bits each, and with relative errors of up to 1e-10. The largest size is 6.76.
#[inline(always)]
pub(super) fn eight<A: Arithmetic>(a: A, words: [A::U; 4]) -> [A::F; 8] {
    let [[a, b], [c, d], [e, f], [g, h]] =
        [coarse_pair(a, words[0]), coarse_pair(a, words[1]), coarse_pair(a, words[2]), coarse_pair(a, words[3])];
    [a, b, c, d, e, f, g, h]
}

/// As [`pair`]: the lower half of the word gives the distance, the upper one the direction.
#[inline(always)]
fn coarse_pair<A: Arithmetic>(a: A, word: A::U) -> [A::F; 2] {
    // The middles of 2^32 intervals: 0.5, 1.5, ... times 2^-32, exactly.
    let middle = a.sub(with_fraction(a, word, 0xffff_ffff, TWO_52), a.splat(TWO_52 - 0.5));
    let (mantissa, exponent) = a.split_normal(middle);
    let f = a.sub(mantissa, a.splat(1.0));
    // 0 to the bit where the exponent is that of 1.
    let whole = a.mul_add(exponent, a.splat(-2.0 * LN_2), a.splat(64.0 * LN_2));
    let radius = a.sqrt(a.mul_add(f, polynomial(a, f, LOGARITHM), whole));
    // The lowest bit says whether the axes change places, the next one whether all signs do, the others where in the
    // quarter around the first axis the direction is: the middle of one of 2^30 intervals from -1/2 to 1/2.
    let upper = a.shift_right_u64::<12>(word);
    let q = a.sub(with_fraction(a, upper, 0x000f_ffff_ffc0_0000, 1.0 + 1.0 / f64::from(1_u32 << 31)), a.splat(1.5));
    let square = a.mul(q, q);
    let (sine, cosine) = (a.mul(q, polynomial(a, square, SINE)), polynomial(a, square, COSINE));
    let sign = a.and_u64(a.shift_left_u64::<30>(word), a.splat_u64(1 << 63));
    let radius = a.from_bits(a.xor_u64(a.to_bits(radius), sign));
    let swap = a.test_u64(word, a.splat_u64(1 << 32));
    [a.mul(radius, a.select(swap, sine, cosine)), a.mul(radius, a.select(swap, cosine, sine))]
}

/// The number `rest` with the bits of `bits` that `mask` names.
#[inline(always)]
fn with_fraction<A: Arithmetic>(a: A, bits: A::U, mask: u64, rest: f64) -> A::F {
    a.from_bits(a.or_u64(a.and_u64(bits, a.splat_u64(mask)), a.splat_u64(rest.to_bits())))
}
