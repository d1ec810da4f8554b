//! Simulations that differ in values alone have, as trials of one, the bits that each has by itself.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use common::{alone, connect, model, run};
use neuropil_kernel::Model;
use neuropil_sim::{Connections, Link, Network, Observation, Population, Recording, Samples, Simulation, Stimulus};

fn oscillator() -> Arc<dyn Model> {
    model(
        r#"
model oscillator "Noisy oscillator"
param tau = 4 : ms in (0, inf) "slow time constant"
param lag = 0.5 : ms in [0, inf) "delay of the feedback"
param sigma = 0.1 : 1/sqrt(ms) in [0, inf) "additive noise"
input u : 1 "input"
noise xi "additive"
state x = uniform(-0.5, 0.5) : 1 "fast"
state y = 0 : 1 "slow"
dx/dt = x - x^3 / 3 - y + u - 0.3 * delay(x, lag) + sigma * xi
dy/dt = (x + 0.7 - 0.8 * y) / tau
output x
"#,
    )
}

fn filter() -> Arc<dyn Model> {
    model(
        "model filter \"F\"\nparam tau = 2 : ms in (0, inf) \"t\"\ninput u : 1 \"i\"\nstate f = 0 : 1 \"f\"\ndf/dt = (u - f) / tau\n",
    )
}

/// What a change is, and how it is made.
type Change<'a> = (&'a str, &'a dyn Fn(&mut Simulation));

/// Two nodes, and what differs among simulations: some number of these.
struct Made {
    models: [Arc<dyn Model>; 2],
}

impl Made {
    fn new() -> Self {
        Self { models: [oscillator(), filter()] }
    }

    fn simulation(&self, number: f64) -> Simulation {
        let small = number / 40.0;
        let mut network = Network::new();
        let mut population = Population::new("nodes", Arc::clone(&self.models[0]), 2);
        population.set("tau", 3.0 + number).unwrap();
        population.set("lag", vec![0.5, 0.25 + small]).unwrap();
        population.set("sigma", if number == 2.0 { 0.0 } else { 0.1 }).unwrap();
        population
            .set("u", if number == 1.0 { 0.3.into() } else { neuropil_sim::Values::Nodes(vec![0.1, small]) })
            .unwrap();
        population.start_from("y", small).unwrap();
        population.set_past("x", vec![vec![small; 3], vec![0.2; 3]]).unwrap();
        network.add(population).unwrap();
        let connections =
            Connections::dense(2, 2, &[0.0, 1.0, 0.5, 0.0], Some(&[0.0, 3.0, 5.0, 0.0]), Some(4.0)).unwrap();
        let links = vec![Link::diffusive("u").strength(0.1 + small)];
        connect(&mut network, ["nodes", "x", "nodes"], connections, links);
        let mut simulation = Simulation { seed: 3, ..Simulation::new(network, 0.125) };
        simulation.stimuli.push(Stimulus {
            population: "nodes".into(),
            input: "u".into(),
            courses: vec![vec![0.2, -0.1]],
            start: 1.0,
            interval: None,
        });
        let mut observer = Population::new("filter", Arc::clone(&self.models[1]), 2);
        observer.set("tau", 1.0 + number).unwrap();
        let observation = Observation { population: observer, input: "u".into(), output: "f".into(), step: None };
        simulation.recordings.push(Recording::sampled("nodes", "x", 0.125));
        simulation.recordings.push(Recording::sampled("nodes", "x", 0.25).through(observation));
        simulation
    }
}

#[track_caller]
fn assert_trials(found: &[Samples], simulations: &[Simulation]) {
    for (trial, simulation) in simulations.iter().enumerate() {
        for (found, expected) in found.iter().zip(run(simulation, 200)) {
            assert_eq!((found.trials, &found.times), (simulations.len(), &expected.times));
            for node in 0..2 {
                let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(found.of(trial, node)), bits(expected.of(0, node)), "trial {trial}, node {node}");
            }
        }
    }
}

