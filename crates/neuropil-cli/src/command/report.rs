//! `neuropil report`.

use std::path::{Path, PathBuf};

use neuropil::StudyResults;

use crate::arguments::ReportArguments;
use crate::failure::Failure;
use crate::output::print;
use crate::report::{write_report, write_study_report};

/// Name of the store in the folder of a run.
pub(crate) const STORE: &str = "results.zarr";
/// Name of the report in the folder of a run.
pub(crate) const REPORT: &str = "report.html";

/// Writes a report on stored results, of a run or a study.
pub(crate) fn report(arguments: &ReportArguments) -> Result<(), Failure> {
    if StudyResults::is_at(&arguments.store) {
        let results = StudyResults::open(&arguments.store)?;
        let path = arguments.out.clone().unwrap_or_else(|| beside(results.path()));
        write_study_report(&results, &path)?;
        return Ok(print(&format!("report: {}", path.display()))?);
    }
    let inside = arguments.store.join(STORE);
    let store = if inside.is_dir() { inside } else { arguments.store.clone() };
    if !store.join("zarr.json").exists() && !store.is_file() {
        let what = if store.exists() { "a folder without results" } else { "nothing" };
        let found = format!("`path`: found {what} at `{}`", store.display());
        return Err(Failure::input(format!("{found}, expected the folder or store of a run or a study"), None));
    }
    let path = arguments.out.clone().unwrap_or_else(|| beside(&store));
    write_report(&store, &path)?;
    Ok(print(&format!("report: {}", path.display()))?)
}

/// Where the report on a store lies unless told otherwise: in the same folder.
fn beside(store: &Path) -> PathBuf {
    store.with_file_name(REPORT)
}
