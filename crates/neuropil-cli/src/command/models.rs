//! `neuropil models`.

use neuropil::kernel::{Coupling, CouplingKind, Initial, Parameter};
use neuropil::{ModelInfo, ModelText, catalogue, entry, equations_latex, equations_text, markdown, read_model};
use serde_json::json;

use crate::arguments::{ModelsArguments, ModelsCommand, ShowArguments, ShowFormat};
use crate::failure::Failure;
use crate::output::{columns, print, wrap};

/// Width of running text on a terminal.
const WIDTH: usize = 100;

/// Lists and shows models.
pub(crate) fn models(arguments: &ModelsArguments) -> Result<(), Failure> {
    match &arguments.command {
        ModelsCommand::List => list(),
        ModelsCommand::Show(arguments) => show(arguments),
    }
}

fn list() -> Result<(), Failure> {
    let mut rows = Vec::new();
    for entry in catalogue() {
        let text = entry.compile()?;
        rows.push(vec![entry.name().to_owned(), text.program.info.title.clone()]);
    }
    Ok(print(&columns(&rows, 0))?)
}

fn show(arguments: &ShowArguments) -> Result<(), Failure> {
    let model = match (&arguments.name, &arguments.model_file) {
        (_, Some(path)) => {
            let model = read_model(path)?;
            for warning in &model.warnings {
                eprint(&warning.to_string());
            }
            model
        }
        (Some(name), None) => entry(name)?.compile()?,
        (None, None) => return Err(Failure::input("expected the name of a model, or `--model-file`", None)),
    };
    let text = match arguments.format {
        ShowFormat::Text => text(&model),
        ShowFormat::Markdown => markdown(&model),
        ShowFormat::Latex => equations_latex(&model.tree).join("\n"),
        ShowFormat::Json => format!("{:#}", json(&model)),
    };
    Ok(print(&text)?)
}

fn eprint(text: &str) {
    use std::io::Write;
    // Warnings that nobody can read are no reason to fail.
    let _ = writeln!(std::io::stderr(), "{text}\n");
}

/// Everything about a model, for a terminal.
fn text(model: &ModelText) -> String {
    let info = &model.program.info;
    let mut text = format!("{}: {}\n\n{}\n", info.name, info.title, wrap(&info.description, WIDTH));
    let mut section = |title: &str, rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            text = [&text, "\n", title, "\n", &columns(&rows, 2)].concat();
        }
    };
    section("Equations", equations_text(&model.tree).into_iter().map(|equation| vec![equation]).collect());
    let parameters = info.parameters.iter().chain(strengths(info)).map(|parameter| {
        let [name, meaning] = [&parameter.name, &parameter.meaning].map(Clone::clone);
        let value = with_unit(parameter.default, &parameter.unit.text);
        vec![name, value, format!("in {}", parameter.range), meaning]
    });
    section("Parameters", parameters.collect());
    let states = info.states.iter().map(|state| {
        vec![state.name.clone(), initial(info, state.initial), state.unit.text.clone(), state.meaning.clone()]
    });
    section("States, with their initial values and units", states.collect());
    let inputs = info
        .inputs
        .iter()
        .map(|input| vec![input.name.clone(), with_unit(input.default, &input.unit.text), input.meaning.clone()]);
    section("Inputs", inputs.collect());
    let outputs =
        info.outputs.iter().map(|output| vec![output.name.clone(), output.unit.text.clone(), output.meaning.clone()]);
    section("Outputs, the default first", outputs.collect());
    section("Coupling", info.couplings.iter().map(|coupling| vec![describe_coupling(info, coupling)]).collect());
    let sources = info.sources.iter().map(|source| {
        let doi = source.doi.as_ref().map_or(String::new(), |doi| format!(" https://doi.org/{doi}"));
        vec![format!("{}{doi}", source.citation)]
    });
    section("Sources", sources.collect());
    text
}

/// Global factors of the coupling, each once.
fn strengths(info: &ModelInfo) -> impl Iterator<Item = &Parameter> {
    let all = || info.couplings.iter().filter_map(|coupling| coupling.strength.as_ref());
    let is_first = move |(index, parameter): &(usize, &Parameter)| {
        all().take(*index).all(|earlier| earlier.name != parameter.name)
    };
    all().enumerate().filter(is_first).map(|(_, parameter)| parameter)
}

fn with_unit(value: f64, unit: &str) -> String {
    if unit == "1" { value.to_string() } else { format!("{value} {unit}") }
}

fn initial(info: &ModelInfo, initial: Initial) -> String {
    match initial {
        Initial::Value(value) => value.to_string(),
        Initial::Uniform(lower, upper) => format!("uniform({lower}, {upper})"),
        Initial::Normal(mean, deviation) => format!("normal({mean}, {deviation})"),
        Initial::Parameter(index) => info.parameters[index].name.clone(),
    }
}

/// `x -> network_x, diffusive, strength K_gl`.
fn describe_coupling(info: &ModelInfo, coupling: &Coupling) -> String {
    let (output, input) = (&info.outputs[coupling.output].name, &info.inputs[coupling.input].name);
    let kind = match coupling.kind {
        CouplingKind::Additive => "additive",
        CouplingKind::Diffusive => "diffusive",
    };
    let mut parts = vec![format!("{output} -> {input}"), kind.to_owned()];
    if coupling.power != 1 {
        parts.push(format!("weights to the power {}", coupling.power));
    }
    if coupling.per_node {
        parts.push("divided by the number of nodes".into());
    }
    if let Some(strength) = &coupling.strength {
        parts.push(format!("strength {}", strength.name));
    }
    parts.join(", ")
}

fn json(model: &ModelText) -> serde_json::Value {
    let info = &model.program.info;
    let parameter = |parameter: &Parameter| {
        json!({
            "name": parameter.name,
            "default": parameter.default,
            "unit": parameter.unit.text,
            "range": parameter.range.to_string(),
            "meaning": parameter.meaning,
        })
    };
    json!({
        "name": info.name,
        "title": info.title,
        "description": info.description,
        "sources": info.sources.iter().map(|s| json!({ "citation": s.citation, "doi": s.doi })).collect::<Vec<_>>(),
        "equations": equations_text(&model.tree),
        "equations_latex": equations_latex(&model.tree),
        "parameters": info.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "coupling_strengths": strengths(info).map(parameter).collect::<Vec<_>>(),
        "states": info.states.iter().map(|state| json!({
            "name": state.name,
            "unit": state.unit.text,
            "initial": initial(info, state.initial),
            "meaning": state.meaning,
        })).collect::<Vec<_>>(),
        "inputs": info.inputs.iter().map(|input| json!({
            "name": input.name, "unit": input.unit.text, "default": input.default, "meaning": input.meaning,
        })).collect::<Vec<_>>(),
        "outputs": info.outputs.iter().map(|output| json!({
            "name": output.name, "unit": output.unit.text, "meaning": output.meaning,
        })).collect::<Vec<_>>(),
        "couplings": info.couplings.iter().map(|coupling| describe_coupling(info, coupling)).collect::<Vec<_>>(),
    })
}
