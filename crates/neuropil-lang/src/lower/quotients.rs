//! Fewer divisions, each of which takes as long as several products, where nothing else uses what is merged:
//! `a / exprel(x)` becomes `a bernoulli(x)`, and `a / b + c / d` becomes `(a d + c b) / (b d)`.
//!
//! The latter only where both denominators come from sums and products of what a step reads. One with an `exp`, say,
//! may overflow where its quotient is a good 0; the merged one would not be a number.

use super::{Invariance, Steps};
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::rewrite::{Copier, ids};

pub(super) fn merge(steps: &Steps) -> Steps {
    let from = &steps.graph;
    let (uses, polynomial) = (steps.uses(), polynomial(from));
    let mut invariance = Invariance::default();
    let mut quotient = |node: NodeId| match from.op(node) {
        Op::Binary(Binary::Div, a, b)
            if uses[node.0 as usize] == 1 && polynomial[b.0 as usize] && !invariance.of(from, node) =>
        {
            Some((a, b))
        }
        _ => None,
    };
    let mut graph = Graph::default();
    let mut copier = Copier::new(from);
    let mut copy = |root| {
        copier.copy_with(&mut graph, root, |graph, image, op| {
            if let Op::Binary(sum @ (Binary::Add | Binary::Sub), x, y) = op
                && let (Some((a, b)), Some((c, d))) = (quotient(x), quotient(y))
            {
                let [a, b, c, d] = [a, b, c, d].map(image);
                let (first, second, product) = (graph.mul(a, d), graph.mul(c, b), graph.mul(b, d));
                let numerator = graph.binary(sum, first, second);
                return graph.div(numerator, product);
            }
            if let Op::Binary(Binary::Div, a, b) = op
                && let Op::Unary(Unary::Exprel, x) = from.op(b)
                && uses[b.0 as usize] == 1
            {
                let (a, x) = (image(a), image(x));
                let factor = graph.unary(Unary::Bernoulli, x);
                return graph.mul(a, factor);
            }
            graph.make(op.map_operands(image))
        })
    };
    let mut result = steps.map(Graph::default(), &mut copy);
    result.graph = graph;
    result
}

/// For each node whether it is made of leaves, and of what stays the same in a run, by sums and products alone.
fn polynomial(graph: &Graph) -> Vec<bool> {
    let mut polynomial: Vec<bool> = Vec::with_capacity(graph.nodes().len());
    let mut invariance = Invariance::default();
    for id in ids(graph) {
        let op = graph.op(id);
        let grows = matches!(
            op,
            Op::Unary(Unary::Neg, _) | Op::Binary(Binary::Add | Binary::Sub | Binary::Mul, ..) | Op::MulAdd(..)
        );
        let made = op.operands().next().is_none() || grows;
        let made = made && op.operands().all(|operand| polynomial[operand.0 as usize]);
        polynomial.push(made || invariance.of(graph, id));
    }
    polynomial
}
