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

impl PointResult {
    /// Adds a score, or the first reason why one is missing.
    fn add_score(&mut self, name: &str, score: Result<f64, String>) {
        if let (Err(why), true) = (&score, self.reason.is_empty()) {
            self.reason = format!("score `{name}`: {why}");
        }
        self.scores.push(score.unwrap_or(f64::NAN));
    }
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
        let (failed, mut error) = match self.run(first, points, threads, &mut dropped, stop)? {
            Ended::Whole(results) => return Ok(Some(results)),
            Ended::Stopped => return Ok(None),
            Ended::Failed(failed, error) => (failed.min(count - 1), error),
        };
        // With the same noise, runs count their trials from 0.
        error.trial = first + failed as u64;
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
                let failed = error.trial.saturating_sub(plan.simulation.trials.start) as usize;
                return Ok(Ended::Failed(failed, error));
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
                for (index, watched) in watched.iter().enumerate() {
                    if dropped[index].is_some() {
                        continue;
                    }
                    let score = self.score(stage.score, first + index as u64, &points[index], watched)?;
                    if !score.as_ref().is_ok_and(|&value| stage.condition.is_met(value)) {
                        let after = (stage.step - plan.steps[0]) as f64 * run.dt();
                        dropped[index] = Some(stage.condition.refusal(score, after));
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
            result.add_score(&score.name, score.of_run(&watched[score.recording]));
        }
        for function in &self.functions {
            let scores = self.call(&**function, point, values, watched)?;
            for (name, score) in function.names().iter().zip(scores) {
                result.add_score(name, finite(score));
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
        Ok(result)
    }

    /// One of all scores of a run so far, or why there is none.
    fn score(
        &self,
        score: usize,
        point: u64,
        values: &[Level],
        watched: &[Watched],
    ) -> Result<Result<f64, String>, Error> {
        if let Some(score) = self.scores.get(score) {
            return Ok(score.of_run(&watched[score.recording]));
        }
        let mut own = score - self.scores.len();
        for function in &self.functions {
            if own < function.names().len() {
                return Ok(finite(self.call(&**function, point, values, watched)?[own]));
            }
            own -= function.names().len();
        }
        Ok(Err("nothing gives it".into()))
    }

    /// The scores that a program computes.
    fn call(
        &self,
        function: &dyn ScoreFunction,
        point: u64,
        values: &[Level],
        watched: &[Watched],
    ) -> Result<Vec<f64>, Error> {
        let pairs = self.base.recordings.iter().zip(watched).filter(|(recording, _)| is_wanted(function, recording));
        let (recordings, series): (Vec<_>, Vec<_>) =
            pairs.map(|(recording, watched)| (recording, watched.values(0))).unzip();
        let scores = function.scores(&ScoredRun { point, values, recordings: &recordings, series: &series })?;
        if scores.len() == function.names().len() {
            return Ok(scores);
        }
        let expected = format!("{}, one for each of {}", function.names().len(), function.names().join(", "));
        Err(Error::specification("scores", format!("{} numbers", scores.len()), expected))
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
    /// The run of the point at this place.
    Failed(usize, RunError),
}

impl Condition {
    fn is_met(&self, value: f64) -> bool {
        self.above.is_none_or(|above| value > above) && self.below.is_none_or(|below| value < below)
    }

    /// `given up after 3 s: score `rate` = 0.02, expected above 0.1`.
    fn refusal(&self, score: Result<f64, String>, after: f64) -> String {
        let bounds =
            [self.above.map(|above| format!("above {above}")), self.below.map(|below| format!("below {below}"))];
        let bounds: Vec<String> = bounds.into_iter().flatten().collect();
        let found = match score {
            Ok(value) => format!(" = {}, expected {}", Brief(value), bounds.join(" and ")),
            Err(why) => format!(": {why}"),
        };
        format!("given up after {}: score `{}`{found}", crate::Milliseconds(after), self.score)
    }
}

/// A number, or why it is no score.
pub(super) fn finite(value: f64) -> Result<f64, String> {
    if value.is_finite() { Ok(value) } else { Err(format!("found {value}, expected a finite number")) }
}

/// Whether a function looks at a recording.
pub(super) fn is_wanted(function: &dyn ScoreFunction, recording: &RecordingPlan) -> bool {
    function.recordings().is_none_or(|names| names.contains(&recording.name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::Study;
    use crate::study::experiment_runs::ExperimentRuns;

    /// Two scores: one that is always there, and the number of samples that it was called with.
    #[derive(Debug)]
    struct Samples([String; 2]);

    impl ScoreFunction for Samples {
        fn names(&self) -> &[String] {
            &self.0
        }
        fn recordings(&self) -> Option<&[String]> {
            None
        }
        fn scores(&self, run: &ScoredRun<'_>) -> Result<Vec<f64>, Error> {
            Ok(vec![1.0, run.series[0].len() as f64])
        }
    }

    #[test]
    fn a_stage_looks_at_the_score_of_a_function_so_far() {
        let evaluate = |bounds: &str| {
            let study = Study::from_toml(&format!(
                "network = {{ model = \"hopf\" }}\nsimulation = {{ duration = 50, transient = 10 }}\n[study]\n\
                 axes = {{ a = {{ values = [1] }} }}\n\
                 stage = [{{ duration = 20, keep_if = {{ score = \"samples\", {bounds} }} }}]\n"
            ));
            let study = study.unwrap();
            let runs = ExperimentRuns::of(study.experiment(), &study.section, None).unwrap();
            let function = Arc::new(Samples(["one".into(), "samples".into()]));
            let plan = StudyPlan::new(study.section, Box::new(runs), vec![function], 0).unwrap();
            let job = StudyJob { first: 0, points: vec![plan.points().values(0)] };
            plan.evaluate(&job, 1, &|| ControlFlow::Continue(())).unwrap().unwrap().remove(0)
        };
        let kept = evaluate("above = 19.5, below = 20.5");
        assert_eq!((kept.scores, kept.reason.as_str()), (vec![1.0, 50.0], ""));
        let given_up = evaluate("above = 20.5");
        assert!(given_up.scores.iter().all(|score| score.is_nan()));
        assert_eq!(given_up.reason, "given up after 20 ms: score `samples` = 20, expected above 20.5");
    }
}
