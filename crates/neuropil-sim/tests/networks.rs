//! Networks against a slow reference that is written out here: a loop over steps, nodes and edges with the whole past
//! kept, and the stages of the methods as in `docs/mathematics.md`. They agree to 1e-12 of the largest value; the
//! sums are added in another order, so not to the bit.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use common::{Numbers, alone, connect, model, run};
use neuropil_kernel::{CouplingKind, Model};
use neuropil_sim::{
    Connections, Link, Method, Network, Population, Projection, Recording, Response, Simulation, Stimulus, Values,
};

/// What a node sees at one stage.
struct Seen<'a> {
    x: &'a [f64],
    inputs: &'a [f64],
    /// Row strength of each input.
    strengths: &'a [f64],
    delayed: f64,
    tau: f64,
}

/// Equations as a closure: slopes of differential states and new values of updated ones.
struct Equations {
    text: &'static str,
    inputs: &'static [&'static str],
    initial: &'static [f64],
    updated: &'static [bool],
    bounds: fn(&mut [f64]),
    right: fn(&Seen<'_>) -> Vec<f64>,
    output: fn(&[f64]) -> f64,
}

const RELAY: Equations = Equations {
    text: r#"
model relay "A rate that is remembered"
param tau = 7 : ms in (0, inf) "time constant"
param lag = 0 : ms in [0, inf) "delay of the feedback"
input u = 0.1 : 1 "first input"
input v : 1 "second input"
state x = 0.3 : 1 clip [-0.7, 0.45] "activity"
state memory = 0.2 : 1 "updated"
dx/dt = (tanh(u) - x - 0.6 * delay(rate, lag) + 0.05 * strength(u) - 0.1 * strength(v)) / tau
memory := 0.5 * memory + 0.2 * x + 0.1 * v
output rate = x + 0.5 * memory
"#,
    inputs: &["u", "v"],
    initial: &[0.3, 0.2],
    updated: &[false, true],
    bounds: |x| x[0] = x[0].clamp(-0.7, 0.45),
    right: |s| {
        let (u, v) = (s.inputs[0], s.inputs[1]);
        let drift = u.tanh() - s.x[0] - 0.6 * s.delayed + 0.05 * s.strengths[0] - 0.1 * s.strengths[1];
        vec![drift / s.tau, 0.5 * s.x[1] + 0.2 * s.x[0] + 0.1 * v]
    },
    output: |x| x[0] + 0.5 * x[1],
};

const ROTOR: Equations = Equations {
    text: r#"
model rotor "A phase with an amplitude"
param tau = 5 : ms in (0, inf) "time constant"
param lag = 0.5 : ms in [0, inf) "delay of the feedback"
input drive : 1 "input"
state phase = 0.1 : 1 wrap [-0.25, 0.75) "phase"
state rate = 0.5 : 1 "amplitude"
dphase/dt = (0.8 + drive * phase) / tau
drate/dt = (drive - rate * rate * rate - 0.4 * delay(rate, lag)) / tau
output rate
"#,
    inputs: &["drive"],
    initial: &[0.1, 0.5],
    updated: &[false, false],
    bounds: |x| x[0] = (x[0] + 0.25).rem_euclid(1.0) - 0.25,
    right: |s| {
        let (drive, rate) = (s.inputs[0], s.x[1]);
        vec![(0.8 + drive * s.x[0]) / s.tau, (drive - rate * rate * rate - 0.4 * s.delayed) / s.tau]
    },
    output: |x| x[1],
};

/// A population of the reference.
struct Nodes {
    equations: &'static Equations,
    inputs: Vec<Vec<f64>>,
    tau: Vec<f64>,
    lag: Vec<usize>,
    x: Vec<Vec<f64>>,
    /// Output at each time; before the start it was what it is at the start.
    past: Vec<Vec<f64>>,
}

struct Edge {
    target: usize,
    source: usize,
    weight: f64,
    delay: usize,
}

