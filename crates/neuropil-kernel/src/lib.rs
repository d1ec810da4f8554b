//! SIMD loops and mathematics, counter-based random numbers, and the model interface of neuropil.
//!
//! This is the lowest crate: everything that runs inside a step of a simulation is here, and it is the only
//! crate with `unsafe` code. A model reaches the engine through [`Model`] alone.

#![allow(unsafe_code)]
// Instructions beyond the baseline can be used only in what is inlined into `dispatch`.
#![allow(clippy::inline_always)]
// `from_bits(self, ..)`: the receiver is a token.
#![allow(clippy::wrong_self_convention)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::float_cmp))]

mod arithmetic;
mod brief;
mod coupling;
mod dispatch;
pub mod drive;
mod finite;
pub mod math;
mod model;
mod random;
mod row;
mod simd;
mod table;

pub use arithmetic::{Arithmetic, Scalar};
pub use brief::Brief;
pub use coupling::{Block, DenseWeights, Edges, HISTORY_PADDING, ScatteredEdges, column};
pub use dispatch::{Operation, SimdLevel, dispatch, dispatch_at, simd_name};
pub use drive::TileKernel;
pub use finite::all_finite;
pub use model::{
    Bounds, Coupling, CouplingKind, Delay, Initial, Input, Model, ModelInfo, Noise, Output, OutputSource, Parameter,
    Range, Source, State, StateKind, Tiles, Unit,
};
pub use random::{Purpose, Stream};
pub use row::{LANES, Row, Rows};
#[cfg(target_arch = "x86_64")]
pub use simd::{Avx2, Avx512};
pub use simd::{Portable, Simd};
pub use table::{Axis, Located, Table, TableError};
