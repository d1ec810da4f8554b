//! How a population of spiking neurons answers its input: the transfer table of the adaptive linear-nonlinear cascade.
//!
//! For every mean and standard deviation of the input the table holds the steady rate, the mean membrane potential
//! and the time constant with which the rate follows the mean. They are computed here from the neuron's parameters, by
//! threshold integration ([`steady`], [`response`]; Richardson 2007, doi:10.1103/PhysRevE.76.021919) and a fit of an
//! exponential filter ([`fit`]; Augustin et al. 2017, doi:10.1371/journal.pcbi.1005545). The table of the default
//! neuron is built in, in a compact form ([`asset`], [`packing`]).

mod asset;
mod bits;
mod complex;
mod error;
mod fit;
mod grid;
mod neuron;
mod packing;
mod response;
mod spectrum;
mod steady;
mod table;

pub use asset::TransferFormatError;
pub use error::TransferError;
pub use grid::{TransferAxis, TransferGrid};
pub use neuron::TransferNeuron;
pub use table::{TransferPoint, TransferTable};
