//! Observing models at run time.

use neuropil_kernel::LANES;

use crate::bank::Bank;
use crate::coupling::source_of;

/// A model that is driven by an output, node by node.
#[derive(Debug)]
pub(crate) struct Observer {
    bank: Bank,
    /// Index of the driving signal.
    pub(crate) signal: usize,
    /// Index of the input and of the output of the observing model.
    input: usize,
    output: usize,
    /// Steps of the network in one of the observing model.
    steps: u64,
    /// Internal units of the input for the number of the output.
    scale: f64,
    /// Steps of the network that have been added up for the next step, and their sum.
    summed: u64,
    drive: Vec<f64>,
    /// Whether it has made no step yet.
    fresh: bool,
    pub(crate) present: Vec<f64>,
}

impl Observer {
    pub(crate) fn new(bank: Bank, signal: usize, input: usize, output: usize, steps: u64, unit: f64) -> Self {
        let padded = bank.tiles * LANES;
        let scale = bank.model.info().inputs[input].unit.scale / unit;
        let (drive, present) = (vec![0.0; padded], vec![0.0; padded]);
        Self { bank, signal, input, output, steps, scale, summed: 0, drive, fresh: true, present }
    }

    /// The step that is under way: steps of the network, and the sum of what they drive it with, by lane.
    pub(crate) fn begun(&self) -> (u64, &[f64]) {
        (self.summed, &self.drive)
    }

    /// Goes on with a step that is under way.
    pub(crate) fn go_on(&mut self, steps: u64, sum: &[f64]) {
        self.summed = steps;
        self.drive[..sum.len()].copy_from_slice(sum);
    }

    /// Takes in the driving output after step number `step`.
    pub(crate) fn advance(&mut self, step: u64, drive: &[f64]) {
        let scale = self.scale / self.steps as f64;
        for (sum, value) in self.drive.iter_mut().zip(drive) {
            *sum += value * scale;
        }
        self.summed += 1;
        if !step.is_multiple_of(self.steps) {
            return;
        }
        if self.summed != self.steps {
            // The run started within the step.
            let missing = self.steps as f64 / self.summed as f64;
            self.drive.iter_mut().for_each(|sum| *sum *= missing);
        }
        self.summed = 0;
        let feeds = self.bank.model.info().feeds();
        self.bank.feeds.copy_from_slice(&self.bank.base_feeds);
        for (tile, drive) in self.bank.feeds.chunks_exact_mut(feeds).zip(self.drive.as_chunks::<LANES>().0) {
            for (input, drive) in tile[self.input].iter_mut().zip(drive) {
                *input += drive;
            }
        }
        self.drive.fill(0.0);
        let own_step = step / self.steps - 1;
        self.bank.prepare_noise(own_step, self.fresh);
        self.fresh = false;
        self.bank.euler(own_step, false);
    }

    /// Steps of the network in one of the observing model.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// The output, by lane.
    pub(crate) fn read(&mut self) -> &[f64] {
        self.bank.compute_outputs();
        self.bank.read(source_of(&self.bank, self.output), &mut self.present);
        &self.present
    }

    pub(crate) fn bank(&self) -> &Bank {
        &self.bank
    }
}
