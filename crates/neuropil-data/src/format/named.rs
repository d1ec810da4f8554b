//! Arrays with names, as `.npz` and `.mat` files hold them.

use std::path::Path;

use super::ReadError;
use crate::matrix::Matrix;

pub(super) const WEIGHTS: &[&str] =
    &["weights", "weight", "w", "cmat", "sc", "cm", "connectivity", "structural_connectivity", "conn"];
pub(super) const LENGTHS: &[&str] = &[
    "lengths",
    "length",
    "tract_lengths",
    "len",
    "dmat",
    "lengthmat",
    "fiber_lengths",
    "fibre_lengths",
    "distances",
    "distance",
    "dist",
];
pub(super) const LABELS: &[&str] =
    &["labels", "label", "region_labels", "regions", "region_names", "names", "roi_names"];
pub(super) const CENTRES: &[&str] = &["centres", "centers", "coordinates", "coords", "positions", "xyz"];
pub(super) const NAME: &[&str] = &["name"];

/// The content of an array.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Array {
    /// Numbers in two dimensions; one dimension is one row.
    Numbers(Matrix),
    /// A list of texts.
    Text(Vec<String>),
    /// Something that is not read, in words.
    Other(&'static str),
}

/// Arrays with their names, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Named(Vec<(String, Array)>);

impl Named {
    pub(super) fn single(array: Array) -> Self {
        Self(vec![("the array".to_owned(), array)])
    }

    pub(super) fn push(&mut self, name: String, array: Array) {
        self.0.push((name, array));
    }

    /// The matrix with the first of `names` that there is one for.
    pub(super) fn take_matrix(&mut self, names: &[&str]) -> Option<Matrix> {
        let index = self.position(names, |array| matches!(array, Array::Numbers(_)))?;
        match self.0.swap_remove(index).1 {
            Array::Numbers(matrix) => Some(matrix),
            Array::Text(_) | Array::Other(_) => None,
        }
    }

    /// The texts with the first of `names` that there are some for.
    pub(super) fn take_text(&mut self, names: &[&str]) -> Option<Vec<String>> {
        let index = self.position(names, |array| matches!(array, Array::Text(_)))?;
        match self.0.swap_remove(index).1 {
            Array::Text(texts) => Some(texts),
            Array::Numbers(_) | Array::Other(_) => None,
        }
    }

    /// The matrix that is left, where only one is.
    pub(super) fn take_only_matrix(&mut self) -> Option<Matrix> {
        let mut matrices = (0..self.0.len()).filter(|&index| matches!(self.0[index].1, Array::Numbers(_)));
        let index = matrices.next()?;
        if matrices.next().is_some() {
            return None;
        }
        match self.0.swap_remove(index).1 {
            Array::Numbers(matrix) => Some(matrix),
            Array::Text(_) | Array::Other(_) => None,
        }
    }

    fn position(&self, names: &[&str], fits: impl Fn(&Array) -> bool) -> Option<usize> {
        names
            .iter()
            .find_map(|name| self.0.iter().position(|(found, array)| found.eq_ignore_ascii_case(name) && fits(array)))
    }

    /// The error that none of `names` is there.
    pub(super) fn missing(&self, path: &Path, names: &[&str]) -> ReadError {
        let found = self.0.iter().map(|(name, array)| match array {
            Array::Numbers(matrix) => format!("{name} ({} x {})", matrix.rows(), matrix.columns()),
            Array::Text(texts) => format!("{name} ({} texts)", texts.len()),
            Array::Other(what) => format!("{name} ({what})"),
        });
        ReadError::Missing {
            path: path.to_owned(),
            expected: format!("a matrix named {}", names.join(", ")),
            found: found.collect(),
        }
    }
}
