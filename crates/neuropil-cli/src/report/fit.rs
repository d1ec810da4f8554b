//! How simulated functional connectivity agrees with measured one, and with structure.

use serde_json::{Value, json};

use super::content::{Content, Regions};
use super::figure::{Figure, INK, LINES, Width, axis, layout, short, shorts};

/// Simulated against measured functional connectivity, and the fit of each subject.
pub(super) fn figures(content: &Content) -> Vec<Figure> {
    let (Some(regions), Some(simulated)) = (&content.regions, &content.connectivity) else { return Vec::new() };
    let Some((subjects, measured)) = &content.measured else { return Vec::new() };
    let mut figures = vec![scatter(regions, measured, simulated, "measured correlation", "Simulated against measured")];
    figures.extend(content.fit.as_ref().map(|fit| by_subject(subjects, fit)));
    figures
}

/// Simulated functional against structural connectivity.
pub(super) fn function_and_structure(content: &Content) -> Option<Figure> {
    let (regions, simulated) = (content.regions.as_ref()?, content.connectivity.as_ref()?);
    let logarithms: Vec<f64> = regions.weights.iter().map(|weight| weight.log10()).collect();
    Some(scatter(regions, &logarithms, simulated, "log₁₀ weight", "Function against structure"))
}

/// Each pair of regions as a point.
fn scatter(regions: &Regions, x: &[f64], simulated: &[f64], title: &str, heading: &str) -> Figure {
    let nodes = regions.labels.len();
    let (mut across, mut up): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for row in 0..nodes {
        for column in row + 1..nodes {
            let value = x[row * nodes + column];
            if value.is_finite() {
                across.push(short(value));
                up.push(short(simulated[row * nodes + column]));
            }
        }
    }
    let points = across.len();
    let data = json!({
        "type": "scatter", "mode": "markers", "x": across, "y": up,
        "marker": { "color": LINES[0], "size": 4, "opacity": 0.35 },
        "hovertemplate": "%{x:.3f}, %{y:.3f}<extra></extra>",
    });
    let own = json!({
        "xaxis": axis(title, json!({})),
        "yaxis": axis("simulated correlation", json!({})),
    });
    Figure {
        title: heading.into(),
        caption: format!("Each of {points} pairs of regions is a point."),
        width: Width::Half,
        height: 440,
        data: vec![data],
        layout: layout(own),
    }
}

fn by_subject(subjects: &[String], fit: &[f64]) -> Figure {
    let mean = fit.iter().sum::<f64>() / fit.len().max(1) as f64;
    let data = vec![json!({
        "type": "bar", "x": subjects, "y": shorts(fit), "marker": { "color": LINES[0] }, "width": 0.5,
        "hovertemplate": "%{x}: %{y:.3f}<extra></extra>",
    })];
    let line = json!({
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": mean, "y1": mean,
        "line": { "color": INK, "width": 1.5, "dash": "dash" },
    });
    let own = json!({
        "xaxis": axis("", json!({ "type": "category" })),
        "yaxis": axis("correlation", json!({ "rangemode": "tozero" })),
        "shapes": [line],
    });
    Figure {
        title: "Fit by subject".into(),
        caption: format!(
            "Pearson correlation of simulated and measured functional connectivity, above the diagonal; mean {mean:.3} \
             (dashed)."
        ),
        width: Width::Half,
        height: 440,
        data,
        layout: layout(own),
    }
}
