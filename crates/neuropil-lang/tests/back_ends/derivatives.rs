//! Derivatives against differences, and forward against reverse mode.

use neuropil_lang::{
    Binary, Comparison, DerivativeError, Graph, Leaves, NodeId, Op, Unary, evaluate, jacobian, jvp, vjp,
};
use proptest::prelude::*;

use crate::agreement::Numbers;
use crate::every_operation;
use crate::random_graphs::{grow, recipes};

/// Two states, a parameter and an input row.
fn leaves(graph: &mut Graph) -> Vec<NodeId> {
    let ops = [Op::State(0), Op::State(1), Op::Parameter(0), Op::Feed(0)];
    ops.map(|op| graph.insert(op)).to_vec()
}

fn values(graph: &Graph, roots: &[NodeId], at: [f64; 4]) -> Vec<f64> {
    let tables = every_operation::tables();
    let leaves =
        Leaves { states: &at[..2], parameters: &at[2..3], feeds: &at[3..], tables: &tables, ..Leaves::default() };
    evaluate(graph, roots, &leaves).unwrap()
}

fn value(graph: &Graph, root: NodeId, at: [f64; 4]) -> f64 {
    values(graph, &[root], at)[0]
}

/// Central differences with two widths: the better estimate, and how far they are apart.
fn difference(graph: &Graph, root: NodeId, at: [f64; 4], direction: [f64; 4]) -> (f64, f64) {
    let along = |h: f64| {
        let shifted = |h: f64| std::array::from_fn(|i| at[i] + h * direction[i]);
        (value(graph, root, shifted(h)) - value(graph, root, shifted(-h))) / (2.0 * h)
    };
    let (coarse, fine) = (along(2e-4), along(1e-4));
    let extrapolated = (4.0 * fine - coarse) / 3.0;
    (extrapolated, (fine - coarse).abs())
}

/// Checks both modes of d root / d leaf for all leaves at a point; the graph must be smooth there.
fn check(graph: &mut Graph, root: NodeId, at: [f64; 4]) {
    let leaves = leaves(graph);
    let one = graph.constant(1.0);
    let gradient = vjp(graph, &[(root, one)], &leaves).unwrap();
    for (i, &leaf) in leaves.iter().enumerate() {
        let forward = jvp(graph, &[root], &[(leaf, one)]).unwrap()[0];
        let mut direction = [0.0; 4];
        direction[i] = 1.0;
        let (expected, _) = difference(graph, root, at, direction);
        for node in [forward, gradient[i]] {
            let found = value(graph, node, at);
            assert!(
                (found - expected).abs() <= 1e-7 * expected.abs().max(1.0),
                "d {:?} / d leaf {i} at {at:?}: {found} against {expected}",
                graph.op(root)
            );
        }
    }
}

const POINTS: [[f64; 4]; 4] =
    [[0.3, -0.7, 1.2, 0.45], [1.7, 0.9, -0.4, 2.2], [-1.3, 2.1, 0.6, -0.8], [0.05, 0.49, 2.5, -2.1]];

#[test]
fn unary_functions() {
    use Unary::{Abs, Bernoulli, Cos, Exp, Exprel, Floor, Ln, Neg, Sin, Sqrt, Tanh};
    for function in [Neg, Abs, Sqrt, Exp, Ln, Sin, Cos, Tanh, Exprel, Bernoulli, Floor] {
        for at in POINTS {
            let mut graph = Graph::default();
            let leaves = leaves(&mut graph);
            // Positive where it must be, and not constant in either state.
            let mut argument = graph.mul(leaves[0], leaves[1]);
            if matches!(function, Sqrt | Ln) {
                let square = graph.mul(argument, argument);
                let tenth = graph.constant(0.1);
                argument = graph.add(square, tenth);
            }
            let root = graph.unary(function, argument);
            check(&mut graph, root, at);
        }
    }
}

