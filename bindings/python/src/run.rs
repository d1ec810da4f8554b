//! Runs.

use std::time::Instant;

use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods};
use pyo3::prelude::*;

use crate::error::IntoPython;
use crate::threads::PIECE;
use crate::values::{Argument, values};

/// Times and values.
type Samples<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray3<f64>>);

/// A simulation that is under way.
#[pyclass(module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Run(pub(crate) neuropil::Run);

#[pymethods]
impl Run {
    /// Makes `steps` steps with the interpreter's lock released, calling `progress(steps made so far)` some twenty
    /// times a second. An interrupt or an exception of `progress` ends it between two steps; the run can go on.
    #[pyo3(signature = (steps, progress = None))]
    fn advance(&mut self, py: Python<'_>, steps: u64, progress: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let first = self.0.step();
        let end = first.saturating_add(steps);
        self.0.reserve(steps);
        let mut piece = 256;
        while self.0.step() < end {
            let begin = Instant::now();
            let run = &mut self.0;
            let count = piece.min(end - run.step());
            py.detach(|| run.advance(count)).map_err(IntoPython::into_python)?;
            py.check_signals()?;
            if let Some(progress) = &progress {
                progress.call1((self.0.step() - first,))?;
            }
            let ratio = PIECE.as_secs_f64() / begin.elapsed().as_secs_f64().max(1e-9);
            piece = ((count as f64 * ratio.clamp(0.5, 8.0)) as u64).max(1);
        }
        Ok(())
    }

    /// Sets the constant level of an input from now on.
    fn set_level(&mut self, population: &str, input: &str, value: Argument<'_>) -> PyResult<()> {
        self.0.set_level(population, input, values(input, &value)?).map_err(IntoPython::into_python)
    }

    /// Steps made so far.
    #[getter]
    fn step(&self) -> u64 {
        self.0.step()
    }

    /// Threads that it holds as long as it lives.
    #[getter]
    fn threads(&self) -> usize {
        self.0.threads()
    }

    /// A state of a population now, (trials, nodes).
    fn state<'py>(&self, py: Python<'py>, population: &str, state: &str) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let state = self.0.state(population, state).map_err(IntoPython::into_python)?;
        let shape = [state.len(), state.first().map_or(0, Vec::len)];
        PyArray1::from_vec(py, state.concat()).reshape(shape)
    }

    /// What an output of a population was, (trials, nodes, steps): the last value a step before now.
    fn past<'py>(&self, py: Python<'py>, population: &str, output: &str) -> PyResult<Bound<'py, PyArray3<f64>>> {
        let past = self.0.past(population, output).map_err(IntoPython::into_python)?;
        let nodes = past.first().map_or(0, Vec::len);
        let steps = past.first().and_then(|trial| trial.first()).map_or(0, Vec::len);
        PyArray1::from_vec(py, past.concat().concat()).reshape([past.len(), nodes, steps])
    }

    /// Everything that the future of the run depends on.
    fn snapshot(&self) -> Snapshot {
        Snapshot(self.0.snapshot())
    }

    /// Times (ms) and values (trials, nodes, times) of a recording since the last call.
    fn take<'py>(&mut self, py: Python<'py>, recording: usize) -> PyResult<Samples<'py>> {
        let run = &mut self.0;
        let samples = py.detach(|| run.take(recording));
        let shape = [samples.trials, samples.nodes, samples.times.len()];
        let values = PyArray1::from_vec(py, samples.values).reshape(shape)?;
        Ok((PyArray1::from_vec(py, samples.times), values))
    }
}

/// Where a run was: another one can go on from there.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Snapshot(pub(crate) neuropil::Snapshot);

#[pymethods]
impl Snapshot {
    /// Steps made since time 0.
    #[getter]
    fn step(&self) -> u64 {
        self.0.step
    }
}
