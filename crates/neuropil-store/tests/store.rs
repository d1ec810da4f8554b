//! What is written can be read, and what is not ours stays.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

use std::fs;
use std::path::Path;

use neuropil_store::{
    ArraySpec, Coordinate, CoordinateSpec, CreateError, Precision, ReadError, StoreReader, StoreWriter, WriteError,
};
use serde_json::{Map, Value, json};

fn attributes() -> Map<String, Value> {
    let Value::Object(attributes) = json!({ "seed": 42, "specification": { "dt": 0.1, "models": ["aln"] } }) else {
        unreachable!("written as an object");
    };
    attributes
}

fn regular(start: f64, step: f64) -> Coordinate {
    Coordinate::Regular { start, step }
}

/// Value of trial, node and sample.
fn value(trial: usize, node: usize, sample: usize) -> f64 {
    (trial * 1_000_000 + node * 10_000 + sample) as f64
}

fn block(trials: usize, nodes: usize, samples: std::ops::Range<usize>) -> Vec<f64> {
    let mut values = Vec::new();
    for trial in 0..trials {
        for node in 0..nodes {
            values.extend(samples.clone().map(|sample| value(trial, node, sample)));
        }
    }
    values
}

#[test]
fn everything_comes_back() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("results/run.zarr");
    let mut store = StoreWriter::create(&path, attributes(), false).unwrap();
    store.add_coordinate(&CoordinateSpec::new("trial", Coordinate::Int(vec![7, 8, 9]))).unwrap();
    let labels = Coordinate::Text(vec!["Precentral_L".into(), "Precentral_R".into()]);
    store.add_coordinate(&CoordinateSpec::new("region", labels.clone()).along("node")).unwrap();
    store.add_coordinate(&CoordinateSpec::new("time", regular(5.0, 0.1)).unit("ms")).unwrap();
    let rates = store
        .add_array(&ArraySpec::new("rate").dimension("trial", 3).dimension("node", 2).growing("time", 10).unit("Hz"))
        .unwrap();
    let mean = ArraySpec::new("mean").growing("time", 7).precision(Precision::Single).long_name("mean rate");
    let mean = store.add_array(&mean).unwrap();
    let mut start = 0;
    for samples in [1, 3, 30, 0, 9, 2] {
        store.append(&rates, &block(3, 2, start..start + samples)).unwrap();
        start += samples;
    }
    let means: Vec<f64> = (0..45_u32).map(f64::from).collect();
    store.append(&mean, &means).unwrap();
    store.write(&ArraySpec::new("score").dimension("trial", 3), &[0.5, f64::NAN, -1.0]).unwrap();
    store.write(&ArraySpec::new("total"), &[3.0]).unwrap();
    store.set_attribute("seconds", 1.5).unwrap();
    store.finish().unwrap();

    let store = StoreReader::open(&path).unwrap();
    assert!(store.is_complete());
    assert_eq!(store.attributes()["seed"], 42);
    assert_eq!(store.attributes()["specification"]["models"][0], "aln");
    assert_eq!(store.attributes()["seconds"], 1.5);
    let data = store.read("rate").unwrap();
    assert_eq!((data.shape.as_slice(), data.values), ([3, 2, 45].as_slice(), block(3, 2, 0..45)));
    assert_eq!(data.dimensions, ["trial", "node", "time"]);
    assert_eq!(store.read("mean").unwrap().values, means);
    let score = store.read("score").unwrap().values;
    assert!(score[0] == 0.5 && score[1].is_nan() && score[2] == -1.0);
    assert_eq!(store.read("total").unwrap().values, [3.0]);
    assert_eq!(store.coordinate("trial").unwrap(), Coordinate::Int(vec![7, 8, 9]));
    assert_eq!(store.coordinate("region").unwrap(), labels);
    let times = store.read("time").unwrap();
    assert_eq!(times.shape, [45]);
    assert!((times.values[44] - 9.4).abs() < 1e-12);
    let info = store.info("region").unwrap();
    assert!(info.is_coordinate && info.dimensions == ["node"]);
    let info = store.info("mean").unwrap();
    assert!(!info.is_coordinate && info.long_name.as_deref() == Some("mean rate"));
    assert_eq!(store.info("rate").unwrap().unit.as_deref(), Some("Hz"));
    assert_eq!(store.arrays().unwrap().len(), 7);
    assert!(matches!(store.read("region"), Err(ReadError::NotNumbers { .. })));
    assert_eq!(
        store.read("rates").unwrap_err().to_string(),
        "`name`: found `rates`, expected one of `mean`, `rate`, `region`, `score`, `time`, `total`, `trial`"
    );
}

