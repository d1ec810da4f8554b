//! Recordings at run time: samples of one signal, kept until they are taken.

use crate::recording::Reduction;

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
    sum: Vec<f64>,
    /// `[sample][node][trial]`
    samples: Vec<f64>,
}

impl Recorder {
    pub(crate) fn new(lanes: usize, every: u64, first: u64, reduction: Reduction, unit: f64) -> Self {
        Self { lanes, every, first, reduction, scale: 1.0 / unit, sum: vec![0.0; lanes], samples: Vec::new() }
    }

    /// Samples that the steps up to `step` give.
    fn count(&self, step: u64) -> u64 {
        if step < self.first { 0 } else { (step - self.first) / self.every + 1 }
    }

    /// Makes room for the samples of the steps after `from` up to `to`, so that recording allocates nothing.
    pub(crate) fn reserve(&mut self, from: u64, to: u64) {
        self.samples.reserve((self.count(to) - self.count(from)) as usize * self.lanes);
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
            Reduction::Sample if due => self.samples.extend(present.iter().map(|value| value * self.scale)),
            Reduction::Sample => {}
            Reduction::Mean => {
                for (sum, value) in self.sum.iter_mut().zip(present) {
                    *sum += value;
                }
                if due {
                    let share = self.scale / self.every as f64;
                    self.samples.extend(self.sum.iter().map(|sum| sum * share));
                    self.sum.fill(0.0);
                }
            }
        }
    }

    /// Hands over the samples and forgets them.
    pub(crate) fn take(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.samples)
    }
}
