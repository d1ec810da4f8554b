//! What differs between two specifications.

use serde_json::{Map, Value};

use crate::experiment::shown;

/// The first field in which two specifications differ.
pub(super) struct Difference {
    pub(super) field: String,
    pub(super) expected: String,
    pub(super) found: String,
}

/// Nothing where they are equal; `field` is where they stand.
pub(super) fn difference(expected: &Value, found: &Value, field: &str) -> Option<Difference> {
    let below = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    match (expected, found) {
        (expected, found) if expected == found => None,
        (Value::Object(expected), Value::Object(found)) => {
            let mut names: Vec<&String> = expected.keys().chain(found.keys()).collect();
            names.sort_unstable();
            let value = |map: &Map<String, Value>, name: &str| map.get(name).cloned().unwrap_or_default();
            names.iter().find_map(|name| difference(&value(expected, name), &value(found, name), &below(name)))
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(index, (expected, found))| difference(expected, found, &below(&index.to_string())))
        }
        (expected, found) => {
            let [expected, found] = [expected, found].map(shown);
            Some(Difference { field: field.into(), expected, found })
        }
    }
}
