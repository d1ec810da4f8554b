//! The present value of an output, in the order of lanes, and its past where somebody needs it.

use neuropil_kernel::{LANES, OutputSource, Row, Rows};

use crate::history::History;

/// An output that is coupled, delayed, recorded or observed.
#[derive(Debug)]
pub(crate) struct Signal {
    /// Index of the bank.
    pub(crate) bank: usize,
    /// Where the bank keeps it.
    pub(crate) source: OutputSource,
    /// The value now, by lane, in whole rows.
    pub(crate) present: Rows,
    /// The past, if a delay needs it.
    pub(crate) history: Option<History>,
}

/// Copies row `row` of each tile of `rows`, which has `per_tile` rows a tile, into the order of lanes.
pub(crate) fn gather(rows: &[Row], per_tile: usize, row: usize, lanes: &mut [f64]) {
    let rows = rows.iter().skip(row).step_by(per_tile);
    for (row, lanes) in rows.zip(lanes.as_chunks_mut::<LANES>().0) {
        *lanes = **row;
    }
}
