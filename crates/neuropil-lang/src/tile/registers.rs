//! Registers are given to nodes and used again when nobody reads the node any more.

use super::code::Register;
use crate::graph::{Graph, NodeId};

pub(super) struct Registers {
    of_node: Vec<Option<Register>>,
    /// Position of the last instruction that reads a node; numbers, leaves and results are kept to the end.
    last_use: Vec<Option<usize>>,
    free: Vec<Register>,
    count: usize,
}

impl Registers {
    /// `reads` lists for each instruction the nodes that it reads.
    pub(super) fn new(graph: &Graph, roots: &[NodeId], reads: impl Iterator<Item = Vec<NodeId>>) -> Self {
        let mut last_use = vec![None; graph.nodes().len()];
        for (position, nodes) in reads.enumerate() {
            for node in nodes {
                last_use[node.0 as usize] = Some(position);
            }
        }
        for root in roots {
            last_use[root.0 as usize] = None;
        }
        for (last_use, op) in last_use.iter_mut().zip(graph.nodes()) {
            // Literals and shared constants are filled in once for all groups of tiles.
            if op.operands().next().is_none() {
                *last_use = None;
            }
        }
        Self {
            of_node: vec![None; graph.nodes().len()],
            last_use,
            free: Vec::new(),
            count: 0,
        }
    }

    pub(super) fn of(&self, node: NodeId) -> Register {
        self.of_node[node.0 as usize].expect("operands are computed first")
    }

    /// A register for `node` that holds nothing which is still read, by this instruction included.
    pub(super) fn define(&mut self, node: NodeId) -> Register {
        let register = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count as Register - 1
        });
        self.of_node[node.0 as usize] = Some(register);
        register
    }

    /// The instruction at `position` is done: registers that it was the last to read are free.
    pub(super) fn end_of(&mut self, position: usize, reads: &[NodeId]) {
        for node in reads {
            if self.last_use[node.0 as usize] == Some(position) {
                self.last_use[node.0 as usize] = None;
                self.free.push(self.of(*node));
            }
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}
