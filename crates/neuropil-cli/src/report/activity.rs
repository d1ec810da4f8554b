//! Time courses of what was recorded.

use serde_json::{Value, json};

use super::content::{Content, Recorded};
use super::figure::{Figure, INK, LINES, Width, axis, colour_bar, layout, quantile, short, shorts, times};

/// Samples of a time course, at most.
const SAMPLES: usize = 1200;
/// Columns of the overview, at most.
const COLUMNS: usize = 600;
/// Regions with a time course of their own.
const REGIONS: usize = 4;

pub(super) fn figures(content: &Content) -> Vec<Figure> {
    content.recordings.iter().flat_map(|recorded| figures_of(content, recorded)).collect()
}

fn figures_of(content: &Content, recorded: &Recorded) -> Vec<Figure> {
    let mut figures = vec![courses(content, recorded)];
    if recorded.nodes > 1 {
        figures.push(overview(content, recorded));
    }
    figures
}

/// The last seconds: the mean over nodes, and some nodes from calm to active.
fn courses(content: &Content, recorded: &Recorded) -> Figure {
    let count = recorded.times.len();
    let first = count.saturating_sub(SAMPLES);
    let labels = content.labels(recorded);
    let chosen = some_nodes(recorded);
    let mut rows: Vec<(String, Vec<f64>, &str)> = Vec::new();
    if recorded.nodes > 1 {
        rows.push(("mean".into(), mean_course(recorded, first), INK));
    }
    for (place, &node) in chosen.iter().enumerate() {
        let series = &recorded.values[node * count + first..(node + 1) * count];
        rows.push((labels[node].clone(), series.to_vec(), LINES[place % LINES.len()]));
    }
    let time = times(&recorded.times[first..]);
    let (mut data, mut labels_inside, mut own) = (Vec::new(), Vec::new(), serde_json::Map::new());
    let share = 1.0 / rows.len() as f64;
    for (row, (label, values, colour)) in rows.iter().enumerate() {
        let number = if row == 0 { String::new() } else { (row + 1).to_string() };
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": label, "x": time, "y": shorts(values),
            "yaxis": format!("y{number}"), "line": { "color": colour, "width": if row == 0 { 1.8 } else { 1.2 } },
        }));
        let top = 1.0 - row as f64 * share;
        let bottom = (top - share + 0.03).max(0.0);
        own.insert(format!("yaxis{number}"), axis("", json!({ "domain": [bottom, top], "nticks": 4 })));
        labels_inside.push(json!({
            "text": label, "showarrow": false, "xref": "paper", "x": 0.004, "xanchor": "left",
            "yref": "paper", "y": top, "yanchor": "top", "font": { "size": 12, "color": colour },
            "bgcolor": "rgba(255,255,255,0.8)",
        }));
    }
    let anchor = if rows.len() == 1 { "y".to_owned() } else { format!("y{}", rows.len()) };
    own.insert("annotations".into(), labels_inside.into());
    own.insert("xaxis".into(), axis("simulated time (s)", json!({ "anchor": anchor })));
    let shown = recorded.times[count - 1] - recorded.times[first];
    let part = if first == 0 { "The whole run".to_owned() } else { format!("The last {shown:.1} s") };
    let which = match (recorded.nodes, chosen.len()) {
        (1, _) => String::new(),
        (nodes, shown) if nodes == shown => ": mean over nodes, and each node".into(),
        _ => ": mean over nodes, and nodes from the calmest to the most active".into(),
    };
    Figure {
        title: recorded.label(),
        caption: format!("{part}{which}. {}.{}", sentence(&recorded.meaning), first_trial(recorded)),
        width: Width::Full,
        height: 90 + 88 * rows.len().max(2),
        data,
        layout: layout(Value::Object(own)),
    }
}

/// The whole run, all nodes.
fn overview(content: &Content, recorded: &Recorded) -> Figure {
    let count = recorded.times.len();
    let width = count.div_ceil(COLUMNS);
    let labels = content.labels(recorded);
    let order = match &content.regions {
        Some(regions) if recorded.of_regions => regions.order.clone(),
        _ => (0..recorded.nodes).collect(),
    };
    let row = |node: &usize| -> Vec<f64> {
        let series = &recorded.values[node * count..(node + 1) * count];
        series.chunks(width).map(|bin| bin.iter().sum::<f64>() / bin.len() as f64).collect()
    };
    let rows: Vec<Vec<f64>> = order.iter().map(row).collect();
    let all = || rows.iter().flatten().copied();
    let z: Vec<Value> = rows.iter().map(|row| row.iter().map(|&value| short(value)).collect()).collect();
    let centres: Vec<f64> = recorded.times.chunks(width).map(|bin| f64::midpoint(bin[0], bin[bin.len() - 1])).collect();
    let names: Vec<&str> = order.iter().map(|&node| labels[node].as_str()).collect();
    let unit = recorded.unit.as_deref().map_or(String::new(), |unit| format!(" {unit}"));
    let data = json!({
        "type": "heatmap", "x": times(&centres), "y": names,
        "z": z, "zmin": quantile(all(), 0.005), "zmax": quantile(all(), 0.995),
        "colorscale": "Viridis", "colorbar": colour_bar(&recorded.label()),
        "hovertemplate": format!("%{{y}}<br>%{{x:.2f}} s: %{{z:.4g}}{unit}<extra></extra>"),
    });
    let own = json!({
        "xaxis": axis("simulated time (s)", json!({ "showgrid": false })),
        "yaxis": axis("", json!({ "showticklabels": false, "ticks": "", "showgrid": false, "autorange": "reversed" })),
        "margin": { "l": 24, "r": 16, "t": 24, "b": 48 },
    });
    let bin = 1e3 * recorded.interval().unwrap_or(0.0) * width as f64;
    let hemispheres = content.regions.as_ref().is_some_and(|regions| recorded.of_regions && regions.by_hemisphere);
    let rows = if hemispheres { "a row per region, left hemisphere above" } else { "a row per node" };
    Figure {
        title: format!("{} of all nodes", recorded.name),
        caption: format!("The whole run: {rows}, means over {bin:.0} ms.{}", first_trial(recorded)),
        width: Width::Full,
        height: 340,
        data: vec![data],
        layout: layout(own),
    }
}

/// Some nodes, spread from the smallest to the largest mean.
fn some_nodes(recorded: &Recorded) -> Vec<usize> {
    let means = recorded.node_means();
    let mut order: Vec<usize> = (0..recorded.nodes).collect();
    order.sort_by(|&a, &b| means[a].total_cmp(&means[b]));
    if order.len() <= REGIONS {
        order.sort_unstable();
        return order;
    }
    (0..REGIONS).map(|place| order[place * (order.len() - 1) / (REGIONS - 1)]).collect()
}

fn mean_course(recorded: &Recorded, first: usize) -> Vec<f64> {
    let mut mean = vec![0.0; recorded.times.len() - first];
    for series in recorded.series() {
        for (mean, value) in mean.iter_mut().zip(&series[first..]) {
            *mean += value / recorded.nodes as f64;
        }
    }
    mean
}

/// With a capital letter.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// What figures of a single trial say where there are several.
pub(super) fn first_trial(recorded: &Recorded) -> String {
    if recorded.trials > 1 { format!(" The first of {} trials.", recorded.trials) } else { String::new() }
}
