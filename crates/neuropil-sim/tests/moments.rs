//! Noise as noise, and linear stochastic equations against theory.
//!
//! Statistics are over independent samples; each is compared with its expected value within five standard errors,
//! which are stated beside it. Seeds are fixed, so a test that passes always passes.

#![allow(clippy::unwrap_used)]

mod common;

use common::{alone, connect, model, run};
use neuropil_sim::{
    Connections, Link, Method, Network, Observation, Population, Recording, Samples, Simulation, Stimulus,
};

/// Checks a sample mean whose standard error is known.
#[track_caller]
fn close(what: &str, found: f64, expected: f64, standard_error: f64) {
    let errors = (found - expected) / standard_error;
    assert!(errors.abs() <= 5.0, "{what}: found {found}, expected {expected}: {errors:.1} standard errors away");
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    sum / count as f64
}

const TAU: f64 = 2.0;
const SIGMA: f64 = 0.5;
const LEVEL: f64 = 0.7;

/// An Ornstein-Uhlenbeck process whose time constant is `1 / h` steps, for many nodes after it has become stationary.
fn ornstein_uhlenbeck(method: Method, h: f64, steps: u64) -> Samples {
    let text = r#"
model ou "Ornstein-Uhlenbeck process"
param tau = 2 : ms in (0, inf) "time constant"
param sigma = 0.5 : 1/sqrt(ms) in [0, inf) "amplitude"
input level = 0.7 : 1 "mean"
noise xi "noise"
state x = 0.7 : 1 "x"
dx/dt = (level - x) / tau + sigma * xi
"#;
    let dt = h * TAU;
    let mut simulation = Simulation::new(alone(&model(text), 4096), dt);
    simulation.method = method;
    simulation.threads = Some(1);
    simulation.recordings.push(Recording::sampled("nodes", "x", dt));
    let mut run = simulation.start().unwrap();
    run.advance(steps).unwrap();
    run.take(0)
}

/// Factor per step and variance that the increments add, by method: `x <- a x + noise`.
fn discrete(method: Method, h: f64) -> (f64, f64) {
    let added = SIGMA * SIGMA * h * TAU;
    match method {
        Method::Euler => (1.0 - h, added),
        // x~ = (1 - h) x + s dW, x <- x - h (x + x~) / 2 + s dW
        Method::Heun => (1.0 - h + h * h / 2.0, added * (1.0 - h / 2.0).powi(2)),
        Method::RungeKutta4 => unreachable!("not for noise"),
    }
}

/// The model of the catalogue, driven; and as a source of noise for another input.
#[test]
fn the_catalogue_has_a_source_of_coloured_noise() {
    let (tau, sigma, dt, nodes) = (5.0, 0.3, 0.5, 4096);
    let mut noise = Population::new("noise", neuropil_models::model("ornstein_uhlenbeck").unwrap(), nodes);
    for (name, value) in [("sigma", sigma), ("mean", 0.4), ("x_ext", 0.2)] {
        noise.set(name, value).unwrap();
    }
    noise.start_from("x", 0.6).unwrap();
    let text = "model sink \"Sink\"\ninput u : mV/s \"u\"\nstate seen = 0 : mV/s \"u\"\nseen := u\noutput seen\n";
    let mut network = alone(&model(text), nodes);
    network.add(noise).unwrap();
    let links = vec![Link::additive("u").strength(10.0)];
    connect(&mut network, ["noise", "x", "nodes"], Connections::one_to_one(nodes), links);
    let mut simulation = Simulation::new(network, dt);
    for output in [("noise", "x"), ("nodes", "seen")] {
        simulation.recordings.push(Recording::sampled(output.0, output.1, 40.0));
    }
    let found = run(&simulation, 80 * 12);
    let h: f64 = dt / tau;
    for (samples, scale) in found.iter().zip([1.0, 10.0]) {
        // Eight time constants apart, from the second on.
        let values: Vec<f64> = (0..nodes).flat_map(|node| samples.of(0, node)[1..].to_vec()).collect();
        let count = values.len() as f64;
        let variance = scale * scale * sigma * sigma * tau / 2.0 / (1.0 - h / 2.0);
        close("mean", mean(values.iter().copied()), 0.6 * scale, (variance / count).sqrt());
        let squares = values.iter().map(|value| (value - 0.6 * scale).powi(2));
        close("variance", mean(squares), variance, variance * (2.0 / count).sqrt());
    }
}

