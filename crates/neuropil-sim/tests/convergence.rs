//! Orders of convergence, measured.
//!
//! | problem | Euler | Heun | RK4 |
//! | --- | --- | --- | --- |
//! | one nonlinear node | 1 | 2 | 4 |
//! | nonlinear network, connections without delay, diffusive | 1 | 2 | 4 |
//! | the same with delays, and with delays and none | 1 | 2 | 2 |
//! | the node's own delayed output | 1 | 2 | 2 |
//! | a smooth stimulus, one sample a step | 1 | 2 | 2 |
//! | `next()` | 1 | 2 | 4 |
//! | additive noise (strong) | 1 | 1 | - |
//! | multiplicative noise (strong) | 0.5, to Ito's solution | 1, to Stratonovich's | - |
//!
//! Delays are multiples of all steps. A constant history makes kinks: the slope of x jumps at 0, that of x' one delay
//! later, and so on. All of them fall on grid points, where a one-step method does not mind.
//!
//! With several channels of multiplicative noise that do not commute, Heun's strong order is 0.5.

#![allow(clippy::unwrap_used)]

mod common;

use common::{alone, connect, model, run};
use neuropil_sim::{Connections, Link, Method, Network, Population, Recording, Simulation, Stimulus};

const NODE: &str = r#"
model node "A nonlinear oscillator"
param tau = 4 : ms in (0, inf) "slow time constant"
input u : 1 "input"
state x = 0.5 : 1 "fast"
state y = 0.1 : 1 "slow"
dx/dt = x - x^3 / 3 - y + u
dy/dt = (x + 0.7 - 0.8 * y) / tau
output x
output s = tanh(2 * x) : 1 "bounded"
"#;

/// Two oscillators and a relaxation that drive each other; delays in ms.
fn network(delays: [f64; 4]) -> Network {
    let mut network = Network::new();
    let mut nodes = Population::new("nodes", model(NODE), 2);
    nodes.start_from("x", vec![0.5, -0.8]).unwrap();
    network.add(nodes).unwrap();
    let slow = "model slow \"Slow\"\ninput u : 1 \"u\"\nstate x = 0.3 : 1 \"x\"\ndx/dt = tanh(u) - x - x^3\n";
    network.add(Population::new("slow", model(slow), 1)).unwrap();
    let among = Connections::sparse(2, 2, [(0, 1, 0.7, delays[0]), (1, 0, 0.4, delays[1])]).unwrap();
    connect(&mut network, ["nodes", "x", "nodes"], among, vec![Link::diffusive("u")]);
    let to_slow = Connections::sparse(1, 2, [(0, 0, 0.7, delays[2]), (0, 1, -0.4, 0.0)]).unwrap();
    connect(&mut network, ["nodes", "s", "slow"], to_slow, vec![Link::additive("u")]);
    let back = Connections::sparse(2, 1, [(0, 0, 0.6, 0.0), (1, 0, -0.9, delays[3])]).unwrap();
    connect(&mut network, ["slow", "x", "nodes"], back, vec![Link::additive("u").strength(0.5)]);
    network
}

/// A simulation at a time step.
type Problem = fn(f64) -> Simulation;

fn one_node(dt: f64) -> Simulation {
    Simulation::new(alone(&model(NODE), 1), dt)
}

fn without_delays(dt: f64) -> Simulation {
    Simulation::new(network([0.0; 4]), dt)
}

fn with_delays(dt: f64) -> Simulation {
    Simulation::new(network([1.0, 2.5, 0.5, 1.5]), dt)
}

fn own_delay(dt: f64) -> Simulation {
    let text = r#"
model delayed "Delayed feedback"
param lag = 1.5 : ms in [0, inf) "delay"
state x = 0.5 : 1 "x"
dx/dt = 1.2 * tanh(delay(s, lag)) - x - 0.1 * x * x
output s = x - 0.8 * x * x * x : 1 "what is fed back"
"#;
    let mut population = Population::new("nodes", model(text), 2);
    population.set("lag", vec![0.5, 1.5]).unwrap();
    let mut network = Network::new();
    network.add(population).unwrap();
    Simulation::new(network, dt)
}

fn stimulated(dt: f64) -> Simulation {
    let course = (0..=(END / dt) as u32).map(|k| (1.5 * f64::from(k) * dt).sin()).collect();
    let stimulus =
        Stimulus { population: "nodes".into(), input: "u".into(), courses: vec![course], start: 0.0, interval: None };
    Simulation { stimuli: vec![stimulus], ..one_node(dt) }
}

