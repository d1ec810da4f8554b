//! Walking a graph, and copying expressions from one graph into another.

use crate::graph::{Graph, NodeId, Op, Unary};

impl Op {
    /// The nodes that this operation reads, in order.
    pub fn operands(self) -> impl Iterator<Item = NodeId> {
        let none = [None; 3];
        match self {
            Self::Constant(_)
            | Self::Parameter(_)
            | Self::TimeStep
            | Self::State(_)
            | Self::Feed(_)
            | Self::Wiener(_)
            | Self::White(_)
            | Self::Next(_)
            | Self::Hoisted(_) => none,
            Self::Unary(_, a) | Self::Not(a) => [Some(a), None, None],
            Self::Binary(_, a, b) | Self::Compare(_, a, b) | Self::And(a, b) | Self::Or(a, b) => {
                [Some(a), Some(b), None]
            }
            Self::MulAdd(a, b, c) | Self::Select(a, b, c) => [Some(a), Some(b), Some(c)],
            Self::Table { at, .. } | Self::TableSlope { at, .. } => [Some(at[0]), Some(at[1]), None],
        }
        .into_iter()
        .flatten()
    }

    /// The same operation on other nodes.
    #[must_use]
    pub fn map_operands(self, mut map: impl FnMut(NodeId) -> NodeId) -> Self {
        match self {
            Self::Constant(_)
            | Self::Parameter(_)
            | Self::TimeStep
            | Self::State(_)
            | Self::Feed(_)
            | Self::Wiener(_)
            | Self::White(_)
            | Self::Next(_)
            | Self::Hoisted(_) => self,
            Self::Unary(function, a) => Self::Unary(function, map(a)),
            Self::Not(a) => Self::Not(map(a)),
            Self::Binary(function, a, b) => Self::Binary(function, map(a), map(b)),
            Self::Compare(comparison, a, b) => Self::Compare(comparison, map(a), map(b)),
            Self::And(a, b) => Self::And(map(a), map(b)),
            Self::Or(a, b) => Self::Or(map(a), map(b)),
            Self::MulAdd(a, b, c) => Self::MulAdd(map(a), map(b), map(c)),
            Self::Select(a, b, c) => Self::Select(map(a), map(b), map(c)),
            Self::Table { table, column, at } => Self::Table {
                table,
                column,
                at: at.map(map),
            },
            Self::TableSlope {
                table,
                column,
                axis,
                at,
            } => Self::TableSlope {
                table,
                column,
                axis,
                at: at.map(map),
            },
        }
    }

    /// Whether the result is a condition rather than a number.
    pub fn is_condition(self) -> bool {
        matches!(self, Self::Compare(..) | Self::And(..) | Self::Or(..) | Self::Not(_))
    }

    /// Whether this reads something from outside the graph: not a number, and without operands.
    pub fn is_leaf(self) -> bool {
        !matches!(self, Self::Constant(_)) && self.operands().next().is_none()
    }
}

impl Graph {
    /// The node of this operation, with the folding of the methods that make nodes.
    pub(crate) fn make(&mut self, op: Op) -> NodeId {
        match op {
            Op::Unary(function, a) => self.unary(function, a),
            Op::Binary(function, a, b) => self.binary(function, a, b),
            Op::MulAdd(a, b, c) => self.mul_add(a, b, c),
            Op::Select(condition, a, b) => self.select(condition, a, b),
            other => self.insert(other),
        }
    }

    /// `a * b + c`, rounded once.
    pub fn mul_add(&mut self, a: NodeId, b: NodeId, c: NodeId) -> NodeId {
        let one = |node| self.as_constant(node) == Some(1.0);
        if one(a) {
            return self.add(b, c);
        }
        if one(b) {
            return self.add(a, c);
        }
        match (self.as_constant(a), self.as_constant(b), self.as_constant(c)) {
            (Some(a), Some(b), Some(c)) => self.constant(a.mul_add(b, c)),
            (_, _, Some(0.0)) => self.mul(a, b),
            _ => {
                let (a, b) = if b < a { (b, a) } else { (a, b) };
                self.insert(Op::MulAdd(a, b, c))
            }
        }
    }

