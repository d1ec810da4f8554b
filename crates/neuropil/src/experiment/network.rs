//! What is simulated: the sections `[network]`, `[[population]]` and `[[projection]]`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Speed, Value};
use crate::milliseconds::Milliseconds;

/// `[network]`: one population, coupled as its model says; or, beside `[[population]]`, the connectome they share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSection {
    /// Name of a model of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A model file, instead of `model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_file: Option<PathBuf>,
    /// `example`, or the path of a connectome. Connections of a region with itself are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connectome: Option<PathBuf>,
    /// Tract lengths in mm, where `connectome` is a file of weights only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lengths: Option<PathBuf>,
    /// Labels of the regions, where `connectome` is a file of weights only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<PathBuf>,
    /// Folder of a dataset, instead of `connectome`: its mean connectome is simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<PathBuf>,
    /// How streamline counts of the dataset become weights: `max`, `waytotal`, `nvoxel` or `none`. Default: `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalisation: Option<String>,
    /// Whether to keep the subcortical regions of the dataset.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub subcortical: bool,
    /// Number of nodes that are not connected, instead of `connectome` and `dataset`. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<usize>,
    /// Speed of signals in mm/ms; `"none"` or 0 for a network without delays. Default: 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// Values of parameters, of constant inputs, and of coupling strengths, each in its unit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    /// Initial values of states, each in its unit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub initial: BTreeMap<String, Value>,
}

/// `[[population]]`: nodes with the same model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PopulationSection {
    /// Name, by which projections and recordings call it.
    pub name: String,
    /// Name of a model of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A model file, instead of `model`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_file: Option<PathBuf>,
    /// Number of nodes. Default: one for each region of the connectome in `[network]`, or 1 without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<usize>,
    /// Values of parameters and of constant inputs, each in its unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    /// Initial values of states, each in its unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub initial: BTreeMap<String, Value>,
}

/// `[[projection]]`: from an output of a population to an input of another, or the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectionSection {
    /// Source: `population.output`, or `population` for the default output of its model.
    pub from: String,
    /// Target: `population.input`.
    pub to: String,
    /// `one_to_one`, `connectome` (that of `[network]`), or the path of a text file with weights (targets in rows).
    pub connections: PathBuf,
    /// Factor of all weights, in the unit of the input over the unit of the output. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Value>,
    /// Delay of all connections. Default: none, but for `connectome`, whose lengths and speed give delays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Milliseconds>,
    /// Speed of signals in mm/ms, where it is not that of `[network]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// What is done to the weighted sum.
    #[serde(default)]
    pub coupling: Coupling,
    /// What the input gets of that sum: `"linear"` (default), `{ sigmoid = { slope = 0.56, midpoint = 6 } }` or
    /// `{ tanh = { scale = 1 } }`.
    #[serde(default, skip_serializing_if = "ResponseSection::is_linear")]
    pub response: ResponseSection,
}

/// What is done to the weighted sum of a projection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coupling {
    /// The sum itself.
    #[default]
    Additive,
    /// The sum minus the row sum of the weights times the target's own output of the same name.
    Diffusive,
}

/// What an input gets of a sum, which is a number in the unit of the output. `strength` is its factor, in the unit of
/// the input where it is not linear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ResponseSection {
    /// `strength * sum`.
    #[default]
    Linear,
    /// `strength / (1 + exp(-slope * (sum - midpoint)))`.
    Sigmoid {
        /// Per unit of the output.
        slope: f64,
        /// In the unit of the output. Default: 0.
        #[serde(default)]
        midpoint: f64,
    },
    /// `strength * tanh(scale * sum)`.
    Tanh {
        /// Per unit of the output.
        scale: f64,
    },
}

impl ResponseSection {
    #[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
    fn is_linear(&self) -> bool {
        *self == Self::Linear
    }
}