/// Mean, variance and autocovariance are those of the method's own recursion, whatever the step.
#[test]
fn ornstein_uhlenbeck_follows_the_theory_of_each_method() {
    for method in [Method::Euler, Method::Heun] {
        for h in [0.5, 0.1] {
            let (factor, added) = discrete(method, h);
            let variance = added / (1.0 - factor * factor);
            // Samples four time constants apart count as independent: what they share, e^-8 of the variance, is
            // nothing beside five standard errors.
            let apart = (4.0 / h) as usize;
            let samples = ornstein_uhlenbeck(method, h, 16 * apart as u64);
            let times: Vec<usize> = (2 * apart..15 * apart).step_by(apart).collect();
            let count = (times.len() * samples.nodes) as f64;
            let products = |lag: usize| {
                let samples = &samples;
                times.iter().flat_map(move |&t| {
                    (0..samples.nodes).map(move |node| {
                        let x = samples.of(0, node);
                        (x[t] - LEVEL) * (x[t + lag] - LEVEL)
                    })
                })
            };
            let values = times.iter().flat_map(|&t| (0..samples.nodes).map(move |node| (node, t)));
            let found = mean(values.map(|(node, t)| samples.of(0, node)[t]));
            close(&format!("{method:?}, h = {h}: mean"), found, LEVEL, (variance / count).sqrt());
            for lag in 0..5 {
                let expected = variance * factor.powi(lag as i32);
                let error = ((variance * variance + expected * expected) / count).sqrt();
                close(&format!("{method:?}, h = {h}: lag {lag}"), mean(products(lag)), expected, error);
            }
        }
    }
}

/// How far the methods' stationary variances are from the process's, sigma^2 tau / 2: a factor of 1 / (1 - h / 2) for
/// Euler, so O(dt), and of (1 - h/2) / (1 - h/2 + h^2/4) for Heun, so O(dt^2).
#[test]
fn the_bias_of_the_variance_is_of_order_dt() {
    let exact = SIGMA * SIGMA * TAU / 2.0;
    for h in [0.5, 0.1, 0.01] {
        for (method, bias) in
            [(Method::Euler, 1.0 / (1.0 - h / 2.0)), (Method::Heun, (1.0 - h / 2.0) / (1.0 - h / 2.0 + h * h / 4.0))]
        {
            let (factor, added) = discrete(method, h);
            let variance = added / (1.0 - factor * factor);
            assert!((variance / exact / bias - 1.0).abs() < 1e-12, "{method:?}, h = {h}");
        }
    }
    let samples = ornstein_uhlenbeck(Method::Euler, 0.02, 1000);
    let values = |t: usize| (0..samples.nodes).map(|node| (samples.of(0, node)[t] - LEVEL).powi(2)).collect::<Vec<_>>();
    let found = mean([399, 599, 799, 999].into_iter().flat_map(values));
    let error = exact * (2.0 / (4.0 * samples.nodes as f64)).sqrt();
    close("variance of the continuous process, 1 % of bias", found, exact * 1.01, error);
}

const WIENER: &str = r#"
model wiener "Two Wiener processes"
noise xi "first"
noise eta "second"
state v = 0 : sqrt(ms) "first path"
state w = 0 : sqrt(ms) "second path"
dv/dt = xi
dw/dt = eta
"#;

