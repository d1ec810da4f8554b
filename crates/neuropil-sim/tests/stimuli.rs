//! When and where a stimulus acts.

#![allow(clippy::unwrap_used)]

mod common;

use common::{alone, model, run};
use neuropil_sim::{Method, Population, Recording, Simulation, Stimulus, Values};

/// `seen` after step number n is the input in that step; `sum` adds up its increments.
const PROBE: &str = r#"
model probe "Shows its input"
input u = 0.5 : 1 "input"
input w : V "input with another unit"
state seen = 0 : 1 "input in the last step"
state seen_w = 0 : mV "the other input"
state sum = 0 : ms "integral of the input"
seen := u
seen_w := w
dsum/dt = u
"#;

fn stimulus(input: &str, courses: Vec<Vec<f64>>, start: f64, interval: Option<f64>) -> Stimulus {
    Stimulus { population: "nodes".into(), input: input.into(), courses, start, interval }
}

/// What two nodes see in each of `steps` steps of 0.5 ms.
fn seen(stimuli: Vec<Stimulus>, state: &str, steps: u64) -> [Vec<f64>; 2] {
    let mut simulation = Simulation { stimuli, ..Simulation::new(alone(&model(PROBE), 2), 0.5) };
    simulation.recordings.push(Recording::sampled("nodes", state, 0.5));
    let samples = &run(&simulation, steps)[0];
    [0, 1].map(|node| samples.of(0, node).to_vec())
}

#[test]
fn samples_act_from_their_time_to_the_next_and_nothing_outside() {
    let course = vec![vec![1.0, 2.0, 4.0]];
    let every_step = seen(vec![stimulus("u", course.clone(), 0.0, None)], "seen", 5);
    assert_eq!(every_step[0], [1.5, 2.5, 4.5, 0.5, 0.5]);
    assert_eq!(every_step[0], every_step[1]);
    let late = seen(vec![stimulus("u", course.clone(), 1.0, None)], "seen", 7);
    assert_eq!(late[0], [0.5, 0.5, 1.5, 2.5, 4.5, 0.5, 0.5]);
    let slow = seen(vec![stimulus("u", course.clone(), 0.5, Some(1.0))], "seen", 9);
    assert_eq!(slow[1], [0.5, 1.5, 1.5, 2.5, 2.5, 4.5, 4.5, 0.5, 0.5]);
    let never = seen(vec![stimulus("u", course, 100.0, None), stimulus("u", vec![vec![]], 0.0, None)], "seen", 3);
    assert_eq!(never[0], [0.5; 3]);
}

#[test]
fn nodes_have_their_own_courses_and_stimuli_add_up() {
    let stimuli = vec![
        stimulus("u", vec![vec![1.0, 2.0], vec![10.0, 20.0]], 0.0, None),
        stimulus("u", vec![vec![0.25]], 0.5, None),
        stimulus("w", vec![vec![3.0]], 0.0, Some(1.0)),
    ];
    assert_eq!(seen(stimuli.clone(), "seen", 3), [vec![1.5, 2.75, 0.5], vec![10.5, 20.75, 0.5]]);
    // 3 V in an input measured in V are 3000 mV.
    assert_eq!(seen(stimuli, "seen_w", 3), [vec![3000.0, 3000.0, 0.0], vec![3000.0, 3000.0, 0.0]]);
}

/// Heun takes the mean of the samples at both ends of the step; so does RK4, whose stages between the ends see the
/// mean too: 1/6 a + 4/6 (a + b) / 2 + 1/6 b. Updated states see the sample at the start of the step.
#[test]
fn stages_see_the_sample_of_their_time() {
    let course = vec![vec![1.0, 2.0, 4.0]];
    for (method, expected) in [
        (Method::Euler, [1.5, 2.5, 4.5, 0.5, 0.5]),
        (Method::Heun, [2.0, 3.5, 2.5, 0.5, 0.5]),
        (Method::RungeKutta4, [2.0, 3.5, 2.5, 0.5, 0.5]),
    ] {
        let stimuli = vec![stimulus("u", course.clone(), 0.0, None)];
        let mut simulation = Simulation { stimuli, method, ..Simulation::new(alone(&model(PROBE), 1), 0.5) };
        simulation.recordings.push(Recording::sampled("nodes", "sum", 0.5));
        simulation.recordings.push(Recording::sampled("nodes", "seen", 0.5));
        let found = run(&simulation, 5);
        let mut sum = 0.0;
        for (found, expected) in found[0].values.iter().zip(expected) {
            sum += 0.5 * expected;
            assert!((found - sum).abs() < 1e-14, "{method:?}: {found}, {sum}");
        }
        assert_eq!(found[1].values, [1.5, 2.5, 4.5, 0.5, 0.5], "{method:?}: updated states");
    }
}

