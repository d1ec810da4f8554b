//! Studies: an experiment at many points of a parameter space, with scores.

mod axis;
mod difference;
mod evaluate;
mod experiment_runs;
mod exploration;
mod explore;
mod fingerprint;
mod growth;
mod moments;
mod plan;
mod points;
mod results;
mod runs;
mod score;
mod search;
mod slice;
mod store;
mod table;
mod watch;

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::experiment::{Experiment, StudySection};

pub use axis::StudyAxis;
pub use evaluate::{PointResult, StudyJob};
pub use exploration::{Exploration, WholeBatch};
pub use explore::{StudyOutcome, StudyProgress};
pub use plan::StudyPlan;
pub use points::Points;
pub use results::{Best, BestPoint, StudyResults, StudyStatus, merge_studies};
pub use runs::{
    Measured, ParameterKind, ParameterValues, ScoreFunction, ScoredRun, StudyParameter, StudyRun, StudyRuns,
};
pub use search::SearchProgress;
pub use slice::Slice;
pub use store::STUDY_STORE;
pub use table::{StudyColumn, StudyConnectivity, StudyScore, StudyTable};

/// An experiment that is run at many points of a parameter space: a specification with a section `[study]`.
///
/// ```
/// use std::ops::ControlFlow;
/// use neuropil::{Slice, Study, StudyResults};
///
/// let study = Study::from_toml(
///     r#"
///     [network]
///     model = "hopf"
///
///     [simulation]
///     duration = "500 ms"
///
///     [study.axes]
///     a = { from = -1, to = 1, steps = 5 }
///
///     [study.scores]
///     amplitude = { kind = "amplitude", output = "x" }
///     "#,
/// )?;
/// let plan = study.build()?;
/// assert_eq!((plan.points().len(), plan.points().values(3)), (5, vec![0.5.into()]));
///
/// # let place = tempfile::tempdir()?;
/// # let folder = place.path().join("study");
/// let outcome = plan.explore(&folder, Slice::ALL, &mut |_| ControlFlow::Continue(()))?;
/// assert!(outcome.complete);
/// let best = StudyResults::open(&folder)?.best("amplitude", 1, None)?;
/// assert_eq!(best.points[0].values, [1.0.into()]); // the further beyond the bifurcation, the larger
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The specification, its section `[study]` included.
    experiment: Experiment,
    section: StudySection,
    /// Folder of its file, at which paths among the values of axes begin.
    folder: Option<PathBuf>,
}

impl Study {
    /// Reads a specification, as [`Experiment::read`].
    ///
    /// # Errors
    /// As there, or if it has no section `[study]`.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = path.as_ref().parent().map(Path::to_path_buf);
        Ok(Self { folder, ..Self::new(Experiment::read(&path)?)? })
    }

    /// A specification from TOML.
    ///
    /// # Errors
    /// If it is no TOML, has a field that specifications do not have, or no section `[study]`.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::new(Experiment::from_toml(text)?)
    }

    /// A specification from JSON.
    ///
    /// # Errors
    /// If it is no JSON, has a field that specifications do not have, or no section `[study]`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::new(Experiment::from_json(text)?)
    }

    /// A study of an experiment that has a section `[study]`.
    ///
    /// # Errors
    /// If it has none.
    pub fn new(experiment: Experiment) -> Result<Self, Error> {
        match experiment.study.clone() {
            Some(section) => Ok(Self { experiment, section, folder: None }),
            None => Err(Error::specification("study", "nothing", "a section `[study]` with axes and scores")
                .advise("`neuropil run` runs an experiment once")),
        }
    }

    /// The specification.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The same study on so many threads; all cores for `None`.
    #[must_use]
    pub fn with_threads(mut self, threads: Option<usize>) -> Self {
        self.experiment.simulation.threads = threads;
        self
    }

    /// Reads all that the specification names, and checks it.
    ///
    /// # Errors
    /// If a name is unknown, a file cannot be read, or values do not fit.
    pub fn build(&self) -> Result<StudyPlan, Error> {
        StudyPlan::of(self)
    }
}
