//! Computes a transfer table and writes it to a file.
//!
//! ```text
//! cargo run --release -p neuropil-models --example transfer_table -- OUTPUT [PARAMETER=VALUE ...]
//! ```
//!
//! Parameters are those of `TransferNeuron`, for example `refractory_period=2`. Without any the file is the table of
//! the catalogue's ALN model, `crates/neuropil-models/assets/aln_transfer.bin`.

use std::error::Error;
use std::time::Instant;

use neuropil_models::{TransferGrid, TransferNeuron, TransferTable};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let output = arguments.next().ok_or("expected a path to write to")?;
    let mut values = TransferNeuron::default().values();
    for argument in arguments {
        let (name, value) = argument.split_once('=').ok_or_else(|| format!("`{argument}`: expected NAME=VALUE"))?;
        let index = TransferNeuron::NAMES.iter().position(|known| *known == name);
        let index = index.ok_or_else(|| format!("`{name}`: expected one of {:?}", TransferNeuron::NAMES))?;
        values[index] = value.parse().map_err(|error| format!("`{name}`: {error}"))?;
    }

    let start = Instant::now();
    let progress = |done: usize, total: usize| eprint!("\r{done} of {total} points");
    let table = TransferTable::compute(TransferNeuron::from_values(values), TransferGrid::default(), &progress)?;
    let bytes = table.to_bytes();
    std::fs::write(&output, &bytes)?;
    eprintln!("\n{output}: {} bytes, {:.1} s", bytes.len(), start.elapsed().as_secs_f64());
    Ok(())
}
