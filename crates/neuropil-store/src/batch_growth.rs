//! A store of batches that becomes longer.

use std::ops::{ControlFlow, Range};

use serde_json::{Map, Value};

use crate::batches::{BatchError, BatchStore, BatchValues, DONE, StoreLock, numbers};
use crate::document::{KEY, RESERVED};
use crate::reader::StoreReader;
use crate::write_error::WriteError;
use crate::zarr_array::ZarrArray;

impl BatchStore {
    /// Makes the store `length` entries long, at least as many as it has, and sets `attributes`; others stay. What is there
    /// stays, but for the batches `again`, and the last one where it was not full: they are to be written anew. `values`
    /// gives the values of a coordinate for a range of entries, where they do not come with the batches.
    ///
    /// When `go_on` breaks, the store is as it was. A process that is killed leaves it as long as before; it may lack those
    /// batches, and is then not complete.
    ///
    /// # Errors
    /// When the length is smaller, the store writes an attribute itself, `go_on` broke, or the system refuses.
    pub fn grow(
        self,
        _lock: &StoreLock,
        length: u64,
        again: &[u64],
        attributes: Map<String, Value>,
        values: &mut dyn FnMut(&str, Range<u64>) -> BatchValues,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Self, BatchError> {
        if length < self.length() {
            let expected = format!("at least {}", self.length());
            return Err(WriteError::Length { array: DONE.into(), expected, found: length as usize }.into());
        }
        if let Some(name) = attributes.keys().find(|name| RESERVED.contains(&name.as_str())) {
            return Err(WriteError::ReservedAttribute { name: name.clone() }.into());
        }
        self.write_coordinates(length, values, go_on)?;
        let document = StoreReader::open(self.path())?.into_document(false);
        // Before a batch goes: a store that lacks one is not complete.
        self.folder.write(KEY, &document.to_bytes())?;
        let cut =
            (length > self.length() && !self.length().is_multiple_of(self.batch_length())).then(|| self.batches() - 1);
        for batch in again.iter().copied().chain(cut).filter(|&batch| self.is_done(batch)) {
            self.folder.remove_file(&self.key(DONE, batch))?;
        }
        let mut document = document;
        document.attributes.extend(attributes);
        for (name, zarr) in &self.arrays {
            let internal = |reason| WriteError::Internal { array: name.clone(), reason };
            let mut zarr = ZarrArray::from_metadata(&zarr.metadata().map_err(internal)?).map_err(internal)?;
            zarr.set_length(0, length).map_err(internal)?;
            let metadata = zarr.metadata().map_err(internal)?;
            self.folder.write(&format!("{name}/{KEY}"), format!("{metadata:#}\n").as_bytes())?;
            document.arrays.insert(name.clone(), metadata);
        }
        // All arrays become longer with this one file.
        self.folder.write(KEY, &document.to_bytes())?;
        Ok(Self::open(self.path())?)
    }

    /// Writes the chunks of coordinates that have entries beyond the end, whose other values are as they were.
    fn write_coordinates(
        &self,
        length: u64,
        values: &mut dyn FnMut(&str, Range<u64>) -> BatchValues,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<(), BatchError> {
        for name in &self.coordinates {
            let Some(zarr) = self.arrays.get(name) else { continue };
            let chunk = zarr.chunk()[0].get();
            for index in self.length() / chunk..length.div_ceil(chunk) {
                if go_on().is_break() {
                    return Err(BatchError::Stopped);
                }
                let range = index * chunk..((index + 1) * chunk).min(length);
                let is_number = zarr.dimensions() == [name.as_str()];
                let mut elements = if is_number { numbers(range) } else { values(name, range).into_elements() };
                elements.fill_up(chunk as usize);
                self.write_chunk(name, zarr, index, elements)?;
            }
        }
        Ok(())
    }
}
