//! Recordings at run time: samples of one signal, kept until they are taken.

use crate::recording::Reduction;

/// Numbers that room is made for at once, at most: 32 MB.
const ROOM: usize = 1 << 22;

/// Samples of one output, for the trials of a shard.
#[derive(Debug)]
pub(crate) struct Recorder {
    lanes: usize,
    /// Steps between samples, and the step of the first one.
    every: u64,
    first: u64,
    reduction: Reduction,
    /// A number in the output's unit is the internal one times this.
    scale: f64,
    /// Steps of the interval that have been added up.
    summed: u64,
    sum: Vec<f64>,
    /// `[sample][node][trial]`
    samples: Vec<f64>,
}

impl Recorder {
    pub(crate) fn new(lanes: usize, every: u64, first: u64, reduction: Reduction, unit: f64) -> Self {
        let (sum, samples) = (vec![0.0; lanes], Vec::new());
        Self { lanes, every, first, reduction, scale: 1.0 / unit, summed: 0, sum, samples }
    }

    /// Samples that the steps up to `step` give.
    pub(crate) fn count(&self, step: u64) -> u64 {
        if step < self.first { 0 } else { (step - self.first) / self.every + 1 }
    }

    /// Makes room for the samples of the steps after `from` up to `to`, so that recording allocates nothing; for
    /// pieces so long that they may not come to their end, for some of them.
    pub(crate) fn reserve(&mut self, from: u64, to: u64) {
        let samples = usize::try_from(self.count(to) - self.count(from)).unwrap_or(usize::MAX);
        self.samples.reserve(samples.saturating_mul(self.lanes).min(ROOM));
    }

    /// Whether the values after step number `step` matter.
    pub(crate) fn listens(&self, step: u64) -> bool {
        self.reduction == Reduction::Mean || (step >= self.first && (step - self.first).is_multiple_of(self.every))
    }

    /// Takes note of the values after step number `step` (the first step is number 1).
    pub(crate) fn record(&mut self, step: u64, present: &[f64]) {
        let present = &present[..self.lanes];
        let due = step >= self.first && (step - self.first).is_multiple_of(self.every);
        match self.reduction {
            Reduction::Sample if due => self.samples.extend(present.iter().map(|value| value * self.scale)),
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
                    self.samples.extend(self.sum.iter().map(|sum| sum * share));
                    self.sum.fill(0.0);
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

    /// Hands over the samples and forgets them.
    pub(crate) fn take(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.samples)
    }
}
