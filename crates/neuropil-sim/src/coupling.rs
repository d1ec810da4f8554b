//! A projection at run time: blocked sums over delayed histories.
//!
//! Edges are sorted into classes by delay: 0 (present), 1, 2-3, 4-7, ..., 32-63, 64 and more steps. The sums of a
//! class whose shortest delay is `d` can be computed for `d` steps at once, because all they read is known. A sum
//! is one chain of multiply-adds: first the class of the longest delays, last the present one, by source within each.
//! So the block size changes when a number is added, never the order in which they are.

use std::sync::Arc;

use neuropil_kernel::{
    Block, CouplingKind, DenseWeights, Edges, HISTORY_PADDING, LANES, Operation, OutputSource, Row, Rows,
    ScatteredEdges, Simd, column, dispatch, math,
};
use rayon::prelude::*;

use crate::bank::{Bank, Trial};
use crate::connections::{Connections, delay_steps};
use crate::history::History;
use crate::projection::{Link, Response};
use crate::signal::Signal;

/// Steps of a block unless told otherwise: measured best, or near it, from 80 to 4000 nodes.
pub(crate) const BLOCK: usize = 32;

/// The class of the longest delays begins at this power of two.
const LAST_CLASS: u32 = 6;

/// Longer blocks than the shortest delay of the last class gain nothing.
pub(crate) const LONGEST_BLOCK: usize = 1 << LAST_CLASS;

/// Share of connections above which the present ones are kept as a full matrix.
const DENSE: f64 = 0.25;

/// Multiply-adds that make a piece of work worth a thread.
const WORK_PER_THREAD: usize = 100_000;

/// Edges of similar delay.
#[derive(Debug)]
struct Class {
    edges: Edges,
    /// The same by source, if a block is shorter than a row.
    scattered: Option<ScatteredEdges>,
}

/// How far the sums of a class are known. Apart from the edges, so that what is looked at in each step is small.
#[derive(Debug)]
struct Progress {
    /// Steps that are computed at once: at most the shortest delay.
    steps: i64,
    /// Sums are known for times before this.
    end: i64,
}

/// What becomes the edges of a class, in the order in which a sum adds them.
struct Members {
    starts: Vec<u32>,
    bases: Vec<u32>,
    sources: Vec<u32>,
    /// Of each link.
    weights: Vec<Vec<f64>>,
}

impl Members {
    fn new(links: usize) -> Self {
        Self { starts: vec![0], bases: Vec::new(), sources: Vec::new(), weights: vec![Vec::new(); links] }
    }

    fn push(&mut self, source: usize, base: usize, weights: impl Iterator<Item = f64>) {
        self.sources.push(source as u32);
        self.bases.push(base as u32);
        for (known, weight) in self.weights.iter_mut().zip(weights) {
            known.push(weight);
        }
    }

    fn end_target(&mut self) {
        self.starts.push(self.bases.len() as u32);
    }
}

/// Present connections that are few.
#[derive(Debug)]
enum Present {
    Edges(Edges),
    Scattered(ScatteredEdges),
}

/// One driven input.
#[derive(Debug)]
pub(crate) struct Drive {
    /// Index of the input.
    pub(crate) input: usize,
    /// Whether nothing has been added to the input before in this step: then the feed starts from its base.
    pub(crate) is_first: bool,
    /// The global factor, by lane.
    strength: Rows,
    /// Row sums of the weights, by lane, and the target's own output, for diffusive coupling.
    diffusive: Option<(Rows, usize)>,
    response: Response,
    /// What the sum is multiplied with before a response that is not linear: 1 for the number in the output's unit.
    share: f64,
    /// Present connections, if they are many.
    dense: Option<DenseWeights>,
    /// Sums of delayed connections: `[target][step of the frame][trial]`, with a gap behind each target.
    sums: Rows,
    /// Those of the present step and, for methods of several stages, the next one, by lane.
    now: Rows,
    next: Rows,
}

/// A projection, for the trials of a shard.
#[derive(Debug)]
pub(crate) struct Pathway {
    /// Index of the source signal.
    signal: usize,
    /// Index of the target bank.
    pub(crate) target: usize,
    trials: usize,
    targets: usize,
    classes: Vec<Class>,
    progress: Vec<Progress>,
    present: Option<Present>,
    pub(crate) drives: Vec<Drive>,
    /// Steps of a frame, numbers from one target to the next in it, and the times that the present frame is for.
    block: usize,
    stride: usize,
    start: i64,
    end: i64,
    /// Whether delayed sums go from the frame to the feeds without a copy in the order of lanes.
    direct: bool,
    /// Place of the extracted step in a frame.
    column: usize,
    /// Sums of one input by lane, in whole rows.
    scratch: Rows,
}