/// Increments of different seeds, populations, channels, nodes and trials are standard normal numbers (times the root
/// of dt) that know nothing of each other, at lags -1, 0 and 1.
#[test]
fn noise_is_white_and_independent() {
    let (dt, steps) = (0.25, 4000);
    let wiener = model(WIENER);
    let mut series: Vec<(String, Vec<f64>)> = vec![];
    for seed in [0, 1] {
        let mut network = alone(&wiener, 3);
        network.add(Population::new("others", wiener.clone(), 2)).unwrap();
        let mut simulation = Simulation { seed, trials: 0..3, ..Simulation::new(network, dt) };
        let places = [("nodes", "v"), ("nodes", "w"), ("others", "v"), ("others", "w")];
        simulation.recordings.extend(places.map(|(population, path)| Recording::sampled(population, path, dt)));
        for (samples, (population, path)) in run(&simulation, steps).into_iter().zip(places) {
            for trial in 0..samples.trials {
                for node in 0..samples.nodes {
                    let mut last = 0.0;
                    let path_of = samples.of(trial, node);
                    let steps = path_of.iter().map(|&x| (x - std::mem::replace(&mut last, x)) / dt.sqrt()).collect();
                    series.push((format!("seed {seed}, {population} {path} {node}, trial {trial}"), steps));
                }
            }
        }
    }
    assert_eq!(series.len(), 60);
    let root = (steps as f64).sqrt();
    for (i, (name, a)) in series.iter().enumerate() {
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0_f64)] {
            let found = mean(a.iter().map(|x| x.powi(power)));
            close(&format!("{name}: moment {power}"), found, expected, variance.sqrt() / root);
        }
        for (other, b) in &series[..=i] {
            for lag in [0, 1] {
                if lag == 0 && name == other {
                    continue;
                }
                let ahead = mean(a.iter().zip(&b[lag..]).map(|(a, b)| a * b));
                let behind = mean(a[lag..].iter().zip(b).map(|(a, b)| a * b));
                close(&format!("{name} x {other}, lag {lag}"), ahead, 0.0, 1.0 / root);
                close(&format!("{name} x {other}, lag -{lag}"), behind, 0.0, 1.0 / root);
            }
        }
    }
}

/// The noise and the initial values of observing models are not those of any population, nor of each other.
#[test]
fn observing_models_have_noise_of_their_own() {
    let text = r#"
model walker "Random walk from a random place"
input unused : sqrt(ms) "input"
noise xi "noise"
state w = normal(0, 1) : sqrt(ms) "path"
dw/dt = xi + 0 * unused / 1[ms]
"#;
    let walker = model(text);
    let mut network = alone(&walker, 3);
    network.add(Population::new("others", walker.clone(), 3)).unwrap();
    let mut simulation = Simulation::new(network, 1.0);
    for _ in 0..3 {
        let population = Population::new("walkers", walker.clone(), 3);
        let observation = Observation { population, input: "unused".into(), output: "w".into(), step: None };
        simulation.recordings.push(Recording::sampled("nodes", "w", 1.0).through(observation));
    }
    for population in ["nodes", "others"] {
        simulation.recordings.push(Recording::sampled(population, "w", 1.0));
    }
    let paths = run(&simulation, 1000);
    for (i, one) in paths.iter().enumerate() {
        for other in &paths[..i] {
            for node in 0..3 {
                let [a, b] = [one, other].map(|samples| samples.of(0, node));
                assert_ne!(a[0], b[0]);
                let product = mean(a.windows(2).zip(b.windows(2)).map(|(a, b)| (a[1] - a[0]) * (b[1] - b[0])));
                close("product of increments", product, 0.0, 1.0 / 999.0_f64.sqrt());
            }
        }
    }
}

/// With a `noise_step`, runs with different dt follow one path; without, a path belongs to its dt.
#[test]
fn one_path_for_all_dt() {
    let path = |dt: f64, noise_step: Option<f64>, method: Method| {
        let mut simulation = Simulation::new(alone(&model(WIENER), 20), dt);
        (simulation.noise_step, simulation.method) = (noise_step, method);
        simulation.recordings.push(Recording::sampled("nodes", "v", 1.0));
        run(&simulation, (30.0 / dt) as u64)[0].values.clone()
    };
    let fine = path(0.0625, None, Method::Euler);
    let apart = |values: Vec<f64>| values.iter().zip(&fine).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    for method in [Method::Euler, Method::Heun] {
        for dt in [0.0625, 0.125, 0.25, 0.5, 1.0] {
            assert!(apart(path(dt, Some(0.0625), method)) < 1e-12, "{method:?}, dt = {dt}");
        }
        assert!(apart(path(0.125, None, method)) > 1.0);
    }
}

