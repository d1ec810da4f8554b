//! Figures: data and layout for plotly.js, with the style that all share.

use serde_json::{Map, Value, json};

/// Colours of lines, told apart by colour-blind readers too (Okabe & Ito).
pub(super) const LINES: [&str; 5] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];
/// Colour of means and of what matters most.
pub(super) const INK: &str = "#1f2933";
const GRID: &str = "#e8ebee";
const TEXT: &str = "#3e4c59";

/// Blue for negative, white for zero, red for positive numbers (the scale `RdBu` of `ColorBrewer` 2.0).
pub(super) fn diverging() -> Value {
    const COLOURS: [&str; 11] = [
        "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b",
        "#67001f",
    ];
    let last = (COLOURS.len() - 1) as f64;
    COLOURS.iter().enumerate().map(|(index, colour)| json!([index as f64 / last, colour])).collect()
}

/// The number below which `share` of the values lie.
pub(super) fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let place = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(place).copied()
}

/// Where a figure stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Full,
    Half,
}

/// A figure with its words.
pub(super) struct Figure {
    pub(super) title: String,
    pub(super) caption: String,
    pub(super) width: Width,
    /// Pixels.
    pub(super) height: usize,
    pub(super) data: Vec<Value>,
    pub(super) layout: Value,
}

/// A layout: what is common to all figures, and what `own` sets.
pub(super) fn layout(own: Value) -> Value {
    let mut layout = json!({
        "font": { "family": "Inter, system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif", "size": 13, "color": TEXT },
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": { "l": 64, "r": 16, "t": 24, "b": 48 },
        "hoverlabel": { "bgcolor": "#ffffff", "bordercolor": "#cbd2d9", "font": { "color": INK } },
        "showlegend": false,
        "modebar": { "bgcolor": "rgba(255,255,255,0)", "color": "#cbd2d9", "activecolor": INK },
    });
    if let (Value::Object(layout), Value::Object(own)) = (&mut layout, own) {
        layout.extend(own);
    }
    layout
}

/// An axis: what is common to all, and what `own` sets.
pub(super) fn axis(title: &str, own: Value) -> Value {
    let mut axis = json!({
        "title": { "text": title, "standoff": 8, "font": { "size": 13 } },
        "gridcolor": GRID,
        "zeroline": false,
        "linecolor": "#9aa5b1",
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": "#9aa5b1",
        "automargin": true,
    });
    if let (Value::Object(axis), Value::Object(own)) = (&mut axis, own) {
        axis.extend(own);
    }
    axis
}

/// A square matrix as an image, in the order given.
pub(super) fn matrix(values: &[f64], labels: &[String], order: &[usize], own: Value) -> (Vec<Value>, Value) {
    let size = labels.len();
    let rows: Vec<Value> = order
        .iter()
        .map(|&row| Value::Array(order.iter().map(|&column| short(values[row * size + column])).collect()))
        .collect();
    let names: Vec<&str> = order.iter().map(|&region| labels[region].as_str()).collect();
    let mut trace = Map::new();
    trace.insert("type".into(), "heatmap".into());
    trace.insert("z".into(), rows.into());
    trace.insert("x".into(), names.clone().into());
    trace.insert("y".into(), names.into());
    if let Value::Object(own) = own {
        trace.extend(own);
    }
    // Those of the names that find room; all are shown below the pointer.
    let names = json!({ "ticks": "", "showgrid": false, "tickfont": { "size": 9 } });
    let mut vertical = axis("", names.clone());
    vertical["autorange"] = "reversed".into();
    vertical["scaleanchor"] = "x".into();
    vertical["constrain"] = "domain".into();
    let mut horizontal = axis("", names);
    horizontal["constrain"] = "domain".into();
    horizontal["tickangle"] = 270.into();
    let layout = layout(json!({
        "xaxis": horizontal,
        "yaxis": vertical,
        "margin": { "l": 16, "r": 16, "t": 24, "b": 16 },
    }));
    (vec![Value::Object(trace)], layout)
}

/// A colour bar with a title.
pub(super) fn colour_bar(title: &str) -> Value {
    json!({
        "title": { "text": title, "side": "right", "font": { "size": 13 } },
        "thickness": 12,
        "outlinewidth": 0,
        "len": 0.9,
        "ticks": "outside",
        "ticklen": 4,
    })
}

/// A number with four digits, so that the file stays small.
pub(super) fn short(value: f64) -> Value {
    let rounded = format!("{value:.3e}").parse::<f64>().ok();
    rounded.and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number)
}

/// Numbers with four digits.
pub(super) fn shorts<'a>(values: impl IntoIterator<Item = &'a f64>) -> Value {
    Value::Array(values.into_iter().map(|&value| short(value)).collect())
}

/// Times (s), to 10 us.
pub(super) fn times<'a>(values: impl IntoIterator<Item = &'a f64>) -> Value {
    let rounded = |value: &f64| (value * 1e5).round() / 1e5;
    Value::Array(values.into_iter().map(|value| json!(rounded(value))).collect())
}
