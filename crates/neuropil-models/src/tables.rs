//! Numbers of the tables that models declare.

use neuropil_kernel::{Axis, Table};
use neuropil_lang::{Program, TableInfo};

use crate::{CatalogueError, TransferAxis, TransferTable};

/// Name of the built-in transfer table of integrate-and-fire neurons.
pub(crate) const TRANSFER: &str = "transfer";

/// The tables that a model declares, by their names, from the numbers that are built in.
///
/// There is one: `transfer(mu: mV/ms, sigma: mV/sqrt(ms))` with the columns `r` (kHz), `V_mean` (mV) and `tau_mu` (ms), see
/// [`TransferTable`]. A model may use any of its columns, in any order.
///
/// # Errors
///
/// If the model declares another table or column.
pub fn built_in_tables(program: &Program) -> Result<Vec<Table>, CatalogueError> {
    program.tables.iter().map(built_in_table).collect()
}

fn built_in_table(declared: &TableInfo) -> Result<Table, CatalogueError> {
    let table = || declared.name.clone();
    if declared.name != TRANSFER {
        return Err(CatalogueError::UnknownTable { table: table() });
    }
    let transfer = TransferTable::aln().map_err(|error| CatalogueError::TableFormat { table: table(), error })?;
    transfer_table(&transfer, declared)
}

/// The declared columns of a transfer table. Its units are internal ones already.
fn transfer_table(transfer: &TransferTable, declared: &TableInfo) -> Result<Table, CatalogueError> {
    let table = || declared.name.clone();
    let column = |name: &String| {
        let index = TransferTable::COLUMNS.iter().position(|column| column == name);
        index.map(|index| transfer.columns()[index].clone()).ok_or_else(|| CatalogueError::UnknownColumn {
            table: table(),
            column: name.clone(),
            expected: TransferTable::COLUMNS.join(", "),
        })
    };
    let columns = declared.columns.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let grid = transfer.grid();
    let axes = [&grid.mu, &grid.sigma].map(axis).to_vec();
    Table::new(axes, &columns).map_err(|error| CatalogueError::Table { table: table(), error })
}

fn axis(axis: &TransferAxis) -> Axis {
    Axis { first: axis.first, spacing: axis.spacing(), count: axis.count }
}
