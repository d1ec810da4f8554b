//! What is delivered to inputs: the sections `[[stimulus]]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::milliseconds::Milliseconds;

/// `[[stimulus]]`: a time course that is added to an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StimulusSection {
    /// Name of the population. Default: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// Name of the input.
    pub input: String,
    /// Nodes that get it: indices from 0, or labels of regions. Default: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<NodeName>>,
    /// Shape in time. Default: a step.
    #[serde(default)]
    pub kind: StimulusKind,
    /// Height of the step, amplitude of the sine, or factor of the file's numbers, in the unit of the input.
    /// Default: 1.
    #[serde(default = "one")]
    pub value: f64,
    /// Frequency of the sine (Hz).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<f64>,
    /// Text file with one row of samples for all nodes, or a row for each of `nodes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Time between samples of a sine or file. Default: the time step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Milliseconds>,
    /// Start, from the beginning of the simulation (of its transient). Default: 0.
    #[serde(default)]
    pub start: Milliseconds,
    /// End. Default: that of the simulation; a file ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Milliseconds>,
}

fn one() -> f64 {
    1.0
}

/// Shape of a stimulus in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StimulusKind {
    /// `value` from `start` to `end`.
    #[default]
    Step,
    /// `value * sin(2 pi frequency (t - start))`.
    Sine,
    /// Samples from `file`, times `value`.
    File,
}

/// A node, by index or label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum NodeName {
    /// From 0.
    Index(usize),
    /// Label of the region.
    Label(String),
}
