//! What a study runs.

use std::fmt::Debug;
use std::sync::Arc;

use neuropil_data::{Connectome, Matrix};
use neuropil_optimize::Value as Level;
use neuropil_sim::{Simulation, Values};
use serde_json::Value as Json;

use crate::error::Error;
use crate::experiment::StudySection;
use crate::plan::{MeasuredConnectivity, RecordingPlan};

/// The runs of a study: an experiment file, or what a program makes.
pub trait StudyRuns: Debug + Send + Sync {
    /// What may be varied under this name.
    ///
    /// # Errors
    /// If there is nothing of that name.
    fn parameter(&self, name: &str) -> Result<StudyParameter, Error>;

    /// One run for the points from number `first` on, as trials of these numbers. What is not in `values` is as
    /// always. All runs have the same recordings.
    ///
    /// # Errors
    /// If values do not fit.
    fn run(&self, first: u64, points: usize, values: &[(String, ParameterValues)]) -> Result<StudyRun, Error>;

    /// Names of the recordings that were asked for themselves, and not only for a score.
    fn asked(&self) -> &[String];

    /// Measured data, with which scores compare.
    fn measured(&self) -> Measured<'_>;

    /// All that results depend on, as far as it can be written, with this section.
    fn specification(&self, section: &StudySection) -> Json;

    /// A text that changes with what cannot be written: contents of files, arrays.
    fn fingerprint(&self) -> String;
}

/// What may be varied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyParameter {
    /// Unit of its values.
    pub unit: String,
    /// Meaning in a few words.
    pub meaning: String,
    /// What its values are.
    pub kind: ParameterKind,
    /// Nodes that may have values of their own; 0 where they cannot.
    pub nodes: usize,
    /// Its value where nothing is varied, if it is one value.
    pub present: Option<Level>,
}

/// What values are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterKind {
    /// Numbers, which may differ among the trials of a run.
    #[default]
    Number,
    /// Whole numbers from 0 on; all trials of a run have one.
    Seed,
    /// Positive numbers, or 0 for no delays; all trials of a run have one.
    Speed,
    /// Numbers or texts; all trials of a run have one.
    Field,
}

impl ParameterKind {
    /// Whether all trials of a run have one value.
    pub fn is_shared(self) -> bool {
        self != Self::Number
    }
}

/// The values of a parameter in a run.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValues {
    /// One for all trials.
    Shared(Level),
    /// One for each trial, or for each trial and node.
    Numbers(Values),
}

/// A run that can be started.
#[derive(Clone, Debug)]
pub struct StudyRun {
    /// Network, method, recordings.
    pub simulation: Simulation,
    /// What is known of each recording of the simulation, in its order.
    pub recordings: Vec<RecordingPlan>,
    /// Steps that are not recorded, and steps that are.
    pub steps: [u64; 2],
    /// The connectome, for the labels of regions.
    pub connectome: Option<Arc<Connectome>>,
}

/// Measured data of subjects.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured<'a> {
    /// Functional connectivity.
    pub connectivity: &'a [MeasuredConnectivity],
    /// BOLD, regions in rows.
    pub bold: &'a [Matrix],
}

/// What a program makes of a run, beside built-in scores.
pub trait ScoreFunction: Debug + Send + Sync {
    /// Names of its scores.
    fn names(&self) -> &[String];

    /// Names of the recordings that it looks at; all for nothing.
    fn recordings(&self) -> Option<&[String]>;

    /// The scores of a point; NaN where there is none. Where a stage looks at one, it is also called with what was
    /// recorded until then.
    ///
    /// # Errors
    /// When it fails, which ends the exploration.
    fn scores(&self, point: &ScoredRun<'_>) -> Result<Vec<f64>, Error>;
}

/// A run, or its beginning, as a score function sees it.
#[derive(Clone, Copy, Debug)]
pub struct ScoredRun<'a> {
    /// Number of the point.
    pub point: u64,
    /// Values of the axes.
    pub values: &'a [Level],
    /// Recordings it asked for.
    pub recordings: &'a [&'a RecordingPlan],
    /// Samples of each recording after the transient, `[node][time]`.
    pub series: &'a [Vec<f64>],
}
