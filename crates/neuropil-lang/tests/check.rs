//! What the checks accept, what they refuse, and what they make of a model. One line of a small model at a time.
#![allow(clippy::unwrap_used)]

use neuropil_kernel::{Bounds, CouplingKind, Delay, Initial, OutputSource, StateKind};
use neuropil_lang::{Binary, Diagnostics, ModelText, NodeId, Op, Program, Unary, compile};

/// A model of one membrane with the given lines added.
fn membrane(lines: &str) -> String {
    format!(
        r#"model membrane "A membrane"
param tau = 20 : ms in (0, inf) "time constant"
param sigma = 2 : mV/sqrt(ms) in [0, inf) "noise"
param rest = -0.065 : V in [-0.1, 0] "resting potential"
param d = 5 : ms in [0, inf) "a delay"
param gain = 1 : 1 in [0, inf) "a number"
input drive = 0 : mV/ms "drive"
noise xi "noise"
state v = -65 : mV "potential"
{lines}
"#
    )
}

fn compiled(lines: &str) -> Result<ModelText, Diagnostics> {
    compile(&membrane(lines), "membrane.model")
}

/// The model without dimensions, with the given lines added.
fn plain(lines: &str) -> Result<ModelText, Diagnostics> {
    let text = format!(
        r#"model plain "Without dimensions"
param a = 1 : 1 in (-inf, inf) "a number"
param w = 1 : rad/ms in (-inf, inf) "a frequency"
param volt = 1 : mV in (-inf, inf) "a voltage"
param strong = 1 : 1/sqrt(ms) in (-inf, inf) "amplitude"
noise xi "noise"
noise eta "more noise"
input i : 1 "input"
state x = 0 : 1 "state"
{lines}
"#
    );
    compile(&text, "plain.model")
}

const EQUATION: &str = "dv/dt = (rest - v) / tau + drive + gain * sigma * xi";

/// Errors of the membrane with its equation, and the given lines.
fn errors(lines: &str) -> String {
    compiled(&format!("{lines}\n{EQUATION}\noutput out = 2 * v / d : mV/ms \"x\"")).unwrap_err().to_string()
}

/// Warnings about the given lines alone.
fn warnings(lines: &str) -> Vec<String> {
    let text = format!("{lines}\n{EQUATION}\noutput out = v / d : mV/ms \"x\"");
    compiled(&text).unwrap().warnings.iter().map(|warning| warning.message.clone()).collect()
}

