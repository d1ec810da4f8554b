//! Random numbers that are a function of what they are for.
//!
//! Nothing is carried from one number to the next: each is a pure function of seed, purpose, population, channel,
//! node, trial and step. So a run has the same bits for any number of threads, any split into batches or chunks,
//! and at every SIMD level.

mod normal;
mod threefry;

use crate::{LANES, Operation, Row, Scalar, Simd, dispatch};

/// What random numbers are for. Numbers of different purposes are independent of each other.
///
/// The values go into the key, so a result can only be repeated while they stay what they are.
///
/// | purpose | block | node | trial | channel |
/// | --- | --- | --- | --- | --- |
/// | `InitialState` | free | node | trial | state |
/// | `Noise` | step / 4 | node | trial | noise channel |
/// | `Stimulus` | step / 4 | node | trial | stimulus |
/// | `Connectome` | draw | region | subject | free |
/// | `Search` | generation | individual | free | free |
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
    /// Exploration and evolution.
    Search = 5,
}

/// A sequence of random numbers, told from others by its key. Blocks of four numbers are found by a counter of block,
/// node and trial.
///
/// For numbers that belong to time steps, step `4 * block + k` has the `k`-th number of the block.
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
        Self {
            key: [seed, (purpose as u64) << 32 | population as u64, channel as u64, DOMAIN],
        }
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

    /// The [normals](Stream::normals) of a block for all lanes of all tiles, times `scale`: number `k` of tile `t` goes
    /// to `out[k * step_stride + t * tile_stride + offset]`. The same bits at every SIMD level.
    ///
    /// # Panics
    /// If `nodes` and `trials` have different lengths, or `out` is too short.
    #[allow(clippy::too_many_arguments)]
    pub fn fill_normals(
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
        assert_eq!(nodes.len(), trials.len(), "`nodes` and `trials` are of the same tiles");
        let key = self.key;
        dispatch(FillNormals {
            key,
            block,
            nodes,
            trials,
            scale,
            out,
            step_stride,
            tile_stride,
            offset,
        });
    }
}

struct FillNormals<'a> {
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

impl Operation for FillNormals<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let key = self.key.map(
            #[inline(always)]
            |word| s.splat_u64(word),
        );
        let (block, zero, scale) = (s.splat_u64(self.block), s.splat_u64(0), s.splat(self.scale));
        for (tile, (node, trial)) in self.nodes.iter().zip(self.trials).enumerate() {
            let counter = [block, s.load_u64(node), s.load_u64(trial), zero];
            let normals = normal::normals(s, threefry::threefry::<_, 13>(s, key, counter));
            for (step, normal) in normals.into_iter().enumerate() {
                let row = step * self.step_stride + tile * self.tile_stride + self.offset;
                s.store(&mut self.out[row], s.mul(normal, scale));
            }
        }
    }
}
