//! The equation language of neuropil: parse, check, differentiate, interpret, generate.

mod graph;
mod program;

pub use graph::{Binary, Comparison, Graph, NodeId, Op, Unary};
pub use program::{Diffusion, Program, TableInfo};
