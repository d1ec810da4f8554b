//! The report on a run: one HTML file that needs no network.

mod activity;
mod anatomy;
mod bold;
mod connectivity;
mod content;
mod figure;
mod fit;
mod page;
mod spectrum;
mod summary;

use std::fs;
use std::io;
use std::path::Path;

use crate::failure::Failure;
use content::Content;
use page::{Page, Section};

/// Writes a report on the store at `store`. The file appears whole or not at all.
pub(crate) fn write_report(store: &Path, path: &Path) -> Result<(), Failure> {
    let content = Content::read(store)?;
    let mut connectivity = connectivity::figures(&content);
    if content.measured.is_none() {
        connectivity.extend(fit::function_and_structure(&content));
    }
    let sections = [
        Section::new("Activity", activity::figures(&content)),
        Section::new("Spectrum", spectrum::figures(&content)),
        Section::new("BOLD", bold::figures(&content)),
        Section::new("Connectivity", connectivity),
        Section::new("Agreement with data", fit::figures(&content)),
        Section::new("Anatomy", anatomy::figures(&content)),
    ];
    let page = Page { title: summary::title(&content), facts: summary::facts(&content), sections, content: &content };
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