struct Path {
    from: usize,
    to: usize,
    edges: Vec<Edge>,
    links: Vec<(usize, Link)>,
}

struct Reference {
    dt: f64,
    populations: Vec<Nodes>,
    paths: Vec<Path>,
    /// Population, input, course by step (nothing afterwards).
    stimuli: Vec<(usize, usize, Vec<f64>)>,
    step: usize,
}

fn number(values: &Values, trial: usize, node: usize) -> f64 {
    match values {
        Values::Uniform(value) => *value,
        Values::Nodes(values) => values[node],
        Values::Trials(values) => values[trial],
        Values::TrialsNodes(values) => values[trial][node],
    }
}

impl Reference {
    /// The output of a node `delay` steps before `step + share`; what has no delay is read from `x`, the states of
    /// the stage, and what has is read on the grid and in between as the mean.
    fn output(&self, x: &[Vec<Vec<f64>>], population: usize, node: usize, delay: usize, share: f64) -> f64 {
        let nodes = &self.populations[population];
        if delay == 0 {
            return (nodes.equations.output)(&x[population][node]);
        }
        let at = |time: usize| nodes.past[time.saturating_sub(delay)][node];
        if share == 0.0 { at(self.step) } else { (1.0 - share) * at(self.step) + share * at(self.step + 1) }
    }

    /// Slopes (and new values of updated states) at the states `x`.
    fn slopes(&self, x: &[Vec<Vec<f64>>], share: f64, trial: usize) -> Vec<Vec<Vec<f64>>> {
        let mut inputs: Vec<Vec<Vec<f64>>> = self.populations.iter().map(|nodes| nodes.inputs.clone()).collect();
        let zeros = |nodes: &Nodes| vec![vec![0.0; nodes.equations.inputs.len()]; nodes.x.len()];
        let mut strengths: Vec<Vec<Vec<f64>>> = self.populations.iter().map(zeros).collect();
        for path in &self.paths {
            for (input, link) in &path.links {
                for target in 0..self.populations[path.to].x.len() {
                    let (mut sum, mut row) = (0.0, 0.0);
                    for edge in path.edges.iter().filter(|edge| edge.target == target) {
                        let weight = edge.weight.powi(link.power);
                        sum += weight * self.output(x, path.from, edge.source, edge.delay, share);
                        row += weight;
                    }
                    strengths[path.to][target][*input] += row;
                    if link.kind == CouplingKind::Diffusive {
                        sum -= row * self.output(x, path.to, target, 0, share);
                    }
                    let count = if link.per_node { self.populations[path.from].x.len() as f64 } else { 1.0 };
                    inputs[path.to][target][*input] += number(&link.strength, trial, target) * sum / count;
                }
            }
        }
        for (population, input, course) in &self.stimuli {
            let at = |step: usize| course.get(step).copied().unwrap_or(0.0);
            for node in &mut inputs[*population] {
                node[*input] += (1.0 - share) * at(self.step) + share * at(self.step + 1);
            }
        }
        let slopes = |p: usize, i: usize| {
            let nodes = &self.populations[p];
            (nodes.equations.right)(&Seen {
                x: &x[p][i],
                inputs: &inputs[p][i],
                strengths: &strengths[p][i],
                delayed: self.output(x, p, i, nodes.lag[i], share),
                tau: nodes.tau[i],
            })
        };
        (0..x.len()).map(|p| (0..x[p].len()).map(|i| slopes(p, i)).collect()).collect()
    }

