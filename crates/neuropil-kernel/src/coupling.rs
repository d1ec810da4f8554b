//! Weighted sums over delayed histories: the inner loop of a network.
//!
//! A history is kept contiguous in time for each source: the value of source `j`, trial `q` at time `t` (in steps)
//! is `history[j * stride + t * trials + q]`. An edge reads one stretch of it, so a block of steps of all trials is
//! one contiguous multiply-add for each edge, instead of one gathered number for each edge, step and trial.
//!
//! The sum of a target is one chain of fused multiply-adds in the order in which the edges are stored. It does not
//! depend on how many steps a block has, on the instruction set, or on how targets are split among threads.

use std::ops::Range;

use crate::dispatch::{Operation, dispatch};
use crate::row::{LANES, Rows};
use crate::simd::Simd;

/// Numbers that must be readable behind the last one of a history: loads take whole rows.
pub const HISTORY_PADDING: usize = LANES;

/// Which stretch of the history is summed, and where the sums go.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Added to the base of each edge: where the block begins in the history.
    pub position: usize,
    /// Neighbouring numbers of a target: steps times trials.
    pub width: usize,
    /// From the sums of one target to those of the next.
    pub stride: usize,
    /// Where the block begins in the sums of a target.
    pub offset: usize,
    /// Whether sums begin with 0, whatever is there.
    pub fresh: bool,
}

/// Edges sorted by target, then by source, with one or more sets of weights.
#[derive(Clone, Debug)]
pub struct Edges {
    starts: Vec<u32>,
    bases: Vec<u32>,
    weights: Vec<Vec<f64>>,
    reach: usize,
}

impl Edges {
    /// Edges of targets `0..starts.len() - 1`: those of target `i` are `starts[i]..starts[i + 1]`. `bases[e]` is where
    /// edge `e` reads when `position` is 0; each of `weights` has a number for each edge.
    ///
    /// # Panics
    /// If the lengths do not fit each other or `starts` decreases: both are mistakes of the caller, not of a user.
    pub fn new(starts: Vec<u32>, bases: Vec<u32>, weights: Vec<Vec<f64>>) -> Self {
        assert!(starts.first() == Some(&0) && starts.is_sorted(), "starts must begin with 0 and not decrease");
        assert_eq!(starts.last().map(|&last| last as usize), Some(bases.len()), "starts must end with the edges");
        assert!(weights.iter().all(|set| set.len() == bases.len()), "each set needs a weight for each edge");
        let reach = bases.iter().max().map_or(0, |&base| base as usize);
        Self { starts, bases, weights, reach }
    }

    /// Number of targets.
    pub fn targets(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of edges.
    pub fn len(&self) -> usize {
        self.bases.len()
    }

    /// Whether there are no edges.
    pub fn is_empty(&self) -> bool {
        self.bases.is_empty()
    }

    /// Adds `sum_e weight_e * history[base_e + position..][..width]` of each target in `targets` to
    /// `sums[k][(target - targets.start) * stride + offset..][..width]`, with the weights of set `sets[k]`;
    /// `position`, `width`, `stride` and `offset` are those of `block`. Two sets at once share the loads of the
    /// history.
    ///
    /// # Panics
    /// If there is no such set, or a read or write would lie outside; `history` must hold [`HISTORY_PADDING`] numbers
    /// behind the last one read.
    pub fn add<const SETS: usize>(
        &self,
        sets: [usize; SETS],
        targets: Range<usize>,
        history: &[f64],
        block: Block,
        sums: [&mut [f64]; SETS],
    ) {
        if (self.is_empty() && !block.fresh) || targets.is_empty() {
            return;
        }
        let Block { position, width, stride, offset, .. } = block;
        assert!(targets.end <= self.targets(), "targets outside");
        assert!(self.reach + position + width.next_multiple_of(LANES) <= history.len(), "history too short");
        let last = (targets.len() - 1) * stride + offset + width;
        assert!(sums.iter().all(|set| last <= set.len()), "sums too short");
        let weights = sets.map(|set| &self.weights[set][..]);
        dispatch(AddSets { call: &Add { edges: self, targets, history, block }, weights, sums });
    }
}

/// Eight numbers with `stride` from one to the next: `numbers[first]` in lane 0.
///
/// # Panics
/// If a number lies outside.
#[inline(always)]
pub fn column<S: Simd>(s: S, numbers: &[f64], first: usize, stride: usize) -> S::F {
    assert!(first < numbers.len() && stride <= numbers.len(), "numbers outside");
    let numbers = &numbers[first..=first + (LANES - 1) * stride];
    let mut values = [0.0; LANES];
    for (lane, value) in values.iter_mut().enumerate() {
        // SAFETY: the last lane's is the last number.
        *value = unsafe { *numbers.get_unchecked(lane * stride) };
    }
    s.from_array(values)
}

struct Add<'a> {
    edges: &'a Edges,
    targets: Range<usize>,
    history: &'a [f64],
    block: Block,
}

