//! The equation language of neuropil: parse, check, differentiate, interpret, generate.

mod graph;
mod program;

pub use graph::{Binary, Comparison, Graph, NodeId, Op, Unary};
pub use program::{Diffusion, Program, TableInfo};

// Back ends: program to numbers, and to Rust source.
mod derivative;
mod describe;
mod generate;
mod generated;
mod lower;
mod prologue;
mod rewrite;
mod scalar;
mod schedule;
mod tile;
mod validate;

pub use derivative::{DerivativeError, jacobian, jvp, vjp};
pub use generate::{GeneratedKernel, rust as generate_rust};
pub use generated::GeneratedModel;
pub use lower::{Kernel, Steps};
pub use scalar::{EvaluateError, Leaves, evaluate};
pub use tile::InterpretedModel;
pub use validate::ProgramError;
