//! Random numbers that are a function of what they are for.
//!
//! Nothing is carried from one number to the next: each is a pure function of seed, purpose, population, channel,
//! node, trial and step. So a run has the same bits for any number of threads, any split into batches or chunks,
//! and at every SIMD level.

mod normal;
mod threefry;

use crate::{LANES, Operation, Row, Scalar, Simd, SimdLevel, dispatch_at};

/// What random numbers are for. Numbers of different purposes are independent of each other.
///
/// The values go into the key, so a result can only be repeated while they stay what they are.
///
/// | purpose | block | node | trial | channel |
/// | --- | --- | --- | --- | --- |
/// | `InitialState` | free | node | trial | state |
/// | `Noise` | step / 8 | node | trial | noise channel |
/// | `Stimulus` | step / 8 | node | trial | stimulus |
/// | `Connectome` | draw | region | subject | free |
/// | `Search` | generation | individual | free | free |
/// | `Design` | free | axis | free | what is drawn |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Purpose {
    /// Initial values of states.
    InitialState = 1,
    /// Noise of the equations.
    Noise = 2,
    /// Random stimuli.
    Stimulus = 3,
    /// Random connectomes and resampled data.
    Connectome = 4,
    /// Evolution.
    Search = 5,
    /// Samples of parameter spaces.
    Design = 6,
}

/// A sequence of random numbers, told from others by its key. Blocks of numbers are found by a counter of block, node
/// and trial.
///
/// For [noise](Stream::noise), step `8 * block + k` has the `k`-th number of the block.
///
/// The generator is Threefry-4x64 with 13 rounds (Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy
/// as 1, 2, 3, doi:10.1145/2063384.2063405), with the counter `[block, node, trial, 0]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    key: [u64; 4],
}

/// Fourth word of the key: "neuropil" in ASCII. A change of how numbers are made from words changes it too.
const DOMAIN: u64 = u64::from_be_bytes(*b"neuropil");

impl Stream {
    /// The sequence of this seed, purpose, population and channel.
    pub const fn new(seed: u64, purpose: Purpose, population: u32, channel: u32) -> Self {
        Self { key: [seed, (purpose as u64) << 32 | population as u64, channel as u64, DOMAIN] }
    }

    /// Four random words.
    pub fn words(&self, block: u64, node: u64, trial: u64) -> [u64; 4] {
        threefry::threefry::<_, 13>(Scalar, self.key, [block, node, trial, 0])
    }

    /// Four numbers that are uniform in [0, 1): multiples of 2^-53.
    pub fn uniforms(&self, block: u64, node: u64, trial: u64) -> [f64; 4] {
        self.words(block, node, trial).map(|word| normal::uniform(Scalar, word))
    }

    /// Four independent standard normal numbers.
    pub fn normals(&self, block: u64, node: u64, trial: u64) -> [f64; 4] {
        normal::normals(Scalar, self.words(block, node, trial))
    }

    /// Numbers of a block of [noise](Stream::noise): each belongs to a step.
    pub const STEPS: usize = 8;

    /// Eight independent standard normal numbers, quicker and coarser than [`Stream::normals`]: each comes from 32
    /// random bits, has a relative error of up to 1e-10, and is at most 6.76 in size.
    pub fn noise(&self, block: u64, node: u64, trial: u64) -> [f64; Self::STEPS] {
        normal::eight(Scalar, self.words(block, node, trial))
    }

    /// The [noise](Stream::noise) of a block for all lanes of all tiles, times `scale`: number `k` of tile `t` goes
    /// to `out[k * step_stride + t * tile_stride + offset]`. The same bits at every SIMD level.
    ///
    /// # Panics
    /// If `nodes` and `trials` have different lengths, or `out` is too short.
    #[allow(clippy::too_many_arguments)]
    pub fn fill_noise(
        &self,
        block: u64,
        nodes: &[[u64; LANES]],
        trials: &[[u64; LANES]],
        scale: f64,
        out: &mut [Row],
        step_stride: usize,
        tile_stride: usize,
        offset: usize,
    ) {
        self.fill_noise_at(SimdLevel::current(), block, nodes, trials, scale, out, step_stride, tile_stride, offset);
    }

