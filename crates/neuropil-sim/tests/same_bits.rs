//! The promise of the crate's header: the same build on the same kind of processor gives a run the same bits
//!
//! - with any number of threads, whether they share trials or the nodes of one large network;
//! - as a trial of a batch, or alone: trial k of `0..n` is the run with `trials = k..k + 1`, with or without delays,
//!   also where parameters, levels, initial values and strengths differ from trial to trial (`side_by_side.rs` has
//!   trials with the same noise);
//! - advanced at once, or in pieces of any length, whatever has been taken in between;
//! - with any block size;
//! - gone on with from a snapshot, after any step;
//! - at any SIMD level of the processor (`NEUROPIL_SIMD`);
//! - whatever is recorded, and through which observing models;
//!
//! for each method, with noise, and for heterogeneous networks.
//!
//! Nodes in another order give the same numbers up to the rounding of sums, which are added by source: exactly the
//! same where sums are exact.
//!
//! Not promised: the same bits
//!
//! - from another build, version or kind of processor, or with another dt;
//! - with noise or random initial values, for nodes or populations in another order, because random numbers belong to
//!   the numbers of population and node (of an observing model: to its place among the recordings);
//! - for one projection split into two, or projections in another order, because sums are added in another order then.

#![allow(clippy::unwrap_used)]

mod common;

use std::ops::Range;
use std::process::Command;
use std::sync::Arc;

use common::{Numbers, alone, connect, model};
use neuropil_kernel::{Model, SimdLevel};
use neuropil_sim::{
    Connections, Link, Method, Network, Observation, Population, Recording, Reduction, Run, Samples, Simulation,
    Stimulus, Values,
};

const DT: f64 = 0.125;

fn oscillator() -> Arc<dyn Model> {
    model(
        r#"
model oscillator "Noisy oscillator"
param tau = 4 : ms in (0, inf) "slow time constant"
param lag = 0.5 : ms in [0, inf) "delay of the feedback"
param sigma = 0.1 : 1/sqrt(ms) in [0, inf) "additive noise"
param beta = 0.2 : 1/sqrt(ms) in [0, inf) "multiplicative noise"
input u : 1 "first input"
input v = 0.1 : 1 "second input"
noise xi "additive"
noise eta "multiplicative"
state x = uniform(-0.5, 0.5) : 1 "fast"
state y = normal(0, 0.3) : 1 clip [-2, 2] "slow"
state kept = 0 : 1 "updated"
dx/dt = x - x^3 / 3 - y + u - 0.3 * delay(s, lag) + sigma * xi
dy/dt = (x + 0.7 - 0.8 * y + 0.1 * v * kept) / tau + beta * y * eta
kept := 0.9 * kept + 0.1 * exp(-x^2)
output x
output s = tanh(2 * x) : 1 "bounded"
coupling x -> u diffusive strength K = 0.2 : 1 in [0, inf) "K"
"#,
    )
}

fn follower() -> Arc<dyn Model> {
    model(
        r#"
model follower "Follower"
param tau = 3 : ms in (0, inf) "time constant"
input u : 1 "input"
noise xi "noise"
state r = 0.2 : 1 "rate"
dr/dt = (sigmoid(3 * u) - r) / tau + 0.05[1/sqrt(ms)] * xi
"#,
    )
}

/// How large, and with which delays (in steps).
#[derive(Clone)]
struct Brain {
    nodes: usize,
    followers: usize,
    delays: Range<usize>,
    density: f64,
    trials: u64,
}

const SMALL: Brain = Brain { nodes: 5, followers: 3, delays: 0..90, density: 0.9, trials: 1 };