#[test]
fn simulations_side_by_side_have_the_bits_of_each() {
    let made = Made::new();
    for count in [1, 2, 5, 16, 17, 35] {
        let mut simulations: Vec<_> = (0..count).map(|number| made.simulation(f64::from(number))).collect();
        let all = Simulation::side_by_side(&simulations).unwrap();
        assert_trials(&run(&all, 200), &simulations);
        for (number, simulation) in simulations.iter_mut().enumerate() {
            simulation.trials = 7 + number as u64..8 + number as u64;
        }
        let all = Simulation::side_by_side(&simulations).unwrap();
        assert_trials(&run(&all, 200), &simulations);
    }
    let twins = vec![made.simulation(1.0); 3];
    let found = run(&Simulation::side_by_side(&twins).unwrap(), 200);
    assert_eq!(found[0].of(0, 1), found[0].of(2, 1));
}

#[test]
fn zeros_of_either_sign_are_different_values() {
    let made = Made::new();
    let mut simulations = vec![made.simulation(1.0), made.simulation(1.0)];
    for (simulation, zero) in simulations.iter_mut().zip([0.0, -0.0]) {
        let mut population = Population::new("nodes", Arc::clone(&made.models[1]), 1);
        population.start_from("f", zero).unwrap();
        population.set("u", -0.0).unwrap();
        simulation.network = Network::new();
        simulation.network.add(population).unwrap();
        simulation.stimuli.clear();
        simulation.recordings = vec![Recording::sampled("nodes", "f", 0.125)];
    }
    let found = run(&Simulation::side_by_side(&simulations).unwrap(), 1);
    for (trial, simulation) in simulations.iter().enumerate() {
        assert_eq!(found[0].of(trial, 0)[0].to_bits(), run(simulation, 1)[0].of(0, 0)[0].to_bits());
    }
}

#[test]
fn what_differs_in_more_than_values_stays_apart() {
    let made = Made::new();
    let with = |change: &dyn Fn(&mut Simulation)| {
        let mut other = made.simulation(1.0);
        change(&mut other);
        Simulation::side_by_side(&[made.simulation(0.0), other])
    };
    assert!(with(&|_| ()).is_some());
    assert!(Simulation::side_by_side(&[]).is_none());
    let changes: [Change; 12] = [
        ("dt", &|one| one.dt = 0.0625),
        ("seed", &|one| one.seed = 4),
        ("noise step", &|one| one.noise_step = Some(0.0625)),
        ("first step", &|one| one.first_step = 8),
        ("method", &|one| one.method = neuropil_sim::Method::Heun),
        ("trials", &|one| one.trials = 0..2),
        ("trial numbers", &|one| one.trials = 5..6),
        ("stimulus", &|one| one.stimuli[0].courses[0][1] = 0.0),
        ("interval of a recording", &|one| one.recordings[0].every = 0.25),
        ("recorded output", &|one| one.recordings[0].output = "y".into()),
        ("observation", &|one| one.recordings[1].observation = None),
        ("nodes", &|one| one.network = alone(&made.models[0], 3)),
    ];
    for (what, change) in changes {
        assert!(with(change).is_none(), "{what}");
    }
    let twin = Made::new();
    assert!(Simulation::side_by_side(&[made.simulation(0.0), twin.simulation(0.0)]).is_none(), "model");
    let weights = |weight| {
        let mut simulation = made.simulation(0.0);
        simulation.network = alone(&made.models[0], 2);
        let connections = Connections::dense(2, 2, &[0.0, weight, 1.0, 0.0], None, None).unwrap();
        connect(&mut simulation.network, ["nodes", "x", "nodes"], connections, vec![Link::additive("u")]);
        simulation
    };
    assert!(Simulation::side_by_side(&[weights(0.5), weights(0.5)]).is_some());
    assert!(Simulation::side_by_side(&[weights(0.5), weights(0.6)]).is_none(), "weights");
    let with_tau = |is_set| {
        let mut simulation = made.simulation(0.0);
        let mut population = Population::new("nodes", Arc::clone(&made.models[0]), 2);
        if is_set {
            population.set("tau", 5.0).unwrap();
        }
        simulation.network = Network::new();
        simulation.network.add(population).unwrap();
        simulation
    };
    assert!(Simulation::side_by_side(&[with_tau(true), with_tau(false)]).is_none(), "a value that only one sets");
}
