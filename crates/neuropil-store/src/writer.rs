//! Writing a store while a run goes on.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use crate::create_error::CreateError;
use crate::document::{Document, KEY, RESERVED};
use crate::folder::Folder;
use crate::growing::{ChunkError, GrowingArray};
use crate::layout::{Dimensions, array_layout, attributes};
use crate::room::make_room;
use crate::spec::{ArraySpec, Coordinate, CoordinateSpec, Extent, is_name};
use crate::write_error::WriteError;
use crate::zarr_array::{Elements, Kind, Layout, ZarrArray};

/// Values of a regular coordinate that are written together.
const COORDINATE_CHUNK: usize = 4096;

/// Handle of an array that grows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArrayId(String);

/// Writes a store: a folder in Zarr v3 that `xarray.open_zarr` opens.
///
/// Memory holds one chunk of each growing array. A full chunk is written at once, then the new length of all arrays
/// along that dimension in one step. So a run that is killed leaves a store that can be read up to the last whole
/// chunk that all arrays along a dimension have, with the attribute `complete: false`.
///
/// ```
/// use neuropil_store::{ArraySpec, Coordinate, CoordinateSpec, StoreReader, StoreWriter};
/// # let place = tempfile::tempdir()?;
/// # let path = place.path().join("run.zarr");
/// let mut store = StoreWriter::create(&path, serde_json::Map::new(), false)?;
/// store.add_coordinate(&CoordinateSpec::new("time", Coordinate::Regular { start: 0.0, step: 0.5 }).unit("ms"))?;
/// let rates = store.add_array(&ArraySpec::new("rate").dimension("node", 2).growing("time", 100).unit("Hz"))?;
/// store.append(&rates, &[1.0, 2.0, 3.0, 10.0, 20.0, 30.0])?; // two nodes, three samples
/// store.finish()?;
/// assert_eq!(StoreReader::open(&path)?.read("rate")?.shape, [2, 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct StoreWriter {
    folder: Folder,
    document: Document,
    dimensions: Dimensions,
    growing: BTreeMap<String, GrowingArray>,
    regular: BTreeMap<String, RegularCoordinate>,
    /// Arrays whose chunks are written one by one.
    batched: BTreeMap<String, ZarrArray>,
    /// Lengths of growing dimensions that readers see.
    committed: BTreeMap<String, u64>,
    failed: bool,
}

#[derive(Debug)]
struct RegularCoordinate {
    zarr: ZarrArray,
    dimension: String,
    start: f64,
    step: f64,
    /// Values on disk.
    written: u64,
}

impl StoreWriter {
    /// Begins a store at `path`, making the folders above it. `attributes` become the store's: the specification of
    /// the run, its seed, versions.
    ///
    /// With `overwrite`, a store of neuropil that lies there is removed first. Nothing else is ever removed: neither a
    /// folder that is no such store, nor one that holds anything that is not part of it.
    ///
    /// # Errors
    /// When something lies at `path` that may not be removed, an attribute is called `neuropil_store`, `complete` or
    /// `coordinates`, or the system refuses.
    pub fn create(
        path: impl AsRef<Path>,
        attributes: Map<String, Value>,
        overwrite: bool,
    ) -> Result<Self, CreateError> {
        if let Some(name) = attributes.keys().find(|name| RESERVED.contains(&name.as_str())) {
            return Err(CreateError::ReservedAttribute { name: name.clone() });
        }
        let folder = Folder::new(path.as_ref());
        make_room(&folder, overwrite)?;
        folder.create()?;
        let document = Document { attributes, ..Document::default() };
        folder.write(KEY, &document.to_bytes())?;
        Ok(Self {
            folder,
            document,
            dimensions: Dimensions::default(),
            growing: BTreeMap::new(),
            regular: BTreeMap::new(),
            batched: BTreeMap::new(),
            committed: BTreeMap::new(),
            failed: false,
        })
    }

