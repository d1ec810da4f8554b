//! A field that cannot be read, in the words of all other errors instead of serde's.

use neuropil_lang::nearest;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::error::Error;

/// Characters of a value that are shown, at most.
const SHOWN: usize = 80;

/// What is wrong with a field.
#[derive(Debug, PartialEq)]
pub(crate) struct Mistake {
    /// Its path: names and numbers with points between them.
    pub(crate) field: String,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) hint: Option<String>,
}

impl Mistake {
    /// From the field at which reading ended, what serde says, and all that was to be read, where it is known.
    pub(crate) fn new(path: &Path, message: &str, whole: Option<&Value>) -> Self {
        let mut names: Vec<String> = path.iter().filter_map(name).collect();
        let Words { field, found, expected, hint } = Words::of(message);
        if let Some(field) = field.filter(|field| names.last().is_none_or(|last| last != field)) {
            names.push(field.into());
        }
        let found = found.map(str::to_owned).or_else(|| {
            // The value says more than its type.
            whole.and_then(|whole| names.iter().try_fold(whole, |here, name| below(here, name))).map(shown)
        });
        let (found, expected) = (found.unwrap_or_else(|| "another value".into()), expected.into());
        Self { field: names.join("."), found, expected, hint }
    }

    /// The same, of a field below another one.
    pub(crate) fn below(self, field: &str) -> Self {
        let field = if self.field.is_empty() { field.to_owned() } else { format!("{field}.{}", self.field) };
        Self { field, ..self }
    }

    /// `` `study.points`: found "ten", expected a whole number from 0 on ``.
    pub(crate) fn message(&self) -> String {
        let Self { field, found, expected, .. } = self;
        if field.is_empty() {
            format!("found {found}, expected {expected}")
        } else {
            format!("`{field}`: found {found}, expected {expected}")
        }
    }
}

/// What a message of serde says.
struct Words<'a> {
    /// A field below the one at which reading ended.
    field: Option<&'a str>,
    /// What was found, where it is not the value of the field.
    found: Option<&'a str>,
    expected: &'a str,
    hint: Option<String>,
}

impl<'a> Words<'a> {
    fn of(message: &'a str) -> Self {
        // "unknown field `x`, expected one of `a`, `b`", and so on.
        let quoted = |start: &str| message.strip_prefix(start)?.split_once('`');
        let known = |rest: &'a str, none| rest.strip_prefix(", expected ").unwrap_or(none);
        if let Some((field, rest)) = quoted("unknown field `") {
            let (found, expected) = (Some("an unknown field"), known(rest, "none"));
            return Self { field: Some(field), found, expected, hint: meant(field, rest) };
        }
        if let Some((found, rest)) = quoted("unknown variant `") {
            let hint = meant(found, rest);
            let found = &message["unknown variant ".len()..message.len() - rest.len()];
            return Self { field: None, found: Some(found), expected: known(rest, "another one"), hint };
        }
        if let Some((field, _)) = quoted("missing field `") {
            return Self { field: Some(field), found: Some("nothing"), expected: "a value", hint: None };
        }
        if let Some((field, _)) = quoted("duplicate field `") {
            return Self {
                field: Some(field),
                found: Some("the field twice"),
                expected: "each field once",
                hint: None,
            };
        }
        let (found, expected) = match (message.strip_prefix("found "), message.split_once(", expected ")) {
            (Some(own), Some(_)) => own.split_once(", expected ").map_or((None, own), |(own, rest)| (Some(own), rest)),
            // "invalid type: string "x", expected f64"
            (None, Some((_, wanted))) => (None, kind(wanted)),
            (_, None) => (None, message),
        };
        Self { field: None, found, expected, hint: None }
    }
}

impl From<Mistake> for Error {
    fn from(mistake: Mistake) -> Self {
        let Mistake { field, found, expected, hint } = mistake;
        Self::Specification { field, found, expected, hint }
    }
}

/// Reads a value; `whole` gives all that was to be read, where it is known.
pub(crate) fn deserialize<'de, T: serde::Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    whole: impl FnOnce() -> Option<Value>,
    words: impl FnOnce(&D::Error) -> String,
) -> Result<T, (D::Error, Mistake)> {
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let mistake = Mistake::new(error.path(), &words(error.inner()), whole().as_ref());
        (error.into_inner(), mistake)
    })
}

/// Reads what is JSON already.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Mistake> {
    let whole = value.clone();
    deserialize(value, || Some(whole), ToString::to_string).map_err(|(_, mistake)| mistake)
}

fn name(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
}

fn below<'a>(here: &'a Value, name: &str) -> Option<&'a Value> {
    match here {
        Value::Object(fields) => fields.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Serde's names of kinds in words.
fn kind(expected: &str) -> &str {
    match expected {
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on",
        "a string" | "string" | "a borrowed string" => "a text",
        "path string" => "a path",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "fields",
        "string or map" => "a name, or a name with settings",
        _ if expected.starts_with("struct ") => "fields",
        _ if expected.starts_with("enum ") => "a name",
        other => other,
    }
}

/// The name that was probably meant; the known ones are between quotes.
fn meant(found: &str, known: &str) -> Option<String> {
    let name = nearest(found, known.split('`').skip(1).step_by(2))?;
    Some(format!("did you mean `{name}`?"))
}

/// A value for people; a long one is cut.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        value => {
            let text = value.to_string();
            if text.chars().count() > SHOWN {
                format!("{}...", text.chars().take(SHOWN).collect::<String>())
            } else {
                text
            }
        }
    }
}