/// What a pathway needs to know of the network.
pub(crate) struct Surroundings<'a> {
    pub(crate) signal: usize,
    pub(crate) history: Option<&'a History>,
    pub(crate) target: usize,
    pub(crate) own_signal: Option<usize>,
    /// Internal units in the unit of the output.
    pub(crate) unit: f64,
    pub(crate) trials: &'a [Trial],
    pub(crate) dt: f64,
    pub(crate) block: usize,
    /// Whether a step has one stage: then the present is the last of the past.
    pub(crate) single_stage: bool,
    /// Steps before the run.
    pub(crate) start: i64,
}

impl Pathway {
    /// From a projection whose links drive the inputs `inputs` of `bank`; adds row strengths to its base feeds.
    pub(crate) fn new(
        connections: &Connections,
        links: &[Link],
        inputs: &[usize],
        around: &Surroundings<'_>,
        bank: &mut Bank,
    ) -> Self {
        let trials = around.trials.len();
        let targets = connections.targets();
        // An odd number of cache lines, so that the same step of all targets does not meet in few cache sets.
        let stride = ((around.block * trials).div_ceil(LANES) | 1) * LANES;
        let weights_of = |power: i32| {
            move |weight: f64| match power {
                1 => weight,
                2 => weight * weight,
                _ => weight.powi(power),
            }
        };

        // Steps of all connections, by target and source.
        let delays: Vec<usize> = (0..targets)
            .flat_map(|target| connections.of(target))
            .map(|(_, _, delay)| delay_steps(delay, around.dt))
            .collect();
        let present_edges = delays.iter().filter(|&&delay| delay == 0).count();
        let is_dense = present_edges as f64 >= DENSE * (targets * connections.sources()) as f64;
        // The present, if it is the last of the past, is added with what is a step old, in one pass.
        let is_past = around.single_stage && !is_dense && delays.iter().any(|&delay| delay > 0);
        let mut members: Vec<Members> = (0..=LAST_CLASS + 1).map(|_| Members::new(links.len())).collect();
        let mut rest = &delays[..];
        for target in 0..targets {
            let (delays, others) = rest.split_at(connections.of(target).count());
            rest = others;
            for part in 0..if is_past { 2 } else { 1 } {
                for ((source, weight, _), &delay) in connections.of(target).zip(delays) {
                    // Class 0 is the present, class c > 0 the delays from 2^(c-1) on.
                    let class = match delay {
                        0 if part == 1 => 1,
                        delay if part == 1 || (delay == 0 && is_past) => continue,
                        delay => (usize::BITS - delay.leading_zeros()).min(LAST_CLASS + 1),
                    };
                    let base = match (class, around.history) {
                        (0, _) | (_, None) => source * trials,
                        (_, Some(history)) => history.base(source, delay),
                    };
                    let weights = links.iter().map(|link| weights_of(link.power)(weight));
                    members[class as usize].push(part * connections.sources() + source, base, weights);
                }
            }
            members.iter_mut().for_each(Members::end_target);
        }

        let (mut classes, mut progress) = (Vec::new(), Vec::new());
        let mut present = None;
        let mut has_present = false;
        for (class, Members { starts, bases, sources, weights }) in members.into_iter().enumerate().rev() {
            if bases.is_empty() {
                continue;
            }
            let edges = Edges::new(starts, bases, weights);
            if class == 0 {
                has_present = true;
                present = match (is_dense, trials) {
                    (true, _) => None,
                    (false, 1) => Some(Present::Scattered(ScatteredEdges::new(&edges, &sources, 1))),
                    (false, _) => Some(Present::Edges(edges)),
                };
            } else {
                let steps = (1 << (class - 1)).min(around.block);
                let width = steps * trials;
                let scattered =
                    (width < LANES && width != LANES / 2).then(|| ScatteredEdges::new(&edges, &sources, stride));
                classes.push(Class { edges, scattered });
                progress.push(Progress { steps: steps as i64, end: around.start });
            }
        }

        let lanes = targets * trials;
        let padded = bank.tiles * LANES;
        let by_lane = |value: &dyn Fn(usize, usize) -> f64| -> Rows {
            let lane = |lane: usize| (lane.min(lanes - 1) / trials, lane.min(lanes - 1) % trials);
            Rows::new(&(0..padded).map(|l| value(lane(l).0, lane(l).1)).collect::<Vec<_>>())
        };
        let info = Arc::clone(&bank.model);
        let info = info.info();
        let drives = links.iter().zip(inputs).map(|(link, &input)| {
            let weight = weights_of(link.power);
            let strengths: Vec<f64> =
                (0..targets).map(|target| connections.of(target).map(|edge| weight(edge.1)).sum()).collect();
            if let Some(row) = info.strengths.iter().position(|&of| of == input) {
                let row = info.inputs.len() + row;
                for lane in 0..padded {
                    let target = lane.min(lanes - 1) / trials;
                    bank.base_feeds[lane / LANES * info.feeds() + row][lane % LANES] += strengths[target];
                }
            }
            let share = if link.per_node { connections.sources() as f64 } else { 1.0 };
            let scale = info.inputs[input].unit.scale;
            let scale = if link.response == Response::Linear { scale / around.unit / share } else { scale };
            let dense = (has_present && is_dense).then(|| {
                let mut matrix = vec![0.0; targets * connections.sources()];
                for target in 0..targets {
                    for (source, w, delay) in connections.of(target) {
                        if delay_steps(delay, around.dt) == 0 {
                            matrix[target * connections.sources() + source] += weight(w);
                        }
                    }
                }
                DenseWeights::new(targets, connections.sources(), &matrix)
            });
            Drive {
                input,
                is_first: false,
                strength: by_lane(&|target, q| link.strength.at(around.trials[q].index, target) * scale),
                diffusive: (link.kind == CouplingKind::Diffusive)
                    .then(|| around.own_signal.map(|own| (by_lane(&|target, _| strengths[target]), own)))
                    .flatten(),
                response: link.response,
                share: 1.0 / (around.unit * share),
                dense,
                sums: Rows::zeros(if classes.is_empty() { 0 } else { targets * stride }),
                now: Rows::zeros(padded),
                next: Rows::zeros(padded),
            }
        });
        let drives = drives.collect();
        let is_linear = links.iter().all(|link| link.response == Response::Linear);
        let direct = around.single_stage && trials == 1 && !has_present && is_linear && !classes.is_empty();
        Self {
            signal: around.signal,
            target: around.target,
            trials,
            targets,
            classes,
            progress,
            present,
            drives,
            block: around.block,
            stride,
            start: around.start,
            end: around.start,
            direct,
            column: 0,
            scratch: Rows::zeros(padded + HISTORY_PADDING),
        }
    }

