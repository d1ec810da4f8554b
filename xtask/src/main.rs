//! The tasks of neuropil's developers: generate, check, measure.

mod generate;

use std::path::Path;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the kernels of the catalogue's models, and the list of models.
    Generate {
        /// Write nothing; fail if a file is not current.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies below the repository's root")?;
    match Arguments::parse().task {
        Task::Generate { check: true } => generate::check(root),
        Task::Generate { check: false } => generate::write(root),
    }
}
