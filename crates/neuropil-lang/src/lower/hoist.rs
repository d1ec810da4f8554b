//! What depends on parameters and time step alone leaves the step.

use super::{Invariance, Kernel, Steps};
use crate::graph::{Graph, NodeId, Op};
use crate::rewrite::{Copier, ids};

pub(super) fn hoist(steps: &Steps) -> Kernel {
    let from = &steps.graph;
    let chosen = chosen(steps);

    let mut prologue = Graph::default();
    let mut prologue_copier = Copier::new(from);
    let mut hoisted = Vec::new();

    let mut graph = Graph::default();
    let mut copier = Copier::new(from);
    for id in chosen {
        let index = hoisted.len() as u32;
        hoisted.push(prologue_copier.copy(&mut prologue, id));
        copier.set(id, graph.insert(Op::Hoisted(index)));
    }
    let mut steps = steps.map(Graph::default(), |root| copier.copy(&mut graph, root));
    steps.graph = graph;
    let steps = without_dead_nodes(&steps);
    Kernel {
        steps,
        prologue,
        hoisted,
    }
}

/// The largest invariant expressions that something in the step reads. Numbers and the time step itself stay.
fn chosen(steps: &Steps) -> Vec<NodeId> {
    let graph = &steps.graph;
    let mut invariance = Invariance::default();
    let mut read = vec![false; graph.nodes().len()];
    for root in steps.roots() {
        read[root.0 as usize] = true;
    }
    let mut chosen = Vec::new();
    for id in ids(graph)
        .rev()
        .filter(|id| !matches!(graph.op(*id), Op::Constant(_) | Op::TimeStep))
    {
        if !read[id.0 as usize] {
            continue;
        }
        if invariance.of(graph, id) && !graph.op(id).is_condition() {
            chosen.push(id);
        } else {
            for operand in graph.op(id).operands() {
                read[operand.0 as usize] = true;
            }
        }
    }
    chosen.reverse();
    chosen
}

/// Copying may fold an operation whose operands then stay behind unread.
fn without_dead_nodes(steps: &Steps) -> Steps {
    let mut graph = Graph::default();
    let mut copier = Copier::new(&steps.graph);
    let mut result = steps.map(Graph::default(), |root| copier.copy(&mut graph, root));
    result.graph = graph;
    result
}