    /// Computes the sums of delayed connections at `time`. Histories are known up to the step before, at least; times
    /// are asked for one after the other, each once or twice.
    pub(crate) fn prepare(&mut self, time: i64, signals: &[Signal], parallel: bool) {
        let Some(history) = &signals[self.signal].history else { return };
        if self.classes.is_empty() {
            return;
        }
        let mut begins = false;
        if time == self.end {
            self.start = time;
            self.end = time + self.block as i64;
            // The longest delays most often reach over the whole frame, and begin its sums.
            begins = self.progress[0].steps == self.block as i64 && self.classes[0].scattered.is_none();
            if !begins {
                self.drives.iter_mut().for_each(|drive| drive.sums.fill(0.0));
            }
        }
        let mut known = self.end;
        for (class, progress) in self.classes.iter().zip(&mut self.progress) {
            if time >= progress.end {
                let steps = progress.steps.min(known - time);
                progress.end = time + steps;
                let block = Block {
                    position: history.position(time),
                    width: steps as usize * self.trials,
                    stride: self.stride,
                    offset: (time - self.start) as usize * self.trials,
                    fresh: std::mem::take(&mut begins),
                };
                let edges = &class.edges;
                if let Some(edges) = &class.scattered {
                    scatter(&mut self.drives, edges, history.values(), block);
                } else if parallel && edges.len() * block.width > 2 * WORK_PER_THREAD {
                    add_in_parallel(&mut self.drives, edges, history.values(), block);
                } else {
                    add(&mut self.drives, edges, history.values(), block);
                }
            }
            known = progress.end;
        }
    }