impl Brain {
    /// Two populations, heterogeneous over nodes and trials, with projections among and between them, a stimulus,
    /// and recordings of all kinds; `of` are the trials of all that are run.
    fn simulation(&self, of: Range<u64>) -> Simulation {
        let (nodes, trials) = (self.nodes, self.trials as usize);
        let mut numbers = Numbers(11);
        let mut per_trial = |lower, upper| {
            let all: Vec<Vec<f64>> = (0..trials).map(|_| numbers.list(nodes, lower, upper)).collect();
            Values::TrialsNodes(all[of.start as usize..of.end as usize].to_vec())
        };
        let mut oscillators = Population::new("oscillators", oscillator(), nodes);
        oscillators.set("tau", per_trial(3.0, 6.0)).unwrap();
        oscillators.set("lag", per_trial(0.0, 4.0)).unwrap();
        oscillators.set("v", per_trial(-0.5, 0.5)).unwrap();
        oscillators.start_from("kept", per_trial(-0.5, 0.5)).unwrap();
        let strength = per_trial(0.1, 0.5);
        let mut numbers = Numbers(12);
        oscillators.set("sigma", numbers.list(nodes, 0.0, 0.2)).unwrap();
        let mut network = Network::new();
        network.add(oscillators).unwrap();
        network.add(Population::new("followers", follower(), self.followers)).unwrap();
        let weight = 2.0 / (nodes as f64 * self.density);
        let mut between =
            |ends, delays: Range<usize>| numbers.connections(ends, self.density, [-0.2 * weight, weight], delays, DT);
        let among = between([nodes, nodes], self.delays.clone());
        let to_followers = between([self.followers, nodes], 0..1.max(self.delays.end / 10));
        let back = between([nodes, self.followers], self.delays.clone());
        let squared = Link { power: 2, per_node: true, ..Link::additive("v") };
        let links = vec![Link::diffusive("u").strength(strength), squared];
        connect(&mut network, ["oscillators", "x", "oscillators"], among, links);
        connect(&mut network, ["oscillators", "s", "followers"], to_followers, vec![Link::additive("u")]);
        connect(&mut network, ["followers", "r", "oscillators"], back, vec![Link::additive("u"), Link::additive("v")]);

        let mut simulation = Simulation { trials: of, seed: 5, ..Simulation::new(network, DT) };
        simulation.stimuli.push(Stimulus {
            population: "oscillators".into(),
            input: "u".into(),
            courses: (0..nodes).map(|_| numbers.list(30, -0.5, 0.5)).collect(),
            start: 2.0 * DT,
            interval: Some(2.0 * DT),
        });
        let watcher = Population::new("watchers", follower(), nodes);
        let watching = Observation { population: watcher, input: "u".into(), output: "r".into(), step: Some(2.0 * DT) };
        simulation.recordings = vec![
            Recording::sampled("oscillators", "x", DT),
            Recording::averaged("oscillators", "s", 5.0 * DT),
            Recording::sampled("followers", "r", 3.0 * DT),
            Recording::sampled("oscillators", "y", 4.0 * DT).through(watching),
        ];
        simulation
    }
}

/// Values as bits, by recording, trial, node.
type Bits = Vec<Vec<Vec<Vec<u64>>>>;

fn bits(samples: &Samples) -> Vec<Vec<Vec<u64>>> {
    let of = |trial, node| samples.of(trial, node).iter().map(|value| value.to_bits()).collect();
    (0..samples.trials).map(|trial| (0..samples.nodes).map(|node| of(trial, node)).collect()).collect()
}

fn run(simulation: &Simulation, steps: u64) -> Bits {
    common::run(simulation, steps).iter().map(bits).collect()
}

/// In pieces, and taken after each: what is taken adds up.
fn run_in_pieces(simulation: &Simulation, steps: u64, piece: u64) -> Bits {
    let mut run = simulation.start().unwrap();
    let mut all: Option<Bits> = None;
    while run.step() < steps {
        run.advance(piece.min(steps - run.step())).unwrap();
        let new: Bits = (0..simulation.recordings.len()).map(|recording| bits(&run.take(recording))).collect();
        let Some(all) = &mut all else {
            all = Some(new);
            continue;
        };
        let nodes = all.iter_mut().flatten().flatten();
        nodes.zip(new.into_iter().flatten().flatten()).for_each(|(all, new)| all.extend(new));
    }
    all.unwrap()
}

