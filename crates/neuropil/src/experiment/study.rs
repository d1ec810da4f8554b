//! What is varied and what is asked of each run: the section `[study]`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::path::PathBuf;

use neuropil_optimize::Value as Level;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{SearchSection, Value};
use crate::milliseconds::Milliseconds;

/// `[study]`: the experiment is run at each point of a parameter space, and each run gives scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudySection {
    /// How points are chosen beforehand. Default: `grid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<DesignName>,
    /// An algorithm that chooses points by the scores of earlier ones, instead of a design.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchSection>,
    /// Number of points, for `random`, `latin_hypercube` and `sobol`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// What is varied: names of parameters, inputs and coupling strengths (`population.name` where there are several
    /// populations), `speed`, `seed`, and any other field of this file by its path (`network.model`,
    /// `projection.0.strength`).
    #[serde(default)]
    pub axes: BTreeMap<String, AxisSection>,
    /// Numbers that each run gives, by name.
    #[serde(default)]
    pub scores: BTreeMap<String, ScoreSection>,
    /// What is kept of each run. Default: scores.
    #[serde(default = "scores_alone")]
    pub keep: Vec<Keep>,
    /// Early rejection: conditions that a run must meet after a while to be continued.
    #[serde(rename = "stage", default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageSection>,
    /// Points that are written together, and the unit of slices. Default: some seconds of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<u64>,
}

fn scores_alone() -> Vec<Keep> {
    vec![Keep::Scores]
}

/// How the points of a study are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesignName {
    /// All combinations of the values of the axes.
    #[default]
    Grid,
    /// One axis after the other, with all others as the experiment has them.
    Sequence,
    /// Point `i` has value `i` of each axis.
    List,
    /// Independent points, uniform on the scale of each axis.
    Random,
    /// Each axis is divided into as many parts as there are points, and each part has one.
    LatinHypercube,
    /// Sobol's sequence, scrambled: fills the space evenly. Best with a power of two of points.
    Sobol,
}

/// An axis: a range, or a list of values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AxisSection {
    /// Least value, in the unit of the parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Largest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Number of values from bound to bound, for `grid`, `sequence` and `list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// Whether equal differences or equal ratios weigh the same. Default: `linear`.
    #[serde(skip_serializing_if = "AxisScale::is_linear")]
    pub scale: AxisScale,
    /// Whether the values are whole numbers. Default: false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub integer: bool,
    /// The values, instead of a range: numbers or, for fields such as `network.model`, texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<NumberOrText>>")]
    pub values: Option<Vec<Level>>,
    /// What is varied, where it is not what the axis is called. Several axes of one parameter add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A weight for each node: the parameter of a node is the value of the axis times its weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<Value>,
    /// A value for each node: as many axes, `name[0]`, `name[1]`, ...
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub per_node: bool,
    /// A value for each group of nodes: the number of the group of each node, `[0, 0, 1]` or the path of a text file.
    /// An axis for each group, `name[0]`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Value>,
}

/// A value of an axis, for the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)] // it is only described
enum NumberOrText {
    Number(f64),
    Text(String),
}

/// How an axis is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AxisScale {
    /// Equal differences weigh the same.
    #[default]
    Linear,
    /// Equal ratios weigh the same.
    Log,
}

impl AxisScale {
    #[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
    fn is_linear(&self) -> bool {
        *self == Self::Linear
    }
}

/// A number that a run gives: `"fc_correlation"`, or a table with more than its kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreSection {
    /// What is computed.
    pub kind: ScoreKind,
    /// Output that is looked at. Default: the first one that is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Data to compare with, or their file: a matrix for `fc_correlation`; a series for `fcd_ks` and
    /// `spectrum_distance`, a row for each region and a column for each sample. Default: the subjects of the dataset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// Length of a segment of the spectrum, for `dominant_frequency` and `spectrum_distance`. Default: 1 s, or the
    /// recorded time if that is shorter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<Milliseconds>,
    /// Volumes of a window, for `fcd_ks`. Default: 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<usize>,
    /// Volumes between the starts of two windows, for `fcd_ks`. Default: 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
}

