//! Times as people write them.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use neuropil_kernel::Brief;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A time in ms. In text it is a number of ms, or a number with a unit: `0.1`, `"300 s"`, `"2 min"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Milliseconds(pub f64);

/// Units of times, and ms in one.
const UNITS: [(&str, f64); 5] = [("ms", 1.0), ("s", 1e3), ("min", 60e3), ("h", 3600e3), ("us", 1e-3)];

impl FromStr for Milliseconds {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let is_unit = |c: char| c.is_ascii_alphabetic();
        let number = text.trim_end_matches(is_unit);
        let unit = &text[number.len()..];
        let scale = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale);
        let scale = if unit.is_empty() { Some(1.0) } else { scale };
        match (number.trim().parse::<f64>(), scale) {
            (Ok(number), Some(scale)) if number.is_finite() => Ok(Self(number * scale)),
            _ => Err(format!("found `{text}`, expected a time such as `500`, `0.1 ms`, `300 s` or `5 min`")),
        }
    }
}

/// The number with the largest unit that leaves it short.
impl Display for Milliseconds {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (number, unit) = if self.0.abs() >= 1e3 { (self.0 / 1e3, "s") } else { (self.0, "ms") };
        // Multiples of a time step are not exact.
        let rounded = if number.abs() < 1e9 { (number * 1e6).round() / 1e6 } else { number };
        write!(formatter, "{} {unit}", Brief(rounded))
    }
}

impl Serialize for Milliseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de> Deserialize<'de> for Milliseconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Time;
        impl Visitor<'_> for Time {
            type Value = Milliseconds;
            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a time: a number of ms, or a text such as \"300 s\"")
            }
            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Milliseconds, E> {
                if number.is_finite() {
                    return Ok(Milliseconds(number));
                }
                Err(E::custom(format!("found `{number}`, expected a time that is finite")))
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Milliseconds, E> {
                Ok(Milliseconds(number as f64))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Milliseconds, E> {
                Ok(Milliseconds(number as f64))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Milliseconds, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Time)
    }
}

impl JsonSchema for Milliseconds {
    fn schema_name() -> Cow<'static, str> {
        "Milliseconds".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A time: a number of ms, or a text with a unit (us, ms, s, min, h) such as \"300 s\".",
            "anyOf": [
                { "type": "number" },
                { "type": "string", "pattern": r"^\s*[-+0-9.eE]+\s*(us|ms|s|min|h)?\s*$" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn units_are_converted_to_ms() {
        for (text, expected) in [("12", 12.0), ("300 s", 3e5), ("2min", 1.2e5), ("1e-1 ms", 0.1), ("1 h", 3.6e6)] {
            assert_eq!(text.parse::<Milliseconds>(), Ok(Milliseconds(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "s", "3 parsecs", "1 2 s", "inf", "nan s", "1e999"] {
            assert!(text.parse::<Milliseconds>().is_err(), "{text}");
        }
    }

    #[test]
    fn large_times_are_shown_in_seconds() {
        assert_eq!(Milliseconds(300_000.0).to_string(), "300 s");
        assert_eq!(Milliseconds(0.1).to_string(), "0.1 ms");
        assert_eq!(Milliseconds(1e303).to_string(), "1e300 s");
        assert_eq!(Milliseconds(265_593.0 * 0.1).to_string(), "26.5593 s");
    }
}
