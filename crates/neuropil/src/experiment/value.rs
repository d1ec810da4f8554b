//! Values of parameters as a specification holds them.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::path::PathBuf;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What a parameter or initial value is set to, in its unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The same number everywhere.
    Number(f64),
    /// One number per node: `[0.1, 0.2]`.
    Nodes(Vec<f64>),
    /// One number per trial: `{ trials = [0.1, 0.2] }`.
    Trials(Vec<f64>),
    /// For each trial, one number per node: `{ trials = [[0.1, 0.2], [0.3, 0.4]] }`.
    TrialsNodes(Vec<Vec<f64>>),
    /// One number per node, from a text file: `"excitability.csv"`.
    File(PathBuf),
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Nodes(numbers) => numbers.serialize(serializer),
            Self::Trials(numbers) => in_map(serializer, numbers),
            Self::TrialsNodes(numbers) => in_map(serializer, numbers),
            Self::File(path) => path.serialize(serializer),
        }
    }
}

/// `{ trials = ... }`.
fn in_map<S: Serializer>(serializer: S, trials: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry("trials", trials)?;
    map.end()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;
            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str(
                    "a number, a list with one number per node, `{ trials = [...] }`, or the path of a text file",
                )
            }
            fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
                Ok(Value::Number(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Number(number as f64))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(Value::Number(number as f64))
            }
            fn visit_str<E>(self, path: &str) -> Result<Value, E> {
                Ok(Value::File(path.into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, numbers: A) -> Result<Value, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(numbers)).map(Value::Nodes)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct PerTrial {
                    trials: Trials,
                }
                #[derive(serde::Deserialize)]
                #[serde(untagged, expecting = "a list of numbers, or a list of lists with one number per node")]
                enum Trials {
                    Numbers(Vec<f64>),
                    Nodes(Vec<Vec<f64>>),
                }
                let map = PerTrial::deserialize(MapAccessDeserializer::new(map))?;
                Ok(match map.trials {
                    Trials::Numbers(numbers) => Value::Trials(numbers),
                    Trials::Nodes(numbers) => Value::TrialsNodes(numbers),
                })
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, one number per node, one per trial, or the path of a text file with one per node.",
            "anyOf": [
                { "type": "number" },
                { "type": "array", "items": { "type": "number" } },
                {
                    "type": "object",
                    "properties": {
                        "trials": {
                            "type": "array",
                            "items": {
                                "anyOf": [{ "type": "number" }, { "type": "array", "items": { "type": "number" } }]
                            }
                        }
                    },
                    "required": ["trials"],
                    "additionalProperties": false
                },
                { "type": "string" }
            ]
        })
    }
}
