//! Stores that are written batch by batch.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::path::Path;

use neuropil_store::{ArraySpec, BatchError, BatchLayout, BatchStore, BatchValues, StoreReader};
use serde_json::Map;

fn create(path: &Path) -> BatchStore {
    let layout = BatchLayout::new("point", 7, 3)
        .coordinate("coupling", "mV", "global coupling")
        .array(ArraySpec::new("rate").unit("Hz"))
        .array(ArraySpec::new("fc").dimension("node", 2))
        .text("reason", "why there is none");
    let mut values = |_: &str, range| couplings(range);
    BatchStore::create(path, Map::new(), &layout, &mut |_| Ok(()), &mut values, &mut go_on).unwrap()
}

fn go_on() -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Goes on so often.
fn go_on_for(mut count: usize) -> impl FnMut() -> ControlFlow<()> {
    move || match count.checked_sub(1) {
        Some(rest) => {
            count = rest;
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    }
}

fn values(entries: Range<u64>) -> BTreeMap<String, BatchValues> {
    let rates = entries.clone().map(|entry| entry as f64).collect();
    let fc = entries.clone().flat_map(|entry| [entry as f64, -(entry as f64)]).collect();
    let reasons = entries.map(|entry| if entry == 5 { "silent".into() } else { String::new() }).collect();
    BTreeMap::from([
        ("rate".into(), BatchValues::Numbers(rates)),
        ("fc".into(), BatchValues::Numbers(fc)),
        ("reason".into(), BatchValues::Texts(reasons)),
    ])
}

fn fill(store: &BatchStore, batches: impl IntoIterator<Item = u64>) {
    for batch in batches {
        let claim = store.claim(batch).unwrap().unwrap();
        store.write(claim, values(store.entries(batch))).unwrap();
    }
}

#[test]
fn batches_in_any_order_give_the_whole() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let store = create(&path);
    assert_eq!((store.batches(), store.entries(2)), (3, 6..7));
    fill(&store, [2, 0]);
    // A file that is not ours is no batch.
    std::fs::write(path.join("done/c/18446744073709551615"), "").unwrap();
    assert_eq!(store.done().unwrap(), [0, 2]);
    assert_eq!(store.entries(u64::MAX), 7..7);
    assert!(!store.finish().unwrap() && !StoreReader::open(&path).unwrap().is_complete());
    let again = BatchStore::open(&path).unwrap();
    fill(&again, [1]);
    assert!(again.finish().unwrap());
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
    let reader = StoreReader::open(&path).unwrap();
    assert!(reader.is_complete());
    assert_eq!(reader.read("rate").unwrap().values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(reader.read("fc").unwrap().shape, [7, 2]);
    assert_eq!(reader.read("done").unwrap().values, [1.0; 7]);
    assert!(reader.info("coupling").unwrap().is_coordinate);
    assert_eq!(again.read_texts("reason", 1).unwrap(), ["", "", "silent"]);
    assert_eq!(again.read("fc", 2).unwrap(), [6.0, -6.0]);
    assert_eq!(again.column("coupling", &[3, 4, 5]).unwrap().values, BatchValues::Numbers(vec![0.3, 0.4, 0.5]));
}

#[test]
fn columns_of_what_is_there() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let store = create(&path);
    fill(&store, [2, 1]);
    let entries = store.done_entries().unwrap();
    assert_eq!(entries, [3, 4, 5, 6]);
    let column = |name| store.column(name, &entries).unwrap();
    assert_eq!(column("rate").values, BatchValues::Numbers(vec![3.0, 4.0, 5.0, 6.0]));
    assert_eq!(column("point").values, column("rate").values);
    assert_eq!(column("coupling").values, BatchValues::Numbers(vec![0.3, 0.4, 0.5, 0.6]));
    assert_eq!(column("reason").values, BatchValues::Texts(["", "", "silent", ""].map(str::to_owned).to_vec()));
    assert_eq!(store.column("rate", &[5]).unwrap().values, BatchValues::Numbers(vec![5.0]));
    assert!(store.column("fc", &entries).is_err() && store.column("nothing", &entries).is_err());
    // What is damaged is named, and the rest can be read.
    for name in ["rate", "reason"] {
        std::fs::write(path.join(name).join("c/1"), "no chunk").unwrap();
    }
    let BatchValues::Numbers(rates) = column("rate").values else { panic!("rates are numbers") };
    assert!(rates[..3].iter().all(|rate| rate.is_nan()) && rates[3] == 6.0);
    assert_eq!(column("rate").damaged[0].0, 3..6);
    assert_eq!(column("reason").values, BatchValues::Texts(vec![String::new(); 4]));
}