#[test]
fn large_blocks_are_split_and_joined() {
    // 3 x 200 x 2000 numbers of 8 bytes: two chunks, of which the second has a row of missing trials.
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let mut store = StoreWriter::create(&path, Map::new(), false).unwrap();
    let rates = ArraySpec::new("rate").dimension("trial", 3).dimension("node", 200).growing("time", 2000);
    let rates = store.add_array(&rates).unwrap();
    store.append(&rates, &block(3, 200, 0..2100)).unwrap();
    store.finish().unwrap();
    assert!(path.join("rate/c/1/0/1").exists() && !path.join("rate/c/2").exists());
    let data = StoreReader::open(&path).unwrap().read("rate").unwrap();
    assert_eq!(data.shape, [3, 200, 2100]);
    assert!(data.values == block(3, 200, 0..2100));
}

#[test]
fn a_store_that_is_not_closed_has_its_whole_chunks() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let mut store = StoreWriter::create(&path, Map::new(), false).unwrap();
    store.add_coordinate(&CoordinateSpec::new("time", regular(0.0, 1.0))).unwrap();
    let rates = store.add_array(&ArraySpec::new("rate").dimension("node", 2).growing("time", 10)).unwrap();
    let slow = store.add_array(&ArraySpec::new("slow").growing("slow_time", 4)).unwrap();
    let length = || {
        let store = StoreReader::open(&path).unwrap();
        assert!(!store.is_complete());
        let data = store.read("rate").unwrap();
        assert_eq!(data.values, block(1, 2, 0..data.shape[1]));
        assert_eq!(store.read("time").unwrap().shape, data.shape[1..]);
        (data.shape[1], store.read("slow").unwrap().shape[0])
    };
    assert_eq!(length(), (0, 0));
    store.append(&rates, &block(1, 2, 0..25)).unwrap();
    store.append(&slow, &[0.0, 1.0, 2.0]).unwrap();
    assert_eq!(length(), (20, 0));
    drop(store);
    assert_eq!(length(), (20, 0));

    let mut store = StoreWriter::create(&path, Map::new(), true).unwrap();
    let rates = store.add_array(&ArraySpec::new("rate").dimension("node", 2).growing("time", 10)).unwrap();
    let other = store.add_array(&ArraySpec::new("other").growing("time", 4)).unwrap();
    store.append(&rates, &block(1, 2, 0..25)).unwrap();
    store.append(&other, &[0.0; 23]).unwrap();
    store.finish_partial().unwrap();
    let store = StoreReader::open(&path).unwrap();
    assert!(!store.is_complete());
    assert_eq!(store.read("rate").unwrap().values, block(1, 2, 0..23));
    assert_eq!(store.read("other").unwrap().shape, [23]);
}

#[test]
fn unequal_ends_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let mut store = StoreWriter::create(&path, Map::new(), false).unwrap();
    let first = store.add_array(&ArraySpec::new("first").growing("time", 4)).unwrap();
    store.add_array(&ArraySpec::new("second").growing("time", 4)).unwrap();
    store.append(&first, &[1.0]).unwrap();
    let error = store.finish().unwrap_err();
    assert_eq!(error.to_string(), "`first`: found 1 samples along `time`, expected 0 as others have");
    assert!(!StoreReader::open(&path).unwrap().is_complete());
}

