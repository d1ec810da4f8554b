//! Observing models at run time.

use neuropil_kernel::{LANES, Operation, Row, Simd, dispatch};

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
        let due = self.is_due(step);
        self.summed += 1;
        // A run that started within the step has fewer steps of it.
        let missing = self.steps as f64 / self.summed as f64;
        let feeds = self.bank.rows.feeds;
        dispatch(Feed {
            sums: &mut self.drive,
            values: drive,
            scale,
            missing,
            feeds: due.then_some((&mut self.bank.feeds[..], &self.bank.base_feeds[..])),
            per_tile: feeds,
            input: self.input,
        });
        if !due {
            return;
        }
        self.summed = 0;
        let own_step = step / self.steps - 1;
        self.bank.prepare_noise(own_step, self.fresh);
        self.fresh = false;
        self.bank.euler(own_step, false);
    }

    /// Whether the observing model makes a step at the end of this step of the network.
    pub(crate) fn is_due(&self, step: u64) -> bool {
        self.steps == 1 || step.is_multiple_of(self.steps)
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

/// Adds values, scaled, to the sums of an interval; at its end adds the sums to the input, and begins new ones.
struct Feed<'a> {
    sums: &'a mut [f64],
    values: &'a [f64],
    scale: f64,
    /// Factor of the sums at the end of the interval.
    missing: f64,
    /// Feeds, and what they are without a drive.
    feeds: Option<(&'a mut [Row], &'a [Row])>,
    per_tile: usize,
    input: usize,
}

impl Operation for Feed<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { sums, values, scale, missing, mut feeds, per_tile, input } = self;
        let (scale, missing) = (s.splat(scale), s.splat(missing));
        let rows = sums.as_chunks_mut::<LANES>().0.iter_mut().zip(values.as_chunks::<LANES>().0);
        for (tile, (sums, values)) in rows.enumerate() {
            let sum = s.add(s.from_array(*sums), s.mul(s.from_array(*values), scale));
            if let Some((feeds, base)) = &mut feeds {
                let row = tile * per_tile + input;
                s.store(&mut feeds[row], s.add(s.load(&base[row]), s.mul(sum, missing)));
                *sums = [0.0; LANES];
            } else {
                *sums = s.to_array(sum);
            }
        }
    }
}
