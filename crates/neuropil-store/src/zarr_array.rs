//! Metadata and chunks of one Zarr array. The only file that knows the crate `zarrs`.

use std::num::NonZeroU64;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use zarrs::array::codec::ZstdCodec;
use zarrs::array::data_type;
use zarrs::array::{
    Array, ArrayBuilder, ArrayBytes, ArrayMetadata, ArrayToBytesCodecTraits, CodecOptions, DataType, Element,
    ElementOwned, FillValue,
};

/// Level of compression: most of what zstd can do for noisy numbers, at several hundred megabytes a second.
const COMPRESSION: i32 = 3;

/// Elements of a chunk, at most: more cannot be decoded, and nothing writes so many.
const MOST_IN_CHUNK: u64 = u32::MAX as u64;

/// Kind of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Float32,
    Float64,
    Int64,
    Text,
}

/// Elements of an array or a chunk, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Elements {
    Float(Vec<f64>),
    Int(Vec<i64>),
    Text(Vec<String>),
}

impl Elements {
    /// Appends missing values up to this length.
    pub(crate) fn fill_up(&mut self, length: usize) {
        match self {
            Self::Float(values) => values.resize(length, f64::NAN),
            Self::Int(values) => values.resize(length, 0),
            Self::Text(values) => values.resize(length, String::new()),
        }
    }
}

/// What an array is made from.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) kind: Kind,
    pub(crate) dimensions: Vec<String>,
    pub(crate) shape: Vec<u64>,
    pub(crate) chunk: Vec<u64>,
    pub(crate) attributes: Map<String, Value>,
}

/// A Zarr array apart from where it lies.
#[derive(Debug)]
pub(crate) struct ZarrArray {
    array: Array<()>,
    kind: Kind,
    chunk: Vec<NonZeroU64>,
    dimensions: Vec<String>,
}

impl ZarrArray {
    pub(crate) fn create(layout: &Layout) -> Result<Self, String> {
        let (data_type, fill) = match layout.kind {
            // What is not written is missing, not zero.
            Kind::Float32 => (data_type::float32(), FillValue::from(f32::NAN)),
            Kind::Float64 => (data_type::float64(), FillValue::from(f64::NAN)),
            Kind::Int64 => (data_type::int64(), FillValue::from(0_i64)),
            Kind::Text => (data_type::string(), FillValue::from("")),
        };
        let metadata = ArrayBuilder::new(layout.shape.clone(), layout.chunk.clone(), data_type, fill)
            // With a checksum, so that damage is found.
            .bytes_to_bytes_codecs(vec![Arc::new(ZstdCodec::new(COMPRESSION, true))])
            .dimension_names(Some(layout.dimensions.clone()))
            .attributes(layout.attributes.clone())
            .build_metadata()
            .map_err(|error| error.to_string())?;
        Self::from_metadata(&serde_json::to_value(metadata).map_err(|error| error.to_string())?)
    }

    pub(crate) fn from_metadata(metadata: &Value) -> Result<Self, String> {
        let metadata: ArrayMetadata = serde_json::from_value(metadata.clone()).map_err(|error| error.to_string())?;
        let array = Array::new_with_metadata(Arc::new(()), "/array", metadata).map_err(|error| error.to_string())?;
        let kind = [
            (data_type::float32(), Kind::Float32),
            (data_type::float64(), Kind::Float64),
            (data_type::int64(), Kind::Int64),
            (data_type::string(), Kind::Text),
        ]
        .into_iter()
        .find_map(|(data_type, kind)| (data_type == *array.data_type()).then_some(kind))
        .ok_or("elements that are neither float32, float64, int64 nor string")?;
        let chunk = array.chunk_shape(&vec![0; array.dimensionality()]).map_err(|error| error.to_string())?;
        let elements = chunk.iter().try_fold(1_u64, |product, length| product.checked_mul(length.get()));
        if elements.is_none_or(|elements| elements > MOST_IN_CHUNK) {
            return Err(format!("chunks of more than {MOST_IN_CHUNK} elements"));
        }
        let dimensions = array
            .dimension_names()
            .as_ref()
            .and_then(|names| names.iter().cloned().collect::<Option<Vec<String>>>())
            .ok_or("no `dimension_names`")?;
        Ok(Self { array, kind, chunk, dimensions })
    }

    /// As written to `zarr.json`.
    pub(crate) fn metadata(&self) -> Result<Value, String> {
        let mut metadata = serde_json::to_value(self.array.metadata()).map_err(|error| error.to_string())?;
        // Zarr 3.1 lets a codec without configuration be a plain string; zarr-python 3.1 reads objects only.
        for codec in metadata.get_mut("codecs").and_then(Value::as_array_mut).into_iter().flatten() {
            if codec.is_string() {
                *codec = json!({ "name": codec.take(), "configuration": {} });
            }
        }
        Ok(metadata)
    }