/// Sets of weights that share the loads of the history.
struct AddSets<'a, 'b, const SETS: usize> {
    call: &'a Add<'a>,
    weights: [&'a [f64]; SETS],
    sums: [&'b mut [f64]; SETS],
}

impl<const SETS: usize> Operation for AddSets<'_, '_, SETS> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { call, weights, mut sums } = self;
        let &Add { edges, ref targets, history, block: Block { position, width, stride, offset, fresh } } = call;
        let mut pass = Pass { edges, targets, weights, history, position, sums: &mut sums, stride, offset, fresh };
        let mut done = 0;
        // Eight chains hide the latency of the multiply-add, four where a row takes two registers: the more of them a
        // target has, the fewer targets together. More would not stay in registers.
        let wide = S::ROWS >= 16;
        while width - done >= 4 * LANES && (wide || SETS == 1) {
            if wide && SETS == 1 {
                pass.advance::<S, 4, 2>(s);
            } else {
                pass.advance::<S, 4, 1>(s);
            }
            pass.skip(4 * LANES);
            done += 4 * LANES;
        }
        while width - done >= 2 * LANES {
            match (wide, SETS) {
                (true, 1) => pass.advance::<S, 2, 4>(s),
                (true, _) | (false, 1) => pass.advance::<S, 2, 2>(s),
                (false, _) => pass.advance::<S, 2, 1>(s),
            }
            pass.skip(2 * LANES);
            done += 2 * LANES;
        }
        if width - done >= LANES {
            pass.advance::<S, 1, 2>(s);
            pass.skip(LANES);
            done += LANES;
        }
        if width - done == LANES / 2 {
            pass.advance_half();
        } else if done < width {
            pass.advance_part::<S>(s, width - done);
        }
    }
}

/// A stretch of a block that is as wide as some registers, for all targets.
struct Pass<'a, 'b, 'c, const SETS: usize> {
    edges: &'a Edges,
    targets: &'a Range<usize>,
    weights: [&'a [f64]; SETS],
    history: &'a [f64],
    position: usize,
    sums: &'b mut [&'c mut [f64]; SETS],
    stride: usize,
    offset: usize,
    fresh: bool,
}