fn assert_same(found: &Bits, expected: &Bits, what: &str) {
    assert!(expected.iter().all(|recording| !recording[0][0].is_empty()));
    for (recording, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.len(), expected.len(), "{what}: trials of recording {recording}");
        for (trial, (found, expected)) in found.iter().zip(expected).enumerate() {
            for (node, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert_eq!(found.len(), expected.len(), "{what}: samples of recording {recording}");
                let other = found.iter().zip(expected).position(|(a, b)| a != b);
                assert_eq!(
                    other, None,
                    "{what}: recording {recording}, trial {trial}, node {node}: first other sample"
                );
            }
        }
    }
}

/// Noise off for methods that are not for noise.
fn quiet(mut simulation: Simulation) -> Simulation {
    let quiet = "model quiet \"Quiet\"\ninput u : 1 \"u\"\nstate r = 0.2 : 1 \"r\"\ndr/dt = tanh(2 * u) - r\n";
    let mut network = Network::new();
    network.add(Population::new("oscillators", model(quiet), simulation.network.populations()[0].nodes())).unwrap();
    let mut projection = simulation.network.projections()[0].clone();
    projection.output = "r".into();
    projection.links.truncate(1);
    network.connect(projection).unwrap();
    simulation.network = network;
    simulation.recordings = vec![Recording::sampled("oscillators", "r", DT)];
    simulation
}

/// The simulation by each method.
fn by_each_method(simulation: &Simulation) -> Vec<Simulation> {
    let with = |method| {
        let simulation = simulation.clone();
        let simulation = if method == Method::RungeKutta4 { quiet(simulation) } else { simulation };
        Simulation { method, ..simulation }
    };
    Method::ALL.into_iter().map(with).collect()
}

#[test]
fn threads_over_trials() {
    let brain = Brain { trials: 21, ..SMALL };
    for simulation in by_each_method(&brain.simulation(0..21)) {
        let with = |threads| run(&Simulation { threads: Some(threads), ..simulation.clone() }, 130);
        let expected = with(1);
        for threads in [2, 3, 8] {
            assert_same(&with(threads), &expected, &format!("{:?}, {threads} threads", simulation.method));
        }
    }
}

/// Enough connections (more than 50 000) and nodes (more than 64 tiles of 8) that one step is shared by threads.
#[test]
fn threads_within_a_network() {
    let brain = Brain { nodes: 640, followers: 5, delays: 0..70, density: 0.2, trials: 1 };
    for simulation in by_each_method(&brain.simulation(0..1)) {
        assert!(simulation.network.projections()[0].connections.len() > 60_000);
        let with = |threads| run(&Simulation { threads: Some(threads), ..simulation.clone() }, 110);
        let expected = with(1);
        assert_same(&with(2), &expected, &format!("{:?}, 2 threads", simulation.method));
        assert_same(&with(5), &expected, &format!("{:?}, 5 threads", simulation.method));
    }
}

/// Trials of a batch fill lanes in all ways: 1 beside each other (3 trials; many nodes with delays), 8 (5 and 11) and
/// 16 (20 trials by one thread), the last ones in part.
#[test]
fn a_trial_of_a_batch_is_that_run_alone() {
    for (nodes, delays) in [(5, 0..90), (5, 0..1), (70, 0..1), (70, 0..90)] {
        for trials in [3, 5, 11, 20] {
            let brain = Brain { nodes, delays: delays.clone(), trials, ..SMALL };
            for batch in by_each_method(&brain.simulation(0..trials)) {
                let found = run(&Simulation { threads: Some(1), ..batch.clone() }, 60);
                for trial in [0, 2, trials / 2, trials - 1] {
                    let alone = brain.simulation(trial..trial + 1);
                    let alone = by_each_method(&alone).into_iter().find(|one| one.method == batch.method).unwrap();
                    let expected = run(&alone, 60);
                    let found = found.iter().map(|of| vec![of[trial as usize].clone()]).collect();
                    let what =
                        format!("{:?}, {nodes} nodes, delays {delays:?}, trial {trial} of {trials}", batch.method);
                    assert_same(&found, &expected, &what);
                }
            }
        }
    }
}

