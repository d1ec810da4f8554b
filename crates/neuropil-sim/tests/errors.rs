//! What bad input gets: every error, its words and its hint.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use common::{alone, connect, model};
use neuropil_kernel::Model;
use neuropil_sim::{
    Connections, Link, Method, Network, NetworkError, Observation, Population, Projection, Recording, Response,
    Simulation, SimulationError, Stimulus, Values,
};

/// Message and hint.
fn shown(text: &mut String, message: &impl ToString, hint: Option<String>) {
    writeln!(text, "{}", message.to_string()).unwrap();
    if let Some(hint) = hint {
        writeln!(text, "    hint: {hint}").unwrap();
    }
}

fn neuron() -> Arc<dyn Model> {
    model(
        r#"
model neuron "Leaky neuron"
param tau = 10 : ms in (0, inf) "time constant"
param lag = 0 : ms in [-100, inf) "delay of the feedback"
param sigma = 0 : mV/sqrt(ms) in [0, inf) "amplitude of the noise"
input drive : mV/ms "input"
noise xi "noise"
state v = 0 : mV "potential"
dv/dt = -delay(v, lag) / tau + drive + sigma * xi
output v
coupling v -> drive diffusive strength K_gl = 0.1 : 1/ms in [0, 10] "coupling strength"
"#,
    )
}

fn watcher() -> Arc<dyn Model> {
    model("model watcher \"Watcher\"\ninput seen : 1 \"input\"\nstate s = 0 : 1 \"state\"\nds/dt = seen - s\n")
}

fn two_populations() -> Network {
    let mut network = alone(&neuron(), 3);
    network.add(Population::new("watchers", watcher(), 2)).unwrap();
    network
}

fn projection(source: &str, output: &str, target: &str, connections: Connections, links: Vec<Link>) -> Projection {
    Projection {
        source: source.into(),
        output: output.into(),
        target: target.into(),
        connections: Arc::new(connections),
        links,
    }
}

/// The name of a variant: a new one must be added here, and then be reached below.
fn network_variant(error: &NetworkError) -> &'static str {
    match error {
        NetworkError::UnknownName { .. } => "UnknownName",
        NetworkError::UnknownPopulation { .. } => "UnknownPopulation",
        NetworkError::DuplicatePopulation(_) => "DuplicatePopulation",
        NetworkError::NoNodes(_) => "NoNodes",
        NetworkError::OutOfRange { .. } => "OutOfRange",
        NetworkError::NotFinite { .. } => "NotFinite",
        NetworkError::NodeCount { .. } => "NodeCount",
        NetworkError::ConnectionSize { .. } => "ConnectionSize",
        NetworkError::MatrixLength { .. } => "MatrixLength",
        NetworkError::Connection { .. } => "Connection",
        NetworkError::Speed(_) => "Speed",
        NetworkError::DiffusiveWithoutOutput { .. } => "DiffusiveWithoutOutput",
        NetworkError::NoDefaultCoupling(_) => "NoDefaultCoupling",
    }
}

const NETWORK_VARIANTS: usize = 13;