impl<const SETS: usize> Pass<'_, '_, '_, SETS> {
    #[inline(always)]
    fn skip(&mut self, width: usize) {
        self.position += width;
        self.offset += width;
    }

    /// The edges of a target.
    #[inline(always)]
    fn range(&self, target: usize) -> (usize, usize) {
        (self.edges.starts[target] as usize, self.edges.starts[target + 1] as usize)
    }

    /// Where the sums of a target begin.
    #[inline(always)]
    fn at(&self, target: usize) -> usize {
        (target - self.targets.start) * self.stride + self.offset
    }

    /// All targets, some at a time.
    #[inline(always)]
    fn advance<S: Simd, const REGISTERS: usize, const TOGETHER: usize>(&mut self, s: S) {
        let mut target = self.targets.start;
        while target + TOGETHER <= self.targets.end {
            self.chains::<S, REGISTERS, TOGETHER>(s, target, self.at(target));
            target += TOGETHER;
        }
        while target < self.targets.end {
            self.chains::<S, REGISTERS, 1>(s, target, self.at(target));
            target += 1;
        }
    }

    /// Half a row of each target.
    #[inline(always)]
    fn advance_half(&mut self) {
        const HALF: usize = LANES / 2;
        for target in self.targets.clone() {
            let first = self.at(target);
            let mut chains = [[0.0; HALF]; SETS];
            if !self.fresh {
                for (chain, sums) in chains.iter_mut().zip(self.sums.iter()) {
                    let Some(values) = sums[first..].first_chunk() else { return };
                    *chain = *values;
                }
            }
            let (start, end) = self.range(target);
            for edge in start..end {
                // SAFETY: as in `add_edge`.
                let at = unsafe { *self.edges.bases.get_unchecked(edge) } as usize + self.position;
                // SAFETY: as in `add_edge`.
                let stretch = unsafe { self.history.get_unchecked(at..at + HALF) };
                for (chain, weights) in chains.iter_mut().zip(&self.weights) {
                    // SAFETY: as in `add_edge`.
                    let weight = unsafe { *weights.get_unchecked(edge) };
                    for (sum, &value) in chain.iter_mut().zip(stretch) {
                        *sum = weight.mul_add(value, *sum);
                    }
                }
            }
            for (chain, sums) in chains.iter().zip(self.sums.iter_mut()) {
                let Some(values) = sums[first..].first_chunk_mut() else { return };
                *values = *chain;
            }
        }
    }

    /// Less than a register of each target.
    #[inline(always)]
    fn advance_part<S: Simd>(&mut self, s: S, width: usize) {
        for target in self.targets.clone() {
            let at = self.at(target);
            let mut padded = [[0.0; LANES]; SETS];
            for (padded, sums) in padded.iter_mut().zip(self.sums.iter()) {
                padded[..width].copy_from_slice(&sums[at..at + width]);
            }
            let mut parts = padded.each_mut().map(|part| &mut part[..]);
            let mut part = Pass { sums: &mut parts, ..*self };
            part.chains::<S, 1, 1>(s, target, 0);
            for (padded, sums) in padded.iter().zip(self.sums.iter_mut()) {
                sums[at..at + width].copy_from_slice(&padded[..width]);
            }
        }
    }

    /// The chains of `REGISTERS * LANES` neighbouring numbers of some targets, in step with each other as long as all
    /// of them have edges. The sums of the first target begin at `at`.
    #[inline(always)]
    fn chains<S: Simd, const REGISTERS: usize, const TOGETHER: usize>(&mut self, s: S, first: usize, at: usize) {
        let mut ranges = [(0, 0); TOGETHER];
        let mut common = usize::MAX;
        for (k, range) in ranges.iter_mut().enumerate() {
            *range = self.range(first + k);
            common = common.min(range.1 - range.0);
        }
        // Rows are found before they are used, so that their number is known where chains are read and written, and
        // chains stay in registers.
        let mut chains = [[[s.splat(0.0); REGISTERS]; SETS]; TOGETHER];
        if !self.fresh {
            for (k, chains) in chains.iter_mut().enumerate() {
                for (chain, sums) in chains.iter_mut().zip(self.sums.iter()) {
                    let rows = sums[at + k * self.stride..].as_chunks::<LANES>().0;
                    let Some(rows) = rows.first_chunk::<REGISTERS>() else { return };
                    for (register, row) in chain.iter_mut().zip(rows) {
                        *register = s.from_array(*row);
                    }
                }
            }
        }
        for edge in 0..common {
            for (chains, (start, _)) in chains.iter_mut().zip(ranges) {
                self.add_edge(s, start + edge, chains);
            }
        }
        for (k, (chains, (start, end))) in chains.iter_mut().zip(ranges).enumerate() {
            for edge in start + common..end {
                self.add_edge(s, edge, chains);
            }
            for (chain, sums) in chains.iter().zip(self.sums.iter_mut()) {
                let rows = sums[at + k * self.stride..].as_chunks_mut::<LANES>().0;
                let Some(rows) = rows.first_chunk_mut::<REGISTERS>() else { return };
                for (register, row) in chain.iter().zip(rows) {
                    *row = s.to_array(*register);
                }
            }
        }
    }

    #[inline(always)]
    fn add_edge<S: Simd, const REGISTERS: usize>(&self, s: S, edge: usize, chains: &mut [[S::F; REGISTERS]; SETS]) {
        // SAFETY: edges are those of `starts`, which ends with the number of bases, by `Edges::new`.
        let at = unsafe { *self.edges.bases.get_unchecked(edge) } as usize + self.position;
        // SAFETY: `Edges::add` has checked that the largest base, the position and the width (in whole rows) lie
        // within the history, and that every base is at most the largest.
        let stretch = unsafe { self.history.get_unchecked(at..at + REGISTERS * LANES) };
        let values = stretch.as_chunks::<LANES>().0;
        for (chain, weights) in chains.iter_mut().zip(&self.weights) {
            // SAFETY: each set of weights has the length of `bases`, by `Edges::new`.
            let weight = s.splat(unsafe { *weights.get_unchecked(edge) });
            for (register, &value) in chain.iter_mut().zip(values) {
                *register = s.mul_add(weight, s.from_array(value), *register);
            }
        }
    }
}

