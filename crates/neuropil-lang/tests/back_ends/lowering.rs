//! What the passes make of one-line equations.

use neuropil_kernel::{Bounds, OutputSource, StateKind};
use neuropil_lang::{Binary, Graph, NodeId, Op, Program, ProgramError, Unary};

use crate::builder::Builder;

/// An expression as nested calls; factors and summands in the order of their text.
fn text(graph: &Graph, node: NodeId) -> String {
    let op = graph.op(node);
    let mut operands: Vec<String> = op.operands().map(|operand| text(graph, operand)).collect();
    if matches!(op, Op::Binary(Binary::Add | Binary::Mul, ..) | Op::MulAdd(..)) {
        operands[..2].sort();
    }
    let name = match op {
        Op::Constant(value) => return value.to_string(),
        Op::TimeStep => return "dt".to_owned(),
        Op::Parameter(i) => return format!("p{i}"),
        Op::State(i) => return format!("x{i}"),
        Op::Feed(i) => return format!("u{i}"),
        Op::Wiener(i) => return format!("w{i}"),
        Op::Hoisted(i) => return format!("c{i}"),
        Op::Unary(function, _) => format!("{function:?}"),
        Op::Binary(function, ..) => format!("{function:?}"),
        Op::Compare(comparison, ..) => format!("{comparison:?}"),
        other => format!("{other:?}").split('(').next().unwrap().to_owned(),
    };
    format!("{name}({})", operands.join(", ")).to_lowercase()
}

struct Lowered {
    euler: Vec<String>,
    increment: Vec<String>,
    hoisted: Vec<String>,
    nodes: usize,
}

fn lower(program: &Program) -> Lowered {
    let kernel = program.lower().unwrap();
    let texts = |graph: &Graph, nodes: &[NodeId]| nodes.iter().map(|&node| text(graph, node)).collect();
    Lowered {
        euler: texts(&kernel.steps.graph, &kernel.steps.euler),
        increment: texts(&kernel.steps.graph, &kernel.steps.increment),
        hoisted: texts(&kernel.prologue, &kernel.hoisted),
        nodes: kernel.steps.graph.nodes().len(),
    }
}

/// Lowers `x := expression` with the states x and y, the parameters a and b, and an input u.
fn assigned(build: impl FnOnce(&mut Graph, [NodeId; 5]) -> NodeId) -> (String, Vec<String>) {
    let mut model = Builder::new("one_line");
    let (x, y) = (model.updated("x"), model.updated("y"));
    let (a, b) = (model.parameter("a", 1.0), model.parameter("b", 2.0));
    let u = model.input("u");
    let expression = build(model.graph(), [x, y, a, b, u]);
    model.equation(x, expression);
    let lowered = lower(&model.program);
    (lowered.euler[0].clone(), lowered.hoisted)
}

#[test]
fn divisions_by_parameters_become_products() {
    let (euler, hoisted) = assigned(|graph, [x, _, a, ..]| graph.div(x, a));
    assert_eq!((euler.as_str(), hoisted), ("mul(c0, x0)", vec!["div(1, p0)".to_owned()]));
}

#[test]
fn divisions_by_numbers_become_products_unless_the_reciprocal_overflows() {
    let (euler, hoisted) = assigned(|graph, [x, ..]| {
        let eight = graph.constant(8.0);
        graph.div(x, eight)
    });
    assert_eq!((euler.as_str(), hoisted.len()), ("mul(0.125, x0)", 0));
    let (euler, _) = assigned(|graph, [x, ..]| {
        let zero = graph.constant(0.0);
        graph.div(x, zero)
    });
    assert_eq!(euler, "div(x0, 0)");
}

#[test]
fn divisions_by_states_stay() {
    let (euler, _) = assigned(|graph, [x, y, ..]| graph.div(x, y));
    assert_eq!(euler, "div(x0, x1)");
    let (euler, hoisted) = assigned(|graph, [x, _, a, ..]| graph.div(a, x));
    assert_eq!((euler.as_str(), hoisted), ("div(c0, x0)", vec!["p0".to_owned()]));
}

