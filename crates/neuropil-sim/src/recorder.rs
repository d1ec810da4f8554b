//! Recordings at run time: samples of one signal, kept until they are taken.
//!
//! Samples come step by step and are wanted lane by lane. They wait in a block of some steps, and then go to the rows
//! of their lanes: stretches, not single numbers, so that each row's memory is touched once for many samples.

use crate::recording::Reduction;

/// Samples of a block, and numbers from one lane of it to the next: no power of two, so that lanes share no cache sets.
const BLOCK: usize = 32;
const STRIDE: usize = BLOCK + 8;

/// Numbers for which room is made before they are there, at most: half a gigabyte.
const MOST_RESERVED: usize = 1 << 26;

/// Samples of one output, for the trials of a shard.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// Lanes are `[node][trial]`.
    lanes: usize,
    trials: usize,
    /// Trials that are kept: those behind them only fill up lanes.
    wanted: usize,
    /// Steps between samples, and the step of the first one.
    every: u64,
    first: u64,
    reduction: Reduction,
    /// A number in the output's unit is the internal one times this.
    scale: f64,
    /// Steps of the interval that have been added up.
    summed: u64,
    sum: Vec<f64>,
    /// Samples that wait: `[lane][STRIDE]`, and their number.
    block: Vec<f64>,
    waiting: usize,
    /// Samples: `[wanted trial][node][capacity]`, of which the first `count` of each row are there.
    samples: Vec<f64>,
    capacity: usize,
    count: usize,
}

impl Recorder {
    /// Of `nodes` in so many trials, of which the first `wanted` are kept.
    pub(crate) fn new(
        [nodes, trials, wanted]: [usize; 3],
        [every, first]: [u64; 2],
        reduction: Reduction,
        unit: f64,
    ) -> Self {
        let lanes = nodes * trials;
        Self {
            lanes,
            trials,
            wanted,
            every,
            first,
            reduction,
            scale: 1.0 / unit,
            summed: 0,
            sum: vec![0.0; lanes],
            block: vec![0.0; STRIDE * lanes],
            waiting: 0,
            samples: Vec::new(),
            capacity: 0,
            count: 0,
        }
    }

    /// Samples that the steps up to `step` give.
    pub(crate) fn count(&self, step: u64) -> u64 {
        if step < self.first { 0 } else { (step - self.first) / self.every + 1 }
    }

    /// Makes room for the samples of the steps after `from` up to `to`, so that recording allocates nothing, unless
    /// they are very many.
    pub(crate) fn reserve(&mut self, from: u64, to: u64) {
        let coming = self.count(to) - self.count(from);
        let most = (MOST_RESERVED / self.rows()) as u64;
        self.grow(self.count + self.waiting + coming.min(most) as usize);
    }

    fn rows(&self) -> usize {
        self.lanes / self.trials * self.wanted
    }

    /// Makes rows long enough for this many samples; at least twice as long, if they held some already.
    fn grow(&mut self, needed: usize) {
        if needed <= self.capacity {
            return;
        }
        let capacity = if self.count == 0 { needed } else { needed.max(2 * self.capacity) };
        let mut samples = vec![0.0; self.rows() * capacity];
        if self.count > 0 {
            for (new, old) in samples.chunks_exact_mut(capacity).zip(self.samples.chunks_exact(self.capacity)) {
                new[..self.count].copy_from_slice(&old[..self.count]);
            }
        }
        (self.samples, self.capacity) = (samples, capacity);
    }

    /// Adds a sample to the block, or, where it is the last that fits, moves the block.
    fn push(&mut self, sample: impl Iterator<Item = f64>) {
        for (row, value) in self.block.chunks_exact_mut(STRIDE).zip(sample) {
            row[self.waiting] = value;
        }
        self.waiting += 1;
        if self.waiting == BLOCK {
            self.store();
        }
    }

    /// Moves the block to the rows, which are in the order in which they are wanted.
    fn store(&mut self) {
        if self.waiting == 0 {
            return;
        }
        self.grow(self.count + self.waiting);
        let nodes = self.lanes / self.trials;
        for (row, samples) in self.samples.chunks_exact_mut(self.capacity).enumerate() {
            let lane = row % nodes * self.trials + row / nodes;
            let waiting = &self.block[lane * STRIDE..][..self.waiting];
            samples[self.count..self.count + self.waiting].copy_from_slice(waiting);
        }
        self.count += self.waiting;
        self.waiting = 0;
    }

    /// Whether a sample is taken after step number `step`.
    fn is_due(&self, step: u64) -> bool {
        // Most often every step, which needs no division.
        step >= self.first && (self.every == 1 || (step - self.first).is_multiple_of(self.every))
    }

    /// Whether the values after step number `step` matter.
    pub(crate) fn listens(&self, step: u64) -> bool {
        self.reduction == Reduction::Mean || self.is_due(step)
    }

    /// Takes note of the values after step number `step` (the first step is number 1).
    pub(crate) fn record(&mut self, step: u64, present: &[f64]) {
        let present = &present[..self.lanes];
        let due = self.is_due(step);
        match self.reduction {
            Reduction::Sample if due => {
                let scale = self.scale;
                self.push(present.iter().map(|value| value * scale));
            }
            Reduction::Sample => {}
            Reduction::Mean => {
                for (sum, value) in self.sum.iter_mut().zip(present) {
                    *sum += value;
                }
                self.summed += 1;
                if due {
                    // A run that starts within an interval has fewer steps of it.
                    let share = self.scale / self.summed as f64;
                    self.summed = 0;
                    let mut sums = std::mem::take(&mut self.sum);
                    self.push(sums.iter().map(|sum| sum * share));
                    sums.fill(0.0);
                    self.sum = sums;
                }
            }
        }
    }

    /// The interval that is under way: steps, and the sum by lane.
    pub(crate) fn begun(&self) -> (u64, &[f64]) {
        (self.summed, &self.sum)
    }

    /// Goes on with an interval, if samples are means.
    pub(crate) fn go_on(&mut self, steps: u64, sum: &[f64]) {
        if self.reduction == Reduction::Mean {
            self.summed = steps;
            self.sum.copy_from_slice(sum);
        }
    }

    /// Number of samples that are there.
    pub(crate) fn available(&self) -> usize {
        self.count + self.waiting
    }

    /// Hands over the first `count` samples, `[wanted trial][node][count]`, and forgets all.
    pub(crate) fn take(&mut self, count: usize) -> Vec<f64> {
        self.store();
        let mut samples = std::mem::take(&mut self.samples);
        if count < self.capacity {
            for row in 1..self.rows() {
                samples.copy_within(row * self.capacity..row * self.capacity + count, row * count);
            }
            samples.truncate(self.rows() * count);
        }
        (self.capacity, self.count) = (0, 0);
        samples
    }
}