/// Edges sorted by source, then by target, for blocks that do not fill a row: each adds to its target by itself.
///
/// A target's chain runs over its sources in the same order as in [`Edges`], and neighbouring edges have different
/// targets, so that the chains of many targets overlap in time.
#[derive(Clone, Debug)]
pub struct ScatteredEdges {
    /// Where the sums of each edge's target begin.
    targets: Vec<u32>,
    stride: usize,
    bases: Vec<u32>,
    weights: Vec<Vec<f64>>,
    last: usize,
    reach: usize,
}

impl ScatteredEdges {
    /// The same edges by source: `sources[e]` is the source of edge `e`, or another number by which the edges of each
    /// target are sorted. `stride` is that of the blocks to come.
    ///
    /// # Panics
    /// If there is not one source for each edge, or there are more than 2^32 sums.
    pub fn new(edges: &Edges, sources: &[u32], stride: usize) -> Self {
        assert_eq!(sources.len(), edges.len(), "a source for each edge");
        assert!(u32::try_from(edges.targets() * stride).is_ok(), "sums are counted in 32 bits");
        let target = |edge: usize| edges.starts.partition_point(|&start| start as usize <= edge) - 1;
        let mut order: Vec<usize> = (0..edges.len()).collect();
        order.sort_by_key(|&edge| sources[edge]);
        let targets: Vec<u32> = order.iter().map(|&edge| (target(edge) * stride) as u32).collect();
        Self {
            last: targets.iter().max().map_or(0, |&target| target as usize),
            targets,
            stride,
            bases: order.iter().map(|&edge| edges.bases[edge]).collect(),
            weights: edges.weights.iter().map(|set| order.iter().map(|&edge| set[edge]).collect()).collect(),
            reach: edges.reach,
        }
    }

    /// As [`Edges::add`], for all targets and less than a row of neighbouring numbers.
    ///
    /// # Panics
    /// As [`Edges::add`], and if the block is as wide as a row, begins with 0, or has another stride.
    pub fn add<const SETS: usize>(&self, sets: [usize; SETS], history: &[f64], block: Block, sums: [&mut [f64]; SETS]) {
        if self.bases.is_empty() {
            return;
        }
        let Block { position, width, stride, offset, fresh } = block;
        assert!(width < LANES && !fresh, "a block of whole rows, and one that begins with 0, are for `Edges`");
        assert_eq!(stride, self.stride, "the stride that the edges were made for");
        let history = &history[position..];
        let sums = sums.map(|sums| &mut sums[offset..]);
        assert!(self.reach + width <= history.len(), "history too short");
        assert!(sums.iter().all(|sums| self.last + width <= sums.len()), "sums too short");
        let weights = sets.map(|set| &self.weights[set][..]);
        dispatch(Scatter { edges: self, history, width, weights, sums });
    }
}

