//! Derivatives, taken on the graph: forward ([`jvp`]), reverse ([`vjp`]) and small dense Jacobians ([`jacobian`]).
//!
//! Results are new nodes of the same graph; what they share with the expressions or with each other is made once.
//! Variables are leaves (states, input rows, parameters, ...); each is independent of all others. Forward and reverse
//! mode apply the same local rules (Griewank and Walther 2008, Evaluating Derivatives,
//! doi:10.1137/1.9780898717761).
//!
//! Where an operation has a kink, the slope on one side is taken:
//!
//! | operation | slope |
//! | --- | --- |
//! | `a if c else b` | of the branch that is taken; nothing for a change of `c` |
//! | `min(a, b)`, `max(a, b)` | of the operand that is returned: `b` where they are equal |
//! | `abs(x)` | 1 at 0 |
//! | `floor(x)` | 0 |
//! | `clip` as a bound | of x within the bounds and on them, 0 outside |
//! | a table | of the interpolant, above the point at grid lines; 0 outside the table |
//!
//! The branch that is not taken never contributes, even where its own slope is infinite or NaN.

mod forward;
mod local;
mod reverse;

pub use forward::jvp;
pub use reverse::vjp;

use crate::graph::{Graph, NodeId, Op};
use crate::rewrite::ids;

/// Why there is no derivative.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerivativeError {
    /// The slope of a table was differentiated.
    #[error("table {table}: expected at most a first derivative, found a second one")]
    SecondDerivativeOfTable {
        /// Index of the table.
        table: u32,
    },
    /// A variable that is not a leaf.
    #[error("node {node}: expected a variable (a state, input row, parameter, ...), found an expression")]
    NotAVariable {
        /// The node.
        node: u32,
    },
    /// A condition was differentiated.
    #[error("node {node}: expected a number, found a condition")]
    Condition {
        /// The node.
        node: u32,
    },
}

/// The matrix of slopes `d outputs[i] / d variables[j]`, as nodes `[i][j]`.
///
/// Takes forward or reverse mode, whichever needs fewer sweeps over the graph.
///
/// # Errors
///
/// Where a variable is no leaf, an output is a condition, or a table would be differentiated twice.
pub fn jacobian(
    graph: &mut Graph,
    outputs: &[NodeId],
    variables: &[NodeId],
) -> Result<Vec<Vec<NodeId>>, DerivativeError> {
    let one = graph.constant(1.0);
    if outputs.len() < variables.len() {
        return outputs
            .iter()
            .map(|&output| vjp(graph, &[(output, one)], variables))
            .collect();
    }
    let mut columns = Vec::with_capacity(variables.len());
    for &variable in variables {
        columns.push(jvp(graph, outputs, &[(variable, one)])?);
    }
    Ok((0..outputs.len())
        .map(|row| columns.iter().map(|column| column[row]).collect())
        .collect())
}

fn check(
    graph: &Graph,
    outputs: impl IntoIterator<Item = NodeId>,
    variables: impl IntoIterator<Item = NodeId>,
) -> Result<(), DerivativeError> {
    for output in outputs {
        if graph.op(output).is_condition() {
            return Err(DerivativeError::Condition { node: output.0 });
        }
    }
    for variable in variables {
        if !graph.op(variable).is_leaf() {
            return Err(DerivativeError::NotAVariable { node: variable.0 });
        }
    }
    Ok(())
}

/// For each node whether it changes with one of the variables.
fn active(graph: &Graph, variables: impl IntoIterator<Item = NodeId>) -> Vec<bool> {
    let mut active = vec![false; graph.nodes().len()];
    for variable in variables {
        active[variable.0 as usize] = true;
    }
    for id in ids(graph) {
        let op = graph.op(id);
        let operands = op.operands().any(|operand| active[operand.0 as usize]);
        let flat = op.is_condition() || matches!(op, Op::Unary(crate::graph::Unary::Floor, _));
        active[id.0 as usize] |= operands && !flat;
    }
    active
}
