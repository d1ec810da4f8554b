//! Trials that are advanced together, on one thread or, where a network is large, on several.

use neuropil_kernel::LANES;

use crate::bank::{Bank, Trial};
use crate::coupling::Pathway;
use crate::error::RunError;
use crate::method::Method;
use crate::observation::Observer;
use crate::recorder::Recorder;
use crate::signal::Signal;

/// A node's own output, some steps ago.
#[derive(Debug)]
pub(crate) struct LocalDelay {
    pub(crate) signal: usize,
    pub(crate) bank: usize,
    /// Row of the bank's feeds.
    pub(crate) row: usize,
    /// Steps, by lane, in whole rows.
    pub(crate) steps: Vec<usize>,
    /// Steps, if they are the same in all lanes and not none.
    pub(crate) uniform: Option<usize>,
}

/// A time course on an input, in internal units.
#[derive(Debug)]
pub(crate) struct Drive {
    pub(crate) bank: usize,
    pub(crate) input: usize,
    /// One course, or one per node.
    pub(crate) courses: Vec<Vec<f64>>,
    /// Step of the first sample, and steps of each.
    pub(crate) start: i64,
    pub(crate) steps: i64,
    /// Whether nothing has been added to the input before in this step: then the feed starts from its base.
    pub(crate) is_first: bool,
}

/// What a recorder records.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recorded {
    Signal(usize),
    Observer(usize),
}

/// The whole state of some trials of a simulation.
#[derive(Debug)]
pub(crate) struct Shard {
    pub(crate) trials: Vec<Trial>,
    /// Trials that are wanted: those behind them only fill up lanes.
    pub(crate) wanted: usize,
    pub(crate) dt: f64,
    pub(crate) method: Method,
    /// Whether large work may go to other threads.
    pub(crate) parallel: bool,
    pub(crate) step: u64,
    pub(crate) banks: Vec<Bank>,
    /// Banks whose outputs that are expressions somebody needs.
    pub(crate) expressive: Vec<usize>,
    pub(crate) signals: Vec<Signal>,
    pub(crate) pathways: Vec<Pathway>,
    pub(crate) local_delays: Vec<LocalDelay>,
    pub(crate) drives: Vec<Drive>,
    pub(crate) observers: Vec<Observer>,
    pub(crate) recorders: Vec<(Recorded, Recorder)>,
}

impl Shard {
    /// Steps of the network in one that is recorded.
    pub(crate) fn steps_of(&self, recorded: Recorded) -> u64 {
        match recorded {
            Recorded::Signal(_) => 1,
            Recorded::Observer(observer) => self.observers[observer].steps(),
        }
    }

    /// Makes room for what the steps up to `end` record.
    pub(crate) fn reserve(&mut self, end: u64) {
        for recorder in 0..self.recorders.len() {
            let per_step = self.steps_of(self.recorders[recorder].0);
            self.recorders[recorder].1.reserve(self.step / per_step, end / per_step);
        }
    }

    /// Makes `steps` steps.
    pub(crate) fn advance(&mut self, steps: u64) -> Result<(), RunError> {
        let end = self.step.saturating_add(steps);
        self.reserve(end);
        let mut first = true;
        while self.step < end {
            for bank in &mut self.banks {
                bank.prepare_noise(self.step, first);
            }
            first = false;
            match self.method {
                Method::Euler => self.euler(),
                Method::Heun => self.heun(),
                Method::RungeKutta4 => self.runge_kutta(),
            }
            self.step += 1;
            self.compute_outputs();
            self.remember();
            self.observe();
            self.check()?;
        }
        Ok(())
    }

    /// Reads the outputs of the states, for the present.
    pub(crate) fn compute_outputs(&mut self) {
        for &bank in &self.expressive {
            self.banks[bank].compute_outputs();
        }
        for signal in &mut self.signals {
            self.banks[signal.bank].read(signal.source, &mut signal.present);
        }
    }

    /// Appends the present to the histories.
    fn remember(&mut self) {
        for signal in &mut self.signals {
            if let Some(history) = &mut signal.history {
                history.push(self.step as i64, &signal.present);
            }
        }
    }

    fn observe(&mut self) {
        for observer in &mut self.observers {
            observer.advance(self.step, &self.signals[observer.signal].present);
        }
        for (of, recorder) in &mut self.recorders {
            match *of {
                Recorded::Signal(signal) => recorder.record(self.step, &self.signals[signal].present),
                Recorded::Observer(observer) => {
                    let observer = &mut self.observers[observer];
                    if observer.is_due(self.step) {
                        let step = self.step / observer.steps();
                        if recorder.listens(step) {
                            recorder.record(step, observer.read());
                        }
                    }
                }
            }
        }
    }

    /// Sums of delayed connections of the step after `later` steps.
    fn prepare(&mut self, later: bool) {
        let time = self.step as i64 + i64::from(later);
        for pathway in &mut self.pathways {
            pathway.prepare(time, &self.signals, self.parallel);
            pathway.extract(time, later);
        }
    }