#[test]
fn a_batch_is_claimed_once() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let (one, other) = (create(&path), BatchStore::open(&path).unwrap());
    let claim = one.claim(1).unwrap().unwrap();
    assert!(other.claim(1).unwrap().is_none());
    drop(claim);
    let claim = other.claim(1).unwrap().unwrap();
    other.write(claim, values(3..6)).unwrap();
    assert!(one.claim(1).unwrap().is_none());
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_written() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let store = create(&path);
    let message = |change: &dyn Fn(&mut BTreeMap<String, BatchValues>)| {
        let mut values = values(0..3);
        change(&mut values);
        store.write(store.claim(0).unwrap().unwrap(), values).unwrap_err().to_string()
    };
    assert_eq!(message(&|values| drop(values.remove("rate"))), "`rate`: found 0 numbers, expected those of a batch");
    let short = |values: &mut BTreeMap<_, _>| drop(values.insert("fc".into(), BatchValues::Numbers(vec![0.0; 4])));
    assert_eq!(message(&short), "`fc`: found 4 numbers, expected 6");
    assert!(store.done().unwrap().is_empty());
    let layout = BatchLayout::new("point", 1, 1);
    let again =
        BatchStore::create(&path, Map::new(), &layout, &mut |_| Ok(()), &mut |_, range| couplings(range), &mut go_on);
    assert!(matches!(again, Err(BatchError::Create(_))));
}

#[test]
fn a_damaged_chunk_is_named_and_the_rest_is_readable() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let store = create(&path);
    fill(&store, 0..3);
    let chunk = path.join("rate/c/1");
    let mut bytes = std::fs::read(&chunk).unwrap();
    *bytes.last_mut().unwrap() ^= 0xff;
    std::fs::write(&chunk, bytes).unwrap();
    assert!(store.read("rate", 1).unwrap_err().to_string().starts_with("`rate`: chunk `c/1` is damaged"));
    assert_eq!(store.read("rate", 0).unwrap(), [0.0, 1.0, 2.0]);
    let copy = create(&place.path().join("copy.zarr"));
    assert!(copy.copy_from(&store).unwrap_err().to_string().contains("`rate`: chunk `c/1` is damaged"));
    assert_eq!(copy.done().unwrap(), [0]);
    std::fs::remove_file(&chunk).unwrap();
    assert_eq!(store.read("rate", 1).unwrap_err().to_string(), "`rate`: found no file, expected chunk `c/1`");
}

#[test]
fn parts_are_put_together() {
    let place = tempfile::tempdir().unwrap();
    let [one, two, whole] = ["one", "two", "whole"].map(|name| create(&place.path().join(format!("{name}.zarr"))));
    fill(&one, [0, 2]);
    fill(&two, [1, 2]);
    assert_eq!((whole.copy_from(&one).unwrap(), whole.copy_from(&two).unwrap()), (2, 1));
    assert!(whole.finish().unwrap());
    assert_eq!(whole.read("rate", 1).unwrap(), [3.0, 4.0, 5.0]);
}

#[test]
fn coordinates_may_come_with_each_batch() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let layout = BatchLayout::new("point", 5, 2)
        .coordinate("coupling", "mV", "global coupling")
        .text_coordinate("model", "model")
        .with_coordinates_in_batches()
        .array(ArraySpec::new("rate").unit("Hz"));
    let mut none = |_: &str, _: Range<u64>| -> BatchValues { unreachable!("they are not known yet") };
    let store = BatchStore::create(&path, Map::new(), &layout, &mut |_| Ok(()), &mut none, &mut go_on).unwrap();
    let models = BatchValues::Texts(vec!["aln".into(), "hopf".into()]);
    let batch = BTreeMap::from([
        ("coupling".into(), BatchValues::Numbers(vec![0.5, 0.7])),
        ("model".into(), models.clone()),
        ("rate".into(), BatchValues::Numbers(vec![3.0, 4.0])),
    ]);
    store.write(store.claim(1).unwrap().unwrap(), batch.clone()).unwrap();
    let mut without = batch;
    without.remove("model");
    let missing = store.write(store.claim(0).unwrap().unwrap(), without).unwrap_err();
    assert!(missing.to_string().contains("`model`"), "{missing}");
    let again = BatchStore::open(&path).unwrap();
    assert_eq!(again.column("model", &[2, 3]).unwrap().values, models);
    assert_eq!(again.column("coupling", &[2, 3]).unwrap().values, BatchValues::Numbers(vec![0.5, 0.7]));
    assert_eq!(again.column("coupling", &[0]).unwrap().damaged.len(), 1);
    again.close().unwrap();
    let reader = StoreReader::open(&path).unwrap();
    assert!(reader.is_complete() && reader.info("model").unwrap().is_coordinate);
    assert_eq!(again.done().unwrap(), [1]);
}

