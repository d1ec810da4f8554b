//! The network in the brain.

use serde_json::{Value, json};

use super::content::Content;
use super::figure::{Figure, Width, colour_bar, layout, short, shorts};

/// Connections that are drawn, at most.
const CONNECTIONS: usize = 240;

pub(super) fn figures(content: &Content) -> Vec<Figure> {
    let Some(regions) = &content.regions else { return Vec::new() };
    let Some(centres) = &regions.centres else { return Vec::new() };
    let nodes = centres.len();
    let strengths: Vec<f64> = regions.weights.chunks_exact(nodes).map(|row| row.iter().sum()).collect();
    let recorded = content.recordings.iter().find(|recorded| recorded.of_regions && recorded.nodes == nodes);
    let (colours, title) = match recorded {
        Some(recorded) => (recorded.node_means(), format!("mean {}", recorded.label())),
        None => (strengths.clone(), "strength".to_owned()),
    };
    let largest = strengths.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let sizes: Vec<f64> = strengths.iter().map(|strength| 6.0 + 14.0 * (strength / largest).max(0.0).sqrt()).collect();
    let axis = |k: usize| -> Vec<f64> { centres.iter().map(|centre| centre[k]).collect() };
    let points = json!({
        "type": "scatter3d", "mode": "markers",
        "x": shorts(&axis(0)), "y": shorts(&axis(1)), "z": shorts(&axis(2)),
        "text": regions.labels,
        "customdata": shorts(&strengths),
        "marker": {
            "size": shorts(&sizes), "color": shorts(&colours), "colorscale": "Viridis", "opacity": 1,
            "line": { "width": 0.5, "color": "#ffffff" }, "colorbar": colour_bar(&title),
        },
        "hovertemplate": "%{text}<br>%{marker.color:.4g}<br>strength %{customdata:.3g}<extra></extra>",
    });
    let edges = strongest(&regions.weights, nodes);
    let mut data: Vec<Value> = Vec::new();
    // Thick lines for the strongest third, thin ones for the weakest.
    let classes = [(5.0, "#52606d"), (3.0, "#9aa5b1"), (1.5, "#cbd2d9")];
    for ((width, colour), edges) in classes.into_iter().zip(edges.chunks(edges.len().div_ceil(3).max(1))) {
        let coordinate = |k: usize| -> Vec<Value> {
            edges.iter().flat_map(|&(a, b)| [short(centres[a][k]), short(centres[b][k]), Value::Null]).collect()
        };
        data.push(json!({
            "type": "scatter3d", "mode": "lines", "hoverinfo": "skip",
            "x": coordinate(0), "y": coordinate(1), "z": coordinate(2),
            "line": { "width": width, "color": colour },
        }));
    }
    data.push(points);
    let hidden = json!({ "visible": false });
    let own = json!({
        "scene": {
            "xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "data",
            "camera": { "eye": { "x": -1.1, "y": -1.1, "z": 0.9 } },
        },
        "margin": { "l": 0, "r": 0, "t": 0, "b": 0 },
    });
    vec![Figure {
        title: "The network".into(),
        caption: format!(
            "Regions at their centres: colour is the {title}, size the sum of weights that arrive. Lines are the {} \
             strongest connections. Drag to turn.",
            edges.len()
        ),
        width: Width::Full,
        height: 620,
        data,
        layout: layout(own),
    }]
}

/// Pairs of regions with the largest weights, the largest first.
fn strongest(weights: &[f64], nodes: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for a in 0..nodes {
        for b in a + 1..nodes {
            let weight = weights[a * nodes + b].max(weights[b * nodes + a]);
            if weight > 0.0 {
                pairs.push((weight, a, b));
            }
        }
    }
    pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
    pairs.into_iter().take(CONNECTIONS).map(|(_, a, b)| (a, b)).collect()
}
