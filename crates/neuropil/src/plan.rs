//! An experiment that is checked and ready to run.

use std::sync::Arc;

use neuropil_analysis::SquareMatrix;
use neuropil_data::Connectome;
use neuropil_sim::Simulation;

use crate::experiment::Experiment;

/// What an experiment becomes: a simulation, and the names of what it gives.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The specification.
    pub experiment: Experiment,
    /// Network, method, recordings.
    pub simulation: Simulation,
    /// What is known of each recording of the simulation, in its order.
    pub recordings: Vec<RecordingPlan>,
    /// Steps that are not recorded, and steps that are.
    pub steps: [u64; 2],
    /// The connectome, with zeros on its diagonal.
    pub connectome: Option<Arc<Connectome>>,
    /// Functional connectivity of the dataset's subjects.
    pub measured: Vec<MeasuredConnectivity>,
}

/// Names, unit and times of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordingPlan {
    /// Name in the results: the output, with its population before it where there are several.
    pub name: String,
    /// Name of the population.
    pub population: String,
    /// Number of nodes.
    pub nodes: usize,
    /// Whether the nodes are the regions of the connectome.
    pub regions: bool,
    /// Unit.
    pub unit: String,
    /// What it is, in a few words.
    pub meaning: String,
    /// Whether it is the BOLD signal.
    pub is_bold: bool,
    /// Samples of the transient.
    pub skipped: usize,
    /// Time of the first sample after the transient (ms).
    pub first: f64,
    /// Time between samples (ms).
    pub every: f64,
    /// Samples after the transient.
    pub samples: usize,
}

/// Functional connectivity of a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredConnectivity {
    /// Name of the subject.
    pub subject: String,
    /// Pearson's correlation of BOLD, region by region.
    pub connectivity: SquareMatrix,
}

impl Plan {
    /// Time that is recorded (ms).
    pub fn duration(&self) -> f64 {
        self.steps[1] as f64 * self.simulation.dt
    }

    /// Name of the dimension of a recording's nodes: `node` where they are the regions of the connectome, or there is
    /// one population only.
    pub(crate) fn node_dimension(&self, recording: &RecordingPlan) -> String {
        node_dimension(&self.simulation, recording)
    }
}

/// Name of the dimension of a recording's nodes.
pub(crate) fn node_dimension(simulation: &Simulation, recording: &RecordingPlan) -> String {
    if recording.regions || simulation.network.populations().len() == 1 {
        "node".into()
    } else {
        format!("node_{}", recording.population)
    }
}
