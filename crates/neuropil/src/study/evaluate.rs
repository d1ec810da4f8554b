//! Running some points side by side, and what comes of each.

use std::ops::ControlFlow;
use std::time::Instant;

use neuropil_kernel::Brief;
use neuropil_optimize::Value as Level;
use neuropil_sim::RunError;
use serde::{Deserialize, Serialize};

use super::plan::StudyPlan;
use super::runs::{ScoreFunction, ScoredRun};
use super::watch::Watched;
use crate::error::Error;
use crate::execute::next_piece;
use crate::experiment::{Condition, Keep};
use crate::plan::RecordingPlan;

/// Simulated time of a piece (ms), at most, so that its samples do not fill the memory of a fast machine.
const LONGEST_PIECE: f64 = 10_000.0;

/// What comes of a point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointResult {
    /// A number for each score; NaN where there is none.
    pub scores: Vec<f64>,
    /// Why there is none; empty where there is.
    pub reason: String,
    /// Samples of each recording that is kept, `[node][time]`.
    pub series: Vec<Vec<f64>>,
    /// Functional connectivity, where it is kept.
    pub connectivity: Vec<f64>,
}

/// Points that are evaluated together, of which the results do not depend on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudyJob {
    /// Number of the first point; the others follow.
    pub first: u64,
    /// The values of each point, one for each axis.
    pub points: Vec<Vec<Level>>,
}

impl StudyPlan {
    /// Runs the points of a job on this many threads; nothing when it was stopped.
    ///
    /// # Errors
    /// If a simulation is not possible, or a score function fails. A run that leaves the finite numbers is no error:
    /// its scores are NaN, and the result says why.
    pub fn evaluate(
        &self,
        job: &StudyJob,
        threads: usize,
        stop: &dyn Fn() -> ControlFlow<()>,
    ) -> Result<Option<Vec<PointResult>>, Error> {
        let mut results = Vec::with_capacity(job.points.len());
        let lanes = self.lanes(job.points.len() as u64, 1);
        while results.len() < job.points.len() {
            let rest = &job.points[results.len()..];
            let points = &rest[..self.together(rest, lanes)];
            match self.evaluate_run(job.first + results.len() as u64, points, threads, stop)? {
                Some(some) => results.extend(some),
                None => return Ok(None),
            }
        }
        Ok(Some(results))
    }

    /// Runs points that share what a run shares, side by side. A run that leaves the finite numbers ends that of its own
    /// point; the others are begun again without it.
    fn evaluate_run(
        &self,
        first: u64,
        points: &[Vec<Level>],
        threads: usize,
        stop: &dyn Fn() -> ControlFlow<()>,
    ) -> Result<Option<Vec<PointResult>>, Error> {
        let count = points.len();
        if count == 0 {
            return Ok(Some(Vec::new()));
        }
        let mut dropped = vec![None; count];
        let error = match self.run(first, points, threads, &mut dropped, stop)? {
            Ended::Whole(results) => return Ok(Some(results)),
            Ended::Stopped => return Ok(None),
            Ended::Failed(error) => error,
        };
        let failed = (error.trial.saturating_sub(first) as usize).min(count - 1);
        let reason = dropped[failed].take().unwrap_or_else(|| error.to_string());
        let before = self.evaluate_run(first, &points[..failed], threads, stop)?;
        let after = self.evaluate_run(first + failed as u64 + 1, &points[failed + 1..], threads, stop)?;
        let (Some(mut results), Some(after)) = (before, after) else { return Ok(None) };
        results.push(self.without_result(reason));
        results.extend(after);
        Ok(Some(results))
    }

    fn run(
        &self,
        first: u64,
        points: &[Vec<Level>],
        threads: usize,
        dropped: &mut [Option<String>],
        stop: &dyn Fn() -> ControlFlow<()>,
    ) -> Result<Ended, Error> {
        let count = points.len();
        let mut plan = self.run_of(first, points)?;
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
        let mut results = Vec::with_capacity(count);
        for (index, (watched, dropped)) in watched.iter().zip(dropped).enumerate() {
            results.push(match dropped.take() {
                Some(reason) => self.without_result(reason),
                None => self.result(first + index as u64, &points[index], watched)?,
            });
        }
        Ok(Ended::Whole(results))
    }

    /// Scores of a run that came to its end, and what is kept of it.
    fn result(&self, point: u64, values: &[Level], watched: &[Watched]) -> Result<PointResult, Error> {
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
        for function in &self.functions {
            self.call(&**function, point, values, watched, &mut result)?;
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
        Ok(result)
    }

    /// Adds the scores that a program computes.
    fn call(
        &self,
        function: &dyn ScoreFunction,
        point: u64,
        values: &[Level],
        watched: &[Watched],
        result: &mut PointResult,
    ) -> Result<(), Error> {
        let is_wanted =
            |recording: &RecordingPlan| function.recordings().is_none_or(|names| names.contains(&recording.name));
        let pairs = self.base.recordings.iter().zip(watched).filter(|(recording, _)| is_wanted(recording));
        let (recordings, series): (Vec<_>, Vec<_>) =
            pairs.map(|(recording, watched)| (recording, watched.values(0))).unzip();
        let run = ScoredRun { point, values, recordings: &recordings, series: &series };
        let scores = function.scores(&run)?;
        for (name, score) in function.names().iter().zip(&scores) {
            if !score.is_finite() && result.reason.is_empty() {
                result.reason = format!("score `{name}`: found {score}, expected a finite number");
            }
            result.scores.push(if score.is_finite() { *score } else { f64::NAN });
        }
        Ok(())
    }

    /// NaN throughout, and why.
    pub(super) fn without_result(&self, reason: String) -> PointResult {
        let nothing = |count: usize| vec![f64::NAN; count];
        let kept = self.base.recordings.iter().filter(|recording| self.is_kept(recording));
        let bold = self.base.recordings.iter().find(|recording| recording.is_bold);
        let bold = bold.filter(|_| self.keeps(Keep::FunctionalConnectivity));
        PointResult {
            scores: nothing(self.score_names().len()),
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
