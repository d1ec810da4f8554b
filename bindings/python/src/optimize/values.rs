//! Spaces and values of parameters.

use neuropil::optimize::{ParameterSpace, SpaceError, Value as Core};
use pyo3::prelude::*;

use crate::error;

/// A number or a choice.
#[derive(Clone, Debug, FromPyObject, IntoPyObject)]
pub(crate) enum Value {
    Integer(i64),
    Real(f64),
    Choice(String),
}

impl From<Value> for Core {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(value) => Self::Integer(value),
            Value::Real(value) => Self::Real(value),
            Value::Choice(value) => Self::Choice(value),
        }
    }
}

impl From<Core> for Value {
    fn from(value: Core) -> Self {
        match value {
            Core::Integer(value) => Self::Integer(value),
            Core::Real(value) => Self::Real(value),
            Core::Choice(value) => Self::Choice(value),
        }
    }
}

/// One value for each axis.
pub(crate) type Point = Vec<Value>;

pub(crate) fn to_python(point: Vec<Core>) -> Point {
    point.into_iter().map(Value::from).collect()
}

pub(crate) fn from_python(point: Point) -> Vec<Core> {
    point.into_iter().map(Core::from).collect()
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