/// Data to compare with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "the path of a text file, or rows of numbers")]
pub enum Against {
    /// The path of a text file.
    File(PathBuf),
    /// The rows themselves.
    Rows(Vec<Vec<f64>>),
}

/// What a score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// Pearson's correlation of simulated and measured functional connectivity, the mean over subjects.
    FcCorrelation,
    /// Kolmogorov-Smirnov distance of simulated and measured dynamics of functional connectivity, the mean over
    /// subjects.
    FcdKs,
    /// Mean over time and nodes.
    Mean,
    /// Largest value over time, the mean over nodes.
    Max,
    /// Smallest value over time, the mean over nodes.
    Min,
    /// Half the distance between the largest and the smallest value over time, the mean over nodes.
    Amplitude,
    /// Standard deviation over time, the mean over nodes.
    StandardDeviation,
    /// Frequency with the most power in the mean spectrum of all nodes (Hz); 0 where nothing oscillates.
    DominantFrequency,
    /// `1 - r` with Pearson's correlation `r` of the mean spectra of simulated and measured signals.
    SpectrumDistance,
}

impl From<ScoreKind> for ScoreSection {
    fn from(kind: ScoreKind) -> Self {
        Self { kind, output: None, against: None, segment: None, window: None, step: None }
    }
}

impl<'de> Deserialize<'de> for ScoreSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KindOrTable;
        impl<'de> Visitor<'de> for KindOrTable {
            type Value = ScoreSection;
            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("the kind of a score, or a table with a `kind`")
            }
            fn visit_str<E: serde::de::Error>(self, kind: &str) -> Result<ScoreSection, E> {
                let kind = serde::de::value::StrDeserializer::<E>::new(kind);
                ScoreKind::deserialize(kind).map(ScoreSection::from)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ScoreSection, A::Error> {
                let table = ScoreTable::deserialize(MapAccessDeserializer::new(map))?;
                let ScoreTable { kind, output, against, segment, window, step } = table;
                Ok(ScoreSection { kind, output, against, segment, window, step })
            }
        }
        deserializer.deserialize_any(KindOrTable)
    }
}

/// A score as a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ScoreTable {
    /// What is computed.
    kind: ScoreKind,
    /// Output that is looked at. Default: the first one that is recorded.
    #[serde(default)]
    output: Option<String>,
    /// Data to compare with, or their file. Default: the subjects of the dataset.
    #[serde(default)]
    against: Option<Against>,
    /// Length of a segment of the spectrum.
    #[serde(default)]
    segment: Option<Milliseconds>,
    /// Volumes of a window, for `fcd_ks`. Default: 30.
    #[serde(default)]
    window: Option<usize>,
    /// Volumes between the starts of two windows, for `fcd_ks`. Default: 5.
    #[serde(default)]
    step: Option<usize>,
}

impl JsonSchema for ScoreSection {
    fn schema_name() -> Cow<'static, str> {
        "Score".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (kind, table) = (generator.subschema_for::<ScoreKind>(), generator.subschema_for::<ScoreTable>());
        json_schema!({ "description": "A number that each run gives.", "anyOf": [kind, table] })
    }
}

/// What is kept of each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The scores, which are always kept.
    Scores,
    /// Functional connectivity of BOLD.
    FunctionalConnectivity,
    /// The outputs of `[[record]]`.
    Recordings,
    /// The BOLD signal.
    Bold,
}

/// `[[study.stage]]`: after a while, runs that do not meet a condition are given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageSection {
    /// Recorded time after which the condition is looked at; it begins after the transient.
    pub duration: Milliseconds,
    /// What a run must meet to be continued.
    pub keep_if: Condition,
}

/// Bounds of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Name of one of the scores, as far as the run has come.
    pub score: String,
    /// The score must be larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// The score must be smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}