/// A pendulum whose position moves with the new velocity; methods of several stages see the present one.
fn semi_implicit(dt: f64) -> Simulation {
    let text = r#"
model pendulum "Pendulum"
state x = 1.5 : rad "angle"
state v = 0 : rad/ms "velocity"
dv/dt = -sin(x) * 1[1/ms^2]
dx/dt = next(v)
"#;
    Simulation::new(alone(&model(text), 1), dt)
}

const END: f64 = 6.0;

/// All values of the first population's x at the end.
fn end(simulation: &Simulation) -> Vec<f64> {
    let mut simulation = simulation.clone();
    simulation.threads = Some(1);
    simulation.recordings.push(Recording::sampled("nodes", "x", END));
    run(&simulation, (END / simulation.dt) as u64)[0].values.clone()
}

fn root_mean_square(a: &[f64], b: &[f64]) -> f64 {
    (a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64).sqrt()
}

/// Slope of log error over log dt, by least squares.
fn slope(steps: &[f64], errors: &[f64]) -> f64 {
    let [x, y] = [steps, errors].map(|values| values.iter().map(|value| value.ln()).collect::<Vec<_>>());
    let [mean_x, mean_y] = [&x, &y].map(|values| values.iter().sum::<f64>() / values.len() as f64);
    let products =
        |a: &[f64], b: &[f64], of_b: f64| a.iter().zip(b).map(|(a, b)| (a - mean_x) * (b - of_b)).sum::<f64>();
    products(&x, &y, mean_y) / products(&x, &x, mean_x)
}

#[test]
fn deterministic() {
    let table: [(&str, Problem, [f64; 3]); 6] = [
        ("one node", one_node, [1.0, 2.0, 4.0]),
        ("network without delays", without_delays, [1.0, 2.0, 4.0]),
        ("network with delays", with_delays, [1.0, 2.0, 2.0]),
        ("own delay", own_delay, [1.0, 2.0, 2.0]),
        ("stimulus", stimulated, [1.0, 2.0, 2.0]),
        ("next", semi_implicit, [1.0, 2.0, 4.0]),
    ];
    for (name, problem, orders) in table {
        let finest = Simulation { method: Method::RungeKutta4, ..problem(1.0 / 2048.0) };
        let expected = end(&finest);
        for (method, order) in Method::ALL.into_iter().zip(orders) {
            let steps: Vec<f64> = (4..8).map(|k| 0.5_f64.powi(k)).collect();
            let error = |&dt: &f64| root_mean_square(&end(&Simulation { method, ..problem(dt) }), &expected);
            let errors: Vec<f64> = steps.iter().map(error).collect();
            let found = slope(&steps, &errors);
            assert!((found - order).abs() < 0.2, "{name}, {method:?}: order {found:.2}, expected {order}: {errors:?}");
        }
    }
}

/// Without delays, the table in the documentation of the methods is the measured one.
#[test]
fn methods_state_their_order() {
    assert_eq!(Method::ALL.map(Method::order), [1, 2, 4]);
    assert_eq!(Method::ALL.map(Method::is_stochastic), [true, true, false]);
    for method in Method::ALL {
        assert_eq!(Method::from_name(method.name()), Some(method));
    }
    assert_eq!(Method::from_name("Euler"), None);
}

/// Under Euler, `next` is what was just computed, so a pendulum neither gains nor loses energy; elsewhere it is the
/// present value.
#[test]
fn next_is_the_new_value_under_euler() {
    let dt = 0.125;
    let mut simulation = semi_implicit(dt);
    simulation.recordings.extend(["x", "v"].map(|state| Recording::sampled("nodes", state, dt)));
    let found = run(&simulation, 4000);
    let (mut x, mut v) = (1.5_f64, 0.0);
    for (&found_x, &found_v) in found[0].values.iter().zip(&found[1].values).take(200) {
        v -= dt * x.sin();
        x += dt * v;
        assert!((found_x - x).abs() < 1e-9 && (found_v - v).abs() < 1e-9, "{found_x}, {x}");
    }
    let energy = |x: f64, v: f64| v * v / 2.0 - x.cos();
    for (&x, &v) in found[0].values.iter().zip(&found[1].values) {
        assert!((energy(x, v) - energy(1.5, 0.0)).abs() < 0.1, "energy {}", energy(x, v));
    }
}

/// Steps of the strong problems, and the step of their noise.
const STRONG: [f64; 4] = [1.0 / 8.0, 1.0 / 16.0, 1.0 / 32.0, 1.0 / 64.0];
const NOISE_STEP: f64 = 1.0 / 1024.0;

