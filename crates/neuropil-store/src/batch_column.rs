//! One array of a store of batches over many entries.

use std::ops::Range;

use crate::batches::{BatchStore, BatchValues};
use crate::read_error::ReadError;
use crate::zarr_array::{Elements, Kind};

/// Values of an array or coordinate with a single dimension at some entries.
#[derive(Debug)]
pub struct BatchColumn {
    /// A value for each entry that was asked for; NaN or an empty text where it cannot be read.
    pub values: BatchValues,
    /// Entries of the store that cannot be read, and why.
    pub damaged: Vec<(Range<u64>, ReadError)>,
}

impl BatchStore {
    /// Values of an array or coordinate with no dimension but that of the entries. `entries` ascend, and each chunk is
    /// read once. A chunk that is missing or damaged is no error, but named in the result.
    ///
    /// # Errors
    /// When there is no such array.
    pub fn column(&self, name: &str, entries: &[u64]) -> Result<BatchColumn, ReadError> {
        let unknown = || ReadError::Unknown { found: name.into(), expected: "the arrays of the batches".into() };
        let zarr = self.arrays.get(name).filter(|zarr| zarr.shape().len() == 1).ok_or_else(unknown)?;
        let chunk = zarr.chunk()[0].get();
        let is_text = zarr.kind() == Kind::Text;
        let mut damaged = Vec::new();
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for same in entries.chunk_by(|left, right| left / chunk == right / chunk) {
            let index = same[0] / chunk;
            let places = same.iter().map(|entry| (entry % chunk) as usize);
            let elements = self.read_chunk(name, index).unwrap_or_else(|error| {
                damaged.push((index * chunk..((index + 1) * chunk).min(self.length()), error));
                if is_text { Elements::Text(Vec::new()) } else { Elements::Float(Vec::new()) }
            });
            match elements {
                Elements::Text(values) => {
                    texts.extend(places.map(|place| values.get(place).cloned().unwrap_or_default()));
                }
                Elements::Float(values) => {
                    numbers.extend(places.map(|place| values.get(place).copied().unwrap_or(f64::NAN)));
                }
                Elements::Int(values) => {
                    numbers.extend(places.map(|place| values.get(place).map_or(f64::NAN, |value| *value as f64)));
                }
            }
        }
        let values = if is_text { BatchValues::Texts(texts) } else { BatchValues::Numbers(numbers) };
        Ok(BatchColumn { values, damaged })
    }

    /// Entries that are there, ascending.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn done_entries(&self) -> Result<Vec<u64>, ReadError> {
        let mut there: Vec<u64> = self.done()?.into_iter().flat_map(|batch| self.entries(batch)).collect();
        if let BatchValues::Numbers(marks) = self.column(crate::batches::DONE, &there)?.values {
            // A mark that cannot be read says nothing against values that can.
            let mut marks = marks.into_iter();
            there.retain(|_| marks.next() != Some(0.0));
        }
        Ok(there)
    }
}
