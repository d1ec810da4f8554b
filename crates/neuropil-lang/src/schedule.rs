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
    /// The cell of a table that a point lies in: the first half of the look-up whose first column is `first`.
    Locate { table: u32, at: [NodeId; 2], first: NodeId },
    /// All wanted columns of a table at one point that has been located, or is by the way.
    Lookup { table: u32, at: [NodeId; 2], columns: [Option<NodeId>; COLUMNS], first: NodeId },
    /// Sine and cosine of the same number.
    SineCosine { of: NodeId, sine: NodeId, cosine: NodeId },
}

impl Task {
    /// Whether the value of a node is known when this is done, and was not before.
    pub(crate) fn defines(&self, node: NodeId) -> bool {
        match *self {
            Self::Node(made) => made == node,
            Self::Locate { .. } => false,
            Self::Lookup { columns, .. } => columns.contains(&Some(node)),
            Self::SineCosine { sine, cosine, .. } => sine == node || cosine == node,
        }
    }
}

/// What must be done to compute the wanted nodes, operands first. Leaves and numbers are not in it.
///
/// Look-ups take long and wait for long chains. So what they wait for comes first, then all points are located, then
/// comes what waits for nothing, and the tables are read last; and so on where a look-up waits for another one.
pub(crate) fn schedule(graph: &Graph, wanted: &[bool]) -> Vec<Task> {
    let order = Order::new(graph, wanted);
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
                    let level = order.levels[id.0 as usize];
                    tasks.push((level - 1, Phase::Locate, Task::Locate { table, at, first: id }));
                    tasks.push((level, Phase::Read, Task::Lookup { table, at, columns, first: id }));
                }
            }
            Op::Unary(Unary::Sin | Unary::Cos, of) => match waves.get_mut(&of) {
                Some([Some(sine), Some(cosine)]) => {
                    let (sine, cosine) = (*sine, *cosine);
                    let (level, phase) = order.of(sine).min(order.of(cosine));
                    tasks.push((level, phase, Task::SineCosine { of, sine, cosine }));
                    waves.remove(&of);
                }
                Some(_) => tasks.push(order.task(id)),
                None => {}
            },
            _ => tasks.push(order.task(id)),
        }
    }
    // Stable: within a phase the order of the graph remains.
    tasks.sort_by_key(|&(level, phase, _)| (level, phase));
    tasks.into_iter().map(|(_, _, task)| task).collect()
}

/// What is done between the look-ups of one level and those of the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// The tables of this level are read.
    Read,
    /// What a look-up of the next level waits for.
    Urgent,
    /// The look-ups of the next level find their cells.
    Locate,
    /// Everything else.
    Rest,
}

struct Order {
    /// For each node how many look-ups, one after the other, it waits for.
    levels: Vec<usize>,
    /// Whether a look-up of the next level waits for the node.
    urgent: Vec<bool>,
}

impl Order {
    fn new(graph: &Graph, wanted: &[bool]) -> Self {
        let mut levels: Vec<usize> = Vec::with_capacity(graph.nodes().len());
        for &op in graph.nodes() {
            let level = op.operands().map(|operand| levels[operand.0 as usize]).max().unwrap_or(0);
            levels.push(level + usize::from(matches!(op, Op::Table { .. })));
        }
        let mut urgent = vec![false; levels.len()];
        for id in ids(graph).rev() {
            let (index, op) = (id.0 as usize, graph.op(id));
            let needed = match op {
                Op::Table { .. } => wanted[index].then(|| levels[index] - 1),
                _ => urgent[index].then(|| levels[index]),
            };
            for operand in op.operands() {
                urgent[operand.0 as usize] |= needed == Some(levels[operand.0 as usize]);
            }
        }
        Self { levels, urgent }
    }

    fn of(&self, node: NodeId) -> (usize, Phase) {
        let index = node.0 as usize;
        (self.levels[index], if self.urgent[index] { Phase::Urgent } else { Phase::Rest })
    }

    fn task(&self, node: NodeId) -> (usize, Phase, Task) {
        let (level, phase) = self.of(node);
        (level, phase, Task::Node(node))
    }
}