struct Scatter<'a, 'b, const SETS: usize> {
    edges: &'a ScatteredEdges,
    history: &'a [f64],
    width: usize,
    weights: [&'a [f64]; SETS],
    sums: [&'b mut [f64]; SETS],
}

impl<const SETS: usize> Operation for Scatter<'_, '_, SETS> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, _: S) {
        match self.width {
            1 => self.scatter::<1>(0),
            2 => self.scatter::<2>(0),
            _ => (0..self.width).for_each(
                #[inline(always)]
                |step| self.scatter::<1>(step),
            ),
        }
    }
}

impl<const SETS: usize> Scatter<'_, '_, SETS> {
    /// Steps from this one on.
    #[inline(always)]
    fn scatter<const WIDTH: usize>(&mut self, step: usize) {
        let edges = self.edges.targets.iter().zip(&self.edges.bases);
        for (edge, (&target, &base)) in edges.enumerate() {
            let (from, to) = (base as usize + step, target as usize + step);
            // SAFETY: `ScatteredEdges::add` has checked the largest base.
            let values = unsafe { self.history.get_unchecked(from..from + WIDTH) };
            for (weights, sums) in self.weights.iter().zip(&mut self.sums) {
                // SAFETY: each set of weights has the length of `bases`; `ScatteredEdges::add` has checked where the
                // sums of the last target begin.
                let (weight, sums) = unsafe { (*weights.get_unchecked(edge), sums.get_unchecked_mut(to..to + WIDTH)) };
                // Read as a whole before anything is written: the two do not overlap.
                let mut chains = [0.0; WIDTH];
                for ((chain, &value), &sum) in chains.iter_mut().zip(values).zip(&*sums) {
                    *chain = weight.mul_add(value, sum);
                }
                sums.copy_from_slice(&chains);
            }
        }
    }
}

/// A full matrix of weights between present values: a product of matrices, in register blocks.
///
/// The order of a target's chain is that of the sources, so the sum has the bits of [`Edges::add`] over the same
/// edges (a weight of zero adds nothing to a finite number).
#[derive(Clone, Debug)]
pub struct DenseWeights {
    targets: usize,
    sources: usize,
    /// `[target block of 8][source][target in block]`
    blocked: Rows,
}

impl DenseWeights {
    /// From weights in the order `[target][source]`.
    ///
    /// # Panics
    /// If their number is not `targets * sources`.
    pub fn new(targets: usize, sources: usize, weights: &[f64]) -> Self {
        assert_eq!(weights.len(), targets * sources, "a weight for each target and source");
        let mut blocked = Rows::zeros(targets.next_multiple_of(LANES) * sources);
        for target in 0..targets {
            for source in 0..sources {
                blocked[(target / LANES * sources + source) * LANES + target % LANES] =
                    weights[target * sources + source];
            }
        }
        Self { targets, sources, blocked }
    }

    /// Adds `sum_j weight_ij * present[j * trials + q]` to `sums[(i - targets.start) * trials + q]` for all targets in
    /// `targets`, whose start is a multiple of 8.
    ///
    /// # Panics
    /// If `trials` is neither 1 nor a multiple of 8, or an array is too short. `sums` must be padded to whole rows of
    /// targets when `trials` is 1.
    pub fn add(&self, targets: Range<usize>, present: &[f64], trials: usize, sums: &mut [f64]) {
        assert!(trials == 1 || trials.is_multiple_of(LANES), "trials must be 1 or a multiple of 8");
        assert!(targets.end <= self.targets && targets.start.is_multiple_of(LANES));
        assert!(present.len() >= self.sources * trials, "a present value for each source and trial");
        let rows = if trials == 1 { targets.len().next_multiple_of(LANES) } else { targets.len() };
        assert!(sums.len() >= rows * trials, "a sum for each target and trial");
        dispatch(DenseAdd { weights: self, targets, present, trials, sums });
    }
}

