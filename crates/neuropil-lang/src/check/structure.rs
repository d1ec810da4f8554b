//! What may read what: `next` without cycles, and outputs that do not read what arrives in the same instant.

use std::collections::HashMap;

use super::cycle::cycles;
use super::value::operands;
use crate::diagnostic::Report;
use crate::graph::{Graph, NodeId, Op};
use crate::program::Diffusion;
use crate::syntax::Name;
use crate::token::Span;
use neuropil_kernel::ModelInfo;

/// Reports values of `next` that wait for each other.
pub(super) fn check_next(
    info: &ModelInfo,
    graph: &Graph,
    right_sides: &[NodeId],
    diffusion: &[Diffusion],
    next_spans: &HashMap<usize, Span>,
    report: &mut Report<'_>,
) {
    if next_spans.is_empty() {
        return;
    }
    let edges: Vec<Vec<usize>> = graph
        .nodes()
        .iter()
        .map(|op| {
            let mut targets: Vec<usize> = operands(*op).map(|node| node.0 as usize).collect();
            if let Op::Next(state) = op {
                let state = *state as usize;
                let amplitudes = diffusion.iter().filter(|term| term.state == state).map(|term| term.amplitude);
                targets
                    .extend(right_sides.get(state).copied().into_iter().chain(amplitudes).map(|node| node.0 as usize));
            }
            targets
        })
        .collect();
    for cycle in cycles(&edges) {
        let states: Vec<usize> = cycle
            .iter()
            .filter_map(|&node| match graph.nodes()[node] {
                Op::Next(state) => Some(state as usize),
                _ => None,
            })
            .collect();
        let Some(&first) = states.first() else { continue };
        let names = states.iter().map(|&state| format!("next({})", info.states[state].name));
        let mut names: Vec<String> = names.collect();
        if names.len() == 1 || names.first() != names.last() {
            names.push(format!("next({})", info.states[first].name));
        }
        let span = next_spans.get(&first).copied().unwrap_or_default();
        report
            .error(span, format!("`next` needs itself: {}", names.join(" needs ")))
            .hint("one of these equations has to read the value before the step");
    }
}

/// Reports outputs that read inputs, delayed outputs or values after the step.
pub(super) fn check_outputs(info: &ModelInfo, graph: &Graph, outputs: &[(NodeId, &Name)], report: &mut Report<'_>) {
    // For each node something that it reads and an output may not, if there is such a thing.
    let mut reads: Vec<Option<Op>> = Vec::with_capacity(graph.nodes().len());
    for op in graph.nodes() {
        let read = match op {
            Op::Feed(_) | Op::Next(_) => Some(*op),
            _ => operands(*op).find_map(|node| reads.get(node.0 as usize).copied().flatten()),
        };
        reads.push(read);
    }
    for (node, name) in outputs {
        let Some(read) = reads.get(node.0 as usize).copied().flatten() else {
            continue;
        };
        let what = match read {
            Op::Next(state) => format!("`next({})`", info.states[state as usize].name),
            Op::Feed(feed) => feed_described(info, feed as usize),
            _ => continue,
        };
        report
            .error(name.span, format!("output `{}` depends on {what}", name.text))
            .hint("outputs read states and parameters only: assign the value to a state with `:=`, and list that");
    }
}

fn feed_described(info: &ModelInfo, feed: usize) -> String {
    if let Some(input) = info.inputs.get(feed) {
        return format!("input `{}`", input.name);
    }
    let feed = feed - info.inputs.len();
    match info.strengths.get(feed) {
        Some(&input) => format!("`strength({})`", info.inputs[input].name),
        None => "a delayed output".to_owned(),
    }
}