#[test]
fn functions_of_two_and_three_numbers() {
    use Binary::{Add, Div, Max, Min, Mul, Sub};
    for at in POINTS {
        for function in [Add, Sub, Mul, Div, Min, Max] {
            let mut graph = Graph::default();
            let leaves = leaves(&mut graph);
            let root = graph.binary(function, leaves[0], leaves[3]);
            check(&mut graph, root, at);
            let square = graph.binary(function, root, leaves[0]);
            check(&mut graph, square, at);
        }
        let mut graph = Graph::default();
        let leaves = leaves(&mut graph);
        let root = graph.mul_add(leaves[0], leaves[1], leaves[2]);
        check(&mut graph, root, at);
        let same = graph.mul_add(leaves[3], leaves[3], leaves[3]);
        check(&mut graph, same, at);
    }
}

#[test]
fn choices_pass_through_the_branch_that_is_taken() {
    for at in POINTS {
        for comparison in [Comparison::Less, Comparison::LessEqual, Comparison::Equal] {
            let mut graph = Graph::default();
            let leaves = leaves(&mut graph);
            let condition = graph.insert(Op::Compare(comparison, leaves[0], leaves[1]));
            let opposite = graph.insert(Op::Not(condition));
            let other = graph.insert(Op::Compare(Comparison::Less, leaves[2], leaves[3]));
            let both = graph.insert(Op::And(opposite, other));
            let square = graph.mul(leaves[0], leaves[2]);
            let sine = graph.unary(Unary::Sin, leaves[3]);
            for condition in [condition, opposite, both] {
                let root = graph.select(condition, square, sine);
                check(&mut graph, root, at);
            }
        }
    }
}

#[test]
fn tables_have_the_slope_of_the_interpolant() {
    for at in POINTS {
        let mut graph = Graph::default();
        let leaves = leaves(&mut graph);
        for table in [0, 1] {
            let at_nodes = [leaves[0], leaves[1]];
            let column = graph.insert(Op::Table { table, column: 0, at: at_nodes });
            let root = graph.mul(column, leaves[2]);
            check(&mut graph, root, at);
        }
    }
}

#[test]
fn kinks_have_the_stated_slope() {
    let slope_at_zero = |build: &dyn Fn(&mut Graph, NodeId) -> NodeId| {
        let mut graph = Graph::default();
        let x = leaves(&mut graph)[0];
        let root = build(&mut graph, x);
        let one = graph.constant(1.0);
        let forward = jvp(&mut graph, &[root], &[(x, one)]).unwrap()[0];
        let reverse = vjp(&mut graph, &[(root, one)], &[x]).unwrap()[0];
        let found = values(&graph, &[forward, reverse], [0.0; 4]);
        assert_eq!(found[0].to_bits(), found[1].to_bits());
        found[0]
    };
    let zero = |graph: &mut Graph| graph.constant(0.0);
    assert_eq!(slope_at_zero(&|graph, x| graph.unary(Unary::Abs, x)), 1.0);
    assert_eq!(slope_at_zero(&|graph, x| graph.unary(Unary::Floor, x)), 0.0);
    for function in [Binary::Min, Binary::Max] {
        assert_eq!(
            slope_at_zero(&|graph, x| {
                let zero = zero(graph);
                graph.binary(function, zero, x)
            }),
            1.0
        );
        assert_eq!(
            slope_at_zero(&|graph, x| {
                let zero = zero(graph);
                graph.binary(function, x, zero)
            }),
            0.0
        );
    }
}

#[test]
fn a_branch_that_is_not_taken_adds_no_nan() {
    // `1/x if x != 0 else 2 x`, and the same with a square root, at 0.
    let mut graph = Graph::default();
    let x = leaves(&mut graph)[0];
    let (zero, one, two) = (graph.constant(0.0), graph.constant(1.0), graph.constant(2.0));
    let is_zero = graph.insert(Op::Compare(Comparison::Equal, x, zero));
    let inverse = graph.div(one, x);
    let root = graph.unary(Unary::Sqrt, x);
    let sum = graph.add(inverse, root);
    let double = graph.mul(two, x);
    let chosen = graph.select(is_zero, double, sum);
    let forward = jvp(&mut graph, &[chosen], &[(x, one)]).unwrap()[0];
    let reverse = vjp(&mut graph, &[(chosen, one)], &[x]).unwrap()[0];
    assert_eq!(values(&graph, &[forward, reverse], [0.0; 4]), [2.0, 2.0]);
    let at = [4.0, 0.0, 0.0, 0.0];
    assert_eq!(values(&graph, &[forward, reverse], at), [0.25 - 0.0625; 2]);
}

