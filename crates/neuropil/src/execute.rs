//! Running a plan: in pieces, reporting progress, into a store or memory.

mod store;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use neuropil_analysis::{ConnectivityAccumulator, Series, SquareMatrix};
use neuropil_sim::{Run, Samples};

use crate::error::Error;
use crate::fit::Fit;
use crate::plan::{Plan, RecordingPlan};
use store::ResultStore;
pub(crate) use store::{MEASURED_CONNECTIVITY, time_dimensions, write_connectome, write_measured};

/// BOLD volumes at the start that functional connectivity leaves out: the haemodynamic model starts from rest.
pub const DROPPED_VOLUMES: usize = 5;

/// Wall time of a piece that the run aims at: the callback is asked about ten times a second.
const PIECE: Duration = Duration::from_millis(100);

/// Where results go.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// Folder of a store, written while the run goes on.
    pub store: Option<PathBuf>,
    /// Whether a store of neuropil that lies there is removed first.
    pub overwrite: bool,
    /// Whether recordings are also handed back in memory, which then grows with them.
    pub memory: bool,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Simulated time (ms).
    pub time: f64,
    /// Simulated time at the end (ms), the transient included.
    pub end: f64,
    /// Wall time since the run started.
    pub elapsed: Duration,
}

impl Progress {
    /// Simulated seconds per second of wall time.
    pub fn speed(&self) -> f64 {
        let elapsed = self.elapsed.as_secs_f64();
        if elapsed > 0.0 { self.time / 1e3 / elapsed } else { 0.0 }
    }

    /// Wall time left, once the speed is known.
    pub fn left(&self) -> Option<Duration> {
        let seconds = (self.end - self.time) / 1e3 / self.speed();
        Duration::try_from_secs_f64(seconds).ok()
    }
}

/// What a run gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether it came to its end; otherwise the callback stopped it.
    pub complete: bool,
    /// Time reached, transient included (ms).
    pub time: f64,
    /// Wall time.
    pub elapsed: Duration,
    /// Recordings in the order of the plan, where they were to be kept in memory.
    pub recordings: Vec<Recorded>,
    /// Functional connectivity of BOLD, a matrix for each trial; none where BOLD has fewer than two volumes after
    /// [`DROPPED_VOLUMES`].
    pub connectivity: Vec<SquareMatrix>,
    /// How well it agrees with measured functional connectivity, where the data have it.
    pub fit: Option<Fit>,
}

/// A recording in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Names, unit and times.
    pub plan: RecordingPlan,
    /// Time of each sample (ms).
    pub times: Vec<f64>,
    /// Number of trials.
    pub trials: usize,
    /// `[trial][node][time]`.
    pub values: Vec<f64>,
}

impl Plan {
    /// Runs the experiment and keeps its recordings in memory.
    ///
    /// # Errors
    /// As [`run_into`](Self::run_into).
    pub fn run(&self) -> Result<Outcome, Error> {
        let destination = Destination { memory: true, ..Destination::default() };
        self.run_into(&destination, &mut |_| ControlFlow::Continue(()))
    }

    /// Runs the experiment. Samples go to the destination as they come; without [`Destination::memory`], memory does
    /// not grow with the duration. `progress` is called about ten times a second; when it breaks, the run stops, and
    /// what was simulated so far stays in the store, marked as not complete.
    ///
    /// # Errors
    /// If the simulation is not possible, a state stops being finite, or the store cannot be written. Then too, what
    /// was simulated so far stays in the store, marked as not complete.
    pub fn run_into(
        &self,
        destination: &Destination,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Outcome, Error> {
        let started = Instant::now();
        let mut run = self.simulation.start()?;
        let mut store = match &destination.store {
            Some(path) => Some(ResultStore::create(path, destination.overwrite, self)?),
            None => None,
        };
        let mut keeper = Keeper::new(self, destination.memory)?;
        let mut advance = || -> Result<bool, Error> {
            let end = self.steps.iter().sum::<u64>();
            let mut piece = 1;
            while run.step() < end {
                let before = Instant::now();
                run.advance(piece.min(end - run.step()))?;
                keeper.take(&mut run, store.as_mut())?;
                let state = Progress { time: run.time(), end: end as f64 * run.dt(), elapsed: started.elapsed() };
                if progress(&state).is_break() && run.step() < end {
                    return Ok(false);
                }
                piece = next_piece(piece, before.elapsed());
            }
            Ok(true)
        };
        let advanced = advance();
        let result = advanced.and_then(|complete| {
            let (recordings, connectivity) = keeper.finish()?;
            let fit = Fit::of(&connectivity, &self.measured)?;
            let (time, elapsed) = (run.time(), started.elapsed());
            Ok(Outcome { complete, time, elapsed, recordings, connectivity, fit })
        });
        match (result, store) {
            (Ok(outcome), Some(store)) => {
                store.finish(&outcome)?;
                Ok(outcome)
            }
            (Ok(outcome), None) => Ok(outcome),
            (Err(error), Some(store)) => {
                // The first error is the one to tell; a store that cannot be closed stays readable as it is.
                let _ = store.abandon(&error, run.time());
                Err(error)
            }
            (Err(error), None) => Err(error),
        }
    }
}

/// Steps of the next piece, so that it takes about [`PIECE`].
pub(crate) fn next_piece(steps: u64, took: Duration) -> u64 {
    let ratio = PIECE.as_secs_f64() / took.as_secs_f64().max(1e-9);
    ((steps as f64 * ratio.clamp(0.5, 4.0)) as u64).max(1)
}

/// Takes samples from a run and hands them on.
struct Keeper<'a> {
    plan: &'a Plan,
    /// Samples of each recording seen so far.
    seen: Vec<usize>,
    memory: bool,
    kept: Vec<Kept>,
    /// One for each trial, where there is BOLD.
    accumulators: Vec<ConnectivityAccumulator>,
}

