//! The equation language of neuropil: parse, check, differentiate, interpret, generate.

// Front end: text to program, and to documentation.
mod check;
mod compile;
mod diagnostic;
mod document;
mod lexer;
mod nearest;
mod parser;
mod syntax;
mod token;
mod unit;

pub use compile::{ModelText, compile};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use document::{equations_latex, equations_text, markdown};
pub use nearest::nearest;
pub use syntax::Tree;

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
pub use generate::{GeneratedKernel, rust as generate_rust, type_name};
pub use generated::GeneratedModel;
pub use lower::{Kernel, Steps};
pub use scalar::{EvaluateError, Leaves, evaluate};
pub use tile::InterpretedModel;
pub use validate::ProgramError;
