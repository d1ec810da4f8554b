//! A step allocates nothing.
//!
//! Measured are the allocations of the calling thread in [`neuropil_sim::Run::advance`], with one thread, after the first
//! step (in which a thread that has never run an interpreted model makes room for its registers). There are none but
//! for recordings: each shard reserves room for the samples of a piece, one allocation for each recording that has
//! samples in it, however many steps the piece has. Starting a run and taking samples allocate; with several threads,
//! the thread pool may, for each piece.

#![allow(clippy::unwrap_used)]

mod common;

use std::hint::black_box;

use allocation_counter::measure;
use common::{Numbers, connect, model};
use neuropil_sim::{Link, Method, Network, Observation, Population, Recording, Run, Simulation, Stimulus};

/// Everything that a step may have to do: two populations, delays from none to many, local delays, noise, expressions,
/// updated states, bounds, a stimulus.
fn simulation(method: Method, trials: u64, nodes: usize) -> Simulation {
    let noise = if method.is_stochastic() { "+ 0.1[1/sqrt(ms)] * xi" } else { "" };
    let text = format!(
        r#"
model node "Node"
param lag = 2 : ms in [0, inf) "delay"
input u : 1 "input"
noise xi "noise"
state x = uniform(-1, 1) : 1 clip [-5, 5] "x"
state kept = 0 : 1 "updated"
dx/dt = (tanh(u) - x + 0.1 * kept - 0.5 * delay(s, lag)) / 3[ms] {noise}
kept := x
output s = sin(x) : 1 "s"
"#
    );
    let mut numbers = Numbers(1);
    let mut network = Network::new();
    for name in ["one", "two"] {
        network.add(Population::new(name, model(&text), nodes)).unwrap();
    }
    for (source, target, delays) in [("one", "two", 0..100), ("two", "one", 0..1), ("one", "one", 1..9)] {
        let connections = numbers.connections([nodes, nodes], 0.5, [-0.5, 0.5], delays, 0.5);
        connect(&mut network, [source, "s", target], connections, vec![Link::diffusive("u"), Link::additive("u")]);
    }
    let courses = vec![numbers.list(50, -1.0, 1.0)];
    let stimulus = Stimulus { population: "one".into(), input: "u".into(), courses, start: 1.0, interval: Some(1.0) };
    Simulation { method, trials: 0..trials, threads: Some(1), stimuli: vec![stimulus], ..Simulation::new(network, 0.5) }
}

/// Allocations in `steps` steps.
fn allocations(run: &mut Run, steps: u64) -> u64 {
    measure(|| run.advance(steps).unwrap()).count_total
}

#[test]
fn steps_allocate_nothing() {
    assert!(measure(|| drop(black_box(vec![1.0; 3]))).count_total > 0, "allocations are counted");
    for method in Method::ALL {
        for (trials, nodes) in [(1, 3), (1, 40), (20, 3), (3, 40)] {
            for noise_step in [None, Some(0.25)] {
                let mut run = Simulation { noise_step, ..simulation(method, trials, nodes) }.start().unwrap();
                run.advance(1).unwrap();
                for steps in [1, 7, 64, 500] {
                    let found = allocations(&mut run, steps);
                    assert_eq!(found, 0, "{method:?}, {trials} trials, {nodes} nodes: {steps} steps");
                }
            }
        }
    }
}

#[test]
fn recordings_allocate_once_a_piece() {
    for (trials, shards) in [(1, 1), (20, 2)] {
        let mut simulation = simulation(Method::Heun, trials, 3);
        let filter = "model f \"F\"\ninput u : 1 \"u\"\nnoise xi \"xi\"\nstate y = 0 : 1 \"y\"\ndy/dt = u - y + xi\n";
        let filter = Population::new("filter", model(filter), 3);
        let watching = Observation { population: filter, input: "u".into(), output: "y".into(), step: Some(1.0) };
        simulation.recordings = vec![
            Recording::sampled("one", "s", 0.5),
            Recording::averaged("two", "x", 5.0),
            Recording::sampled("one", "x", 10.0).through(watching),
        ];
        let mut run = simulation.start().unwrap();
        run.advance(1).unwrap();
        run.take(0);
        for steps in [1000, 100, 2000, 4000] {
            let found = allocations(&mut run, steps);
            assert_eq!(found, 3 * shards, "{trials} trials: {steps} steps");
            for recording in 0..3 {
                run.take(recording);
            }
        }
    }
}
