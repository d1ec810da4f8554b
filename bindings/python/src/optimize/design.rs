//! Points that are known beforehand, and the hypervolume of points that were found.

use neuropil::optimize::{Design as Core, DesignError, HypervolumeError};
use pyo3::prelude::*;

use super::values::{Point, Space, to_python};
use crate::error;
use crate::values::{Argument, matrix};

/// Points of a space.
#[pyclass(frozen, module = "neuropil._neuropil.optimize")]
#[derive(Debug)]
pub(crate) struct Design(Core);

#[pymethods]
impl Design {
    /// A design by its plan, as JSON.
    #[new]
    fn new(space: &Space, plan: &str, seed: u64) -> PyResult<Self> {
        let design = Core::new(space.0.clone(), super::read("plan", plan)?, seed).map_err(refused)?;
        Ok(Self(design))
    }

    /// Number of points, which may be more than a list of Python can have.
    #[getter]
    fn length(&self) -> u64 {
        self.0.len()
    }

    /// The points from `first` up to `last`, without it.
    fn points(&self, first: u64, last: u64) -> PyResult<Vec<Point>> {
        let points = self.0.points(first..last).map_err(refused)?;
        Ok(points.into_iter().map(to_python).collect())
    }
}

fn refused(error: DesignError) -> PyErr {
    let hint = error.hint();
    error::input(error, hint)
}

pub(super) fn no_volume(error: HypervolumeError) -> PyErr {
    let hint = error.hint();
    error::input(error, hint)
}

/// Volume between costs (points, objectives), of which small ones are good, and a reference.
#[pyfunction]
pub(crate) fn hypervolume(points: Argument<'_>, reference: Vec<f64>) -> PyResult<f64> {
    let (_, objectives, costs) = matrix("points", &points)?;
    let points: Vec<&[f64]> = costs.chunks_exact(objectives.max(1)).collect();
    neuropil::optimize::hypervolume(&points, &reference).map_err(no_volume)
}