    /// `x + dt * sum weight * slope` with bounds; updated states take their new value at the end of the step alone.
    fn moved(&self, slopes: &[(&[Vec<Vec<f64>>], f64)], new: Option<&[Vec<Vec<f64>>]>) -> Vec<Vec<Vec<f64>>> {
        let state = |p: usize, i: usize, s: usize| {
            let nodes = &self.populations[p];
            if nodes.equations.updated[s] {
                return new.map_or(nodes.x[i][s], |new| new[p][i][s]);
            }
            nodes.x[i][s] + slopes.iter().map(|(slope, weight)| self.dt * weight * slope[p][i][s]).sum::<f64>()
        };
        let node = |p: usize, i: usize| {
            let mut x: Vec<f64> = (0..self.populations[p].x[i].len()).map(|s| state(p, i, s)).collect();
            (self.populations[p].equations.bounds)(&mut x);
            x
        };
        (0..self.populations.len()).map(|p| (0..self.populations[p].x.len()).map(|i| node(p, i)).collect()).collect()
    }

    fn advance(&mut self, method: Method, trial: usize) {
        let x: Vec<_> = self.populations.iter().map(|nodes| nodes.x.clone()).collect();
        let one = self.slopes(&x, 0.0, trial);
        let end = match method {
            Method::Euler => self.moved(&[(&one, 1.0)], Some(&one)),
            Method::Heun => {
                let two = self.slopes(&self.moved(&[(&one, 1.0)], None), 1.0, trial);
                self.moved(&[(&one, 0.5), (&two, 0.5)], Some(&one))
            }
            Method::RungeKutta4 => {
                let two = self.slopes(&self.moved(&[(&one, 0.5)], None), 0.5, trial);
                let three = self.slopes(&self.moved(&[(&two, 0.5)], None), 0.5, trial);
                let four = self.slopes(&self.moved(&[(&three, 1.0)], None), 1.0, trial);
                let weights = [(&one, 1.0), (&two, 2.0), (&three, 2.0), (&four, 1.0)];
                let weights = weights.map(|(slopes, weight)| (&slopes[..], weight / 6.0));
                self.moved(&weights, Some(&one))
            }
        };
        for (nodes, x) in self.populations.iter_mut().zip(end) {
            nodes.past.push(x.iter().map(|x| (nodes.equations.output)(x)).collect());
            nodes.x = x;
        }
        self.step += 1;
    }
}

/// A network, and what the reference needs to be told of it.
struct Case {
    simulation: Simulation,
    populations: Vec<(&'static Equations, Population)>,
    /// By population: time constants (ms) and delays (ms) of nodes.
    taus: Vec<Values>,
    lags: Vec<Values>,
    levels: Vec<Vec<Values>>,
}

const NAMES: [&str; 2] = ["relays", "rotors"];
const DT: f64 = 0.25;

impl Case {
    /// Relays and rotors, not connected.
    fn new(relays: usize, rotors: usize, trials: u64) -> Self {
        let mut numbers = Numbers(1);
        let mut network = Network::new();
        let (mut populations, mut taus, mut lags, mut levels) = (vec![], vec![], vec![], vec![]);
        for (p, (equations, nodes)) in [(&RELAY, relays), (&ROTOR, rotors)].into_iter().enumerate() {
            let mut population = Population::new(NAMES[p], model(equations.text), nodes);
            let per_trial: Vec<Vec<f64>> = (0..trials).map(|_| numbers.list(nodes, 3.0, 9.0)).collect();
            taus.push(Values::TrialsNodes(per_trial));
            // From no delay over less than half a step, which is none either, to many.
            let delays = (0..nodes).map(|node| [0.0, 0.1, 0.25, 5.0, 1.25, 17.5][node % 6]).collect();
            lags.push(Values::Nodes(delays));
            let mut of_inputs = vec![];
            for &input in equations.inputs {
                of_inputs.push(Values::Trials(numbers.list(trials as usize, -0.2, 0.2)));
                population.set(input, of_inputs[of_inputs.len() - 1].clone()).unwrap();
            }
            levels.push(of_inputs);
            population.set("tau", taus[p].clone()).unwrap();
            population.set("lag", lags[p].clone()).unwrap();
            network.add(population.clone()).unwrap();
            populations.push((equations, population));
        }
        let mut simulation = Simulation { trials: 0..trials, threads: Some(1), ..Simulation::new(network, DT) };
        for name in NAMES {
            simulation.recordings.push(Recording::sampled(name, "rate", DT));
        }
        simulation.recordings.push(Recording::sampled(NAMES[1], "phase", DT));
        Self { simulation, populations, taus, lags, levels }
    }

