//! Names that there are, and those that may have been meant.

use pyo3::prelude::*;

use crate::error::IntoPython;

/// Refuses a name that no integration method has.
#[pyfunction]
pub(crate) fn check_method(name: &str) -> PyResult<()> {
    neuropil::method(name).map(drop).map_err(IntoPython::into_python)
}

/// The name among `known` that somebody who wrote `name` may have meant.
#[pyfunction]
pub(crate) fn nearest(name: &str, known: Vec<String>) -> Option<String> {
    neuropil::nearest(name, known.iter().map(String::as_str)).map(Into::into)
}
