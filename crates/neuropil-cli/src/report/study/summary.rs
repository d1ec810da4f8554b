//! The words of a study's page: what was varied, what was asked, and what came of it.

use neuropil::optimize::Value as Level;
use neuropil::store::BatchValues;
use neuropil::{AxisScale, AxisSection, DesignName, StudyColumn, StudySection};
use serde_json::Value;

use super::Content;
use super::data::Data;
use super::thin::best;
use crate::report::activity::sentence;
use crate::report::page::escape;
use crate::report::summary::Fact;

/// Reasons that are shown.
const REASONS: usize = 8;
/// Values of a list that are shown.
const VALUES: usize = 8;

pub(super) fn title(content: &Content) -> String {
    let attributes = content.results.attributes();
    if let Some(title) = attributes.get("title").and_then(Value::as_str).filter(|title| !title.is_empty()) {
        return title.to_owned();
    }
    let axes: Vec<&str> = content.table.axes.iter().map(|axis| axis.name.as_str()).collect();
    let axes = match axes.as_slice() {
        [first, second, third, _, _, ..] => format!("{first}, {second}, {third} and {} more", axes.len() - 3),
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        axes => axes.join(", "),
    };
    format!("{}: a study of {axes}", models(content))
}

fn models(content: &Content) -> String {
    let models = content.results.attributes().get("models").and_then(Value::as_array);
    models.into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" and ")
}

pub(super) fn facts(content: &Content) -> Vec<Fact> {
    let (done, without) = (content.table.points.len(), content.reasons.count());
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| Fact { name, value }));
    add("model", Some(models(content)).filter(|models| !models.is_empty()));
    let experiment = content.experiment.as_ref();
    let network = experiment.and_then(|experiment| experiment.network.as_ref());
    let shown = |path: &std::path::PathBuf| path.display().to_string();
    add("connectome", network.and_then(|network| network.connectome.as_ref()).map(shown));
    add("dataset", network.and_then(|network| network.dataset.as_ref()).map(shown));
    if content.table.generations.is_some() {
        // What a search has room for and did not need is no point.
        add("points", Some(done.to_string()));
    } else {
        add("design", content.section().map(|section| design(section).to_owned()));
        add("points", Some(content.points.to_string()));
        let is_whole = done as u64 == content.points;
        let part = || format!("{done}, {}", share(done, content.points as usize));
        add("there", Some(if is_whole { "all".into() } else { part() }));
    }
    let some = || format!("{without}, {}", share(without, done));
    add("without scores", (done > 0).then(|| if without == 0 { "none".into() } else { some() }));
    let generations = content.table.generations.as_ref().map(|all| all.iter().copied().fold(f64::NAN, f64::max));
    add("last generation", generations.filter(|last| last.is_finite()).map(|last| format!("{last}")));
    add(
        "simulated time of a point",
        experiment.map(|experiment| {
            let simulation = &experiment.simulation;
            neuropil::Milliseconds(simulation.transient.0 + simulation.duration.0).to_string()
        }),
    );
    add("seed", experiment.map(|experiment| experiment.simulation.seed.to_string()));
    facts
}

fn share(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

fn design(section: &StudySection) -> &'static str {
    match section.design.unwrap_or_default() {
        DesignName::Grid => "grid",
        DesignName::Sequence => "sequence",
        DesignName::List => "list",
        DesignName::Random => "random",
        DesignName::LatinHypercube => "Latin hypercube",
        DesignName::Sobol => "Sobol's sequence",
    }
}

/// What a reader must know before the pictures: what is missing, damaged or left out.
pub(super) fn notes(content: &Content, data: &Data) -> String {
    let mut notes = Vec::new();
    let (done, points) = (content.table.points.len(), content.points);
    if (done as u64) < points && content.table.generations.is_none() {
        notes.push(format!(
            "The study is not complete: {done} of {points} points are there. `neuropil explore` goes on."
        ));
    }
    if done == 0 {
        notes.push("No point is there yet, so there is nothing to show.".into());
    } else if content.table.scores.is_empty() {
        notes.push("The study asks for no scores, so there is nothing to compare.".into());
    }
    if !content.damaged.is_empty() {
        let shown: Vec<&str> = content.damaged.iter().take(REASONS).map(String::as_str).collect();
        let more = content.damaged.len() - shown.len();
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        notes.push(format!("What is damaged is left out: {}{more}.", shown.join("; ")));
    }
    if data.shown < done {
        let grid = if data.json["grid"].is_null() { "" } else { " The map shows all points." };
        notes.push(format!(
            "{} of {done} points are shown one by one: an even choice, with the best of each score and the fronts. Best \
             runs, generations and counts are of all points.{grid}",
            data.shown
        ));
    }
    if data.is_grid_left_out && !data.is_empty() {
        notes.push("The grid is too large for a map of all points.".into());
    }
    notes.iter().map(|note| ["<p class=\"note\">", &escape(note), "</p>\n"].concat()).collect()
}

