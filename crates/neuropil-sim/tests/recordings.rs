//! What is kept, and for which times.

#![allow(clippy::unwrap_used)]

mod common;

use common::{alone, model, run};
use neuropil_sim::{Method, Observation, Population, Recording, Reduction, Samples, Simulation};

const DT: f64 = 0.25;

/// Time in ms, in ms and in s; node k is k ms ahead in trial 0, and 10 ms more in each later trial.
fn clocks(nodes: usize, trials: u64) -> Simulation {
    let text = r#"
model clock "Clock"
state time = 0 : ms "time"
dtime/dt = 1
output time
output squared = time * time : ms^2 "square of the time"
output seconds = time : s "time in s"
"#;
    let mut population = Population::new("clocks", model(text), nodes);
    let ahead = (0..trials).map(|trial| (0..nodes).map(|node| node as f64 + 10.0 * trial as f64).collect());
    population.start_from("time", neuropil_sim::Values::TrialsNodes(ahead.collect())).unwrap();
    let mut network = neuropil_sim::Network::new();
    network.add(population).unwrap();
    Simulation { trials: 0..trials, ..Simulation::new(network, DT) }
}

fn sampled(every: f64) -> Recording {
    Recording::sampled("clocks", "time", every)
}

#[test]
fn samples_are_the_values_at_their_times() {
    let mut simulation = clocks(3, 2);
    let first = |every: f64, first: f64| Recording { first: Some(first), ..sampled(every) };
    simulation.recordings = vec![sampled(DT), sampled(1.0), first(1.0, 0.5), first(0.5, 2.0), first(1.0, 100.0)];
    let found = run(&simulation, 14);
    assert_eq!(found[0].times, (1..=14).map(|k| f64::from(k) * DT).collect::<Vec<_>>());
    assert_eq!(found[1].times, [1.0, 2.0, 3.0]);
    assert_eq!(found[2].times, [0.5, 1.5, 2.5, 3.5]);
    assert_eq!(found[3].times, [2.0, 2.5, 3.0, 3.5]);
    assert_eq!(found[4].times, []);
    for samples in found {
        assert_eq!((samples.trials, samples.nodes), (2, 3));
        assert_eq!(samples.values.len(), 6 * samples.times.len());
        for trial in 0..2 {
            for node in 0..3 {
                let expected = samples.times.iter().map(|time| time + node as f64 + 10.0 * trial as f64);
                assert_eq!(samples.of(trial, node), expected.collect::<Vec<_>>());
            }
        }
    }
}

/// The mean over the ends of the steps of an interval; its time is the middle of the interval.
#[test]
fn means_are_over_whole_intervals() {
    let mut simulation = clocks(1, 1);
    simulation.recordings = vec![
        Recording::averaged("clocks", "time", 1.0),
        Recording::averaged("clocks", "squared", 0.5),
        Recording::averaged("clocks", "time", DT),
    ];
    let found = run(&simulation, 11);
    assert_eq!(found[0].times, [0.5, 1.5]);
    let mean = |first: u32, last: u32, value: fn(f64) -> f64| {
        (first..=last).map(|k| value(f64::from(k) * DT)).sum::<f64>() / f64::from(last + 1 - first)
    };
    assert_eq!(found[0].values, [mean(1, 4, |t| t), mean(5, 8, |t| t)]);
    assert_eq!(found[1].times, [0.25, 0.75, 1.25, 1.75, 2.25]);
    assert_eq!(found[1].values, [1, 3, 5, 7, 9].map(|k| mean(k, k + 1, |t| t * t)));
    assert_eq!(found[2].values, (1..=11).map(|k| f64::from(k) * DT).collect::<Vec<_>>());
    assert_eq!(found[2].times[0], DT / 2.0);
}

/// Values are in the unit of the output.
#[test]
fn samples_have_the_unit_of_the_output() {
    let mut simulation = clocks(1, 1);
    simulation.recordings =
        vec![Recording::sampled("clocks", "seconds", 1.0), Recording::averaged("clocks", "seconds", 1.0)];
    let found = run(&simulation, 8);
    for (found, expected) in found[0].values.iter().chain(&found[1].values).zip([1e-3, 2e-3, 0.625e-3, 1.625e-3]) {
        assert!((found - expected).abs() < 1e-18, "{found}, {expected}");
    }
}

fn joined(pieces: &[Samples]) -> Samples {
    let first = &pieces[0];
    let times: Vec<f64> = pieces.iter().flat_map(|piece| piece.times.clone()).collect();
    let lanes = (0..first.trials).flat_map(|trial| (0..first.nodes).map(move |node| (trial, node)));
    let values = lanes.flat_map(|(trial, node)| pieces.iter().flat_map(move |piece| piece.of(trial, node).to_vec()));
    Samples { values: values.collect(), times, trials: first.trials, nodes: first.nodes }
}

