//! Connectomes.

use std::path::PathBuf;

use neuropil::data::{Format, Matrix};
use numpy::{PyArray2, PyArrayMethods, ToPyArray};
use pyo3::prelude::*;

use crate::error;
use crate::values::{Argument, matrix};

/// Weights, tract lengths, labels and centres.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Clone, Debug)]
pub(crate) struct Connectome(pub(crate) neuropil::Connectome);

#[pymethods]
impl Connectome {
    #[new]
    #[pyo3(signature = (weights, lengths = None, labels = None, centres = None, name = None))]
    fn new(
        weights: Argument<'_>,
        lengths: Option<Argument<'_>>,
        labels: Option<Vec<String>>,
        centres: Option<Vec<[f64; 3]>>,
        name: Option<String>,
    ) -> PyResult<Self> {
        let weights = to_matrix("weights", &weights)?;
        let lengths = lengths.map(|lengths| to_matrix("lengths", &lengths)).transpose()?;
        let build = || {
            let connectome = match (lengths, centres) {
                (Some(lengths), None) => neuropil::Connectome::new(weights, lengths)?,
                (Some(lengths), Some(centres)) => neuropil::Connectome::new(weights, lengths)?.with_centres(centres)?,
                (None, Some(centres)) => neuropil::Connectome::from_centres(weights, centres)?,
                (None, None) => neuropil::Connectome::without_lengths(weights)?,
            };
            match labels {
                Some(labels) => connectome.with_labels(labels),
                None => Ok(connectome),
            }
        };
        let connectome = build().map_err(error::connectome)?;
        Ok(Self(match name {
            Some(name) => connectome.named(name),
            None => connectome,
        }))
    }

    #[staticmethod]
    fn example() -> Self {
        Self(neuropil::Connectome::example())
    }

    #[staticmethod]
    #[pyo3(signature = (path, lengths = None, labels = None))]
    fn read(path: PathBuf, lengths: Option<PathBuf>, labels: Option<PathBuf>) -> PyResult<Self> {
        let read = match (lengths, labels) {
            (None, None) => neuropil::Connectome::read(&path),
            (lengths, labels) => neuropil::Connectome::from_files(&path, lengths.as_deref(), labels.as_deref()),
        };
        Ok(Self(read.map_err(error::read)?))
    }

    #[pyo3(signature = (path, format = None))]
    fn write(&self, path: PathBuf, format: Option<&str>) -> PyResult<()> {
        let format = match format {
            Some(name) => name.parse().map_err(|error| error::input(error, None))?,
            None => Format::of_path(&path).ok_or_else(|| {
                let names = Format::ALL.map(Format::name).join(", ");
                let found = path.display();
                error::input(
                    format!("`path`: found `{found}`, expected an ending `.zip` or `.npz`, or none"),
                    Some(format!("or give `format`: one of {names}")),
                )
            })?,
        };
        self.0.write(path, format).map_err(error::write)
    }

    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        to_array(py, self.0.weights())
    }

    #[getter]
    fn lengths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        to_array(py, self.0.lengths())
    }

    #[getter]
    fn labels(&self) -> Vec<String> {
        self.0.labels().to_vec()
    }

    #[getter]
    fn centres<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        let array = |centres: &[[f64; 3]]| centres.as_flattened().to_pyarray(py).reshape([centres.len(), 3]);
        self.0.centres().map(array).transpose()
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn nodes(&self) -> usize {
        self.0.nodes()
    }

    /// What a reader should know before using it.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.notes().iter().map(ToString::to_string).collect()
    }

    /// Counts, ranges and shape, as text.
    fn describe(&self) -> String {
        self.0.describe().to_string()
    }

    fn named(&self, name: String) -> Self {
        Self(self.0.clone().named(name))
    }

    fn normalised(&self) -> Self {
        Self(self.0.clone().normalised())
    }

    fn without_self_connections(&self) -> Self {
        Self(self.0.clone().without_self_connections())
    }
}

fn to_matrix(name: &str, argument: &Argument<'_>) -> PyResult<Matrix> {
    let (rows, columns, values) = matrix(name, argument)?;
    Matrix::new(rows, columns, values).map_err(|error| error::input(error, None))
}

/// A matrix as an array of its own.
pub(crate) fn to_array<'py>(py: Python<'py>, matrix: &Matrix) -> PyResult<Bound<'py, PyArray2<f64>>> {
    matrix.values().to_pyarray(py).reshape([matrix.rows(), matrix.columns()])
}
