//! What tests of studies share.

#![allow(dead_code, clippy::unwrap_used)] // no file of tests needs all of it

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use neuropil::store::StoreReader;
use neuropil::{STUDY_STORE, Slice, Study, StudyOutcome};

pub(crate) fn study(text: &str) -> Study {
    Study::from_toml(text).unwrap()
}

pub(crate) fn explore(study: &Study, folder: &Path, slice: Slice) -> StudyOutcome {
    study.build().unwrap().explore(folder, slice, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

pub(crate) fn read(folder: &Path, name: &str) -> Vec<f64> {
    StoreReader::open(folder.join(STUDY_STORE)).unwrap().read(name).unwrap().values
}

/// A noisy network with delays, where points differ in speed, seed and a parameter, and all is kept.
pub(crate) const NETWORK: &str = r#"
    network = { model = "hopf", connectome = "weights.csv", lengths = "lengths.csv", parameters = { sigma_ou = 0.05 } }
    simulation = { duration = "200 ms", transient = "20 ms", seed = 3 }
    record = [{ output = "x", every = "5 ms" }]
    bold = { every = "20 ms" }
    [study]
    keep = ["scores", "recordings", "bold", "functional_connectivity"]
    batch = 4
    [study.axes]
    K_gl = { from = 0.0, to = 1.0, steps = 5 }
    speed = { values = [0, 5] }
    seed = { from = 1, to = 2 }
    [study.scores]
    spread = { kind = "standard_deviation", output = "x" }
    frequency = { kind = "dominant_frequency", output = "y" }
    fc = { kind = "fc_correlation", against = "fc.csv" }
"#;

/// The network and its data in files.
pub(crate) fn write_network(place: &Path) -> Study {
    let table = |name: &str, value: &dyn Fn(usize, usize) -> f64| {
        let row = |i| (0..4).map(|j| value(i, j).to_string()).collect::<Vec<_>>().join(" ");
        std::fs::write(place.join(name), (0..4).map(row).collect::<Vec<_>>().join("\n")).unwrap();
    };
    table("weights.csv", &|i, j| if i == j { 0.0 } else { 1.0 / (1 + i + 2 * j) as f64 });
    table("lengths.csv", &|i, j| if i == j { 0.0 } else { (10 * i + 7 * j) as f64 });
    table("fc.csv", &|i, j| if i == j { 1.0 } else { 0.1 * (i + j) as f64 + 0.05 * (i * j) as f64 });
    std::fs::write(place.join("study.toml"), NETWORK).unwrap();
    Study::read(place.join("study.toml")).unwrap()
}

/// An equation that leaves the finite numbers where `growth` is large.
const RUNAWAY: &str = r#"
    network = { model_file = "runaway.model" }
    simulation = { duration = "30 ms", dt = 0.1 }
    [study]
    axes = { growth = { from = -1, to = 1, steps = 41 } }
    scores = { size = { kind = "mean" } }
"#;

pub(crate) fn write_runaway(place: &Path, change: impl Fn(&str) -> String) -> Study {
    let model = "model runaway \"x\"\nparam growth = 0 : 1/ms in (-inf, inf) \"growth\"\nstate x = 1 : 1 \"x\"\n\
        dx/dt = growth * x^2\noutput x\n";
    std::fs::write(place.join("runaway.model"), model).unwrap();
    std::fs::write(place.join("study.toml"), change(RUNAWAY)).unwrap();
    Study::read(place.join("study.toml")).unwrap()
}

/// The amplitude of a Hopf oscillator beyond its bifurcation is the square root of `a`.
pub(crate) fn search(algorithm: &str, evaluations: u64) -> Study {
    study(&format!(
        r#"
        network = {{ model = "hopf" }}
        simulation = {{ duration = "300 ms", transient = "300 ms", seed = 5 }}
        [study]
        axes = {{ a = {{ from = 0, to = 4 }}, w = {{ from = 0.05, to = 1, scale = "log" }} }}
        [study.scores]
        amplitude = {{ kind = "amplitude", output = "x" }}
        frequency = {{ kind = "dominant_frequency", output = "x", segment = "300 ms" }}
        [study.search]
        algorithm = {algorithm}
        evaluations = {evaluations}
        [[study.search.objectives]]
        score = "amplitude"
        goal = {{ target = 1.3 }}
        [[study.search.objectives]]
        score = "frequency"
        goal = {{ target = 40 }}
        weight = 0.01
        "#
    ))
}