    fn reference(&self, trial: usize) -> Reference {
        let index = |name: &str| NAMES.iter().position(|known| *known == name).unwrap();
        let populations = self.populations.iter().enumerate().map(|(p, (equations, population))| {
            let nodes = 0..population.nodes();
            let x: Vec<Vec<f64>> = nodes.clone().map(|_| equations.initial.to_vec()).collect();
            let levels = |i: usize| self.levels[p].iter().map(|level| number(level, trial, i)).collect();
            let steps = |i: usize| (number(&self.lags[p], trial, i) / DT).round_ties_even() as usize;
            Nodes {
                equations,
                inputs: nodes.clone().map(levels).collect(),
                tau: nodes.clone().map(|i| number(&self.taus[p], trial, i)).collect(),
                lag: nodes.map(steps).collect(),
                past: vec![x.iter().map(|x| (equations.output)(x)).collect()],
                x,
            }
        });
        let paths = self.simulation.network.projections().iter().map(|projection| {
            let (from, to) = (index(&projection.source), index(&projection.target));
            let edges = (0..projection.connections.targets()).flat_map(|target| {
                projection.connections.of(target).map(move |(source, weight, delay)| {
                    let delay = (delay / DT).round_ties_even() as usize;
                    Edge { target, source, weight, delay }
                })
            });
            let input = |name: &str| self.populations[to].0.inputs.iter().position(|known| *known == name).unwrap();
            let links = projection.links.iter().map(|link| (input(&link.input), link.clone())).collect();
            Path { from, to, edges: edges.collect(), links }
        });
        let stimuli = self.simulation.stimuli.iter().map(|stimulus| {
            let to = index(&stimulus.population);
            let input = self.populations[to].0.inputs.iter().position(|known| *known == stimulus.input).unwrap();
            (to, input, stimulus.courses[0].clone())
        });
        Reference {
            dt: DT,
            populations: populations.collect(),
            paths: paths.collect(),
            stimuli: stimuli.collect(),
            step: 0,
        }
    }

    /// Compares all methods and all trials with the reference; how far they may differ is relative to 1.
    fn check(&self, steps: u64) {
        for method in Method::ALL {
            let found = run(&Simulation { method, ..self.simulation.clone() }, steps);
            for trial in 0..self.simulation.trials.end as usize {
                let mut reference = self.reference(trial);
                for step in 0..steps as usize {
                    reference.advance(method, trial);
                    for p in 0..2 {
                        for node in 0..reference.populations[p].x.len() {
                            let expected = reference.populations[p].past[step + 1][node];
                            let found = found[p].of(trial, node)[step];
                            let place = format!("{method:?}, step {step}, trial {trial}, {} {node}", NAMES[p]);
                            assert!((found - expected).abs() <= 1e-12, "{place}: found {found}, expected {expected}");
                        }
                    }
                    for (node, x) in reference.populations[1].x.iter().enumerate() {
                        let found = found[2].of(trial, node)[step];
                        assert!((-0.25..0.75).contains(&found));
                        let difference = (found - x[0]).abs();
                        // 0 and 1 are neighbours on the circle.
                        let difference = difference.min(1.0 - difference);
                        assert!(difference <= 1e-12, "{method:?}, step {step}, phase {node}: {found}, {}", x[0]);
                    }
                }
            }
        }
    }

