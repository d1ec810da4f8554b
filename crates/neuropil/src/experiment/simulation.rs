//! How long and how it is simulated: the section `[simulation]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::milliseconds::Milliseconds;

/// `[simulation]`: durations, method, randomness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimulationSection {
    /// Time that is recorded. Default: 10 s.
    pub duration: Milliseconds,
    /// Time before it that is not recorded. Default: none.
    pub transient: Milliseconds,
    /// Time step. Default: 0.1 ms, or less for models that need it (`thalamus`: 0.01 ms).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt: Option<Milliseconds>,
    /// Integration method: `euler`, `heun` or `rk4`. Default: `euler`.
    pub method: String,
    /// Seed of noise and random initial values. Default: 0.
    pub seed: u64,
    /// Number of trials: runs that differ in noise, initial values and per-trial parameters. Default: 1.
    pub trials: u64,
    /// Whether all trials have the noise and the random initial values of the first one, so that they differ by their
    /// values alone; in a study, the points. It saves time, too. Default: no.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub same_noise: bool,
    /// Threads to use. Default: all cores. Results do not depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
}

impl Default for SimulationSection {
    fn default() -> Self {
        Self {
            duration: Milliseconds(10_000.0),
            transient: Milliseconds(0.0),
            dt: None,
            method: "euler".into(),
            seed: 0,
            trials: 1,
            same_noise: false,
            threads: None,
        }
    }
}