#[test]
fn bad_declarations_are_named() {
    let place = tempfile::tempdir().unwrap();
    let mut store = StoreWriter::create(place.path().join("run.zarr"), Map::new(), false).unwrap();
    let message = |outcome: Result<_, WriteError>| outcome.map(|_| ()).unwrap_err().to_string();
    let rate = ArraySpec::new("rate").dimension("node", 2).growing("time", 4);
    let id = store.add_array(&rate).unwrap();
    assert_eq!(
        message(store.add_array(&rate)),
        "`name`: found `rate`, which the store has already, expected a new name"
    );
    assert!(matches!(store.add_array(&ArraySpec::new("Rate").growing("time", 1)), Err(WriteError::NameTaken { .. })));
    assert!(matches!(store.add_array(&ArraySpec::new("../x").growing("time", 1)), Err(WriteError::Name { .. })));
    assert_eq!(
        message(store.add_array(&ArraySpec::new("a").dimension("node", 3).growing("time", 4))),
        "`a`: found dimension `node` of length 3, expected it of length 2"
    );
    assert_eq!(
        message(store.write(&ArraySpec::new("a").dimension("time", 3), &[0.0; 3]).map(|()| id.clone())),
        "`a`: found dimension `time` of length 3, expected it growing"
    );
    assert_eq!(
        message(store.add_array(&ArraySpec::new("a").growing("time", 4).dimension("node", 2))),
        "`a`: found `time` growing, expected only the last dimension to grow"
    );
    assert_eq!(
        message(store.add_array(&ArraySpec::new("a").dimension("node", 2))),
        "`a`: found a fixed last dimension, expected one that grows"
    );
    assert!(store.add_array(&ArraySpec::new("a").dimension("x", 0).growing("time", 4)).is_err());
    assert!(store.add_array(&ArraySpec::new("a").dimension("node", 2).growing("node", 4)).is_err());
    assert!(store.add_array(&ArraySpec::new("a").growing("time", 0)).is_err());
    let huge = ArraySpec::new("a").dimension("x", usize::MAX / 2).growing("time", 4);
    assert!(matches!(store.add_array(&huge), Err(WriteError::TooLarge { .. })));
    assert_eq!(
        message(store.append(&id, &[1.0; 3]).map(|()| id.clone())),
        "`rate`: found 3 numbers, expected a multiple of 2"
    );
    assert_eq!(
        message(store.write(&ArraySpec::new("b").dimension("node", 2), &[0.0]).map(|()| id.clone())),
        "`b`: found 1 numbers, expected 2"
    );
    let short = CoordinateSpec::new("node", Coordinate::Int(vec![1]));
    assert!(matches!(store.add_coordinate(&short), Err(WriteError::Extent { .. })));
    let empty = CoordinateSpec::new("other", Coordinate::Text(vec![]));
    assert!(matches!(store.add_coordinate(&empty), Err(WriteError::Length { .. })));
    store.append(&id, &[1.0; 2]).unwrap();
    assert!(matches!(store.add_array(&ArraySpec::new("a").growing("time", 1)), Err(WriteError::TooLate { .. })));
    assert!(matches!(store.set_attribute("complete", true), Err(WriteError::ReservedAttribute { .. })));
    store.finish().unwrap();
}

