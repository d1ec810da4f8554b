//! A model without meaning that uses every operation, and the numbers of its tables.

use neuropil_kernel::{Axis, Bounds, StateKind, Table};
use neuropil_lang::{Binary, Comparison, Op, Program, Unary};

use crate::builder::Builder;

pub(crate) fn tables() -> Vec<Table> {
    let axis = |first, spacing, count| Axis { first, spacing, count };
    let column = |factor: f64, count: i32| (0..count).map(|i| (f64::from(i) * factor).sin()).collect();
    vec![
        Table::new(vec![axis(-1.0, 0.5, 6), axis(0.0, 0.25, 5)], &[column(0.3, 30), column(0.7, 30), column(1.1, 30)])
            .unwrap(),
        Table::new(vec![axis(-2.0, 0.5, 9)], &[column(0.9, 9)]).unwrap(),
    ]
}

pub(crate) fn program() -> Program {
    let mut model = Builder::new("every_operation");
    let (tau, gain, delay) = (model.parameter("tau", 5.0), model.parameter("gain", 1.5), model.parameter("delay", 2.0));
    let (x, y) = (model.differential("x"), model.differential("y"));
    let v = model.state("v", StateKind::Differential, Some(Bounds::Clip(-1.5, 2.0)));
    let phase = model.state("phase", StateKind::Differential, Some(Bounds::Wrap(0.0, std::f64::consts::TAU)));
    let rate = model.updated("rate");
    let input = model.input("x_in");
    let strength = model.strength(0);
    let delayed = model.delay(0, 2);
    let (xi, eta) = (model.noise("xi"), model.noise("eta"));
    let plane = model.table("plane", 2, &["r", "mean", "tau"]);
    let line = model.table("line", 1, &["r"]);

    // dx/dt: every arithmetic operation, hoisted numbers, a multiplicative noise.
    let g = model.graph();
    let decay = g.div(x, tau);
    let decay = g.unary(Unary::Neg, decay);
    let power = g.powi(y, 3);
    let scaled = g.mul(gain, power);
    let magnitude = g.unary(Unary::Abs, y);
    let root = g.unary(Unary::Sqrt, magnitude);
    let ratio = g.div(root, magnitude);
    let sum = g.add(decay, scaled);
    let difference = g.sub(sum, ratio);
    let two = g.constant(2.0);
    let half_gain = g.div(gain, two);
    let squashed = g.unary(Unary::Exp, half_gain);
    let pushed = g.mul(squashed, input);
    let fx = g.add(difference, pushed);
    model.equation(x, fx);
    let g = model.graph();
    let tenth = g.constant(0.1);
    let amplitude = g.mul(tenth, x);
    model.amplitude(x, xi, amplitude);
    model.amplitude(x, eta, gain);

    // dy/dt: transcendental functions.
    let g = model.graph();
    let three = g.constant(3.0);
    let bounded = g.unary(Unary::Tanh, x);
    let exponential = g.unary(Unary::Exp, bounded);
    let shifted = g.add(exponential, three);
    let logarithm = g.unary(Unary::Ln, shifted);
    let smooth = g.unary(Unary::Exprel, y);
    let sine = g.unary(Unary::Sin, y);
    let floor = g.unary(Unary::Floor, x);
    let product = g.mul(logarithm, sine);
    let rest = g.sub(three, product);
    let sum = g.add(rest, smooth);
    let fy = g.sub(sum, floor);
    model.equation(y, fy);

    // dv/dt: conditions.
    let g = model.graph();
    let less = g.insert(Op::Compare(Comparison::Less, x, y));
    let less_equal = g.insert(Op::Compare(Comparison::LessEqual, v, input));
    let equal = g.insert(Op::Compare(Comparison::Equal, floor, three));
    let invariant = g.insert(Op::Compare(Comparison::Less, gain, tau));
    let both = g.insert(Op::And(less, invariant));
    let not_equal = g.insert(Op::Not(equal));
    let either = g.insert(Op::Or(both, not_equal));
    let smaller = g.binary(Binary::Min, x, y);
    let larger = g.binary(Binary::Max, v, delayed);
    let chosen = g.select(either, smaller, larger);
    let not_both = g.insert(Op::Not(both));
    let plain = g.select(not_both, chosen, v);
    let simple = g.select(less_equal, plain, strength);
    let last = g.select(equal, two, simple);
    model.equation(v, last);

    // dphase/dt reads the table at new values.
    let (next_x, next_rate) = (model.next(x), model.next(rate));
    let at = [next_x, next_rate];
    let (first, third) = (model.column(plane, 0, at), model.column(plane, 2, at));
    let flat = model.column(line, 0, [v, v]);
    let g = model.graph();
    let sum = g.add(first, third);
    let sum = g.add(sum, flat);
    model.equation(phase, sum);
    let g = model.graph();
    let one = g.constant(1.0);
    let inverse = g.div(one, y);
    let negative = g.unary(Unary::Neg, inverse);
    let new_rate = g.mul(negative, gain);
    model.equation(rate, new_rate);

    let g = model.graph();
    let (sine, cosine) = (g.unary(Unary::Sin, phase), g.unary(Unary::Cos, phase));
    let wave = g.mul(gain, sine);
    let lone = g.unary(Unary::Cos, x);
    let product = g.mul(lone, y);
    let negative = g.sub(product, x);
    model.output("sine", wave);
    model.output("cosine", cosine);
    model.output("negative", negative);
    model.output("copy", x);
    model.output("gain", gain);
    model.output("two", two);
    let slope = model.graph().insert(Op::TableSlope { table: plane, column: 1, axis: 1, at: [x, y] });
    model.output("slope", slope);
    let _ = delay;
    model.program
}
