//! The Python package: built as its users build it, and tested.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Where the types of the native module stand for editors and type checkers.
const STUB: &str = "bindings/python/python/neuropil/_neuropil.pyi";

/// Builds the package in a virtual environment of its own, with `pip install`, and runs its tests.
///
/// # Errors
///
/// If Python cannot make a virtual environment, or the build, the check of the stub or a test fails.
pub(crate) fn test(root: &Path) -> Result<()> {
    let python = environment(root)?;
    // The build in place uses this workspace's build folder, and with it what the other tests have compiled.
    run(root, &python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ".[test]"])?;
    let found = stub(root, &python)?;
    let current = fs::read_to_string(root.join(STUB)).unwrap_or_default();
    ensure!(found == current, "`{STUB}` is not current: run `cargo xtask generate --python`");
    run(root, &python, &["-m", "pytest", "--quiet"])
}

/// Writes the stub of the native module.
///
/// # Errors
///
/// If Python cannot make a virtual environment, or the build fails.
pub(crate) fn write_stub(root: &Path) -> Result<()> {
    let stub = stub(root, &environment(root)?)?;
    Ok(fs::write(root.join(STUB), stub)?)
}

/// What the stub should be.
fn stub(root: &Path, python: &Path) -> Result<String> {
    let out = root.join("target/python-stub");
    let folder = out.display().to_string();
    run(root, python, &["-m", "maturin", "generate-stubs", "--quiet", "--release", "--out", &folder])?;
    let path = out.join("neuropil/_neuropil.pyi");
    fs::read_to_string(&path).with_context(|| format!("no stub at `{}`", path.display()))
}

/// The interpreter of the virtual environment `target/python`, made where it is missing.
fn environment(root: &Path) -> Result<PathBuf> {
    let folder = root.join("target/python");
    let python = folder.join("bin/python");
    if !python.exists() {
        run(root, Path::new("python3"), &["-m", "venv", &folder.display().to_string()])?;
    }
    run(root, &python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "maturin>=1.16,<2"])?;
    Ok(python)
}

fn run(root: &Path, python: &Path, arguments: &[&str]) -> Result<()> {
    let shown = format!("{} {}", python.display(), arguments.join(" "));
    let mut command = Command::new(python);
    let status = command.current_dir(root).args(arguments).status().with_context(|| format!("cannot start `{shown}`"))?;
    ensure!(status.success(), "`{shown}` failed");
    Ok(())
}
