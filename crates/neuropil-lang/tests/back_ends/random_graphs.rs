//! Random graphs and programs.

use neuropil_kernel::{Bounds, StateKind};
use neuropil_lang::{Binary, Comparison, Graph, NodeId, Op, Program, Unary};
use proptest::prelude::*;

use crate::builder::Builder;

const UNARY: [Unary; 11] = [
    Unary::Neg,
    Unary::Abs,
    Unary::Sqrt,
    Unary::Exp,
    Unary::Ln,
    Unary::Sin,
    Unary::Cos,
    Unary::Tanh,
    Unary::Exprel,
    Unary::Bernoulli,
    Unary::Floor,
];
const BINARY: [Binary; 6] = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max];
const COMPARISONS: [Comparison; 3] = [Comparison::Less, Comparison::LessEqual, Comparison::Equal];

/// How to make one more node: a kind, and choices of operands.
pub(crate) type Recipe = (u8, usize, usize, usize);

pub(crate) fn recipes(most: usize) -> impl Strategy<Value = Vec<Recipe>> {
    prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>(), any::<usize>()), 1..most)
}

/// Adds nodes; `numbers` starts with the leaves, and has all numbers in the end. Tables are those of
/// `every_operation`.
pub(crate) fn grow(graph: &mut Graph, numbers: &mut Vec<NodeId>, recipes: &[Recipe]) {
    let mut conditions = Vec::new();
    for &(kind, a, b, c) in recipes {
        let pick = |choice: usize| numbers[choice % numbers.len()];
        let (x, y, z) = (pick(a), pick(b), pick(c));
        let condition = |choice: usize| -> Option<NodeId> { conditions.get(choice % conditions.len().max(1)).copied() };
        let node = match kind % 16 {
            0..=2 => graph.unary(UNARY[c % UNARY.len()], x),
            3..=7 => graph.binary(BINARY[c % BINARY.len()], x, y),
            8 => graph.mul_add(x, y, z),
            9 => graph.constant(f64::from(kind) / 16.0 - 4.0),
            10 => graph.insert(Op::Compare(COMPARISONS[c % 3], x, y)),
            11 => match (condition(a), condition(b)) {
                (Some(m), Some(n)) => graph.insert(match c % 3 {
                    0 => Op::And(m, n),
                    1 => Op::Or(m, n),
                    _ => Op::Not(m),
                }),
                _ => graph.insert(Op::Compare(COMPARISONS[c % 3], x, y)),
            },
            12 | 13 => match condition(c) {
                Some(m) => graph.select(m, x, y),
                None => graph.sub(x, y),
            },
            14 => graph.insert(Op::Table { table: 0, column: (c % 3) as u32, at: [x, y] }),
            _ => graph.insert(Op::Table { table: 1, column: 0, at: [x, y] }),
        };
        if graph.op(node).is_condition() {
            conditions.push(node);
        } else {
            numbers.push(node);
        }
    }
}

/// Programs with three states, two noise channels, two inputs, two outputs and the tables of `every_operation`.
pub(crate) fn programs() -> impl Strategy<Value = Program> {
    (recipes(60), recipes(20), any::<[usize; 5]>(), any::<[usize; 2]>()).prop_map(
        |(step_recipes, output_recipes, roots, outputs)| {
            let mut model = Builder::new("random");
            model.table("plane", 2, &["r", "mean", "tau"]);
            model.table("line", 1, &["r"]);
            let mut numbers = vec![model.parameter("p", 1.0), model.parameter("q", 2.0)];
            let states = [
                model.differential("x"),
                model.state("y", StateKind::Differential, Some(Bounds::Clip(-1.0, 1.0))),
                model.updated("z"),
            ];
            numbers.extend(states);
            let mut sent = numbers.clone();
            grow(model.graph(), &mut sent, &output_recipes);
            for (name, choice) in ["first", "second"].into_iter().zip(outputs) {
                let expression = sent[choice % sent.len()];
                model.output(name, expression);
            }
            numbers.extend([model.input("u"), model.input("w")]);
            let channels = [model.noise("xi"), model.noise("eta")];
            grow(model.graph(), &mut numbers, &step_recipes);
            let pick = |choice: usize| numbers[choice % numbers.len()];
            // z is updated and read as it will be; so nothing that it needs may read it that way.
            let next = model.next(states[2]);
            let right_side = model.graph().mul(pick(roots[0]), next);
            model.equation(states[0], right_side);
            model.equation(states[1], pick(roots[1]));
            model.equation(states[2], pick(roots[2]));
            model.amplitude(states[0], channels[0], pick(roots[3]));
            model.amplitude(states[1], channels[1], pick(roots[4]));
            model.program
        },
    )
}
