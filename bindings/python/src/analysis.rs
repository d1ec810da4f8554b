//! Connectivity, spectra and distances to data.

use std::fmt::Display;

use neuropil::analysis::{
    self as core, DynamicsOptions, Series, SpectrumScaling, SquareMatrix, Welch, functional_connectivity_dynamics_until,
};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::error;
use crate::threads::interruptible;
use crate::values::{Argument, matrix};

/// Measures of series (channels, samples) and of square matrices.
#[pymodule]
pub(crate) mod analysis {
    #[pymodule_export]
    use super::{
        dynamics, functional_connectivity, kolmogorov_smirnov, matrix_correlation, matrix_kolmogorov_smirnov,
        order_parameter, power_spectrum,
    };
}

type List<'py> = Bound<'py, PyArray1<f64>>;
type Table<'py> = Bound<'py, PyArray2<f64>>;

/// The rows of an argument and its numbers, which [`view`] checks.
struct Rows {
    channels: usize,
    samples: usize,
    values: Vec<f64>,
}

fn rows(name: &str, argument: &Argument<'_>) -> PyResult<Rows> {
    let (channels, samples, values) = matrix(name, argument)?;
    Ok(Rows { channels, samples, values })
}

impl Rows {
    fn view(&self) -> PyResult<Series<'_>> {
        Series::new(&self.values, self.channels, self.samples).map_err(|error| refused(&error, error.hint()))
    }
}

fn square(name: &str, argument: &Argument<'_>) -> PyResult<SquareMatrix> {
    let (rows, columns, values) = matrix(name, argument)?;
    if rows != columns {
        return Err(error::input(
            format!("`{name}`: found a matrix of {rows} x {columns}, expected a square one"),
            None,
        ));
    }
    SquareMatrix::new(rows, values).map_err(|error| refused(&error, error.hint()))
}

fn refused(error: impl Display, hint: Option<String>) -> PyErr {
    error::input(error, hint)
}

fn array(py: Python<'_>, matrix: SquareMatrix) -> PyResult<Table<'_>> {
    let size = matrix.size();
    PyArray1::from_vec(py, matrix.into_values()).reshape([size, size])
}

/// Pearson's correlation of every pair of channels, (channels, channels).
#[pyfunction]
pub(crate) fn functional_connectivity<'py>(py: Python<'py>, series: Argument<'py>) -> PyResult<Table<'py>> {
    let rows = rows("series", &series)?;
    let series = rows.view()?;
    let found = py.detach(|| core::functional_connectivity(series));
    array(py, found.map_err(|error| refused(&error, error.hint()))?)
}

/// Correlation of the connectivity of every pair of windows, (windows, windows).
#[pyfunction]
pub(crate) fn dynamics<'py>(
    py: Python<'py>,
    series: Argument<'py>,
    window: usize,
    step: usize,
    definition: &str,
) -> PyResult<Table<'py>> {
    let definition = definition.parse().map_err(|error| refused(error, None))?;
    let rows = rows("series", &series)?;
    let series = rows.view()?;
    let options = DynamicsOptions { window, step, definition };
    let found = interruptible(py, |stop| functional_connectivity_dynamics_until(stop, series, &options))?;
    array(py, found.map_err(|error| refused(&error, error.hint()))?)
}

/// Frequencies (Hz) and power (channels, frequencies) by Welch's method.
#[pyfunction]
pub(crate) fn power_spectrum<'py>(
    py: Python<'py>,
    series: Argument<'py>,
    sampling_rate: f64,
    segment: usize,
    scaling: &str,
) -> PyResult<(List<'py>, Table<'py>)> {
    let scaling: SpectrumScaling = scaling.parse().map_err(|error| refused(error, None))?;
    let rows = rows("series", &series)?;
    let series = rows.view()?;
    let found = py.detach(|| Welch::new(sampling_rate, segment).scaling(scaling).spectrum(series));
    let found = found.map_err(|error| refused(&error, error.hint()))?;
    let shape = [found.channels(), found.frequencies().len()];
    let power = PyArray1::from_slice(py, found.power()).reshape(shape)?;
    Ok((PyArray1::from_slice(py, found.frequencies()), power))
}

/// Kuramoto's order parameter at each sample.
#[pyfunction]
pub(crate) fn order_parameter<'py>(py: Python<'py>, phases: Argument<'py>) -> PyResult<List<'py>> {
    let rows = rows("phases", &phases)?;
    let phases = rows.view()?;
    let found = py.detach(|| core::order_parameter(phases));
    Ok(PyArray1::from_slice(py, found.values()))
}

/// Pearson's correlation of the numbers above the diagonals.
#[pyfunction]
pub(crate) fn matrix_correlation(left: Argument<'_>, right: Argument<'_>) -> PyResult<f64> {
    let (left, right) = (square("left", &left)?, square("right", &right)?);
    core::matrix_correlation(&left, &right).map_err(|error| refused(&error, error.hint()))
}

/// Largest distance between the distribution functions of two samples.
#[pyfunction]
pub(crate) fn kolmogorov_smirnov(left: Argument<'_>, right: Argument<'_>) -> PyResult<f64> {
    let flat = |argument: &Argument<'_>| argument.as_array().iter().copied().collect::<Vec<_>>();
    core::kolmogorov_smirnov(&flat(&left), &flat(&right)).map_err(|error| refused(&error, error.hint()))
}

/// The same of the numbers above the diagonals.
#[pyfunction]
pub(crate) fn matrix_kolmogorov_smirnov(left: Argument<'_>, right: Argument<'_>) -> PyResult<f64> {
    let (left, right) = (square("left", &left)?, square("right", &right)?);
    core::matrix_kolmogorov_smirnov(&left, &right).map_err(|error| refused(&error, error.hint()))
}
