//! Sobol's sequence.

use neuropil_kernel::Stream;

/// Dimensions that the table has.
pub(super) const LARGEST_DIMENSION: usize = 512;

/// Digits of a coordinate, and of the largest index.
pub(super) const BITS: u32 = 52;

/// Dimension, degree and inner coefficients of the primitive polynomial, initial direction numbers, for dimensions 2 to
/// 512: `new-joe-kuo-6` of Joe & Kuo 2008, doi:10.1137/070709359; `scripts/direction_numbers.py` writes it.
const TABLE: &str = include_str!("direction_numbers.txt");

/// Direction numbers of some dimensions, and the stream that scrambles.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sobol {
    directions: Vec<[u64; BITS as usize]>,
    scramble: Option<Stream>,
}

impl Sobol {
    /// The sequence in up to [`LARGEST_DIMENSION`] dimensions.
    pub(super) fn new(dimensions: usize, scramble: Option<Stream>) -> Self {
        let van_der_corput = std::array::from_fn(|bit| 1 << (BITS - 1 - bit as u32));
        let others = TABLE.lines().take(dimensions.saturating_sub(1)).map(directions);
        Self { directions: std::iter::once(van_der_corput).chain(others).collect(), scramble }
    }

    /// Coordinate of a point on an axis, in [0, 1).
    pub(super) fn coordinate(&self, index: u64, axis: usize) -> f64 {
        let gray = index ^ (index >> 1);
        let directions = &self.directions[axis];
        let digits = (0..BITS).filter(|bit| gray >> bit & 1 == 1).fold(0, |sum, bit| sum ^ directions[bit as usize]);
        let digits = self.scramble.map_or(digits, |stream| scramble(stream, axis as u64, digits));
        digits as f64 / (1_u64 << BITS) as f64
    }
}

/// Direction numbers `v_k = m_k 2^(BITS - k)` from a line of the table, with the recurrence
/// `m_k = 2 a_1 m_(k-1) + ... + 2^(s-1) a_(s-1) m_(k-s+1) + 2^s m_(k-s) + m_(k-s)` (sums without carry).
fn directions(line: &str) -> [u64; BITS as usize] {
    let numbers: Vec<u64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [_, degree, inner, initial @ ..] = &numbers[..] else { unreachable!("a line of the table has all") };
    let degree = *degree as usize;
    let mut directions = [0; BITS as usize];
    for k in 0..BITS as usize {
        directions[k] = if k < degree {
            initial[k] << (BITS as usize - 1 - k)
        } else {
            let first = directions[k - degree];
            (1..degree)
                .filter(|term| inner >> (degree - 1 - term) & 1 == 1)
                .fold(first ^ (first >> degree), |sum, term| sum ^ directions[k - term])
        };
    }
    directions
}

/// Flips each digit or not, by a coin that belongs to the digits before it.
///
/// The digits are a path in a binary tree whose nodes are the coins. The 256 bits of four words are the coins of eight
/// levels: the node below bit number `n` of such a part is `2 n` or `2 n + 1`.
fn scramble(stream: Stream, axis: u64, digits: u64) -> u64 {
    let mut scrambled = 0;
    for start in (0..BITS).step_by(8) {
        let path = if start == 0 { 0 } else { digits >> (BITS - start) };
        let coins = stream.words(path, axis, u64::from(start));
        let mut node = 1;
        for level in start..(start + 8).min(BITS) {
            let digit = digits >> (BITS - 1 - level) & 1;
            let coin = coins[node / 64] >> (node % 64) & 1;
            scrambled = scrambled << 1 | (digit ^ coin);
            node = 2 * node + digit as usize;
        }
    }
    scrambled
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuropil_kernel::Purpose;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.lines().count() + 1, LARGEST_DIMENSION);
        for (index, line) in TABLE.lines().enumerate() {
            let numbers: Vec<u64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
            assert_eq!(numbers[0], index as u64 + 2);
            assert_eq!(numbers.len() as u64, numbers[1] + 3);
            // Odd, and m_k below 2^k: without this an axis would not be stratified.
            assert!((1..).zip(&numbers[3..]).all(|(k, m)| m % 2 == 1 && *m < 1 << k), "{line}");
        }
    }

    #[test]
    fn every_axis_is_stratified_scrambled_or_not() {
        for scramble in [None, Some(Stream::new(7, Purpose::Design, 0, 3))] {
            let sobol = Sobol::new(LARGEST_DIMENSION, scramble);
            for axis in 0..LARGEST_DIMENSION {
                let mut seen = [false; 256];
                for index in 0..256 {
                    let stratum = (sobol.coordinate(index, axis) * 256.0) as usize;
                    assert!(!std::mem::replace(&mut seen[stratum], true), "axis {axis}");
                }
            }
        }
    }

    #[test]
    fn the_first_two_axes_are_a_net() {
        // A (0, m, 2)-net: every elementary interval of size 1/256 has one of 256 points.
        let sobol = Sobol::new(2, Some(Stream::new(11, Purpose::Design, 0, 3)));
        for split in 0..=8 {
            let (columns, rows) = (1 << split, 1 << (8 - split));
            let mut seen = vec![false; 256];
            for index in 0..256 {
                let column = (sobol.coordinate(index, 0) * f64::from(columns)) as usize;
                let row = (sobol.coordinate(index, 1) * f64::from(rows)) as usize;
                assert!(!std::mem::replace(&mut seen[column * rows as usize + row], true));
            }
        }
    }
}