    fn connect(&mut self, ends: [&str; 3], connections: Connections, links: Vec<Link>) {
        connect(&mut self.simulation.network, ends, connections, links);
    }
}

/// Weight sets with their own kinds, powers, shares and strengths over the same connections.
fn many_links(trials: usize, targets: usize, numbers: &mut Numbers) -> Vec<Link> {
    let all = (0..trials).map(|_| numbers.list(targets, -0.2, 0.3)).collect();
    vec![
        Link::additive("u").strength(Values::Trials(numbers.list(trials, 0.1, 0.4))),
        Link { power: 2, per_node: true, ..Link::diffusive("v").strength(Values::TrialsNodes(all)) },
        Link { per_node: true, ..Link::diffusive("u").strength(numbers.list(targets, -0.5, 0.5)) },
    ]
}

#[test]
fn nodes_alone() {
    Case::new(9, 7, 2).check(200);
}

#[test]
fn dense_without_delays() {
    let mut case = Case::new(11, 5, 1);
    let mut numbers = Numbers(2);
    let dense = |targets, sources, weights: &[f64]| Connections::dense(targets, sources, weights, None, None).unwrap();
    let to_rotors = dense(5, 11, &numbers.list(55, -0.3, 0.3));
    let to_relays = dense(11, 5, &numbers.list(55, -0.3, 0.3));
    case.connect(["relays", "rate", "rotors"], to_rotors, vec![Link::additive("drive"), Link::diffusive("drive")]);
    let links = many_links(1, 11, &mut numbers);
    case.connect(["rotors", "rate", "relays"], to_relays, links);
    case.check(120);
}

#[test]
fn sparse_without_delays() {
    let mut case = Case::new(11, 13, 1);
    let mut numbers = Numbers(3);
    let to_rotors = numbers.connections([13, 11], 0.15, [-0.4, 0.4], 0..1, DT);
    let to_relays = numbers.connections([11, 13], 0.15, [-0.4, 0.4], 0..1, DT);
    case.connect(["relays", "rate", "rotors"], to_rotors, vec![Link::diffusive("drive")]);
    let links = many_links(1, 11, &mut numbers);
    case.connect(["rotors", "rate", "relays"], to_relays, links);
    case.check(120);
}

/// All classes of delays in one projection, also none; the run is longer than the longest and than many blocks.
#[test]
fn dense_with_delays_of_0_to_90_steps() {
    let mut case = Case::new(6, 9, 1);
    let mut numbers = Numbers(4);
    let among_relays = numbers.connections([6, 6], 1.0, [-0.3, 0.3], 0..90, DT);
    let to_rotors = numbers.connections([9, 6], 1.0, [-0.3, 0.3], 0..5, DT);
    let to_relays = numbers.connections([6, 9], 0.9, [-0.3, 0.3], 1..70, DT);
    let links = many_links(1, 6, &mut numbers);
    case.connect(["relays", "rate", "relays"], among_relays, links);
    case.connect(["relays", "rate", "rotors"], to_rotors, vec![Link::additive("drive")]);
    case.connect(["rotors", "rate", "relays"], to_relays, vec![Link::diffusive("u"), Link::additive("v")]);
    case.check(300);
}

/// Each class of delays alone, at both of its ends.
#[test]
fn delays_at_the_ends_of_classes() {
    for delays in [0..1, 1..2, 2..3, 3..4, 4..5, 7..8, 8..9, 15..16, 16..17, 31..32, 32..33, 63..64, 64..65, 130..131] {
        let mut case = Case::new(3, 2, 1);
        let mut numbers = Numbers(5);
        let to_rotors = numbers.connections([2, 3], 1.0, [-0.3, 0.5], delays.clone(), DT);
        let to_relays = numbers.connections([3, 2], 1.0, [-0.3, 0.5], delays, DT);
        case.connect(["relays", "rate", "rotors"], to_rotors, vec![Link::additive("drive")]);
        case.connect(["rotors", "rate", "relays"], to_relays, vec![Link::additive("u")]);
        case.check(290);
    }
}

/// Batches: per-trial strengths, parameters and levels, with lanes that are full and lanes that are not.
#[test]
fn batches() {
    for trials in [3, 8, 11, 16, 18] {
        let mut case = Case::new(4, 3, trials);
        let mut numbers = Numbers(6);
        let among_relays = numbers.connections([4, 4], 0.8, [-0.3, 0.3], 0..40, DT);
        let to_rotors = numbers.connections([3, 4], 1.0, [-0.3, 0.3], 0..1, DT);
        let links = many_links(trials as usize, 4, &mut numbers);
        case.connect(["relays", "rate", "relays"], among_relays, links);
        let strength = Values::Trials(numbers.list(trials as usize, 0.5, 1.0));
        case.connect(["relays", "rate", "rotors"], to_rotors, vec![Link::diffusive("drive").strength(strength)]);
        case.check(80);
    }
}

/// One-to-one connections, and several projections to the same input, with a stimulus on top.
#[test]
fn inputs_add_up() {
    let mut case = Case::new(5, 5, 1);
    let mut numbers = Numbers(7);
    case.connect(["relays", "rate", "rotors"], Connections::one_to_one(5), vec![Link::additive("drive")]);
    case.connect(["rotors", "phase", "rotors"], Connections::one_to_one(5), vec![]);
    case.connect(["relays", "rate", "rotors"], Connections::one_to_one(5), vec![Link::diffusive("drive")]);
    let delayed = numbers.connections([5, 5], 0.7, [-0.2, 0.2], 3..30, DT);
    case.connect(["rotors", "rate", "rotors"], delayed, vec![Link::additive("drive")]);
    for start in [0.1, -0.3] {
        let courses = vec![(0..40).map(|k| start * f64::from(k % 7)).collect()];
        case.simulation.stimuli.push(Stimulus {
            population: "rotors".into(),
            input: "drive".into(),
            courses,
            start: 0.0,
            interval: None,
        });
    }
    case.check(120);
}

/// Several connections between the same two nodes are kept apart, with their own delays.
#[test]
fn parallel_connections() {
    let mut case = Case::new(2, 2, 1);
    let edges = [(0, 0, 0.3, 1.0), (0, 0, 0.2, 4.0), (0, 1, -0.4, 0.0), (0, 1, 0.1, 0.0), (1, 0, 0.2, 2.5)];
    let connections = Connections::sparse(2, 2, edges).unwrap();
    assert_eq!(connections.len(), 5);
    case.connect(["relays", "rate", "rotors"], connections.clone(), vec![Link::additive("drive")]);
    case.connect(["rotors", "rate", "relays"], connections, vec![Link::diffusive("u")]);
    case.check(100);
}

/// Delays are rounded to whole steps, half to even: 0.5 steps are none and 1.5 are two.
#[test]
fn delays_round_half_to_even() {
    let echo = model("model echo \"Echo\"\ninput u : 1 \"u\"\nstate x = 0 : 1 \"x\"\nx := u\n");
    let clock = model("model clock \"Clock\"\nstate t = 0 : ms \"time\"\ndt/dt = 1\n");
    for (delay, steps) in [(0.0, 0.0), (0.49, 0.0), (0.5, 0.0), (0.51, 1.0), (1.5, 2.0), (2.5, 2.0), (3.5, 4.0)] {
        let mut network = alone(&echo, 1);
        network.add(Population::new("clock", Arc::clone(&clock), 1)).unwrap();
        let connections = Connections::sparse(1, 1, [(0, 0, 1.0, delay)]).unwrap();
        connect(&mut network, ["clock", "t", "nodes"], connections, vec![Link::additive("u")]);
        let mut simulation = Simulation::new(network, 1.0);
        simulation.recordings.push(Recording::sampled("nodes", "x", 1.0));
        // In the step from 9 to 10 the echo takes what the clock showed at 9 - delay.
        assert_eq!(run(&simulation, 10)[0].values[9], 9.0 - steps, "delay of {delay} steps");
    }
}

/// A model's own projections: strengths by name, outputs in any order, each projection once.
#[test]
fn coupling_as_modelled() {
    let text = r#"
model wired "Wired"
input a : 1 "a"
input b : 1 "b"
input c : 1 "c"
state x = 2 : 1 "x"
state y = 3 : 1 "y"
state seen_a = 0 : 1 "a"
state seen_b = 0 : 1 "b"
state seen_c = 0 : 1 "c"
dx/dt = 0 * x
dy/dt = 0 * y
seen_a := a
seen_b := b
seen_c := c
output x
output y
coupling x -> a strength K = 0.5 : 1 in [0, inf) "K"
coupling y -> b per node strength G = 2 : 1 in [0, inf) "G"
coupling x -> c power 2 strength K
"#;
    let wired = model(text);
    let connections = Arc::new(Connections::dense(2, 2, &[0.0, 3.0, 5.0, 1.0], None, None).unwrap());
    for (set, k) in [(vec![], 0.5), (vec![("K", Values::Uniform(0.25))], 0.25)] {
        let mut network = alone(&wired, 2);
        network.connect_as_modelled("nodes", &connections, &set).unwrap();
        assert_eq!(network.projections().len(), 2, "one projection for each output");
        let mut simulation = Simulation::new(network, 1.0);
        for output in ["seen_a", "seen_b", "seen_c"] {
            simulation.recordings.push(Recording::sampled("nodes", output, 1.0));
        }
        let found: Vec<Vec<f64>> = run(&simulation, 1).into_iter().map(|samples| samples.values).collect();
        let (rows, squares) = ([3.0, 6.0], [9.0, 26.0]);
        assert_eq!(found[0], rows.map(|row| k * row * 2.0));
        assert_eq!(found[1], rows.map(|row| 2.0 * row * 3.0 / 2.0));
        assert_eq!(found[2], squares.map(|row| k * row * 2.0));
    }
}

/// Strengths are in the unit of the input over that of the output, or in the unit that the model gives them.
#[test]
fn strengths_have_units() {
    let text = r#"
model volts "Volts"
input drive : V "input"
input slope : V/s "input"
state v = 3 : mV "potential"
state seen = 0 : V "what arrived"
state seen_slope = 0 : V/s "what arrived"
dv/dt = 0 * v / 1[ms]
seen := drive
seen_slope := slope
output v
coupling v -> drive
coupling v -> slope strength K = 200 : Hz in [0, inf) "strength"
"#;
    let volts = model(text);
    let found = |network: Network| {
        let mut simulation = Simulation::new(network, 1.0);
        simulation.recordings.push(Recording::sampled("nodes", "seen", 1.0));
        simulation.recordings.push(Recording::sampled("nodes", "seen_slope", 1.0));
        run(&simulation, 1).iter().map(|samples| samples.values[0]).collect::<Vec<_>>()
    };
    let close = |found: Vec<f64>, expected: [f64; 2]| {
        assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() <= 1e-12 * e), "{found:?}, {expected:?}");
    };
    let mut network = alone(&volts, 1);
    // 2 V/mV * 3 mV = 6 V, 5 (V/s)/mV * 3 mV = 15 V/s
    let links = vec![Link::additive("drive").strength(2.0), Link::additive("slope").strength(5.0)];
    connect(&mut network, ["nodes", "v", "nodes"], Connections::one_to_one(1), links);
    close(found(network), [6.0, 15.0]);

    let connections = Arc::new(Connections::one_to_one(1));
    let mut network = alone(&volts, 1);
    network.connect_as_modelled("nodes", &connections, &[]).unwrap();
    // 3 mV = 0.003 V, 200 Hz * 3 mV = 600 mV/s = 0.6 V/s
    close(found(network), [0.003, 0.6]);
    let mut network = alone(&volts, 1);
    network.connect_as_modelled("nodes", &connections, &[("K", Values::Nodes(vec![500.0]))]).unwrap();
    close(found(network), [0.003, 1.5]);
}

