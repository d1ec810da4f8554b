//! The BOLD signal.

use serde_json::{Value, json};

use super::activity::first_trial;
use super::content::Content;
use super::figure::{Figure, INK, LINES, Width, axis, colour_bar, diverging, layout, quantile, short, shorts, times};

/// Nodes with a line of their own.
const NODES: usize = 4;

pub(super) fn figures(content: &Content) -> Vec<Figure> {
    let Some(bold) = content.bold.as_ref().filter(|bold| bold.times.len() > 1) else { return Vec::new() };
    let count = bold.times.len();
    let percent: Vec<f64> = bold.values.iter().map(|value| 100.0 * value).collect();
    let labels = content.labels(bold);
    let mut mean = vec![0.0; count];
    for series in percent.chunks_exact(count) {
        for (mean, value) in mean.iter_mut().zip(series) {
            *mean += value / bold.nodes as f64;
        }
    }
    let x = times(&bold.times);
    let mut lines: Vec<Value> = Vec::new();
    let shown = NODES.min(bold.nodes);
    for (place, colour) in LINES.iter().enumerate().take(shown) {
        let node = place * bold.nodes / shown;
        lines.push(json!({
            "type": "scatter", "mode": "lines", "name": labels[node], "x": x,
            "y": shorts(&percent[node * count..(node + 1) * count]),
            "line": { "color": colour, "width": 1.1 }, "opacity": 0.8,
        }));
    }
    if bold.nodes > 1 {
        lines.push(json!({
            "type": "scatter", "mode": "lines", "name": "mean", "x": x, "y": shorts(&mean),
            "line": { "color": INK, "width": 2.2 },
        }));
    }
    let own = json!({
        "xaxis": axis("simulated time (s)", json!({})),
        "yaxis": axis("BOLD signal change (%)", json!({})),
        "showlegend": true,
        "legend": { "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0 },
        "margin": { "l": 64, "r": 16, "t": 40, "b": 48 },
    });
    let mut figures = vec![Figure {
        title: "BOLD".into(),
        caption: format!("Balloon-Windkessel signal of some nodes, and the mean over all.{}", first_trial(bold)),
        width: Width::Full,
        height: 340,
        data: lines,
        layout: layout(own),
    }];
    if bold.nodes > 1 {
        figures.push(overview(content, &percent, count, &first_trial(bold)));
    }
    figures
}

/// All nodes, each about its own mean.
fn overview(content: &Content, percent: &[f64], count: usize, trial: &str) -> Figure {
    let nodes = percent.len() / count;
    let order = match &content.regions {
        Some(regions) if regions.labels.len() == nodes => regions.order.clone(),
        _ => (0..nodes).collect(),
    };
    let bold = content.bold.as_ref();
    let labels = bold.map(|bold| content.labels(bold)).unwrap_or_default();
    // The first volumes hold the haemodynamic transient, which would drown the rest.
    let settled = neuropil::DROPPED_VOLUMES.min(count - 1);
    let centred = |node: usize| -> Vec<f64> {
        let series = &percent[node * count + settled..(node + 1) * count];
        let mean = series.iter().sum::<f64>() / series.len() as f64;
        series.iter().map(|value| value - mean).collect()
    };
    let rows: Vec<Vec<f64>> = order.iter().map(|&node| centred(node)).collect();
    let limit = quantile(rows.iter().flatten().map(|value| value.abs()), 0.99).unwrap_or(1.0);
    let z: Vec<Value> = rows.iter().map(|row| row.iter().map(|&value| short(value)).collect()).collect();
    let names: Vec<&str> = order.iter().map(|&node| labels[node].as_str()).collect();
    let x = times(&bold.map_or(&[][..], |bold| &bold.times)[settled..]);
    let data = json!({
        "type": "heatmap", "x": x, "y": names, "z": z, "colorscale": diverging(),
        "zmin": -limit, "zmax": limit, "colorbar": colour_bar("deviation (%)"),
        "hovertemplate": "%{y}<br>%{x:.0f} s: %{z:.3g} %<extra></extra>",
    });
    let own = json!({
        "xaxis": axis("simulated time (s)", json!({ "showgrid": false })),
        "yaxis": axis("", json!({ "showticklabels": false, "ticks": "", "showgrid": false, "autorange": "reversed" })),
        "margin": { "l": 24, "r": 16, "t": 24, "b": 48 },
    });
    Figure {
        title: "BOLD of all nodes".into(),
        caption: format!("Deviation of each node from its mean, without the first {settled} volumes.{trial}"),
        width: Width::Full,
        height: 320,
        data: vec![data],
        layout: layout(own),
    }
}
