//! Reading a store.

use std::path::Path;

use serde_json::{Map, Value};

use crate::document::{Document, KEY, NotOurs};
use crate::folder::Folder;
use crate::read_error::ReadError;
use crate::spec::Coordinate;
use crate::zarr_array::{Elements, Kind, ZarrArray};

/// A store that is open for reading, as it was when it was opened: what a run adds later is not seen.
#[derive(Debug)]
pub struct StoreReader {
    folder: Folder,
    document: Document,
}

/// What is known of an array or coordinate without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayInfo {
    /// Its name.
    pub name: String,
    /// Names of its dimensions.
    pub dimensions: Vec<String>,
    /// Lengths of its dimensions.
    pub shape: Vec<usize>,
    /// Its unit.
    pub unit: Option<String>,
    /// Its meaning.
    pub long_name: Option<String>,
    /// Whether it is a coordinate.
    pub is_coordinate: bool,
}

/// Numbers of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayData {
    /// Row-major.
    pub values: Vec<f64>,
    /// Lengths of the dimensions.
    pub shape: Vec<usize>,
    /// Names of the dimensions.
    pub dimensions: Vec<String>,
}

impl StoreReader {
    /// Opens the store at `path`.
    ///
    /// # Errors
    /// When there is none of ours, a later version wrote it, or the system refuses.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let folder = Folder::new(path.as_ref());
        let path = folder.path().to_path_buf();
        let not_a_store = |found: &str| ReadError::NotAStore { path: path.clone(), found: found.into() };
        if path.is_file() {
            return Err(not_a_store("a file"));
        }
        let Some(bytes) = folder.read(KEY)? else {
            return Err(not_a_store(if path.exists() { "a folder without `zarr.json`" } else { "nothing" }));
        };
        match Document::from_bytes(&bytes) {
            Ok(document) => Ok(Self { folder, document }),
            Err(NotOurs::Version(found)) => Err(ReadError::Version { path, found }),
            Err(NotOurs::NoMarker) => Err(not_a_store("another program's Zarr store")),
            Err(NotOurs::Json(reason)) => Err(not_a_store(&format!("a `zarr.json` that is not readable ({reason})"))),
        }
    }

    /// The document of the same store, marked as complete or not.
    pub(crate) fn into_document(mut self, complete: bool) -> Document {
        self.document.complete = complete;
        self.document
    }

    /// Whether coordinates along the dimension of batches come with each batch.
    pub(crate) fn has_batched_coordinates(&self) -> bool {
        self.document.batched
    }

    /// Whether the run came to its end.
    pub fn is_complete(&self) -> bool {
        self.document.complete
    }

    /// The attributes given when the store was begun.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.document.attributes
    }

    /// Arrays and coordinates, sorted by name.
    ///
    /// # Errors
    /// When the description of one is damaged.
    pub fn arrays(&self) -> Result<Vec<ArrayInfo>, ReadError> {
        self.document.arrays.keys().map(|name| self.info(name)).collect()
    }

    /// One array or coordinate.
    ///
    /// # Errors
    /// When there is none of that name or its description is damaged.
    pub fn info(&self, name: &str) -> Result<ArrayInfo, ReadError> {
        let zarr = self.zarr(name)?;
        Ok(ArrayInfo {
            name: name.into(),
            dimensions: zarr.dimensions().to_vec(),
            shape: shape_of(name, &zarr)?,
            unit: zarr.attribute("units").map(String::from),
            long_name: zarr.attribute("long_name").map(String::from),
            is_coordinate: zarr.dimensions() == [name] || self.document.auxiliary.iter().any(|other| other == name),
        })
    }

    /// All numbers of an array or coordinate.
    ///
    /// # Errors
    /// When there is none of that name, it holds labels, a chunk is missing or damaged, memory does not suffice, or
    /// the system refuses.
    pub fn read(&self, name: &str) -> Result<ArrayData, ReadError> {
        let zarr = self.zarr(name)?;
        let shape = shape_of(name, &zarr)?;
        let values = match self.elements(name, &zarr, &shape)? {
            Elements::Float(values) => values,
            Elements::Int(values) => values.into_iter().map(|value| value as f64).collect(),
            Elements::Text(_) => return Err(ReadError::NotNumbers { array: name.into() }),
        };
        Ok(ArrayData { values, shape, dimensions: zarr.dimensions().to_vec() })
    }

    /// Values of a coordinate, as numbers, whole numbers or labels.
    ///
    /// # Errors
    /// As [`StoreReader::read`], but labels are fine.
    pub fn coordinate(&self, name: &str) -> Result<Coordinate, ReadError> {
        let zarr = self.zarr(name)?;
        let shape = shape_of(name, &zarr)?;
        Ok(match self.elements(name, &zarr, &shape)? {
            Elements::Float(values) => Coordinate::Float(values),
            Elements::Int(values) => Coordinate::Int(values),
            Elements::Text(values) => Coordinate::Text(values),
        })
    }

    pub(crate) fn zarr(&self, name: &str) -> Result<ZarrArray, ReadError> {
        let metadata = self.document.arrays.get(name).ok_or_else(|| ReadError::Unknown {
            found: name.into(),
            expected: self.document.arrays.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        })?;
        ZarrArray::from_metadata(metadata).map_err(|reason| ReadError::Metadata { array: name.into(), reason })
    }

    fn elements(&self, name: &str, zarr: &ZarrArray, shape: &[usize]) -> Result<Elements, ReadError> {
        let too_large = || ReadError::TooLarge { array: name.into(), shape: describe(zarr.shape()) };
        let count = shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
        let count = count.ok_or_else(too_large)?;
        let mut elements = match zarr.kind() {
            Kind::Float32 | Kind::Float64 => Elements::Float(zeros(count).ok_or_else(too_large)?),
            Kind::Int64 => Elements::Int(zeros(count).ok_or_else(too_large)?),
            Kind::Text => Elements::Text(zeros(count).ok_or_else(too_large)?),
        };
        if count == 0 {
            return Ok(elements);
        }
        let chunk: Vec<usize> = zarr.chunk().iter().map(|length| length.get() as usize).collect();
        let grid: Vec<usize> = shape.iter().zip(&chunk).map(|(length, chunk)| length.div_ceil(*chunk)).collect();
        let mut indices = vec![0; grid.len()];
        loop {
            let key = zarr.chunk_key(&indices.iter().map(|index| *index as u64).collect::<Vec<_>>());
            let bytes = self
                .folder
                .read(&format!("{name}/{key}"))?
                .ok_or_else(|| ReadError::MissingChunk { array: name.into(), chunk: key.clone() })?;
            let damaged = |reason| ReadError::DamagedChunk { array: name.into(), chunk: key.clone(), reason };
            let place = Place { shape, chunk: &chunk, indices: &indices };
            match (zarr.decode(bytes).map_err(damaged)?, &mut elements) {
                (Elements::Float(from), Elements::Float(to)) => place.copy(&from, to),
                (Elements::Int(from), Elements::Int(to)) => place.copy(&from, to),
                (Elements::Text(from), Elements::Text(to)) => place.copy(&from, to),
                _ => return Err(damaged("elements of another kind".into())),
            }
            if !advance(&mut indices, &grid) {
                return Ok(elements);
            }
        }
    }
}