#[test]
fn pieces() {
    for trials in [1, 9] {
        let brain = Brain { trials, ..SMALL };
        for mut simulation in by_each_method(&brain.simulation(0..trials)) {
            for noise_step in [None, Some(DT / 3.0)] {
                simulation.noise_step = noise_step;
                let expected = run(&simulation, 230);
                for piece in [1, 3, 4, 7, 100] {
                    let what = format!("{:?}, {trials} trials, pieces of {piece} steps", simulation.method);
                    assert_same(&run_in_pieces(&simulation, 230, piece), &expected, &what);
                }
            }
        }
    }
}

/// The first run goes to `split`, a second one from its snapshot to the end; what both took is one run.
fn run_resumed(first: &Simulation, second: &Simulation, split: u64, steps: u64) -> Bits {
    let take = |run: &mut Run| -> Bits { (0..first.recordings.len()).map(|i| bits(&run.take(i))).collect() };
    let mut run = first.start().unwrap();
    run.advance(split).unwrap();
    let mut second = second.clone();
    second.resume(&run.snapshot()).unwrap();
    let mut all = take(&mut run);
    let mut run = second.start().unwrap();
    assert_eq!((run.step(), run.time()), (split, split as f64 * DT));
    run.advance(steps - split).unwrap();
    let new = take(&mut run);
    let nodes = all.iter_mut().flatten().flatten();
    nodes.zip(new.into_iter().flatten().flatten()).for_each(|(all, new)| all.extend(new));
    all
}

#[test]
fn resumed_from_a_snapshot() {
    for trials in [1, 9] {
        let brain = Brain { trials, ..SMALL };
        for mut simulation in by_each_method(&brain.simulation(0..trials)) {
            if simulation.method != Method::RungeKutta4 {
                // A mean of what an observing model gives, over several of its steps.
                let mean = simulation.recordings[3].clone();
                simulation.recordings.push(Recording { reduction: Reduction::Mean, every: 10.0 * DT, ..mean });
            }
            for noise_step in [None, Some(DT / 3.0)] {
                simulation.noise_step = noise_step;
                let expected = run(&simulation, 230);
                for split in [0, 1, 2, 3, 50, 64, 129] {
                    let found = run_resumed(&simulation, &simulation, split, 230);
                    assert_same(&found, &expected, &format!("{:?}, {trials} trials, {split} steps", simulation.method));
                }
            }
        }
    }
}

/// Coloured noise from a population of its own, BOLD, and a model of the catalogue, resumed twice, with other threads
/// and blocks.
#[test]
fn resumed_with_coloured_noise_and_bold() {
    let catalogue = |name: &str| neuropil_models::model(name).unwrap();
    let nodes = 6;
    let mut network = Network::new();
    let mut noise = Population::new("noise", catalogue("ornstein_uhlenbeck"), nodes);
    noise.set("sigma", 0.2).unwrap();
    let mut brain = Population::new("brain", catalogue("wilson_cowan"), nodes);
    brain.set("sigma_ou", 0.01).unwrap();
    network.add(noise).unwrap();
    network.add(brain).unwrap();
    let connections = Numbers(3).connections([nodes, nodes], 0.7, [0.0, 0.5], 0..70, DT);
    network.connect_as_modelled("brain", &Arc::new(connections), &[]).unwrap();
    let links = vec![Link::additive("exc_ext").strength(0.1)];
    connect(&mut network, ["noise", "x", "brain"], Connections::one_to_one(nodes), links);
    let mut simulation = Simulation { trials: 3..6, ..Simulation::new(network, DT) };
    let bold = Observation {
        population: Population::new("bold", catalogue("balloon_windkessel"), nodes),
        input: "activity".into(),
        output: "BOLD".into(),
        step: Some(8.0 * DT),
    };
    simulation.recordings = vec![
        Recording::averaged("brain", "exc", 16.0 * DT),
        Recording::sampled("brain", "exc", 16.0 * DT).through(bold),
    ];
    let other = Simulation { threads: Some(3), block: 5, ..simulation.clone() };
    let expected = run(&simulation, 500);
    for split in [13, 160, 333] {
        assert_same(&run_resumed(&simulation, &other, split, 500), &expected, &format!("{split} steps"));
    }
    // Twice, without running in between.
    let mut run = simulation.start().unwrap();
    run.advance(77).unwrap();
    let snapshot = run.snapshot();
    let mut resumed = other.clone();
    resumed.resume(&snapshot).unwrap();
    assert_eq!(resumed.start().unwrap().snapshot(), snapshot);
}

