//! Catalogue models reproduce the golden trajectories of single nodes, step by step, with the compiled kernels.

#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use neuropil_kernel::{Initial, Model, OutputSource, Row, Tiles};
use neuropil_models::model;
use npyz::npz::NpzArchive;
use serde_json::Value;

/// Agreement that the project promises, relative to the largest value of an output.
const TOLERANCE: f64 = 1e-9;

/// A golden run of one node.
struct Case {
    name: &'static str,
    facts: Value,
    arrays: NpzArchive<BufReader<File>>,
}

impl Case {
    fn open(name: &'static str) -> Self {
        let file = |extension: &str| {
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../neuropil/tests/golden");
            folder.join(format!("{name}.{extension}"))
        };
        let facts = serde_json::from_str(&fs::read_to_string(file("json")).unwrap()).unwrap();
        let arrays = NpzArchive::open(file("npz")).unwrap();
        Self { name, facts, arrays }
    }

    fn array(&mut self, name: &str) -> Option<Vec<f64>> {
        self.arrays.by_name(name).unwrap().map(|array| array.into_vec::<f64>().unwrap())
    }

    fn parameter(&mut self, name: &str) -> Option<f64> {
        let array = self.array(&format!("param_{name}")).map(|values| values[0]);
        array.or_else(|| self.facts["params"][name].as_f64())
    }

    /// The initial value of a state, under its name in the original.
    fn initial(&mut self, state: &str) -> Option<f64> {
        let original = match state {
            "x" => "xs",
            "y" => "ys",
            "se" => "ses",
            "si" => "sis",
            other => other,
        };
        let value = self.array(&format!("init_{original}_init")).or_else(|| self.array(&format!("init_{original}")));
        value.map(|values| *values.last().unwrap())
    }
}

/// One node, the same in all lanes of one tile.
struct Node {
    model: Arc<dyn Model>,
    dt: f64,
    constants: Vec<Row>,
    states: Vec<Row>,
    feeds: Vec<Row>,
    noise: Vec<Row>,
    outputs: Vec<Row>,
}

impl Node {
    fn step(&mut self, what: impl Fn(&dyn Model, &mut Tiles<'_>)) {
        let mut tiles = Tiles {
            count: 1,
            dt: self.dt,
            constants: &self.constants,
            constant_tiles: 1,
            equal_lanes: false,
            states: &mut self.states,
            inputs: &self.feeds,
            noise: &self.noise,
            outputs: &mut self.outputs,
        };
        what(self.model.as_ref(), &mut tiles);
    }

    /// The output with this index, in internal units.
    fn output(&mut self, index: usize) -> f64 {
        match self.model.info().outputs[index].source {
            OutputSource::State(state) => self.states[state][0],
            OutputSource::Expression(row) => {
                self.step(|model, tiles| model.outputs(tiles));
                self.outputs[row][0]
            }
        }
    }
}

/// Runs the case and gives the largest error of each output that the case recorded.
fn errors(model_name: &str, case: &mut Case) -> Vec<(String, f64)> {
    let model = model(model_name).unwrap();
    let info = model.info().clone();
    let dt = case.facts["params"]["dt"].as_f64().unwrap();
    let steps = (case.facts["params"]["duration"].as_f64().unwrap() / dt).round() as usize;
    let stride = case.facts["stride"].as_u64().unwrap() as usize;

    let parameters: Vec<f64> = info
        .parameters
        .iter()
        .map(|parameter| case.parameter(&parameter.name).unwrap_or(parameter.default) * parameter.unit.scale)
        .collect();
    let mut constants = vec![0.0; info.constants];
    model.constants(&parameters, dt, &mut constants);
    let initial = |case: &mut Case, state: &neuropil_kernel::State| match (case.initial(&state.name), state.initial) {
        (Some(value), _) | (None, Initial::Value(value)) => value * state.unit.scale,
        (None, other) => panic!("{}: no initial value of {}: {other:?}", case.name, state.name),
    };
    let mut node = Node {
        dt,
        constants: constants.into_iter().map(Row::splat).collect(),
        states: info.states.iter().map(|state| Row::splat(initial(case, state))).collect(),
        feeds: vec![Row::default(); info.feeds()],
        noise: vec![Row::default(); info.noises.len()],
        outputs: vec![Row::default(); info.expressions],
        model,
    };

    // Time course of each input, and constants where it has none.
    let inputs: Vec<(Option<Vec<f64>>, f64)> = info
        .inputs
        .iter()
        .map(|input| {
            let constant = case.parameter(&input.name).unwrap_or(input.default);
            let course = case.array(&format!("input_{}", input.name));
            let scaled = course.map(|values| values.iter().map(|value| value * input.unit.scale).collect());
            (scaled, constant * input.unit.scale)
        })
        .collect();
    // What the node sends to itself: all values so far, the initial one first.
    let mut own: Vec<Vec<f64>> = info.delays.iter().map(|delay| vec![node.output(delay.output)]).collect();
    let ages: Vec<usize> =
        info.delays.iter().map(|delay| (parameters[delay.parameter] / dt).round() as usize).collect();

    let recorded: Vec<(usize, Vec<f64>)> = (0..info.outputs.len())
        .filter_map(|index| case.array(&format!("out_{}", info.outputs[index].name)).map(|values| (index, values)))
        .collect();
    assert!(!recorded.is_empty(), "{}: nothing to compare", case.name);
    let mut worst = vec![0.0_f64; recorded.len()];
    for step in 0..steps {
        for (row, (course, constant)) in inputs.iter().enumerate() {
            node.feeds[row] = Row::splat(course.as_ref().map_or(*constant, |values| values[step]));
        }
        let first_delay = info.inputs.len() + info.strengths.len();
        for (row, (values, age)) in own.iter().zip(&ages).enumerate() {
            node.feeds[first_delay + row] = Row::splat(values[step.saturating_sub(*age)]);
        }
        node.step(|model, tiles| assert!(model.euler(tiles)));
        for (values, delay) in own.iter_mut().zip(&info.delays) {
            values.push(node.output(delay.output));
        }
        if step % stride == 0 {
            for (worst, (index, values)) in worst.iter_mut().zip(&recorded) {
                let value = node.output(*index) / info.outputs[*index].unit.scale;
                let error = (value - values[step / stride]).abs();
                assert!(!error.is_nan(), "{}: {} is not a number", case.name, info.outputs[*index].name);
                *worst = worst.max(error);
            }
        }
    }
    let largest = |values: &[f64]| values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let relative = recorded.iter().zip(worst).map(|((index, values), worst)| {
        let name = info.outputs[*index].name.clone();
        (name, worst / largest(values))
    });
    relative.collect()
}

#[test]
fn single_nodes_agree() {
    let cases = [
        ("aln", "aln_node_default"),
        ("aln", "aln_node_input"),
        ("fhn", "fhn_node_default"),
        ("fhn", "fhn_node_input"),
        ("hopf", "hopf_node_default"),
        ("hopf", "hopf_node_input"),
        ("wilson_cowan", "wc_node_default"),
        ("wilson_cowan", "wc_node_input"),
        ("wong_wang", "ww_node_default"),
        ("wong_wang", "ww_node_input"),
        ("kuramoto", "kuramoto_node"),
        ("thalamus", "thalamus_default"),
        ("thalamus", "thalamus_varied"),
    ];
    for (model, name) in cases {
        for (output, error) in errors(model, &mut Case::open(name)) {
            assert!(error <= TOLERANCE, "{name}: {output} differs by {error:.1e}");
        }
    }
}