#[test]
fn exprel_is_smooth_and_its_slope_accurate() {
    let mut graph = Graph::default();
    let x = leaves(&mut graph)[0];
    let one = graph.constant(1.0);
    let root = graph.unary(Unary::Exprel, x);
    let first = jvp(&mut graph, &[root], &[(x, one)]).unwrap()[0];
    let second = vjp(&mut graph, &[(first, one)], &[x]).unwrap()[0];
    for i in -400..=400 {
        let x = f64::from(i) * 0.01;
        // Integrals over t from 0 to 1 of t e^(x t) and t^2 e^(x t), by Gauss-Legendre quadrature with five points on
        // each of 16 parts.
        let nodes = [
            (0.0, 128.0 / 225.0),
            (1.0, (322.0 + 13.0 * 70.0_f64.sqrt()) / 900.0),
            (2.0, (322.0 - 13.0 * 70.0_f64.sqrt()) / 900.0),
        ];
        let integral = |power: i32| -> f64 {
            let mut sum = 0.0;
            for part in 0..16 {
                for (which, weight) in nodes {
                    let distance = match which as i32 {
                        0 => 0.0,
                        1 => (5.0 - 2.0 * (10.0_f64 / 7.0).sqrt()).sqrt() / 3.0,
                        _ => (5.0 + 2.0 * (10.0_f64 / 7.0).sqrt()).sqrt() / 3.0,
                    };
                    let signs: &[f64] = if which == 0.0 { &[1.0] } else { &[1.0, -1.0] };
                    for sign in signs {
                        let t = (f64::from(part) + 0.5 * (1.0 + sign * distance)) / 16.0;
                        sum += weight * t.powi(power) * (x * t).exp() / 32.0;
                    }
                }
            }
            sum
        };
        let found = values(&graph, &[first, second], [x, 0.0, 0.0, 0.0]);
        for (found, power, tolerance) in [(found[0], 1, 2e-15), (found[1], 2, 1e-14)] {
            let expected = integral(power);
            let error = (found - expected).abs() / expected;
            assert!(error < tolerance, "derivative {power} at {x}: {found} against {expected}, {error:e}");
        }
    }
    let far = values(&graph, &[first], [-745.0, 0.0, 0.0, 0.0])[0];
    assert!((far * 745.0 * 745.0 - 1.0).abs() < 1e-14);
    assert_eq!(values(&graph, &[first], [710.0, 0.0, 0.0, 0.0])[0], f64::INFINITY);
    assert!(values(&graph, &[first], [f64::NAN, 0.0, 0.0, 0.0])[0].is_nan());
}

#[test]
fn jacobians_have_a_row_for_each_output() {
    let mut graph = Graph::default();
    let [x, y, p, u] = leaves(&mut graph)[..] else { unreachable!() };
    let outputs = [graph.mul(x, y), graph.add(p, u), graph.unary(Unary::Exp, x)];
    let at = [0.5, 2.0, 3.0, 4.0];
    let e = value(&graph, outputs[2], at);
    let expected = [[2.0, 0.5, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0], [e, 0.0, 0.0, 0.0]];
    // Reverse mode for the wide matrix, forward mode for the tall one.
    for variables in [vec![x, y, p, u], vec![x, y]] {
        let rows = jacobian(&mut graph, &outputs, &variables).unwrap();
        assert_eq!(rows.len(), 3);
        for (row, expected) in rows.iter().zip(expected) {
            assert_eq!(values(&graph, row, at), expected[..variables.len()]);
        }
    }
    assert_eq!(jacobian(&mut graph, &[], &[x]).unwrap(), Vec::<Vec<NodeId>>::new());
    assert_eq!(jacobian(&mut graph, &outputs, &[]).unwrap(), vec![Vec::<NodeId>::new(); 3]);
}

