//! `neuropil study`.

use std::path::Path;

use neuropil::optimize::Value as Level;
use neuropil::{StudyResults, StudyStatus, merge_studies};

use crate::arguments::{StudyArguments, StudyCommand};
use crate::failure::Failure;
use crate::output::{columns, print};

/// Looks at studies, and puts slices of one together.
pub(crate) fn study(arguments: &StudyArguments) -> Result<(), Failure> {
    match &arguments.command {
        StudyCommand::Status { folder } => Ok(print(&describe(&StudyResults::open(folder)?.status()?))?),
        StudyCommand::Best { folder, score, number, lowest } => best(folder, score, *number, *lowest),
        StudyCommand::Merge { folders, out } => Ok(print(&describe(&merge_studies(folders, out)?))?),
    }
}

fn best(folder: &Path, score: &str, number: usize, lowest: bool) -> Result<(), Failure> {
    let best = StudyResults::open(folder)?.best(score, number, lowest.then_some(true))?;
    let mut header = vec!["point".to_owned()];
    header.extend(best.axes);
    header.push(score.to_owned());
    let mut rows = vec![header];
    for point in &best.points {
        let mut row = vec![point.point.to_string()];
        row.extend(point.values.iter().map(shown));
        row.push(short(point.score));
        rows.push(row);
    }
    let text = if best.points.is_empty() { "no point has this score yet\n".into() } else { columns(&rows, 0) };
    Ok(print(&(text + &damage(&best.damaged)))?)
}

fn describe(status: &StudyStatus) -> String {
    let StudyStatus { points, done, without_scores, .. } = status;
    let without = status.first_reason.as_ref().map_or(String::new(), |(point, reason)| {
        format!("{without_scores} of them without scores, the first is point {point}: {reason}\n")
    });
    format!("{done} of {points} points are there\n{without}{}", damage(&status.damaged))
}

/// What cannot be read, a line each.
fn damage(damaged: &[String]) -> String {
    if damaged.is_empty() {
        return String::new();
    }
    let hint = "hint: remove the file of the same number in study.zarr/done/c, and explore again";
    format!("damaged, {}\n{hint}\n", damaged.join("\ndamaged, "))
}

fn shown(value: &Level) -> String {
    match value {
        Level::Choice(text) => text.clone(),
        value => short(value.as_number().unwrap_or(f64::NAN)),
    }
}

/// Six digits, without zeros at the end.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    rounded.to_string()
}
