//! Runs with a past, that start later than at the first step, and what is read of them.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use common::{alone, connect, model, run};
use neuropil_kernel::Model;
use neuropil_sim::{
    Connections, Link, Method, Network, NetworkError, Observation, PartialMean, Past, Population, Recording, Reduction,
    Simulation, SimulationError, Snapshot, Stimulus, Values,
};

/// Exact in binary, so that sums are exact too.
const DT: f64 = 0.25;

/// Time runs in its state, and two inputs and a delay show what they get.
fn clock() -> Arc<dyn Model> {
    model(
        r#"
model clock "Time as a state"
param lag = 2 : ms in [0, inf) "local delay"
input seen : s "input"
state time = 0 : ms "time"
state arrived = 0 : s "input in the last step"
state own = 0 : s "own past in the last step"
dtime/dt = 1
arrived := seen
own := delay(seconds, lag)
output seconds = time : s "time in s"
output time
"#,
    )
}

/// Clocks that are connected one to one with a delay of `delay` steps.
fn clocks(population: Population, delay: usize) -> Simulation {
    let nodes = population.nodes();
    let mut network = Network::new();
    network.add(population).unwrap();
    let edges = (0..nodes).map(|node| (node, node, 1.0, delay as f64 * DT));
    let links = vec![Link::additive("seen")];
    connect(&mut network, ["nodes", "seconds", "nodes"], Connections::sparse(nodes, nodes, edges).unwrap(), links);
    let recordings = ["arrived", "own"].map(|output| Recording::sampled("nodes", output, DT)).into();
    Simulation { recordings, ..Simulation::new(network, DT) }
}

/// The past of clocks that were set going `known` steps before the start; node n of trial q is ahead by n + 10 q ms.
fn past(trials: usize, nodes: usize, known: usize) -> Vec<Vec<Vec<f64>>> {
    let course = |ahead: f64| (1..=known).rev().map(|ago| (ahead - ago as f64 * DT) / 1e3).collect();
    (0..trials).map(|q| (0..nodes).map(|node| course((node + 10 * q) as f64)).collect()).collect()
}

/// What arrives with a delay is what was so long ago, before the start too; the oldest value stands for all before.
#[test]
fn the_past_arrives_with_its_delay() {
    for method in Method::ALL {
        for (trials, known) in [(1, 100), (1, 5), (9, 30), (9, 1), (1, 0)] {
            let nodes = 3;
            let mut population = Population::new("nodes", clock(), nodes);
            population.set("lag", 7.0 * DT).unwrap();
            let ahead = (0..trials).map(|q| (0..nodes).map(|node| (node + 10 * q) as f64).collect());
            population.start_from("time", Values::TrialsNodes(ahead.collect())).unwrap();
            population.set_past("seconds", past(trials, nodes, known)).unwrap();
            let simulation = Simulation { method, trials: 0..trials as u64, ..clocks(population, 40) };
            let found = run(&simulation, 60);
            for (samples, delay) in found.iter().zip([40, 7]) {
                for trial in 0..trials {
                    for node in 0..nodes {
                        for (step, &found) in samples.of(trial, node).iter().enumerate() {
                            let ago = (step as f64 - f64::from(delay)).max(-(known as f64));
                            let expected = ((node + 10 * trial) as f64 + ago * DT) / 1e3;
                            let what = format!("{method:?}, {known} known, delay {delay}, step {step}");
                            assert!((found - expected).abs() < 1e-15, "{what}: {found}, {expected}");
                        }
                    }
                }
            }
        }
    }
}

/// Courses by node are those of all trials; one that is empty says nothing.
#[test]
fn a_past_by_node() {
    let mut population = Population::new("nodes", clock(), 2);
    population.set_past("seconds", vec![vec![3.0, 5.0], vec![]]).unwrap();
    let found = run(&Simulation { trials: 0..2, ..clocks(population, 3) }, 4);
    for trial in 0..2 {
        assert_eq!(found[0].of(trial, 0), [3.0, 3.0, 5.0, 0.0]);
        assert_eq!(found[0].of(trial, 1), [0.0; 4]);
    }
}