#[test]
fn two_quotients_become_one() {
    let quotients = |graph: &mut Graph, [x, y, a, b, u]: [NodeId; 5]| {
        let scaled = graph.mul(a, y);
        let below = graph.add(scaled, b);
        (graph.div(x, below), graph.div(y, u))
    };
    let (euler, _) = assigned(|graph, nodes| {
        let (first, second) = quotients(graph, nodes);
        graph.add(first, second)
    });
    let below = "muladd(c0, x1, c1)";
    assert_eq!(euler, format!("div(muladd({below}, x1, mul(u0, x0)), mul({below}, u0))"));
    let (euler, _) = assigned(|graph, nodes| {
        let (first, second) = quotients(graph, nodes);
        graph.sub(first, second)
    });
    assert!(euler.starts_with("div(") && euler.matches("div").count() == 1, "{euler}");
    // One that is used twice is there anyway.
    let (euler, _) = assigned(|graph, nodes| {
        let (first, second) = quotients(graph, nodes);
        let sum = graph.add(first, second);
        graph.mul(sum, first)
    });
    assert_eq!(euler.matches("div").count(), 3, "{euler}");
}

#[test]
fn a_quotient_by_exprel_becomes_a_product() {
    let (euler, _) = assigned(|graph, [x, y, ..]| {
        let smooth = graph.unary(Unary::Exprel, x);
        graph.div(y, smooth)
    });
    assert_eq!(euler, "mul(bernoulli(x0), x1)");
    // One that is used twice is there anyway.
    let (euler, _) = assigned(|graph, [x, y, ..]| {
        let smooth = graph.unary(Unary::Exprel, x);
        let quotient = graph.div(y, smooth);
        graph.add(quotient, smooth)
    });
    assert_eq!(euler, "add(div(x1, exprel(x0)), exprel(x0))");
}

/// `1 / exp(1000)` is 0. A product of such denominators would be infinite, and the merged quotient not a number.
#[test]
fn quotients_with_a_denominator_that_may_overflow_stay_two() {
    let (euler, _) = assigned(|graph, [x, y, ..]| {
        let (one, large) = (graph.constant(1.0), graph.unary(Unary::Exp, x));
        let (first, second) = (graph.div(one, large), graph.div(one, y));
        graph.add(first, second)
    });
    assert_eq!(euler.matches("div").count(), 2, "{euler}");
}

#[test]
fn the_largest_constant_expressions_are_hoisted() {
    let (euler, hoisted) = assigned(|graph, [x, _, a, b, _]| {
        let ratio = graph.div(a, b);
        let power = graph.unary(Unary::Exp, ratio);
        let sum = graph.add(power, a);
        graph.mul(sum, x)
    });
    assert_eq!((euler.as_str(), hoisted), ("mul(c0, x0)", vec!["add(exp(div(p0, p1)), p0)".to_owned()]));
}

#[test]
fn signs_move_into_hoisted_numbers() {
    let (euler, hoisted) = assigned(|graph, [x, _, a, ..]| {
        let minus = graph.unary(Unary::Neg, x);
        graph.div(minus, a)
    });
    assert_eq!((euler.as_str(), hoisted), ("mul(c0, x0)", vec!["neg(div(1, p0))".to_owned()]));
}

#[test]
fn single_products_are_fused_with_sums() {
    let (euler, _) = assigned(|graph, [x, y, .., u]| {
        let product = graph.mul(x, y);
        graph.add(product, u)
    });
    assert_eq!(euler, "muladd(x0, x1, u0)");
    let (euler, _) = assigned(|graph, [x, y, .., u]| {
        let product = graph.mul(x, y);
        graph.sub(product, u)
    });
    assert_eq!(euler, "muladd(x0, x1, neg(u0))");
    let (euler, hoisted) = assigned(|graph, [x, y, a, ..]| {
        let product = graph.mul(a, y);
        graph.sub(x, product)
    });
    assert_eq!((euler.as_str(), hoisted), ("muladd(c0, x1, x0)", vec!["neg(p0)".to_owned()]));
}

