//! The reports on a run and on a study: one HTML file that needs no network.

mod activity;
mod anatomy;
mod bold;
mod connectivity;
mod content;
mod figure;
mod fit;
mod page;
mod spectrum;
mod study;
mod summary;

use std::fs;
use std::io;
use std::path::Path;

use neuropil::Experiment;

use crate::failure::Failure;
use content::Content;
use page::{Page, Section};

pub(crate) use study::write_study_report;

/// Writes a report on the store at `store`. The file appears whole or not at all.
pub(crate) fn write_report(store: &Path, path: &Path) -> Result<(), Failure> {
    let content = Content::read(store)?;
    let mut connectivity = connectivity::figures(&content);
    if content.measured.is_none() {
        connectivity.extend(fit::function_and_structure(&content));
    }
    let sections = vec![
        Section::new("Activity", activity::figures(&content)),
        Section::new("Spectrum", spectrum::figures(&content)),
        Section::new("BOLD", bold::figures(&content)),
        Section::new("Connectivity", connectivity),
        Section::new("Agreement with data", fit::figures(&content)),
        Section::new("Anatomy", anatomy::figures(&content)),
    ];
    let page = Page {
        title: summary::title(&content),
        facts: summary::facts(&content),
        sections,
        specification: content.experiment.as_ref().map(Experiment::to_toml),
        version: content.text("neuropil_version").unwrap_or_default().to_owned(),
        scripts: String::new(),
    };
    write_page(&page, path)
}

fn write_page(page: &Page, path: &Path) -> Result<(), Failure> {
    write_whole(path, page.render().as_bytes()).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::StorageFull => Some("free some space, then run `neuropil report`".into()),
            _ => None,
        };
        Failure::failed(format!("report `{}`: {error}", path.display()), hint)
    })
}

/// Writes beside the place and renames.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // What could not be written whole is not left behind; the first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}