/// Strong order: all time steps follow the same path, and so does the reference.
#[test]
fn additive_noise() {
    let text = r#"
model well "Two wells"
param sigma = 0.6 : 1/sqrt(ms) in [0, inf) "amplitude"
noise xi "noise"
state x = 0.2 : 1 "x"
dx/dt = (x - x^3) / 1[ms] + sigma * xi
"#;
    let at = |dt: f64, method: Method| {
        end(&Simulation { method, noise_step: Some(NOISE_STEP), ..Simulation::new(alone(&model(text), 1000), dt) })
    };
    let expected = at(NOISE_STEP, Method::Heun);
    for method in [Method::Euler, Method::Heun] {
        let errors = STRONG.map(|dt| root_mean_square(&at(dt, method), &expected));
        let found = slope(&STRONG, &errors);
        assert!((found - 1.0).abs() < 0.15, "{method:?}: strong order {found:.2}, expected 1: {errors:?}");
    }
}

const RATE: f64 = 0.3;
const AMPLITUDE: f64 = 0.5;

/// Geometric Brownian motion and the path that drives it, at t = 1 ms.
fn geometric(nodes: usize, dt: f64, method: Method, noise_step: Option<f64>) -> (Vec<f64>, Vec<f64>) {
    let text = r#"
model geometric "Geometric Brownian motion"
param a = 0.3 : 1/ms in (-inf, inf) "rate"
param s = 0.5 : 1/sqrt(ms) in [0, inf) "amplitude"
noise xi "noise"
state x = 1 : 1 "x"
state w = 0 : sqrt(ms) "path"
dx/dt = a * x + s * x * xi
dw/dt = xi
"#;
    let mut simulation = Simulation { method, noise_step, ..Simulation::new(alone(&model(text), nodes), dt) };
    simulation.threads = Some(1);
    simulation.recordings.extend(["x", "w"].map(|state| Recording::sampled("nodes", state, 1.0)));
    let mut found = run(&simulation, (1.0 / dt) as u64);
    let w = found.pop().unwrap().values;
    (found.pop().unwrap().values, w)
}

/// dX = a X dt + s X dW has the solution exp((a - s^2 / 2) t + s W) in Ito's sense, to which Euler-Maruyama converges
/// with strong order 0.5, and exp(a t + s W) in Stratonovich's, to which Heun does with order 1.
#[test]
fn multiplicative_noise() {
    let ito = |w: f64| (RATE - AMPLITUDE * AMPLITUDE / 2.0 + AMPLITUDE * w).exp();
    let stratonovich = |w: f64| (RATE + AMPLITUDE * w).exp();
    let error = |dt: f64, method: Method, solution: &dyn Fn(f64) -> f64| {
        let (x, w) = geometric(2000, dt, method, Some(NOISE_STEP));
        root_mean_square(&x, &w.iter().map(|&w| solution(w)).collect::<Vec<_>>())
    };
    for (method, solution, other, order) in [
        (Method::Euler, &ito as &dyn Fn(f64) -> f64, &stratonovich as &dyn Fn(f64) -> f64, 0.5),
        (Method::Heun, &stratonovich, &ito, 1.0),
    ] {
        let errors = STRONG.map(|dt| error(dt, method, solution));
        let found = slope(&STRONG, &errors);
        assert!((found - order).abs() < 0.12, "{method:?}: strong order {found:.2}, expected {order}: {errors:?}");
        assert!(error(STRONG[3], method, other) > 0.1, "{method:?} must not converge to the other sense");
    }
}

/// The means tell the senses apart: e^(a t) for Ito, e^((a + s^2 / 2) t) for Stratonovich; and those of the methods'
/// own recursions, which are exact at any dt. Five standard errors of the sample.
#[test]
fn means_of_ito_and_stratonovich() {
    let dt = 1.0 / 64.0;
    let spread = AMPLITUDE * AMPLITUDE;
    for (method, factor, continuous) in [
        (Method::Euler, 1.0 + RATE * dt, RATE.exp()),
        (Method::Heun, 1.0 + RATE * dt + 0.5 * ((RATE * dt).powi(2) + spread * dt), (RATE + spread / 2.0).exp()),
    ] {
        let (x, _) = geometric(40_000, dt, method, None);
        let count = x.len() as f64;
        let mean = x.iter().sum::<f64>() / count;
        let error = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count / count).sqrt();
        let expected = factor.powi(64);
        assert!((expected - continuous).abs() < 0.01 * continuous, "{method:?}: {expected}, {continuous}");
        assert!((mean - expected).abs() < 5.0 * error, "{method:?}: found {mean} +- {error}, expected {expected}");
        // Ito's and Stratonovich's means differ by 12 %, many standard errors.
        assert!(error < 0.005);
    }
}
