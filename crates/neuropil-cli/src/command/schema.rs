//! `neuropil schema`.

use neuropil::Experiment;

use crate::failure::Failure;
use crate::output::print;

/// Prints the JSON schema of specifications.
pub(crate) fn schema() -> Result<(), Failure> {
    Ok(print(&format!("{:#}", Experiment::schema()))?)
}