/// Whenever samples are taken, and however often, they are the same in the end; nothing is lost or taken twice.
#[test]
fn taking_in_pieces_is_taking_at_once() {
    for trials in [1, 5, 20] {
        let mut simulation = clocks(3, trials);
        simulation.recordings = vec![
            sampled(0.75),
            Recording { first: Some(0.5), ..sampled(1.25) },
            Recording::averaged("clocks", "squared", 1.0),
            sampled(1.5).through(filter(3, Some(0.5))),
            Recording { reduction: Reduction::Mean, ..sampled(1.5).through(filter(3, Some(0.5))) },
        ];
        let expected = run(&simulation, 60);
        for pieces in [vec![1; 60], vec![7, 0, 2, 11, 30, 10], vec![59, 1]] {
            let mut run = simulation.start().unwrap();
            let mut taken = vec![vec![]; simulation.recordings.len()];
            for piece in pieces {
                run.advance(piece).unwrap();
                for (recording, taken) in taken.iter_mut().enumerate() {
                    taken.push(run.take(recording));
                }
            }
            for (recording, taken) in taken.iter().enumerate() {
                assert_eq!(joined(taken), expected[recording], "recording {recording}");
            }
            assert_eq!(run.take(0).times.len(), 0);
        }
    }
}

/// A low pass in steps of its own.
fn filter(nodes: usize, step: Option<f64>) -> Observation {
    let text = r#"
model filter "Low pass"
param tau = 2 : ms in (0, inf) "time constant"
input u = 0.5 : s "input"
state low = 1 : s "filtered"
state raw = 0 : s "input in the last step"
dlow/dt = (u - low) / tau
raw := u
output low
output raw
output doubled = 2 * low : ms "twice, in ms"
"#;
    Observation {
        population: Population::new("filter", model(text), nodes),
        input: "u".into(),
        output: "low".into(),
        step,
    }
}

/// An observing model sees the mean of the output over its own step, by its number (ms become s here), on top of its
/// own level, and makes Euler steps whatever the method of the network.
#[test]
fn observations_have_their_own_step() {
    for method in Method::ALL {
        for (step, steps) in [(None, 1), (Some(DT), 1), (Some(1.0), 4)] {
            let mut simulation = clocks(2, 1);
            simulation.method = method;
            let through = |output: &str, reduction| Recording {
                reduction,
                ..sampled(2.0).through(Observation { output: output.into(), ..filter(2, step) })
            };
            simulation.recordings = vec![
                through("low", Reduction::Sample),
                through("raw", Reduction::Sample),
                through("doubled", Reduction::Mean),
            ];
            let found = run(&simulation, 24);
            for node in 0..2 {
                let (mut low, mut lows, mut raws, mut doubled, mut sum) = (1.0, vec![], vec![], vec![], 0.0);
                for k in 0..24 / steps {
                    // Values after the steps k * steps + 1 to (k + 1) * steps of the network.
                    let drive = f64::from(node) + DT * (f64::from(k * steps) + f64::from(steps + 1) / 2.0) + 0.5;
                    low += DT * f64::from(steps) * (drive - low) / 2.0;
                    sum += 2.0 * low * 1000.0;
                    if (k + 1) * steps % 8 == 0 {
                        lows.push(low);
                        raws.push(drive);
                        doubled.push(sum / f64::from(8 / steps));
                        sum = 0.0;
                    }
                }
                for (found, expected) in found.iter().zip([lows, raws, doubled]) {
                    for (found, expected) in found.of(0, node as usize).iter().zip(expected) {
                        assert!(
                            (found - expected).abs() < 1e-12 * expected,
                            "{method:?}, {step:?}: {found}, {expected}"
                        );
                    }
                }
            }
            assert_eq!(found[0].times, [2.0, 4.0, 6.0]);
            assert_eq!(found[2].times, [1.0, 3.0, 5.0]);
        }
    }
}

#[test]
fn a_run_knows_its_time() {
    let simulation = clocks(1, 3);
    let mut run = simulation.start().unwrap();
    assert_eq!((run.step(), run.time(), run.dt(), run.trials()), (0, 0.0, DT, 3));
    run.advance(6).unwrap();
    assert_eq!((run.step(), run.time()), (6, 1.5));
}

/// Outputs that are states and outputs that are expressions of them are of the same time.
#[test]
fn expressions_are_as_new_as_states() {
    for method in Method::ALL {
        let mut simulation = Simulation { method, ..clocks(1, 1) };
        simulation.recordings = vec![sampled(DT), Recording::sampled("clocks", "squared", DT)];
        let found = run(&simulation, 9);
        for (time, squared) in found[0].values.iter().zip(&found[1].values) {
            assert_eq!(time * time, *squared);
        }
    }
}

/// A network without recordings only runs.
#[test]
fn nothing_need_be_recorded() {
    let text = "model still \"Still\"\nstate x = 0 : 1 \"x\"\ndx/dt = -x\n";
    let mut run = Simulation::new(alone(&model(text), 1), DT).start().unwrap();
    run.advance(3).unwrap();
    assert_eq!(run.step(), 3);
}