fn created(path: &Path, length: u64, batch: u64) -> BatchStore {
    let layout = BatchLayout::new("point", length, batch)
        .coordinate("coupling", "mV", "global coupling")
        .array(ArraySpec::new("rate"))
        .array(ArraySpec::new("fc").dimension("node", 2))
        .text("reason", "why there is none");
    let attributes = Map::from_iter([("points".to_owned(), length.into())]);
    let mut values = |_: &str, range| couplings(range);
    BatchStore::create(path, attributes, &layout, &mut |_| Ok(()), &mut values, &mut go_on).unwrap()
}

fn couplings(range: Range<u64>) -> BatchValues {
    BatchValues::Numbers(range.map(|entry| entry as f64 / 10.0).collect())
}

fn grow(path: &Path, length: u64, again: &[u64]) -> Result<BatchStore, BatchError> {
    let attributes = Map::from_iter([("points".to_owned(), length.into())]);
    let mut values = |_: &str, range| couplings(range);
    let lock = BatchStore::lock(path).unwrap();
    BatchStore::open(path).unwrap().grow(&lock, length, again, attributes, &mut values, &mut go_on)
}

#[test]
fn a_beginning_that_is_stopped_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    // Two chunks of two coordinates.
    let layout = BatchLayout::new("point", (1 << 14) + 1, 3).coordinate("coupling", "mV", "global coupling");
    let mut values = |_: &str, range| couplings(range);
    for count in 0..4 {
        let mut go_on = go_on_for(count);
        let stopped =
            BatchStore::create(&path, Map::new(), &layout, &mut |_| Ok(()), &mut values, &mut go_on).unwrap_err();
        assert!(matches!(stopped, BatchError::Stopped), "{stopped}");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }
    BatchStore::create(&path, Map::new(), &layout, &mut |_| Ok(()), &mut values, &mut go_on_for(4)).unwrap();
}

#[test]
fn a_growth_that_is_stopped_leaves_the_store_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let store = created(&path, 7, 3);
    fill(&store, 0..3);
    store.finish().unwrap();
    let mut values = |_: &str, range| couplings(range);
    for count in 0..2 {
        let lock = BatchStore::lock(&path).unwrap();
        let store = BatchStore::open(&path).unwrap();
        let stopped = store.grow(&lock, 20, &[], Map::new(), &mut values, &mut go_on_for(count)).unwrap_err();
        assert!(matches!(stopped, BatchError::Stopped), "{stopped}");
        assert_eq!(BatchStore::open(&path).unwrap().done().unwrap(), [0, 1, 2]);
        let reader = StoreReader::open(&path).unwrap();
        assert!(reader.is_complete());
        assert_eq!(reader.read("coupling").unwrap().values.len(), 7);
    }
}

#[test]
fn a_store_that_grew_is_one_made_at_once() {
    let place = tempfile::tempdir().unwrap();
    let [grown, whole] = ["grown.zarr", "whole.zarr"].map(|name| place.path().join(name));
    // Beyond a chunk of the coordinates, too.
    for (first, second, batch) in [(7, 20, 3), (6, 7, 3), (16_383, 16_386, 5000)] {
        let store = created(&grown, first, batch);
        fill(&store, 0..store.batches());
        assert!(store.finish().unwrap());
        let store = grow(&grown, second, &[]).unwrap();
        let full = first / batch;
        assert_eq!(store.done().unwrap(), (0..full).collect::<Vec<_>>());
        assert!(!StoreReader::open(&grown).unwrap().is_complete());
        fill(&store, full..store.batches());
        assert!(store.finish().unwrap());
        let store = created(&whole, second, batch);
        fill(&store, 0..store.batches());
        assert!(store.finish().unwrap());
        let output = std::process::Command::new("diff").arg("-r").args([&grown, &whole]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        for path in [&grown, &whole] {
            std::fs::remove_dir_all(path).unwrap();
        }
    }
}

#[test]
fn a_process_that_knows_the_shorter_store_does_not_end_the_longer_one() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("study.zarr");
    let early = created(&path, 7, 3);
    fill(&early, [0, 1]);
    let claim = early.claim(2).unwrap().unwrap();
    let late = grow(&path, 9, &[1]).unwrap();
    assert_eq!(late.done().unwrap(), [0]);
    let error = early.write(claim, values(6..7)).unwrap_err();
    assert!(error.to_string().starts_with("`batch`: found a store that has become longer"), "{error}");
    fill(&early, [1]);
    fill(&late, [2]);
    assert!(!early.finish().unwrap() && !early.close().unwrap() && late.finish().unwrap());
    assert_eq!(late.read("rate", 2).unwrap(), [6.0, 7.0, 8.0]);
    let error = grow(&path, 8, &[]).unwrap_err().to_string();
    assert!(error.contains("at least 9"), "{error}");
}