/// Noise is on wherever it may ever have an amplitude, and found to be off where it has none.
#[test]
fn amplitudes_that_are_zero_at_first_are_noise_too() {
    let noisy = |term: &str| {
        let text = format!(
            r#"
model noisy "Noise with an amplitude that changes"
param lag = 1 : ms in [0, inf) "delay"
param sigma = 1e-6 : 1/sqrt(ms) in [0, inf) "amplitude"
input u : 1/sqrt(ms) "amplitude"
noise xi "noise"
state grows = 0 : 1/sqrt(ms) "amplitude"
state falls = 1e12 : 1 "from far away"
state x = 0 : 1 "x"
dgrows/dt = 1[1/sqrt(ms)] / 1[ms]
dfalls/dt = -falls / 1[ms]
dx/dt = {term}
"#
        );
        let mut network = alone(&model(&text), 2);
        let one = Connections::sparse(2, 2, [(0, 1, 1.0, 2.0), (1, 0, 1.0, 2.0)]).unwrap();
        connect(&mut network, ["nodes", "grows", "nodes"], one, vec![Link::additive("u").strength(1e-300)]);
        let course = vec![vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0]];
        let stimulus =
            Stimulus { population: "nodes".into(), input: "u".into(), courses: course, start: 0.0, interval: None };
        let mut simulation = Simulation { stimuli: vec![stimulus], ..Simulation::new(network, 1.0) };
        simulation.recordings.push(Recording::sampled("nodes", "x", 1.0));
        let samples = &run(&simulation, 6)[0];
        samples.of(0, 0)[5] != samples.of(0, 1)[5]
    };
    for amplitude in
        ["u * xi", "strength(u) * 1[1/sqrt(ms)] * xi", "delay(grows, lag) * xi", "grows * xi", "sigma * xi"]
    {
        assert!(noisy(amplitude), "{amplitude}");
    }
    // The increment of x is 1e12 at first, beside which sigma is nothing; later it is all there is.
    assert!(noisy("(falls - x) / 1[ms] + sigma * xi"), "amplitude that is small beside the first increment");
    assert!(!noisy("0 * sigma * xi"));
}

/// Random initial values have the distribution that the model says, and are independent of each other.
#[test]
fn initial_values_are_drawn() {
    let text = r#"
model drawn "Drawn"
param start = 0.5 : 1 in [0, 1] "start"
state a = uniform(-1, 3) : mV "uniform"
state b = normal(2, 0.5) : mV "normal"
state c = uniform(-1, 3) : mV "another"
state d = start : 1 "from a parameter"
a := a
b := b
c := c
d := d
"#;
    let mut simulation = Simulation::new(alone(&model(text), 2000), 1.0);
    simulation.trials = 7..17;
    simulation.recordings.extend(["a", "b", "c", "d"].map(|state| Recording::sampled("nodes", state, 1.0)));
    let found = run(&simulation, 1);
    let count = 20_000.0_f64;
    let [a, b, c] = [0, 1, 2].map(|i: usize| &found[i].values);
    assert!(a.iter().chain(c).all(|value| (-1.0..3.0).contains(value)));
    let variance = 16.0 / 12.0;
    for values in [a, c] {
        close("mean", mean(values.iter().copied()), 1.0, (variance / count).sqrt());
        // The fourth central moment of a uniform number of width 4 is 4^4 / 80.
        let error = ((256.0 / 80.0 - variance * variance) / count).sqrt();
        close("variance", mean(values.iter().map(|x| (x - 1.0).powi(2))), variance, error);
    }
    close("mean", mean(b.iter().copied()), 2.0, 0.5 / count.sqrt());
    close("variance", mean(b.iter().map(|x| (x - 2.0).powi(2))), 0.25, 0.25 * (2.0 / count).sqrt());
    let product = |a: &[f64], b: &[f64], of_b: f64| mean(a.iter().zip(b).map(|(a, b)| (a - 1.0) * (b - of_b)));
    close("a x c", product(a, c, 1.0), 0.0, variance / count.sqrt());
    close("a x b", product(a, b, 2.0), 0.0, (variance * 0.25 / count).sqrt());
    close("a x next a", product(a, &a[1..], 1.0), 0.0, variance / count.sqrt());
    assert!(found[3].values.iter().all(|&d| d == 0.5));
}