/// The value of a node that reads nothing but constants, parameters at their defaults, states and feeds that are 1.
fn evaluate(program: &Program, node: NodeId) -> f64 {
    let value = |node| evaluate(program, node);
    match program.graph.op(node) {
        Op::Constant(constant) => constant,
        Op::Parameter(index) => {
            let parameter = &program.info.parameters[index as usize];
            parameter.default * parameter.unit.scale
        }
        Op::State(_) | Op::Feed(_) | Op::Next(_) => 1.0,
        Op::Unary(Unary::Neg, a) => -value(a),
        Op::Unary(Unary::Exp, a) => value(a).exp(),
        Op::Unary(Unary::Exprel, a) => value(a).exp_m1() / value(a),
        Op::Unary(Unary::Sqrt, a) => value(a).sqrt(),
        Op::Binary(Binary::Add, a, b) => value(a) + value(b),
        Op::Binary(Binary::Sub, a, b) => value(a) - value(b),
        Op::Binary(Binary::Mul, a, b) => value(a) * value(b),
        Op::Binary(Binary::Div, a, b) => value(a) / value(b),
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_are_internal_and_information_is_in_declared_units() {
    let model = compiled("dv/dt = (rest - v) / tau + 2[V/s] + drive").unwrap();
    let program = &model.program;
    assert_eq!(program.info.parameters[2].default, -0.065);
    assert_eq!(program.info.parameters[2].unit.scale, 1e3);
    assert_eq!(program.info.states[0].initial, Initial::Value(-65.0));
    // (-65 mV - 1 mV)/(20 ms) + 2 mV/ms + 1 mV/ms
    assert_eq!(evaluate(program, program.right_sides[0]), -66.0 / 20.0 + 3.0);
}

#[test]
fn noise_is_split_from_the_drift() {
    let program = compiled(EQUATION).unwrap().program;
    assert_eq!(program.diffusion.len(), 1);
    assert_eq!((program.diffusion[0].state, program.diffusion[0].channel), (0, 0));
    assert_eq!(evaluate(&program, program.diffusion[0].amplitude), 2.0);
    assert!(!program.graph.nodes().iter().any(|op| matches!(op, Op::White(_))));
    let program =
        plain("dx/dt = -x * (a - a * eta) / a - strong * xi * x + (1 if a > 0 else strong * xi)").unwrap().program;
    let amplitudes: Vec<f64> = program.diffusion[1..].iter().map(|term| evaluate(&program, term.amplitude)).collect();
    assert_eq!(amplitudes, [1.0]);
    assert_eq!(program.diffusion[0].channel, 0);
}

#[test]
fn noise_may_only_enter_linearly() {
    for (right, place) in [
        ("xi * xi * sigma", "both hold noise"),
        ("sigma * xi^2", "stands in a power"),
        ("sigma / xi", "stands in a denominator"),
        ("sigma * abs(xi)", "stands in `abs`"),
        ("sigma * (1 if xi > 0 else 2)", "stands in a condition"),
        ("sigma * max(0, xi)", "stands in `max`"),
    ] {
        let found = compiled(&format!("dv/dt = {right}")).unwrap_err().to_string();
        assert!(found.contains("may only enter linearly") && found.contains(place), "{right}: {found}");
    }
    let found = compiled("state r = 0 : mV\nr := v + sigma * xi * tau\ndv/dt = 0").unwrap_err().to_string();
    assert!(found.contains("cannot enter the value that is assigned to `r`"), "{found}");
    let found = compiled("dv/dt = -v / tau\noutput y = sigma * xi * tau : mV").unwrap_err().to_string();
    assert!(found.contains("output `y` depends on noise"), "{found}");
}

#[test]
fn dimensions_are_checked() {
    for (right, message) in [
        ("v + tau", "cannot add `v` (mV) and `tau` (ms)"),
        ("v - 1", "cannot subtract `v` (mV) and `1` (1)"),
        ("drive if v > 5 else 0", "cannot compare `v` (mV) and `5` (1)"),
        ("drive * exp(v)", "`v` has dimension mV, but `exp` takes a number without dimension"),
        ("drive if v > 0 else v", "the two cases differ in dimension: `drive` (mV/ms) and `v` (mV)"),
        ("max(drive, v)", "`max` is given `drive` (mV/ms) and `v` (mV)"),
        ("v", "the right side of `dv/dt` has dimension mV, expected mV/ms"),
        ("drive * v^gain", "`v` has dimension mV, and its exponent `gain` is not a constant"),
        ("drive * gain^v", "an exponent takes a number without dimension"),
        ("drive * 2[mV]^0.3", "mV to the power of 0.3 has no unit"),
        ("drive * 2[mVs]", "unknown unit `mVs`"),
        ("v > 0[mV]", "is a condition, expected a number"),
        ("drive if v else 0", "`v` is a number, expected a condition"),
        ("drive * (v > 0 and gain)", "`gain` is a number, expected a condition"),
    ] {
        let found = compiled(&format!("dv/dt = {right}")).unwrap_err().to_string();
        assert!(found.contains(message), "{right}: {found}");
    }
    for right in [
        "drive * sqrt(v / rest)",
        "max(0, drive)",
        "sqrt(drive^2)",
        "drive if v > 0 else 0",
        "clip(v, -80[mV], 40[mV]) / tau",
        "-(v - rest)^3 / (tau * 1[mV^2])",
        "0",
        "drive * (gain ^ tanh(gain))",
        "drive * 2 ** floor(v / 1[mV])",
    ] {
        assert!(compiled(&format!("dv/dt = {right}")).is_ok(), "{right}");
    }
}

#[test]
fn a_bare_number_beside_a_quantity_gets_a_hint() {
    let found = compiled("dv/dt = (v + 65) / tau").unwrap_err().to_string();
    assert!(found.contains("hint: a number with a unit is written `65[mV]`"), "{found}");
}

#[test]
fn terms_without_dimension_are_read_per_millisecond() {
    for right in [
        "a * x - w * x + i",
        "-x * w + strong * xi",
        "a * x - x^3 + a * xi",
        "(a * x + a * xi) / a",
        "a * xi + strong * xi + w",
        "a if x > 0 else w",
        "-(a + w)",
        "0",
    ] {
        let result = plain(&format!("dx/dt = {right}"));
        assert!(result.is_ok(), "{right}: {}", result.unwrap_err());
    }
    for (right, message) in [
        ("a * x + volt", "the term `volt` in the equation of `x` has dimension mV, expected 1/ms or none"),
        ("a * (x + w)", "cannot add `x` (1) and `w` (1/ms)"),
        ("(x + volt * xi) / a", "cannot add"),
        ("volt * xi", "has dimension mV/sqrt(ms), expected 1/ms or none"),
    ] {
        let found = plain(&format!("dx/dt = {right}")).unwrap_err().to_string();
        assert!(found.contains(message), "{right}: {found}");
    }
}

#[test]
fn named_values_keep_noise_in_both_readings() {
    let program = plain("n = a * xi\nm = x + n\ndx/dt = -x + n").unwrap().program;
    assert_eq!(program.diffusion.len(), 1);
    plain("n = strong * xi\ndx/dt = -x + 2 * n").unwrap();
    plain("n = x + a * xi\ndx/dt = n").unwrap();
    let found = plain("state v = 0 : mV\nn = x + a * xi\ndv/dt = n * volt\ndx/dt = n").unwrap_err().to_string();
    assert!(found.contains("the noise in `n` does not have the unit that it needs here"), "{found}");
    let found = plain("n = volt + a * xi\ndx/dt = n").unwrap_err().to_string();
    assert_eq!(found.matches("error:").count(), 1, "{found}");
}

#[test]
fn names_are_known_once_and_written_before_they_are_read() {
    for (lines, message) in [
        ("y = vv / tau", "unknown name `vv`"),
        ("y = taau", "hint: did you mean `tau`?"),
        ("y = z\nz = tau", "`z` is read before it is written, in line 11"),
        ("y = y + 1", "`y` is read before it is written"),
        ("param tau = 1", "`tau` is declared twice: it is a parameter in line 2"),
        ("v = tau", "an equation of a state is written `dv/dt = ...` or `v := ...`"),
        ("sqrt = tau", "`sqrt` is a function of the language"),
        ("y = t * tau", "equations do not depend on time"),
        ("dtau/dt = 1", "`tau` is a parameter, but has the equation of a state"),
        ("dvv/dt = 1", "unknown state `vv`"),
        ("v := rest", "`v` has a second equation: the first is in line 10"),
        ("state u = 0 : mV", "state `u` has no equation"),
        ("y = log(gain)", "the natural logarithm is `ln`"),
        ("y = eps(gain)", "did you mean `exp`?"),
        ("y = exp(gain, gain)", "`exp` is given 2 arguments, expected 1"),
        ("y = tau(gain)", "`tau` is a parameter, not a function"),
        ("y = out", "`out` is an output, which equations cannot read"),
        ("output out2", "unknown output `out2`"),
        ("output tau", "`tau` is a parameter, which cannot be an output"),
        ("output v\noutput v", "output `v` is listed twice"),
        ("y = v > 0\noutput y", "output `y` is a condition"),
        ("model second", "a file holds one model, `second` is a second one"),
        ("source \"A\" doi \"https://doi.org/10.1/2\"", "a DOI begins with `10.`"),
    ] {
        let found = errors(lines);
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn functions_read_named_values_that_are_written_before() {
    let program = compiled("half = tau / 2\nfunction f(x) = x / half\ndv/dt = f(v)").unwrap().program;
    assert_eq!(evaluate(&program, program.right_sides[0]), 0.1);
    for (lines, message) in [
        ("function f(x) = x / half\nhalf = tau / 2", "function `f` reads `half` before it is written"),
        ("y = f(v)\nhalf = tau / 2\nfunction f(x) = x / half", "in function `f`: `half` is read before it is written"),
        ("n = sigma * xi\nfunction f(x) = x * n\ny = f(v)", "in function `f`: `n` holds noise"),
    ] {
        let found = errors(lines);
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn functions_are_put_in_with_units_of_each_call() {
    let program =
        compiled("function half(q) = q / 2 * gain\ndv/dt = half(drive) - half(v) / half(tau)").unwrap().program;
    assert_eq!(evaluate(&program, program.right_sides[0]), 0.5 - 0.5 / 10.0);
    for (lines, message) in [
        ("function f(x) = x + 1\ny = f(v)", "in function `f`: cannot add `x` (mV) and `1` (1)"),
        ("function f(x) = f(x)\ny = f(v)", "function `f` calls itself: f -> f"),
        ("function f(x) = g(x)\nfunction g(x) = f(x)\ny = f(v)", "function `f` calls itself: f -> g -> f"),
        ("function f(x) = x + v", "function `f` reads state `v`"),
        ("function f(x, x) = x", "has the argument `x` twice"),
        ("function f(x) = x + q", "unknown name `q`"),
        ("function f(x) = x + delay(v, d)", "`delay` cannot stand in a function"),
        ("function f(x) = x\ny = f(v, v)", "`f` is given 2 arguments, expected 1"),
        ("function f(x) = x\ny = f * 2", "`f` is a function, expected a number"),
    ] {
        let found = errors(lines);
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn functions_of_the_language_mean_what_the_reference_says() {
    for (expression, expected) in [
        ("tan(gain)", None),
        ("sinh(2)", Some(2f64.sinh())),
        ("cosh(2)", Some(2f64.cosh())),
        ("sigmoid(2)", Some(1.0 / (1.0 + (-2f64).exp()))),
        ("2 ^ 3 ^ 2", Some(512.0)),
        ("-2 ^ 2", Some(-4.0)),
        ("4 ^ 0.5", Some(2.0)),
        ("2 * pi", Some(2.0 * std::f64::consts::PI)),
        ("50[%] * 3[min] / 1[s]", Some(90.0)),
    ] {
        let program = compiled(&format!("dv/dt = drive * {expression}")).unwrap().program;
        if let Some(expected) = expected {
            let found = evaluate(&program, program.right_sides[0]);
            assert!((found - expected).abs() <= 4e-16 * expected.abs(), "{expression}: {found}, {expected}");
        }
    }
}

#[test]
fn clip_and_max_keep_what_is_not_a_number() {
    let program = compiled("dv/dt = clip(drive, 0, 1[mV/ms])").unwrap().program;
    let Op::Binary(Binary::Min, upper, inner) = program.graph.op(program.right_sides[0]) else { panic!() };
    assert_eq!(program.graph.as_constant(upper), Some(1.0));
    assert!(
        matches!(program.graph.op(inner), Op::Binary(Binary::Max, _, drive) if program.graph.op(drive) == Op::Feed(0))
    );
    let program = compiled("dv/dt = max(drive, 0)").unwrap().program;
    let Op::Binary(Binary::Max, zero, _) = program.graph.op(program.right_sides[0]) else { panic!() };
    assert_eq!(program.graph.as_constant(zero), Some(0.0));
}

#[test]
fn tables_are_looked_up_with_their_units() {
    let table = "table f(mu: mV/s, sigma: mV) -> r: Hz, mean: V \"rates\"\n";
    let model = compiled(&format!("{table}dv/dt = f(drive, v).r * 1[mV] + f(drive, v).mean / tau")).unwrap();
    assert_eq!(model.program.tables[0].axis_scales, [1e-3, 1.0]);
    assert_eq!(model.program.tables[0].column_scales, [1e-3, 1e3]);
    assert!(model.program.graph.nodes().iter().any(|op| matches!(op, Op::Table { column: 1, .. })));
    for (lines, message) in [
        ("dv/dt = f(drive, v)", "write `f(...).COLUMN`, where the column is one of `r`, `mean`"),
        ("dv/dt = f(drive, v).maen", "did you mean `mean`?"),
        ("dv/dt = f(drive).r", "table `f` is given 1 coordinates, expected 2"),
        ("dv/dt = f(v, v).r", "coordinate `v` of table `f` has dimension mV, expected mV/ms"),
        ("dv/dt = f(drive, sigma*xi).r", "may only enter linearly"),
        ("table g(a: 1, b: 1, c: 1) -> d: 1", "table `g` has 3 axes, expected at most 2"),
        ("table g(a: 1) -> a: 1, b: 1, c: 1, d: 1, e: 1", "table `g` has 5 columns, expected at most 4"),
        ("table g(a: 1) -> b: 1, b: 1", "table `g` has `b` twice"),
    ] {
        let found = compiled(&format!("{table}{lines}")).unwrap_err().to_string();
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn delays_strengths_and_inputs_share_the_feeds() {
    let lines = "state rate = 0 : kHz\n\
        rate := strength(drive) * delay(out, d) / 1[mV] + delay(rate, d) + delay(out, d) / 1[mV]\n\
        output out = v / tau : mV/ms \"x\"\n\
        dv/dt = drive";
    let info = compiled(lines).unwrap().program.info;
    assert_eq!(info.strengths, [0]);
    assert_eq!(info.delays, [Delay { output: 0, parameter: 3 }, Delay { output: 2, parameter: 3 }]);
    assert_eq!(info.feeds(), 4);
    assert_eq!(info.states[1].kind, StateKind::Updated);
    for (lines, message) in [
        ("y = delay(vv, d)", "`vv` is not an output"),
        ("y = delay(v, sigma)", "delay `sigma` has dimension mV/sqrt(ms), expected ms"),
        ("y = delay(v, 5)", "`5` is not a parameter"),
        ("param e = -1 : ms\ny = delay(v, e)", "delay `e` is -1"),
        ("y = strength(v)", "`v` is not an input"),
        ("y = next(drive)", "`drive` is not a state"),
        ("output z = drive : mV/ms", "output `z` depends on input `drive`"),
        ("y = gain * strength(drive)\noutput z = y : 1", "output `z` depends on `strength(drive)`"),
        ("y = delay(v, d)\noutput y : mV", "output `y` depends on a delayed output"),
        ("output z = next(v) : mV", "output `z` depends on `next(v)`"),
    ] {
        let found = errors(lines);
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn next_may_not_need_itself() {
    compiled("state u = 0 : mV\ndv/dt = (u - v) / tau\ndu/dt = (next(v) - u) / tau").unwrap();
    for (lines, message) in [
        ("dv/dt = -next(v) / tau", "`next` needs itself: next(v) needs next(v)"),
        ("state u = 0 : mV\ndv/dt = next(u) / tau\nu := next(v)", "needs next("),
        ("dv/dt = sigma * gain ^ (next(v) / rest) * xi", "`next` needs itself"),
    ] {
        let found = compiled(lines).unwrap_err().to_string();
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn outputs_are_listed_first_and_then_the_other_states() {
    let lines = "state u = 0 : mV \"u\"\nmean = (u + v) / 2 : V \"mean\"\n\
        output square = v^2 : mV^2 \"square\"\noutput mean\noutput u : V \"renamed\"\n\
        dv/dt = drive\ndu/dt = drive";
    let info = compiled(lines).unwrap().program.info;
    let found: Vec<(&str, &str, OutputSource)> =
        info.outputs.iter().map(|o| (o.name.as_str(), o.unit.text.as_str(), o.source)).collect();
    assert_eq!(
        found,
        [
            ("square", "mV^2", OutputSource::Expression(0)),
            ("mean", "V", OutputSource::Expression(1)),
            ("u", "V", OutputSource::State(1)),
            ("v", "mV", OutputSource::State(0)),
        ]
    );
    assert_eq!((info.listed_outputs, info.expressions), (3, 2));
    assert_eq!(info.outputs[1].meaning, "mean");
    assert_eq!(info.outputs[2].meaning, "renamed");
    let found = errors("output w = v : V/ms");
    assert!(found.contains("output `w` has dimension mV, but its unit measures mV/ms"), "{found}");
    let found = errors("output w = v");
    assert!(found.contains("hint: write `: mV`"), "{found}");
}

#[test]
fn couplings_connect_an_output_to_an_input_of_its_unit() {
    let lines = "input second : mV^2/ms \"x\"\n\
        coupling v -> drive diffusive per node strength k = 0.5 : 1/ms in [0, 10] \"strength\"\n\
        coupling v2 -> second strength k power 2\n\
        output v2 = v^2 : mV^2 \"x\"\n\
        dv/dt = drive + second / 1[mV]";
    let info = compiled(lines).unwrap().program.info;
    assert_eq!(info.couplings[0].kind, CouplingKind::Diffusive);
    assert!(info.couplings[0].per_node);
    assert_eq!((info.couplings[1].output, info.couplings[1].input, info.couplings[1].power), (0, 1, 2));
    assert_eq!(info.couplings[0].strength, info.couplings[1].strength);
    assert_eq!(info.parameters.len(), 5);
    plain("state rate = 0 : 1 \"r\"\nrate := x + i\ncoupling x -> i\ndx/dt = i").unwrap();
    for (lines, message) in [
        ("coupling v -> drive", "`v` (mV) cannot reach input `drive`, which is measured in mV/ms"),
        ("coupling v -> drive strength k = 1 : mV in [0, 1]", "measured in 1/ms"),
        ("coupling vv -> drive", "`vv` is not an output"),
        ("coupling v -> dirve", "did you mean `drive`?"),
        ("coupling out -> drive strength k", "`k` is not the strength of a coupling before this one"),
        ("coupling out -> drive strength tau = 1 : 1 in [0, 1]", "`tau` is declared twice"),
        ("coupling out -> drive strength k = 2 : 1 in [0, 1]", "the default of `k` is 2, outside its range [0, 1]"),
    ] {
        let found = errors(lines);
        assert!(found.contains(message), "{lines}: {found}");
    }
}

#[test]
fn numbers_of_declarations_make_sense() {
    for (lines, message) in [
        ("param q = 5 : ms in [0, 1)", "the default of `q` is 5, outside its range [0, 1)"),
        ("param q = 1 : ms in [2, 1]", "the range [2, 1] holds no number"),
        ("param q = inf : ms", "the default of `q` is inf, outside its range (-inf, inf)"),
        ("input q = inf : ms", "`inf` is infinite, expected a finite number"),
        ("state u = 5 : mV clip [0, 1]", "the initial value 5 lies outside the bounds"),
        ("state u = uniform(1, 0) : mV", "`uniform`: 1 is larger than 0"),
        ("state u = normal(0, -1) : mV", "the standard deviation is -1"),
        ("state u = 0 : mV clip (0, 1)", "write `[` and `]`"),
        ("state u = 0 : mV wrap [0, 1]", "write `[a, b)`"),
        ("state u = 0 : mV wrap [0, inf)", "finite range `[a, b)`"),
        ("state u = tau : mV", "the initial value of `u` has dimension ms, expected mV"),
        ("state u = tua : mV", "`tua` is not a parameter"),
    ] {
        let found = errors(lines);
        assert!(found.contains(message), "{lines}: {found}");
    }
    let lines = "state a = rest : mV clip [-0.5, inf)\nstate b = 1 : V wrap [0, 2*pi)\n\
        da/dt = drive\ndb/dt = drive\ndv/dt = drive";
    let info = compiled(lines).unwrap().program.info;
    assert_eq!(info.states[1].initial, Initial::Parameter(2));
    assert_eq!(info.states[1].bounds, Some(Bounds::Clip(-0.5, f64::INFINITY)));
    assert_eq!(info.states[2].bounds, Some(Bounds::Wrap(0.0, 2.0 * std::f64::consts::PI * 1e3)));
}

#[test]
fn what_looks_wrong_is_a_warning() {
    assert_eq!(warnings(""), Vec::<String>::new());
    for (lines, expected) in [
        (
            "param q = 1\noutput w = v * q : mV \"x\"",
            vec!["parameter `q` has no unit", "parameter `q` has no range", "parameter `q` has no meaning"],
        ),
        ("param q = 1 : 1 in [0, 1] \"x\"", vec!["parameter `q` is never read"]),
        ("noise q \"x\"", vec!["noise `q` is never read"]),
        ("y = tau", vec!["value `y` is never read"]),
        ("function f(tau) = tau", vec!["function `f` is never read"]),
        ("noise q\nstate u = 0 : mV\ndu/dt = 0 * q", vec!["noise `q` has amplitude 0 in the equation of `u`"]),
        (
            "param e = 1 : ms in (-inf, inf) \"x\"\nstate u = 0 : mV\nu := delay(v, e)",
            vec!["the range of delay `e` allows negative times"],
        ),
    ] {
        assert_eq!(warnings(lines), expected, "{lines}");
    }
}

#[test]
fn a_file_begins_with_its_model() {
    let found = compile("", "x").unwrap_err().to_string();
    assert!(found.contains("begin with `model NAME \"TITLE\"`"), "{found}");
    let found = compile("param a = 1\nmodel m \"M\"", "x").unwrap_err().to_string();
    assert!(found.contains("`model` comes first in a file"), "{found}");
    let found = compile("model m \"M\"", "x").unwrap_err().to_string();
    assert!(found.contains("the model has no state"), "{found}");
    let found = compile("model Hopf \"M\"", "x").unwrap_err().to_string();
    assert!(found.contains("expected lower case"), "{found}");
}

#[test]
fn what_could_not_be_read_is_not_missed_again() {
    let found = compiled("state u = : mV\ndu/dt = 1 +\nparam q 3\ny = q * u\ndv/dt = drive + y").unwrap_err();
    assert_eq!(found.iter().count(), 3, "{found}");
}

#[test]
fn functions_that_multiply_do_not_exhaust_memory_or_stack() {
    let doubling = (1..60).map(|n| format!("function f{n}(x) = f{0}(x) + f{0}(2 * x)\n", n - 1));
    let lines = format!("function f0(x) = x + x\n{}", doubling.collect::<String>());
    let found = compiled(&format!("{lines}dv/dt = f59(drive)")).unwrap_err().to_string();
    assert!(found.contains("too large once functions are put in"), "{found}");
    let chain = (1..5000).map(|n| format!("function f{n}(x) = -f{}(x)\n", n - 1));
    let lines = format!("function f0(x) = x\n{}", chain.collect::<String>());
    assert!(compiled(&format!("{lines}dv/dt = f4999(drive)")).is_err());
}

/// A line that cannot be read has one error, whatever it declares and however that is used.
#[test]
fn nothing_follows_from_a_line_that_cannot_be_read() {
    let text = r#"model m "M"
param tau = 10 : ms in (0, inf) "tau"
param start = 1 : 1 in (0, inf) "start"
input u : 1 "u"
noise xi "xi"
function f(a) = a + start
table t(mu: 1, sigma: 1) -> rate: 1, peak: 1
state x = start : 1 "x"
state y = 0 : 1 "y"
level = f(u) - x + t(x, y).rate
dx/dt = level / tau + 0.1[1/sqrt(ms)] * xi + 0 * delay(s, tau)
y := next(x) + strength(u)
output x
output s = 2 * x : 1 "s"
coupling s -> u strength K = 1 : 1 in [0, inf) "K"
coupling x -> u strength K
"#;
    assert!(compile(text, "m.model").is_ok());
    for (right, wrong) in [
        ("param tau", "parm tau"),
        ("param tau = 10", "param tau 10"),
        ("param tau = 10", "param tau = ten * 10"),
        ("param start = 1", "param start = = 1"),
        ("param start", "parameter start"),
        ("param tau = 10", "param tau = 10 €"),
        ("\"tau\"", "\"tau"),
        ("input u : 1", "inptu u : 1"),
        ("input u : 1", "input u 1"),
        ("noise xi", "nois xi"),
        ("noise xi \"xi\"", "noise xi : 1"),
        ("function f(a)", "function f(a"),
        ("function f", "fucntion f"),
        ("function f(a) = a", "function f(a) = a + * a"),
        ("table t(mu: 1", "table t(mu 1"),
        ("table t", "tabel t"),
        ("state x = start", "state x ="),
        ("state x", "stat x"),
        ("state y = 0", "state y = uniform(0)"),
        ("level = f(u)", "level = f(u"),
        ("level = f(u)", "level == f(u)"),
        ("dx/dt = level", "dx/dt = level *"),
        ("dx/dt", "dx/dz"),
        ("dx/dt = level", "dx/dt level"),
        ("y := next(x) +", "y := next(x) + +*"),
        ("output s = 2 * x", "output s = 2 x"),
        ("output s", "outptu s"),
        ("K = 1 : 1", "K = : 1"),
        ("coupling s -> u strength", "couplng s -> u strength"),
        ("state y = 0", " state y = 0"),
    ] {
        assert!(text.contains(right), "{right}");
        let found = compile(&text.replacen(right, wrong, 1), "m.model").unwrap_err();
        assert_eq!(found.iter().count(), 1, "{wrong}:\n{found}");
    }
    // Other lines are still checked.
    let two = text.replace("param tau", "parm tau").replace("noise xi", "noise eta");
    assert_eq!(compile(&two, "m.model").unwrap_err().iter().count(), 2);
}
