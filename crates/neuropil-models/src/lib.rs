//! The catalogue of neuropil: model files, their generated kernels, and the ALN transfer table.

mod transfer;
pub use transfer::{
    TransferAxis, TransferError, TransferFormatError, TransferGrid, TransferNeuron, TransferPoint, TransferTable,
};