    /// Puts the delayed sums at `time` into the order of lanes: `later` says whether as those of the next step.
    pub(crate) fn extract(&mut self, time: i64, later: bool) {
        if self.classes.is_empty() {
            return;
        }
        let (stride, trials) = (self.stride, self.trials);
        let first = (time - self.start) as usize * trials;
        self.column = first;
        if self.direct {
            return;
        }
        for drive in &mut self.drives {
            let lanes = if later { &mut drive.next } else { &mut drive.now };
            if trials == 1 {
                let sums = Sums::Columns { numbers: &drive.sums, stride, first, targets: self.targets };
                dispatch(Extract { sums, lanes });
            } else {
                for (lanes, sums) in lanes.chunks_exact_mut(trials).zip(drive.sums.chunks_exact(stride)) {
                    lanes.copy_from_slice(&sums[first..first + trials]);
                }
            }
        }
    }

    /// Adds what the projection delivers to the feeds of its target, at this share of the step (0, 0.5 or 1) between
    /// the extracted sums of the present and the next step.
    pub(crate) fn deliver(&mut self, share: f64, signals: &[Signal], banks: &mut [Bank]) {
        let bank = &mut banks[self.target];
        let feeds = bank.rows.feeds;
        let lanes = self.targets * self.trials;
        let padded = bank.tiles * LANES;
        let has_present = self.present.is_some() || self.drives.iter().any(|drive| drive.dense.is_some());
        for (set, drive) in self.drives.iter().enumerate() {
            let is_linear = drive.response == Response::Linear;
            let sums = &mut self.scratch[..];
            if share != 0.0 {
                for ((sum, now), next) in sums.iter_mut().zip(drive.now.iter()).zip(drive.next.iter()) {
                    *sum = now + share * (next - now);
                }
            } else if self.classes.is_empty() {
                sums[..padded].fill(0.0);
            } else if has_present || !is_linear {
                sums[..padded].copy_from_slice(&drive.now);
            }
            let source = &signals[self.signal].present;
            if let Some(dense) = &drive.dense {
                dense.add(0..self.targets, source, self.trials, sums);
            }
            let block = Block { position: 0, width: self.trials, stride: self.trials, offset: 0, fresh: false };
            match &self.present {
                Some(Present::Edges(edges)) => edges.add([set], 0..self.targets, source, block, [sums]),
                Some(Present::Scattered(edges)) => edges.add([set], source, block, [sums]),
                None => {}
            }
            if share != 0.0 || has_present {
                let last = sums[lanes - 1];
                sums[lanes..padded].fill(last);
            }
            let mut diffusive =
                drive.diffusive.as_ref().map(|(strengths, own)| (&strengths[..], &signals[*own].present[..]));
            if !is_linear {
                let sums = &mut sums[..padded];
                dispatch(Respond { sums, diffusive, share: drive.share, response: drive.response });
                diffusive = None;
            }
            dispatch(Deliver {
                feeds: &mut bank.feeds,
                base: if drive.is_first { Some(&bank.base_feeds) } else { None },
                per_tile: feeds,
                input: drive.input,
                strength: &drive.strength,
                sums: if self.direct {
                    Sums::Columns {
                        numbers: &drive.sums,
                        stride: self.stride,
                        first: self.column,
                        targets: self.targets,
                    }
                } else if share != 0.0 || has_present || !is_linear {
                    Sums::Lanes(sums)
                } else {
                    Sums::Lanes(&drive.now)
                },
                diffusive,
            });
        }
    }
}

/// Sums in the order of lanes.
struct Extract<'a> {
    sums: Sums<'a>,
    lanes: &'a mut [f64],
}

impl Operation for Extract<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for (tile, row) in self.lanes.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            *row = s.to_array(self.sums.row(s, tile));
        }
    }
}

/// The sums of all targets.
fn add(drives: &mut [Drive], edges: &Edges, history: &[f64], block: Block) {
    let targets = 0..edges.targets();
    for (pair, drives) in drives.chunks_mut(2).enumerate() {
        match drives {
            [one, two] => {
                let sums = [&mut one.sums[..], &mut two.sums[..]];
                edges.add([2 * pair, 2 * pair + 1], targets.clone(), history, block, sums);
            }
            [one] => edges.add([2 * pair], targets.clone(), history, block, [&mut one.sums]),
            _ => {}
        }
    }
}

/// The sums of all targets, for blocks shorter than a row.
fn scatter(drives: &mut [Drive], edges: &ScatteredEdges, history: &[f64], block: Block) {
    for (pair, drives) in drives.chunks_mut(2).enumerate() {
        match drives {
            [one, two] => {
                let sums = [&mut one.sums[..], &mut two.sums[..]];
                edges.add([2 * pair, 2 * pair + 1], history, block, sums);
            }
            [one] => edges.add([2 * pair], history, block, [&mut one.sums]),
            _ => {}
        }
    }
}

