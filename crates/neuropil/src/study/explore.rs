//! Exploring a study: batches of points on all cores, each written once it is whole.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use neuropil_store::{BatchStore, Claim};

use super::evaluate::PointResult;
use super::plan::StudyPlan;
use super::slice::Slice;
use crate::error::Error;

/// Time between two reports of progress.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// How far a study is.
#[derive(Clone, Copy, Debug)]
pub struct StudyProgress {
    /// Points of the slice that are there, those of earlier calls included.
    pub done: u64,
    /// Points of the slice.
    pub points: u64,
    /// Points that this call has run.
    pub run: u64,
    /// Wall time since this call began.
    pub elapsed: Duration,
}

impl StudyProgress {
    /// Points per second of wall time.
    pub fn speed(&self) -> f64 {
        let elapsed = self.elapsed.as_secs_f64();
        if elapsed > 0.0 { self.run as f64 / elapsed } else { 0.0 }
    }

    /// Wall time left, once the speed is known.
    pub fn left(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.points.saturating_sub(self.done) as f64 / self.speed()).ok()
    }
}

/// What a call of [`StudyPlan::explore`] did.
#[derive(Clone, Copy, Debug)]
pub struct StudyOutcome {
    /// Whether all points of the whole study are there now.
    pub complete: bool,
    /// Whether the callback stopped it.
    pub stopped: bool,
    /// How far it came; only points that are stored count.
    pub progress: StudyProgress,
    /// Points of the slice that other processes work on at this moment.
    pub elsewhere: u64,
}

impl StudyPlan {
    /// Runs the points of a slice that are not in the folder yet, and stores what they give. The folder then holds
    /// `study.zarr`, which xarray opens. It may be called again and again, also while another process does the same: no
    /// point is run twice. `progress` is called about ten times a second; when it breaks, batches that are not whole
    /// are given up.
    ///
    /// Threads are those of the specification's `[simulation]`, all cores if it says nothing. Neither they nor the
    /// slices change a bit of the results.
    ///
    /// # Errors
    /// If the folder holds something else or another study, a simulation is not possible, or the system refuses to
    /// write. What was stored before stays. A run that leaves the finite numbers is no error: its scores are NaN, and
    /// the array `reason` says why.
    pub fn explore(
        &self,
        folder: impl AsRef<Path>,
        slice: Slice,
        progress: &mut dyn FnMut(&StudyProgress) -> ControlFlow<()>,
    ) -> Result<StudyOutcome, Error> {
        let started = Instant::now();
        let store = self.store(folder.as_ref())?;
        let batches = slice.range(self.batches());
        let count = |batches: &mut dyn Iterator<Item = u64>| -> u64 {
            batches.map(|batch| store.entries(batch)).map(|entries| entries.end - entries.start).sum()
        };
        let points = count(&mut batches.clone());
        let pending: VecDeque<u64> = batches.clone().filter(|&batch| !store.is_done(batch)).collect();
        let done_before = points - count(&mut pending.iter().copied());
        let threads = self.study.experiment.simulation.threads.unwrap_or_else(cores).max(1);
        let lanes = self.lanes(points - done_before, threads);
        let runs: u64 = pending.iter().take(threads).map(|&batch| self.runs_of(store.entries(batch), lanes)).sum();
        let workers = threads.min(runs as usize).max(1);
        let explorer = Explorer {
            plan: self,
            store: &store,
            queue: Mutex::new(Queue { pending, runs: VecDeque::new(), elsewhere: 0 }),
            stop: AtomicBool::new(false),
            run: AtomicU64::new(0),
            threads: threads / workers,
            lanes,
        };
        let mut state = StudyProgress { done: done_before, points, run: 0, elapsed: started.elapsed() };
        let mut stopped = progress(&state).is_break();
        let mut failure = None;
        if !stopped {
            std::thread::scope(|scope| {
                let (sender, receiver) = channel();
                for _ in 0..workers {
                    let (explorer, sender) = (&explorer, sender.clone());
                    scope.spawn(move || explorer.work(&sender));
                }
                drop(sender);
                loop {
                    match receiver.recv_timeout(BETWEEN_REPORTS) {
                        Ok(error) => {
                            failure = failure.take().or(Some(error));
                            explorer.stop.store(true, Ordering::Relaxed);
                        }
                        Err(RecvTimeoutError::Timeout) => {
                            let run = explorer.run.load(Ordering::Relaxed);
                            state = StudyProgress { done: done_before + run, run, elapsed: started.elapsed(), ..state };
                            if !stopped && progress(&state).is_break() {
                                stopped = true;
                                explorer.stop.store(true, Ordering::Relaxed);
                            }
                        }
                        Err(RecvTimeoutError::Disconnected) => break,
                    }
                }
            });
        }
        if let Some(error) = failure {
            return Err(error);
        }
        let complete = store.finish()?;
        let stored = count(&mut batches.filter(|&batch| store.is_done(batch)));
        let run = explorer.run.load(Ordering::Relaxed);
        let progress = StudyProgress { done: stored, points, run, elapsed: started.elapsed() };
        let elsewhere = explorer.queue.into_inner().unwrap_or_else(PoisonError::into_inner).elsewhere;
        Ok(StudyOutcome { complete, stopped: stopped && stored < points, progress, elsewhere })
    }

