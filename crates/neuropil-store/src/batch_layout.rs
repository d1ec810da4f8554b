//! What a store of batches holds.

use crate::spec::ArraySpec;

/// Arrays along one dimension of known length, which is written batch by batch.
///
/// ```
/// use neuropil_store::{ArraySpec, BatchLayout};
/// let layout = BatchLayout::new("point", 441, 16)
///     .coordinate("mue_ext_mean", "mV/ms", "mean of the external input")
///     .array(ArraySpec::new("rate").unit("Hz"))
///     .array(ArraySpec::new("functional_connectivity").dimension("node", 80).dimension("other_node", 80))
///     .text("reason", "why a point has no scores");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BatchLayout {
    pub(crate) dimension: String,
    pub(crate) length: u64,
    pub(crate) batch: u64,
    /// Coordinates along the dimension, as arrays without dimensions of their own, and whether they are texts.
    pub(crate) coordinates: Vec<(ArraySpec, bool)>,
    /// Whether coordinates come with each batch.
    pub(crate) in_batches: bool,
    pub(crate) arrays: Vec<ArraySpec>,
    pub(crate) texts: Vec<ArraySpec>,
}

impl BatchLayout {
    /// `length` entries along `dimension`, of which `batch` are written together. Both are at least 1.
    pub fn new(dimension: impl Into<String>, length: u64, batch: u64) -> Self {
        let (dimension, length) = (dimension.into(), length.max(1));
        let batch = batch.clamp(1, length);
        Self {
            dimension,
            length,
            batch,
            coordinates: Vec::new(),
            in_batches: false,
            arrays: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Adds a coordinate of numbers along the dimension.
    #[must_use]
    pub fn coordinate(mut self, name: impl Into<String>, unit: &str, long_name: &str) -> Self {
        self.coordinates.push((described(ArraySpec::new(name), unit, long_name), false));
        self
    }

    /// Adds a coordinate of texts along the dimension.
    #[must_use]
    pub fn text_coordinate(mut self, name: impl Into<String>, long_name: &str) -> Self {
        self.coordinates.push((described(ArraySpec::new(name), "", long_name), true));
        self
    }

    /// Coordinates are not known when the store is made, but written with each batch as arrays are.
    #[must_use]
    pub fn with_coordinates_in_batches(mut self) -> Self {
        self.in_batches = true;
        self
    }

    /// Adds an array of numbers: the dimensions given are those that each entry has.
    #[must_use]
    pub fn array(mut self, spec: ArraySpec) -> Self {
        self.arrays.push(spec);
        self
    }

    /// Adds a text for each entry.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, long_name: &str) -> Self {
        self.texts.push(described(ArraySpec::new(name), "", long_name));
        self
    }
}

fn described(spec: ArraySpec, unit: &str, long_name: &str) -> ArraySpec {
    let spec = if unit.is_empty() { spec } else { spec.unit(unit) };
    if long_name.is_empty() { spec } else { spec.long_name(long_name) }
}
