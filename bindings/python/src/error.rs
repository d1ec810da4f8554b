//! Errors of the engine as Python exceptions, with the same words.

use std::fmt::Display;

use neuropil::data::{ConnectomeError, ReadError, WriteError};
use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::{PyFileNotFoundError, PyRuntimeError, PyValueError};

create_exception!(neuropil._neuropil, InputError, PyValueError, "An argument has a value that it cannot have.");
create_exception!(neuropil._neuropil, RunError, PyRuntimeError, "A run left the finite numbers.");

/// An argument that cannot be, with advice on a line of its own.
pub(crate) fn input(message: impl Display, hint: Option<String>) -> PyErr {
    InputError::new_err(with_hint(message, hint))
}

fn with_hint(message: impl Display, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{message}\nhint: {hint}"),
        None => message.to_string(),
    }
}

/// Errors that become exceptions.
pub(crate) trait IntoPython {
    fn into_python(self) -> PyErr;
}

impl<E: Into<neuropil::Error>> IntoPython for E {
    fn into_python(self) -> PyErr {
        let error: neuropil::Error = self.into();
        let hint = error.hint();
        match error {
            neuropil::Error::Callback(error) => match error.downcast::<PyErr>() {
                Ok(error) => *error,
                Err(error) => RunError::new_err(error.to_string()),
            },
            neuropil::Error::File { .. } => not_there(error, hint),
            error if error.is_input() => input(error, hint),
            error => RunError::new_err(with_hint(error, hint)),
        }
    }
}

fn not_there(error: impl Display, hint: Option<String>) -> PyErr {
    PyFileNotFoundError::new_err(with_hint(error, hint))
}

/// An exception on its way through the engine.
pub(crate) fn callback(error: PyErr) -> neuropil::Error {
    neuropil::Error::Callback(Box::new(error))
}

pub(crate) fn read(error: ReadError) -> PyErr {
    let hint = error.hint();
    match error {
        ReadError::Io { .. } => not_there(error, hint),
        error => input(error, hint),
    }
}

pub(crate) fn write(error: WriteError) -> PyErr {
    input(error, None)
}

pub(crate) fn connectome(error: ConnectomeError) -> PyErr {
    let hint = error.hint();
    input(error, hint)
}