type Matrix = Vec<Vec<f64>>;

fn product(a: &Matrix, b: &Matrix, transposed: bool) -> Matrix {
    let at = |k: usize, j: usize| if transposed { b[j][k] } else { b[k][j] };
    let entry = |i: usize, j: usize| (0..b.len()).map(|k| a[i][k] * at(k, j)).sum();
    (0..a.len()).map(|i| (0..b.len()).map(|j| entry(i, j)).collect()).collect()
}

/// The solution of P = A P A^T + Q (the discrete Lyapunov equation), by doubling the number of steps: with
/// B = A^n, `P(2n) = P(n) + B P(n) B^T`.
fn stationary_covariance(mut a: Matrix, mut p: Matrix) -> Matrix {
    for _ in 0..20 {
        let later = product(&product(&a, &p, false), &a, true);
        for (row, later) in p.iter_mut().zip(later) {
            row.iter_mut().zip(later).for_each(|(p, later)| *p += later);
        }
        a = product(&a, &a, false);
    }
    p
}

/// Three nodes with delayed and direct connections, diffusive and additive, and delayed feedback: under Euler, the
/// states of the last steps are a linear recursion, whose covariance is exact. It holds the covariances at lags 0 to 4.
#[test]
fn covariance_of_a_linear_network_with_delays() {
    const NODES: usize = 3;
    const DEPTH: usize = 5;
    let text = r#"
model linear "Linear"
param tau = 2 : ms in (0, inf) "time constant"
param lag = 1.5 : ms in [0, inf) "delay of the feedback"
param sigma = 0.4 : 1/sqrt(ms) in [0, inf) "amplitude"
input u : 1 "additive"
input v : 1 "diffusive"
noise xi "noise"
state x = 0 : 1 "x"
dx/dt = (u + v - x - 0.5 * delay(x, lag)) / tau + sigma * xi
"#;
    let (dt, tau) = (0.5, 2.0);
    let edges =
        [(0, 1, 0.8, 1.0), (0, 2, -0.6, 2.0), (1, 0, 0.5, 0.0), (1, 2, 0.7, 0.5), (2, 0, -0.9, 1.5), (2, 1, 0.3, 0.0)];
    let (additive, diffusive) = (0.5, 0.3);
    let lags = [0.0, 1.5, 0.5];
    let sigmas = [0.4, 0.2, 0.6];

    let mut population = Population::new("nodes", model(text), NODES);
    population.set("lag", lags.to_vec()).unwrap();
    population.set("sigma", sigmas.to_vec()).unwrap();
    let mut network = Network::new();
    network.add(population).unwrap();
    let links = vec![Link::additive("u").strength(additive), Link::diffusive("v").strength(diffusive)];
    connect(&mut network, ["nodes", "x", "nodes"], Connections::sparse(3, 3, edges).unwrap(), links);
    let trials = 4096;
    let mut simulation = Simulation { trials: 0..trials, threads: Some(1), ..Simulation::new(network, dt) };
    simulation.recordings.push(Recording::sampled("nodes", "x", dt));

    let size = NODES * DEPTH;
    let (mut a, mut q) = (vec![vec![0.0; size]; size], vec![vec![0.0; size]; size]);
    for i in 0..NODES {
        a[i][i] += 1.0 - dt / tau;
        a[i][(lags[i] / dt) as usize * NODES + i] -= 0.5 * dt / tau;
        q[i][i] = sigmas[i] * sigmas[i] * dt;
    }
    for (target, source, weight, delay) in edges {
        let past = (delay / dt) as usize * NODES + source;
        a[target][past] += (additive + diffusive) * weight * dt / tau;
        a[target][target] -= diffusive * weight * dt / tau;
    }
    for i in NODES..size {
        a[i][i - NODES] = 1.0;
    }
    let p = stationary_covariance(a, q);

    // Samples 40 steps apart: correlations are gone after 20.
    let mut run = simulation.start().unwrap();
    run.advance(80).unwrap();
    let mut sums = vec![vec![0.0; size]; size];
    let mut count = 0.0_f64;
    for _ in 0..4 {
        run.take(0);
        run.advance(40).unwrap();
        let samples = run.take(0);
        for trial in 0..trials as usize {
            let z: Vec<f64> = (0..size).map(|k| samples.of(trial, k % NODES)[39 - k / NODES]).collect();
            for (sums, first) in sums.iter_mut().zip(&z) {
                sums.iter_mut().zip(&z).for_each(|(sum, second)| *sum += first * second);
            }
            count += 1.0;
        }
    }
    for i in 0..NODES {
        for j in 0..size {
            let error = ((p[i][i] * p[j][j] + p[i][j] * p[i][j]) / count).sqrt();
            let what = format!("node {i} with node {} {} steps earlier", j % NODES, j / NODES);
            close(&what, sums[i][j] / count, p[i][j], error);
        }
    }
}