struct DenseAdd<'a, 'b> {
    weights: &'a DenseWeights,
    targets: Range<usize>,
    present: &'a [f64],
    trials: usize,
    sums: &'b mut [f64],
}

impl Operation for DenseAdd<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { weights, targets, present, trials, sums } = self;
        let block = weights.sources * LANES;
        if trials == 1 {
            // Lanes are targets. Four blocks of targets at once hide the latency of the multiply-add.
            let blocks = &weights.blocked[targets.start / LANES * block..targets.end.div_ceil(LANES) * block];
            let present = &present[..weights.sources];
            let mut fours = blocks.chunks_exact(4 * block);
            let mut sums = sums.chunks_mut(4 * LANES);
            for (weights, sums) in fours.by_ref().zip(sums.by_ref()) {
                product::<S, 4>(s, weights, present, sums);
            }
            if let Some(sums) = sums.next() {
                for (weights, sums) in fours.remainder().chunks_exact(block).zip(sums.chunks_mut(LANES)) {
                    product::<S, 1>(s, weights, present, sums);
                }
            }
            return;
        }
        // Lanes are trials. Eight targets share each load of a source, four where a row takes two registers.
        for (row, target) in targets.clone().step_by(LANES).enumerate() {
            let weights = &weights.blocked[target / LANES * block..][..block];
            let here = LANES.min(targets.end - target);
            let sums = &mut sums[row * LANES * trials..][..here * trials];
            if S::ROWS >= 16 {
                shared::<S, LANES>(s, weights, 0, present, trials, sums);
            } else {
                for (half, sums) in sums.chunks_mut(LANES / 2 * trials).enumerate() {
                    shared::<S, { LANES / 2 }>(s, weights, half * LANES / 2, present, trials, sums);
                }
            }
        }
    }
}

/// `TOGETHER` targets of a block of eight, from `first_target`, lanes being trials.
#[inline(always)]
fn shared<S: Simd, const TOGETHER: usize>(
    s: S,
    weights: &[f64],
    first_target: usize,
    present: &[f64],
    trials: usize,
    sums: &mut [f64],
) {
    for first in (0..trials).step_by(LANES) {
        let mut chains = [s.splat(0.0); TOGETHER];
        for (chain, sums) in chains.iter_mut().zip(sums.chunks_exact(trials)) {
            *chain = s.from_array(sums[first..].as_chunks().0[0]);
        }
        for (weights, values) in weights.as_chunks::<LANES>().0.iter().zip(present.chunks_exact(trials)) {
            let value = s.from_array(values[first..].as_chunks().0[0]);
            for (chain, &weight) in chains.iter_mut().zip(&weights[first_target..first_target + TOGETHER]) {
                *chain = s.mul_add(s.splat(weight), value, *chain);
            }
        }
        for (chain, sums) in chains.iter().zip(sums.chunks_exact_mut(trials)) {
            sums[first..].as_chunks_mut().0[0] = s.to_array(*chain);
        }
    }
}

