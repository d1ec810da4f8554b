//! What a step does, written out: Euler-Maruyama, increments, outputs.

use neuropil_kernel::{Bounds, StateKind};

use super::Steps;
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::program::Program;
use crate::rewrite::{Copier, ids, live};
use crate::validate::ProgramError;

pub(super) fn steps(program: &Program) -> Result<Steps, ProgramError> {
    let mut graph = Graph::default();
    let euler = euler(program, &mut graph)?;
    let mut copier = present(program, &mut graph);
    let increment = (0..program.info.states.len())
        .map(|state| increment(program, &mut graph, &mut copier, state))
        .collect();
    let outputs = program
        .expressions
        .iter()
        .map(|&root| copier.copy(&mut graph, root))
        .collect();
    Ok(Steps {
        graph,
        euler,
        increment,
        outputs,
    })
}

/// A copier to which `next(x)` is the present value of x.
fn present<'a>(program: &'a Program, graph: &mut Graph) -> Copier<'a> {
    let mut copier = Copier::new(&program.graph);
    for id in ids(&program.graph) {
        if let Op::Next(state) = program.graph.op(id) {
            copier.set(id, graph.insert(Op::State(state)));
        }
    }
    copier
}

fn increment(program: &Program, graph: &mut Graph, copier: &mut Copier<'_>, state: usize) -> NodeId {
    let right_side = copier.copy(graph, program.right_sides[state]);
    match program.info.states[state].kind {
        StateKind::Updated => right_side,
        StateKind::Differential => {
            let dt = graph.insert(Op::TimeStep);
            let drift = if graph.as_constant(right_side) == Some(0.0) {
                right_side
            } else {
                graph.mul(dt, right_side)
            };
            diffuse(program, graph, copier, state, drift)
        }
    }
}

/// Adds the noise of a state to `value`.
fn diffuse(program: &Program, graph: &mut Graph, copier: &mut Copier<'_>, state: usize, mut value: NodeId) -> NodeId {
    for diffusion in program.diffusion.iter().filter(|diffusion| diffusion.state == state) {
        let amplitude = copier.copy(graph, diffusion.amplitude);
        let wiener = graph.insert(Op::Wiener(diffusion.channel as u32));
        value = graph.mul_add(amplitude, wiener, value);
    }
    value
}

/// The states in an order in which `next(x)` is known before it is read.
fn order(program: &Program) -> Result<Vec<usize>, ProgramError> {
    let states = &program.info.states;
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); states.len()];
    let mut waits_for = vec![0_usize; states.len()];
    let any_next = program.graph.nodes().iter().any(|op| matches!(op, Op::Next(_)));
    if any_next {
        for (state, waits_for) in waits_for.iter_mut().enumerate() {
            let amplitudes = program.diffusion.iter().filter(|diffusion| diffusion.state == state);
            let roots = amplitudes.map(|diffusion| diffusion.amplitude);
            let live = live(&program.graph, roots.chain([program.right_sides[state]]));
            for id in ids(&program.graph).filter(|id| live[id.0 as usize]) {
                if let Op::Next(read) = program.graph.op(id) {
                    readers[read as usize].push(state);
                    *waits_for += 1;
                }
            }
        }
    }
    let mut order: Vec<usize> = (0..states.len()).filter(|&state| waits_for[state] == 0).collect();
    let mut done = 0;
    while let Some(&state) = order.get(done) {
        done += 1;
        for &reader in &readers[state] {
            waits_for[reader] -= 1;
            if waits_for[reader] == 0 {
                order.push(reader);
            }
        }
    }
    match (0..states.len()).find(|&state| waits_for[state] > 0) {
        Some(state) => Err(ProgramError::Cycle {
            state: states[state].name.clone(),
        }),
        None => Ok(order),
    }
}

fn euler(program: &Program, graph: &mut Graph) -> Result<Vec<NodeId>, ProgramError> {
    let mut next_nodes = vec![None; program.info.states.len()];
    for id in ids(&program.graph) {
        if let Op::Next(state) = program.graph.op(id) {
            next_nodes[state as usize] = Some(id);
        }
    }
    let mut copier = Copier::new(&program.graph);
    let mut new_values = vec![None; program.info.states.len()];
    for state in order(program)? {
        let right_side = copier.copy(graph, program.right_sides[state]);
        let value = match program.info.states[state].kind {
            StateKind::Updated => right_side,
            StateKind::Differential => {
                let old = graph.insert(Op::State(state as u32));
                let drifted = if graph.as_constant(right_side) == Some(0.0) {
                    old
                } else {
                    let dt = graph.insert(Op::TimeStep);
                    graph.mul_add(dt, right_side, old)
                };
                diffuse(program, graph, &mut copier, state, drifted)
            }
        };
        if let Some(node) = next_nodes[state] {
            copier.set(node, value);
        }
        new_values[state] = Some(value);
    }
    let states = program.info.states.iter().zip(new_values);
    Ok(states
        .map(|(state, value)| {
            let value = value.expect("the order has every state");
            match state.bounds {
                None => value,
                Some(Bounds::Clip(lower, upper)) => clip(graph, value, lower, upper),
                Some(Bounds::Wrap(lower, upper)) => wrap(graph, value, lower, upper),
            }
        })
        .collect())
}

/// Between the bounds; NaN stays, since `Min` and `Max` return their second operand then.
fn clip(graph: &mut Graph, mut value: NodeId, lower: f64, upper: f64) -> NodeId {
    if lower > f64::NEG_INFINITY {
        let lower = graph.constant(lower);
        value = graph.binary(Binary::Max, lower, value);
    }
    if upper < f64::INFINITY {
        let upper = graph.constant(upper);
        value = graph.binary(Binary::Min, upper, value);
    }
    value
}

/// `x - width * floor((x - lower) / width)`
fn wrap(graph: &mut Graph, value: NodeId, lower: f64, upper: f64) -> NodeId {
    let lower_node = graph.constant(lower);
    let width = graph.constant(upper - lower);
    let above = graph.sub(value, lower_node);
    let turns = graph.div(above, width);
    let turns = graph.unary(Unary::Floor, turns);
    let back = graph.constant(lower - upper);
    graph.mul_add(back, turns, value)
}
