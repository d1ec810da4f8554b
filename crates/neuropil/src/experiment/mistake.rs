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
        let (mut found, mut expected, mut hint) = (None, message.to_owned(), None);
        if let Some(rest) = message.strip_prefix("unknown field `") {
            let (field, known) = rest.split_once('`').unwrap_or((rest, ""));
            if names.last().is_none_or(|last| last != field) {
                names.push(field.into());
            }
            found = Some("an unknown field".to_owned());
            expected = known.strip_prefix(", expected ").unwrap_or("no field").to_owned();
            hint = meant(field, known);
        } else if let Some(rest) = message.strip_prefix("unknown variant `") {
            let (variant, known) = rest.split_once('`').unwrap_or((rest, ""));
            found = Some(format!("`{variant}`"));
            expected = known.strip_prefix(", expected ").unwrap_or("another one").to_owned();
            hint = meant(variant, known);
        } else if let Some(field) = message.strip_prefix("missing field `") {
            names.push(field.trim_end_matches('`').into());
            (found, expected) = (Some("nothing".to_owned()), "a value".to_owned());
        } else if let Some(field) = message.strip_prefix("duplicate field `") {
            names.push(field.trim_end_matches('`').into());
            (found, expected) = (Some("the field twice".to_owned()), "each field once".to_owned());
        } else if let Some(own) = message.strip_prefix("found ") {
            let (value, wanted) = own.split_once(", expected ").unwrap_or((own, "another value"));
            (found, expected) = (Some(value.to_owned()), wanted.to_owned());
        } else if let Some((value, wanted)) = message.split_once(", expected ") {
            // "invalid type: ...", where the value itself says more than its type.
            found = value.split_once(": ").map(|(_, value)| value.to_owned());
            expected = kind(wanted).to_owned();
        }
        let at = whole.and_then(|whole| names.iter().try_fold(whole, |here, name| below(here, name)));
        let is_of_value = message.starts_with("invalid ") || found.is_none();
        let found = match (at.filter(|_| is_of_value), found) {
            (Some(value), _) => shown(value),
            (None, Some(found)) => found,
            (None, None) => "another value".to_owned(),
        };
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
