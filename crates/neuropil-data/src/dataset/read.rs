//! Reading the folders of a dataset.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Dataset, DatasetOptions, Subject, aal2};
use crate::connectome::Connectome;
use crate::format::{self, ReadError, has_ending};
use crate::matrix::Matrix;

pub(super) fn read(folder: &Path, options: DatasetOptions) -> Result<Dataset, ReadError> {
    let subjects_folder = folder.join("subjects");
    if folder.is_dir() && !subjects_folder.is_dir() {
        let found = names(folder)?;
        return Err(ReadError::Missing { path: folder.to_owned(), expected: "a folder subjects".to_owned(), found });
    }
    let mut subjects: Vec<Subject> = Vec::new();
    for id in names(&subjects_folder)? {
        let path = subjects_folder.join(&id);
        if id.starts_with('.') || !path.is_dir() {
            continue;
        }
        let subject = subject(&path, id, options)?;
        if let Some(first) = subjects.first() {
            let (expected, found) = (first.connectome().nodes(), subject.connectome().nodes());
            if expected != found {
                let what = format!("found {found}, expected {expected} regions as in subject {}", first.id());
                return Err(ReadError::Mismatch { path, what });
            }
        }
        subjects.push(subject);
    }
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let connectome = mean(&subjects, &subjects_folder)?.named(&name);
    Ok(Dataset { name, options, subjects, connectome })
}

fn mean(subjects: &[Subject], folder: &Path) -> Result<Connectome, ReadError> {
    let weights = Matrix::mean(subjects.iter().map(|subject| subject.connectome().weights()));
    let lengths = Matrix::mean(subjects.iter().map(|subject| subject.connectome().lengths()));
    let (Some(weights), Some(lengths)) = (weights, lengths) else {
        let expected = "a folder for each subject".to_owned();
        return Err(ReadError::Missing { path: folder.to_owned(), expected, found: names(folder)? });
    };
    connectome(weights, lengths, folder)
}

/// Weights and lengths with the labels and centres of the atlas, where it has so many regions.
fn connectome(weights: Matrix, lengths: Matrix, path: &Path) -> Result<Connectome, ReadError> {
    let refused = |source| ReadError::Connectome { path: path.to_owned(), source };
    let connectome = Connectome::new(weights, lengths).map_err(refused)?;
    match aal2::labels(connectome.nodes()) {
        Some(labels) => {
            let centres = aal2::centres(&labels);
            let connectome = connectome.with_labels(labels).map_err(refused)?;
            match centres {
                Some(centres) => connectome.with_centres(centres).map_err(refused),
                None => Ok(connectome),
            }
        }
        None => Ok(connectome),
    }
}

fn subject(path: &Path, id: String, options: DatasetOptions) -> Result<Subject, ReadError> {
    let structural = path.join("structural");
    let counts_file = file(&structural, "DTI_CM", "mat")?;
    let counts = format::mat_variable(&counts_file, "sc")?;
    let regions = counts.rows();
    let kept = if regions == aal2::WITH_SUBCORTICAL && !options.subcortical {
        aal2::cortical()
    } else {
        (0..regions).collect()
    };
    let lengths_file = file(&structural, "DTI_LEN", "mat")?;
    let lengths = format::mat_variable(&lengths_file, "len")?;
    let square = |matrix: Matrix, path: &Path| {
        let (rows, columns) = (matrix.rows(), matrix.columns());
        let fits = rows == regions && columns == regions;
        fits.then(|| matrix.select(&kept, &kept)).flatten().ok_or_else(|| ReadError::Mismatch {
            path: path.to_owned(),
            what: format!("found {rows} x {columns}, expected {regions} x {regions} values"),
        })
    };
    let counts = square(counts, &counts_file)?;
    let lengths = square(lengths, &lengths_file)?;
    let per_region = match options.normalisation.file() {
        Some(start) => per_region(&file(&structural, start, "txt")?, regions, &kept)?,
        None => Vec::new(),
    };
    let weights = options.normalisation.apply(&counts, &per_region);
    let connectome = connectome(weights, lengths, &structural)?.named(&id);
    let bold = bold(&path.join("functional"), regions, &kept)?;
    Ok(Subject { id, connectome, bold })
}

/// The first number of each line of a text file, one line per region.
fn per_region(path: &Path, regions: usize, kept: &[usize]) -> Result<Vec<f64>, ReadError> {
    let table = format::text_table(path)?;
    let chosen = if table.rows() == regions { table.select(kept, &[0]) } else { None };
    let numbers = chosen.map(Matrix::into_values).ok_or_else(|| ReadError::Mismatch {
        path: path.to_owned(),
        what: format!("found {}, expected {regions} lines, one per region", table.rows()),
    })?;
    match numbers.iter().find(|number| !(**number > 0.0 && number.is_finite())) {
        Some(number) => Err(ReadError::Mismatch {
            path: path.to_owned(),
            what: format!("found {number}, expected numbers above 0"),
        }),
        None => Ok(numbers),
    }
}

fn bold(functional: &Path, regions: usize, kept: &[usize]) -> Result<Option<Matrix>, ReadError> {
    let Some(path) = find(functional, |name| name.contains("rsfMRI") && has_ending(name, "mat"))? else {
        return Ok(None);
    };
    let series = format::mat_variable(&path, "tc")?;
    let mismatch = |what| ReadError::Mismatch { path: path.clone(), what };
    if series.rows() != regions || series.columns() < 2 {
        let (rows, columns) = (series.rows(), series.columns());
        return Err(mismatch(format!("found {rows} x {columns}, expected {regions} regions x 2 or more volumes")));
    }
    if let Some((region, volume, value)) = series.first_not_finite() {
        let (region, volume) = (region + 1, volume + 1);
        return Err(mismatch(format!("found {value} in region {region}, volume {volume}, expected finite numbers")));
    }
    let volumes: Vec<usize> = (0..series.columns()).collect();
    Ok(series.select(kept, &volumes))
}

/// The file in `folder` whose name starts and ends so.
fn file(folder: &Path, start: &str, ending: &str) -> Result<PathBuf, ReadError> {
    let found = find(folder, |name| name.starts_with(start) && has_ending(name, ending))?;
    match found {
        Some(path) => Ok(path),
        // Without the folder the list of names fails, and says so.
        None => Err(ReadError::Missing {
            path: folder.to_owned(),
            expected: format!("a file {start}*.{ending}"),
            found: names(folder)?,
        }),
    }
}

/// The first file by name that fits; `None` also where there is no such folder.
fn find(folder: &Path, fits: impl Fn(&str) -> bool) -> Result<Option<PathBuf>, ReadError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    Ok(names(folder)?.iter().find(|name| fits(name)).map(|name| folder.join(name)))
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, ReadError> {
    let io = |source| ReadError::Io { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        names.push(entry.map_err(io)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}
