//! Spaces and values of parameters.

use neuropil::optimize::{ParameterSpace, SpaceError, Value as Core};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error;

/// A number or a choice.
pub(crate) struct Value(pub(crate) Core);

impl<'py> IntoPyObject<'py> for Value {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.0 {
            Core::Integer(value) => value.into_bound_py_any(py),
            Core::Real(value) => value.into_bound_py_any(py),
            Core::Choice(value) => value.into_bound_py_any(py),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Value {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(value) = value.extract() {
            return Ok(Self(Core::Integer(value)));
        }
        if let Ok(value) = value.extract() {
            return Ok(Self(Core::Real(value)));
        }
        match value.extract() {
            Ok(value) => Ok(Self(Core::Choice(value))),
            Err(_) => Err(PyTypeError::new_err(format!("found {}, expected a number or a text", value.repr()?))),
        }
    }
}

/// One value for each axis.
pub(crate) type Point = Vec<Value>;

pub(crate) fn to_python(point: Vec<Core>) -> Point {
    point.into_iter().map(Value).collect()
}

pub(crate) fn from_python(point: Point) -> Vec<Core> {
    point.into_iter().map(|value| value.0).collect()
}

/// Named axes.
#[pyclass(frozen, module = "neuropil._neuropil.optimize")]
#[derive(Debug)]
pub(crate) struct Space(pub(super) ParameterSpace);

#[pymethods]
impl Space {
    /// A space of axes, a JSON list.
    #[new]
    fn new(axes: &str) -> PyResult<Self> {
        let space = ParameterSpace::new(super::read("axes", axes)?).map_err(refused)?;
        Ok(Self(space))
    }

    /// Coordinates of a point in the unit cube.
    fn coordinates(&self, point: Point) -> PyResult<Vec<f64>> {
        self.0.coordinates(&from_python(point)).map_err(refused)
    }

    /// Evenly spaced values of each axis.
    fn levels(&self, counts: Vec<usize>) -> PyResult<Vec<Point>> {
        let levels = self.0.levels(&counts).map_err(refused)?;
        Ok(levels.into_iter().map(to_python).collect())
    }
}

fn refused(error: SpaceError) -> PyErr {
    let hint = error.hint();
    error::input(error, hint)
}
