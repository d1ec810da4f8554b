//! What can go wrong with an experiment.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use neuropil_analysis::{AccumulatorError, ComparisonError, SeriesError};
use neuropil_data::ReadError;
use neuropil_lang::nearest;
use neuropil_lang::{Diagnostics, ProgramError};
use neuropil_models::CatalogueError;
use neuropil_sim::{NetworkError, RunError, SimulationError};
use neuropil_store::{BatchError, CreateError, ReadError as StoreReadError, WriteError};
use thiserror::Error;

/// Why an experiment cannot be run, or ended early.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A specification is no TOML or JSON, or has an unknown field or a value of another kind.
    #[error("{place}: {message}")]
    Syntax {
        /// File, line and column.
        place: String,
        /// What is wrong.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A field of a specification has a value that it cannot have.
    #[error("`{field}`: found {found}, expected {expected}")]
    Specification {
        /// The field.
        field: String,
        /// What it is.
        found: String,
        /// What it may be.
        expected: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A model file is no model.
    #[error("{}: found {} in the model file:\n\n{diagnostics}", path.display(), count(diagnostics))]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        diagnostics: Diagnostics,
    },
    /// A model file cannot be made to run.
    #[error("{}: {source}", path.display())]
    Program {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ProgramError,
    },
    /// No such model in the catalogue.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A connectome or dataset cannot be read.
    #[error("`{argument}`: {source}")]
    Data {
        /// Which part of the specification names it.
        argument: &'static str,
        /// What is wrong with it.
        source: ReadError,
    },
    /// The network or simulation is not possible.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The run left the finite numbers.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The store of the results cannot be begun.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The store of the results cannot be continued.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store of a study cannot be begun or continued.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The store of a study cannot be read.
    #[error(transparent)]
    Read(#[from] StoreReadError),
    /// What a program does itself failed: its runs or its scores.
    #[error("{0}")]
    Callback(Box<dyn std::error::Error + Send + Sync>),
    /// Functional connectivity cannot be computed.
    #[error("functional connectivity: {0}")]
    Connectivity(#[from] AccumulatorError),
    /// A recording is not finite.
    #[error("recording: {0}")]
    Series(#[from] SeriesError),
    /// Functional connectivity cannot be compared with data.
    #[error("fit: {0}")]
    Fit(#[from] ComparisonError),
}

impl From<NetworkError> for Error {
    fn from(error: NetworkError) -> Self {
        Self::Simulation(error.into())
    }
}

impl Error {
    /// A field with a value that it cannot have.
    pub(crate) fn specification(field: impl Display, found: impl Display, expected: impl Display) -> Self {
        let [field, found, expected] = [field.to_string(), found.to_string(), expected.to_string()];
        Self::Specification { field, found, expected, hint: None }
    }

    /// With advice, for [`Self::specification`].
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        if let Self::Specification { hint, .. } = &mut self {
            *hint = Some(advice.into());
        }
        self
    }

    /// With the advice of another error, if it has any.
    pub(crate) fn advise_as(self, advice: Option<String>) -> Self {
        match advice {
            Some(advice) => self.advise(advice),
            None => self,
        }
    }

    /// The same about a field, where it is about an argument called like the last part of the field's path.
    pub(crate) fn of_field(self, field: &str) -> Self {
        let message = self.to_string();
        let argument = field.rsplit('.').next().unwrap_or(field);
        let own = message.split_once(": found ").filter(|(named, _)| named.trim_matches('`') == argument);
        let Some((found, expected)) = own.and_then(|(_, rest)| rest.split_once(", expected ")) else { return self };
        Self::specification(field, found, expected).advise_as(self.hint())
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Syntax { hint, .. } | Self::Specification { hint, .. } => hint.clone(),
            Self::Catalogue(error) => error.hint(),
            Self::File { path, source } | Self::Data { source: ReadError::Io { path, source }, .. } => {
                missing(path, source)
            }
            Self::Data { source, .. } => source.hint(),
            Self::Simulation(error) => error.hint(),
            Self::Run(error) => Some(error.hint()),
            Self::Create(error) => error.hint(),
            Self::Write(error) => error.hint(),
            Self::Batch(error) => error.hint(),
            Self::Read(error) => error.hint(),
            Self::Connectivity(error) => error.hint(),
            Self::Series(error) => error.hint(),
            Self::Fit(error) => error.hint(),
            Self::Model { .. } | Self::Program { .. } | Self::Callback(_) => None,
        }
    }

    /// Whether the cause lies in what was asked for, a place for results that takes no more included; otherwise a run
    /// that was possible failed.
    pub fn is_input(&self) -> bool {
        !matches!(self, Self::Run(_) | Self::Callback(_) | Self::Connectivity(_) | Self::Series(_) | Self::Fit(_))
    }
}

/// What to do about a file that is not there.
fn missing(path: &Path, source: &io::Error) -> Option<String> {
    if source.kind() != io::ErrorKind::NotFound {
        return None;
    }
    match nearest(&path.to_string_lossy(), ["example"]) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None => Some("check the spelling of the path".into()),
    }
}

/// `1 error`, `3 errors`.
fn count(diagnostics: &Diagnostics) -> String {
    match diagnostics.iter().count() {
        1 => "1 error".into(),
        many => format!("{many} errors"),
    }
}