#[test]
fn products_with_two_uses_stay() {
    let (euler, _) = assigned(|graph, [x, y, .., u]| {
        let product = graph.mul(x, y);
        let sum = graph.add(product, u);
        graph.div(sum, product)
    });
    assert_eq!(euler, "div(add(mul(x0, x1), u0), mul(x0, x1))");
}

#[test]
fn hoisted_products_are_not_fused() {
    let (euler, hoisted) = assigned(|graph, [x, _, a, b, _]| {
        let product = graph.mul(a, b);
        graph.add(product, x)
    });
    assert_eq!((euler.as_str(), hoisted), ("add(c0, x0)", vec!["mul(p0, p1)".to_owned()]));
}

#[test]
fn sums_are_not_reordered() {
    let (euler, _) = assigned(|graph, [x, y, a, b, u]| {
        let sum = graph.add(x, a);
        let sum = graph.add(sum, y);
        let sum = graph.add(sum, b);
        graph.add(sum, u)
    });
    assert_eq!(euler, "add(add(add(add(c0, x0), x1), c1), u0)");
}

#[test]
fn conditions_of_constants_are_decided_in_the_step() {
    let (euler, hoisted) = assigned(|graph, [x, y, a, b, _]| {
        let product = graph.mul(a, b);
        let condition = graph.insert(Op::Compare(neuropil_lang::Comparison::Less, product, a));
        let opposite = graph.insert(Op::Not(condition));
        graph.select(opposite, x, y)
    });
    assert_eq!(euler, "select(less(c1, c0), x1, x0)");
    assert_eq!(hoisted, ["p0", "mul(p0, p1)"]);
}

/// `dx/dt = -x / tau + u + sigma * xi`
fn relaxation() -> Program {
    let mut model = Builder::new("relaxation");
    let (tau, sigma) = (model.parameter("tau", 5.0), model.parameter("sigma", 0.1));
    let x = model.differential("x");
    let u = model.input("u");
    let xi = model.noise("xi");
    let graph = model.graph();
    let minus = graph.unary(Unary::Neg, x);
    let decay = graph.div(minus, tau);
    let drift = graph.add(decay, u);
    model.equation(x, drift);
    model.amplitude(x, xi, sigma);
    model.program
}

#[test]
fn a_step_is_euler_maruyama() {
    let lowered = lower(&relaxation());
    assert_eq!(lowered.euler, ["muladd(c1, w0, muladd(dt, muladd(c0, x0, u0), x0))"]);
    assert_eq!(lowered.increment, ["muladd(c1, w0, mul(dt, muladd(c0, x0, u0)))"]);
    assert_eq!(lowered.hoisted, ["neg(div(1, p0))", "p1"]);
    assert_eq!(lowered.nodes, 11, "no dead nodes");
}

#[test]
fn the_fingerprint_tells_kernels_apart() {
    let program = relaxation();
    let first = program.lower().unwrap().fingerprint();
    assert_eq!(first, program.clone().lower().unwrap().fingerprint());
    // Pinned: it must be the same on every machine.
    assert_eq!(first, 1_022_100_297_998_269_302);
    let mut other = program;
    let graph = &mut other.graph;
    let two = graph.constant(2.0);
    other.right_sides[0] = graph.mul(two, other.right_sides[0]);
    assert_ne!(first, other.lower().unwrap().fingerprint());
}