    pub(crate) fn set_length(&mut self, dimension: usize, length: u64) -> Result<(), String> {
        let mut shape = self.array.shape().to_vec();
        shape[dimension] = length;
        self.array.set_shape(shape).map(|_| ()).map_err(|error| error.to_string())
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn shape(&self) -> &[u64] {
        self.array.shape()
    }

    pub(crate) fn chunk(&self) -> &[NonZeroU64] {
        &self.chunk
    }

    pub(crate) fn dimensions(&self) -> &[String] {
        &self.dimensions
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.array.attributes().get(name).and_then(Value::as_str)
    }

    /// File of a chunk, relative to the array.
    pub(crate) fn chunk_key(&self, indices: &[u64]) -> String {
        let key = self.array.chunk_key(indices);
        key.as_str().trim_start_matches("array/").to_string()
    }

    /// Compressed bytes of one chunk. `elements` fill it wholly.
    pub(crate) fn encode(&self, elements: Elements) -> Result<Vec<u8>, String> {
        let data_type = self.array.data_type();
        let bytes = match (elements, self.kind) {
            (Elements::Float(values), Kind::Float32) => {
                to_bytes(data_type, values.into_iter().map(|value| value as f32).collect())?
            }
            (Elements::Float(values), Kind::Float64) => to_bytes(data_type, values)?,
            (Elements::Int(values), Kind::Int64) => to_bytes(data_type, values)?,
            (Elements::Text(values), Kind::Text) => to_bytes(data_type, values)?,
            _ => return Err("elements of another kind".into()),
        };
        let elements = self.chunk.iter().map(|length| length.get()).product();
        bytes.validate(elements, data_type).map_err(|error| error.to_string())?;
        self.array
            .codecs()
            .encode(bytes, &self.chunk, data_type, self.array.fill_value(), &CodecOptions::default())
            .map(std::borrow::Cow::into_owned)
            .map_err(|error| error.to_string())
    }

    /// Elements of one chunk.
    pub(crate) fn decode(&self, bytes: Vec<u8>) -> Result<Elements, String> {
        let data_type = self.array.data_type();
        let bytes = self
            .array
            .codecs()
            .decode(bytes.into(), &self.chunk, data_type, self.array.fill_value(), &CodecOptions::default())
            .map_err(|error| error.to_string())?;
        let elements = self.chunk.iter().map(|length| length.get()).product();
        bytes.validate(elements, data_type).map_err(|error| error.to_string())?;
        Ok(match self.kind {
            Kind::Float32 => Elements::Float(from_bytes::<f32>(data_type, bytes)?.into_iter().map(f64::from).collect()),
            Kind::Float64 => Elements::Float(from_bytes(data_type, bytes)?),
            Kind::Int64 => Elements::Int(from_bytes(data_type, bytes)?),
            Kind::Text => Elements::Text(from_bytes(data_type, bytes)?),
        })
    }
}

fn to_bytes<T: Element>(data_type: &DataType, elements: Vec<T>) -> Result<ArrayBytes<'static>, String> {
    T::into_array_bytes(data_type, elements).map_err(|error| error.to_string())
}

fn from_bytes<T: ElementOwned>(data_type: &DataType, bytes: ArrayBytes<'_>) -> Result<Vec<T>, String> {
    T::from_array_bytes(data_type, bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn layout(kind: Kind) -> Layout {
        Layout { kind, dimensions: vec!["node".into()], shape: vec![3], chunk: vec![3], attributes: Map::new() }
    }

    #[test]
    fn chunks_survive() {
        let text = |values: [&str; 3]| Elements::Text(values.map(String::from).to_vec());
        for (kind, elements) in [
            (Kind::Float64, Elements::Float(vec![0.1, -2.0, 1e300])),
            (Kind::Float32, Elements::Float(vec![0.5, -2.0, 1e30_f32.into()])),
            (Kind::Int64, Elements::Int(vec![i64::MIN, 0, i64::MAX])),
            (Kind::Text, text(["", "Precentral_L", "ö"])),
        ] {
            let array = ZarrArray::create(&layout(kind)).unwrap();
            let bytes = array.encode(elements.clone()).unwrap();
            assert_eq!(array.decode(bytes.clone()).unwrap(), elements);
            let again = ZarrArray::from_metadata(&array.metadata().unwrap()).unwrap();
            assert_eq!(again.decode(bytes.clone()).unwrap(), elements);
            assert_eq!(again.kind(), kind);
            for index in 0..bytes.len() {
                let mut damaged = bytes.clone();
                damaged[index] ^= 0x10;
                // Some bits of the frame's header mean nothing.
                let is_missed = array.decode(damaged).is_ok_and(|decoded| decoded != elements);
                assert!(!is_missed, "{kind:?}: damage at byte {index} is not found");
            }
            assert!(array.decode(bytes[..bytes.len() / 2].to_vec()).is_err());
        }
    }

    #[test]
    fn wrong_elements_are_refused() {
        let array = ZarrArray::create(&layout(Kind::Int64)).unwrap();
        assert!(array.encode(Elements::Float(vec![0.0; 3])).is_err());
        assert!(array.encode(Elements::Int(vec![0; 2])).is_err());
        assert_eq!(array.chunk_key(&[2]), "c/2");
    }
}
