//! What an expression is worth while it is lowered: a condition, or a number that is linear in white noise.

use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::unit::Dimension;

/// A dimension, or none for the number `0`, which fits everything.
pub(super) type Fit = Option<Dimension>;

/// The worth of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(Number),
    Condition(NodeId),
}

/// `drift + sum of amplitude * noise`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    /// The value where all noise is zero; none where that is zero by the form of the expression, so that
    /// `sigma * xi` leaves no `sigma * 0` behind.
    pub(super) drift: Option<NodeId>,
    /// Noise channels and their amplitudes, sorted by channel.
    pub(super) noise: Vec<(usize, NodeId)>,
    pub(super) dimension: Fit,
}

impl Number {
    /// A number without noise.
    pub(super) fn plain(node: NodeId, dimension: Fit) -> Self {
        Self { drift: Some(node), noise: vec![], dimension }
    }

    /// The node of a number without noise.
    pub(super) fn as_plain(&self) -> Option<NodeId> {
        self.drift.filter(|_| self.noise.is_empty())
    }

    /// The value where all noise is zero.
    pub(super) fn drift_or_zero(&self, graph: &mut Graph) -> NodeId {
        self.drift.unwrap_or_else(|| graph.constant(0.0))
    }

    pub(super) fn negate(&self, graph: &mut Graph) -> Self {
        self.map(self.dimension, |node| graph.unary(Unary::Neg, node))
    }

    /// The same function of drift and amplitudes, which must be linear.
    fn map(&self, dimension: Fit, mut linear: impl FnMut(NodeId) -> NodeId) -> Self {
        Self {
            drift: self.drift.map(&mut linear),
            noise: self.noise.iter().map(|&(channel, node)| (channel, linear(node))).collect(),
            dimension,
        }
    }

    /// This times a number without noise; `is_left` says on which side this stands.
    pub(super) fn times(&self, graph: &mut Graph, factor: NodeId, is_left: bool, dimension: Fit) -> Self {
        self.map(dimension, |node| if is_left { graph.mul(node, factor) } else { graph.mul(factor, node) })
    }

    pub(super) fn over(&self, graph: &mut Graph, divisor: NodeId, dimension: Fit) -> Self {
        self.map(dimension, |node| graph.div(node, divisor))
    }

    /// The sum, or the difference if `operation` says so.
    pub(super) fn combine(&self, graph: &mut Graph, operation: Binary, other: &Self, dimension: Fit) -> Self {
        let alone = |graph: &mut Graph, node| {
            if operation == Binary::Sub { graph.unary(Unary::Neg, node) } else { node }
        };
        self.merge(other, dimension, |a, b| match (a, b) {
            (Some(a), Some(b)) => Some(graph.binary(operation, a, b)),
            (a, None) => a,
            (None, Some(b)) => Some(alone(graph, b)),
        })
    }

    /// This where the condition holds, else the other.
    pub(super) fn select(&self, graph: &mut Graph, condition: NodeId, other: &Self, dimension: Fit) -> Self {
        self.merge(other, dimension, |a, b| {
            if a.is_none() && b.is_none() {
                return None;
            }
            let zero = graph.constant(0.0);
            Some(graph.select(condition, a.unwrap_or(zero), b.unwrap_or(zero)))
        })
    }

    /// Combines drift with drift, and amplitude with amplitude of the same channel.
    fn merge(
        &self,
        other: &Self,
        dimension: Fit,
        mut combine: impl FnMut(Option<NodeId>, Option<NodeId>) -> Option<NodeId>,
    ) -> Self {
        let drift = combine(self.drift, other.drift);
        let mut noise = Vec::with_capacity(self.noise.len() + other.noise.len());
        let (mut left, mut right) = (self.noise.iter().peekable(), other.noise.iter().peekable());
        loop {
            let channel = match (left.peek(), right.peek()) {
                (Some((a, _)), Some((b, _))) => *a.min(b),
                (Some((a, _)), None) => *a,
                (None, Some((b, _))) => *b,
                (None, None) => break,
            };
            let a = left.next_if(|(a, _)| *a == channel).map(|(_, node)| *node);
            let b = right.next_if(|(b, _)| *b == channel).map(|(_, node)| *node);
            noise.extend(combine(a, b).map(|node| (channel, node)));
        }
        Self { drift, noise, dimension }
    }
}

/// The dimension that fits both, if there is one.
pub(super) fn unify(a: Fit, b: Fit) -> Option<Fit> {
    match (a, b) {
        (Some(a), Some(b)) => (a == b).then_some(Some(a)),
        (dimension, None) | (None, dimension) => Some(dimension),
    }
}

/// How a dimension is told in messages.
pub(super) fn told(dimension: Fit) -> String {
    dimension.unwrap_or(Dimension::NONE).to_string()
}

/// The nodes that an operation reads.
pub(super) fn operands(op: Op) -> impl Iterator<Item = NodeId> {
    let three = match op {
        Op::Unary(_, a) | Op::Not(a) => [Some(a), None, None],
        Op::Binary(_, a, b) | Op::Compare(_, a, b) | Op::And(a, b) | Op::Or(a, b) => [Some(a), Some(b), None],
        Op::MulAdd(a, b, c) | Op::Select(a, b, c) => [Some(a), Some(b), Some(c)],
        Op::Table { at, .. } | Op::TableSlope { at, .. } => [Some(at[0]), Some(at[1]), None],
        _ => [None; 3],
    };
    three.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_collected_by_channel() {
        let mut graph = Graph::default();
        let (x, y) = (graph.insert(Op::State(0)), graph.insert(Op::State(1)));
        let noisy = |channel, node| Number { drift: None, noise: vec![(channel, node)], dimension: None };
        let sum = Number::plain(x, None)
            .combine(&mut graph, Binary::Add, &noisy(1, x), None)
            .combine(&mut graph, Binary::Sub, &noisy(0, y), None)
            .combine(&mut graph, Binary::Add, &noisy(1, y), None);
        let (minus_y, both) = (graph.unary(Unary::Neg, y), graph.add(x, y));
        assert_eq!(sum.drift, Some(x));
        assert_eq!(sum.noise, [(0, minus_y), (1, both)]);
    }

    #[test]
    fn pure_noise_has_no_drift_after_products_and_choices() {
        let mut graph = Graph::default();
        let (x, y) = (graph.insert(Op::State(0)), graph.insert(Op::State(1)));
        let noise = Number { drift: None, noise: vec![(0, x)], dimension: None };
        let scaled = noise.times(&mut graph, y, true, None).over(&mut graph, x, None).negate(&mut graph);
        assert_eq!(scaled.drift, None);
        let chosen = noise.select(&mut graph, y, &Number::plain(x, None), None);
        assert!(matches!(chosen.drift.map(|node| graph.op(node)), Some(Op::Select(..))));
        assert_eq!(chosen.noise.len(), 1);
    }

    #[test]
    fn zero_fits_everything() {
        assert_eq!(unify(None, Some(Dimension::TIME)), Some(Some(Dimension::TIME)));
        assert_eq!(unify(Some(Dimension::LENGTH), Some(Dimension::TIME)), None);
        assert_eq!(unify(None, None), Some(None));
    }
}
