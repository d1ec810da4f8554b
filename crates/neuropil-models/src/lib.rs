//! The catalogue of neuropil: model files, their generated kernels, and the ALN transfer table.
//!
//! A model is one text file in the folder `catalogue`, in the equation language. `cargo xtask generate` writes its
//! kernel and the list of all models from the files of that folder, so a new model is a new file and nothing else.

mod catalogue;
mod error;
#[rustfmt::skip]
#[allow(unreachable_pub)]
mod generated;
mod tables;

pub use catalogue::{CatalogueEntry, catalogue, entry, model};
pub use error::CatalogueError;
pub use tables::built_in_tables;

mod transfer;
pub use transfer::{
    TransferAxis, TransferError, TransferFormatError, TransferGrid, TransferNeuron, TransferPoint, TransferTable,
};