/// The sums of all targets, pieces of them on different threads.
fn add_in_parallel(drives: &mut [Drive], edges: &Edges, history: &[f64], block: Block) {
    let pieces = (edges.len() * block.width / WORK_PER_THREAD).min(edges.targets());
    let targets = edges.targets().div_ceil(pieces);
    for (set, drive) in drives.iter_mut().enumerate() {
        drive.sums.par_chunks_mut(targets * block.stride).enumerate().for_each(|(piece, sums)| {
            let range = piece * targets..((piece + 1) * targets).min(edges.targets());
            edges.add([set], range, history, block, [sums]);
        });
    }
}

/// `sum = response(share * (sum - row strength * own))`, for responses that are not linear.
struct Respond<'a> {
    sums: &'a mut [f64],
    diffusive: Option<(&'a [f64], &'a [f64])>,
    share: f64,
    response: Response,
}

impl Operation for Respond<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (share, one) = (s.splat(self.share), s.splat(1.0));
        for (tile, sums) in self.sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sum = s.from_array(*sums);
            if let Some((row_strengths, own)) = self.diffusive {
                let row_strength = s.from_array(row_strengths.as_chunks::<LANES>().0[tile]);
                sum = s.sub(sum, s.mul(row_strength, s.from_array(own.as_chunks::<LANES>().0[tile])));
            }
            sum = s.mul(sum, share);
            let response = match self.response {
                Response::Linear => sum,
                Response::Sigmoid { slope, midpoint } => {
                    let exponent = s.mul(s.splat(-slope), s.sub(sum, s.splat(midpoint)));
                    s.div(one, s.add(one, math::exp(s, exponent)))
                }
                Response::Tanh { scale } => math::tanh(s, s.mul(s.splat(scale), sum)),
            };
            *sums = s.to_array(response);
        }
    }
}

/// `feed = base + strength * (sum - row strength * own)`, where the base is the feed so far or what it starts from.
struct Deliver<'a> {
    feeds: &'a mut [Row],
    base: Option<&'a [Row]>,
    per_tile: usize,
    input: usize,
    strength: &'a [f64],
    sums: Sums<'a>,
    diffusive: Option<(&'a [f64], &'a [f64])>,
}

/// Sums in the order of lanes, or one of each stretch of a frame.
enum Sums<'a> {
    Lanes(&'a [f64]),
    Columns { numbers: &'a [f64], stride: usize, first: usize, targets: usize },
}

impl Sums<'_> {
    /// Those of a tile; lanes behind the last target repeat it.
    #[inline(always)]
    fn row<S: Simd>(&self, s: S, tile: usize) -> S::F {
        match *self {
            Sums::Lanes(sums) => s.from_array(sums.as_chunks::<LANES>().0[tile]),
            Sums::Columns { numbers, stride, first, targets } if (tile + 1) * LANES <= targets => {
                // Eight numbers at a time go through a register: kernels read whole rows, which are slow to read right
                // after they were written in pieces.
                column(s, numbers, tile * LANES * stride + first, stride)
            }
            Sums::Columns { numbers, stride, first, targets } => {
                let mut values = [0.0; LANES];
                for (lane, value) in values.iter_mut().enumerate() {
                    *value = numbers[(tile * LANES + lane).min(targets - 1) * stride + first];
                }
                s.from_array(values)
            }
        }
    }
}

impl Operation for Deliver<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let strength = self.strength.as_chunks::<LANES>().0;
        for (tile, feeds) in self.feeds.chunks_exact_mut(self.per_tile).enumerate() {
            let base = match self.base {
                Some(base) => s.load(&base[tile * self.per_tile + self.input]),
                None => s.load(&feeds[self.input]),
            };
            let mut sum = self.sums.row(s, tile);
            if let Some((row_strengths, own)) = self.diffusive {
                let row_strength = s.from_array(row_strengths.as_chunks::<LANES>().0[tile]);
                sum = s.sub(sum, s.mul(row_strength, s.from_array(own.as_chunks::<LANES>().0[tile])));
            }
            s.store(&mut feeds[self.input], s.mul_add(s.from_array(strength[tile]), sum, base));
        }
    }
}

/// The output that a signal is read from.
pub(crate) fn source_of(bank: &Bank, output: usize) -> OutputSource {
    bank.model.info().outputs[output].source
}