    /// The distinct leaves that these expressions read, in order of their nodes.
    pub fn leaves(&self, roots: &[NodeId]) -> Vec<NodeId> {
        let live = live(self, roots.iter().copied());
        ids(self)
            .filter(|&id| live[id.0 as usize] && self.op(id).is_leaf())
            .collect()
    }
}

/// All nodes of a graph, operands first.
pub(crate) fn ids(graph: &Graph) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
    (0..graph.nodes().len()).map(|index| NodeId(index as u32))
}

/// For each node whether some root depends on it.
pub(crate) fn live(graph: &Graph, roots: impl IntoIterator<Item = NodeId>) -> Vec<bool> {
    let mut live = vec![false; graph.nodes().len()];
    for root in roots {
        live[root.0 as usize] = true;
    }
    for id in ids(graph).rev() {
        if live[id.0 as usize] {
            for operand in graph.op(id).operands() {
                live[operand.0 as usize] = true;
            }
        }
    }
    live
}

/// For each node whether it depends on a leaf (or is one) that `chosen` picks.
pub(crate) fn depends(graph: &Graph, chosen: impl Fn(Op) -> bool) -> Vec<bool> {
    let mut depends: Vec<bool> = Vec::with_capacity(graph.nodes().len());
    for &op in graph.nodes() {
        let found = chosen(op) || op.operands().any(|operand| depends[operand.0 as usize]);
        depends.push(found);
    }
    depends
}

/// x where the node is `-x`.
pub(crate) fn negated(graph: &Graph, node: NodeId) -> Option<NodeId> {
    match graph.op(node) {
        Op::Unary(Unary::Neg, inner) => Some(inner),
        _ => None,
    }
}

/// Factors x and y where `a * b` is `-x * y` by an operation of its own.
pub(crate) fn negated_product(graph: &Graph, a: NodeId, b: NodeId) -> Option<(NodeId, NodeId)> {
    let first = negated(graph, a).map(|inner| (inner, b));
    first.or_else(|| negated(graph, b).map(|inner| (a, inner)))
}

/// Where the nodes of one graph are in another. Walks with its own stack: expressions may be deep.
pub(crate) struct Copier<'a> {
    from: &'a Graph,
    images: Vec<Option<NodeId>>,
}

impl<'a> Copier<'a> {
    pub(crate) fn new(from: &'a Graph) -> Self {
        Self {
            from,
            images: vec![None; from.nodes().len()],
        }
    }

    /// Lets `image` stand for `node`; nothing below `node` is copied on its account.
    pub(crate) fn set(&mut self, node: NodeId, image: NodeId) {
        self.images[node.0 as usize] = Some(image);
    }

    /// Copies an expression as it is.
    pub(crate) fn copy(&mut self, into: &mut Graph, root: NodeId) -> NodeId {
        self.copy_with(into, root, |into, image, op| into.make(op.map_operands(image)))
    }

    /// Copies an expression; `make` gets each operation that has no image yet, and a function that gives the image
    /// of whatever lies below it.
    pub(crate) fn copy_with(
        &mut self,
        into: &mut Graph,
        root: NodeId,
        mut make: impl FnMut(&mut Graph, &dyn Fn(NodeId) -> NodeId, Op) -> NodeId,
    ) -> NodeId {
        let mut missing = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            if self.images[node.0 as usize].is_none() && seen.insert(node) {
                missing.push(node);
                stack.extend(self.from.op(node).operands());
            }
        }
        missing.sort_unstable();
        for node in missing {
            let images = &self.images;
            let image = |operand: NodeId| images[operand.0 as usize].expect("operands come before their node");
            let made = make(into, &image, self.from.op(node));
            self.images[node.0 as usize] = Some(made);
        }
        self.images[root.0 as usize].expect("the root was just copied")
    }
}
