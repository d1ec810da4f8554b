//! Why a store cannot be read.

use std::path::PathBuf;

use thiserror::Error;

use crate::folder::FileError;

/// Why a store cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// No store of ours at the path.
    #[error("`path`: found {found} at `{}`, expected a neuropil store", path.display())]
    NotAStore {
        /// Where.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// Written by a later version of neuropil.
    #[error("`path`: found layout {found} at `{}`, expected a store of layout 1", path.display())]
    Version {
        /// Where.
        path: PathBuf,
        /// Layout of the store.
        found: u64,
    },
    /// No array of that name.
    #[error("`name`: found `{found}`, expected one of {expected}")]
    Unknown {
        /// What was asked for.
        found: String,
        /// What there is.
        expected: String,
    },
    /// Labels where numbers were asked for.
    #[error("`{array}`: found labels, expected numbers")]
    NotNumbers {
        /// The array.
        array: String,
    },
    /// The description of an array is damaged.
    #[error("`{array}`: found metadata that cannot be used ({reason}), expected those of a Zarr array")]
    Metadata {
        /// The array.
        array: String,
        /// What is wrong.
        reason: String,
    },
    /// A chunk is missing.
    #[error("`{array}`: found no file, expected chunk `{chunk}`")]
    MissingChunk {
        /// The array.
        array: String,
        /// File of the chunk, relative to the array.
        chunk: String,
    },
    /// A chunk is damaged.
    #[error("`{array}`: chunk `{chunk}` is damaged: {reason}")]
    DamagedChunk {
        /// The array.
        array: String,
        /// File of the chunk, relative to the array.
        chunk: String,
        /// What is wrong.
        reason: String,
    },
    /// The array does not fit the memory.
    #[error("`{array}`: found {shape} numbers, expected some that fit the memory")]
    TooLarge {
        /// The array.
        array: String,
        /// Its lengths.
        shape: String,
    },
    /// The system refuses.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Version { .. } => Some("use a newer neuropil".into()),
            Self::NotNumbers { .. } => Some("read it as a coordinate".into()),
            Self::MissingChunk { .. } | Self::DamagedChunk { .. } => {
                Some("restore the file from a copy, or run the experiment again".into())
            }
            Self::File(error) => error.hint(),
            Self::NotAStore { .. } | Self::Unknown { .. } | Self::Metadata { .. } | Self::TooLarge { .. } => None,
        }
    }
}