#[test]
fn blocks() {
    for trials in [1, 9] {
        let brain = Brain { nodes: 9, trials, delays: 0..150, ..SMALL };
        for simulation in by_each_method(&brain.simulation(0..trials)) {
            let with = |block| run(&Simulation { block, ..simulation.clone() }, 330);
            let expected = with(32);
            for block in [0, 1, 2, 7, 13, 33, 64, 65, 1000] {
                assert_same(
                    &with(block),
                    &expected,
                    &format!("{:?}, {trials} trials, block {block}", simulation.method),
                );
            }
        }
    }
}

/// The order in which a sum is added up: classes of delays from long to short, by source within each.
#[test]
fn sums_are_the_documented_chain() {
    let relay = model(
        r#"
model relay "Keeps what arrives"
input u : 1 "input"
state x = 0 : 1 "what arrived"
x := u
output x
"#,
    );
    let (nodes, steps) = (11, 60);
    let delays = [0, 1, 2, 3, 4, 7, 8, 20, 33, 70];
    let mut numbers = Numbers(5);
    let edges: Vec<(usize, usize, f64, usize)> = (0..nodes * nodes)
        .map(|e| (e / nodes, e % nodes, numbers.between(-0.25, 0.35), delays[numbers.below(delays.len())]))
        .collect();
    let start = numbers.list(nodes, -1.0, 1.0);

    let mut course = vec![start.clone()];
    for step in 0..steps {
        let mut sums = vec![0.0; nodes];
        for class in [64..1000, 32..64, 16..32, 8..16, 4..8, 2..4, 1..2, 0..1] {
            for &(target, source, weight, delay) in edges.iter().filter(|edge| class.contains(&edge.3)) {
                let value: f64 = course[usize::saturating_sub(step, delay)][source];
                sums[target] = value.mul_add(weight, sums[target]);
            }
        }
        course.push(sums);
    }

    for trials in [1, 3, 8] {
        let mut population = Population::new("nodes", Arc::clone(&relay), nodes);
        population.start_from("x", Values::Nodes(start.clone())).unwrap();
        let mut network = Network::new();
        network.add(population).unwrap();
        let edges = edges.iter().map(|&(target, source, weight, delay)| (target, source, weight, delay as f64 * DT));
        let connections = Connections::sparse(nodes, nodes, edges).unwrap();
        connect(&mut network, ["nodes", "x", "nodes"], connections, vec![Link::additive("u")]);
        let mut simulation = Simulation::new(network, DT);
        simulation.trials = 0..trials;
        simulation.recordings.push(Recording::sampled("nodes", "x", DT));
        let mut found = simulation.start().unwrap();
        found.advance(steps as u64).unwrap();
        let found = found.take(0);
        for trial in 0..trials as usize {
            for node in 0..nodes {
                let expected: Vec<u64> = course[1..].iter().map(|values| values[node].to_bits()).collect();
                let found: Vec<u64> = found.of(trial, node).iter().map(|value| value.to_bits()).collect();
                assert_eq!(found, expected, "{trials} trials, node {node}");
            }
        }
    }
}

/// Recording is looking: it changes nothing.
#[test]
fn recordings() {
    let simulation = SMALL.simulation(0..1);
    let expected = run(&simulation, 60);
    for (recording, expected) in simulation.recordings.iter().zip(expected).take(3) {
        let one = Simulation { recordings: vec![recording.clone()], ..simulation.clone() };
        assert_same(&run(&one, 60), &vec![expected], &format!("{} alone", recording.output));
    }
}

/// A number that depends on every bit of a run.
fn fingerprint() -> u64 {
    let brain = Brain { trials: 10, ..SMALL };
    let simulations = by_each_method(&brain.simulation(0..10)).into_iter();
    let bits = simulations.flat_map(|simulation| run(&simulation, 200)).flatten().flatten().flatten();
    // FNV-1a, a word at a time
    bits.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
}

