//! Every format gives the same connectome, and says what is wrong where it cannot.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};

use neuropil_data::{Connectome, Format, LengthSource, Matrix, Note, ReadError, WriteError};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

const LABELS: [&str; 4] = ["Front_L", "Front_R", "Back_L", "Back_R"];

fn weights() -> Matrix {
    Matrix::from_fn(4, 4, |i, j| if i == j { 0.0 } else { i as f64 + 2.0 * j as f64 + 0.5 })
}

fn lengths() -> Matrix {
    Matrix::from_fn(4, 4, |i, j| 10.0 * i.abs_diff(j) as f64)
}

fn centres() -> Vec<[f64; 3]> {
    (0..4).map(|i| [10.0 * f64::from(i), 2.0, -3.5]).collect()
}

fn message(result: Result<Connectome, ReadError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn files_with_weights_and_lengths_agree() {
    for name in
        ["plain.mat", "compressed.mat", "sparse.mat", "big_endian.mat", "characters.mat", "labelled.mat", "tvb.zip"]
            .into_iter()
            .chain(["tvb_in_folder.zip", "tvb_bzip2.zip", "tvb_no_lengths.zip", "connectome.npz", "synonyms.npz"])
    {
        let connectome = Connectome::read(fixture(name)).unwrap();
        assert_eq!(connectome.weights(), &weights(), "{name}");
        assert_eq!(connectome.lengths(), &lengths(), "{name}");
        assert_eq!(connectome.name(), name.split('.').next().unwrap());
        let source = if name == "tvb_no_lengths.zip" { LengthSource::Euclidean } else { LengthSource::Given };
        assert_eq!(connectome.length_source(), source, "{name}");
    }
}

#[test]
fn labels_and_centres_come_along() {
    for name in
        ["labelled.mat", "tvb.zip", "tvb_in_folder.zip", "tvb_bzip2.zip", "tvb_no_lengths.zip", "connectome.npz"]
    {
        let connectome = Connectome::read(fixture(name)).unwrap();
        assert_eq!(connectome.labels(), LABELS, "{name}");
        assert_eq!(connectome.centres(), Some(&centres()[..]), "{name}");
    }
    for name in ["characters.mat", "synonyms.npz", "labelled.csv"] {
        assert_eq!(Connectome::read(fixture(name)).unwrap().labels(), LABELS, "{name}");
    }
    assert_eq!(Connectome::read(fixture("plain.mat")).unwrap().labels(), ["1", "2", "3", "4"]);
}

#[test]
fn files_of_one_matrix_give_weights_without_delays() {
    for name in ["weights.csv", "weights.npy", "labelled.csv", "objects.npz"] {
        let connectome = Connectome::read(fixture(name)).unwrap();
        assert_eq!(connectome.weights(), &weights(), "{name}");
        assert_eq!(connectome.length_source(), LengthSource::Absent, "{name}");
        assert!(connectome.notes().contains(&Note::LengthsAbsent));
    }
}

#[test]
fn separate_files_of_any_format_are_put_together() {
    for (w, l) in [("weights.csv", "lengths.tsv"), ("weights.npy", "lengths.npy"), ("plain.mat", "connectome.npz")] {
        let labels = fixture("labels.txt");
        let connectome = Connectome::from_files(&fixture(w), Some(&fixture(l)), Some(&labels)).unwrap();
        assert_eq!((connectome.weights(), connectome.lengths()), (&weights(), &lengths()), "{w} {l}");
        assert_eq!(connectome.labels(), LABELS);
    }
    let connectome = Connectome::from_files(&fixture("labelled.csv"), None, None).unwrap();
    assert_eq!(connectome.labels(), LABELS);
}

#[test]
fn every_class_of_numbers_is_read() {
    let kinds = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"];
    for kind in kinds {
        let connectome = Connectome::read(fixture(&format!("class_{kind}.mat"))).unwrap();
        assert_eq!(connectome.weights().values(), [1.0, 2.0, 3.0, 4.0], "{kind}");
    }
    assert_eq!(Connectome::read(fixture("logical.mat")).unwrap().weights().values(), [0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn what_is_written_is_read_back_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let third = |matrix: Matrix| matrix.map(|value| value / 3.0);
    let labels = ["a  b", "#comment", "3 4", ""];
    let given = Connectome::new(third(weights()), third(lengths())).unwrap().with_labels(labels).unwrap();
    let variants = [
        given.clone().with_centres(vec![[0.1, -2e-300, 3e300]; 4]).unwrap(),
        given,
        Connectome::from_centres(weights(), centres()).unwrap().with_labels(LABELS).unwrap(),
        Connectome::without_lengths(third(weights())).unwrap(),
    ];
    for (variant, connectome) in variants.into_iter().enumerate() {
        for format in Format::ALL {
            let path = folder.path().join(format!("{variant}-{}", format.name()));
            connectome.write(&path, format).unwrap();
            let read = Connectome::read(&path).unwrap();
            assert_eq!(read, connectome.clone().named(read.name()), "{path:?}");
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 12, "no partial files stay");
}

#[test]
fn labels_are_made_fit_for_every_format() {
    let labels = ["a  b\n", " \t", "\u{0}é", "x"];
    let connectome = Connectome::without_lengths(weights()).unwrap().with_labels(labels).unwrap();
    assert_eq!(connectome.labels(), ["a b", "2", "é", "x"]);
}

#[test]
fn a_folder_is_not_replaced_and_a_failed_write_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let connectome = Connectome::without_lengths(weights()).unwrap();
    let error = connectome.write(folder.path(), Format::TvbFolder).unwrap_err();
    assert!(matches!(error, WriteError::Exists { .. }));
    for format in Format::ALL {
        assert!(connectome.write(folder.path().join("absent/file"), format).is_err());
    }
    assert!(connectome.write(folder.path(), Format::Npz).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn formats_are_known_by_name_and_by_ending() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!(Format::of_path(Path::new("a/b.ZIP")), Some(Format::TvbZip));
    assert_eq!(Format::of_path(Path::new("a/b")), Some(Format::TvbFolder));
    assert_eq!(Format::of_path(Path::new("a/b.mat")), None);
    let message = "hdf5".parse::<Format>().unwrap_err().to_string();
    assert_eq!(message, "`format`: found \"hdf5\", expected tvb-zip, tvb-folder, npz");
}

#[test]
fn errors_name_the_file_and_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let ends = |path: &Path, end: &str| {
        let message = message(Connectome::read(path));
        assert_eq!(message, format!("{}: {end}", path.display()));
    };
    let three_by_four = written("a.csv", b"1,2,3,4\n1,2,3,4\n1,2,3,4\n");
    ends(&three_by_four, "`weights`: found 3 x 4, expected a square matrix");
    ends(&written("b.csv", b""), "`weights`: found no values, expected a square matrix");
    ends(&written("c.csv", b"0,1\n1,nan\n"), "`weights`: found NaN in row 2, column 2, expected finite numbers");
    ends(&written("d.csv", b"0,1\n1,x\n"), "line 2, column 2: found \"x\", expected a number");
    ends(&written("e", b"1\n"), "`weights`: found 1, expected at least 2 regions");
    let (complex, dimensions) = (fixture("complex.mat"), fixture("three_dimensions.mat"));
    assert!(message(Connectome::read(&complex)).contains("found sc (complex numbers), expected "));
    assert!(message(Connectome::read(&dimensions)).contains("found sc (not two dimensions), expected "));
    ends(&fixture("version_4.mat"), "a .mat file of version 4 cannot be read");
    let error = Connectome::read(fixture("version_4.mat")).unwrap_err();
    assert!(error.hint().unwrap().contains("-v7"));
    let absent = Connectome::read(folder.path().join("absent.mat")).unwrap_err();
    assert!(matches!(absent, ReadError::Io { .. }) && absent.to_string().contains("absent.mat"));
    let dataset = Connectome::read(fixture("dataset")).unwrap_err();
    assert!(dataset.to_string().ends_with("found subjects, expected a file weights.txt"));
    assert!(dataset.hint().unwrap().contains("dataset"));
    let sizes = Connectome::from_files(&fixture("weights.csv"), Some(&fixture("class_int8.mat")), None);
    assert!(message(sizes).ends_with("`lengths`: found 2 x 2, expected 4 x 4 values as in `weights`"));
    let labels = Connectome::from_files(&fixture("weights.csv"), None, Some(&three_by_four));
    assert!(message(labels).ends_with("`labels`: found 3, expected 4, one per region"));
}

#[test]
fn a_file_cut_anywhere_is_an_error_or_as_good_as_whole() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["plain.mat", "compressed.mat", "sparse.mat", "tvb.zip", "tvb_bzip2.zip", "connectome.npz", "weights.npy"]
    {
        let content = fs::read(fixture(name)).unwrap();
        let path = folder.path().join(name);
        for length in (0..content.len()).step_by(7) {
            fs::write(&path, &content[..length]).unwrap();
            if let Ok(connectome) = Connectome::read(&path) {
                assert_eq!(connectome.weights(), &weights(), "{name} cut to {length}");
            }
        }
    }
}
