//! Numbers that may differ among nodes and trials.

use crate::error::NetworkError;

/// A quantity of a population: one number, one per node, one per trial, or one per trial and node.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// The same number everywhere.
    Uniform(f64),
    /// One number per node.
    Nodes(Vec<f64>),
    /// One number per trial.
    Trials(Vec<f64>),
    /// For each trial, one number per node.
    TrialsNodes(Vec<Vec<f64>>),
}

impl Values {
    /// The number of a node in a trial (counted from the first of the batch).
    pub(crate) fn at(&self, trial: usize, node: usize) -> f64 {
        match self {
            Self::Uniform(value) => *value,
            Self::Nodes(values) => values[node],
            Self::Trials(values) => values[trial],
            Self::TrialsNodes(values) => values[trial][node],
        }
    }

    /// All numbers times `factor`.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        let scaled = |values: &Vec<f64>| values.iter().map(|value| value * factor).collect();
        match self {
            Self::Uniform(value) => Self::Uniform(value * factor),
            Self::Nodes(values) => Self::Nodes(scaled(values)),
            Self::Trials(values) => Self::Trials(scaled(values)),
            Self::TrialsNodes(values) => Self::TrialsNodes(values.iter().map(scaled).collect()),
        }
    }

    /// All numbers.
    pub(crate) fn all(&self) -> Box<dyn Iterator<Item = f64> + '_> {
        match self {
            Self::Uniform(value) => Box::new(std::iter::once(*value)),
            Self::Nodes(values) | Self::Trials(values) => Box::new(values.iter().copied()),
            Self::TrialsNodes(values) => Box::new(values.iter().flatten().copied()),
        }
    }

    /// Checks the number of values against nodes; trials are checked when a simulation starts.
    pub(crate) fn check_nodes(&self, name: &str, nodes: usize) -> Result<(), NetworkError> {
        let wrong = match self {
            Self::Nodes(values) if values.len() != nodes => Some(values.len()),
            Self::TrialsNodes(values) => values.iter().map(Vec::len).find(|&len| len != nodes),
            _ => None,
        };
        match wrong {
            Some(found) => Err(NetworkError::NodeCount { name: name.into(), found, expected: nodes }),
            None => Ok(()),
        }
    }

    /// Number of trials that the values are for, if they differ among trials.
    pub(crate) fn trials(&self) -> Option<usize> {
        match self {
            Self::Uniform(_) | Self::Nodes(_) => None,
            Self::Trials(values) => Some(values.len()),
            Self::TrialsNodes(values) => Some(values.len()),
        }
    }
}

impl From<f64> for Values {
    fn from(value: f64) -> Self {
        Self::Uniform(value)
    }
}

/// One number per node.
impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self::Nodes(values)
    }
}
