//! Divisions by numbers that stay the same in a run become products; signs move to where they cost nothing.

use super::{Invariance, Steps};
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::rewrite::{Copier, negated};

pub(super) fn simplify(steps: &Steps) -> Steps {
    let mut graph = Graph::default();
    let mut copier = Copier::new(&steps.graph);
    let mut invariance = Invariance::default();
    let mut copy = |root| {
        copier.copy_with(&mut graph, root, |graph, image, op| {
            let op = op.map_operands(image);
            operation(graph, &mut invariance, op)
        })
    };
    let mut result = steps.map(Graph::default(), &mut copy);
    result.graph = graph;
    result
}

fn operation(graph: &mut Graph, invariance: &mut Invariance, op: Op) -> NodeId {
    match op {
        Op::Binary(Binary::Div, a, b) => divide(graph, invariance, a, b),
        Op::Binary(Binary::Mul, a, b) => multiply(graph, invariance, a, b),
        Op::Binary(Binary::Add, a, b) => match (negated(graph, a), negated(graph, b)) {
            (_, Some(b)) => graph.sub(a, b),
            (Some(a), None) => graph.sub(b, a),
            (None, None) => graph.add(a, b),
        },
        Op::Binary(Binary::Sub, a, b) => match negated(graph, b) {
            Some(b) => graph.add(a, b),
            None => graph.sub(a, b),
        },
        Op::Select(condition, a, b) => match graph.op(condition) {
            Op::Not(inner) => graph.select(inner, b, a),
            _ => graph.select(condition, a, b),
        },
        other => graph.make(other),
    }
}

fn divide(graph: &mut Graph, invariance: &mut Invariance, a: NodeId, b: NodeId) -> NodeId {
    if !invariance.of(graph, b) || invariance.of(graph, a) {
        return graph.div(a, b);
    }
    // The reciprocal of a subnormal number would overflow, that of a huge one lose digits.
    if graph.as_constant(b).is_some_and(|value| !value.recip().is_normal()) {
        return graph.div(a, b);
    }
    let one = graph.constant(1.0);
    let reciprocal = graph.div(one, b);
    multiply(graph, invariance, a, reciprocal)
}

/// `-x * k` is `x * -k`, where k stays the same in a run.
fn multiply(graph: &mut Graph, invariance: &mut Invariance, a: NodeId, b: NodeId) -> NodeId {
    for (factor, other) in [(a, b), (b, a)] {
        if let Some(inner) = negated(graph, factor)
            && !invariance.of(graph, inner)
            && invariance.of(graph, other)
        {
            let opposite = graph.unary(Unary::Neg, other);
            return graph.mul(inner, opposite);
        }
    }
    graph.mul(a, b)
}
