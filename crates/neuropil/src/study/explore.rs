//! Exploring a study: batches of points on all cores, each written once it is whole.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neuropil_store::BatchError;

use super::evaluate::StudyJob;
use super::exploration::Exploration;
use super::plan::StudyPlan;
use super::search::SearchProgress;
use super::slice::Slice;
use crate::error::Error;

/// Time between two reports of progress.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// How far a study is.
#[derive(Clone, Debug)]
pub struct StudyProgress {
    /// Whether the folder is still being made; nothing runs yet.
    pub is_beginning: bool,
    /// Points of the slice that are there, those of earlier calls included.
    pub done: u64,
    /// Points of the slice.
    pub points: u64,
    /// Points that are written together.
    pub batch: u64,
    /// Points that this call has run.
    pub run: u64,
    /// Wall time since this call began.
    pub elapsed: Duration,
    /// What a search has found so far.
    pub search: Option<SearchProgress>,
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
#[derive(Clone, Debug)]
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
    /// `study.zarr`, which xarray opens; one that has the first points of the study already grows. It may be called again
    /// and again, also while another process does the same: no
    /// point is run twice. `progress` is called about ten times a second; when it breaks, batches that are not whole
    /// are given up, and a folder that is still being made is as it was.
    ///
    /// Threads are those of the specification's `[simulation]`, all cores if it says nothing. Neither they nor the
    /// slices change a bit of the results.
    ///
    /// Programs that evaluate points elsewhere use an [`Exploration`] instead.
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
        self.explore_on(self.threads, folder, slice, progress)
    }

    /// The same on so many threads; all cores for nothing.
    ///
    /// # Errors
    /// As [`explore`](Self::explore).
    pub fn explore_on(
        &self,
        threads: Option<usize>,
        folder: impl AsRef<Path>,
        slice: Slice,
        progress: &mut dyn FnMut(&StudyProgress) -> ControlFlow<()>,
    ) -> Result<StudyOutcome, Error> {
        let started = Instant::now();
        let mut state = StudyProgress {
            is_beginning: true,
            done: 0,
            points: self.points.len(),
            batch: self.batch(),
            run: 0,
            elapsed: Duration::ZERO,
            search: None,
        };
        let exploration = Exploration::begin_while(self, folder, slice, &mut || {
            state.elapsed = started.elapsed();
            progress(&state)
        });
        let exploration = match exploration {
            Err(Error::Batch(BatchError::Stopped)) => {
                return Ok(StudyOutcome { complete: false, stopped: true, progress: state, elsewhere: 0 });
            }
            exploration => exploration?,
        };
        let (points, done_before) = (exploration.points(), exploration.done_before());
        let batch = exploration.batch();
        let threads = threads.unwrap_or_else(cores).max(1);
        let at_once = self.generation;
        let lanes = self.lanes(at_once.unwrap_or(points - done_before), threads);
        let workers = threads.min(exploration.runs(self, lanes, threads) as usize).max(1);
        // A generation is divided among the workers.
        let most = at_once.map_or(lanes, |generation| lanes.min(generation.div_ceil(workers as u64)));
        let explorer = Explorer {
            plan: self,
            exploration: Mutex::new(exploration),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
            run: AtomicU64::new(0),
            threads: threads / workers,
            most,
        };
        let elapsed = started.elapsed();
        state = StudyProgress { is_beginning: false, done: done_before, points, batch, elapsed, ..state };
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
                            state.done = done_before + run;
                            (state.run, state.elapsed) = (run, started.elapsed());
                            state.search = explorer.lock().search_progress();
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
        let run = explorer.run.load(Ordering::Relaxed);
        let mut exploration = explorer.exploration.into_inner().unwrap_or_else(PoisonError::into_inner);
        let complete = exploration.finish(self)?;
        let stored = exploration.stored();
        let search = exploration.search_progress();
        let progress = StudyProgress { done: stored, run, elapsed: started.elapsed(), search, ..state };
        let elsewhere = exploration.elsewhere();
        Ok(StudyOutcome { complete, stopped: stopped && !complete && stored < points, progress, elsewhere })
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What all workers share.
struct Explorer<'a> {
    plan: &'a StudyPlan,
    exploration: Mutex<Exploration>,
    /// Results came, so that there may be more to do.
    changed: Condvar,
    stop: AtomicBool,
    /// Points that were run.
    run: AtomicU64,
    /// Threads of each run.
    threads: usize,
    /// Points of a job, at most.
    most: u64,
}

impl Explorer<'_> {
    /// Runs what there is to run; sends the error that ends it.
    fn work(&self, sender: &Sender<Error>) {
        if let Err(error) = self.run_jobs() {
            // The other end is there as long as a worker is.
            let _ = sender.send(error);
        }
        self.changed.notify_all();
    }

    fn run_jobs(&self) -> Result<(), Error> {
        let stop =
            || if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        while let Some(job) = self.next()? {
            let count = job.points.len() as u64;
            let Some(results) = self.plan.evaluate(&job, self.threads, &stop)? else { return Ok(()) };
            let whole = self.lock().keep(self.plan, job, results)?;
            self.changed.notify_all();
            for batch in whole {
                batch.write()?;
            }
            self.run.fetch_add(count, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The next job; waits where it depends on results of others.
    fn next(&self) -> Result<Option<StudyJob>, Error> {
        let mut exploration = self.lock();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            match exploration.next(self.plan, self.most)? {
                Some(job) => return Ok(Some(job)),
                None if !exploration.is_waiting() => return Ok(None),
                None => {
                    let waited = self.changed.wait_timeout(exploration, BETWEEN_REPORTS);
                    exploration = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Exploration> {
        self.exploration.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
