//! The equation language of neuropil: parse, check, differentiate, interpret, generate.

// Front end: text to program, and to documentation.
mod diagnostic;
mod lexer;
mod nearest;
mod parser;
mod syntax;
mod token;
mod unit;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use nearest::nearest;

mod graph;
mod program;

pub use graph::{Binary, Comparison, Graph, NodeId, Op, Unary};
pub use program::{Diffusion, Program, TableInfo};