fn network_errors() -> Vec<NetworkError> {
    let mut population = Population::new("nodes", neuron(), 3);
    let mut network = two_populations();
    let ring = Arc::new(Connections::one_to_one(3));
    let between = |source, output, target, connections, links| {
        network.clone().connect(projection(source, output, target, connections, links)).unwrap_err()
    };
    let response = |response| {
        let links = vec![Link::additive("drive").response(response)];
        between("nodes", "v", "nodes", Connections::one_to_one(3), links)
    };
    let mut errors = vec![
        between("nodes", "v", "nodez", Connections::one_to_one(3), vec![]),
        between("nodes", "u", "nodes", Connections::one_to_one(3), vec![]),
        between("nodes", "v", "nodes", Connections::one_to_one(3), vec![Link::additive("drvie")]),
        between("nodes", "v", "watchers", Connections::one_to_one(3), vec![Link::additive("seen")]),
        between(
            "nodes",
            "v",
            "watchers",
            Connections::dense(2, 3, &[1.0; 6], None, None).unwrap(),
            vec![Link::diffusive("seen")],
        ),
        between(
            "nodes",
            "v",
            "nodes",
            Connections::one_to_one(3),
            vec![Link::additive("drive").strength(vec![1.0, 2.0])],
        ),
        between("nodes", "v", "nodes", Connections::one_to_one(3), vec![Link::additive("drive").strength(f64::NAN)]),
    ];
    errors.extend([
        population.set("tua", 1.0).unwrap_err(),
        population.set("conductance", 1.0).unwrap_err(),
        population.set("tau", 0.0).unwrap_err(),
        population.set("tau", vec![1.0, f64::INFINITY, 2.0]).unwrap_err(),
        population.set("tau", vec![1.0, 2.0]).unwrap_err(),
        population.set("tau", Values::TrialsNodes(vec![vec![1.0; 3], vec![1.0; 4]])).unwrap_err(),
        population.set("drive", f64::NAN).unwrap_err(),
        population.start_from("V", 1.0).unwrap_err(),
        population.start_from("v", f64::NEG_INFINITY).unwrap_err(),
        population.start_from("v", vec![]).unwrap_err(),
        population.set_past("V", vec![vec![1.0]; 3]).unwrap_err(),
        population.set_past("v", vec![vec![1.0]; 2]).unwrap_err(),
        population.set_past("v", vec![vec![vec![1.0]; 3], vec![vec![1.0]; 4]]).unwrap_err(),
        population.set_past("v", vec![vec![], vec![1.0, f64::NAN], vec![1.0]]).unwrap_err(),
        response(Response::Sigmoid { slope: f64::INFINITY, midpoint: 0.0 }),
        response(Response::Tanh { scale: f64::NAN }),
        network.add(Population::new("nodes", neuron(), 1)).unwrap_err(),
        network.add(Population::new("nobody", neuron(), 0)).unwrap_err(),
        network.connect_as_modelled("watchers", &ring, &[]).unwrap_err(),
        network.connect_as_modelled("nodes", &ring, &[("k_gl", 0.1.into())]).unwrap_err(),
        network.connect_as_modelled("nodes", &ring, &[("K_gl", Values::Nodes(vec![0.0, -1.0, 11.0]))]).unwrap_err(),
        Network::new().population("nodes").unwrap_err(),
        Connections::dense(2, 2, &[1.0; 3], None, None).unwrap_err(),
        Connections::dense(2, 2, &[1.0; 4], Some(&[1.0; 9]), Some(1.0)).unwrap_err(),
        Connections::dense(usize::MAX, 2, &[1.0; 4], None, None).unwrap_err(),
        Connections::dense(2, 2, &[1.0, f64::NAN, 0.0, 1.0], None, None).unwrap_err(),
        Connections::dense(2, 2, &[1.0; 4], Some(&[1.0, 2.0, -3.0, 4.0]), Some(10.0)).unwrap_err(),
        Connections::dense(2, 2, &[1.0; 4], Some(&[1.0; 4]), Some(0.0)).unwrap_err(),
        Connections::dense(2, 2, &[1.0; 4], Some(&[1.0; 4]), Some(f64::NAN)).unwrap_err(),
        Connections::sparse(2, 2, [(2, 0, 1.0, 0.0)]).unwrap_err(),
        Connections::sparse(2, 2, [(1, 0, 1.0, f64::INFINITY)]).unwrap_err(),
    ]);
    errors
}

#[test]
fn networks() {
    let errors = network_errors();
    let reached: BTreeSet<_> = errors.iter().map(network_variant).collect();
    assert_eq!(reached.len(), NETWORK_VARIANTS, "not all variants are reached: {reached:?}");
    let mut text = String::new();
    for error in &errors {
        shown(&mut text, error, error.hint());
    }
    insta::assert_snapshot!(text);
}