#[test]
fn next_is_the_new_value_in_euler_and_the_present_one_in_increments() {
    // dx/dt = next(y); y := next(z) + 1; z := x, with bounds that `next` does not see.
    let mut model = Builder::new("chain");
    let x = model.differential("x");
    let y = model.state("y", StateKind::Updated, Some(Bounds::Clip(0.0, 1.0)));
    let z = model.updated("z");
    let (next_y, next_z) = (model.next(y), model.next(z));
    let one = model.graph().constant(1.0);
    let sum = model.graph().add(next_z, one);
    model.equation(x, next_y);
    model.equation(y, sum);
    model.equation(z, x);
    let lowered = lower(&model.program);
    let y = "add(1, x0)";
    assert_eq!(lowered.euler, [format!("muladd({y}, dt, x0)"), format!("min(1, max(0, {y}))"), "x0".to_owned()]);
    assert_eq!(lowered.increment, ["mul(dt, x1)", "add(1, x2)", "x0"]);
}

#[test]
fn values_that_need_each_other_are_refused() {
    let mut model = Builder::new("circle");
    let (x, y) = (model.updated("x"), model.updated("y"));
    let (next_x, next_y) = (model.next(x), model.next(y));
    model.equation(x, next_y);
    model.equation(y, next_x);
    let error = model.program.lower().unwrap_err();
    assert_eq!(error, ProgramError::Cycle { state: "x".to_owned() });
    assert!(error.hint().is_some());
}

#[test]
fn phases_are_wrapped_by_whole_turns() {
    let mut model = Builder::new("phase");
    let x = model.state("x", StateKind::Updated, Some(Bounds::Wrap(-1.0, 3.0)));
    let u = model.input("u");
    model.equation(x, u);
    let lowered = lower(&model.program);
    assert_eq!(lowered.euler, ["muladd(-4, floor(mul(0.25, sub(u0, -1))), u0)"]);
}

#[test]
fn a_chain_of_a_hundred_thousand_operations_lowers() {
    let mut model = Builder::new("deep");
    let x = model.differential("x");
    let mut deep = x;
    for i in 0..100_000 {
        let number = model.graph().constant(1.0 + f64::from(i % 7));
        let function = if i % 2 == 0 { Binary::Mul } else { Binary::Sub };
        deep = model.graph().binary(function, deep, number);
    }
    model.equation(x, deep);
    assert!(model.program.lower().is_ok());
}

#[test]
fn programs_that_are_not_well_formed_are_refused() {
    type Damage = fn(&mut Program);
    let cases: [(&str, Damage); 10] = [
        ("`right_sides`: expected 1 entries, found 0", |program| {
            program.right_sides.clear();
        }),
        ("`expressions`: expected 1 entries, found 0", |program| {
            program.info.expressions = 1;
        }),
        ("parameter 7: expected an index below 2", |program| {
            program.graph.insert(Op::Parameter(7));
        }),
        ("input row 1: expected an index below 1", |program| {
            program.graph.insert(Op::Feed(1));
        }),
        ("node 99: expected an index below 8", |program| {
            program.right_sides[0] = NodeId(99);
        }),
        ("node 8: expected operands before it, found 40", |program| {
            program.graph.insert(Op::Unary(Unary::Exp, NodeId(40)));
        }),
        ("node 0: expected a condition, found a number", |program| {
            program.graph.insert(Op::Select(NodeId(0), NodeId(1), NodeId(1)));
        }),
        ("right side of `x`: expected an expression without noise", |program| {
            program.right_sides[0] = program.graph.insert(Op::White(0));
        }),
        ("state of an output 5: expected an index below 1", |program| {
            program.info.outputs.push(neuropil_kernel::Output {
                name: "y".to_owned(),
                unit: program.info.states[0].unit.clone(),
                source: OutputSource::State(5),
                meaning: String::new(),
            });
        }),
        ("output expression 0: expected an expression without inputs, strengths and delayed outputs", |program| {
            program.info.expressions = 1;
            let input = program.graph.insert(Op::Feed(0));
            program.expressions.push(input);
        }),
    ];
    for (message, damage) in cases {
        let mut program = relaxation();
        damage(&mut program);
        assert_eq!(program.lower().unwrap_err().to_string(), message);
    }
}