    /// Where the store lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Sets an attribute of the store, such as the time the run took.
    ///
    /// # Errors
    /// When the store writes that attribute itself, or the system refuses.
    pub fn set_attribute(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Result<(), WriteError> {
        let name = name.into();
        if RESERVED.contains(&name.as_str()) {
            return Err(WriteError::ReservedAttribute { name });
        }
        self.document.attributes.insert(name, value.into());
        self.write_document()
    }

    /// Writes a coordinate. A regular one grows with its dimension, unless that was declared with a known length
    /// before.
    ///
    /// # Errors
    /// When the name is taken or not allowed, the count of values is not the length of the dimension, or the system
    /// refuses.
    pub fn add_coordinate(&mut self, spec: &CoordinateSpec) -> Result<(), WriteError> {
        self.check_name(&spec.name)?;
        if !is_name(&spec.dimension) {
            return Err(WriteError::Name { found: spec.dimension.clone() });
        }
        let attributes = attributes(spec.unit.as_deref(), spec.long_name.as_deref());
        let layout = |kind, length: usize, chunk: usize| Layout {
            kind,
            dimensions: vec![spec.dimension.clone()],
            shape: vec![length as u64],
            chunk: vec![chunk as u64],
            attributes: attributes.clone(),
        };
        let (kind, elements) = match &spec.values {
            Coordinate::Float(values) => (Kind::Float64, Elements::Float(values.clone())),
            Coordinate::Int(values) => (Kind::Int64, Elements::Int(values.clone())),
            Coordinate::Text(values) => (Kind::Text, Elements::Text(values.clone())),
            Coordinate::Regular { start, step } => {
                let Some(Extent::Fixed(length)) = self.dimensions.get(&spec.dimension) else {
                    let layout = layout(Kind::Float64, 0, COORDINATE_CHUNK);
                    return self.add_regular_coordinate(spec, *start, *step, &layout);
                };
                (Kind::Float64, Elements::Float(regular(*start, *step, 0, length)))
            }
        };
        let length = match &elements {
            Elements::Float(values) => values.len(),
            Elements::Int(values) => values.len(),
            Elements::Text(values) => values.len(),
        };
        if length == 0 {
            let (array, expected) = (spec.name.clone(), "at least 1".into());
            return Err(WriteError::Length { array, expected, found: 0 });
        }
        self.dimensions.check(&spec.name, &spec.dimension, Extent::Fixed(length))?;
        let zarr = ZarrArray::create(&layout(kind, length, length)).map_err(internal(&spec.name))?;
        let bytes = zarr.encode(elements).map_err(internal(&spec.name))?;
        self.folder.write(&format!("{}/{}", spec.name, zarr.chunk_key(&[0])), &bytes)?;
        self.dimensions.declare(&spec.dimension, Extent::Fixed(length));
        self.declare_auxiliary(spec);
        self.publish(&spec.name, &zarr)?;
        self.write_document()
    }

    /// Declares an array whose chunks along the first dimension are written one by one, with nothing in it.
    pub(crate) fn add_batched(&mut self, spec: &ArraySpec, kind: Kind, chunk: u64) -> Result<(), WriteError> {
        self.check_name(&spec.name)?;
        self.dimensions.check_array(spec)?;
        let (mut layout, _) = array_layout(spec)?;
        layout.kind = kind;
        layout.chunk.clone_from(&layout.shape);
        layout.chunk[0] = chunk;
        let zarr = ZarrArray::create(&layout).map_err(internal(&spec.name))?;
        self.publish(&spec.name, &zarr)?;
        self.declare_dimensions(spec);
        self.batched.insert(spec.name.clone(), zarr);
        self.write_document()
    }

    /// Writes a chunk of such an array; missing values fill it up.
    pub(crate) fn write_coordinate_chunk(
        &mut self,
        name: &str,
        chunk: u64,
        mut elements: Elements,
    ) -> Result<(), WriteError> {
        let unknown = || WriteError::Unknown { array: name.into(), expected: "of the batches" };
        let zarr = self.batched.get(name).ok_or_else(unknown)?;
        elements.fill_up(zarr.chunk().iter().map(|length| length.get() as usize).product());
        let bytes = zarr.encode(elements).map_err(internal(name))?;
        Ok(self.folder.write(&format!("{name}/{}", zarr.chunk_key(&[chunk])), &bytes)?)
    }

    /// Makes arrays coordinates that are not named like their dimension.
    pub(crate) fn set_auxiliary(
        &mut self,
        names: impl Iterator<Item = String>,
        in_batches: bool,
    ) -> Result<(), WriteError> {
        self.document.auxiliary.extend(names);
        self.document.batched = in_batches;
        self.write_document()
    }

    fn add_regular_coordinate(
        &mut self,
        spec: &CoordinateSpec,
        start: f64,
        step: f64,
        layout: &Layout,
    ) -> Result<(), WriteError> {
        self.check_not_begun(&spec.name, &spec.dimension)?;
        let zarr = ZarrArray::create(layout).map_err(internal(&spec.name))?;
        self.declare_auxiliary(spec);
        self.publish(&spec.name, &zarr)?;
        let dimension = spec.dimension.clone();
        self.dimensions.declare(&dimension, Extent::Growing { chunk: COORDINATE_CHUNK });
        self.regular.insert(spec.name.clone(), RegularCoordinate { zarr, dimension, start, step, written: 0 });
        self.write_document()
    }

    /// Declares an array whose last dimension grows; samples follow by [`StoreWriter::append`].
    ///
    /// # Errors
    /// When the name is taken or not allowed, the dimensions do not fit each other or those of other arrays, samples
    /// were already written along the growing dimension, a chunk does not fit the memory, or the system refuses.
    pub fn add_array(&mut self, spec: &ArraySpec) -> Result<ArrayId, WriteError> {
        self.check_name(&spec.name)?;
        self.dimensions.check_array(spec)?;
        let Some((dimension, Extent::Growing { chunk })) = spec.dimensions.last() else {
            let found = "found a fixed last dimension, expected one that grows".into();
            return Err(WriteError::Dimensions { array: spec.name.clone(), found });
        };
        self.check_not_begun(&spec.name, dimension)?;
        let (layout, numbers) = array_layout(spec)?;
        let mut buffer = Vec::new();
        let too_large = || WriteError::TooLarge { array: spec.name.clone(), numbers: numbers.to_string() };
        buffer.try_reserve_exact(numbers).map_err(|_| too_large())?;
        buffer.resize(numbers, f64::NAN);
        let zarr = ZarrArray::create(&layout).map_err(internal(&spec.name))?;
        self.publish(&spec.name, &zarr)?;
        self.declare_dimensions(spec);
        self.committed.insert(dimension.clone(), 0);
        let array = GrowingArray::new(zarr, dimension.clone(), numbers / chunk, *chunk, buffer);
        self.growing.insert(spec.name.clone(), array);
        self.write_document()?;
        Ok(ArrayId(spec.name.clone()))
    }

    /// Appends samples to a growing array. `block` is row-major, with the array's dimensions and any number of
    /// samples in the last one. Whole chunks are written at once.
    ///
    /// # Errors
    /// When the count of numbers is not a multiple of the array's rows, an earlier write failed, or the system
    /// refuses.
    pub fn append(&mut self, array: &ArrayId, block: &[f64]) -> Result<(), WriteError> {
        if self.failed {
            return Err(WriteError::Failed);
        }
        let ArrayId(name) = array;
        let unknown = || WriteError::Unknown { array: name.clone(), expected: "that grows" };
        let growing = self.growing.get_mut(name).ok_or_else(unknown)?;
        if !block.len().is_multiple_of(growing.rows) {
            let expected = format!("a multiple of {}", growing.rows);
            return Err(WriteError::Length { array: name.clone(), expected, found: block.len() });
        }
        let samples = block.len() / growing.rows;
        let mut start = 0;
        while start < samples {
            let growing = self.growing.get_mut(name).ok_or_else(unknown)?;
            start += growing.fill(block, samples, start);
            if growing.is_full() {
                // Until both succeed, the samples of this call are neither all kept nor all refused.
                self.failed = true;
                growing.flush(name, &self.folder).map_err(|error| chunk_error(name, error))?;
                let dimension = growing.dimension.clone();
                self.commit_whole_chunks(&dimension)?;
                self.failed = false;
            }
        }
        Ok(())
    }

    /// Writes an array of known size, such as a matrix of functional connectivity or the scores of trials, row-major.
    ///
    /// # Errors
    /// When the name is taken or not allowed, a dimension grows or has another length elsewhere, the count of
    /// values is not the product of the lengths, or the system refuses.
    pub fn write(&mut self, spec: &ArraySpec, values: &[f64]) -> Result<(), WriteError> {
        self.check_name(&spec.name)?;
        self.dimensions.check_array(spec)?;
        if matches!(spec.dimensions.last(), Some((_, Extent::Growing { .. }))) {
            let found = "found a dimension that grows, expected known lengths".into();
            return Err(WriteError::Dimensions { array: spec.name.clone(), found });
        }
        let (layout, numbers) = array_layout(spec)?;
        if values.len() != numbers {
            let (array, expected) = (spec.name.clone(), numbers.to_string());
            return Err(WriteError::Length { array, expected, found: values.len() });
        }
        let zarr = ZarrArray::create(&layout).map_err(internal(&spec.name))?;
        let chunk: usize = zarr.chunk().iter().map(|length| length.get() as usize).product();
        let mut indices = vec![0; layout.shape.len()];
        for (index, values) in values.chunks(chunk).enumerate() {
            if let Some(first) = indices.first_mut() {
                *first = index as u64;
            }
            let mut elements = values.to_vec();
            elements.resize(chunk, f64::NAN);
            let bytes = zarr.encode(Elements::Float(elements)).map_err(internal(&spec.name))?;
            self.folder.write(&format!("{}/{}", spec.name, zarr.chunk_key(&indices)), &bytes)?;
        }
        self.declare_dimensions(spec);
        self.publish(&spec.name, &zarr)?;
        self.write_document()
    }

    /// Closes the store of a run that came to its end: writes what is left in memory, the last lengths, and the
    /// attribute `complete: true` with them in one step.
    ///
    /// # Errors
    /// When arrays along one dimension have different numbers of samples, an earlier write failed, or the system
    /// refuses. The store stays as it was after the last whole chunk.
    pub fn finish(mut self) -> Result<(), WriteError> {
        if self.failed {
            return Err(WriteError::Failed);
        }
        for (name, array) in &self.growing {
            let expected = self.shortest(&array.dimension, GrowingArray::samples);
            let found = array.samples();
            if found != expected {
                let (array, dimension) = (name.clone(), array.dimension.clone());
                return Err(WriteError::UnequalEnds { array, dimension, expected, found });
            }
        }
        self.document.complete = true;
        self.close()
    }

    /// Closes the store of a run that was stopped: as [`StoreWriter::finish`], but arrays along one dimension are
    /// cut to the shortest, and the attribute `complete` stays false.
    ///
    /// # Errors
    /// When the system refuses. The store stays as it was after the last whole chunk.
    pub fn finish_partial(mut self) -> Result<(), WriteError> {
        self.close()
    }

    fn close(&mut self) -> Result<(), WriteError> {
        for (name, array) in &mut self.growing {
            array.flush(name, &self.folder).map_err(|error| chunk_error(name, error))?;
        }
        for dimension in self.committed.keys().cloned().collect::<Vec<_>>() {
            let length = self.shortest(&dimension, GrowingArray::samples);
            self.extend(&dimension, length)?;
        }
        self.write_document()
    }

    /// Makes whole chunks visible that all arrays along a dimension have.
    fn commit_whole_chunks(&mut self, dimension: &str) -> Result<(), WriteError> {
        let length = self.shortest(dimension, GrowingArray::written);
        if self.committed.get(dimension).is_some_and(|committed| length > *committed) {
            self.extend(dimension, length)?;
            self.write_document()?;
        }
        Ok(())
    }

    fn shortest(&self, dimension: &str, samples: fn(&GrowingArray) -> u64) -> u64 {
        self.growing.values().filter(|array| array.dimension == dimension).map(samples).min().unwrap_or(0)
    }

    /// Brings coordinates and metadata along a dimension to a new length. The root document is left to the caller.
    fn extend(&mut self, dimension: &str, length: u64) -> Result<(), WriteError> {
        let mut changed = Vec::new();
        for (name, coordinate) in self.regular.iter_mut().filter(|(_, coordinate)| coordinate.dimension == dimension) {
            while coordinate.written < length {
                let chunk = COORDINATE_CHUNK as u64;
                let values = regular(coordinate.start, coordinate.step, coordinate.written, COORDINATE_CHUNK);
                let bytes = coordinate.zarr.encode(Elements::Float(values)).map_err(internal(name))?;
                let key = coordinate.zarr.chunk_key(&[coordinate.written / chunk]);
                self.folder.write(&format!("{name}/{key}"), &bytes)?;
                coordinate.written += chunk;
            }
            coordinate.zarr.set_length(0, length).map_err(internal(name))?;
            changed.push((name.clone(), coordinate.zarr.metadata().map_err(internal(name))?));
        }
        for (name, array) in self.growing.iter_mut().filter(|(_, array)| array.dimension == dimension) {
            let last = array.zarr.shape().len() - 1;
            array.zarr.set_length(last, length).map_err(internal(name))?;
            changed.push((name.clone(), array.zarr.metadata().map_err(internal(name))?));
        }
        for (name, metadata) in changed {
            self.folder.write(&format!("{name}/{KEY}"), format!("{metadata:#}\n").as_bytes())?;
            self.document.arrays.insert(name, metadata);
        }
        self.committed.insert(dimension.to_string(), length);
        Ok(())
    }

    fn publish(&mut self, name: &str, zarr: &ZarrArray) -> Result<(), WriteError> {
        let metadata = zarr.metadata().map_err(internal(name))?;
        self.folder.write(&format!("{name}/{KEY}"), format!("{metadata:#}\n").as_bytes())?;
        self.document.arrays.insert(name.to_string(), metadata);
        Ok(())
    }

    fn write_document(&self) -> Result<(), WriteError> {
        Ok(self.folder.write(KEY, &self.document.to_bytes())?)
    }

    fn declare_auxiliary(&mut self, spec: &CoordinateSpec) {
        if spec.name != spec.dimension {
            self.document.auxiliary.push(spec.name.clone());
        }
    }

    fn declare_dimensions(&mut self, spec: &ArraySpec) {
        for (name, extent) in &spec.dimensions {
            self.dimensions.declare(name, *extent);
        }
    }

    fn check_name(&self, name: &str) -> Result<(), WriteError> {
        if !is_name(name) {
            return Err(WriteError::Name { found: name.into() });
        }
        if self.document.arrays.keys().any(|taken| taken.eq_ignore_ascii_case(name)) {
            return Err(WriteError::NameTaken { found: name.into() });
        }
        Ok(())
    }

    /// Arrays along one dimension have one length, so none may join once there are samples.
    fn check_not_begun(&self, array: &str, dimension: &str) -> Result<(), WriteError> {
        let begun = |growing: &GrowingArray| growing.dimension == dimension && growing.samples() > 0;
        if self.growing.values().any(begun) {
            return Err(WriteError::TooLate { array: array.into(), dimension: dimension.into() });
        }
        Ok(())
    }
}

fn regular(start: f64, step: f64, first: u64, count: usize) -> Vec<f64> {
    (0..count).map(|index| start + (first + index as u64) as f64 * step).collect()
}

fn internal(array: &str) -> impl FnOnce(String) -> WriteError {
    move |reason| WriteError::Internal { array: array.into(), reason }
}

fn chunk_error(array: &str, error: ChunkError) -> WriteError {
    match error {
        ChunkError::Encode(reason) => internal(array)(reason),
        ChunkError::File(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::reader::StoreReader;

    /// Whatever write fails for want of space, what was committed before can be read, and so it can after closing.
    #[test]
    fn a_full_disk_leaves_whole_chunks() {
        let mut outcomes = std::collections::BTreeSet::new();
        for budget in (0..60_000).step_by(1499) {
            let place = tempfile::tempdir().unwrap();
            let path = place.path().join("run.zarr");
            let mut store = StoreWriter::create(&path, Map::new(), false).unwrap();
            store.add_coordinate(&CoordinateSpec::new("time", Coordinate::Regular { start: 0.0, step: 2.0 })).unwrap();
            let slow = store.add_array(&ArraySpec::new("slow").dimension("node", 2).growing("time", 3)).unwrap();
            let fast = store.add_array(&ArraySpec::new("fast").growing("time", 2)).unwrap();
            store.folder.budget.set(Some(budget));
            let mut failed = false;
            for sample in 0..7 {
                let value = f64::from(sample);
                let outcome = store.append(&slow, &[value, -value]).and_then(|()| store.append(&fast, &[value]));
                if let Err(error) = outcome {
                    assert!(matches!(&error, WriteError::File(_)), "{error}");
                    assert!(matches!(store.append(&fast, &[value]), Err(WriteError::Failed)));
                    failed = true;
                    break;
                }
            }
            let seen = StoreReader::open(&path).unwrap();
            let times = seen.read("time").unwrap();
            assert_eq!(seen.read("slow").unwrap().shape, [2, times.shape[0]]);
            assert_eq!(seen.read("fast").unwrap().shape, times.shape);
            for (index, time) in times.values.iter().enumerate() {
                assert!((time - 2.0 * index as f64).abs() < 1e-15);
                assert!((seen.read("fast").unwrap().values[index] - index as f64).abs() < 1e-15);
            }
            outcomes.insert((failed, times.shape[0]));
            store.folder.budget.set(None);
            if failed {
                store.finish_partial().unwrap();
                let seen = StoreReader::open(&path).unwrap();
                assert!(!seen.is_complete());
                let fast = seen.read("fast").unwrap();
                assert!(fast.values.iter().enumerate().all(|(index, value)| (value - index as f64).abs() < 1e-15));
                assert!(fast.shape[0] >= times.shape[0]);
            }
        }
        // The budgets reach from no chunk at all to none refused.
        assert!(
            outcomes.contains(&(true, 0)) && outcomes.contains(&(true, 4)) && outcomes.contains(&(false, 6)),
            "{outcomes:?}"
        );
    }
}
