//! What can go wrong with a built-in model.

use neuropil_kernel::TableError;
use neuropil_lang::{Diagnostics, ProgramError};

use crate::TransferFormatError;

/// Why there is no such model, or why it cannot run.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// No model has this name.
    #[error("model: found `{name}`, expected the name of a model of the catalogue")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The name that may have been meant.
        nearest: Option<String>,
    },
    /// A model file is wrong.
    #[error("a model file of the catalogue is wrong:\n{0}")]
    Text(Diagnostics),
    /// A model cannot be made from its file, kernel and tables.
    #[error("model `{model}`: {error}")]
    Program {
        /// Name of the model.
        model: &'static str,
        /// Why not.
        #[source]
        error: ProgramError,
    },
    /// A model declares a table whose numbers are not built in.
    #[error("table `{table}`: expected `{}`, the only table that is built in", crate::tables::TRANSFER)]
    UnknownTable {
        /// Name of the table.
        table: String,
    },
    /// A model declares a column that a built-in table has not.
    #[error("table `{table}`: found a column `{column}`, expected some of {expected}")]
    UnknownColumn {
        /// Name of the table.
        table: String,
        /// Name of the column.
        column: String,
        /// Names of all its columns.
        expected: String,
    },
    /// The built-in numbers of a table cannot be read.
    #[error("table `{table}`: {error}")]
    TableFormat {
        /// Name of the table.
        table: String,
        /// Why not.
        #[source]
        error: TransferFormatError,
    },
    /// The built-in numbers do not make a table.
    #[error("table `{table}`: {error}")]
    Table {
        /// Name of the table.
        table: String,
        /// Why not.
        #[source]
        error: TableError,
    },
}

impl CatalogueError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest: Some(name), .. } => Some(format!("did you mean `{name}`?")),
            Self::Unknown { .. } => {
                let names: Vec<&str> = crate::catalogue().iter().map(crate::CatalogueEntry::name).collect();
                Some(format!("the catalogue has {}", names.join(", ")))
            }
            _ => None,
        }
    }
}
