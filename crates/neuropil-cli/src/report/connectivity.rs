//! Structural and functional connectivity.

use serde_json::json;

use super::content::{Content, Regions};
use super::figure::{Figure, Width, colour_bar, diverging, matrix};

pub(super) fn figures(content: &Content) -> Vec<Figure> {
    let mut figures = Vec::new();
    let Some(regions) = &content.regions else { return figures };
    figures.push(structural(regions));
    figures.extend(lengths(regions));
    let Some(simulated) = &content.connectivity else { return figures };
    let mean = match content.bold.as_ref().map_or(1, |bold| bold.trials) {
        1 => String::new(),
        trials => format!(", mean over {trials} trials"),
    };
    let dropped = neuropil::DROPPED_VOLUMES;
    let caption = format!("Pearson correlation of simulated BOLD{mean}, without the first {dropped} volumes.");
    let (labels, order) = (&regions.labels, &regions.order);
    figures.push(functional(labels, order, simulated, "Simulated functional connectivity", &caption));
    if let Some((subjects, measured)) = &content.measured {
        let caption = format!("Pearson correlation of measured BOLD, mean over {} subjects.", subjects.len());
        figures.push(functional(labels, order, measured, "Measured functional connectivity", &caption));
    }
    figures
}

/// Tract lengths of what is connected; none where there are no lengths.
fn lengths(regions: &Regions) -> Option<Figure> {
    let pairs = regions.lengths.iter().zip(&regions.weights);
    let connected: Vec<f64> = pairs.map(|(length, weight)| if *weight == 0.0 { f64::NAN } else { *length }).collect();
    let largest = connected.iter().copied().filter(|length| length.is_finite()).fold(0.0, f64::max);
    if largest == 0.0 {
        return None;
    }
    let own = json!({
        "colorscale": "Cividis",
        "zmin": 0,
        "zmax": largest,
        "colorbar": colour_bar("length (mm)"),
        "hovertemplate": "from %{x}<br>to %{y}<br>%{z:.3g} mm<extra></extra>",
    });
    let (data, layout) = matrix(&connected, &regions.labels, &regions.order, own);
    Some(Figure {
        title: "Tract lengths".into(),
        caption: "Length of the tract from column to row, where there is a connection.".into(),
        width: Width::Half,
        height: 440,
        data,
        layout,
    })
}

fn structural(regions: &Regions) -> Figure {
    // Weights span decades; what is not connected stays white.
    let logarithms: Vec<f64> =
        regions.weights.iter().map(|weight| if *weight > 0.0 { weight.log10() } else { f64::NAN }).collect();
    let smallest = logarithms.iter().copied().filter(|value| value.is_finite()).fold(f64::INFINITY, f64::min);
    let largest = logarithms.iter().copied().filter(|value| value.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let own = json!({
        "colorscale": "Viridis",
        "zmin": smallest.max(largest - 5.0),
        "zmax": largest,
        "colorbar": colour_bar("log₁₀ weight"),
        "hovertemplate": "from %{x}<br>to %{y}<br>log₁₀ weight %{z:.3g}<extra></extra>",
    });
    let (data, layout) = matrix(&logarithms, &regions.labels, &regions.order, own);
    let hemispheres = if regions.by_hemisphere { " Left hemisphere first." } else { "" };
    Figure {
        title: "Structural connectivity".into(),
        caption: format!("Weight of the connection from column to row.{hemispheres}"),
        width: Width::Half,
        height: 440,
        data,
        layout,
    }
}

pub(super) fn functional(labels: &[String], order: &[usize], values: &[f64], title: &str, caption: &str) -> Figure {
    let own = json!({
        "colorscale": diverging(),
        "zmin": -1,
        "zmax": 1,
        "colorbar": colour_bar("correlation"),
        "hovertemplate": "%{x}<br>%{y}<br>correlation %{z:.3f}<extra></extra>",
    });
    let (data, layout) = matrix(values, labels, order, own);
    Figure { title: title.into(), caption: caption.into(), width: Width::Half, height: 440, data, layout }
}
