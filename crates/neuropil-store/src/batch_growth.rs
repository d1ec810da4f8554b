//! A store of batches that becomes longer.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::batches::{BatchError, BatchStore, BatchValues, DONE, StoreLock};
use crate::document::{KEY, RESERVED};
use crate::reader::StoreReader;
use crate::write_error::WriteError;
use crate::zarr_array::{Elements, ZarrArray};

impl BatchStore {
    /// Makes the store `length` entries long, at least as many as it has, and sets `attributes`; others stay. What is there
    /// stays, but for the batches `again`, and the last one where it was not full: they are to be written anew. `values`
    /// gives the values of each coordinate for a range of entries, where they do not come with the batches.
    ///
    /// When it is interrupted, the store is as long as before, and may lack those batches.
    ///
    /// # Errors
    /// When the length is smaller, the store writes an attribute itself, or the system refuses.
    pub fn grow(
        self,
        _lock: &StoreLock,
        length: u64,
        again: &[u64],
        attributes: Map<String, Value>,
        values: &mut dyn FnMut(Range<u64>) -> Vec<(String, BatchValues)>,
    ) -> Result<Self, BatchError> {
        if length < self.length() {
            let expected = format!("at least {}", self.length());
            return Err(WriteError::Length { array: DONE.into(), expected, found: length as usize }.into());
        }
        if let Some(name) = attributes.keys().find(|name| RESERVED.contains(&name.as_str())) {
            return Err(WriteError::ReservedAttribute { name: name.clone() }.into());
        }
        let cut =
            (length > self.length() && !self.length().is_multiple_of(self.batch_length())).then(|| self.batches() - 1);
        for batch in again.iter().copied().chain(cut).filter(|&batch| self.is_done(batch)) {
            self.folder.remove_file(&self.key(DONE, batch))?;
        }
        self.write_coordinates(length, values)?;
        let mut document = StoreReader::open(self.path())?.into_document(false);
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
        values: &mut dyn FnMut(Range<u64>) -> Vec<(String, BatchValues)>,
    ) -> Result<(), BatchError> {
        let Some(numbers) = self.arrays.iter().find(|(name, zarr)| zarr.dimensions() == [name.as_str()]) else {
            return Ok(());
        };
        let chunk = numbers.1.chunk()[0].get();
        for index in self.length() / chunk..length.div_ceil(chunk) {
            let range = index * chunk..((index + 1) * chunk).min(length);
            let entries = Elements::Int(range.clone().map(|entry| entry as i64).collect());
            let known = values(range).into_iter().map(|(name, values)| (name, values.into_elements()));
            for (name, mut elements) in std::iter::once((numbers.0.clone(), entries)).chain(known) {
                let unknown = || WriteError::Unknown { array: name.clone(), expected: "of the batches" };
                let zarr = self.arrays.get(&name).filter(|_| self.coordinates.contains(&name)).ok_or_else(unknown)?;
                elements.fill_up(chunk as usize);
                self.write_chunk(&name, zarr, index, elements)?;
            }
        }
        Ok(())
    }
}
