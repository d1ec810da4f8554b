//! The noise of a population: Wiener increments of its channels, made ahead for some steps.

use neuropil_kernel::{LANES, Operation, Purpose, Row, Simd, Stream, dispatch};

/// Steps for which noise is made at once: what one call of the generator gives.
const STEPS: usize = Stream::STEPS;

/// Wiener increments of the lanes of a bank.
#[derive(Debug)]
pub(crate) struct Noise {
    channels: usize,
    /// Channels that are on.
    streams: Vec<(usize, Stream)>,
    /// Steps of the noise in one of the network, and the standard deviation of their increments.
    substeps: u64,
    deviation: f64,
    /// Node and trial of each lane for which numbers are made.
    nodes: Vec<[u64; LANES]>,
    trials: Vec<[u64; LANES]>,
    /// Increments that are made, `[step of eight][tile][channel]`.
    ahead: Vec<Row>,
    /// Where the steps of the noise in one of the network are added up, if there are several.
    sum: Vec<Row>,
    shared: Option<Shared>,
}

/// Increments that all trials have in common: they are made once for each node.
#[derive(Debug)]
struct Shared {
    sources: Sources,
    /// Increments of a step, `[tile][channel]`.
    rows: Vec<Row>,
}

/// Which of the increments that are made the lanes of a row have.
#[derive(Debug)]
enum Sources {
    /// One for all lanes.
    Rows(Vec<usize>),
    Lanes(Vec<[usize; LANES]>),
}

impl Noise {
    /// No noise, in the channels of lanes of which `nodes` and `trials` say whose they are.
    pub(crate) fn new(
        channels: usize,
        dt: f64,
        substeps: u64,
        nodes: Vec<[u64; LANES]>,
        trials: &[[u64; LANES]],
    ) -> Self {
        let first = trials[0][0];
        let tiles = nodes.len();
        let count = 1 + nodes[tiles - 1][LANES - 1];
        let is_shared = trials.as_flattened().iter().all(|&trial| trial == first);
        let (made, shared) = if is_shared && count.div_ceil(LANES as u64) < tiles as u64 {
            let made = (0..count.div_ceil(LANES as u64))
                .map(|tile| std::array::from_fn(|lane| (tile * LANES as u64 + lane as u64).min(count - 1)));
            (made.collect(), Some(Shared::new(&nodes, channels)))
        } else {
            (nodes, None)
        };
        let rows = made.len() * channels;
        Self {
            channels,
            streams: Vec::new(),
            substeps,
            deviation: (dt / substeps as f64).sqrt(),
            trials: trials[..made.len()].to_vec(),
            nodes: made,
            ahead: vec![Row::default(); STEPS * rows],
            sum: vec![Row::default(); if substeps > 1 { rows } else { 0 }],
            shared,
        }
    }

    /// Turns channels of population number `population` on.
    pub(crate) fn turn_on(&mut self, channels: &[usize], seed: u64, population: u32) {
        let stream = |&channel: &usize| (channel, Stream::new(seed, Purpose::Noise, population, channel as u32));
        self.streams = channels.iter().map(stream).collect();
    }

    /// The first channel that is on.
    pub(crate) fn first_channel(&self) -> Option<usize> {
        self.streams.first().map(|(channel, _)| *channel)
    }

    /// Sets all increments of a channel, of the first step.
    pub(crate) fn set(&mut self, channel: usize, value: f64) {
        let rows = match &mut self.shared {
            Some(shared) => &mut shared.rows,
            None if self.substeps > 1 => &mut self.sum,
            None => &mut self.ahead[..self.nodes.len() * self.channels],
        };
        rows.iter_mut().skip(channel).step_by(self.channels).for_each(|row| *row = Row::splat(value));
    }

    /// The increments of a step, `[tile][channel]`: of the one that was prepared last.
    pub(crate) fn rows(&self, step: u64) -> &[Row] {
        self.shared.as_ref().map_or_else(|| self.made(step), |shared| &shared.rows)
    }

    fn made(&self, step: u64) -> &[Row] {
        if self.substeps > 1 {
            return &self.sum;
        }
        let rows = self.nodes.len() * self.channels;
        &self.ahead[(step % STEPS as u64) as usize * rows..][..rows]
    }

    /// Makes the increments of a step; `first` if the step before was not prepared.
    pub(crate) fn prepare(&mut self, step: u64, first: bool) {
        if self.streams.is_empty() {
            return;
        }
        if self.substeps == 1 {
            self.make(step, first);
        } else {
            self.add_up(step, first);
        }
        if let Some(mut shared) = self.shared.take() {
            dispatch(Spread { made: self.made(step), shared: &mut shared });
            self.shared = Some(shared);
        }
    }