#[test]
fn what_cannot_be_differentiated_is_refused() {
    let mut graph = Graph::default();
    let [x, y, ..] = leaves(&mut graph)[..] else { unreachable!() };
    let one = graph.constant(1.0);
    let sum = graph.add(x, y);
    let less = graph.insert(Op::Compare(Comparison::Less, x, y));
    assert_eq!(jvp(&mut graph, &[x], &[(sum, one)]), Err(DerivativeError::NotAVariable { node: sum.0 }));
    assert_eq!(vjp(&mut graph, &[(less, one)], &[x]), Err(DerivativeError::Condition { node: less.0 }));
    let table = Op::Table { table: 0, column: 0, at: [x, y] };
    let column = graph.insert(table);
    let first = vjp(&mut graph, &[(column, one)], &[x]).unwrap()[0];
    assert_eq!(jvp(&mut graph, &[first], &[(y, one)]), Err(DerivativeError::SecondDerivativeOfTable { table: 0 }));
}

#[test]
fn shared_parts_are_differentiated_once() {
    // x^(2^20) by repeated squaring: a tree would have a million nodes.
    let mut graph = Graph::default();
    let x = leaves(&mut graph)[0];
    let one = graph.constant(1.0);
    let mut power = x;
    for _ in 0..20 {
        power = graph.mul(power, power);
    }
    let gradient = vjp(&mut graph, &[(power, one)], &[x]).unwrap()[0];
    let tangent = jvp(&mut graph, &[power], &[(x, one)]).unwrap()[0];
    assert!(graph.nodes().len() < 200, "{} nodes", graph.nodes().len());
    let found = values(&graph, &[gradient, tangent], [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(found, [1_048_576.0; 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_graphs(recipes in recipes(40), seed: u64) {
        let mut graph = Graph::default();
        let leaves = leaves(&mut graph);
        let mut numbers = leaves.clone();
        grow(&mut graph, &mut numbers, &recipes);
        let outputs = &numbers[numbers.len().saturating_sub(3)..];

        let mut random = Numbers::new(seed);
        let (at, direction): ([f64; 4], [f64; 4]) = (
            std::array::from_fn(|_| random.plain()),
            std::array::from_fn(|_| random.plain()),
        );
        let weights: Vec<f64> = outputs.iter().map(|_| random.plain()).collect();
        // `x < ln(exp(x))`, say, is decided by rounding.
        let equal = |a, b| (value(&graph, a, at) - value(&graph, b, at)).abs() < 1e-9 * value(&graph, a, at).abs();
        let compared = |op: &Op| match *op {
            Op::Compare(_, a, b) | Op::Binary(Binary::Min | Binary::Max, a, b) => a != b && equal(a, b),
            _ => false,
        };
        prop_assume!(!graph.nodes().iter().any(compared));

        let seeds: Vec<_> = leaves.iter().zip(direction).map(|(&leaf, x)| (leaf, graph.constant(x))).collect();
        let tangents = jvp(&mut graph, outputs, &seeds).unwrap();
        let weighted: Vec<_> = outputs.iter().zip(&weights).map(|(&node, &w)| (node, graph.constant(w))).collect();
        let gradient = vjp(&mut graph, &weighted, &leaves).unwrap();

        let tangents = values(&graph, &tangents, at);
        let gradient = values(&graph, &gradient, at);
        for (&output, &tangent) in outputs.iter().zip(&tangents) {
            let (expected, doubt) = difference(&graph, output, at, direction);
            let size = expected.abs().max(value(&graph, output, at).abs()).max(1.0);
            // Differences say nothing near a kink, a pole, or a fast oscillation.
            if size < 1e4 && doubt < 1e-5 * size && tangent.is_finite() {
                prop_assert!((tangent - expected).abs() < 1e-4 * size, "{tangent} against {expected}");
            }
        }
        // How much can have been lost by cancellation.
        let everything: Vec<NodeId> = (0..graph.nodes().len() as u32).map(NodeId).collect();
        let largest = values(&graph, &everything, at).into_iter().filter(|x| x.is_finite()).fold(1.0, |a, b| b.abs().max(a));
        let forward: f64 = tangents.iter().zip(&weights).map(|(t, w)| t * w).sum();
        let reverse: f64 = gradient.iter().zip(direction).map(|(g, d)| g * d).sum();
        if largest < 1e6 && (forward + reverse).is_finite() {
            prop_assert!((forward - reverse).abs() <= 1e-13 * largest * largest, "{forward} against {reverse}");
        }
    }
}