/// The name of a variant: a new one must be added here, and then be reached below.
fn simulation_variant(error: &SimulationError) -> &'static str {
    match error {
        SimulationError::Network(_) => "Network",
        SimulationError::TimeStep(_) => "TimeStep",
        SimulationError::FirstStep(_) => "FirstStep",
        SimulationError::NotOnGrid { .. } => "NotOnGrid",
        SimulationError::NotOnObservation { .. } => "NotOnObservation",
        SimulationError::NoiseStep { .. } => "NoiseStep",
        SimulationError::NoTrials => "NoTrials",
        SimulationError::TrialCount { .. } => "TrialCount",
        SimulationError::Stimulus { .. } => "Stimulus",
        SimulationError::NoisyMethod { .. } => "NoisyMethod",
        SimulationError::Memory { .. } => "Memory",
        SimulationError::LocalDelay { .. } => "LocalDelay",
        SimulationError::ThreadCount(_) => "ThreadCount",
        SimulationError::Threads(_) => "Threads",
        SimulationError::ObserverDelay(_) => "ObserverDelay",
    }
}

const SIMULATION_VARIANTS: usize = 15;

/// The error of a good simulation after a change.
fn after(change: impl FnOnce(&mut Simulation)) -> SimulationError {
    let mut simulation = Simulation::new(two_populations(), 0.1);
    change(&mut simulation);
    simulation.start().unwrap_err()
}

/// The error of a good simulation after a change to the parameters of its neurons.
fn after_setting(name: &str, values: impl Into<Values>, trials: u64) -> SimulationError {
    let mut population = Population::new("nodes", neuron(), 3);
    population.set(name, values).unwrap();
    let mut network = Network::new();
    network.add(population).unwrap();
    Simulation { trials: 0..trials, ..Simulation::new(network, 0.1) }.start().unwrap_err()
}

fn stimulus(courses: Vec<Vec<f64>>) -> Stimulus {
    Stimulus { population: "nodes".into(), input: "drive".into(), courses, start: 0.0, interval: None }
}

fn observation(nodes: usize, step: f64) -> Observation {
    Observation {
        population: Population::new("watcher", watcher(), nodes),
        input: "seen".into(),
        output: "s".into(),
        step: Some(step),
    }
}

