//! A store that is written batch by batch, in any order, by any number of processes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::batch_layout::BatchLayout;
use crate::create_error::CreateError;
use crate::document::KEY;
use crate::folder::{FileError, Folder};
use crate::lock::Lock;
use crate::read_error::ReadError;
use crate::reader::StoreReader;
use crate::spec::{ArraySpec, Extent};
use crate::write_error::WriteError;
use crate::writer::StoreWriter;
use crate::zarr_array::{Elements, Kind, ZarrArray};

/// The array that says which entries are there; its chunk is the last file of a batch.
pub(crate) const DONE: &str = "done";
/// Values of a coordinate that are written together; a store may grow.
const COORDINATE_CHUNK: u64 = 1 << 14;
/// The same for stores that begin with more entries than this: fewer files are written faster.
const LARGE_COORDINATE_CHUNK: u64 = 1 << 20;

/// Why a store of batches cannot be begun, continued or read.
#[derive(Debug, Error)]
pub enum BatchError {
    /// It cannot be begun.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// It cannot be continued.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The caller stopped it before the store had all coordinates.
    #[error("stopped before the store was there")]
    Stopped,
}

impl From<FileError> for BatchError {
    fn from(error: FileError) -> Self {
        Self::Write(error.into())
    }
}

impl BatchError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Create(error) => error.hint(),
            Self::Write(error) => error.hint(),
            Self::Read(error) => error.hint(),
            Self::Stopped => None,
        }
    }
}

/// Values of one array for the entries of a batch, the entries first, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchValues {
    /// Numbers.
    Numbers(Vec<f64>),
    /// A text for each entry.
    Texts(Vec<String>),
}

impl BatchValues {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    pub(crate) fn into_elements(self) -> Elements {
        match self {
            Self::Numbers(numbers) => Elements::Float(numbers),
            Self::Texts(texts) => Elements::Text(texts),
        }
    }
}

/// A batch that this process computes; no other does so meanwhile. Dropped, it is free again.
#[derive(Debug)]
pub struct Claim {
    batch: u64,
    lock: Lock,
}

impl Claim {
    /// Number of the batch.
    pub fn batch(&self) -> u64 {
        self.batch
    }
}

/// A store whose arrays share a first dimension of known length, in batches that are there or not.
///
/// A batch is a chunk of each array. It counts when its chunk of the array `done` is there, which is written last, so
/// a process that is killed at any moment loses the batches that it had not finished and nothing else. What is not
/// there yet reads as NaN and empty texts. Beside the store lies, while it is written, a folder of locks: two processes
/// never work on one batch, and the locks of a process that was killed are free.
#[derive(Debug)]
pub struct BatchStore {
    pub(crate) folder: Folder,
    locks: PathBuf,
    attributes: Map<String, Value>,
    pub(crate) arrays: BTreeMap<String, ZarrArray>,
    /// Those that are known at once, and not part of a batch.
    pub(crate) coordinates: BTreeSet<String>,
    length: u64,
    batch: u64,
}