/// Constant levels are set like parameters, per node and trial, and stimuli add to them in each trial.
#[test]
fn levels() {
    let mut population = Population::new("nodes", model(PROBE), 2);
    population.set("u", Values::TrialsNodes(vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0, 6.0]])).unwrap();
    population.set("w", Values::Trials(vec![0.5, 0.25, 0.125])).unwrap();
    let mut network = neuropil_sim::Network::new();
    network.add(population).unwrap();
    let mut simulation = Simulation { trials: 0..3, ..Simulation::new(network, 0.5) };
    simulation.stimuli.push(stimulus("u", vec![vec![0.0, 100.0], vec![0.0, 200.0]], 0.0, None));
    simulation.recordings.extend(["seen", "seen_w"].map(|state| Recording::sampled("nodes", state, 0.5)));
    let found = run(&simulation, 2);
    assert_eq!(found[0].values, [1.0, 101.0, 2.0, 202.0, 3.0, 103.0, 4.0, 204.0, 5.0, 105.0, 6.0, 206.0]);
    assert_eq!(found[1].of(0, 1), [500.0; 2]);
    assert_eq!(found[1].of(2, 0), [125.0; 2]);
}

#[test]
fn a_level_that_is_set_on_the_way_acts_from_there_with_the_bits_of_a_run_that_begins_there() {
    let mut population = Population::new("nodes", model(PROBE), 2);
    population.set("u", Values::TrialsNodes(vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0, 6.0]])).unwrap();
    let mut network = neuropil_sim::Network::new();
    network.add(population.clone()).unwrap();
    let stimuli = vec![stimulus("u", vec![vec![0.25]], 2.0, None)];
    let mut simulation = Simulation { stimuli, trials: 0..3, ..Simulation::new(network, 0.5) };
    for state in ["seen", "seen_w", "sum"] {
        simulation.recordings.push(Recording::sampled("nodes", state, 0.5));
    }
    let mut run = simulation.start().unwrap();
    run.advance(3).unwrap();
    let snapshot = run.snapshot();
    let levels = Values::TrialsNodes(vec![vec![0.1, 0.2], vec![0.3, 0.4], vec![0.5, 0.6]]);
    run.set_level("nodes", "u", levels.clone()).unwrap();
    run.set_level("nodes", "w", Values::Nodes(vec![1.0, 2.0])).unwrap();
    run.advance(3).unwrap();
    let mut later = simulation.clone();
    population.set("u", levels).unwrap();
    population.set("w", Values::Nodes(vec![1.0, 2.0])).unwrap();
    later.network = neuropil_sim::Network::new();
    later.network.add(population).unwrap();
    later.resume(&snapshot).unwrap();
    let mut begun = later.start().unwrap();
    begun.advance(3).unwrap();
    for recording in 0..3 {
        let (went_on, begun) = (run.take(recording), begun.take(recording));
        for (trial, node) in [(0, 0), (1, 1), (2, 0)] {
            assert_eq!(went_on.of(trial, node)[3..], *begun.of(trial, node));
        }
    }
    assert_eq!(run.state("nodes", "seen_w").unwrap()[2], [1000.0, 2000.0]);
    for (input, values, expected) in [
        ("v", Values::Uniform(0.0), "input `v`"),
        ("u", Values::Nodes(vec![0.0; 3]), "3"),
        ("u", Values::Trials(vec![0.0; 2]), "2 trials"),
        ("u", Values::Uniform(f64::NAN), "NaN"),
    ] {
        let error = run.set_level("nodes", input, values).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(run.state("nodes", "seen").unwrap()[1], [0.3, 0.4]);
}
