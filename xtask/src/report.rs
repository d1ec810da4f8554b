//! The reports of a run and of studies, opened once in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// Names under which Chromium is installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Studies with a page each: name, section `[study]`, and what `explore` is told beside its file.
const STUDIES: [(&str, &str, &str); 6] = [
    ("grid", "axes = { a = { from = -1, to = 1, steps = 7 }, w = { from = 0.05, to = 0.2, steps = 5 } }", ""),
    (
        "sliders",
        "axes = { a = { from = -1, to = 1, steps = 5 }, w = { from = 0.05, to = 0.2, steps = 4, scale = \"log\" }, \
         x_ext = { values = [0.1, 0, 0.2] } }",
        "",
    ),
    (
        "sobol",
        "design = \"sobol\"\npoints = 64\naxes = { a = { from = -1, to = 1 }, w = { from = 0.05, to = 0.2 } }",
        "",
    ),
    ("line", "axes = { a = { from = -1, to = 1, steps = 21 } }", ""),
    ("part", "batch = 4\naxes = { a = { from = -1, to = 1, steps = 9 }, w = { values = [0.1, 0.2] } }", "--slice 1/2"),
    (
        DAMAGED,
        "axes = { a = { from = -1, to = 1, steps = 5 }, w = { from = 0.05, to = 0.2, steps = 4, scale = \"log\" } }",
        "",
    ),
];

/// The study whose values of an axis are damaged before its page is made.
const DAMAGED: &str = "damaged";

/// What the studies share: an experiment, scores, and runs that are given up.
const EXPERIMENT: &str = "network = { model = \"hopf\" }\nsimulation = { duration = \"1 s\" }\n[study]\n";
const SCORES: &str = "
[study.scores]
amplitude = { kind = \"amplitude\", output = \"x\" }
frequency = { kind = \"dominant_frequency\", output = \"x\" }
[[study.stage]]
duration = \"200 ms\"
keep_if = { score = \"amplitude\", above = 0.05 }
";

/// Changes every control of a page as a reader would, and says when all were changed.
const READER: &str = "
window.addEventListener('load', () => {
  const places = () => [...document.querySelectorAll('select, input[type=range]')];
  for (let place = 0; place < places().length; place++) {
    // A change may replace the controls.
    const values = places()[place].options ? [...places()[place].options].map((option) => option.value) : ['0', '1'];
    for (const value of values) {
      const control = places()[place];
      if (!control) continue;
      control.value = value;
      control.dispatchEvent(new Event(control.options ? 'change' : 'input'));
    }
  }
  document.body.dataset.changed = places().length;
});
";

/// Runs a short simulation and small studies, opens their reports in headless Chromium, and looks for errors in the
/// console.
///
/// # Errors
///
/// If a report cannot be made, is empty, or has errors. Without a browser nothing is opened, which is said.
pub(crate) fn open(root: &Path) -> Result<()> {
    let folder = root.join("target/report-test");
    let _ = fs::remove_dir_all(&folder);
    let neuropil = |arguments: String| cargo(root, &format!("run --release --quiet -- {arguments}"), &[]);
    let out = folder.join("run");
    neuropil(format!("run --duration 12s --quiet --out {}", out.display()))?;
    let mut pages = vec![("run", out.join("report.html"))];
    for (name, section, arguments) in STUDIES {
        let (file, out) = (folder.join(format!("{name}.toml")), folder.join(name));
        fs::write(&file, [EXPERIMENT, section, SCORES].concat())?;
        neuropil(format!("explore {} --quiet --out {} {arguments}", file.display(), out.display()))?;
        if name == DAMAGED {
            fs::write(out.join("study.zarr/w/c/0"), "no chunk")?;
        }
        neuropil(format!("report {}", out.display()))?;
        pages.push((name, out.join("report.html")));
    }
    for (name, page) in &pages {
        let size = fs::metadata(page).with_context(|| format!("no report at `{}`", page.display()))?.len();
        ensure!(size > 100_000, "the report `{name}` has only {size} bytes");
    }
    let runs = |browser: &&&str| Command::new(browser).arg("--version").output().is_ok_and(|out| out.status.success());
    let Some(browser) = BROWSERS.iter().find(runs) else {
        println!("skipped: no Chromium ({})", BROWSERS.join(", "));
        return Ok(());
    };
    for (name, page) in &pages {
        look_at(browser, name, page, &folder)?;
    }
    Ok(())
}

/// Opens a page, changes its controls, and looks at the console and at what is drawn.
fn look_at(browser: &str, name: &str, page: &Path, folder: &Path) -> Result<()> {
    let read: PathBuf = page.with_file_name("read.html");
    let text = fs::read_to_string(page)?.replace("</body>", &format!("<script>{READER}</script></body>"));
    fs::write(&read, text)?;
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--no-first-run"])
        .args(["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", read.display()))
        .output()
        .context("cannot start Chromium")?;
    let log = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE") && line.contains("rror")).collect();
    ensure!(errors.is_empty(), "the console of the report `{name}` says:\n{}", errors.join("\n"));
    let page = String::from_utf8_lossy(&output.stdout);
    let drawn = page.matches("class=\"main-svg\"").count();
    ensure!(drawn > 0, "the browser has drawn no picture of the report `{name}`");
    let (_, changed) = page.split_once("data-changed=\"").context("the controls were not changed")?;
    let changed = changed.split('"').next().unwrap_or_default();
    ensure!(name == "run" || changed != "0", "the report `{name}` has no controls");
    println!("{name}: {drawn} layers of pictures drawn, {changed} controls changed, no error in the console");
    Ok(())
}