/// Responses see the sum as a number in the output's unit: all of it, whatever it is made of.
#[test]
fn responses_to_the_sum() {
    let text = r#"
model volts "Volts"
input drive : V "input"
state v = 0 : mV "potential"
state seen = 0 : V "what arrived"
dv/dt = 0 * v / 1[ms]
seen := drive
output v
"#;
    let volts = model(text);
    let (weights, sources) = ([0.0, 0.5, -2.0, 0.25, 0.0, 1.0, 0.0, 0.0, 0.0], [3.0, -4.0, 0.5]);
    let sigmoid = |sum: f64| 2.0 / (1.0 + (-0.7 * (sum - 1.5)).exp());
    let tanh = |sum: f64| 2.0 * (0.4 * sum).tanh();
    let responses: [(Response, &dyn Fn(f64) -> f64); 3] = [
        (Response::Linear, &|sum| 2.0 * sum),
        (Response::Sigmoid { slope: 0.7, midpoint: 1.5 }, &sigmoid),
        (Response::Tanh { scale: 0.4 }, &tanh),
    ];
    for (response, expected) in responses {
        for (kind, per_node, delay, trials) in [
            (CouplingKind::Additive, false, 0.0, 1),
            (CouplingKind::Additive, true, 1.0, 1),
            (CouplingKind::Diffusive, true, 0.0, 5),
            (CouplingKind::Diffusive, false, 1.0, 9),
        ] {
            for method in Method::ALL {
                let mut population = Population::new("nodes", Arc::clone(&volts), 3);
                population.start_from("v", sources.to_vec()).unwrap();
                population.set("drive", 10.0).unwrap();
                let mut network = Network::new();
                network.add(population).unwrap();
                let connections = Connections::dense(3, 3, &weights, Some(&[delay; 9]), Some(1.0)).unwrap();
                let link = Link { kind, per_node, response, ..Link::additive("drive").strength(2.0) };
                connect(&mut network, ["nodes", "v", "nodes"], connections, vec![link]);
                let mut simulation = Simulation { method, trials: 0..trials, ..Simulation::new(network, 1.0) };
                simulation.recordings.push(Recording::sampled("nodes", "seen", 1.0));
                let samples = &run(&simulation, 3)[0];
                for target in 0..3 {
                    let row = &weights[3 * target..][..3];
                    let mut sum: f64 = row.iter().zip(sources).map(|(weight, value)| weight * value).sum();
                    if kind == CouplingKind::Diffusive {
                        sum -= row.iter().sum::<f64>() * sources[target];
                    }
                    let expected = 10.0 + expected(if per_node { sum / 3.0 } else { sum });
                    for found in samples.of(trials as usize - 1, target) {
                        assert!((found - expected).abs() < 1e-12, "{response:?}, {kind:?}: {found}, {expected}");
                    }
                }
            }
        }
    }
}

/// A model reaches the engine as an object, so one may be shared by populations.
#[test]
fn populations_share_models() {
    let shared: Arc<dyn Model> = model(ROTOR.text);
    let mut network = alone(&shared, 2);
    network.add(Population::new("others", Arc::clone(&shared), 3)).unwrap();
    let projection = Projection {
        source: "nodes".into(),
        output: "rate".into(),
        target: "others".into(),
        connections: Arc::new(Connections::dense(3, 2, &[0.1; 6], None, None).unwrap()),
        links: vec![Link::additive("drive")],
    };
    network.connect(projection).unwrap();
    let mut simulation = Simulation::new(network, DT);
    simulation.recordings.push(Recording::sampled("nodes", "rate", DT));
    simulation.recordings.push(Recording::sampled("others", "rate", DT));
    let found = run(&simulation, 40);
    assert_eq!(found[1].of(0, 0), found[1].of(0, 2));
    assert_ne!(found[0].of(0, 0), found[1].of(0, 0));
}
