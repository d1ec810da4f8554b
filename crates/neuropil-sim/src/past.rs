//! What an output was before the start of a run.

use crate::error::NetworkError;

/// Values of an output before the start, one for each step: the last one is a step before the start, and what lies
/// before the first one is the first one. A course may be empty: then the past is what the output is at the start.
#[derive(Clone, Debug, PartialEq)]
pub enum Past {
    /// For each node, its course.
    Nodes(Vec<Vec<f64>>),
    /// For each trial and node, its course.
    TrialsNodes(Vec<Vec<Vec<f64>>>),
}

impl Past {
    /// The course of a node in a trial (counted from the first of the batch).
    pub(crate) fn course(&self, trial: usize, node: usize) -> &[f64] {
        match self {
            Self::Nodes(nodes) => &nodes[node],
            Self::TrialsNodes(trials) => &trials[trial][node],
        }
    }

    /// All numbers times `factor`.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        let scaled = |mut nodes: Vec<Vec<f64>>| {
            nodes.iter_mut().flatten().for_each(|value| *value *= factor);
            nodes
        };
        match self {
            Self::Nodes(nodes) => Self::Nodes(scaled(nodes)),
            Self::TrialsNodes(trials) => Self::TrialsNodes(trials.into_iter().map(scaled).collect()),
        }
    }

    /// Checks the number of nodes, and that all values are numbers; trials are checked when a simulation starts.
    pub(crate) fn check(&self, name: &str, nodes: usize) -> Result<(), NetworkError> {
        let trials = match self {
            Self::Nodes(nodes) => std::slice::from_ref(nodes),
            Self::TrialsNodes(trials) => &trials[..],
        };
        for trial in trials {
            if trial.len() != nodes {
                return Err(NetworkError::NodeCount { name: name.into(), found: trial.len(), expected: nodes });
            }
            if let Some(&found) = trial.iter().flatten().find(|value| !value.is_finite()) {
                return Err(NetworkError::NotFinite { name: name.into(), found });
            }
        }
        Ok(())
    }

    /// Number of trials that the courses are for, if they differ among trials.
    pub(crate) fn trials(&self) -> Option<usize> {
        match self {
            Self::Nodes(_) => None,
            Self::TrialsNodes(trials) => Some(trials.len()),
        }
    }
}

/// One course per node.
impl From<Vec<Vec<f64>>> for Past {
    fn from(courses: Vec<Vec<f64>>) -> Self {
        Self::Nodes(courses)
    }
}

/// One course per trial and node.
impl From<Vec<Vec<Vec<f64>>>> for Past {
    fn from(courses: Vec<Vec<Vec<f64>>>) -> Self {
        Self::TrialsNodes(courses)
    }
}