fn shape_of(name: &str, zarr: &ZarrArray) -> Result<Vec<usize>, ReadError> {
    let too_large = |_| ReadError::TooLarge { array: name.into(), shape: describe(zarr.shape()) };
    zarr.shape().iter().map(|length| usize::try_from(*length)).collect::<Result<_, _>>().map_err(too_large)
}

/// Where a chunk lies in its array.
struct Place<'a> {
    shape: &'a [usize],
    chunk: &'a [usize],
    indices: &'a [usize],
}

impl Place<'_> {
    /// Copies the part of the chunk that the array has, row by row of the last dimension.
    fn copy<T: Clone>(&self, from: &[T], to: &mut [T]) {
        let Some(last) = self.shape.len().checked_sub(1) else {
            to.clone_from_slice(from);
            return;
        };
        let origin: Vec<usize> = self.indices.iter().zip(self.chunk).map(|(index, chunk)| index * chunk).collect();
        let inside: Vec<usize> = (0..=last).map(|axis| self.chunk[axis].min(self.shape[axis] - origin[axis])).collect();
        let mut position = vec![0; last];
        loop {
            let (mut source, mut target) = (0, 0);
            for axis in 0..last {
                source = (source + position[axis]) * self.chunk[axis + 1];
                target = (target + origin[axis] + position[axis]) * self.shape[axis + 1];
            }
            target += origin[last];
            to[target..target + inside[last]].clone_from_slice(&from[source..source + inside[last]]);
            if !advance(&mut position, &inside[..last]) {
                return;
            }
        }
    }
}

/// Counts up with the last digit fastest; false when all combinations were had.
fn advance(digits: &mut [usize], limits: &[usize]) -> bool {
    for (digit, limit) in digits.iter_mut().zip(limits).rev() {
        *digit += 1;
        if *digit < *limit {
            return true;
        }
        *digit = 0;
    }
    false
}

fn zeros<T: Clone + Default>(count: usize) -> Option<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    values.resize(count, T::default());
    Some(values)
}

fn describe(shape: &[u64]) -> String {
    shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" x ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_in_place() {
        // A 3 x 5 array in chunks of 2 x 2.
        let mut array = vec![0; 15];
        let mut indices = vec![0, 0];
        loop {
            let from: Vec<usize> =
                (0..4).map(|index| (indices[0] * 2 + index / 2) * 5 + indices[1] * 2 + index % 2).collect();
            Place { shape: &[3, 5], chunk: &[2, 2], indices: &indices }.copy(&from, &mut array);
            if !advance(&mut indices, &[2, 3]) {
                break;
            }
        }
        assert_eq!(array, (0..15).collect::<Vec<_>>());
    }
}
