//! The report on a study.

mod best;
mod data;
mod front;
mod generations;
mod reasons;
mod summary;
mod thin;

use std::path::Path;

use neuropil::{AxisScale, Experiment, StudyResults, StudySection, StudyTable};
use serde_json::Value;

use super::page::{Page, Section, data_script};
use super::write_page;
use crate::failure::Failure;
use reasons::Reasons;

const SCRIPT: &str = include_str!("study/study.js");
/// The place of a table that the script makes.
const BEST_RUNS: &str = "<figure><div class=\"controls\" id=\"best-controls\"></div><div id=\"best\"></div></figure>\n";

/// What a study has given so far, as its page needs it.
struct Content<'a> {
    results: &'a StudyResults,
    table: StudyTable,
    /// Points that the study has in all.
    points: u64,
    experiment: Option<Experiment>,
    /// What was varied and asked; a program may have made the experiment.
    section: Option<StudySection>,
    reasons: Reasons,
    /// What cannot be read.
    damaged: Vec<String>,
}

impl Content<'_> {
    /// The section `[study]`.
    fn section(&self) -> Option<&StudySection> {
        self.section.as_ref()
    }

    /// Whether an axis is divided by ratios.
    fn is_logarithmic(&self, axis: &str) -> bool {
        self.section().and_then(|section| section.axes.get(axis)).is_some_and(|axis| axis.scale == AxisScale::Log)
    }
}

/// Writes a report on a study, complete or not. The file appears whole or not at all.
pub(crate) fn write_study_report(results: &StudyResults, path: &Path) -> Result<(), Failure> {
    let table = results.table()?;
    let mut content = Content {
        results,
        points: results.points(),
        experiment: Experiment::from_json(&results.specification().to_string()).ok(),
        section: results.specification().get("study").and_then(|section| serde_json::from_value(section.clone()).ok()),
        reasons: Reasons::of(&table.reasons),
        damaged: table.damaged.clone(),
        table,
    };
    let best = best::figures(&mut content)?;
    let data = data::Data::of(&mut content)?;
    // What the script draws has a place only where there is something to draw.
    let drawn = |html: String| if data.is_empty() { String::new() } else { html };
    let fronts = if content.table.scores.len() > 1 { figure("front", 480) } else { String::new() };
    let sections = vec![
        Section::of_html("", summary::notes(&content, &data)),
        Section::of_html("Parameters and scores", drawn(figure("plane", 580))),
        Section::of_html("Best runs", drawn(BEST_RUNS.into())),
        Section::new("Functional connectivity of the best run", best),
        Section::new("Generations", generations::figures(&content)),
        Section::of_html("Trade-offs", drawn(fronts)),
        Section::of_html("All axes and scores", drawn(figure("parallel", 420))),
        Section::of_html("What was varied and asked", summary::tables(&content)),
    ];
    let scripts = drawn(data_script("study", &data.json) + "<script>\n" + SCRIPT + "</script>\n");
    let version = results.attributes().get("neuropil_version").and_then(Value::as_str).unwrap_or_default().to_owned();
    let specification = content
        .experiment
        .as_ref()
        .map_or_else(|| serde_json::to_string_pretty(results.specification()).unwrap_or_default(), Experiment::to_toml);
    let page = Page {
        title: summary::title(&content),
        facts: summary::facts(&content),
        sections,
        specification: Some(specification),
        version,
        scripts,
    };
    write_page(&page, path)
}

/// A place for a figure that the script draws, with its controls and caption.
fn figure(id: &str, height: usize) -> String {
    format!(
        "<figure><div class=\"controls\" id=\"{id}-controls\"></div>\
         <div class=\"wide\"><div id=\"{id}\" style=\"height:{height}px\"></div></div>\
         <figcaption id=\"{id}-caption\"></figcaption></figure>\n"
    )
}