fn simulation_errors() -> Vec<SimulationError> {
    let v = || Recording::sampled("nodes", "v", 1.0);
    let long_way = |length: f64| {
        let mut network = two_populations();
        let connections = Connections::dense(3, 3, &[1.0; 9], Some(&[length; 9]), Some(10.0)).unwrap();
        connect(&mut network, ["nodes", "v", "nodes"], connections, vec![Link::additive("drive")]);
        network
    };
    vec![
        after(|simulation| simulation.recordings.push(Recording::sampled("nods", "v", 1.0))),
        after(|simulation| simulation.recordings.push(Recording::sampled("nodes", "w", 1.0))),
        after(|simulation| simulation.recordings.push(v().through(observation(2, 1.0)))),
        after(|simulation| {
            simulation.recordings.push(v().through(Observation { input: "sen".into(), ..observation(3, 1.0) }));
        }),
        // What a model that observes did before is not kept: one that asks for it would read zeros.
        after(|simulation| {
            let text = "model echo \"Echo\"\nparam lag = 2 : ms in [0, inf) \"l\"\ninput u : 1 \"u\"\n\
                        state x = 2 : 1 \"x\"\ndx/dt = u - delay(x, lag)\n";
            let population = Population::new("watching", model(text), 3);
            let echo = Observation { population, input: "u".into(), output: "x".into(), step: None };
            simulation.recordings.push(v().through(echo));
        }),
        after(|simulation| simulation.stimuli.push(Stimulus { input: "drife".into(), ..stimulus(vec![vec![1.0]]) })),
        after(|simulation| simulation.dt = 0.0),
        after(|simulation| simulation.dt = f64::NAN),
        after(|simulation| simulation.first_step = u64::MAX),
        after(|simulation| {
            let mut population = Population::new("nodes", neuron(), 3);
            population.set_past("v", vec![vec![vec![1.0]; 3]; 2]).unwrap();
            simulation.network = Network::new();
            simulation.network.add(population).unwrap();
        }),
        after(|simulation| simulation.recordings.push(Recording::sampled("nodes", "v", 0.25))),
        after(|simulation| simulation.recordings.push(Recording::sampled("nodes", "v", 0.0))),
        after(|simulation| simulation.recordings.push(Recording::averaged("nodes", "v", -1.0))),
        after(|simulation| simulation.recordings.push(Recording { first: Some(0.33), ..v() })),
        after(|simulation| simulation.recordings.push(v().through(observation(3, 0.3)))),
        after(|simulation| simulation.recordings.push(v().through(observation(3, 0.25)))),
        after(|simulation| simulation.recordings.push(v().through(observation(3, 0.0)))),
        after(|simulation| simulation.recordings.push(Recording::sampled("nodes", "v", 1e18))),
        after(|simulation| simulation.stimuli.push(Stimulus { start: -1.0, ..stimulus(vec![vec![1.0]]) })),
        after(|simulation| simulation.stimuli.push(Stimulus { start: 1e18, ..stimulus(vec![vec![1.0]]) })),
        after(|simulation| simulation.stimuli.push(Stimulus { interval: Some(0.0), ..stimulus(vec![vec![1.0]]) })),
        after(|simulation| simulation.stimuli.push(stimulus(vec![]))),
        after(|simulation| simulation.stimuli.push(stimulus(vec![vec![1.0]; 2]))),
        after(|simulation| simulation.stimuli.push(stimulus(vec![vec![1.0], vec![1.0, 2.0], vec![1.0]]))),
        after(|simulation| simulation.stimuli.push(stimulus(vec![vec![1.0, f64::NAN]]))),
        after(|simulation| simulation.noise_step = Some(0.03)),
        after(|simulation| simulation.noise_step = Some(0.2)),
        after(|simulation| simulation.noise_step = Some(0.0)),
        after(|simulation| simulation.noise_step = Some(f64::NAN)),
        after(|simulation| simulation.trials = 3..3),
        #[allow(clippy::reversed_empty_ranges)]
        after(|simulation| simulation.trials = 3..2),
        after_setting("tau", Values::Trials(vec![1.0, 2.0]), 3),
        after_setting("drive", Values::TrialsNodes(vec![vec![1.0; 3]; 4]), 3),
        after(|simulation| {
            let links = vec![Link::additive("drive").strength(Values::Trials(vec![1.0, 2.0]))];
            connect(&mut simulation.network, ["nodes", "v", "nodes"], Connections::one_to_one(3), links);
        }),
        after(|simulation| {
            simulation.network = alone(&neuron(), 1);
            let mut noisy = Population::new("noisy", neuron(), 2);
            noisy.set("sigma", vec![0.0, 0.1]).unwrap();
            simulation.network.add(noisy).unwrap();
            simulation.method = Method::RungeKutta4;
        }),
        after(|simulation| {
            simulation.network = long_way(1e5);
            simulation.memory = Some(1 << 20);
        }),
        after(|simulation| {
            simulation.network = long_way(1e18);
            simulation.memory = Some(1 << 30);
        }),
        after_setting("lag", -0.5, 1),
        after(|simulation| simulation.threads = Some(0)),
        after(|simulation| simulation.threads = Some(100_000)),
        // No system runs out of threads for a test.
        SimulationError::Threads("the system gives no more".into()),
    ]
}

#[test]
fn simulations() {
    let errors = simulation_errors();
    let reached: BTreeSet<_> = errors.iter().map(simulation_variant).collect();
    assert_eq!(reached.len(), SIMULATION_VARIANTS, "not all variants are reached: {reached:?}");
    let mut text = String::new();
    for error in &errors {
        shown(&mut text, error, error.hint());
    }
    insta::assert_snapshot!(text);
}

