//! What can be wrong with a file.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Format, LARGEST};
use crate::connectome::ConnectomeError;

/// Why the content of a file could not be understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ParseError {
    /// The file ends too early.
    #[error("{what}: found {found}, expected {expected} bytes: the file is truncated or damaged")]
    Truncated {
        /// What was being read.
        what: String,
        /// Bytes it needs.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// The content breaks the format.
    #[error("{0}")]
    Malformed(String),
    /// The content is larger than a connectome can be.
    #[error("{what}: found a larger size, expected one that fits into {LARGEST} bytes")]
    TooLarge {
        /// What was being read.
        what: String,
    },
    /// The format is known and not read.
    #[error("{what} cannot be read")]
    Unsupported {
        /// What was found.
        what: String,
        /// What to do instead.
        hint: &'static str,
    },
}

impl ParseError {
    pub(super) fn too_large(what: impl Into<String>) -> Self {
        Self::TooLarge { what: what.into() }
    }

    pub(super) fn unsupported(what: impl Into<String>, hint: &'static str) -> Self {
        Self::Unsupported { what: what.into(), hint }
    }

    pub(super) fn truncated(what: impl Into<String>, expected: usize, found: usize) -> Self {
        Self::Truncated { what: what.into(), expected: expected as u64, found: found as u64 }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unsupported { hint, .. } => Some((*hint).to_owned()),
            Self::Truncated { .. } => Some("copy or download the file again".to_owned()),
            Self::Malformed(_) | Self::TooLarge { .. } => None,
        }
    }
}

/// Why a connectome or dataset could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file or folder cannot be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The content of the file could not be understood.
    #[error("{}: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ParseError,
    },
    /// The file lacks something.
    #[error("{}: found {}, expected {expected}", path.display(), list(found))]
    Missing {
        /// The file or folder.
        path: PathBuf,
        /// What was looked for.
        expected: String,
        /// What there is.
        found: Vec<String>,
    },
    /// The numbers make no connectome.
    #[error("{}: {source}", path.display())]
    Connectome {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ConnectomeError,
    },
    /// Files of one dataset do not fit together.
    #[error("{}: {what}", path.display())]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// What was found and what was expected.
        what: String,
    },
}

impl ReadError {
    pub(super) fn parse(path: &Path) -> impl Fn(ParseError) -> Self {
        move |source| Self::Parse { path: path.to_owned(), source }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Parse { source, .. } => source.hint(),
            Self::Connectome { source, .. } => source.hint(),
            Self::Missing { found, .. } if found.iter().any(|name| name == "subjects") => {
                Some("this folder is a dataset: read it as one".to_owned())
            }
            Self::Io { .. } | Self::Missing { .. } | Self::Mismatch { .. } => None,
        }
    }
}

/// The most names an error lists.
const LISTED: usize = 12;

fn list(names: &[String]) -> String {
    match names.len() {
        0 => "nothing".to_owned(),
        count if count > LISTED => format!("{} and {} more", names[..LISTED].join(", "), count - LISTED),
        _ => names.join(", "),
    }
}

/// Why a connectome could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The file or folder cannot be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder exists and is not replaced.
    #[error("{}: found a folder of this name, expected none", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
}

/// A name that is no format.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`format`: found {found:?}, expected {}", Format::ALL.map(Format::name).join(", "))]
pub struct UnknownFormat {
    /// The name given.
    pub found: String,
}