#[derive(Default)]
struct Kept {
    times: Vec<f64>,
    /// A series for each trial and node.
    series: Vec<Vec<f64>>,
}

impl<'a> Keeper<'a> {
    fn new(plan: &'a Plan, memory: bool) -> Result<Self, Error> {
        let trials = plan.experiment.simulation.trials as usize;
        let bold = plan.recordings.iter().find(|recording| recording.is_bold);
        let accumulators = match bold.filter(|bold| bold.nodes > 1) {
            Some(bold) => (0..trials).map(|_| ConnectivityAccumulator::new(bold.nodes)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let kept = plan.recordings.iter().map(|_| Kept::default()).collect();
        Ok(Self { plan, seen: vec![0; plan.recordings.len()], memory, kept, accumulators })
    }

    fn take(&mut self, run: &mut Run, mut store: Option<&mut ResultStore>) -> Result<(), Error> {
        for (index, recording) in self.plan.recordings.iter().enumerate() {
            let samples = run.take(index);
            let count = samples.times.len();
            let first = recording.skipped.saturating_sub(self.seen[index]).min(count);
            let samples = without_first(samples, first);
            let taken = self.seen[index] + first - recording.skipped.min(self.seen[index] + first);
            self.seen[index] += count;
            if samples.times.is_empty() {
                continue;
            }
            if let Some(store) = store.as_deref_mut() {
                store.append(index, &samples.values)?;
            }
            if recording.is_bold {
                self.accumulate(&without_first(samples.clone(), DROPPED_VOLUMES.saturating_sub(taken)))?;
            }
            if self.memory {
                let kept = &mut self.kept[index];
                kept.series.resize(samples.trials * samples.nodes, Vec::new());
                for (series, values) in kept.series.iter_mut().zip(samples.values.chunks_exact(samples.times.len())) {
                    series.extend_from_slice(values);
                }
                kept.times.extend(samples.times);
            }
        }
        Ok(())
    }

    fn accumulate(&mut self, samples: &Samples) -> Result<(), Error> {
        let count = samples.times.len();
        if count == 0 {
            return Ok(());
        }
        let trials = samples.values.chunks_exact(samples.nodes * count);
        for (accumulator, values) in self.accumulators.iter_mut().zip(trials) {
            accumulator.push(Series::new(values, samples.nodes, count)?)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(Vec<Recorded>, Vec<SquareMatrix>), Error> {
        let recorded = |(recording, kept): (&RecordingPlan, Kept)| Recorded {
            plan: recording.clone(),
            times: kept.times,
            trials: self.plan.experiment.simulation.trials as usize,
            values: kept.series.concat(),
        };
        let recordings =
            if self.memory { self.plan.recordings.iter().zip(self.kept).map(recorded).collect() } else { Vec::new() };
        let enough = self.accumulators.iter().all(|accumulator| accumulator.samples() >= 2);
        let accumulators = if enough { self.accumulators } else { Vec::new() };
        let connectivity = accumulators.iter().map(ConnectivityAccumulator::connectivity).collect::<Result<_, _>>()?;
        Ok((recordings, connectivity))
    }
}

/// Samples but for the first ones.
fn without_first(mut samples: Samples, first: usize) -> Samples {
    let count = samples.times.len();
    let first = first.min(count);
    if first > 0 {
        samples.times.drain(..first);
        let rows = samples.values.chunks_exact(count);
        samples.values = rows.flat_map(|row| &row[first..]).copied().collect();
    }
    samples
}
