//! Random permutations, one image at a time.

use neuropil_kernel::Stream;

/// More than the four rounds that make a large Feistel network indistinguishable from random, for small ones.
const ROUNDS: u64 = 10;

/// A random permutation of `0..count` that needs no memory: a Feistel network (Luby & Rackoff 1988,
/// doi:10.1137/0217022) on just enough bits, whose images beyond `count` are mapped again until they are below (cycle
/// walking; Black & Rogaway 2002, `doi:10.1007/3-540-45760-7_9`).
pub(super) struct Permutation {
    stream: Stream,
    axis: u64,
    count: u64,
    left_bits: u32,
    right_bits: u32,
}

impl Permutation {
    pub(super) fn new(stream: Stream, axis: u64, count: u64) -> Self {
        let bits = u64::BITS - (count - 1).leading_zeros();
        Self { stream, axis, count, left_bits: bits / 2, right_bits: bits - bits / 2 }
    }

    /// Where `index` goes.
    pub(super) fn image(&self, index: u64) -> u64 {
        let mut image = self.network(index);
        while image >= self.count {
            image = self.network(image);
        }
        image
    }

    fn network(&self, value: u64) -> u64 {
        let (left_mask, right_mask) = ((1 << self.left_bits) - 1, (1 << self.right_bits) - 1);
        let (mut left, mut right) = (value >> self.right_bits, value & right_mask);
        for round in 0..ROUNDS {
            if round % 2 == 0 {
                left ^= self.stream.words(right, self.axis, round)[0] & left_mask;
            } else {
                right ^= self.stream.words(left, self.axis, round)[0] & right_mask;
            }
        }
        left << self.right_bits | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuropil_kernel::Purpose;

    #[test]
    fn every_index_has_its_image() {
        let stream = Stream::new(3, Purpose::Design, 0, 1);
        for count in (1..70).chain([1000, 1024, 1025]) {
            let permutation = Permutation::new(stream, 2, count);
            let mut seen = vec![false; count as usize];
            for index in 0..count {
                assert!(!std::mem::replace(&mut seen[permutation.image(index) as usize], true));
            }
        }
    }

    #[test]
    fn all_permutations_of_four_are_about_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        let draws = 24_000;
        for axis in 0..draws {
            let permutation = Permutation::new(Stream::new(1, Purpose::Design, 0, 1), axis, 4);
            let images: Vec<u64> = (0..4).map(|index| permutation.image(index)).collect();
            *counts.entry(images).or_insert(0.0) += 1.0;
        }
        let chi_squared: f64 = counts.values().map(|count: &f64| (count - 1000.0).powi(2) / 1000.0).sum();
        // 23 degrees of freedom: mean 23, 0.999 quantile 49.7.
        assert!(counts.len() == 24 && chi_squared < 49.7, "{} {chi_squared}", counts.len());
    }
}
