//! Writing connectomes, whole or not at all.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Format, WriteError, npy};
use crate::connectome::{Connectome, LengthSource};
use crate::matrix::Matrix;

pub(crate) fn write(connectome: &Connectome, path: &Path, format: Format) -> Result<(), WriteError> {
    let io = |source| WriteError::Io { path: path.to_owned(), source };
    match format {
        Format::TvbZip => replace(path, &zipped(&texts(connectome)).map_err(io)?).map_err(io),
        Format::Npz => replace(path, &zipped(&arrays(connectome)).map_err(io)?).map_err(io),
        Format::TvbFolder if path.exists() => Err(WriteError::Exists { path: path.to_owned() }),
        Format::TvbFolder => folder(path, &texts(connectome)).map_err(io),
    }
}

/// A name in a folder or archive, and the content.
type File = (&'static str, Vec<u8>);

/// Whether a reader would make other lengths if none were written.
fn lengths_matter(connectome: &Connectome) -> bool {
    match (connectome.length_source(), connectome.centres()) {
        (LengthSource::Absent, centres) => centres.is_some(),
        (LengthSource::Euclidean, Some(centres)) => {
            let straight = Connectome::from_centres(connectome.weights().clone(), centres.to_vec());
            straight.map_or(true, |straight| straight.lengths() != connectome.lengths())
        }
        _ => true,
    }
}

fn texts(connectome: &Connectome) -> Vec<File> {
    let mut files = vec![("weights.txt", table(connectome.weights()))];
    if lengths_matter(connectome) {
        files.push(("tract_lengths.txt", table(connectome.lengths())));
    }
    let mut text = String::new();
    if let Some(centres) = connectome.centres() {
        for (label, [x, y, z]) in connectome.labels().iter().zip(centres) {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{label} {x:?} {y:?} {z:?}");
        }
        files.push(("centres.txt", text.into_bytes()));
    } else {
        for label in connectome.labels() {
            text.push_str(label);
            text.push('\n');
        }
        files.push(("labels.txt", text.into_bytes()));
    }
    files.push(("name.txt", format!("{}\n", connectome.name()).into_bytes()));
    files
}

fn arrays(connectome: &Connectome) -> Vec<File> {
    let name = [connectome.name().to_owned()];
    let mut files = vec![("weights.npy", npy::numbers(connectome.weights())), ("name.npy", npy::texts(&name))];
    if lengths_matter(connectome) {
        files.push(("lengths.npy", npy::numbers(connectome.lengths())));
    }
    files.push(("labels.npy", npy::texts(connectome.labels())));
    if let Some(centres) = connectome.centres() {
        files.push(("centres.npy", npy::numbers(&Matrix::from_fn(centres.len(), 3, |i, axis| centres[i][axis]))));
    }
    files
}

/// Numbers in the fewest digits that give the same bits back.
fn table(matrix: &Matrix) -> Vec<u8> {
    let mut text = String::new();
    for row in matrix.iter_rows() {
        for (column, value) in row.iter().enumerate() {
            if column > 0 {
                text.push(' ');
            }
            let _ = write!(text, "{value:?}");
        }
        text.push('\n');
    }
    text.into_bytes()
}

fn zipped(files: &[File]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The path of a neighbour that is written first and renamed then.
fn neighbour(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::other("expected a path that ends in a name"))?;
    Ok(path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id())))
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let part = neighbour(path)?;
    let written = fs::write(&part, content).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&part);
    }
    written
}

fn folder(path: &Path, files: &[File]) -> io::Result<()> {
    let part = neighbour(path)?;
    fs::create_dir(&part)?;
    let mut written = files.iter().try_for_each(|(name, content)| fs::write(part.join(name), content));
    written = written.and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_dir_all(&part);
    }
    written
}
