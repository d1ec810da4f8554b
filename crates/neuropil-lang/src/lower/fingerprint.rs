//! A number that tells kernels apart.

use super::Kernel;
use crate::graph::{Graph, NodeId, Op};

impl Kernel {
    /// A hash of everything that the kernel computes. It is the same on every machine and in every version of this
    /// crate that lowers the model to the same operations.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::default();
        hash.graph(&self.prologue);
        hash.nodes(&self.hoisted);
        hash.graph(&self.steps.graph);
        hash.nodes(&self.steps.euler);
        hash.nodes(&self.steps.increment);
        hash.nodes(&self.steps.outputs);
        hash.0
    }
}

/// FNV-1a (Fowler, Noll and Vo), 64 bits.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn word(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn nodes(&mut self, nodes: &[NodeId]) {
        self.word(nodes.len() as u64);
        for node in nodes {
            self.word(u64::from(node.0));
        }
    }

    fn graph(&mut self, graph: &Graph) {
        self.word(graph.nodes().len() as u64);
        for &op in graph.nodes() {
            self.op(op);
        }
    }

    /// The kinds have fixed numbers here, so that the hash does not change when operations are added.
    fn op(&mut self, op: Op) {
        let (kind, detail) = match op {
            Op::Constant(value) => (0, value.to_bits()),
            Op::Parameter(i) => (1, u64::from(i)),
            Op::TimeStep => (2, 0),
            Op::State(i) => (3, u64::from(i)),
            Op::Feed(i) => (4, u64::from(i)),
            Op::Wiener(i) => (5, u64::from(i)),
            Op::White(i) => (6, u64::from(i)),
            Op::Next(i) => (7, u64::from(i)),
            Op::Hoisted(i) => (8, u64::from(i)),
            Op::Unary(function, _) => (9, function as u64),
            Op::Binary(function, ..) => (10, function as u64),
            Op::MulAdd(..) => (11, 0),
            Op::Compare(comparison, ..) => (12, comparison as u64),
            Op::And(..) => (13, 0),
            Op::Or(..) => (14, 0),
            Op::Not(_) => (15, 0),
            Op::Select(..) => (16, 0),
            Op::Table { table, column, .. } => (17, u64::from(table) << 32 | u64::from(column)),
            Op::TableSlope {
                table, column, axis, ..
            } => (18, u64::from(table) << 32 | u64::from(column) << 8 | u64::from(axis)),
        };
        self.word(kind);
        self.word(detail);
        for operand in op.operands() {
            self.word(u64::from(operand.0));
        }
    }
}
