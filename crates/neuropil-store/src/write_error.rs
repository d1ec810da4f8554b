//! Why a store cannot be continued.

use thiserror::Error;

use crate::folder::FileError;

/// Why something cannot be added to a store.
#[derive(Debug, Error)]
pub enum WriteError {
    /// A name that is not allowed.
    #[error("`name`: found `{found}`, expected letters, digits, `_`, `-` and `.` after a letter or `_`")]
    Name {
        /// What was given.
        found: String,
    },
    /// A name that is taken (capitals do not count, as on some disks).
    #[error("`name`: found `{found}`, which the store has already, expected a new name")]
    NameTaken {
        /// What was given.
        found: String,
    },
    /// Dimensions that cannot be: of length zero, twice the same, or growing but not last.
    #[error("`{array}`: {found}")]
    Dimensions {
        /// The array.
        array: String,
        /// What is wrong.
        found: String,
    },
    /// A dimension that other arrays know with another length.
    #[error("`{array}`: found dimension `{dimension}` {found}, expected it {expected}")]
    Extent {
        /// The array or coordinate.
        array: String,
        /// The dimension.
        dimension: String,
        /// As declared before.
        expected: String,
        /// As given now.
        found: String,
    },
    /// Arrays and coordinates along growing dimensions are declared before the first sample.
    #[error("`{array}`: found samples along `{dimension}` already, expected an array that is added before them")]
    TooLate {
        /// The array or coordinate.
        array: String,
        /// The dimension.
        dimension: String,
    },
    /// No such array, or the wrong way to write it.
    #[error("`{array}`: found none of that name, expected an array {expected}")]
    Unknown {
        /// The array.
        array: String,
        /// How it would have been declared.
        expected: &'static str,
    },
    /// The wrong count of numbers.
    #[error("`{array}`: found {found} numbers, expected {expected}")]
    Length {
        /// The array or coordinate.
        array: String,
        /// How many.
        expected: String,
        /// Numbers given.
        found: usize,
    },
    /// A buffer does not fit the memory.
    #[error("`{array}`: found chunks of {numbers} numbers, expected some that fit the memory")]
    TooLarge {
        /// The array.
        array: String,
        /// Numbers of a chunk.
        numbers: String,
    },
    /// Arrays along one growing dimension end at different samples.
    #[error("`{array}`: found {found} samples along `{dimension}`, expected {expected} as others have")]
    UnequalEnds {
        /// The array.
        array: String,
        /// The dimension.
        dimension: String,
        /// Samples of the shortest array.
        expected: u64,
        /// Samples of this one.
        found: u64,
    },
    /// An earlier write failed, so samples are missing.
    #[error("`samples`: found some after a write that failed, expected no more")]
    Failed,
    /// Another process has made the store longer.
    #[error("`batch`: found a store that has become longer, expected the length with which it was opened")]
    Grown,
    /// An attribute that the store writes itself.
    #[error("`attributes`: found `{name}`, which the store writes itself, expected another name")]
    ReservedAttribute {
        /// Which.
        name: String,
    },
    /// Zarr refuses: our mistake, not the caller's.
    #[error("`{array}`: cannot be encoded: {reason}")]
    Internal {
        /// The array.
        array: String,
        /// What zarrs says.
        reason: String,
    },
    /// The system refuses.
    #[error(transparent)]
    File(#[from] FileError),
}

impl WriteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooLarge { .. } => Some("use a smaller chunk".into()),
            Self::UnequalEnds { .. } => {
                Some("append as many samples to each before closing, or close with `finish_partial`".into())
            }
            Self::Grown => Some("open the store again; batches that were written before stay".into()),
            Self::Failed => Some("close the store as partial; what was written before can be read".into()),
            Self::Internal { .. } => Some("this is a mistake in neuropil; please report it".into()),
            Self::Extent { .. } => Some("arrays whose samples differ in time need time dimensions of their own".into()),
            Self::File(error) => error.hint(),
            Self::Name { .. }
            | Self::NameTaken { .. }
            | Self::Dimensions { .. }
            | Self::TooLate { .. }
            | Self::Unknown { .. }
            | Self::Length { .. }
            | Self::ReservedAttribute { .. } => None,
        }
    }
}
