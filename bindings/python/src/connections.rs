//! Weights and delays between two populations.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::error::{self, IntoPython};
use crate::values::{Argument, matrix};

/// Weighted, delayed connections.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Connections(pub(crate) Arc<neuropil::Connections>);

#[pymethods]
impl Connections {
    /// From matrices (targets, sources): weights, and lengths (mm) with a speed (mm/ms).
    #[new]
    #[pyo3(signature = (weights, lengths = None, speed = None))]
    fn new(weights: Argument<'_>, lengths: Option<Argument<'_>>, speed: Option<f64>) -> PyResult<Self> {
        let (targets, sources, weights) = matrix("weights", &weights)?;
        let lengths = lengths.map(|lengths| matrix("lengths", &lengths)).transpose()?;
        if let Some((rows, columns, _)) = &lengths
            && (*rows, *columns) != (targets, sources)
        {
            let found = format!("`lengths`: found {rows} x {columns}, expected {targets} x {sources}, as the weights");
            return Err(error::input(found, None));
        }
        let lengths = lengths.as_ref().map(|(_, _, lengths)| &lengths[..]);
        let connections = neuropil::Connections::dense(targets, sources, &weights, lengths, speed);
        Ok(Self(Arc::new(connections.map_err(IntoPython::into_python)?)))
    }

    /// Each node to the node of the same index, weight 1, no delay.
    #[staticmethod]
    fn one_to_one(nodes: usize) -> Self {
        Self(Arc::new(neuropil::Connections::one_to_one(nodes)))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}