    fn add_up(&mut self, step: u64, first: bool) {
        self.sum.fill(Row::default());
        let rows = self.sum.len();
        for substep in step * self.substeps..(step + 1) * self.substeps {
            self.make(substep, first || substep == step * self.substeps);
            let at = (substep % STEPS as u64) as usize * rows;
            for (sum, increment) in self.sum.iter_mut().zip(&self.ahead[at..at + rows]) {
                for (sum, increment) in sum.iter_mut().zip(increment.iter()) {
                    *sum += increment;
                }
            }
        }
    }

    /// Makes the increments of the eight steps of the noise that hold `step`, unless they are there.
    fn make(&mut self, step: u64, first: bool) {
        if !(first || step.is_multiple_of(STEPS as u64)) {
            return;
        }
        for (channel, stream) in &self.streams {
            stream.fill_noise(
                step / STEPS as u64,
                &self.nodes,
                &self.trials,
                self.deviation,
                &mut self.ahead,
                self.nodes.len() * self.channels,
                self.channels,
                *channel,
            );
        }
    }
}

impl Shared {
    /// For lanes of these nodes, which ascend.
    fn new(nodes: &[[u64; LANES]], channels: usize) -> Self {
        let at =
            |node: u64, channel: usize| (node as usize / LANES * channels + channel) * LANES + node as usize % LANES;
        let rows = nodes.iter().flat_map(|nodes| (0..channels).map(move |channel| nodes.map(|node| at(node, channel))));
        let sources: Vec<[usize; LANES]> = rows.collect();
        let is_even = sources.iter().all(|lanes| lanes[0] == lanes[LANES - 1]);
        let rows = vec![Row::default(); sources.len()];
        Self {
            sources: if is_even {
                Sources::Rows(sources.iter().map(|lanes| lanes[0]).collect())
            } else {
                Sources::Lanes(sources)
            },
            rows,
        }
    }
}

/// Gives each lane the increment of its node.
struct Spread<'a> {
    made: &'a [Row],
    shared: &'a mut Shared,
}

impl Operation for Spread<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { made, shared: Shared { sources, rows } } = self;
        let made = Row::as_numbers(made);
        match sources {
            Sources::Rows(sources) => {
                for (row, &source) in rows.iter_mut().zip(sources.iter()) {
                    s.store(row, s.splat(made[source]));
                }
            }
            Sources::Lanes(sources) => {
                for (row, sources) in rows.iter_mut().zip(sources.iter()) {
                    for (lane, &source) in row.iter_mut().zip(sources) {
                        *lane = made[source];
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes and trials in lanes as a bank has them.
    fn lanes(nodes: u64, trials: &[u64]) -> (Vec<[u64; LANES]>, Vec<[u64; LANES]>) {
        let count = nodes as usize * trials.len();
        let tiles = |of: &dyn Fn(usize) -> u64| -> Vec<[u64; LANES]> {
            let lane = |tile: usize, lane: usize| of((tile * LANES + lane).min(count - 1));
            (0..count.div_ceil(LANES)).map(|tile| std::array::from_fn(|l| lane(tile, l))).collect()
        };
        (tiles(&|lane| (lane / trials.len()) as u64), tiles(&|lane| trials[lane % trials.len()]))
    }

    #[test]
    fn every_lane_has_the_noise_of_its_node_and_trial() {
        let (dt, seed, population, channels) = (0.1, 5, 2, 3);
        let different: Vec<u64> = (7..27).collect();
        for trials in [&[7][..], &[7; 3], &[7; 16], &[7; 20], &different] {
            for (nodes, substeps) in [(1, 1), (5, 1), (11, 1), (11, 3), (40, 4)] {
                let (of_nodes, of_trials) = lanes(nodes, trials);
                let mut noise = Noise::new(channels, dt, substeps, of_nodes.clone(), &of_trials);
                noise.turn_on(&[0, 2], seed, population);
                for step in 13..40 {
                    noise.prepare(step, step == 13);
                    for (tile, rows) in noise.rows(step).chunks_exact(channels).enumerate() {
                        for (channel, row) in rows.iter().enumerate() {
                            for (lane, found) in row.iter().enumerate() {
                                let stream = Stream::new(seed, Purpose::Noise, population, channel as u32);
                                let expected: f64 = (step * substeps..(step + 1) * substeps)
                                    .map(|step| {
                                        let (node, trial) = (of_nodes[tile][lane], of_trials[tile][lane]);
                                        let eight = stream.noise(step / STEPS as u64, node, trial);
                                        eight[step as usize % STEPS] * (dt / substeps as f64).sqrt()
                                    })
                                    .sum();
                                let expected = if channel == 1 { 0.0 } else { expected };
                                assert_eq!(found.to_bits(), expected.to_bits(), "{nodes} nodes, {trials:?}, {step}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn noise_of_all_trials_is_made_once() {
        let (nodes, trials) = lanes(10, &[3; 16]);
        assert_eq!(nodes.len(), 20);
        let noise = Noise::new(1, 0.1, 1, nodes, &trials);
        assert_eq!(noise.ahead.len(), 2 * STEPS);
    }
}
