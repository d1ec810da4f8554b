//! Power spectra of what was recorded.

use neuropil::analysis::{Series, Welch};
use serde_json::json;

use super::activity::first_trial;
use super::content::{Content, Recorded};
use super::figure::{Figure, INK, LINES, Width, axis, layout, shorts, times};

/// Length of a segment, at most (s): a resolution of 0.25 Hz.
const SEGMENT: f64 = 4.0;
/// Segments that a recording is cut into, at least.
const SEGMENTS: usize = 4;

pub(super) fn figures(content: &Content) -> Vec<Figure> {
    content.recordings.iter().filter_map(figure).collect()
}

fn figure(recorded: &Recorded) -> Option<Figure> {
    let interval = recorded.interval()?;
    let samples = recorded.times.len();
    let segment = ((SEGMENT / interval).round() as usize).min(samples / SEGMENTS);
    if segment < 16 {
        return None;
    }
    let series = Series::new(&recorded.values, recorded.nodes, samples).ok()?;
    let spectrum = Welch::new(1.0 / interval, segment).spectrum(series).ok()?;
    let frequencies = &spectrum.frequencies()[1..];
    let powers: Vec<&[f64]> = (0..recorded.nodes).map(|node| &spectrum.channel(node)[1..]).collect();
    let at = |k: usize| -> Vec<f64> {
        let mut column: Vec<f64> = powers.iter().map(|power| power[k]).collect();
        column.sort_by(f64::total_cmp);
        column
    };
    let columns: Vec<Vec<f64>> = (0..frequencies.len()).map(at).collect();
    let share = |share: f64| -> Vec<f64> {
        columns.iter().map(|column| column[(share * (column.len() - 1) as f64).round() as usize]).collect()
    };
    let mean: Vec<f64> = columns.iter().map(|column| column.iter().sum::<f64>() / column.len() as f64).collect();
    // Constant recordings have no spectrum.
    if mean.iter().all(|power| *power <= 0.0) {
        return None;
    }
    let mut data = Vec::new();
    if recorded.nodes > 1 {
        let band = |values: &[f64], fill: &str| {
            json!({
                "type": "scatter", "mode": "lines", "x": times(frequencies), "y": shorts(values), "fill": fill,
                "line": { "width": 0 }, "fillcolor": "rgba(0,114,178,0.18)", "hoverinfo": "skip",
            })
        };
        data.push(band(&share(0.1), "none"));
        data.push(band(&share(0.9), "tonexty"));
    }
    data.push(json!({
        "type": "scatter", "mode": "lines", "x": times(frequencies), "y": shorts(&mean),
        "line": { "color": if recorded.nodes > 1 { LINES[0] } else { INK }, "width": 1.8 },
        "hovertemplate": "%{x:.2f} Hz: %{y:.3g}<extra></extra>",
    }));
    let is_word = |unit: &&str| unit.chars().all(char::is_alphabetic);
    let unit = match recorded.unit.as_deref() {
        None => "1/Hz".to_owned(),
        Some(unit) if is_word(&unit) => format!("{unit}²/Hz"),
        Some(unit) => format!("({unit})²/Hz"),
    };
    let own = json!({
        "xaxis": axis("frequency (Hz)", json!({ "type": "log", "tickvals": ticks() })),
        "yaxis": axis(&format!("power density ({unit})"), json!({ "type": "log", "dtick": 1, "exponentformat": "power" })),
    });
    let peak = mean.iter().zip(frequencies).filter(|(_, frequency)| **frequency >= 1.0);
    let peak = peak.max_by(|a, b| a.0.total_cmp(b.0)).map(|(_, frequency)| *frequency);
    let peak = peak.map_or(String::new(), |peak| format!(" From 1 Hz on it is largest at {peak:.1} Hz."));
    let band = if recorded.nodes > 1 { "Mean over nodes, and the range of the middle 80 % of them. " } else { "" };
    let length = segment as f64 * interval;
    Some(Figure {
        title: format!("Power spectrum of {}", recorded.name),
        caption: format!("{band}Welch's method, segments of {length:.2} s.{peak}{}", first_trial(recorded)),
        width: Width::Full,
        height: 360,
        data,
        layout: layout(own),
    })
}

/// 1, 2 and 5 times powers of ten: what people read off a logarithmic axis of frequencies.
fn ticks() -> Vec<f64> {
    (-3..5).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10.0_f64.powi(power))).collect()
}
