//! An array that grows along its last dimension, and the chunk of it that is being filled.

use crate::folder::{FileError, Folder};
use crate::zarr_array::{Elements, ZarrArray};

/// Largest size of one chunk file before compression. Larger blocks are split along the first dimension.
const LARGEST_CHUNK: usize = 8 << 20;

/// Why a chunk cannot be written.
pub(crate) enum ChunkError {
    Encode(String),
    File(FileError),
}

/// Rows are all dimensions but the last, flattened.
#[derive(Debug)]
pub(crate) struct GrowingArray {
    pub(crate) zarr: ZarrArray,
    pub(crate) dimension: String,
    pub(crate) rows: usize,
    /// Samples of a chunk.
    chunk: usize,
    /// Rows x chunk.
    buffer: Vec<f64>,
    /// Samples in the buffer.
    waiting: usize,
    /// Samples on disk, in whole chunks.
    written: u64,
}

impl GrowingArray {
    /// `buffer` holds rows x `chunk` numbers of any value.
    pub(crate) fn new(zarr: ZarrArray, dimension: String, rows: usize, chunk: usize, buffer: Vec<f64>) -> Self {
        Self { zarr, dimension, rows, chunk, buffer, waiting: 0, written: 0 }
    }

    /// Samples on disk, in whole chunks.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Samples on disk and in the buffer.
    pub(crate) fn samples(&self) -> u64 {
        self.written + self.waiting as u64
    }

    pub(crate) fn is_full(&self) -> bool {
        self.waiting == self.chunk
    }

    /// Takes samples `start..` of a block (rows x `samples`) until the buffer is full; how many it took.
    pub(crate) fn fill(&mut self, block: &[f64], samples: usize, start: usize) -> usize {
        let taken = (samples - start).min(self.chunk - self.waiting);
        for (row, values) in block.chunks_exact(samples).enumerate() {
            let place = row * self.chunk + self.waiting;
            self.buffer[place..place + taken].copy_from_slice(&values[start..start + taken]);
        }
        self.waiting += taken;
        taken
    }

    /// Writes the buffer. A chunk that is not full ends in missing values and stays in the buffer.
    pub(crate) fn flush(&mut self, name: &str, folder: &Folder) -> Result<(), ChunkError> {
        if self.waiting == 0 {
            return Ok(());
        }
        for row in self.buffer.chunks_exact_mut(self.chunk) {
            row[self.waiting..].fill(f64::NAN);
        }
        let last = self.zarr.shape().len() - 1;
        let mut indices = vec![0; last + 1];
        indices[last] = self.written / self.chunk as u64;
        // Only the first dimension is split, so a chunk is a run of rows.
        let numbers: usize = self.zarr.chunk().iter().map(|length| length.get() as usize).product();
        for (index, rows) in self.buffer.chunks(numbers).enumerate() {
            if last > 0 {
                indices[0] = index as u64;
            }
            let mut elements = rows.to_vec();
            elements.resize(numbers, f64::NAN);
            let bytes = self.zarr.encode(Elements::Float(elements)).map_err(ChunkError::Encode)?;
            folder.write(&format!("{name}/{}", self.zarr.chunk_key(&indices)), &bytes).map_err(ChunkError::File)?;
        }
        if self.is_full() {
            self.written += self.chunk as u64;
            self.waiting = 0;
        }
        Ok(())
    }
}

/// Lengths of a chunk for an array of `shape` (growing dimensions with the samples of a chunk).
pub(crate) fn chunk_lengths(shape: &[usize], bytes_per_number: usize) -> Vec<u64> {
    let mut chunk: Vec<u64> = shape.iter().map(|length| *length as u64).collect();
    if shape.len() > 1 {
        let inner = shape[1..].iter().product::<usize>() * bytes_per_number;
        let most = (LARGEST_CHUNK / inner.max(1)).max(1) as u64;
        // Pieces of equal length rather than a small rest.
        chunk[0] = chunk[0].div_ceil(chunk[0].div_ceil(most).max(1));
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_blocks_are_split_along_the_first_dimension() {
        assert_eq!(chunk_lengths(&[4, 80, 1000], 8), [4, 80, 1000]);
        assert_eq!(chunk_lengths(&[100, 80, 1000], 8), [13, 80, 1000]);
        assert_eq!(chunk_lengths(&[3, 80, 1_000_000], 8), [1, 80, 1_000_000]);
        assert_eq!(chunk_lengths(&[1_000_000], 8), [1_000_000]);
    }
}
