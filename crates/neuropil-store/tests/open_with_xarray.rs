//! xarray opens what is written. Needs `python3` with xarray and zarr; `PYTHON` names another interpreter. Without them
//! the test says so and passes.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::process::Command;

use neuropil_store::{ArraySpec, Coordinate, CoordinateSpec, Precision, StoreWriter};
use serde_json::{Value, json};

fn python() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let outcome = Command::new(&python).args(["-c", "import numpy, xarray, zarr"]).output();
    outcome.is_ok_and(|output| output.status.success()).then_some(python)
}

fn write(path: &Path, complete: bool) {
    let specification = json!({ "seed": 42, "specification": { "dt": 0.1, "models": ["aln", "bold"] } });
    let Value::Object(attributes) = specification else { unreachable!("written as an object") };
    let text = |labels: [&str; 3]| Coordinate::Text(labels.map(String::from).to_vec());
    let mut store = StoreWriter::create(path, attributes, false).unwrap();
    for coordinate in [
        CoordinateSpec::new("time", Coordinate::Regular { start: 5.0, step: 0.5 }).unit("ms"),
        CoordinateSpec::new("trial", Coordinate::Int(vec![0, 1])),
        CoordinateSpec::new("node", text(["Precentral_L", "Precentral_R", "Straße"])),
        CoordinateSpec::new("region", text(["left", "right", ""])).along("node"),
        CoordinateSpec::new("coupling", Coordinate::Float(vec![0.0, 1.5]))
            .along("trial")
            .unit("mV")
            .long_name("global coupling"),
    ] {
        store.add_coordinate(&coordinate).unwrap();
    }
    let rate = ArraySpec::new("rate").dimension("trial", 2).dimension("node", 3).growing("time", 10);
    let rate = store.add_array(&rate.unit("Hz").long_name("firing rate")).unwrap();
    let mean = store.add_array(&ArraySpec::new("mean").growing("time", 5).precision(Precision::Single)).unwrap();
    let mut identity = [0.0; 9];
    identity.iter_mut().step_by(4).for_each(|value| *value = 1.0);
    store.write(&ArraySpec::new("fc").dimension("node", 3).dimension("node_other", 3), &identity).unwrap();
    let mut values = Vec::new();
    for (trial, node) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
        values.extend((0..25).map(|sample| f64::from(100 * trial + 10 * node + sample)));
    }
    values[25 + 3] = 0.0;
    values[25 + 4] = f64::MAX;
    values[5 * 25 + 5] = f64::NAN;
    store.append(&rate, &values).unwrap();
    store.append(&mean, &(0..25).map(f64::from).collect::<Vec<_>>()).unwrap();
    if complete {
        store.finish().unwrap();
    }
}

#[test]
fn xarray_opens_the_store() {
    let Some(python) = python() else {
        println!("skipped: no python3 with numpy, xarray and zarr");
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/open_with_xarray.py");
    for (state, complete) in [("complete", true), ("partial", false)] {
        let path = place.path().join(state);
        write(&path, complete);
        let output = Command::new(&python).arg(&script).arg(&path).arg(state).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{state}: {text}");
    }
}