const FINGERPRINT: &str = "fingerprint ";

/// What [`simd_levels`] runs in other processes, because a process keeps its level.
#[test]
#[allow(clippy::print_stdout)]
fn fingerprint_of_this_process() {
    println!("{FINGERPRINT}{} {:016x}", SimdLevel::current().name(), fingerprint());
}

#[test]
fn simd_levels() {
    let expected = fingerprint();
    for level in SimdLevel::supported() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fingerprint_of_this_process", "--nocapture", "--test-threads=1"])
            .env("NEUROPIL_SIMD", level.name())
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        // The harness writes the name of the test on the same line.
        let found = output.split_once(FINGERPRINT).unwrap_or_else(|| panic!("{output}")).1;
        let expected = format!("{} {expected:016x}", level.name());
        assert_eq!(found.lines().next(), Some(&expected[..]), "another fingerprint at this level");
    }
}

/// Nodes in another order: parameters, connections, initial values and stimuli move along.
fn permuted(
    simulation: &Simulation,
    text: &str,
    order: &[usize],
    bias: &[f64],
    edges: &[(usize, usize, f64, f64)],
) -> Bits {
    let place = |node: usize| order.iter().position(|&old| old == node).unwrap();
    let mut population = Population::new("nodes", model(text), order.len());
    population.set("bias", order.iter().map(|&old| bias[old]).collect::<Vec<_>>()).unwrap();
    let mut network = Network::new();
    network.add(population).unwrap();
    let edges = edges.iter().map(|&(target, source, weight, delay)| (place(target), place(source), weight, delay));
    let connections = Connections::sparse(order.len(), order.len(), edges).unwrap();
    connect(&mut network, ["nodes", "s", "nodes"], connections, vec![Link::diffusive("u")]);
    let found = run(&Simulation { network, ..simulation.clone() }, 200);
    let nodes = (0..order.len()).map(|node| found[0][0][place(node)].clone()).collect();
    vec![vec![nodes]]
}

#[test]
fn nodes_in_another_order() {
    let text = |output: &str| {
        format!(
            "model m \"M\"\nparam bias = 0 : 1 in (-inf, inf) \"b\"\ninput u : 1 \"u\"\nstate x = 0.3 : 1 \"x\"\n\
             dx/dt = tanh(bias + 0.1 * u) - x\noutput s = {output} : 1 \"s\"\n"
        )
    };
    let nodes = 21;
    let mut numbers = Numbers(20);
    let bias = numbers.list(nodes, -1.0, 1.0);
    let reverse: Vec<usize> = (0..nodes).rev().collect();
    let same: Vec<usize> = (0..nodes).collect();
    for density in [0.1, 0.8] {
        let connections = numbers.connections([nodes, nodes], density, [-1.0, 1.0], 0..40, DT);
        let edges: Vec<(usize, usize, f64, f64)> = (0..nodes)
            .flat_map(|target| connections.of(target).map(move |(source, w, delay)| (target, source, w, delay)))
            .collect();
        let mut simulation = Simulation::new(alone(&model(&text("x")), 1), DT);
        simulation.recordings.push(Recording::sampled("nodes", "x", DT));
        for method in Method::ALL {
            simulation.method = method;
            // Weights and outputs that are multiples of 1/8 and small: every sum is exact.
            let exact: Vec<_> = edges.iter().map(|&(t, s, w, delay)| (t, s, (8.0 * w).round() / 8.0, delay)).collect();
            let [one, other] =
                [&same, &reverse].map(|order| permuted(&simulation, &text("floor(8 * x) / 8"), order, &bias, &exact));
            assert_same(&other, &one, &format!("{method:?}, exact sums"));
            let [one, other] = [&same, &reverse].map(|order| permuted(&simulation, &text("x"), order, &bias, &edges));
            for (a, b) in one[0][0].iter().flatten().zip(other[0][0].iter().flatten()) {
                let (a, b) = (f64::from_bits(*a), f64::from_bits(*b));
                assert!((a - b).abs() < 1e-12, "{method:?}, rounded sums: {a}, {b}");
            }
        }
    }
}
