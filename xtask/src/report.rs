//! The report, opened once in a real browser.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// Names under which Chromium is installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Runs a short simulation, opens its report in headless Chromium, and looks for errors in the console.
///
/// # Errors
///
/// If the report cannot be made, is empty, or has errors. Without a browser nothing is checked, which is said.
pub(crate) fn open(root: &Path) -> Result<()> {
    let folder = root.join("target/report-test");
    let _ = fs::remove_dir_all(&folder);
    let out = folder.join("run");
    let run = format!("run --release --quiet -- run --duration 12s --quiet --out {}", out.display());
    cargo(root, &run, &[])?;
    let page = out.join("report.html");
    let size = fs::metadata(&page).with_context(|| format!("no report at `{}`", page.display()))?.len();
    ensure!(size > 100_000, "the report has only {size} bytes");

    let runs = |browser: &&&str| Command::new(browser).arg("--version").output().is_ok_and(|out| out.status.success());
    let Some(browser) = BROWSERS.iter().find(runs) else {
        println!("skipped: no Chromium ({})", BROWSERS.join(", "));
        return Ok(());
    };
    let profile = folder.join("profile");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--no-first-run"])
        .args(["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .context("cannot start Chromium")?;
    let log = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE") && line.contains("rror")).collect();
    ensure!(errors.is_empty(), "the report's console says:\n{}", errors.join("\n"));
    let page = String::from_utf8_lossy(&output.stdout);
    let drawn = page.matches("class=\"main-svg\"").count();
    ensure!(drawn > 0, "the browser has drawn no picture");
    println!("{drawn} layers of pictures drawn, no error in the console");
    Ok(())
}
