//! From what callers declare to what Zarr stores, checked.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::growing::chunk_lengths;
use crate::spec::{ArraySpec, Extent, is_name};
use crate::write_error::WriteError;
use crate::zarr_array::{Kind, Layout};

/// Dimensions of a store; the arrays along one agree on its length, or that it grows.
#[derive(Debug, Default)]
pub(crate) struct Dimensions(BTreeMap<String, Extent>);

impl Dimensions {
    pub(crate) fn get(&self, name: &str) -> Option<Extent> {
        self.0.get(name).copied()
    }

    pub(crate) fn declare(&mut self, name: &str, extent: Extent) {
        self.0.insert(name.into(), extent);
    }

    /// Whether an array may have these dimensions.
    pub(crate) fn check_array(&self, spec: &ArraySpec) -> Result<(), WriteError> {
        let refuse = |found: String| Err(WriteError::Dimensions { array: spec.name.clone(), found });
        for (index, (name, extent)) in spec.dimensions.iter().enumerate() {
            if !is_name(name) {
                return Err(WriteError::Name { found: name.clone() });
            }
            if spec.dimensions[..index].iter().any(|(other, _)| other == name) {
                return refuse(format!("found `{name}` twice, expected each dimension once"));
            }
            match extent {
                Extent::Fixed(0) => return refuse(format!("found 0 along `{name}`, expected at least 1")),
                Extent::Growing { chunk: 0 } => {
                    return refuse(format!("found chunks of 0 samples along `{name}`, expected at least 1"));
                }
                Extent::Growing { .. } if index + 1 < spec.dimensions.len() => {
                    return refuse(format!("found `{name}` growing, expected only the last dimension to grow"));
                }
                Extent::Fixed(_) | Extent::Growing { .. } => self.check(&spec.name, name, *extent)?,
            }
        }
        Ok(())
    }

    /// Whether `array` may have a dimension of this length.
    pub(crate) fn check(&self, array: &str, dimension: &str, extent: Extent) -> Result<(), WriteError> {
        let expected = match (self.get(dimension), extent) {
            (None, _) | (Some(Extent::Growing { .. }), Extent::Growing { .. }) => return Ok(()),
            (Some(expected), found) if expected == found => return Ok(()),
            (Some(expected), _) => describe(expected),
        };
        Err(WriteError::Extent { array: array.into(), dimension: dimension.into(), expected, found: describe(extent) })
    }
}

/// Zarr's view of an array, and the numbers of one block over all rows.
pub(crate) fn array_layout(spec: &ArraySpec) -> Result<(Layout, usize), WriteError> {
    let lengths: Vec<usize> = spec
        .dimensions
        .iter()
        .map(|(_, extent)| match extent {
            Extent::Fixed(length) => *length,
            Extent::Growing { chunk } => *chunk,
        })
        .collect();
    let numbers = lengths.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let numbers = numbers.filter(|numbers| numbers.checked_mul(size_of::<f64>()).is_some()).ok_or_else(|| {
        let numbers = lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
        WriteError::TooLarge { array: spec.name.clone(), numbers }
    })?;
    let kind = spec.kind();
    let bytes_per_number = if kind == Kind::Float32 { 4 } else { 8 };
    let shape = spec.dimensions.iter().map(|(_, extent)| match extent {
        Extent::Fixed(length) => *length as u64,
        Extent::Growing { .. } => 0,
    });
    let layout = Layout {
        kind,
        dimensions: spec.dimensions.iter().map(|(name, _)| name.clone()).collect(),
        shape: shape.collect(),
        chunk: chunk_lengths(&lengths, bytes_per_number),
        attributes: attributes(spec.unit.as_deref(), spec.long_name.as_deref()),
    };
    Ok((layout, numbers))
}

pub(crate) fn attributes(unit: Option<&str>, long_name: Option<&str>) -> Map<String, Value> {
    let pairs = [("units", unit), ("long_name", long_name)];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?.into()))).collect()
}

fn describe(extent: Extent) -> String {
    match extent {
        Extent::Fixed(length) => format!("of length {length}"),
        Extent::Growing { .. } => "growing".into(),
    }
}
