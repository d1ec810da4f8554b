//! A simulation that is under way.

mod level;
mod read;

use rayon::prelude::*;

use crate::error::RunError;
use crate::recording::Reduction;
use crate::shard::Shard;

/// Samples of one recording over some time.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// Time of each sample (ms): the end of its interval, or for means the middle.
    pub times: Vec<f64>,
    /// Number of trials.
    pub trials: usize,
    /// Number of nodes.
    pub nodes: usize,
    /// `[trial][node][time]`, in the output's unit.
    pub values: Vec<f64>,
}

impl Samples {
    /// The samples of a node in a trial.
    ///
    /// # Panics
    /// If there is no such trial or node.
    pub fn of(&self, trial: usize, node: usize) -> &[f64] {
        assert!(trial < self.trials && node < self.nodes, "trial {trial}, node {node} of {self:?}");
        &self.values[(trial * self.nodes + node) * self.times.len()..][..self.times.len()]
    }
}

/// When the samples of a recording are taken, in ms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) first: f64,
    pub(crate) every: f64,
    pub(crate) nodes: usize,
    pub(crate) reduction: Reduction,
}

/// A simulation that is under way. Advance it, in pieces of any length, and take what it has recorded.
#[derive(Debug)]
pub struct Run {
    pub(crate) shards: Vec<Shard>,
    pub(crate) clocks: Vec<Clock>,
    /// Samples that have been taken, by recording.
    pub(crate) taken: Vec<u64>,
    /// Population and output of each recording.
    pub(crate) recordings: Vec<[String; 2]>,
    pub(crate) dt: f64,
    pub(crate) pool: Option<rayon::ThreadPool>,
    /// Why the run ended.
    pub(crate) failure: Option<RunError>,
}

impl Run {
    /// Makes `steps` steps. Recorded samples pile up until they are [taken](Self::take): for long runs, advance in
    /// pieces.
    ///
    /// # Errors
    /// If a state stops being finite: the error of the earliest time, and of the lowest trial there. The run ends:
    /// every later call gives the same error.
    pub fn advance(&mut self, steps: u64) -> Result<(), RunError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let shards = &mut self.shards;
        // All shards go to the end or to their own failure, so that the first one is the same for any split.
        let failure = |shard: &mut Shard| shard.advance(steps).err();
        let earlier = |a: &RunError, b: &RunError| a.time.total_cmp(&b.time).then(a.trial.cmp(&b.trial));
        self.failure = match (&self.pool, &mut shards[..]) {
            (Some(pool), shards) => pool.install(|| match shards {
                [one] => failure(one),
                many => many.par_iter_mut().filter_map(failure).min_by(earlier),
            }),
            (None, shards) => shards.iter_mut().filter_map(failure).min_by(earlier),
        };
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Makes room for what `steps` more steps record, which then costs no copies when it is [taken](Self::take) at once.
    /// Without it, room is made for the steps of each [`advance`](Self::advance).
    pub fn reserve(&mut self, steps: u64) {
        for shard in &mut self.shards {
            shard.reserve(shard.step.saturating_add(steps));
        }
    }

    /// Steps made so far.
    pub fn step(&self) -> u64 {
        self.shards.iter().map(|shard| shard.step).min().unwrap_or(0)
    }

    /// Time reached (ms).
    pub fn time(&self) -> f64 {
        self.step() as f64 * self.dt
    }

    /// Time step (ms).
    pub fn dt(&self) -> f64 {
        self.dt
    }

    /// Threads that it holds until it is dropped; 1 where it needs no other than the caller's.
    pub fn threads(&self) -> usize {
        self.pool.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    /// Number of trials.
    pub fn trials(&self) -> usize {
        self.shards.iter().map(|shard| shard.wanted).sum()
    }

    /// Hands over the samples of recording number `recording` (in the order of the simulation) since the last time.
    ///
    /// # Panics
    /// If there is no such recording.
    pub fn take(&mut self, recording: usize) -> Samples {
        let clock = self.clocks[recording];
        let trials = self.trials();
        let shards = &mut self.shards;
        // Shards of a run that has failed may have stopped at different steps.
        let count = shards.iter().map(|shard| shard.recorders[recording].1.available()).min().unwrap_or(0);
        let mut values = Vec::new();
        for shard in shards {
            let mut samples = shard.recorders[recording].1.take(count);
            if values.is_empty() {
                values = samples;
                values.reserve_exact(trials * clock.nodes * count - values.len());
            } else {
                // What is moved is free before the next shard is looked at.
                values.append(&mut samples);
            }
        }
        let taken = self.taken[recording];
        self.taken[recording] += count as u64;
        let shift = if clock.reduction == Reduction::Mean { clock.every / 2.0 } else { 0.0 };
        let times = (taken..taken + count as u64).map(|k| clock.first + k as f64 * clock.every - shift).collect();
        Samples { times, trials, nodes: clock.nodes, values }
    }
}
