//! A run that is killed leaves a store that can be read.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use neuropil_store::{ArraySpec, Coordinate, CoordinateSpec, StoreReader, StoreWriter};

const PATH: &str = "NEUROPIL_STORE_TEST_PATH";

/// Writes for ever when it is the child of the test below.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else { return };
    let mut store = StoreWriter::create(path, serde_json::Map::new(), false).unwrap();
    store.add_coordinate(&CoordinateSpec::new("time", Coordinate::Regular { start: 0.0, step: 1.0 })).unwrap();
    let first = store.add_array(&ArraySpec::new("first").growing("time", 3)).unwrap();
    let second = store.add_array(&ArraySpec::new("second").growing("time", 5)).unwrap();
    for sample in 0.. {
        store.append(&first, &[f64::from(sample)]).unwrap();
        store.append(&second, &[-f64::from(sample)]).unwrap();
    }
}

#[test]
fn a_killed_run_can_be_read() {
    for round in 0..5 {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("run.zarr");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(PATH, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Readers meanwhile see whole chunks as well.
        let begin = Instant::now();
        let mut length = 0;
        while length < 10 {
            assert!(begin.elapsed() < Duration::from_mins(1), "the child does not write");
            std::thread::sleep(Duration::from_millis(1 + 2 * round));
            if path.join("zarr.json").exists() {
                length = check(&path);
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(check(&path) >= length);
        StoreWriter::create(&path, serde_json::Map::new(), true).unwrap();
    }
}

fn check(path: &std::path::Path) -> usize {
    let store = StoreReader::open(path).unwrap();
    assert!(!store.is_complete());
    if store.arrays().unwrap().len() < 3 {
        return 0;
    }
    let read = |name| store.read(name).unwrap().values;
    let (time, first, second) = (read("time"), read("first"), read("second"));
    assert_eq!((first.len(), second.len()), (time.len(), time.len()));
    for (index, time) in time.iter().enumerate() {
        assert!((time - index as f64).abs() < 1e-9);
        assert!((first[index] - time).abs() < 1e-9 && (second[index] + time).abs() < 1e-9);
    }
    time.len()
}
