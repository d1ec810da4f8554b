//! What a store holds: arrays and coordinates.

use crate::zarr_array::Kind;

/// Length of a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Known from the start.
    Fixed(usize),
    /// Grows while the run goes on; samples are written in chunks of `chunk`.
    Growing {
        /// Samples of a chunk.
        chunk: usize,
    },
}

/// Size of the numbers of an array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    Single,
    /// 64 bits.
    #[default]
    Double,
}

/// An array of numbers: its name, dimensions, unit and meaning.
///
/// ```
/// use neuropil_store::ArraySpec;
/// let rates = ArraySpec::new("rate")
///     .dimension("trial", 4)
///     .dimension("node", 80)
///     .growing("time", 1000)
///     .unit("Hz")
///     .long_name("firing rate of the excitatory population");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ArraySpec {
    pub(crate) name: String,
    pub(crate) dimensions: Vec<(String, Extent)>,
    pub(crate) unit: Option<String>,
    pub(crate) long_name: Option<String>,
    pub(crate) precision: Precision,
}

/// Values along a dimension.
#[derive(Clone, Debug, PartialEq)]
pub enum Coordinate {
    /// Numbers.
    Float(Vec<f64>),
    /// Whole numbers.
    Int(Vec<i64>),
    /// Labels.
    Text(Vec<String>),
    /// `start + index * step`, as long as the dimension. The only coordinate of a growing dimension.
    Regular {
        /// First value.
        start: f64,
        /// Distance between values.
        step: f64,
    },
}

/// A coordinate: its name, the dimension it belongs to, its values, unit and meaning.
///
/// One named like its dimension is that dimension's index in xarray; others stand beside it (labels of regions, the
/// parameter values of trials).
///
/// ```
/// use neuropil_store::{Coordinate, CoordinateSpec};
/// let time = CoordinateSpec::new("time", Coordinate::Regular { start: 0.0, step: 0.1 }).unit("ms");
/// let labels = CoordinateSpec::new("region", Coordinate::Text(vec!["left".into(), "right".into()])).along("node");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CoordinateSpec {
    pub(crate) name: String,
    pub(crate) dimension: String,
    pub(crate) values: Coordinate,
    pub(crate) unit: Option<String>,
    pub(crate) long_name: Option<String>,
}

impl ArraySpec {
    /// An array without dimensions, unit and meaning so far, of 64-bit numbers. Names are letters, digits, `_`, `-`,
    /// `.` and brackets, and begin with a letter or `_`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), dimensions: Vec::new(), unit: None, long_name: None, precision: Precision::Double }
    }

    /// Adds a dimension of a known length, after those there are.
    #[must_use]
    pub fn dimension(mut self, name: impl Into<String>, length: usize) -> Self {
        self.dimensions.push((name.into(), Extent::Fixed(length)));
        self
    }

    /// Adds the dimension that grows, which must be the last one. `chunk` samples are kept in memory and written
    /// together.
    #[must_use]
    pub fn growing(mut self, name: impl Into<String>, chunk: usize) -> Self {
        self.dimensions.push((name.into(), Extent::Growing { chunk }));
        self
    }

    /// Unit, as a symbol (`ms`, `Hz`). xarray takes some *words* (`seconds`) for time spans and converts the numbers.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Meaning in a few words, the label of plots.
    #[must_use]
    pub fn long_name(mut self, long_name: impl Into<String>) -> Self {
        self.long_name = Some(long_name.into());
        self
    }

    /// Size of the numbers.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.precision {
            Precision::Single => Kind::Float32,
            Precision::Double => Kind::Float64,
        }
    }
}

impl CoordinateSpec {
    /// The index of the dimension `name`.
    pub fn new(name: impl Into<String>, values: Coordinate) -> Self {
        let name = name.into();
        Self { dimension: name.clone(), name, values, unit: None, long_name: None }
    }

    /// Makes it a coordinate of another dimension than the one it is named like.
    #[must_use]
    pub fn along(mut self, dimension: impl Into<String>) -> Self {
        self.dimension = dimension.into();
        self
    }

    /// Unit, as a symbol (`ms`, `Hz`).
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Meaning in a few words, the label of plots.
    #[must_use]
    pub fn long_name(mut self, long_name: impl Into<String>) -> Self {
        self.long_name = Some(long_name.into());
        self
    }
}

/// Whether arrays, coordinates and dimensions may be called so: safe as a folder on any system and in xarray's lists
/// of names.
pub fn is_name(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && !name.starts_with("__")
        && !name.ends_with('.')
        && name.len() <= 200
        && !name.eq_ignore_ascii_case("zarr.json")
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.[]".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["rate", "x_1", "V.soma", "_a", "c_exc[3]"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "[1]", "a b", "../x", "a/b", ".hidden", "__meta", "zä", "a.", "zarr.json"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