/// Axes, scores and reasons.
pub(super) fn tables(content: &Content) -> String {
    let table = &content.table;
    let axes = table.axes.iter().map(|axis| {
        let section = content.section().and_then(|section| section.axes.get(&axis.name));
        let range = section.map_or_else(|| extent(&axis.values), range);
        vec![axis.name.clone(), sentence(&axis.meaning), axis.unit.clone(), range]
    });
    let scores = table.scores.iter().map(|score| {
        let direction = match (score.is_objective, score.lower_is_better) {
            (true, true) => "minimised",
            (true, false) => "maximised",
            (false, true) => "smaller is better",
            (false, false) => "larger first",
        };
        let best = best(score, 1)
            .first()
            .map_or("none".to_owned(), |&row| format!("{} at point {}", shown(score.values()[row]), table.points[row]));
        let StudyColumn { name, meaning, unit, .. } = &score.column;
        vec![name.clone(), sentence(meaning), unit.clone(), direction.into(), best]
    });
    let reasons =
        content.reasons.kinds.iter().take(REASONS).map(|kind| vec![kind.count.to_string(), sentence(&kind.example)]);
    [
        html_table(&["axis", "meaning", "unit", "values"], axes.collect()),
        html_table(&["score", "meaning", "unit", "order", "best"], scores.collect()),
        html_table(&["points", "without scores because (an example)"], reasons.collect()),
    ]
    .concat()
}

/// The values of an axis, as its section has them.
fn range(axis: &AxisSection) -> String {
    if let Some(values) = &axis.values {
        let first: Vec<String> = values.iter().take(VALUES).map(level).collect();
        let more = if values.len() > VALUES { format!(", ...: {} values", values.len()) } else { String::new() };
        return first.join(", ") + &more;
    }
    let mut text = match (axis.from, axis.to) {
        (Some(from), Some(to)) => format!("{} to {}", shown(from), shown(to)),
        _ => return String::new(),
    };
    if let Some(steps) = axis.steps {
        text = format!("{text}, {steps} values");
    }
    text += if axis.scale == AxisScale::Log { ", logarithmic" } else { "" };
    text + if axis.integer { ", whole numbers" } else { "" }
}

fn level(value: &Level) -> String {
    match value {
        Level::Choice(text) => text.clone(),
        value => shown(value.as_number().unwrap_or(f64::NAN)),
    }
}

/// The values that there are.
fn extent(values: &BatchValues) -> String {
    match values {
        BatchValues::Numbers(values) => {
            let finite = || values.iter().copied().filter(|value| value.is_finite());
            let (least, largest) = (finite().reduce(f64::min), finite().reduce(f64::max));
            least
                .zip(largest)
                .map_or(String::new(), |(least, largest)| format!("{} to {}", shown(least), shown(largest)))
        }
        BatchValues::Texts(texts) => {
            let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.truncate(VALUES);
            texts.join(", ")
        }
    }
}

/// Five digits, without zeros at the end.
fn shown(value: f64) -> String {
    let rounded: f64 = format!("{value:.4e}").parse().unwrap_or(value);
    rounded.to_string()
}

fn html_table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cell = |kind: &str, text: &str| ["<", kind, ">", &escape(text), "</", kind, ">"].concat();
    let head: String = header.iter().map(|name| cell("th", name)).collect();
    let line = |row: Vec<String>| row.iter().map(|text| cell("td", text)).collect::<String>();
    let body: String = rows.into_iter().map(|row| ["<tr>", &line(row), "</tr>\n"].concat()).collect();
    format!(
        "<figure><div class=\"wide\"><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div></figure>\n"
    )
}