/// States in their unit, and the past of the outputs that somebody delays.
#[test]
fn runs_can_be_read() {
    for trials in [1, 6] {
        let mut population = Population::new("nodes", clock(), 3);
        let ahead = (0..trials).map(|q| (0..3).map(|node| (node + 10 * q) as f64).collect());
        population.start_from("time", Values::TrialsNodes(ahead.collect())).unwrap();
        population.set_past("seconds", past(trials, 3, 20)).unwrap();
        let mut run = Simulation { trials: 0..trials as u64, ..clocks(population, 10) }.start().unwrap();
        for steps in [0, 3, 700] {
            run.advance(steps).unwrap();
            let now = run.time();
            let (time, arrived) = (run.state("nodes", "time").unwrap(), run.state("nodes", "arrived").unwrap());
            let seconds = run.past("nodes", "seconds").unwrap();
            assert_eq!((time.len(), time[0].len(), seconds.len(), seconds[0].len()), (trials, 3, trials, 3));
            for q in 0..trials {
                for node in 0..3 {
                    let now = now + (node + 10 * q) as f64;
                    assert_eq!(time[q][node], now);
                    if steps > 0 {
                        assert!((arrived[q][node] - (now - 11.0 * DT) / 1e3).abs() < 1e-15);
                    }
                    assert_eq!(seconds[q][node].len(), 10);
                    for (k, found) in seconds[q][node].iter().enumerate() {
                        assert!((found - (now - (10 - k) as f64 * DT) / 1e3).abs() < 1e-15);
                    }
                }
            }
            assert_eq!(run.past("nodes", "time").unwrap(), vec![vec![Vec::<f64>::new(); 3]; trials]);
        }
        let error = run.state("nodes", "tim").unwrap_err();
        assert!(matches!(&error, NetworkError::UnknownName { nearest: Some(near), .. } if near == "time"), "{error}");
        assert!(matches!(run.state("node", "time"), Err(NetworkError::UnknownPopulation { .. })));
        assert!(matches!(run.past("nodes", "second"), Err(NetworkError::UnknownName { what: "output", .. })));
        assert!(matches!(run.past("", "seconds"), Err(NetworkError::UnknownPopulation { .. })));
    }
}

fn clocks_that_started_late(first_step: u64) -> Simulation {
    let mut population = Population::new("nodes", clock(), 1);
    population.start_from("time", first_step as f64 * DT).unwrap();
    Simulation { first_step, ..clocks(population, 0) }
}

/// Times, samples and stimuli are those of a run that began at time 0; a mean is over the steps that are made.
#[test]
fn later_starts() {
    let watch =
        model("model watch \"Watch\"\ninput u : ms \"u\"\nstate mean = 0 : ms \"mean\"\nmean := u\noutput mean\n");
    let watching = || Observation {
        population: Population::new("watch", Arc::clone(&watch), 1),
        input: "u".into(),
        output: "mean".into(),
        step: Some(4.0 * DT),
    };
    let mut simulation = clocks_that_started_late(10);
    simulation.recordings = vec![
        Recording::sampled("nodes", "time", 1.0),
        Recording { first: Some(0.5), ..Recording::sampled("nodes", "time", 1.0) },
        Recording::averaged("nodes", "time", 1.0),
        Recording::sampled("nodes", "arrived", DT),
        Recording::sampled("nodes", "time", 1.0).through(watching()),
        Recording { reduction: Reduction::Mean, ..Recording::sampled("nodes", "time", 2.0).through(watching()) },
    ];
    simulation.stimuli.push(Stimulus {
        population: "nodes".into(),
        input: "seen".into(),
        courses: vec![vec![7.0, 8.0]],
        start: 11.0 * DT,
        interval: Some(2.0 * DT),
    });
    let mut run = simulation.start().unwrap();
    assert_eq!((run.step(), run.time()), (10, 10.0 * DT));
    run.advance(8).unwrap();
    assert_eq!((run.step(), run.time()), (18, 18.0 * DT));
    let found: Vec<_> = (0..6).map(|recording| run.take(recording)).collect();
    assert_eq!((&found[0].times[..], &found[0].values[..]), (&[3.0, 4.0][..], &[3.0, 4.0][..]));
    assert_eq!((&found[1].times[..], &found[1].values[..]), (&[3.5, 4.5][..], &[3.5, 4.5][..]));
    // Steps 11 and 12 of the interval from 9 to 12; then 13 to 16.
    assert_eq!((&found[2].times[..], &found[2].values[..]), (&[2.5, 3.5][..], &[2.875, 3.625][..]));
    let seconds = |step: u32| f64::from(step) * DT / 1e3;
    for ((step, stimulus), found) in (10..).zip([0.0, 7.0, 7.0, 8.0, 8.0, 0.0, 0.0, 0.0]).zip(&found[3].values) {
        assert!((found - seconds(step) - stimulus).abs() < 1e-12, "step {step}: {found}");
    }
    assert_eq!((&found[4].times[..], &found[4].values[..]), (&[3.0, 4.0][..], &[2.875, 3.625][..]));
    assert_eq!((&found[5].times[..], &found[5].values[..]), (&[3.0][..], &[3.25][..]));
}

fn snapshot() -> (Simulation, Snapshot) {
    let simulation = Simulation { trials: 0..2, ..clocks(Population::new("nodes", clock(), 3), 10) };
    let mut run = simulation.start().unwrap();
    run.advance(25).unwrap();
    (simulation, run.snapshot())
}