/// Keeps others from beginning or closing the same store.
#[derive(Debug)]
pub struct StoreLock(#[allow(dead_code)] Lock);

impl BatchStore {
    /// Waits until no other process begins or closes a store at `path`, and keeps others from it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn lock(path: impl AsRef<Path>) -> Result<StoreLock, BatchError> {
        Ok(StoreLock(Lock::wait_for(&locks(path.as_ref()).join("store"))?))
    }

    /// Begins a store at `path`, which appears there as a whole. `describe` may add what does not depend on the batches,
    /// and `values` gives the values of a coordinate for a range of entries, where they do not come with the batches. When
    /// `go_on` breaks, nothing is left.
    ///
    /// # Errors
    /// When something lies at `path`, names or lengths do not fit, `go_on` broke, or the system refuses.
    pub fn create(
        path: impl AsRef<Path>,
        attributes: Map<String, Value>,
        layout: &BatchLayout,
        describe: &mut dyn FnMut(&mut StoreWriter) -> Result<(), WriteError>,
        values: &mut dyn FnMut(&str, Range<u64>) -> BatchValues,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Self, BatchError> {
        let path = path.as_ref();
        if let Some(entries) = Folder::new(path).entries()?
            && !entries.is_empty()
        {
            return Err(CreateError::Exists { path: path.into() }.into());
        }
        let unfinished = path.with_extension("partial");
        let mut writer = StoreWriter::create(&unfinished, attributes, true)?;
        describe(&mut writer)?;
        writer.add_batches(layout)?;
        let chunk = coordinate_chunk(layout.length);
        for index in 0..layout.length.div_ceil(chunk) {
            let range = index * chunk..((index + 1) * chunk).min(layout.length);
            let known = layout.coordinates.iter().filter(|_| !layout.in_batches).map(|(spec, _)| &spec.name);
            for name in known.chain([&layout.dimension]) {
                if go_on().is_break() {
                    fs::remove_dir_all(&unfinished).map_err(FileError::new("remove", &unfinished))?;
                    return Err(BatchError::Stopped);
                }
                let is_number = *name == layout.dimension;
                let elements =
                    if is_number { numbers(range.clone()) } else { values(name, range.clone()).into_elements() };
                writer.write_coordinate_chunk(name, index, elements)?;
            }
        }
        drop(writer);
        fs::rename(&unfinished, path).map_err(FileError::new("write", path))?;
        Ok(Self::open(path)?)
    }

    /// Opens the store at `path`.
    ///
    /// # Errors
    /// When there is none of ours, it has no batches, or the system refuses.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let reader = StoreReader::open(path)?;
        let not_batches =
            || ReadError::NotAStore { path: path.into(), found: "the results of a run, which has no batches,".into() };
        let done = reader.zarr(DONE).map_err(|_| not_batches())?;
        let ([length], [batch]) = (done.shape(), done.chunk()) else { return Err(not_batches()) };
        let (length, batch) = (*length, batch.get());
        let (mut arrays, mut coordinates) = (BTreeMap::new(), BTreeSet::new());
        let in_batches = reader.has_batched_coordinates();
        for info in reader.arrays()? {
            let zarr = reader.zarr(&info.name)?;
            if zarr.dimensions().first() == done.dimensions().first() {
                // The dimension's own numbers are known at once, as all coordinates are unless they come in batches.
                if info.is_coordinate && (!in_batches || zarr.dimensions() == [info.name.as_str()]) {
                    coordinates.insert(info.name.clone());
                }
                arrays.insert(info.name, zarr);
            }
        }
        let attributes = reader.attributes().clone();
        Ok(Self { folder: Folder::new(path), locks: locks(path), attributes, arrays, coordinates, length, batch })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Attributes given when it was begun.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// Number of entries.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Entries of a batch, but for the last one.
    pub fn batch_length(&self) -> u64 {
        self.batch
    }

    /// Number of batches.
    pub fn batches(&self) -> u64 {
        self.length.div_ceil(self.batch)
    }

    /// The entries of a batch.
    pub fn entries(&self, batch: u64) -> Range<u64> {
        let start = batch.saturating_mul(self.batch).min(self.length);
        start..start.saturating_add(self.batch).min(self.length)
    }

    /// Whether a batch is there.
    pub fn is_done(&self, batch: u64) -> bool {
        self.path_of(DONE, batch).exists()
    }

    /// The batches that are there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn done(&self) -> Result<Vec<u64>, ReadError> {
        let folder = Folder::new(&self.folder.path().join(DONE).join("c"));
        let entries = folder.entries()?.unwrap_or_default();
        let numbers = entries.iter().filter_map(|entry| entry.name.parse().ok());
        let mut done: Vec<u64> = numbers.filter(|&batch| batch < self.batches()).collect();
        done.sort_unstable();
        Ok(done)
    }

    /// Takes a batch to compute it; nothing where it is there, or another process computes it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn claim(&self, batch: u64) -> Result<Option<Claim>, BatchError> {
        if self.is_done(batch) {
            return Ok(None);
        }
        let lock = Lock::try_take(&self.locks.join(batch.to_string()))?;
        match lock {
            // Whoever held it may have finished in between.
            Some(lock) if self.is_done(batch) => {
                lock.remove();
                Ok(None)
            }
            Some(lock) => Ok(Some(Claim { batch, lock })),
            None => Ok(None),
        }
    }

    /// Writes a batch: values for each array and text of the layout, then the mark that it is there.
    ///
    /// # Errors
    /// When an array is missing or has another count of values, the batch is the last one and another process has made
    /// the store longer, or the system refuses. Then the batch is not there.
    pub fn write(&self, claim: Claim, values: BTreeMap<String, BatchValues>) -> Result<(), BatchError> {
        let entries = self.entries(claim.batch);
        let count = (entries.end - entries.start) as usize;
        // A batch that is not full says where the store ends.
        let is_cut = (count as u64) < self.batch;
        let _lock = is_cut.then(|| Self::lock(self.folder.path())).transpose()?;
        if is_cut && self.has_grown()? {
            return Err(WriteError::Grown.into());
        }
        let mut missing = self.payload();
        if let Some(array) = missing.find(|name| !values.contains_key(*name)).cloned() {
            return Err(WriteError::Length { array, expected: "those of a batch".into(), found: 0 }.into());
        }
        for (name, values) in values {
            let unknown = || WriteError::Unknown { array: name.clone(), expected: "of the batches" };
            let zarr = self.arrays.get(&name).ok_or_else(unknown)?;
            let each: usize = zarr.shape()[1..].iter().product::<u64>() as usize;
            let (found, mut elements) = (values.len(), values.into_elements());
            if found != count * each {
                let expected = (count * each).to_string();
                return Err(WriteError::Length { array: name, expected, found }.into());
            }
            elements.fill_up(self.batch as usize * each);
            self.write_chunk(&name, zarr, claim.batch, elements)?;
        }
        let mut done = Elements::Int(vec![1; count]);
        done.fill_up(self.batch as usize);
        self.write_chunk(DONE, &self.arrays[DONE], claim.batch, done)?;
        claim.lock.remove();
        Ok(())
    }

    /// Numbers of an array for the entries of a batch that is there.
    ///
    /// # Errors
    /// When there is no such array of numbers, its chunk is missing or damaged, or the system refuses.
    pub fn read(&self, name: &str, batch: u64) -> Result<Vec<f64>, ReadError> {
        match self.read_chunk(name, batch)? {
            Elements::Float(values) => Ok(self.cut(name, batch, values)),
            Elements::Int(values) => Ok(self.cut(name, batch, values.into_iter().map(|value| value as f64).collect())),
            Elements::Text(_) => Err(ReadError::NotNumbers { array: name.into() }),
        }
    }

    /// Texts of an array for the entries of a batch that is there.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_texts(&self, name: &str, batch: u64) -> Result<Vec<String>, ReadError> {
        match self.read_chunk(name, batch)? {
            Elements::Text(values) => Ok(self.cut(name, batch, values)),
            _ => Err(ReadError::Unknown { found: name.into(), expected: "the arrays of texts".into() }),
        }
    }

    /// Begins a store at `path` like this one, without its batches.
    ///
    /// # Errors
    /// When something lies at `path`, or the system refuses.
    pub fn copy_empty(&self, path: impl AsRef<Path>) -> Result<Self, BatchError> {
        let path = path.as_ref();
        if path.exists() {
            return Err(CreateError::Exists { path: path.into() }.into());
        }
        let unfinished = Folder::new(&path.with_extension("partial"));
        if unfinished.path().exists() {
            fs::remove_dir_all(unfinished.path()).map_err(FileError::new("remove", unfinished.path()))?;
        }
        let payload: BTreeSet<&String> = self.payload().collect();
        for entry in self.folder.entries()?.unwrap_or_default().into_iter().filter(|entry| entry.is_folder) {
            let is_batched = payload.contains(&entry.name) || entry.name == DONE;
            copy_array(&self.folder, &unfinished, &entry.name, is_batched)?;
        }
        let document = StoreReader::open(self.folder.path())?.into_document(false);
        unfinished.write(KEY, &document.to_bytes())?;
        fs::rename(unfinished.path(), path).map_err(FileError::new("write", path))?;
        Ok(Self::open(path)?)
    }

    /// Copies the batches that another store of the same layout has, and this one has not; how many.
    ///
    /// # Errors
    /// When a chunk is missing or damaged, or the system refuses. What was copied before stays.
    pub fn copy_from(&self, other: &Self) -> Result<u64, BatchError> {
        let mut copied = 0;
        for batch in other.done()? {
            let Some(claim) = self.claim(batch)? else { continue };
            for name in self.payload().map(String::as_str).chain([DONE]) {
                other.read_chunk(name, batch)?;
                let key = self.key(name, batch);
                let bytes = other.folder.read(&key)?.unwrap_or_default();
                self.folder.write(&key, &bytes)?;
            }
            claim.lock.remove();
            copied += 1;
        }
        Ok(copied)
    }

    /// Marks the store as complete if all batches are there; whether they are.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(&self) -> Result<bool, BatchError> {
        if (self.done()?.len() as u64) < self.batches() { Ok(false) } else { self.close() }
    }

    /// Marks the store as complete, though batches may be missing: there will be no more. False, with nothing done, where
    /// another process has made it longer.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn close(&self) -> Result<bool, BatchError> {
        if !StoreReader::open(self.folder.path())?.is_complete() {
            let lock = Self::lock(self.folder.path())?;
            if self.has_grown()? {
                return Ok(false);
            }
            StoreWriter::mark_complete(&self.folder)?;
            drop(lock);
            // Others may still look at it; locks that are left do no harm.
            let _ = fs::remove_dir_all(&self.locks);
        }
        Ok(true)
    }

    /// Whether another process has made the store longer since it was opened.
    fn has_grown(&self) -> Result<bool, ReadError> {
        Ok(StoreReader::open(self.folder.path())?.zarr(DONE)?.shape() != [self.length])
    }

    /// Names of the arrays that a batch fills.
    fn payload(&self) -> impl Iterator<Item = &String> {
        self.arrays.keys().filter(|name| *name != DONE && !self.coordinates.contains(*name))
    }

    pub(crate) fn key(&self, name: &str, chunk: u64) -> String {
        let mut indices = vec![0; self.arrays.get(name).map_or(1, |zarr| zarr.shape().len())];
        indices[0] = chunk;
        let key = self.arrays.get(name).map_or_else(String::new, |zarr| zarr.chunk_key(&indices));
        format!("{name}/{key}")
    }

    fn path_of(&self, name: &str, chunk: u64) -> PathBuf {
        self.folder.path().join(self.key(name, chunk))
    }

    pub(crate) fn write_chunk(
        &self,
        name: &str,
        zarr: &ZarrArray,
        chunk: u64,
        elements: Elements,
    ) -> Result<(), WriteError> {
        let internal = |reason| WriteError::Internal { array: name.into(), reason };
        let bytes = zarr.encode(elements).map_err(internal)?;
        Ok(self.folder.write(&self.key(name, chunk), &bytes)?)
    }

    pub(crate) fn read_chunk(&self, name: &str, chunk: u64) -> Result<Elements, ReadError> {
        let zarr = self.arrays.get(name).ok_or_else(|| ReadError::Unknown {
            found: name.into(),
            expected: self.arrays.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        })?;
        let key = self.key(name, chunk);
        let shown = || key.trim_start_matches(name).trim_start_matches('/').to_owned();
        let bytes = self.folder.read(&key)?;
        let bytes = bytes.ok_or_else(|| ReadError::MissingChunk { array: name.into(), chunk: shown() })?;
        zarr.decode(bytes).map_err(|reason| ReadError::DamagedChunk { array: name.into(), chunk: shown(), reason })
    }

    /// Without what fills up the last batch.
    fn cut<T>(&self, name: &str, batch: u64, mut values: Vec<T>) -> Vec<T> {
        let each = self.arrays.get(name).map_or(1, |zarr| zarr.shape()[1..].iter().product::<u64>()) as usize;
        let entries = self.entries(batch);
        values.truncate((entries.end - entries.start) as usize * each);
        values
    }
}

