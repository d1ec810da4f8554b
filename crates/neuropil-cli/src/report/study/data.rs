//! The numbers that the script of a page draws.

use neuropil::store::BatchValues;
use neuropil::{StudyColumn, StudyScore};
use serde_json::{Number, Value, json};

use super::Content;
use super::best::leading_score;
use super::front::front;
use super::thin;
use crate::failure::Failure;
use crate::report::figure::{axis, colour_bar, layout};

/// Numbers of a grid that a page holds, at most; a larger grid is shown by some of its points.
const MOST_CELLS: u64 = 600_000;
/// Scores of which each pair gets its front, at most.
const MOST_FRONTS: usize = 12;
/// A cell of a grid that is not there yet.
const ABSENT: i64 = -2;
/// A cell of a grid with scores.
const WHOLE: i64 = -1;

/// What the script draws.
pub(super) struct Data {
    pub(super) json: Value,
    /// Points that are shown one by one.
    pub(super) shown: usize,
    /// Whether a grid is too large to be shown as a whole.
    pub(super) is_grid_left_out: bool,
}

impl Data {
    pub(super) fn of(content: &mut Content) -> Result<Self, Failure> {
        let (grid, is_grid_left_out) = grid(content)?;
        let table = &content.table;
        let mut fronts = Vec::new();
        for second in 1..table.scores.len().min(MOST_FRONTS) {
            for first in 0..second {
                fronts.push((first, second, front(&table.scores[first], &table.scores[second])));
            }
        }
        let of_pairs: Vec<Vec<usize>> = fronts.iter().map(|(.., rows)| rows.clone()).collect();
        let rows = thin::rows(table, &of_pairs);
        let shown_fronts = fronts.iter().map(|(first, second, front)| {
            let places = front.iter().filter_map(|row| rows.binary_search(row).ok());
            (format!("{first},{second}"), places.collect::<Value>())
        });
        let axes = table.axes.iter().map(|axis| {
            let mut described = described(axis, &rows);
            described["log"] = content.is_logarithmic(&axis.name).into();
            described
        });
        let scores = table.scores.iter().map(|score| {
            let mut described = described(&score.column, &rows);
            described["lower"] = score.lower_is_better.into();
            described["objective"] = score.is_objective.into();
            described
        });
        let json = json!({
            "style": { "layout": layout(json!({})), "axis": axis("", json!({})), "bar": colour_bar("") },
            "first": leading_score(content),
            "axes": axes.collect::<Value>(),
            "scores": scores.collect::<Value>(),
            "points": rows.iter().map(|&row| table.points[row]).collect::<Value>(),
            "why": rows.iter().map(|&row| state(content, row)).collect::<Value>(),
            "reasons": content.reasons.kinds.iter().map(|kind| kind.example.as_str()).collect::<Value>(),
            "generations": table.generations.as_ref().map(|all| rows.iter().map(|&row| number(all[row], 9)).collect::<Value>()),
            "grid": grid,
            "fronts": shown_fronts.collect::<serde_json::Map<_, _>>(),
            "table": thin::BEST,
        });
        Ok(Self { json, shown: rows.len(), is_grid_left_out })
    }

    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.shown == 0 || self.json["scores"].as_array().is_none_or(Vec::is_empty)
    }
}

/// Why a row has no scores, as an index into the reasons.
fn state(content: &Content, row: usize) -> i64 {
    content.reasons.of_row[row].map_or(WHOLE, |kind| kind as i64)
}

/// All cells of a grid, by number of point; and whether there are too many.
fn grid(content: &mut Content) -> Result<(Value, bool), Failure> {
    let cells = content.points.saturating_mul(content.table.scores.len().max(1) as u64);
    if content.results.is_grid() && cells > MOST_CELLS {
        return Ok((Value::Null, true));
    }
    let levels = match content.results.grid() {
        Ok(Some(levels)) => levels,
        Ok(None) => return Ok((Value::Null, false)),
        // Without its coordinates a grid is some points.
        Err(neuropil::Error::Read(error)) => {
            let error = error.to_string();
            if !content.damaged.iter().any(|known| known.ends_with(&error)) {
                content.damaged.push(error);
            }
            return Ok((Value::Null, false));
        }
        Err(error) => return Err(error.into()),
    };
    let table = &content.table;
    let mut states = vec![ABSENT; content.points as usize];
    for (row, &point) in table.points.iter().enumerate() {
        states[point as usize] = state(content, row);
    }
    let dense = |score: &StudyScore| {
        let mut cells = vec![Value::Null; states.len()];
        for (&point, &value) in table.points.iter().zip(score.values()) {
            cells[point as usize] = number(value, 5);
        }
        Value::Array(cells)
    };
    let scores: Value = table.scores.iter().map(dense).collect();
    let levels: Value = levels.iter().map(|values| values_of(values, None)).collect();
    Ok((json!({ "levels": levels, "scores": scores, "states": states }), false))
}

fn described(column: &StudyColumn, rows: &[usize]) -> Value {
    json!({
        "name": column.name, "unit": column.unit, "meaning": column.meaning,
        "values": values_of(&column.values, Some(rows)),
    })
}

/// Some values of a column, or all of them.
fn values_of(values: &BatchValues, rows: Option<&[usize]>) -> Value {
    let count = match values {
        BatchValues::Numbers(numbers) => numbers.len(),
        BatchValues::Texts(texts) => texts.len(),
    };
    let value = |row: usize| match values {
        BatchValues::Numbers(numbers) => number(numbers[row], 7),
        BatchValues::Texts(texts) => texts[row].as_str().into(),
    };
    match rows {
        Some(rows) => rows.iter().map(|&row| value(row)).collect(),
        None => (0..count).map(value).collect(),
    }
}

/// A number with so many digits, whole numbers with all of theirs, so that the file stays small.
fn number(value: f64, digits: usize) -> Value {
    if value.fract() == 0.0 && value.abs() < (1_u64 << f64::MANTISSA_DIGITS) as f64 {
        return (value as i64).into();
    }
    let rounded = format!("{value:.*e}", digits - 1).parse::<f64>().ok();
    rounded.and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}
