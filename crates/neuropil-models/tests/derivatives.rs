//! Derivatives of every model agree with differences.

#![allow(clippy::unwrap_used)]

use neuropil_kernel::Initial;
use neuropil_lang::{Leaves, NodeId, Op, Program, evaluate, jacobian};
use neuropil_models::{built_in_tables, catalogue};

/// A point at which to differentiate: states near their initial values, nowhere on a kink. In internal units.
fn states(program: &Program) -> Vec<f64> {
    let info = &program.info;
    let state = |(index, state): (usize, &neuropil_kernel::State)| {
        let shift = 0.137 + 0.01 * index as f64;
        let value = match state.initial {
            Initial::Value(value) => value + shift,
            Initial::Uniform(lower, upper) => lower + (upper - lower) * (0.3 + shift),
            Initial::Normal(mean, sd) => mean + sd * shift,
            Initial::Parameter(index) => info.parameters[index].default * (1.0 + shift),
        };
        value * state.unit.scale
    };
    info.states.iter().enumerate().map(state).collect()
}

#[test]
fn jacobians_agree_with_differences() {
    for entry in catalogue() {
        let mut program = entry.compile().unwrap().program;
        let tables = built_in_tables(&program).unwrap();
        let parameters: Vec<f64> =
            program.info.parameters.iter().map(|parameter| parameter.default * parameter.unit.scale).collect();
        let feeds = vec![0.013; program.info.feeds()];
        let white = vec![0.0; program.info.noises.len()];
        let at = states(&program);
        // What each equation reads beside the states themselves is held: `next` is a leaf of its own.
        let held = at.clone();
        let values = |program: &Program, nodes: &[NodeId], states: &[f64]| {
            let leaves = Leaves {
                parameters: &parameters,
                time_step: 0.1,
                states,
                feeds: &feeds,
                white: &white,
                next: &held,
                tables: &tables,
                ..Leaves::default()
            };
            evaluate(&program.graph, nodes, &leaves).unwrap()
        };

        let roots = [program.right_sides.clone(), program.expressions.clone()].concat();
        let is_state = |node: &NodeId| matches!(program.graph.op(*node), Op::State(_));
        let nodes = (0..program.graph.nodes().len() as u32).map(NodeId);
        let variables: Vec<NodeId> = nodes.filter(is_state).collect();
        let slopes = jacobian(&mut program.graph, &roots, &variables).unwrap();
        let flat: Vec<NodeId> = slopes.concat();
        let exact = values(&program, &flat, &at);
        assert!(exact.iter().any(|slope| *slope != 0.0), "{}: all slopes are zero", entry.name());

        for (column, variable) in variables.iter().enumerate() {
            let Op::State(index) = program.graph.op(*variable) else { unreachable!() };
            let step = 1e-6 * at[index as usize].abs().max(1e-3);
            let shifted = |by: f64| {
                let mut states = at.clone();
                states[index as usize] += by;
                values(&program, &roots, &states)
            };
            let (above, below) = (shifted(step), shifted(-step));
            for row in 0..roots.len() {
                let difference = (above[row] - below[row]) / (2.0 * step);
                let exact = exact[row * variables.len() + column];
                // Rounding of a difference grows with the value that is differenced.
                let allowed = 1e-6 * exact.abs() + 1e-15 * above[row].abs() / step + 1e-12;
                assert!(
                    (exact - difference).abs() <= allowed,
                    "{}: equation {row} by state {index}: {exact} against {difference}",
                    entry.name()
                );
            }
        }
    }
}
