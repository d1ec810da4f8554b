//! The present value of an output, in the order of lanes, and its past where somebody needs it.

use neuropil_kernel::{LANES, Operation, OutputSource, Portable, Row, Rows, Simd, dispatch};

use crate::history::History;

/// Tiles that are worth other instructions.
const FEW: usize = 8;

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
    let gather = Gather { rows, per_tile, row, lanes };
    if rows.len() < FEW * per_tile {
        // Quicker than to choose instructions.
        gather.run(Portable);
    } else {
        dispatch(gather);
    }
}

struct Gather<'a> {
    rows: &'a [Row],
    per_tile: usize,
    row: usize,
    lanes: &'a mut [f64],
}

impl Operation for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut row = self.row;
        for lanes in self.lanes.as_chunks_mut::<LANES>().0 {
            let Some(present) = self.rows.get(row) else { return };
            *lanes = s.to_array(s.load(present));
            row += self.per_tile;
        }
    }
}
