//! SIMD loops and mathematics, counter-based random numbers, and the model interface of neuropil.
//!
//! This is the lowest crate: everything that runs inside a step of a simulation is here, and it is the only
//! crate with `unsafe` code. A model reaches the engine through [`Model`] alone.

#![allow(unsafe_code)]

mod model;
mod row;

pub use model::{
    Bounds, Coupling, CouplingKind, Delay, Initial, Input, Model, ModelInfo, Noise, Output, OutputSource, Parameter,
    Range, Source, State, StateKind, Tiles, Unit,
};
pub use row::{LANES, Row};
