//! The scalar interpreter: one lane, one node of the graph after the other. It is slow, and it is the meaning of the
//! language.

use neuropil_kernel::{Arithmetic, Scalar, Table, math};

use crate::graph::{Binary, Comparison, Graph, NodeId, Op, Unary};
use crate::rewrite::{ids, live};

/// Values of the leaves of a graph, in internal units: entry i belongs to the leaf with index i. Lists that a graph
/// does not read may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leaves<'a> {
    /// Parameters.
    pub parameters: &'a [f64],
    /// Time step (ms).
    pub time_step: f64,
    /// States before the step.
    pub states: &'a [f64],
    /// Input rows: inputs, strengths, delayed outputs.
    pub feeds: &'a [f64],
    /// Wiener increments of the noise channels.
    pub wiener: &'a [f64],
    /// White noise, as written in the equations.
    pub white: &'a [f64],
    /// States after the step.
    pub next: &'a [f64],
    /// Hoisted numbers.
    pub hoisted: &'a [f64],
    /// Tables.
    pub tables: &'a [Table],
}

/// A leaf without a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{leaf} {index}: expected a value, found {count} values")]
pub struct EvaluateError {
    /// What the leaf is.
    pub leaf: &'static str,
    /// Its index.
    pub index: usize,
    /// How many values there are.
    pub count: usize,
}

/// The values of some nodes of a graph. Conditions count as 1 (holds) and 0.
///
/// # Errors
///
/// Where the graph reads a leaf that `leaves` has no value for.
///
/// # Panics
///
/// Where a root is not a node of this graph.
pub fn evaluate(graph: &Graph, roots: &[NodeId], leaves: &Leaves<'_>) -> Result<Vec<f64>, EvaluateError> {
    let live = live(graph, roots.iter().copied());
    let mut values = vec![0.0; graph.nodes().len()];
    for id in ids(graph).filter(|id| live[id.0 as usize]) {
        values[id.0 as usize] = operation(graph.op(id), &values, leaves)?;
    }
    Ok(roots.iter().map(|root| values[root.0 as usize]).collect())
}

fn operation(op: Op, values: &[f64], leaves: &Leaves<'_>) -> Result<f64, EvaluateError> {
    let s = Scalar;
    let value = |node: NodeId| values[node.0 as usize];
    let holds = |node: NodeId| value(node) != 0.0;
    let condition = |holds: bool| if holds { 1.0 } else { 0.0 };
    Ok(match op {
        Op::Constant(number) => number,
        Op::Parameter(i) => leaf("parameter", leaves.parameters, i)?,
        Op::TimeStep => leaves.time_step,
        Op::State(i) => leaf("state", leaves.states, i)?,
        Op::Feed(i) => leaf("input row", leaves.feeds, i)?,
        Op::Wiener(i) => leaf("wiener increment", leaves.wiener, i)?,
        Op::White(i) => leaf("white noise", leaves.white, i)?,
        Op::Next(i) => leaf("next state", leaves.next, i)?,
        Op::Hoisted(i) => leaf("hoisted number", leaves.hoisted, i)?,
        Op::Unary(function, a) => unary(function, value(a)),
        Op::Binary(function, a, b) => binary(function, value(a), value(b)),
        Op::MulAdd(a, b, c) => s.mul_add(value(a), value(b), value(c)),
        Op::Compare(comparison, a, b) => condition(compare(comparison, value(a), value(b))),
        Op::And(a, b) => condition(s.and(holds(a), holds(b))),
        Op::Or(a, b) => condition(s.or(holds(a), holds(b))),
        Op::Not(a) => condition(s.not(holds(a))),
        Op::Select(test, a, b) => s.select(holds(test), value(a), value(b)),
        Op::Table { table, column, at } => {
            let columns = table_at(leaves.tables, table)?.lookup_scalar(at.map(value));
            leaf("table column", &columns, column)?
        }
        Op::TableSlope { table, column, axis, at } => {
            let columns = table_at(leaves.tables, table)?.slope_scalar(axis as usize, at.map(value));
            leaf("table column", &columns, column)?
        }
    })
}

/// A function of one number.
pub(crate) fn unary(function: Unary, a: f64) -> f64 {
    let s = Scalar;
    match function {
        Unary::Neg => s.neg(a),
        Unary::Abs => s.abs(a),
        Unary::Sqrt => s.sqrt(a),
        Unary::Exp => math::exp(s, a),
        Unary::Ln => math::ln(s, a),
        Unary::Sin => math::sin(s, a),
        Unary::Cos => math::cos(s, a),
        Unary::Tanh => math::tanh(s, a),
        Unary::Exprel => math::exprel(s, a),
        Unary::Bernoulli => math::bernoulli(s, a),
        Unary::Floor => s.floor(a),
    }
}

fn binary(function: Binary, a: f64, b: f64) -> f64 {
    let s = Scalar;
    match function {
        Binary::Add => s.add(a, b),
        Binary::Sub => s.sub(a, b),
        Binary::Mul => s.mul(a, b),
        Binary::Div => s.div(a, b),
        Binary::Min => s.min(a, b),
        Binary::Max => s.max(a, b),
    }
}

fn compare(comparison: Comparison, a: f64, b: f64) -> bool {
    let s = Scalar;
    match comparison {
        Comparison::Less => s.less(a, b),
        Comparison::LessEqual => s.less_equal(a, b),
        Comparison::Equal => s.equal(a, b),
    }
}

fn leaf(leaf: &'static str, values: &[f64], index: u32) -> Result<f64, EvaluateError> {
    let index = index as usize;
    values.get(index).copied().ok_or(EvaluateError { leaf, index, count: values.len() })
}

fn table_at(tables: &[Table], index: u32) -> Result<&Table, EvaluateError> {
    let index = index as usize;
    tables.get(index).ok_or(EvaluateError { leaf: "table", index, count: tables.len() })
}
