//! Why a store cannot be begun.

use std::path::PathBuf;

use thiserror::Error;

use crate::folder::FileError;

/// Why a store cannot be begun.
#[derive(Debug, Error)]
pub enum CreateError {
    /// There is a store already.
    #[error("`path`: found a store at `{}`, expected a free path", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// There is something that is no store of ours; it is never removed.
    #[error("`path`: found {found} at `{}`, expected a free path or a neuropil store", path.display())]
    NotAStore {
        /// Where.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// An attribute that the store writes itself.
    #[error("`attributes`: found `{name}`, which the store writes itself, expected another name")]
    ReservedAttribute {
        /// Which.
        name: String,
    },
    /// The system refuses.
    #[error(transparent)]
    File(#[from] FileError),
}

impl CreateError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists { .. } => Some("allow it to be overwritten, or choose another path".into()),
            Self::NotAStore { .. } => Some("choose another path; only stores of neuropil are ever removed".into()),
            Self::ReservedAttribute { .. } => Some("give it another name".into()),
            Self::File(error) => error.hint(),
        }
    }
}
