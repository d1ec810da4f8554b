//! An experiment: one specification that says what is simulated, how, and what is kept.

mod mistake;
mod network;
mod read;
mod recording;
mod search;
mod simulation;
mod speed;
mod stimulus;
mod study;
mod value;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use mistake::{Mistake, from_value, shown};
pub use network::{Coupling, NetworkSection, PopulationSection, ProjectionSection, ResponseSection};
pub(crate) use read::is_example;
pub use recording::{BoldSection, RecordSection, Reduce};
pub use search::{AlgorithmSection, ObjectiveGoal, ObjectiveSection, SearchSection};
pub use simulation::SimulationSection;
pub use speed::Speed;
pub use stimulus::{NodeName, StimulusKind, StimulusSection};
pub use study::{
    Against, AxisScale, AxisSection, Condition, DesignName, Keep, ScoreKind, ScoreSection, StageSection, StudySection,
};
pub use value::Value;

use crate::milliseconds::Milliseconds;

/// What is simulated, how, and what is kept: all that a run needs, in TOML or JSON.
///
/// ```
/// let experiment = neuropil::Experiment::from_toml(
///     r#"
///     [network]
///     model = "hopf"
///     connectome = "example"
///     parameters = { K_gl = 0.4, sigma_ou = 0.01 }
///
///     [simulation]
///     duration = "1 s"
///     seed = 1
///     "#,
/// )?;
/// assert_eq!(experiment.build()?.simulation.network.populations()[0].nodes(), 80);
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Experiment {
    /// One line that says what this is, for the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One population coupled as its model says, or the connectome of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkSection>,
    /// Populations, where there are several.
    #[serde(rename = "population", skip_serializing_if = "Vec::is_empty")]
    pub populations: Vec<PopulationSection>,
    /// Projections between them.
    #[serde(rename = "projection", skip_serializing_if = "Vec::is_empty")]
    pub projections: Vec<ProjectionSection>,
    /// Durations, method, randomness.
    pub simulation: SimulationSection,
    /// Outputs that are kept. Default: the mean of the default output of each population.
    #[serde(rename = "record", skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<RecordSection>,
    /// The BOLD signal. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bold: Option<BoldSection>,
    /// Time courses on inputs.
    #[serde(rename = "stimulus", skip_serializing_if = "Vec::is_empty")]
    pub stimuli: Vec<StimulusSection>,
    /// What is varied, and what is asked of each run: the experiment is then a [`Study`](crate::Study).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study: Option<StudySection>,
}

impl Experiment {
    /// An experiment to start from: five minutes of rest of a whole brain, with BOLD.
    ///
    /// The model is `aln` on the example connectome, with the parameters of Cakan et al. (2021),
    /// doi:10.1007/s12559-021-09931-9, who fitted them to functional connectivity.
    pub fn example() -> Self {
        let parameters = [("mue_ext_mean", 1.57), ("mui_ext_mean", 1.6), ("sigma_ou", 0.09), ("b", 5.0)];
        Self {
            title: Some("A whole brain at rest".into()),
            network: Some(NetworkSection {
                model: Some("aln".into()),
                connectome: Some("example".into()),
                parameters: parameters.map(|(name, value)| (name.into(), value.into())).into(),
                ..NetworkSection::default()
            }),
            simulation: SimulationSection {
                duration: Milliseconds(300_000.0),
                seed: 1,
                ..SimulationSection::default()
            },
            bold: Some(BoldSection::default()),
            ..Self::default()
        }
    }

    /// The JSON schema of specifications, for editors that check TOML or JSON while it is written.
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }
}
