//! Running some points side by side, and what comes of each.

use std::ops::ControlFlow;
use std::time::Instant;

use neuropil_kernel::Brief;
use neuropil_sim::RunError;

use super::plan::StudyPlan;
use super::watch::Watched;
use crate::error::Error;
use crate::execute::next_piece;
use crate::experiment::{Condition, Keep};

/// Simulated time of a piece (ms), at most, so that its samples do not fill the memory of a fast machine.
const LONGEST_PIECE: f64 = 10_000.0;

/// What comes of a point.
#[derive(Clone, Debug, Default)]
pub(super) struct PointResult {
    /// A number for each score; NaN where there is none.
    pub(super) scores: Vec<f64>,
    /// Why there is none; empty where there is.
    pub(super) reason: String,
    /// Samples of each recording that is kept, `[node][time]`.
    pub(super) series: Vec<Vec<f64>>,
    /// Functional connectivity, where it is kept.
    pub(super) connectivity: Vec<f64>,
}

impl StudyPlan {
    /// Runs `count` points from `first` on; nothing when it was stopped. A run that leaves the finite numbers ends that
    /// of its own point; the others are begun again without it.
    pub(super) fn evaluate(
        &self,
        first: u64,
        count: usize,
        threads: usize,
        stop: &dyn Fn() -> ControlFlow<()>,
    ) -> Result<Option<Vec<PointResult>>, Error> {
        if count == 0 {
            return Ok(Some(Vec::new()));
        }
        let mut dropped = vec![None; count];
        let error = match self.run(first, count, threads, &mut dropped, stop)? {
            Ended::Whole(results) => return Ok(Some(results)),
            Ended::Stopped => return Ok(None),
            Ended::Failed(error) => error,
        };
        let failed = (error.trial.saturating_sub(first) as usize).min(count - 1);
        let reason = dropped[failed].take().unwrap_or_else(|| error.to_string());
        let before = self.evaluate(first, failed, threads, stop)?;
        let after = self.evaluate(first + failed as u64 + 1, count - failed - 1, threads, stop)?;
        let (Some(mut results), Some(after)) = (before, after) else { return Ok(None) };
        results.push(self.without_result(reason));
        results.extend(after);
        Ok(Some(results))
    }

    fn run(
        &self,
        first: u64,
        count: usize,
        threads: usize,
        dropped: &mut [Option<String>],
        stop: &dyn Fn() -> ControlFlow<()>,
    ) -> Result<Ended, Error> {
        let mut plan = self.run_of(first, count)?;
        plan.simulation.threads = Some(threads);
        let mut run = plan.simulation.start()?;
        let watch = |_| -> Vec<Watched> {
            plan.recordings.iter().zip(&self.needs).map(|(recording, needs)| Watched::new(recording, *needs)).collect()
        };
        let mut watched: Vec<Vec<Watched>> = (0..count).map(watch).collect();
        let end: u64 = plan.steps.iter().sum();
        let most = ((LONGEST_PIECE / run.dt()) as u64).max(1);
        let (mut piece, mut stages) = (64, self.stages.iter().peekable());
        while run.step() < end {
            if stop().is_break() {
                return Ok(Ended::Stopped);
            }
            let next = stages.peek().map_or(end, |stage| stage.step.min(end));
            let before = Instant::now();
            let steps = piece.min(most).min(next - run.step());
            if let Err(error) = run.advance(steps) {
                return Ok(Ended::Failed(error));
            }
            for recording in 0..plan.recordings.len() {
                let samples = run.take(recording);
                if !samples.times.is_empty() {
                    for (trial, watched) in watched.iter_mut().enumerate() {
                        watched[recording].push(&samples, trial);
                    }
                }
            }
            piece = next_piece(piece, before.elapsed());
            while let Some(stage) = stages.next_if(|stage| stage.step == run.step()) {
                let score = &self.scores[stage.score];
                for (dropped, watched) in dropped.iter_mut().zip(&watched) {
                    let value = score.of_moments(&watched[score.recording]);
                    if dropped.is_none() && !stage.condition.is_met(value) {
                        let after = (stage.step - plan.steps[0]) as f64 * run.dt();
                        *dropped = Some(stage.condition.refusal(value, after));
                    }
                }
                if dropped.iter().all(Option::is_some) {
                    let results =
                        dropped.iter_mut().map(|reason| self.without_result(reason.take().unwrap_or_default()));
                    return Ok(Ended::Whole(results.collect()));
                }
            }
        }
        let results = watched.iter().zip(dropped).map(|(watched, dropped)| match dropped.take() {
            Some(reason) => self.without_result(reason),
            None => self.result(watched),
        });
        Ok(Ended::Whole(results.collect()))
    }

    /// Scores of a run that came to its end, and what is kept of it.
    fn result(&self, watched: &[Watched]) -> PointResult {
        let mut result = PointResult::default();
        for score in &self.scores {
            match score.of_run(&watched[score.recording]) {
                Ok(value) => result.scores.push(value),
                Err(why) => {
                    result.scores.push(f64::NAN);
                    if result.reason.is_empty() {
                        result.reason = format!("score `{}`: {why}", score.name);
                    }
                }
            }
        }
        for (recording, watched) in self.base.recordings.iter().zip(watched) {
            if self.is_kept(recording) {
                let mut values = watched.values(0);
                values.resize(recording.nodes * recording.samples, f64::NAN);
                result.series.push(values);
            }
            if recording.is_bold && self.keeps(Keep::FunctionalConnectivity) {
                result.connectivity = match watched.connectivity() {
                    Ok(matrix) => matrix.into_values(),
                    Err(why) => {
                        if result.reason.is_empty() {
                            result.reason = format!("functional connectivity: {why}");
                        }
                        vec![f64::NAN; recording.nodes * recording.nodes]
                    }
                };
            }
        }
        result
    }

    /// NaN throughout, and why.
    fn without_result(&self, reason: String) -> PointResult {
        let nothing = |count: usize| vec![f64::NAN; count];
        let kept = self.base.recordings.iter().filter(|recording| self.is_kept(recording));
        let bold = self.base.recordings.iter().find(|recording| recording.is_bold);
        let bold = bold.filter(|_| self.keeps(Keep::FunctionalConnectivity));
        PointResult {
            scores: nothing(self.scores.len()),
            reason,
            series: kept.map(|recording| nothing(recording.nodes * recording.samples)).collect(),
            connectivity: nothing(bold.map_or(0, |bold| bold.nodes * bold.nodes)),
        }
    }
}

/// How a run ended.
enum Ended {
    Whole(Vec<PointResult>),
    Stopped,
    Failed(RunError),
}

impl Condition {
    fn is_met(&self, value: f64) -> bool {
        // Not a number is neither above nor below.
        self.above.is_none_or(|above| value > above) && self.below.is_none_or(|below| value < below) && !value.is_nan()
    }

    /// `score rate = 0.02 after 3 s, expected above 0.1`.
    fn refusal(&self, value: f64, after: f64) -> String {
        let bounds =
            [self.above.map(|above| format!("above {above}")), self.below.map(|below| format!("below {below}"))];
        let bounds: Vec<String> = bounds.into_iter().flatten().collect();
        let after = crate::Milliseconds(after);
        format!("given up after {after}: score `{}` = {}, expected {}", self.score, Brief(value), bounds.join(" and "))
    }
}