impl StoreWriter {
    /// Declares the arrays of a layout.
    fn add_batches(&mut self, layout: &BatchLayout) -> Result<(), WriteError> {
        let index = ArraySpec::new(&layout.dimension).long_name("number");
        let done = ArraySpec::new(DONE).long_name("1 where the values are there");
        let number_chunk = coordinate_chunk(layout.length);
        let coordinate_chunk = if layout.in_batches { layout.batch } else { number_chunk };
        let kind = |is_text: &bool| if *is_text { Kind::Text } else { Kind::Float64 };
        let coordinates = layout.coordinates.iter().map(|(spec, is_text)| (spec, kind(is_text), coordinate_chunk));
        let arrays = layout.arrays.iter().map(|spec| (spec, spec.kind(), layout.batch));
        let texts = layout.texts.iter().map(|spec| (spec, Kind::Text, layout.batch));
        let own = [(&index, Kind::Int64, number_chunk), (&done, Kind::Int64, layout.batch)];
        for (spec, kind, chunk) in own.into_iter().chain(coordinates).chain(arrays).chain(texts) {
            let mut along = spec.clone();
            along.dimensions.insert(0, (layout.dimension.clone(), Extent::Fixed(layout.length as usize)));
            self.add_batched(&along, kind, chunk)?;
        }
        self.set_auxiliary(layout.coordinates.iter().map(|(spec, _)| spec.name.clone()), layout.in_batches)
    }
}

