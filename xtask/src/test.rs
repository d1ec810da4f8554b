//! Everything that CI checks, cheap things first.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::{cargo, generate, layers, python, report};

type Step<'a> = (&'a str, &'a dyn Fn() -> Result<()>);

pub(crate) fn run(root: &Path) -> Result<()> {
    // Stores are opened by xarray, in the environment of the Python package.
    let path = python::path(root)?;
    let steps: [Step<'_>; 10] = [
        ("formatting", &|| cargo(root, "fmt --all --check", &[])),
        ("generated files are current", &|| generate::check(root)),
        ("dependencies point downwards", &|| layers::check(root)),
        ("lints", &|| cargo(root, "clippy --release --workspace --all-targets --quiet -- -D warnings", &[])),
        ("tests", &|| cargo(root, "test --release --workspace --quiet", &[("PATH", &path)])),
        ("tests with narrow instructions", &|| {
            let tests = "test --release --quiet -p neuropil-kernel -p neuropil-lang -p neuropil-sim --tests";
            cargo(root, tests, &[("NEUROPIL_SIMD", "avx2")])
        }),
        ("documentation", &|| {
            cargo(root, "doc --release --workspace --no-deps --quiet", &[("RUSTDOCFLAGS", "-D warnings")])
        }),
        ("the Python package", &|| python::test(root)),
        ("the documentation site", &|| python::site(root)),
        ("the report opens in a browser", &|| report::open(root)),
    ];
    let start = Instant::now();
    for (name, step) in steps {
        println!("== {name}");
        let begin = Instant::now();
        step()?;
        println!("== {name}: passed in {:.0} s", begin.elapsed().as_secs_f64());
    }
    println!("all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
