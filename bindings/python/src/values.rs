//! Numbers from Python: one, one per node, or one per trial and node.

use neuropil::Values as Core;
use numpy::{PyArrayLikeDyn, TypeMustMatch};
use pyo3::prelude::*;

use crate::error;

/// A number, an array of shape (nodes,), or one of shape (trials, nodes) or (trials, 1).
pub(crate) type Argument<'py> = PyArrayLikeDyn<'py, f64, TypeMustMatch>;

pub(crate) fn values(name: &str, argument: &Argument<'_>) -> PyResult<Core> {
    let array = argument.as_array();
    match *array.shape() {
        [] => Ok(Core::Uniform(array.iter().copied().next().unwrap_or(f64::NAN))),
        [_] => Ok(Core::Nodes(array.iter().copied().collect())),
        [_, 1] => Ok(Core::Trials(array.iter().copied().collect())),
        [_, nodes] if nodes > 0 => {
            let flat: Vec<f64> = array.iter().copied().collect();
            Ok(Core::TrialsNodes(flat.chunks_exact(nodes).map(<[f64]>::to_vec).collect()))
        }
        ref shape => {
            let expected = "a number, or an array of shape (nodes,), (trials, nodes) or (trials, 1)";
            Err(error::input(format!("`{name}`: found an array of shape {shape:?}, expected {expected}"), None))
        }
    }
}

/// The rows of a matrix and its numbers in row-major order.
pub(crate) fn matrix(name: &str, argument: &Argument<'_>) -> PyResult<(usize, usize, Vec<f64>)> {
    let array = argument.as_array();
    match *array.shape() {
        [rows, columns] => Ok((rows, columns, array.iter().copied().collect())),
        ref shape => Err(error::input(format!("`{name}`: found an array of shape {shape:?}, expected a matrix"), None)),
    }
}