/// Copies the metadata of an array, and its chunks unless batches are to fill it.
fn copy_array(from: &Folder, to: &Folder, name: &str, is_batched: bool) -> Result<(), FileError> {
    let mut folders = vec![name.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in Folder::new(&from.path().join(&folder)).entries()?.unwrap_or_default() {
            let key = format!("{folder}/{}", entry.name);
            if entry.is_folder {
                if !is_batched {
                    folders.push(key);
                }
            } else if let Some(bytes) = from.read(&key)? {
                to.write(&key, &bytes)?;
            }
        }
    }
    Ok(())
}

/// Values of a coordinate that are written together in a store that begins with this length.
fn coordinate_chunk(length: u64) -> u64 {
    if length > LARGE_COORDINATE_CHUNK { LARGE_COORDINATE_CHUNK } else { COORDINATE_CHUNK }
}

/// The numbers of some entries, as their coordinate has them.
pub(crate) fn numbers(entries: Range<u64>) -> Elements {
    Elements::Int(entries.map(|entry| entry as i64).collect())
}

/// Where the locks of a store lie.
fn locks(path: &Path) -> PathBuf {
    path.with_extension("locks")
}

impl StoreWriter {
    /// Sets `complete` in the root document of a store that is not open for writing.
    fn mark_complete(folder: &Folder) -> Result<(), BatchError> {
        let document = StoreReader::open(folder.path())?.into_document(true);
        Ok(folder.write(KEY, &document.to_bytes())?)
    }
}
