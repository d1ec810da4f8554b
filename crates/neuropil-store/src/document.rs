//! The root document of a store: attributes, and the metadata of all arrays.
//!
//! Array metadata also lies beside each array, as Zarr wants it. The copy in the root is what counts: it is replaced in
//! one rename, so the lengths of all arrays change together.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Attribute that marks a store as ours, and its layout.
pub(crate) const MARKER: &str = "neuropil_store";
/// The layout that is written.
pub(crate) const VERSION: u64 = 1;
/// Attribute: whether the run came to its end.
pub(crate) const COMPLETE: &str = "complete";
/// Attribute: names of coordinates that are not named like their dimension, parted by spaces (a convention that
/// xarray reads).
pub(crate) const COORDINATES: &str = "coordinates";
/// Attribute: whether coordinates along the dimension of batches come with each batch.
pub(crate) const BATCHED: &str = "coordinates_in_batches";
/// Attributes that callers may not set.
pub(crate) const RESERVED: [&str; 4] = [MARKER, COMPLETE, COORDINATES, BATCHED];
/// Where it lies.
pub(crate) const KEY: &str = "zarr.json";

/// Contents of the root document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The caller's attributes.
    pub(crate) attributes: Map<String, Value>,
    pub(crate) complete: bool,
    /// Coordinates that are not named like their dimension.
    pub(crate) auxiliary: Vec<String>,
    /// Whether coordinates along the dimension of batches come with each batch.
    pub(crate) batched: bool,
    /// Zarr metadata by name of array.
    pub(crate) arrays: BTreeMap<String, Value>,
}

/// Why a document is not one of ours.
#[derive(Debug, PartialEq)]
pub(crate) enum NotOurs {
    Json(String),
    NoMarker,
    Version(u64),
}

impl Document {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut attributes = self.attributes.clone();
        attributes.insert(MARKER.into(), VERSION.into());
        attributes.insert(COMPLETE.into(), self.complete.into());
        if !self.auxiliary.is_empty() {
            attributes.insert(COORDINATES.into(), self.auxiliary.join(" ").into());
        }
        if self.batched {
            attributes.insert(BATCHED.into(), true.into());
        }
        let document = json!({
            "zarr_format": 3,
            "node_type": "group",
            "attributes": attributes,
            "consolidated_metadata": { "kind": "inline", "must_understand": false, "metadata": self.arrays },
        });
        format!("{document:#}\n").into_bytes()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, NotOurs> {
        let mut document: Value = serde_json::from_slice(bytes).map_err(|error| NotOurs::Json(error.to_string()))?;
        let Some(Value::Object(mut attributes)) = document.get_mut("attributes").map(Value::take) else {
            return Err(NotOurs::NoMarker);
        };
        match attributes.remove(MARKER).as_ref().and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(version) => return Err(NotOurs::Version(version)),
            None => return Err(NotOurs::NoMarker),
        }
        let complete = attributes.remove(COMPLETE).and_then(|value| value.as_bool()).unwrap_or(false);
        let auxiliary = match attributes.remove(COORDINATES) {
            Some(Value::String(names)) => names.split_whitespace().map(String::from).collect(),
            _ => Vec::new(),
        };
        let batched = attributes.remove(BATCHED).is_some_and(|value| value == true);
        let arrays = match document.pointer_mut("/consolidated_metadata/metadata").map(Value::take) {
            Some(Value::Object(arrays)) => arrays.into_iter().collect(),
            _ => return Err(NotOurs::Json("found no `consolidated_metadata`, expected it".into())),
        };
        Ok(Self { attributes, complete, auxiliary, batched, arrays })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn written_and_read_again() {
        let mut document = Document { complete: true, auxiliary: vec!["region".into()], ..Document::default() };
        document.attributes.insert("seed".into(), 42.into());
        document.arrays.insert("rate".into(), json!({ "shape": [2, 3] }));
        let again = Document::from_bytes(&document.to_bytes()).unwrap();
        assert_eq!(again.attributes, document.attributes);
        assert_eq!(again.arrays, document.arrays);
        assert_eq!((again.complete, again.auxiliary), (true, document.auxiliary));
    }

    #[test]
    fn other_documents_are_not_ours() {
        assert!(matches!(Document::from_bytes(b"{"), Err(NotOurs::Json(_))));
        assert_eq!(Document::from_bytes(b"[]").unwrap_err(), NotOurs::NoMarker);
        assert_eq!(Document::from_bytes(br#"{"attributes":{}}"#).unwrap_err(), NotOurs::NoMarker);
        assert_eq!(Document::from_bytes(br#"{"attributes":{"neuropil_store":9}}"#).unwrap_err(), NotOurs::Version(9));
    }
}
