//! A run that is killed leaves a store that can be read.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use neuropil_store::{
    ArraySpec, BatchLayout, BatchStore, BatchValues, Coordinate, CoordinateSpec, StoreReader, StoreWriter,
};

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
        let mut child = spawn("child", &path);
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

fn spawn(test: &str, path: &Path) -> Child {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", test, "--nocapture"];
    Command::new(program).args(arguments).env(PATH, path).stdout(Stdio::null()).spawn().unwrap()
}

fn check(path: &Path) -> usize {
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

/// Entries of a store that grows at each step; of a batch but for the last one.
const LENGTHS: [u64; 5] = [1007, 1500, 16_390, 16_391, 20_000];
const BATCH: u64 = 1000;

fn coupling(_: &str, range: Range<u64>) -> BatchValues {
    BatchValues::Numbers(range.map(|entry| entry as f64 / 8.0).collect())
}

fn rates(range: Range<u64>) -> BTreeMap<String, BatchValues> {
    let rates = range.map(|entry| entry as f64).collect();
    BTreeMap::from([("rate".to_owned(), BatchValues::Numbers(rates))])
}

fn fill(store: &BatchStore) {
    for batch in 0..store.batches() {
        if let Some(claim) = store.claim(batch).unwrap() {
            store.write(claim, rates(store.entries(batch))).unwrap();
        }
    }
    assert!(store.finish().unwrap());
}

/// Grows when it is the child of the test below, and goes on where the last one was killed.
#[test]
fn growing_child() {
    let Ok(path) = std::env::var(PATH) else { return };
    let mut go_on = || ControlFlow::Continue(());
    let length = BatchStore::open(&path).unwrap().length();
    for next in LENGTHS.into_iter().filter(|&next| next >= length) {
        let lock = BatchStore::lock(&path).unwrap();
        let mut store = BatchStore::open(&path).unwrap();
        if store.length() < next {
            store = store.grow(&lock, next, &[], serde_json::Map::new(), &mut coupling, &mut go_on).unwrap();
        }
        drop(lock);
        fill(&store);
    }
}

#[test]
fn a_store_that_is_killed_while_it_grows_can_be_read_and_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let layout =
        BatchLayout::new("point", LENGTHS[0], BATCH).coordinate("coupling", "mV", "").array(ArraySpec::new("rate"));
    let mut go_on = || ControlFlow::Continue(());
    let mut begun = 0;
    for pause in 0..20 {
        let _ = std::fs::remove_dir_all(&path);
        let store =
            BatchStore::create(&path, serde_json::Map::new(), &layout, &mut |_| Ok(()), &mut coupling, &mut go_on)
                .unwrap();
        fill(&store);
        let mut child = spawn("growing_child", &path);
        // From the start of the process to beyond its end.
        std::thread::sleep(Duration::from_millis(1 + pause * pause / 4));
        child.kill().unwrap();
        child.wait().unwrap();
        check_growth(&path);
        begun += u32::from(BatchStore::open(&path).unwrap().length() > LENGTHS[0]);
        assert!(spawn("growing_child", &path).wait().unwrap().success());
        let store = BatchStore::open(&path).unwrap();
        assert_eq!(store.length(), LENGTHS[4]);
        check_growth(&path);
        assert!(StoreReader::open(&path).unwrap().is_complete());
    }
    assert!(begun > 0, "no child grew the store before it was killed");
}

/// What is there is right, nothing is missing without a word, and a store that lacks a batch is not complete.
fn check_growth(path: &Path) {
    let store = BatchStore::open(path).unwrap();
    assert!(LENGTHS.contains(&store.length()));
    let all: Vec<u64> = (0..store.length()).collect();
    let column = store.column("coupling", &all).unwrap();
    assert!(column.damaged.is_empty());
    assert!(column.values == coupling("coupling", 0..store.length()));
    let done = store.done().unwrap();
    for &batch in &done {
        let expected: Vec<f64> = store.entries(batch).map(|entry| entry as f64).collect();
        assert_eq!(store.read("rate", batch).unwrap(), expected);
    }
    let entries: Vec<u64> = done.iter().flat_map(|&batch| store.entries(batch)).collect();
    assert_eq!(store.done_entries().unwrap(), entries);
    let is_whole = entries.len() as u64 == store.length();
    assert!(is_whole || !StoreReader::open(path).unwrap().is_complete());
}
