//! Which points an algorithm looks for: `[study.search]`.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use neuropil_optimize::StandardAlgorithm;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

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
        struct NameOrSettings;
        impl<'de> Visitor<'de> for NameOrSettings {
            type Value = StandardAlgorithm;
            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of an algorithm, or its name with settings")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<StandardAlgorithm, E> {
                let without_settings = json!({ name: {} });
                StandardAlgorithm::deserialize(without_settings).map_err(|error| match error.to_string().as_str() {
                    "missing field `size`" => E::custom(format!(
                        "found `{name}` without the size of its population, expected settings with `size`"
                    )),
                    message => E::custom(message),
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StandardAlgorithm, A::Error> {
                let algorithm = StandardAlgorithm::deserialize(MapAccessDeserializer::new(&mut map))?;
                match map.next_key::<String>()? {
                    Some(other) => {
                        Err(serde::de::Error::custom(format!("found another algorithm, `{other}`, expected one")))
                    }
                    None => Ok(algorithm),
                }
            }
        }
        deserializer.deserialize_any(NameOrSettings).map(Self)
    }
}

impl JsonSchema for AlgorithmSection {
    fn schema_name() -> Cow<'static, str> {
        "Algorithm".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = StandardAlgorithm::NAMES;
        let settings: Map<String, Value> =
            names.map(|name| (name.into(), json!({ "type": "object" }))).into_iter().collect();
        json_schema!({
            "description": "An algorithm by its name, or its name with settings.",
            "anyOf": [
                { "enum": names },
                { "type": "object", "properties": settings, "additionalProperties": false, "minProperties": 1, "maxProperties": 1 }
            ]
        })
    }
}