#[test]
fn durations_are_whole_steps() {
    let simulation = Simulation::new(two_populations(), 0.1);
    assert_eq!(simulation.steps("duration", 0.3), Ok(3));
    assert_eq!(simulation.steps("duration", 1e6), Ok(10_000_000));
    for wrong in [0.35, -0.1, f64::NAN, f64::INFINITY, 1e300] {
        let error = simulation.steps("duration", wrong).unwrap_err();
        assert!(matches!(error, SimulationError::NotOnGrid { name: "duration", .. }), "{wrong}: {error}");
    }
}

/// Local delays take memory like those of projections, and the same check.
#[test]
fn local_delays_that_exceed_the_memory_are_refused() {
    let mut population = Population::new("nodes", neuron(), 3);
    for lag in [1e7, 1e15, 1e300] {
        population.set("lag", vec![0.0, lag, 1.0]).unwrap();
        let mut network = Network::new();
        network.add(population.clone()).unwrap();
        let simulation = Simulation { memory: Some(1 << 30), ..Simulation::new(network, 0.1) };
        let error = simulation.start().map(|_| ()).unwrap_err();
        let SimulationError::Memory { parameter, longest, .. } = &error else { panic!("{error}") };
        assert_eq!((parameter.as_deref(), *longest), (Some("lag"), lag));
        let message = error.to_string();
        assert!(message.starts_with("parameter `lag`: histories need ") && message.len() < 150, "{message}");
    }
}

/// A block is bounded by the longest class of delays, so no size asks for memory that is not there.
#[test]
fn any_block_size_runs() {
    for block in [0, 1, 1 << 40, usize::MAX] {
        let mut network = two_populations();
        let connections = Connections::dense(3, 3, &[1.0; 9], Some(&[100.0; 9]), Some(10.0)).unwrap();
        connect(&mut network, ["nodes", "v", "nodes"], connections, vec![Link::additive("drive")]);
        let mut run = Simulation { block, ..Simulation::new(network, 0.1) }.start().unwrap();
        run.advance(300).unwrap();
    }
}

/// What drives nothing and what is empty is no mistake.
#[test]
fn nothing_to_do_is_no_mistake() {
    let mut network = two_populations();
    connect(&mut network, ["nodes", "v", "nodes"], Connections::one_to_one(3), vec![]);
    let nothing = Connections::sparse(2, 3, []).unwrap();
    connect(&mut network, ["nodes", "v", "watchers"], nothing, vec![Link::additive("seen")]);
    let mut run = Simulation::new(network, 0.1).start().unwrap();
    run.advance(0).unwrap();
    run.advance(10).unwrap();
    assert_eq!(run.step(), 10);
    Simulation::new(Network::new(), 0.1).start().unwrap().advance(10).unwrap();
}

fn exploding() -> Arc<dyn Model> {
    model(
        r#"
model exploding "Runs away"
param gain = 0 : 1/ms in [0, inf) "rate"
input push : 1/ms "input"
state calm = 0 : 1 "stays"
state wild = 1 : 1 "runs away"
dcalm/dt = -calm / 1[ms]
dwild/dt = gain * wild * wild + push
"#,
    )
}

/// `trials` trials of five nodes; each entry of `failing` (trial, node, gain) runs away.
fn explosion(trials: u64, failing: &[(usize, usize, f64)]) -> Simulation {
    let mut gains = vec![vec![0.0; 5]; trials as usize];
    for &(trial, node, gain) in failing {
        gains[trial][node] = gain;
    }
    let mut network = alone(&model("model quiet \"Quiet\"\nstate q = 0 : 1 \"q\"\ndq/dt = -q\n"), 2);
    let mut population = Population::new("wild ones", exploding(), 5);
    population.set("gain", Values::TrialsNodes(gains)).unwrap();
    network.add(population).unwrap();
    let recordings = vec![Recording::sampled("wild ones", "wild", 0.5)];
    Simulation { trials: 10..10 + trials, recordings, ..Simulation::new(network, 0.5) }
}