    /// Number of runs that some points make.
    fn runs_of(&self, points: Range<u64>, lanes: u64) -> u64 {
        let (mut first, mut runs) = (points.start, 0);
        while first < points.end {
            first += self.together(first, points.end, lanes);
            runs += 1;
        }
        runs
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What all workers share.
struct Explorer<'a> {
    plan: &'a StudyPlan,
    store: &'a BatchStore,
    queue: Mutex<Queue>,
    stop: AtomicBool,
    /// Points that were run.
    run: AtomicU64,
    /// Threads of each run.
    threads: usize,
    /// Points of a run, at most.
    lanes: u64,
}

/// What is still to do. Runs are taken in order, so that few batches are under way at once.
struct Queue {
    pending: VecDeque<u64>,
    runs: VecDeque<BatchRun>,
    elsewhere: u64,
}

/// Points that are run side by side, and their batch.
type BatchRun = (Arc<Batch>, Range<u64>);

/// A batch that is under way.
struct Batch {
    first: u64,
    state: Mutex<BatchState>,
}

struct BatchState {
    claim: Option<Claim>,
    results: Vec<Option<PointResult>>,
    missing: usize,
}

impl Explorer<'_> {
    /// Runs what there is to run; sends the error that ends it.
    fn work(&self, sender: &Sender<Error>) {
        let stop =
            || if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        while stop().is_continue() {
            let outcome = match self.next() {
                Ok(None) => return,
                Ok(Some((batch, points))) => {
                    let count = (points.end - points.start) as usize;
                    let results = self.plan.evaluate(points.start, count, self.threads, &stop);
                    results.and_then(|results| match results {
                        Some(results) => self.keep(&batch, points, results),
                        None => Ok(()),
                    })
                }
                Err(error) => Err(error),
            };
            if let Err(error) = outcome {
                // The other end is there as long as a worker is.
                let _ = sender.send(error);
                return;
            }
        }
    }

    /// The next run.
    fn next(&self) -> Result<Option<BatchRun>, Error> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(run) = queue.runs.pop_front() {
                return Ok(Some(run));
            }
            let Some(number) = queue.pending.pop_front() else { return Ok(None) };
            let entries = self.store.entries(number);
            let count = (entries.end - entries.start) as usize;
            let Some(claim) = self.store.claim(number)? else {
                if !self.store.is_done(number) {
                    queue.elsewhere += count as u64;
                }
                continue;
            };
            let state = BatchState { claim: Some(claim), results: vec![None; count], missing: count };
            let batch = Arc::new(Batch { first: entries.start, state: Mutex::new(state) });
            let mut first = entries.start;
            while first < entries.end {
                let end = first + self.plan.together(first, entries.end, self.lanes);
                queue.runs.push_back((Arc::clone(&batch), first..end));
                first = end;
            }
        }
    }

    /// Keeps results until their batch is whole, and then writes it.
    fn keep(&self, batch: &Batch, points: Range<u64>, results: Vec<PointResult>) -> Result<(), Error> {
        let mut state = batch.state.lock().unwrap_or_else(PoisonError::into_inner);
        let first = (points.start - batch.first) as usize;
        for (place, result) in state.results[first..].iter_mut().zip(results) {
            *place = Some(result);
        }
        state.missing -= (points.end - points.start) as usize;
        if state.missing == 0
            && let Some(claim) = state.claim.take()
        {
            let results = std::mem::take(&mut state.results).into_iter().flatten().collect();
            drop(state);
            self.store.write(claim, self.plan.values_of(results))?;
        }
        self.run.fetch_add(points.end - points.start, Ordering::Relaxed);
        Ok(())
    }
}
