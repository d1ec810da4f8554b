//! `a * b + c` becomes one operation with one rounding, where nothing else uses the product.

use super::{Invariance, Steps};
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::rewrite::{Copier, negated, negated_product};

pub(super) fn fuse(steps: &Steps) -> Steps {
    let from = &steps.graph;
    let mut fused = Fuse { from, uses: steps.uses(), old: Invariance::default(), new: Invariance::default() };
    let mut graph = Graph::default();
    let mut copier = Copier::new(from);
    let mut copy = |root| copier.copy_with(&mut graph, root, |graph, image, op| fused.operation(graph, image, op));
    let mut result = steps.map(Graph::default(), &mut copy);
    result.graph = graph;
    result
}

struct Fuse<'a> {
    from: &'a Graph,
    uses: Vec<usize>,
    old: Invariance,
    new: Invariance,
}

impl Fuse<'_> {
    fn operation(&mut self, graph: &mut Graph, image: &dyn Fn(NodeId) -> NodeId, op: Op) -> NodeId {
        match op {
            // The later product of two: the other one can be computed meanwhile.
            Op::Binary(Binary::Add, a, b) => {
                if let Some((x, y)) = self.product(b) {
                    return self.mul_add(graph, image(x), image(y), image(a));
                }
                if let Some((x, y)) = self.product(a) {
                    return self.mul_add(graph, image(x), image(y), image(b));
                }
            }
            Op::Binary(Binary::Sub, a, b) => {
                if let Some((x, y)) = self.product(b) {
                    let (x, y) = self.opposite(graph, image(x), image(y));
                    return self.mul_add(graph, x, y, image(a));
                }
                if let Some((x, y)) = self.product(a) {
                    let minus = graph.unary(Unary::Neg, image(b));
                    return self.mul_add(graph, image(x), image(y), minus);
                }
            }
            Op::MulAdd(a, b, c) => return self.mul_add(graph, image(a), image(b), image(c)),
            _ => {}
        }
        graph.make(op.map_operands(image))
    }

    /// The factors of a product that has one use and must be computed in each step.
    fn product(&mut self, node: NodeId) -> Option<(NodeId, NodeId)> {
        match self.from.op(node) {
            Op::Binary(Binary::Mul, a, b) if self.uses[node.0 as usize] == 1 && !self.old.of(self.from, node) => {
                Some((a, b))
            }
            _ => None,
        }
    }

    /// Factors of the product with the other sign.
    fn opposite(&mut self, graph: &mut Graph, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
        if let Some(factors) = negated_product(graph, a, b) {
            factors
        } else if self.new.of(graph, b) {
            (a, graph.unary(Unary::Neg, b))
        } else {
            (graph.unary(Unary::Neg, a), b)
        }
    }

    fn mul_add(&mut self, graph: &mut Graph, a: NodeId, b: NodeId, c: NodeId) -> NodeId {
        for (factor, other) in [(a, b), (b, a)] {
            if let Some(inner) = negated(graph, factor)
                && !self.new.of(graph, inner)
                && self.new.of(graph, other)
            {
                let opposite = graph.unary(Unary::Neg, other);
                return graph.mul_add(inner, opposite, c);
            }
        }
        graph.mul_add(a, b, c)
    }
}
