//! The tasks of neuropil's developers: generate, test, measure.

mod bench;
mod generate;
mod layers;
mod python;
mod report;
mod test;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
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
        /// Write the types of the Python package's native module instead.
        #[arg(long, conflicts_with = "check")]
        python: bool,
    },
    /// Everything that CI checks.
    Test,
    /// Build the documentation site.
    Docs,
    /// Measure speed and memory, beside the peers that are given.
    Bench(bench::Peers),
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies below the repository's root")?;
    match Arguments::parse().task {
        Task::Generate { python: true, .. } => python::write_stubs(root),
        Task::Generate { check: true, .. } => generate::check(root),
        Task::Generate { check: false, .. } => generate::write(root),
        Task::Test => test::run(root),
        Task::Docs => python::site(root),
        Task::Bench(peers) => bench::run(root, &peers),
    }
}

/// Runs cargo in the root with these arguments (separated by spaces) and environment.
fn cargo(root: &Path, arguments: &str, environment: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(arguments.split_whitespace()).envs(environment.iter().copied());
    let status = command.status().with_context(|| format!("cannot start `cargo {arguments}`"))?;
    ensure!(status.success(), "`cargo {arguments}` failed");
    Ok(())
}
