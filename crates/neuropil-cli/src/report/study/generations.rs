//! How scores and parameters change from generation to generation.

use std::collections::BTreeMap;

use neuropil::store::BatchValues;
use neuropil::{StudyColumn, StudyScore};
use serde_json::{Value, json};

use super::Content;
use crate::report::figure::{Figure, INK, LINES, Width, axis, layout, quantile, short};

/// Categories with a line of their own.
const CATEGORIES: usize = 5;

/// Nothing for a study that no optimiser drives.
pub(super) fn figures(content: &Content) -> Vec<Figure> {
    let table = &content.table;
    let Some(generations) = &table.generations else { return Vec::new() };
    let mut rows: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (row, generation) in generations.iter().enumerate().filter(|(_, generation)| generation.is_finite()) {
        rows.entry(*generation as i64).or_default().push(row);
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let mut objectives: Vec<&StudyScore> = table.scores.iter().filter(|score| score.is_objective).collect();
    if objectives.is_empty() {
        objectives = table.scores.iter().collect();
    }
    let mut figures: Vec<Figure> = objectives.iter().map(|score| of_objective(score, &rows)).collect();
    for axis in &table.axes {
        figures.push(match &axis.values {
            BatchValues::Numbers(values) => {
                let mut figure = of_parameter(axis, values, &rows);
                if content.is_logarithmic(&axis.name) {
                    figure.layout["yaxis"]["type"] = "log".into();
                }
                figure
            }
            BatchValues::Texts(values) => of_categories(axis, values, &rows),
        });
    }
    figures
}

/// Best, mean and spread of an objective.
fn of_objective(score: &StudyScore, rows: &BTreeMap<i64, Vec<usize>>) -> Figure {
    let values = score.values();
    let finite = |rows: &Vec<usize>| rows.iter().map(|&row| values[row]).filter(|value| value.is_finite()).collect();
    let each: Vec<Vec<f64>> = rows.values().map(finite).collect();
    let x: Vec<i64> = rows.keys().copied().collect();
    let best_of = |values: &Vec<f64>| {
        values.iter().copied().fold(f64::NAN, |best, value| if score.is_better(value, best) { value } else { best })
    };
    let best: Vec<f64> = each.iter().map(best_of).collect();
    let mut so_far = f64::NAN;
    let reached = best.iter().map(|&value| {
        if score.is_better(value, so_far) {
            so_far = value;
        }
        so_far
    });
    let reached: Vec<f64> = reached.collect();
    let mean: Vec<f64> = each.iter().map(|values| values.iter().sum::<f64>() / values.len() as f64).collect();
    let mut data = band(&x, &each, 0.1, LINES[0], 0.18);
    data.push(line("mean", &x, &mean, &json!({ "color": LINES[0], "width": 2 })));
    data.push(line("best", &x, &best, &json!({ "color": LINES[1], "width": 2 })));
    data.push(line("best so far", &x, &reached, &json!({ "color": INK, "width": 1.5, "dash": "dot" })));
    let better = if score.lower_is_better { "smaller is better" } else { "larger is better" };
    figure(
        &score.column,
        data,
        format!("Best, mean, and the range of the middle 80 % of a generation; {better}."),
        true,
    )
}

/// The distribution of a parameter.
fn of_parameter(column: &StudyColumn, values: &[f64], rows: &BTreeMap<i64, Vec<usize>>) -> Figure {
    let finite = |rows: &Vec<usize>| rows.iter().map(|&row| values[row]).filter(|value| value.is_finite()).collect();
    let each: Vec<Vec<f64>> = rows.values().map(finite).collect();
    let x: Vec<i64> = rows.keys().copied().collect();
    let mut data = band(&x, &each, 0.0, LINES[2], 0.12);
    data.extend(band(&x, &each, 0.25, LINES[2], 0.25));
    let medians: Vec<f64> =
        each.iter().map(|values| quantile(values.iter().copied(), 0.5).unwrap_or(f64::NAN)).collect();
    data.push(line("median", &x, &medians, &json!({ "color": LINES[2], "width": 2 })));
    figure(column, data, "Median, the middle half and all of a generation.".into(), false)
}

/// The shares of categories, the commonest ones of the last generation.
fn of_categories(column: &StudyColumn, values: &[String], rows: &BTreeMap<i64, Vec<usize>>) -> Figure {
    let share = |category: &str, rows: &Vec<usize>| {
        rows.iter().filter(|&&row| values[row] == category).count() as f64 / rows.len() as f64
    };
    let mut categories: Vec<&str> = values.iter().map(String::as_str).collect();
    categories.sort_unstable();
    categories.dedup();
    if let Some((_, last)) = rows.last_key_value() {
        categories.sort_by(|left, right| share(right, last).total_cmp(&share(left, last)));
    }
    let x: Vec<i64> = rows.keys().copied().collect();
    let lines = categories.iter().zip(LINES).take(CATEGORIES).map(|(category, colour)| {
        let shares: Vec<f64> = rows.values().map(|rows| share(category, rows)).collect();
        line(category, &x, &shares, &json!({ "color": colour, "width": 2 }))
    });
    let shares = StudyColumn { unit: "share".into(), ..column.clone() };
    figure(&shares, lines.collect(), "Shares of its values in a generation.".into(), true)
}

fn figure(column: &StudyColumn, data: Vec<Value>, caption: String, legend: bool) -> Figure {
    let title = if column.unit.is_empty() { column.name.clone() } else { format!("{} ({})", column.name, column.unit) };
    let own = json!({
        "xaxis": axis("generation", json!({ "tickformat": "d", "showgrid": false })),
        "yaxis": axis(&title, json!({})),
        "showlegend": legend,
        "legend": { "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0 },
        "hovermode": "x unified",
        "margin": { "l": 64, "r": 16, "t": if legend { 36 } else { 12 }, "b": 48 },
    });
    let meaning = crate::report::activity::sentence(&column.meaning);
    let caption = if meaning.is_empty() { caption } else { format!("{meaning}. {caption}") };
    Figure { title: column.name.clone(), caption, width: Width::Half, height: 300, data, layout: layout(own) }
}

fn line(name: &str, x: &[i64], y: &[f64], style: &Value) -> Value {
    let y: Value = y.iter().map(|&value| short(value)).collect();
    let mode = if x.len() == 1 { "markers" } else { "lines" };
    json!({ "type": "scatter", "mode": mode, "name": name, "x": x, "y": y, "line": style })
}

/// From a share of the values to the same share from above.
fn band(x: &[i64], each: &[Vec<f64>], share: f64, colour: &str, opacity: f64) -> Vec<Value> {
    let edge = |share: f64| -> Vec<f64> {
        each.iter().map(|values| quantile(values.iter().copied(), share).unwrap_or(f64::NAN)).collect()
    };
    let (lower, upper) = (edge(share), edge(1.0 - share));
    let channel = |place: usize| u8::from_str_radix(&colour[place..place + 2], 16).unwrap_or(0);
    let fill = format!("rgba({},{},{},{opacity})", channel(1), channel(3), channel(5));
    let invisible = json!({ "width": 0, "color": colour });
    let mut edges = [line("", x, &lower, &invisible), line("", x, &upper, &invisible)];
    for edge in &mut edges {
        edge["mode"] = "lines".into();
        edge["showlegend"] = false.into();
        edge["hoverinfo"] = "skip".into();
    }
    edges[1]["fill"] = "tonexty".into();
    edges[1]["fillcolor"] = fill.into();
    edges.into()
}
