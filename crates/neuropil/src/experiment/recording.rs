//! What is kept: the sections `[[record]]` and `[bold]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Value;
use crate::milliseconds::Milliseconds;

/// `[[record]]`: an output that is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecordSection {
    /// Name of the population. Default: the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// Name of the output or state. Default: the model's default output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Time between samples. Default: 1 ms for up to 20 s, 5 ms for longer runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Milliseconds>,
    /// The mean over the interval (default), or the value at its end.
    pub reduction: Reduce,
}

/// How the values of an interval become one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reduce {
    /// The mean over the interval; its time is the middle of the interval.
    #[default]
    Mean,
    /// The value at the end of the interval.
    Sample,
}

/// `[bold]`: the BOLD signal of a population, by the model `balloon_windkessel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BoldSection {
    /// Name of the population. Default: the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// Output that drives the signal. Default: `bold_drive`.
    pub drive: String,
    /// Time between volumes. Default: 2 s.
    pub every: Milliseconds,
    /// Time step of the haemodynamic model, over which the drive is averaged. Default: about 1 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Milliseconds>,
    /// Parameters of `balloon_windkessel`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
}

impl Default for BoldSection {
    fn default() -> Self {
        Self {
            population: None,
            drive: "bold_drive".into(),
            every: Milliseconds(2000.0),
            step: None,
            parameters: BTreeMap::new(),
        }
    }
}