fn binomial(n: i64, k: i64) -> f64 {
    if n < k { 0.0 } else { (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product() }
}

/// x' = -x(t - 1) with x = 1 before 0, through a connection and through a local delay: Euler's solution is
/// sum (-dt)^k binomial(n - (k - 1) m, k) with m = 1 / dt, and the exact one, by the method of steps,
/// sum (-1)^k (t - (k - 1))^k / k!.
#[test]
fn a_linear_delay_equation_against_the_method_of_steps() {
    let through_connection = "model a \"A\"\ninput u : 1 \"u\"\nstate x = 1 : 1 \"x\"\ndx/dt = -u\n";
    let through_delay =
        "model b \"B\"\nparam lag = 1 : ms in [0, inf) \"lag\"\nstate x = 1 : 1 \"x\"\ndx/dt = -delay(x, lag)\n";
    for m in [1_i64, 2, 7, 32, 100] {
        let dt = 1.0 / m as f64;
        for text in [through_connection, through_delay] {
            for method in Method::ALL {
                let mut network = alone(&model(text), 1);
                if text == through_connection {
                    let edge = Connections::sparse(1, 1, [(0, 0, 1.0, 1.0)]).unwrap();
                    connect(&mut network, ["nodes", "x", "nodes"], edge, vec![Link::additive("u")]);
                }
                let mut simulation = Simulation { method, ..Simulation::new(network, dt) };
                simulation.recordings.push(Recording::sampled("nodes", "x", dt));
                let found = &run(&simulation, 6 * m as u64)[0].values;
                for n in 1..=6 * m {
                    let found = found[n as usize - 1];
                    let discrete: f64 = (0..=7).map(|k| (-dt).powi(k as i32) * binomial(n - (k - 1) * m, k)).sum();
                    let t = n as f64 * dt;
                    let term = |k: i32| {
                        let past = (t - f64::from(k - 1)).max(0.0);
                        (-1.0_f64).powi(k) * past.powi(k) / (1..=k).map(f64::from).product::<f64>()
                    };
                    let exact: f64 = (0..=7).map(|k| if k == 0 { 1.0 } else { term(k) }).sum();
                    if method == Method::Euler {
                        assert!((found - discrete).abs() < 1e-12, "m = {m}, step {n}: {found}, {discrete}");
                        assert!((found - exact).abs() < 2.0 * dt, "m = {m}, step {n}: {found}, {exact}");
                    } else {
                        // The right side holds delayed values alone: both are the trapezoidal rule.
                        assert!((found - exact).abs() < dt * dt, "{method:?}, m = {m}, step {n}: {found}, {exact}");
                    }
                }
            }
        }
    }
}
