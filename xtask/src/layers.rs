//! Which crate may depend on which: ARCHITECTURE.md, held.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Crates from low to high, with the crates of ours that each may use.
const LAYERS: [(&str, &[&str]); 12] = [
    ("neuropil-kernel", &[]),
    ("neuropil-lang", &["kernel"]),
    ("neuropil-models", &["kernel", "lang"]),
    ("neuropil-sim", &["kernel", "lang"]),
    ("neuropil-data", &["kernel"]),
    ("neuropil-analysis", &[]),
    ("neuropil-optimize", &["kernel"]),
    ("neuropil-store", &[]),
    ("neuropil", &["kernel", "lang", "models", "sim", "data", "analysis", "optimize", "store"]),
    ("neuropil-cli", &[""]),
    ("neuropil-python", &[""]),
    ("xtask", &["lang"]),
];

/// Whether every dependency points downwards.
///
/// # Errors
///
/// If one does not; the error names it.
pub(crate) fn check(root: &Path) -> Result<()> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("cannot start `cargo metadata`")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    for package in metadata["packages"].as_array().context("packages")? {
        let name = package["name"].as_str().context("name")?;
        let allowed = LAYERS.iter().find(|layer| layer.0 == name);
        let allowed = allowed.with_context(|| format!("crate `{name}` stands in no layer of xtask/src/layers.rs"))?.1;
        for dependency in package["dependencies"].as_array().context("dependencies")? {
            let used = dependency["name"].as_str().context("name")?;
            let is_normal = dependency["kind"].is_null();
            let Some(used) = used.strip_prefix("neuropil") else { continue };
            let used = used.trim_start_matches('-');
            ensure!(!is_normal || allowed.contains(&used), "`{name}` may not depend on `neuropil-{used}`");
        }
    }
    Ok(())
}