    /// [`Stream::fill_noise`] with the instructions of a level. For comparisons.
    #[doc(hidden)]
    #[allow(clippy::too_many_arguments)]
    pub fn fill_noise_at(
        &self,
        level: SimdLevel,
        block: u64,
        nodes: &[[u64; LANES]],
        trials: &[[u64; LANES]],
        scale: f64,
        out: &mut [Row],
        step_stride: usize,
        tile_stride: usize,
        offset: usize,
    ) {
        assert_eq!(nodes.len(), trials.len(), "`nodes` and `trials` are of the same tiles");
        let key = self.key;
        dispatch_at(level, FillNoise { key, block, nodes, trials, scale, out, step_stride, tile_stride, offset });
    }
}

struct FillNoise<'a> {
    key: [u64; 4],
    block: u64,
    nodes: &'a [[u64; LANES]],
    trials: &'a [[u64; LANES]],
    scale: f64,
    out: &'a mut [Row],
    step_stride: usize,
    tile_stride: usize,
    offset: usize,
}

impl Operation for FillNoise<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let [seed, purpose, channel, domain] = self.key;
        let key = [s.splat_u64(seed), s.splat_u64(purpose), s.splat_u64(channel), s.splat_u64(domain)];
        let (block, zero, scale) = (s.splat_u64(self.block), s.splat_u64(0), s.splat(self.scale));
        for (tile, (node, trial)) in self.nodes.iter().zip(self.trials).enumerate() {
            let counter = [block, s.load_u64(node), s.load_u64(trial), zero];
            let normals = normal::eight(s, threefry::threefry::<_, 13>(s, key, counter));
            for (step, normal) in normals.into_iter().enumerate() {
                let row = step * self.step_stride + tile * self.tile_stride + self.offset;
                s.store(&mut self.out[row], s.mul(normal, scale));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: Stream = Stream::new(42, Purpose::Noise, 3, 1);

    /// Normals of many blocks, nodes and trials.
    fn sample(blocks: u64, nodes: u64, trials: u64, of: impl Fn(u64, u64, u64) -> Vec<f64>) -> Vec<f64> {
        let mut all = Vec::new();
        for trial in 0..trials {
            for node in 0..nodes {
                for block in 0..blocks {
                    all.extend(of(block, node, trial));
                }
            }
        }
        all
    }

    fn normals(stream: Stream) -> impl Fn(u64, u64, u64) -> Vec<f64> {
        move |block, node, trial| stream.normals(block, node, trial).to_vec()
    }

    fn noise(stream: Stream) -> impl Fn(u64, u64, u64) -> Vec<f64> {
        move |block, node, trial| stream.noise(block, node, trial).to_vec()
    }

    /// The distribution function of the standard normal distribution: by its power series near 0 and its continued
    /// fraction far from it.
    fn normal_cdf(x: f64) -> f64 {
        let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
        if x.abs() < 4.0 {
            // x + x^3/3 + x^5/(3 5) + ...
            let (mut term, mut sum) = (x, x);
            for k in 1..100 {
                term *= x * x / f64::from(2 * k + 1);
                sum += term;
            }
            0.5 + sum * density
        } else {
            // 1/(x + 1/(x + 2/(x + ...)))
            let tail = density / (1..60).rev().fold(x.abs(), |fraction, k| x.abs() + f64::from(k) / fraction);
            if x > 0.0 { 1.0 - tail } else { tail }
        }
    }

    /// Kolmogorov and Smirnov's distance between a sample and a distribution, times the root of the sample's size.
    fn distance(mut sample: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
        sample.sort_by(f64::total_cmp);
        let count = sample.len() as f64;
        let largest = sample.iter().enumerate().fold(0.0_f64, |largest, (i, &x)| {
            let expected = cdf(x);
            largest.max((expected - i as f64 / count).abs()).max(((i + 1) as f64 / count - expected).abs())
        });
        largest * count.sqrt()
    }

    /// Correlation coefficient times the root of the number of pairs: standard normal where there is none.
    fn correlation(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for (x, y) in pairs {
            sum += x * y;
            count += 1.0;
        }
        assert!(count > 1e4);
        sum / count.sqrt()
    }

    #[test]
    fn every_level_fills_with_the_noise_of_one_lane() {
        let nodes: Vec<[u64; LANES]> =
            (0..5).map(|tile| std::array::from_fn(|lane| tile * LANES as u64 + lane as u64)).collect();
        let trials: Vec<[u64; LANES]> =
            (0..5).map(|tile| std::array::from_fn(|lane| u64::MAX - tile * (lane as u64 % 3))).collect();
        // Two channels, the second one filled: steps outside, then tiles, then channels.
        let (step_stride, tile_stride, offset, scale) = (10, 2, 1, 0.3);
        for level in SimdLevel::supported() {
            for block in [0, 1, 1 << 40] {
                let mut out = vec![Row::splat(7.0); 80];
                STREAM.fill_noise_at(level, block, &nodes, &trials, scale, &mut out, step_stride, tile_stride, offset);
                for tile in 0..5 {
                    for lane in 0..LANES {
                        let normals = STREAM.noise(block, nodes[tile][lane], trials[tile][lane]);
                        for (step, normal) in normals.into_iter().enumerate() {
                            let row = step * step_stride + tile * tile_stride;
                            assert_eq!(out[row + offset][lane].to_bits(), (normal * scale).to_bits(), "{level:?}");
                            assert_eq!(out[row][lane], 7.0, "rows between are left alone");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_words_in_every_version() {
        // What the key is made of, and how, may not change: results could not be repeated. The words come from the
        // generator that the known answers prove.
        let key = [42, (2 << 32) + 3, 1, DOMAIN];
        assert_eq!(STREAM.words(5, 6, 7), threefry::threefry::<_, 13>(Scalar, key, [5, 6, 7, 0]));
        let expected = [0x289e_7b01_2620_29ed, 0xe36a_dc45_deb5_31f7, 0xa9cd_4f1d_5176_be45, 0x1310_0637_f46a_4678];
        assert_eq!(STREAM.words(5, 6, 7), expected);
    }

    #[test]
    fn uniforms_are_uniform() {
        let sample: Vec<f64> = (0..50_000).flat_map(|block| STREAM.uniforms(block, 0, 0)).collect();
        assert!(sample.iter().all(|x| (0.0..1.0).contains(x)));
        let found = distance(sample, |x| x);
        assert!((0.3..1.95).contains(&found), "{found}");
    }

    #[test]
    fn normals_are_normal() {
        check_normal(&sample(500, 20, 10, normals(STREAM)));
        check_normal(&sample(250, 20, 10, noise(STREAM)));
        // The numbers of a block one by one.
        for k in 0..4 {
            let found = distance((0..50_000).map(|block| STREAM.normals(block, 1, 1)[k]).collect(), normal_cdf);
            assert!((0.3..1.95).contains(&found), "number {k}: {found}");
        }
        for k in 0..Stream::STEPS {
            let found = distance((0..50_000).map(|block| STREAM.noise(block, 1, 1)[k]).collect(), normal_cdf);
            assert!((0.3..1.95).contains(&found), "noise, number {k}: {found}");
        }
    }

    fn check_normal(sample: &[f64]) {
        let count = sample.len() as f64;
        let moment = |power: i32| sample.iter().map(|x| x.powi(power)).sum::<f64>() / count;
        // Expectation and variance of the powers of a standard normal number.
        for (power, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0), (6, 15.0, 10170.0)]
        {
            let deviation = (moment(power) - expected) / f64::sqrt(variance / count);
            assert!(deviation.abs() < 4.0, "moment {power}: {deviation} standard errors from {expected}");
        }
        let largest = sample.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        assert!((4.0..6.5).contains(&largest), "{largest}");
        let found = distance(sample.to_vec(), normal_cdf);
        assert!((0.3..1.95).contains(&found), "{found}");
    }

    #[test]
    fn neighbours_are_independent() {
        check_independent(normals);
        check_independent(noise);
    }

    fn check_independent<N: Fn(u64, u64, u64) -> Vec<f64>>(of: fn(Stream) -> N) {
        let other_channel = Stream::new(42, Purpose::Noise, 3, 2);
        let other_population = Stream::new(42, Purpose::Noise, 4, 1);
        let other_purpose = Stream::new(42, Purpose::Stimulus, 3, 1);
        let other_seed = Stream::new(43, Purpose::Noise, 3, 1);
        let base = sample(20_000, 1, 1, of(STREAM));
        let node = sample(20_000, 1, 1, |block, _, _| of(STREAM)(block, 1, 0));
        let trial = sample(20_000, 1, 1, |block, _, _| of(STREAM)(block, 0, 1));
        let mut others = vec![("node", node), ("trial", trial)];
        for (name, stream) in [
            ("channel", other_channel),
            ("population", other_population),
            ("purpose", other_purpose),
            ("seed", other_seed),
        ] {
            others.push((name, sample(20_000, 1, 1, of(stream))));
        }
        for lag in [1, 2, 3, 4, 5, 6, 7, 8, 16] {
            let pairs = || base.iter().copied().zip(base.iter().copied().skip(lag));
            let (plain, squared) =
                (correlation(pairs()), correlation(pairs().map(|(x, y)| (x * x - 1.0, (y * y - 1.0) / 2.0))));
            assert!(plain.abs() < 4.0 && squared.abs() < 4.0, "lag {lag}: {plain}, {squared}");
        }
        for (name, other) in others {
            assert_ne!(base, other);
            let pairs = || base.iter().copied().zip(other.iter().copied());
            let (plain, squared) =
                (correlation(pairs()), correlation(pairs().map(|(x, y)| (x * x - 1.0, (y * y - 1.0) / 2.0))));
            assert!(plain.abs() < 4.0 && squared.abs() < 4.0, "{name}: {plain}, {squared}");
        }
    }

    /// The transformation, written out with the functions of the standard library.
    #[test]
    fn noise_is_what_box_and_muller_say() {
        let mut words: Vec<u64> = (0..2000).flat_map(|block| STREAM.words(block, 0, 0)).collect();
        words.extend([0, u64::MAX, 0xffff_ffff, 0xffff_ffff << 32]);
        for words in words.as_chunks::<4>().0 {
            let found = normal::eight(Scalar, *words);
            for (word, found) in words.iter().zip(found.as_chunks::<2>().0) {
                let distance = (word & 0xffff_ffff) as f64 + 0.5;
                let quarter = (word >> 34) as f64 + 0.5;
                let sign = if word >> 33 & 1 == 1 { -1.0 } else { 1.0 };
                let radius = sign * (-2.0 * (distance * 2_f64.powi(-32)).ln()).sqrt();
                let (sine, cosine) = ((quarter * 2_f64.powi(-30) - 0.5) * std::f64::consts::FRAC_PI_2).sin_cos();
                let swap = word >> 32 & 1 == 1;
                let expected = if swap { [radius * sine, radius * cosine] } else { [radius * cosine, radius * sine] };
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() <= 1e-10 * expected.abs(), "{found}, {expected}");
                }
            }
        }
    }

    #[test]
    fn noise_reaches_beyond_six_deviations() {
        // The smallest distance, and the direction nearest to an axis.
        let largest = normal::eight(Scalar, [1 << 63; 4])[0].abs();
        assert!((6.75..6.77).contains(&largest), "{largest}");
    }

    #[test]
    fn extreme_words_give_finite_numbers() {
        for words in [[0; 4], [u64::MAX; 4], [u64::MAX, 0, 0, u64::MAX], [0, u64::MAX, 1 << 63, 1 << 63]] {
            for normal in normal::normals(Scalar, words) {
                assert!(normal.abs() < 8.6, "{normal}");
            }
            for normal in normal::eight(Scalar, words) {
                assert!(normal.abs() < 6.77, "{normal}");
            }
        }
    }
}