#[test]
fn runs_that_leave_the_finite_numbers_say_where_and_stop() {
    let mut run = explosion(3, &[(1, 3, 4.0)]).start().unwrap();
    let error = run.advance(1000).unwrap_err();
    // In each step wild <- wild + 2 wild^2; the first that is too large is found by the same arithmetic.
    let (mut wild, mut step) = (1.0_f64, 0);
    while wild.is_finite() {
        wild += 0.5 * (4.0 * wild * wild);
        step += 1;
    }
    assert_eq!((error.trial, error.node, error.time), (11, 3, f64::from(step) * 0.5));
    let mut text = String::new();
    shown(&mut text, &error, Some(error.hint()));
    insta::assert_snapshot!(text, @r"
    trial 11, population `wild ones`, node 3, variable `wild`: found inf at t = 5 ms, expected a finite number
        hint: a smaller dt, weaker coupling or less noise may keep the run finite
    ");
    for steps in [0, 1, 100] {
        assert_eq!(run.advance(steps), Err(error.clone()), "every later call repeats it");
    }
    assert_eq!(run.step(), step as u64);
}

/// However many steps are asked for, room is made for those that come.
#[test]
fn endless_pieces_end_with_the_run() {
    let mut simulation = explosion(1, &[(0, 3, 4.0)]);
    simulation.first_step = 7;
    let mut run = simulation.start().unwrap();
    assert_eq!(run.advance(u64::MAX).unwrap_err().node, 3);
}

/// Not a number at once, through an input: the first step already says so.
#[test]
fn not_a_number_is_found_in_the_step_in_which_it_appears() {
    let text = "model root \"Root\"\nparam r = -1 : 1 in [-inf, inf] \"r\"\nstate s = 0 : 1 \"s\"\ns := sqrt(r)\n";
    let mut run = Simulation::new(alone(&model(text), 9), 0.1).start().unwrap();
    let error = run.advance(5).unwrap_err();
    assert!(error.value.is_nan(), "{error}");
    assert_eq!((error.trial, error.node, error.variable.as_str(), error.time), (0, 0, "s", 0.1));
}

/// A model that observes can fail too.
#[test]
fn observing_models_are_watched() {
    let mut simulation = Simulation::new(alone(&neuron(), 2), 0.5);
    simulation.network = alone(&model("model two \"Two\"\nstate x = 2 : 1 \"x\"\ndx/dt = 0 * x\n"), 2);
    let mut population = Population::new("watching", exploding(), 2);
    population.set("gain", vec![0.0, 4.0]).unwrap();
    let observation = Observation { population, input: "push".into(), output: "wild".into(), step: None };
    simulation.recordings = vec![Recording::sampled("nodes", "x", 0.5).through(observation)];
    let error = simulation.start().unwrap().advance(100).unwrap_err();
    assert_eq!((error.population.as_str(), error.node, error.variable.as_str()), ("watching", 1, "wild"));
}

/// Which error is reported does not depend on how trials are split among threads and shards, nor on pieces: it is
/// that of the earliest time, and of the lowest trial there.
#[test]
fn the_first_error_is_the_same_however_trials_are_split() {
    // Trial 1 fails late, trials 12 and 30 at the same earlier time, trial 20 in between.
    let failing = [(1, 0, 0.02), (30, 2, 4.0), (12, 4, 4.0), (20, 1, 0.5)];
    let simulation = explosion(40, &failing);
    let found = |threads: usize, piece: u64| {
        let mut run = Simulation { threads: Some(threads), ..simulation.clone() }.start().unwrap();
        let error = loop {
            if let Err(error) = run.advance(piece) {
                break error;
            }
        };
        let samples = run.take(0);
        (error, run.step(), samples.times.len(), samples.of(0, 0).to_vec())
    };
    let expected = found(1, 1);
    assert_eq!((expected.0.trial, expected.0.node), (22, 4));
    for (threads, piece) in [(1, 100_000), (1, 7), (2, 100_000), (3, 5), (8, 1), (8, 100_000)] {
        assert_eq!(found(threads, piece), expected, "{threads} threads, pieces of {piece}");
    }
}