/// Another delay than before: a longer one finds the oldest value that was kept.
#[test]
fn delays_may_change() {
    let (_, snapshot) = snapshot();
    assert_eq!(snapshot.populations[0].pasts["seconds"][1][2].len(), 10);
    for delay in [3, 10, 30] {
        let mut simulation = Simulation { trials: 0..2, ..clocks(Population::new("nodes", clock(), 3), delay) };
        simulation.resume(&snapshot).unwrap();
        let found = run(&simulation, 5);
        assert_eq!(found[0].times[0], 26.0 * DT);
        for (step, found) in found[0].of(1, 2).iter().enumerate() {
            let expected = (25 + step - delay.min(10 + step)) as f64 * DT / 1e3;
            assert!((found - expected).abs() < 1e-15, "delay {delay}, step {step}: {found}, {expected}");
        }
    }
}

/// Recordings of another kind begin anew, and those that are not in the snapshot.
#[test]
fn other_recordings_begin_anew() {
    let (mut simulation, mut snapshot) = snapshot();
    snapshot.recordings[0].begun.sample = PartialMean { steps: 1, sum: vec![vec![1e9; 3]; 2] };
    simulation.recordings[0] = Recording::averaged("nodes", "time", 1.0);
    simulation.recordings.push(Recording::averaged("nodes", "time", 1.0));
    simulation.resume(&snapshot).unwrap();
    let found = run(&simulation, 3);
    // Steps 26 to 28.
    assert_eq!((&found[0].times[..], found[0].of(1, 1)), (&[6.5][..], &[27.0 * DT][..]));
    assert_eq!(found[2], found[0]);
}

/// Recordings may be in another order: they go on from where those of their names were.
#[test]
fn recordings_go_on_by_their_names() {
    let means = || ["time", "own", "arrived"].map(|output| Recording::averaged("nodes", output, 10.0 * DT));
    let (mut simulation, _) = snapshot();
    simulation.recordings = means().into();
    let whole = run(&simulation, 30);
    let mut first = simulation.start().unwrap();
    first.advance(25).unwrap();
    simulation.recordings.reverse();
    simulation.resume(&first.snapshot()).unwrap();
    let found = run(&simulation, 5);
    for (whole, found) in whole.iter().rev().zip(&found) {
        assert_eq!((found.times.len(), found.of(1, 2)[0]), (1, whole.of(1, 2)[2]));
    }
}

type Change = dyn Fn(&mut Snapshot);

#[test]
fn snapshots_that_do_not_fit() {
    let (simulation, snapshot) = snapshot();
    let refused = |change: &dyn Fn(&mut Snapshot)| {
        let (mut simulation, mut snapshot) = (simulation.clone(), snapshot.clone());
        change(&mut snapshot);
        simulation.resume(&snapshot).and_then(|()| simulation.start().map(|_| ())).unwrap_err()
    };
    let changes: [(&Change, &str); 9] = [
        (&|s| s.populations[0].name = "nods".into(), "population `nods`: the network has none of this name"),
        (
            &|s| drop(s.populations[0].states.insert("tim".into(), vec![])),
            "state `tim`: model `clock` has none of this name",
        ),
        (
            &|s| drop(s.populations[0].pasts.insert("sec".into(), vec![])),
            "output `sec`: model `clock` has none of this name",
        ),
        (
            &|s| s.populations[0].states.get_mut("time").unwrap()[0][1] = f64::NAN,
            "`time`: found NaN, expected a finite number",
        ),
        (
            &|s| s.populations[0].states.get_mut("time").unwrap()[1].truncate(1),
            "`time`: found 1 values, expected one for each of 3 nodes",
        ),
        (
            &|s| s.populations[0].states.get_mut("time").unwrap().truncate(1),
            "`time`: found values for 1 trials, expected 2",
        ),
        (
            &|s| s.populations[0].pasts.get_mut("seconds").unwrap().truncate(1),
            "`seconds`: found values for 1 trials, expected 2",
        ),
        (
            &|s| s.recordings[0].begun.sample = PartialMean { steps: 1, sum: vec![vec![1.0; 3]] },
            "`arrived`: found values for 1 trials, expected 2",
        ),
        (
            &|s| s.recordings[0].begun.sample = PartialMean { steps: 1, sum: vec![vec![1.0; 2]; 2] },
            "`arrived`: found 2 values, expected one for each of 3 nodes",
        ),
    ];
    for (change, expected) in changes {
        assert_eq!(refused(change).to_string(), expected);
    }
}

/// A snapshot of a run that has failed is one of its end.
#[test]
fn failed_runs_are_not_resumed() {
    let text = "model wild \"Wild\"\nstate x = 1 : 1 \"x\"\ndx/dt = x^2\n";
    let mut simulation = Simulation::new(alone(&model(text), 2), 1.0);
    let mut run = simulation.start().unwrap();
    let error = run.advance(100).unwrap_err();
    let snapshot = run.snapshot();
    assert_eq!(snapshot.step as f64, error.time);
    let error = simulation.resume(&snapshot).unwrap_err();
    assert!(matches!(error, SimulationError::Network(NetworkError::NotFinite { .. })), "{error}");
    assert_eq!(simulation.first_step, 0, "nothing of it is taken over");
    let past = Past::Nodes(vec![vec![0.0]; 2]);
    assert_eq!(past, vec![vec![0.0]; 2].into());
}
