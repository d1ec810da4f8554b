//! The products of all rows of a matrix with each other, `G = A A'`.
//!
//! Rows are packed in panels of four, so that a 4 x 4 tile of the result lives in registers while both panels are
//! read straight through. Blocks of columns keep the panels in the first cache. Each number of the result is summed
//! by one thread in a fixed order: the bits do not depend on the number of threads.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

/// Rows of a panel.
const PANEL: usize = 4;
/// Columns of a block: two panels of it take 16 KiB.
const BLOCK: usize = 256;
/// Panels that one task multiplies with every later panel.
const GROUP: usize = 8;

/// Rows in panels: `values[(panel * length + column) * 4 + row_of_panel]`, with zeros where rows are missing.
pub(crate) struct Panels {
    values: Vec<f64>,
    rows: usize,
    length: usize,
}

impl Panels {
    /// `values` holds rows of `length` numbers, row-major.
    pub(crate) fn pack(values: &[f64], length: usize) -> Self {
        let rows = values.len() / length;
        let mut packed = vec![0.0; rows.div_ceil(PANEL) * PANEL * length];
        let panels = packed.chunks_exact_mut(PANEL * length).zip(values.chunks(PANEL * length));
        for (panel, rows) in panels {
            for (row, values) in rows.chunks_exact(length).enumerate() {
                for (column, value) in values.iter().enumerate() {
                    panel[column * PANEL + row] = *value;
                }
            }
        }
        Self { values: packed, rows, length }
    }

    fn count(&self) -> usize {
        self.rows.div_ceil(PANEL)
    }

    fn panel(&self, panel: usize) -> &[f64] {
        &self.values[panel * PANEL * self.length..(panel + 1) * PANEL * self.length]
    }

    /// Writes `G` (rows x rows, row-major) on the calling thread.
    pub(crate) fn gram(&self, output: &mut [f64]) {
        for (group, rows) in output.chunks_mut(GROUP * PANEL * self.rows).enumerate() {
            self.gram_group(group, rows);
        }
        mirror(output, self.rows);
    }

    /// Writes `G` (rows x rows, row-major) with all threads. Once `stop` is set, the rest is left out.
    pub(crate) fn gram_parallel(&self, output: &mut [f64], stop: &AtomicBool) {
        output.par_chunks_mut(GROUP * PANEL * self.rows).enumerate().for_each(|(group, rows)| {
            if !stop.load(Ordering::Relaxed) {
                self.gram_group(group, rows);
            }
        });
        mirror(output, self.rows);
    }

    /// The part of a group's rows on and right of the diagonal.
    fn gram_group(&self, group: usize, output: &mut [f64]) {
        let first = group * GROUP;
        let last = (first + GROUP).min(self.count());
        let mut tiles = vec![[[0.0; PANEL]; PANEL]; (last - first) * (self.count() - first)];
        for start in (0..self.length).step_by(BLOCK) {
            let columns = start * PANEL..(start + BLOCK).min(self.length) * PANEL;
            for right in first..self.count() {
                let right_panel = &self.panel(right)[columns.clone()];
                for left in first..last.min(right + 1) {
                    let tile = &mut tiles[(left - first) * (self.count() - first) + right - first];
                    multiply(&self.panel(left)[columns.clone()], right_panel, tile);
                }
            }
        }
        for (row, output) in output.chunks_exact_mut(self.rows).enumerate() {
            let left = row / PANEL;
            for (column, output) in output.iter_mut().enumerate().skip(first * PANEL + row) {
                *output = tiles[left * (self.count() - first) + column / PANEL - first][row % PANEL][column % PANEL];
            }
        }
    }
}

/// Adds the products of two blocks to a tile.
#[inline]
fn multiply(left: &[f64], right: &[f64], tile: &mut [[f64; PANEL]; PANEL]) {
    let mut sums = [[0.0; PANEL]; PANEL];
    let (left, _) = left.as_chunks::<PANEL>();
    let (right, _) = right.as_chunks::<PANEL>();
    for (left, right) in left.iter().zip(right) {
        for row in 0..PANEL {
            for column in 0..PANEL {
                sums[row][column] += left[row] * right[column];
            }
        }
    }
    for row in 0..PANEL {
        for column in 0..PANEL {
            tile[row][column] += sums[row][column];
        }
    }
}

/// Copies the numbers above the diagonal below it, in squares that fit the cache.
fn mirror(values: &mut [f64], size: usize) {
    const SQUARE: usize = 32;
    for row_start in (0..size).step_by(SQUARE) {
        for column_start in (0..=row_start).step_by(SQUARE) {
            for row in row_start..(row_start + SQUARE).min(size) {
                for column in column_start..(column_start + SQUARE).min(row) {
                    values[row * size + column] = values[column * size + row];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_definition_for_awkward_sizes() {
        for (rows, length) in [(1, 1), (3, 5), (4, 256), (33, 257), (70, 30), (101, 600)] {
            let values: Vec<f64> = (0..rows * length).map(|index| f64::from(index as u32 * 37 % 101) - 50.0).collect();
            let mut serial = vec![f64::NAN; rows * rows];
            let mut parallel = serial.clone();
            let panels = Panels::pack(&values, length);
            panels.gram(&mut serial);
            panels.gram_parallel(&mut parallel, &AtomicBool::new(false));
            assert_eq!(serial, parallel);
            for row in 0..rows {
                for column in 0..rows {
                    // Whole numbers: exact in any order.
                    let expected: f64 =
                        (0..length).map(|k| values[row * length + k] * values[column * length + k]).sum();
                    assert!((serial[row * rows + column] - expected).abs() < 1e-9, "{rows} {length} {row} {column}");
                }
            }
        }
    }
}