#[test]
fn nothing_but_our_stores_is_removed() {
    let place = tempfile::tempdir().unwrap();
    let create = |path: &Path, overwrite| StoreWriter::create(path, Map::new(), overwrite);
    let refused = |path: &Path| {
        let error = create(path, true).map(drop).unwrap_err();
        assert!(matches!(error, CreateError::NotAStore { .. }) && error.hint().is_some(), "{error}");
    };

    let file = place.path().join("file");
    fs::write(&file, "text").unwrap();
    refused(&file);
    let error = create(&file.join("run.zarr"), true).map(drop).unwrap_err();
    assert!(error.to_string().starts_with("cannot "), "{error}");
    let folder = place.path().join("folder");
    fs::create_dir_all(folder.join("inner")).unwrap();
    fs::write(folder.join("thesis.tex"), "text").unwrap();
    refused(&folder);
    let other = place.path().join("other.zarr");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("zarr.json"), r#"{"zarr_format":3,"node_type":"group","attributes":{}}"#).unwrap();
    refused(&other);

    let ours = place.path().join("ours.zarr");
    create(&ours, false).unwrap().write(&ArraySpec::new("old"), &[1.0]).unwrap();
    assert!(matches!(create(&ours, false), Err(CreateError::Exists { .. })));
    for foreign in ["notes.txt", "figures/plot.png"] {
        let foreign = ours.join(foreign);
        fs::create_dir_all(foreign.parent().unwrap()).unwrap();
        fs::write(&foreign, "text").unwrap();
        refused(&ours);
        fs::remove_file(&foreign).unwrap();
    }
    assert!(ours.join("old/zarr.json").exists());
    fs::create_dir_all(ours.join("half/c/0")).unwrap();
    fs::write(ours.join(".zarr.json.partial"), "{").unwrap();
    create(&ours, true).unwrap().finish().unwrap();
    assert!(!ours.join("old").exists() && !ours.join("half").exists());

    let empty = place.path().join("empty");
    fs::create_dir(&empty).unwrap();
    create(&empty, false).unwrap();
    let Value::Object(reserved) = json!({ "complete": true }) else { unreachable!("written as an object") };
    let error = StoreWriter::create(place.path().join("new"), reserved, false).map(drop).unwrap_err();
    assert!(matches!(error, CreateError::ReservedAttribute { .. }));
    assert!(!place.path().join("new").exists());
}

#[test]
fn damage_is_found_and_named() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let mut store = StoreWriter::create(&path, Map::new(), false).unwrap();
    let rates = store.add_array(&ArraySpec::new("rate").growing("time", 100)).unwrap();
    store.append(&rates, &(0..200).map(|value| f64::from(value).sqrt()).collect::<Vec<_>>()).unwrap();
    store.finish().unwrap();
    let chunk = path.join("rate/c/1");
    let bytes = fs::read(&chunk).unwrap();

    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 1;
    fs::write(&chunk, &damaged).unwrap();
    let store = StoreReader::open(&path).unwrap();
    let error = store.read("rate").unwrap_err();
    assert!(error.to_string().starts_with("`rate`: chunk `c/1` is damaged: "), "{error}");
    fs::write(&chunk, &bytes[..bytes.len() - 3]).unwrap();
    assert!(matches!(store.read("rate"), Err(ReadError::DamagedChunk { .. })));
    fs::remove_file(&chunk).unwrap();
    assert_eq!(store.read("rate").unwrap_err().to_string(), "`rate`: found no file, expected chunk `c/1`");

    let document = fs::read_to_string(path.join("zarr.json")).unwrap();
    let open = |text: &str| {
        fs::write(path.join("zarr.json"), text).unwrap();
        StoreReader::open(&path)
    };
    let huge = open(&document.replace("200\n", "9000000000000000000\n")).unwrap();
    assert!(matches!(huge.read("rate"), Err(ReadError::TooLarge { .. })));
    let odd = open(&document.replace("\"float64\"", "\"complex128\"")).unwrap();
    assert!(matches!(odd.read("rate"), Err(ReadError::Metadata { .. })));
    assert!(matches!(open(&document[..100]), Err(ReadError::NotAStore { .. })));
    let later = document.replace("\"neuropil_store\": 1", "\"neuropil_store\": 2");
    assert!(matches!(open(&later), Err(ReadError::Version { found: 2, .. })));
    assert_eq!(
        StoreReader::open(place.path().join("nothing")).unwrap_err().to_string(),
        format!("`path`: found nothing at `{}`, expected a neuropil store", place.path().join("nothing").display())
    );
}
