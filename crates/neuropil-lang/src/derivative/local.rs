//! The slope of each operation with respect to each of its operands.

use super::DerivativeError;
use crate::graph::{Binary, Comparison, Graph, NodeId, Op, Unary};

/// What an operation does to a small change of one operand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slope {
    /// Passes it on.
    Same,
    /// Passes it on with the other sign.
    Opposite,
    /// Multiplies it.
    Times(NodeId),
    /// Divides it.
    Over(NodeId),
    /// Passes it on where the condition is as the flag says, stops it elsewhere.
    Where(NodeId, bool),
}

impl Slope {
    /// What becomes of `change`.
    pub(super) fn apply(self, graph: &mut Graph, change: NodeId) -> NodeId {
        match self {
            Self::Same => change,
            Self::Opposite => graph.unary(Unary::Neg, change),
            Self::Times(factor) => graph.mul(change, factor),
            Self::Over(divisor) => graph.div(change, divisor),
            Self::Where(condition, holds) => {
                let zero = graph.constant(0.0);
                if holds { graph.select(condition, change, zero) } else { graph.select(condition, zero, change) }
            }
        }
    }
}

/// The slopes of `node` with respect to those of its operands that are active.
pub(super) fn slopes(
    graph: &mut Graph,
    node: NodeId,
    active: impl Fn(NodeId) -> bool,
) -> Result<Vec<(NodeId, Slope)>, DerivativeError> {
    let mut slopes = Vec::with_capacity(3);
    match graph.op(node) {
        Op::Unary(function, a) => {
            if active(a)
                && let Some(slope) = unary(graph, node, function, a)
            {
                slopes.push((a, slope));
            }
        }
        Op::Binary(function, a, b) => {
            if active(a) {
                slopes.push((a, first(graph, function, a, b)));
            }
            if active(b) {
                slopes.push((b, second(graph, node, function, a, b)));
            }
        }
        Op::MulAdd(a, b, c) => {
            slopes.extend([(a, Slope::Times(b)), (b, Slope::Times(a)), (c, Slope::Same)]);
        }
        Op::Select(condition, a, b) => {
            slopes.extend([(a, Slope::Where(condition, true)), (b, Slope::Where(condition, false))]);
        }
        Op::Table { table, column, at } => {
            for (axis, &coordinate) in at.iter().enumerate() {
                if active(coordinate) {
                    let slope = graph.insert(Op::TableSlope { table, column, axis: axis as u32, at });
                    slopes.push((coordinate, Slope::Times(slope)));
                }
            }
        }
        Op::TableSlope { table, at, .. } if at.into_iter().any(&active) => {
            return Err(DerivativeError::SecondDerivativeOfTable { table });
        }
        _ => {}
    }
    slopes.retain(|&(operand, _)| active(operand));
    Ok(slopes)
}

fn unary(graph: &mut Graph, node: NodeId, function: Unary, a: NodeId) -> Option<Slope> {
    Some(match function {
        Unary::Neg => Slope::Opposite,
        Unary::Abs => {
            let zero = graph.constant(0.0);
            let negative = graph.insert(Op::Compare(Comparison::Less, a, zero));
            let (minus, plus) = (graph.constant(-1.0), graph.constant(1.0));
            Slope::Times(graph.select(negative, minus, plus))
        }
        Unary::Sqrt => {
            let two = graph.constant(2.0);
            Slope::Over(graph.mul(two, node))
        }
        Unary::Exp => Slope::Times(node),
        Unary::Ln => Slope::Over(a),
        Unary::Sin => Slope::Times(graph.unary(Unary::Cos, a)),
        Unary::Cos => {
            let sine = graph.unary(Unary::Sin, a);
            Slope::Times(graph.unary(Unary::Neg, sine))
        }
        Unary::Tanh => {
            // 1 - y^2 as a product: near saturation only the first factor is small, and it is exact.
            let one = graph.constant(1.0);
            let (below, above) = (graph.sub(one, node), graph.add(one, node));
            Slope::Times(graph.mul(below, above))
        }
        Unary::Exprel => Slope::Times(exprel(graph, a)),
        Unary::Bernoulli => {
            // 1/g has the slope -g'/g^2.
            let slope = exprel(graph, a);
            let square = graph.mul(node, node);
            let product = graph.mul(square, slope);
            Slope::Times(graph.unary(Unary::Neg, product))
        }
        Unary::Floor => return None,
    })
}

fn first(graph: &mut Graph, function: Binary, a: NodeId, b: NodeId) -> Slope {
    match function {
        Binary::Add | Binary::Sub => Slope::Same,
        Binary::Mul => Slope::Times(b),
        Binary::Div => Slope::Over(b),
        Binary::Min | Binary::Max => Slope::Where(returns_first(graph, function, a, b), true),
    }
}

fn second(graph: &mut Graph, node: NodeId, function: Binary, a: NodeId, b: NodeId) -> Slope {
    match function {
        Binary::Add => Slope::Same,
        Binary::Sub => Slope::Opposite,
        Binary::Mul => Slope::Times(a),
        Binary::Div => {
            let quotient = graph.div(node, b);
            Slope::Times(graph.unary(Unary::Neg, quotient))
        }
        Binary::Min | Binary::Max => Slope::Where(returns_first(graph, function, a, b), false),
    }
}

/// Whether `min` or `max` returns its first operand.
fn returns_first(graph: &mut Graph, function: Binary, a: NodeId, b: NodeId) -> NodeId {
    let (smaller, larger) = if function == Binary::Min { (a, b) } else { (b, a) };
    graph.insert(Op::Compare(Comparison::Less, smaller, larger))
}

/// The slope of `g(x) = (e^x - 1)/x`.
///
/// Away from 0, with `r = 1/x`: `g' = (e^x (1 - r) + r) r`. Near 0 this subtracts nearly equal numbers, and
/// `g' = sum over n of x^n / (n! (n + 2))` is used instead: the term after the last one is below half a unit in the
/// last place for |x| < 1/2. The unused form is computed at a harmless point, so that derivatives of
/// this derivative are finite too.
fn exprel(graph: &mut Graph, x: NodeId) -> NodeId {
    const TERMS: i32 = 15;
    let (half, one) = (graph.constant(0.5), graph.constant(1.0));
    let size = graph.unary(Unary::Abs, x);
    let near = graph.insert(Op::Compare(Comparison::Less, size, half));

    let zero = graph.constant(0.0);
    let x_near = graph.select(near, x, zero);
    let coefficient = |n: i32| {
        let factorial: f64 = (1..=n).map(f64::from).product();
        1.0 / (factorial * f64::from(n + 2))
    };
    let mut series = graph.constant(coefficient(TERMS - 1));
    for n in (0..TERMS - 1).rev() {
        let next = graph.constant(coefficient(n));
        series = graph.mul_add(series, x_near, next);
    }

    let x_far = graph.select(near, one, x);
    let r = graph.div(one, x_far);
    let power = graph.unary(Unary::Exp, x_far);
    let rest = graph.sub(one, r);
    let sum = graph.mul_add(power, rest, r);
    let closed = graph.mul(sum, r);

    graph.select(near, series, closed)
}
