//! Populations.

use pyo3::prelude::*;

use crate::error::IntoPython;
use crate::model::Model;
use crate::values::{Argument, matrix, values};

/// A number of nodes with the same model.
#[pyclass(module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Population(pub(crate) neuropil::Population);

#[pymethods]
impl Population {
    #[new]
    fn new(name: &str, model: &Model, nodes: usize) -> Self {
        Self(neuropil::Population::new(name, model.core.clone(), nodes))
    }

    /// Refuses more nodes than the memory holds, before anything is made of them.
    fn check_size(&self) -> PyResult<()> {
        let mut network = neuropil::Network::new();
        network.add(self.0.clone()).map_err(IntoPython::into_python)?;
        neuropil::check_size(&neuropil::Simulation::new(network, 1.0), false).map_err(IntoPython::into_python)
    }

    /// Sets a parameter, or the constant level of an input.
    fn set(&mut self, name: &str, value: Argument<'_>) -> PyResult<()> {
        self.0.set(name, values(name, &value)?).map_err(IntoPython::into_python)
    }

    /// Sets the initial value of a state.
    fn start_from(&mut self, state: &str, value: Argument<'_>) -> PyResult<()> {
        self.0.start_from(state, values(state, &value)?).map_err(IntoPython::into_python)
    }

    /// Sets what an output was before the start, (nodes, steps): the last value a step before.
    fn set_past(&mut self, output: &str, past: Argument<'_>) -> PyResult<()> {
        let (_, steps, values) = matrix(output, &past)?;
        let courses: Vec<Vec<f64>> = values.chunks_exact(steps.max(1)).map(<[f64]>::to_vec).collect();
        self.0.set_past(output, courses).map_err(IntoPython::into_python)
    }
}
