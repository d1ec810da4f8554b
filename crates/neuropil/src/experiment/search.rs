//! Which points an algorithm looks for: `[study.search]`.

use std::borrow::Cow;

use neuropil_optimize::StandardAlgorithm;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// `[study.search]`: an algorithm chooses the points of a study by the scores of earlier ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchSection {
    /// Its name, `"cma_es"`, or its name with settings, `{ cma_es = { size = 20 } }`.
    pub algorithm: AlgorithmSection,
    /// Number of points.
    pub evaluations: u64,
    /// Number of generations, the first one included, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generations: Option<u64>,
    /// What is wanted of the scores. Default: large correlations and small distances, where all scores are such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<ObjectiveSection>,
}

/// What is wanted of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveSection {
    /// Name of the score.
    pub score: String,
    /// Whether it should be large, small, or near a number: `"maximise"`, `"minimise"`, `{ target = 10.0 }`. Default:
    /// large for correlations, small for distances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<ObjectiveGoal>,
    /// Weight in the sum that algorithms of one objective look at. Default: 1.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

/// What a good score is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectiveGoal {
    /// A large one.
    Maximise,
    /// A small one.
    Minimise,
    /// One near this number, in the unit of the score.
    Target(f64),
}

/// An algorithm with its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct AlgorithmSection(pub StandardAlgorithm);

impl Serialize for AlgorithmSection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AlgorithmSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let with_settings = match Value::deserialize(deserializer)? {
            Value::String(name) => Value::Object(Map::from_iter([(name, Value::Object(Map::new()))])),
            other => other,
        };
        StandardAlgorithm::deserialize(with_settings).map(Self).map_err(|error| {
            let error = error.to_string();
            match error.as_str() {
                "missing field `size`" => serde::de::Error::custom(
                    "an algorithm without the size of its population, for example `{ nsga2 = { size = 40 } }`",
                ),
                _ => serde::de::Error::custom(error),
            }
        })
    }
}

impl JsonSchema for AlgorithmSection {
    fn schema_name() -> Cow<'static, str> {
        "Algorithm".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = StandardAlgorithm::NAMES;
        let settings: Map<String, Value> =
            names.map(|name| (name.into(), serde_json::json!({ "type": "object" }))).into_iter().collect();
        json_schema!({
            "description": "An algorithm by its name, or its name with settings.",
            "anyOf": [
                { "enum": names },
                { "type": "object", "properties": settings, "additionalProperties": false, "minProperties": 1, "maxProperties": 1 }
            ]
        })
    }
}
