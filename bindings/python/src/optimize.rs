//! Searches, designs and hypervolumes.
//!
//! Spaces, plans and settings of algorithms arrive as JSON texts, which are what the crate reads anyway; functions that
//! users write arrive beside them.

mod algorithm;
mod design;
mod operators;
mod search;
pub(crate) mod values;

use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use crate::error;

/// Spaces, designs and ask/tell searches.
#[pymodule]
pub(crate) mod optimize {
    #[pymodule_export]
    use super::design::{Design, hypervolume};
    #[pymodule_export]
    use super::operators::Individual;
    #[pymodule_export]
    use super::search::Search;
    #[pymodule_export]
    use super::values::Space;
}

/// A value from its text, whose kinds Python has checked.
fn read<T: DeserializeOwned>(argument: &str, text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| error::input(format!("`{argument}`: {error}"), None))
}
