//! The head of a report: what ran, in a few numbers.

use neuropil::Milliseconds;
use serde_json::Value;

use super::content::Content;

/// A number with its name.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
}

pub(super) fn title(content: &Content) -> String {
    if let Some(title) = content.text("title") {
        return title.to_owned();
    }
    match content.text("connectome") {
        Some(connectome) => format!("{} on {connectome}", models(content)),
        None => models(content),
    }
}

pub(super) fn facts(content: &Content) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| Fact { name, value }));
    add("model", Some(models(content)));
    add("connectome", content.text("connectome").map(str::to_owned));
    let nodes: usize = content.recordings.first().map_or(0, |recorded| recorded.nodes);
    add("nodes", (nodes > 0).then(|| nodes.to_string()));
    let simulated = content.number("simulated_ms").map(|time| time / 1e3);
    let shown =
        |time: f64| if time < 1.0 { Milliseconds(1e3 * time).to_string() } else { format!("{} s", rounded(time)) };
    add("simulated time", simulated.map(shown));
    add("time step", content.number("dt_ms").map(|dt| format!("{dt} ms")));
    add("method", content.experiment.as_ref().map(|experiment| experiment.simulation.method.clone()));
    let trials = content.experiment.as_ref().map(|experiment| experiment.simulation.trials);
    add("trials", trials.filter(|trials| *trials > 1).map(|trials| trials.to_string()));
    add("seed", content.attributes.get("seed").map(Value::to_string));
    let wall = content.number("wall_time_s");
    add("wall time", wall.map(|wall| format!("{} s", rounded(wall))));
    let factor = simulated.zip(wall).filter(|(_, wall)| *wall > 0.0).map(|(time, wall)| time / wall);
    add("speed", factor.map(|factor| format!("{} × real time", rounded(factor))));
    let mean = |fit: &Vec<f64>| fit.iter().sum::<f64>() / fit.len().max(1) as f64;
    add("fit to data", content.fit.as_ref().map(|fit| format!("{:.3}", mean(fit))));
    add("run", (!content.complete).then(|| incomplete(content)));
    facts
}

/// How far a run came, and why no further.
fn incomplete(content: &Content) -> String {
    let planned = content.experiment.as_ref().map(|experiment| &experiment.simulation);
    let planned = planned.map(|simulation| Milliseconds(simulation.transient.0 + simulation.duration.0));
    let text = match (content.number("simulated_ms"), planned) {
        (Some(reached), Some(planned)) => format!("not complete: ended at {} of {planned}", Milliseconds(reached)),
        // A run that was killed could not note how far it came.
        (_, Some(planned)) => format!("not complete: ended before {planned}"),
        (_, None) => "not complete".into(),
    };
    match content.text("error") {
        Some(error) => format!("{text}, because of an error: {error}"),
        None => text,
    }
}

fn models(content: &Content) -> String {
    let models = content.attributes.get("models").and_then(Value::as_array);
    let names: Vec<&str> = models.into_iter().flatten().filter_map(Value::as_str).collect();
    names.join(" and ")
}

/// Three digits.
fn rounded(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
