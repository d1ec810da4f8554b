//! Errors of searches.

use std::fmt::Display;

use neuropil_kernel::Brief;
use thiserror::Error;

/// Individuals of a population, at most.
pub(crate) const LARGEST_POPULATION: usize = 1 << 20;

/// Why a search cannot be made, or cannot go on.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SearchError {
    /// A setting out of range.
    #[error("`{argument}`: found {found}, expected {expected}")]
    Setting {
        /// Which argument.
        argument: &'static str,
        /// What it may be.
        expected: String,
        /// Value given.
        found: String,
    },
    /// What no search can have saved.
    #[error("saved search: found {found}, expected {expected}")]
    Saved {
        /// What a saved search has.
        expected: String,
        /// What is there.
        found: String,
    },
    /// An algorithm made candidates that do not lie in the space.
    #[error("algorithm: found coordinates {found:?}, expected {dimensions} between 0 and 1 for each candidate")]
    Offspring {
        /// Number of axes.
        dimensions: usize,
        /// The coordinates.
        found: Vec<f64>,
    },
}

impl SearchError {
    /// An error about a setting, for operators and algorithms.
    pub fn setting(argument: &'static str, found: impl Display, expected: impl Display) -> Self {
        Self::Setting { argument, found: found.to_string(), expected: expected.to_string() }
    }

    pub(crate) fn saved(found: impl Display, expected: impl Display) -> Self {
        Self::Saved { found: found.to_string(), expected: expected.to_string() }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Setting { .. } => None,
            Self::Saved { .. } => Some("the file was cut off, edited, or belongs to another algorithm".into()),
            Self::Offspring { .. } => Some("a mutation or algorithm of your own must stay within the unit cube".into()),
        }
    }
}

/// `Ok` when a number lies in a range.
pub(crate) fn check_within(argument: &'static str, found: f64, lower: f64, upper: f64) -> Result<(), SearchError> {
    if lower <= found && found <= upper {
        return Ok(());
    }
    let expected = if upper == f64::INFINITY {
        format!("a number of at least {}", Brief(lower))
    } else {
        format!("a number between {} and {}", Brief(lower), Brief(upper))
    };
    Err(SearchError::setting(argument, Brief(found), expected))
}

/// `Ok` when a number of individuals is possible.
pub(crate) fn check_size(argument: &'static str, found: usize, least: usize) -> Result<(), SearchError> {
    if (least..=LARGEST_POPULATION).contains(&found) {
        return Ok(());
    }
    Err(SearchError::setting(argument, found, format!("a number from {least} to {LARGEST_POPULATION}")))
}

/// Why a search does not take a score.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TellError {
    /// A candidate that was never asked for.
    #[error("`id`: found {id}, expected a candidate that was asked for and waits for its scores")]
    Unknown {
        /// Id given.
        id: u64,
    },
    /// A candidate that has its scores already.
    #[error("`id`: found {id}, which has its scores, expected a candidate without")]
    Told {
        /// Id given.
        id: u64,
    },
    /// Too few or too many scores.
    #[error("`scores`: found {found}, expected {expected}, one for each objective")]
    Scores {
        /// Number of objectives.
        expected: usize,
        /// Number of scores given.
        found: usize,
    },
}

impl TellError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { .. } => Some("`pending` lists the candidates that wait".into()),
            Self::Told { .. } => Some("the first scores count; they were kept".into()),
            Self::Scores { .. } => {
                Some("tell an evaluation that failed with NaN for each score, or with `fail`".into())
            }
        }
    }
}