/// `BLOCKS` blocks of eight targets at once, lanes being targets.
#[inline(always)]
fn product<S: Simd, const BLOCKS: usize>(s: S, weights: &[f64], present: &[f64], sums: &mut [f64]) {
    let mut chains = [s.splat(0.0); BLOCKS];
    for (chain, sums) in chains.iter_mut().zip(sums.as_chunks::<LANES>().0) {
        *chain = s.from_array(*sums);
    }
    let weights = weights.as_chunks::<LANES>().0;
    let sources = present.len();
    for (source, &value) in present.iter().enumerate() {
        let value = s.splat(value);
        for (block, chain) in chains.iter_mut().enumerate() {
            *chain = s.mul_add(s.from_array(weights[block * sources + source]), value, *chain);
        }
    }
    for (chain, sums) in chains.iter().zip(sums.as_chunks_mut::<LANES>().0) {
        *sums = s.to_array(*chain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7919 + 13) % 1009) as f64 / 500.0 - 1.0).collect()
    }

    /// Three targets over four sources with delays 0 to 5, written out as the defining chain.
    #[test]
    fn sums_are_the_chain_of_multiply_adds() {
        let (sources, times) = (4, 200);
        let history = numbers(sources * times + HISTORY_PADDING);
        let edges: Vec<Vec<(usize, usize)>> = vec![vec![(0, 5), (1, 3), (3, 1)], vec![], vec![(2, 0), (3, 4)]];
        let mut starts = vec![0];
        let (mut bases, mut weights) = (Vec::new(), Vec::new());
        for target in &edges {
            for &(source, delay) in target {
                bases.push((source * times + 5 - delay) as u32);
                weights.push(bases.len() as f64 * 0.3 - 0.7);
            }
            starts.push(bases.len() as u32);
        }
        let squared = weights.iter().map(|w| w * w).collect();
        let edges = Edges::new(starts.clone(), bases.clone(), vec![weights.clone(), squared]);
        for width in [1, 3, 7, 8, 13, 32, 45] {
            let (mut first, mut second) = (vec![0.25; 3 * 64], vec![0.0; 3 * 64]);
            let block = Block { position: 10, width, stride: 64, offset: 2, fresh: false };
            edges.add([0, 1], 0..3, &history, block, [&mut first, &mut second]);
            let (mut begun, mut again) = (vec![0.0; 3 * 64], vec![7.0; 3 * 64]);
            edges.add([0], 0..3, &history, block, [&mut begun]);
            edges.add([0], 0..3, &history, Block { fresh: true, ..block }, [&mut again]);
            for target in 0..3 {
                let inside = target * 64 + 2..target * 64 + 2 + width;
                assert_eq!(again[inside.clone()], begun[inside.clone()], "width {width}");
                assert_eq!(again[inside.end..(target + 1) * 64], vec![7.0; 62 - width], "width {width}");
            }
            if width < LANES {
                let (mut one, mut two) = (vec![0.25; 3 * 64], vec![0.0; 3 * 64]);
                let scattered = ScatteredEdges::new(&edges, &[0, 1, 3, 2, 3], 64);
                scattered.add([0, 1], &history, block, [&mut one, &mut two]);
                assert_eq!((&one, &two), (&first, &second), "width {width}");
            }
            for target in 0..3 {
                for t in 0..64 {
                    let inside = (2..2 + width).contains(&t);
                    let (mut one, mut two) = (0.25, 0.0);
                    if inside {
                        for e in starts[target] as usize..starts[target + 1] as usize {
                            let value = history[bases[e] as usize + 10 + t - 2];
                            one = weights[e].mul_add(value, one);
                            two = (weights[e] * weights[e]).mul_add(value, two);
                        }
                    }
                    assert_eq!((first[target * 64 + t], second[target * 64 + t]), (one, two), "width {width}");
                }
            }
        }
    }

    #[test]
    fn dense_and_sparse_sums_have_the_same_bits() {
        let (targets, sources) = (43, 29);
        let weights = numbers(targets * sources);
        let dense = DenseWeights::new(targets, sources, &weights);
        for trials in [1, 8, 16] {
            let mut present = numbers(sources * trials);
            present.resize(sources * trials + HISTORY_PADDING, 0.0);
            let starts = (0..=targets).map(|i| (i * sources) as u32).collect();
            let bases = (0..targets * sources).map(|e| (e % sources * trials) as u32).collect();
            let sparse = Edges::new(starts, bases, vec![weights.clone()]);
            let mut expected = vec![0.5; targets * trials];
            let block = Block { position: 0, width: trials, stride: trials, offset: 0, fresh: false };
            sparse.add([0], 0..targets, &present, block, [&mut expected]);
            let mut found = vec![0.5; targets.next_multiple_of(LANES) * trials];
            dense.add(0..targets, &present, trials, &mut found);
            assert_eq!(found[..targets * trials], expected[..], "{trials} trials");
            let mut part = vec![0.5; targets.next_multiple_of(LANES) * trials];
            dense.add(16..targets, &present, trials, &mut part);
            assert_eq!(part[..(targets - 16) * trials], expected[16 * trials..], "{trials} trials, a part");
        }
    }
}
