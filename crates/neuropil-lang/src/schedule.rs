//! The order in which back ends compute nodes, with what belongs together done at once.

use std::collections::HashMap;

use crate::graph::{Graph, NodeId, Op, Unary};
use crate::rewrite::ids;

/// Largest number of columns of a table.
pub(crate) const COLUMNS: usize = neuropil_kernel::Table::COLUMNS;

/// One thing to compute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Task {
    /// A single node.
    Node(NodeId),
    /// All wanted columns of a table at one point.
    Lookup {
        table: u32,
        at: [NodeId; 2],
        columns: [Option<NodeId>; COLUMNS],
    },
    /// Sine and cosine of the same number.
    SineCosine { of: NodeId, sine: NodeId, cosine: NodeId },
}

/// What must be done to compute the wanted nodes, operands first. Leaves and numbers are not in it.
pub(crate) fn schedule(graph: &Graph, wanted: &[bool]) -> Vec<Task> {
    let wanted = || ids(graph).filter(|id| wanted[id.0 as usize]);
    let mut lookups: HashMap<(u32, [NodeId; 2]), [Option<NodeId>; COLUMNS]> = HashMap::new();
    let mut waves: HashMap<NodeId, [Option<NodeId>; 2]> = HashMap::new();
    for id in wanted() {
        match graph.op(id) {
            Op::Table { table, column, at } => lookups.entry((table, at)).or_default()[column as usize] = Some(id),
            Op::Unary(Unary::Sin, of) => waves.entry(of).or_default()[0] = Some(id),
            Op::Unary(Unary::Cos, of) => waves.entry(of).or_default()[1] = Some(id),
            _ => {}
        }
    }
    let mut tasks = Vec::new();
    for id in wanted() {
        match graph.op(id) {
            Op::Constant(_) => {}
            op if op.is_leaf() => {}
            Op::Table { table, at, .. } => {
                if let Some(columns) = lookups.remove(&(table, at)) {
                    tasks.push(Task::Lookup { table, at, columns });
                }
            }
            Op::Unary(Unary::Sin | Unary::Cos, of) => match waves.get_mut(&of) {
                Some([Some(sine), Some(cosine)]) => {
                    let (sine, cosine) = (*sine, *cosine);
                    tasks.push(Task::SineCosine { of, sine, cosine });
                    waves.remove(&of);
                }
                Some(_) => tasks.push(Task::Node(id)),
                None => {}
            },
            _ => tasks.push(Task::Node(id)),
        }
    }
    tasks
}