    /// Puts together all feeds at this share (0, 0.5 or 1) of the step.
    fn feed(&mut self, share: f64) {
        for pathway in &mut self.pathways {
            pathway.deliver(share, &self.signals, &mut self.banks);
        }
        for drive in &self.drives {
            let bank = &mut self.banks[drive.bank];
            if drive.is_first {
                bank.reset_feed(drive.input);
            }
            drive.add(self.step as i64, 1.0 - share, bank);
            drive.add(self.step as i64 + 1, share, bank);
        }
        for delay in &self.local_delays {
            let bank = &mut self.banks[delay.bank];
            delay.feed(&self.signals[delay.signal], self.step as i64, share, bank);
        }
    }

    fn euler(&mut self) {
        self.prepare(false);
        self.feed(0.0);
        for bank in &mut self.banks {
            bank.euler(self.step, self.parallel);
        }
    }

    /// The trapezoidal rule: the mean of the increments at the present state and at the one that Euler predicts.
    fn heun(&mut self) {
        self.begin_stages();
        self.stage(0, 0.0);
        self.predict(&[(0, 1.0)], false);
        self.prepare(true);
        self.stage(1, 1.0);
        self.predict(&[(0, 0.5), (1, 0.5)], true);
    }

    fn runge_kutta(&mut self) {
        self.begin_stages();
        self.stage(0, 0.0);
        self.predict(&[(0, 0.5)], false);
        self.prepare(true);
        self.stage(1, 0.5);
        self.predict(&[(1, 0.5)], false);
        self.stage(2, 0.5);
        self.predict(&[(2, 1.0)], false);
        self.stage(3, 1.0);
        self.predict(&[(0, 1.0 / 6.0), (1, 1.0 / 3.0), (2, 1.0 / 3.0), (3, 1.0 / 6.0)], true);
    }

    fn begin_stages(&mut self) {
        for bank in &mut self.banks {
            bank.before.copy_from_slice(&bank.states);
        }
        self.prepare(false);
    }

    fn stage(&mut self, stage: usize, share: f64) {
        self.feed(share);
        for bank in &mut self.banks {
            bank.increment(self.step, stage);
        }
    }

    fn predict(&mut self, weights: &[(usize, f64)], last: bool) {
        for bank in &mut self.banks {
            bank.combine(weights, last);
        }
        if !last {
            self.compute_outputs();
        }
    }

    /// Whether all states are finite numbers.
    fn check(&self) -> Result<(), RunError> {
        let banks = self.banks.iter().chain(self.observers.iter().map(Observer::bank));
        let found = banks.filter_map(|bank| bank.first_not_finite().map(|at| (bank, at)));
        // The lowest trial, so that the error does not depend on which trials share a shard.
        let Some((bank, (lane, state))) = found.min_by_key(|(bank, (lane, _))| lane % bank.trials) else {
            return Ok(());
        };
        Err(RunError {
            trial: self.trials[lane % bank.trials].number,
            population: bank.name.clone(),
            node: lane / bank.trials,
            variable: bank.model.info().states[state].name.clone(),
            value: bank.state(lane, state),
            time: self.step as f64 * self.dt,
        })
    }
}

impl Drive {
    /// Adds `share` of the sample that acts at `step`.
    fn add(&self, step: i64, share: f64, bank: &mut Bank) {
        let samples = self.courses[0].len() as i64;
        if share == 0.0 || step < self.start || step >= self.start + samples * self.steps {
            return;
        }
        let sample = ((step - self.start) / self.steps) as usize;
        let (per_tile, last) = (bank.rows.feeds, bank.lanes() - 1);
        for tile in 0..bank.tiles {
            for (l, input) in bank.feeds[tile * per_tile + self.input].iter_mut().enumerate() {
                let node = (tile * LANES + l).min(last) / bank.trials;
                *input += share * self.courses[if self.courses.len() == 1 { 0 } else { node }][sample];
            }
        }
    }
}

impl LocalDelay {
    /// Sets the feed to the value that is that old at this share of the step that begins at `time`.
    fn feed(&self, signal: &Signal, time: i64, share: f64, bank: &mut Bank) {
        let Some(history) = &signal.history else { return };
        let (values, now) = (history.values(), history.position(time));
        let per_tile = bank.rows.feeds;
        let trials = bank.trials;
        if let (Some(steps), true) = (self.uniform, share == 0.0) {
            let past = &values[history.base(0, steps) + now..];
            for (tile, past) in past.as_chunks::<LANES>().0.iter().enumerate().take(bank.tiles) {
                bank.feeds[tile * per_tile + self.row].0 = *past;
            }
            return;
        }
        let lanes = bank.lanes();
        let at = |lane: usize, steps: usize, later: usize| {
            let (node, trial) = (lane / trials, lane % trials);
            // No delay is what the stage has predicted; of one step, at the next step, is the present one.
            if steps == 0 { signal.present[lane] } else { values[history.base(node, steps - later) + now + trial] }
        };
        for (tile, steps) in self.steps.as_chunks::<LANES>().0.iter().enumerate() {
            let row = &mut bank.feeds[tile * per_tile + self.row];
            for (l, &steps) in steps.iter().enumerate() {
                let lane = (tile * LANES + l).min(lanes - 1);
                row[l] = if share == 0.0 {
                    at(lane, steps, 0)
                } else {
                    (1.0 - share) * at(lane, steps, 0) + share * at(lane, steps, 1)
                };
            }
        }
    }
}
