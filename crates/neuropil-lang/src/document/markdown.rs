//! The page of a model.

use std::fmt::Write;

use neuropil_kernel::{CouplingKind, ModelInfo, Parameter, Range};

use super::{equations, latex};
use crate::compile::ModelText;
use crate::syntax::{Bounding, InitialValue, Interval, Measured, Statement};

/// A page about a model: title, description, equations (in `$$`), and tables of parameters, states, inputs, noise,
/// outputs, look-up tables, couplings and sources. What a model does not have is left out.
pub fn markdown(model: &ModelText) -> String {
    let info = &model.program.info;
    let title = if info.title.is_empty() { &info.name } else { &info.title };
    let mut page = format!("# {title}\n\nModel `{}`\n", info.name);
    if !info.description.is_empty() {
        page += "\n";
        page += &info.description;
        page += "\n";
    }
    page += &equation_section(model);
    page += &table(
        "Parameters",
        &["name", "default", "unit", "range", "meaning"],
        &info.parameters.iter().map(parameter_row).collect::<Vec<_>>(),
    );
    page += &states(model);
    let inputs = info.inputs.iter();
    let inputs = inputs.map(|i| vec![code(&i.name), i.default.to_string(), unit(&i.unit.text), i.meaning.clone()]);
    page += &table("Inputs", &["name", "default", "unit", "meaning"], &inputs.collect::<Vec<_>>());
    let noises = info.noises.iter().map(|noise| vec![code(&noise.name), noise.meaning.clone()]);
    page += &table("Noise", &["name", "meaning"], &noises.collect::<Vec<_>>());
    let outputs = info.outputs.iter().map(|o| vec![code(&o.name), unit(&o.unit.text), o.meaning.clone()]);
    page += &table("Outputs", &["name", "unit", "meaning"], &outputs.collect::<Vec<_>>());
    page += &tables(model);
    page += &couplings(info);
    page += &sources(info);
    page
}

fn equation_section(model: &ModelText) -> String {
    let lines: Vec<String> = equations(&model.tree)
        .map(|(left, right)| format!("{} &= {}", latex::left(left), latex::expression(right)))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n## Equations\n\n$$\n\\begin{{aligned}}\n{}\n\\end{{aligned}}\n$$\n", lines.join(" \\\\\n"))
}

fn states(model: &ModelText) -> String {
    let rows: Vec<Vec<String>> = model
        .tree
        .statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::State { name, initial, unit: product, bounds, meaning } => Some(vec![
                code(&name.text),
                initial_text(initial),
                unit(product.as_ref().map_or("1", |product| product.text.as_str())),
                bounds.as_ref().map(bounds_text).unwrap_or_default(),
                meaning.as_ref().map(|meaning| meaning.text.clone()).unwrap_or_default(),
            ]),
            _ => None,
        })
        .collect();
    table("States", &["name", "initial value", "unit", "bounds", "meaning"], &rows)
}

fn initial_text(initial: &InitialValue) -> String {
    match initial {
        InitialValue::Number(number) => number.text.clone(),
        InitialValue::Uniform(lower, upper) => format!("uniform({}, {})", lower.text, upper.text),
        InitialValue::Normal(mean, deviation) => format!("normal({}, {})", mean.text, deviation.text),
        InitialValue::Parameter(name) => code(&name.text),
    }
}

fn bounds_text(bounds: &Bounding) -> String {
    let interval = |interval: &Interval| {
        let (open, close) = brackets(interval.lower_open, interval.upper_open);
        format!("{open}{}, {}{close}", interval.lower.text, interval.upper.text)
    };
    match bounds {
        Bounding::Clip(range) => format!("held within {}", interval(range)),
        Bounding::Wrap(range) => format!("taken modulo into {}", interval(range)),
    }
}

fn brackets(lower_open: bool, upper_open: bool) -> (char, char) {
    (if lower_open { '(' } else { '[' }, if upper_open { ')' } else { ']' })
}

fn parameter_row(parameter: &Parameter) -> Vec<String> {
    vec![
        code(&parameter.name),
        parameter.default.to_string(),
        unit(&parameter.unit.text),
        range_text(&parameter.range),
        parameter.meaning.clone(),
    ]
}

fn range_text(range: &Range) -> String {
    let number = |value: f64| match value {
        f64::INFINITY => "inf".to_owned(),
        f64::NEG_INFINITY => "-inf".to_owned(),
        _ => value.to_string(),
    };
    let (open, close) = brackets(range.lower_open, range.upper_open);
    format!("{open}{}, {}{close}", number(range.lower), number(range.upper))
}

fn tables(model: &ModelText) -> String {
    let measured = |list: &[Measured]| {
        let entries = list.iter().map(|entry| {
            let text = entry.unit.as_ref().map_or("1", |unit| unit.text.as_str());
            format!("{} ({text})", code(&entry.name.text))
        });
        entries.collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<Vec<String>> = model
        .tree
        .statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::Table { name, axes, columns, meaning } => Some(vec![
                code(&name.text),
                measured(axes),
                measured(columns),
                meaning.as_ref().map(|meaning| meaning.text.clone()).unwrap_or_default(),
            ]),
            _ => None,
        })
        .collect();
    table("Tables", &["name", "axes", "columns", "meaning"], &rows)
}

fn couplings(info: &ModelInfo) -> String {
    let name = |index: usize, names: Vec<&String>| names.get(index).map(|name| code(name)).unwrap_or_default();
    let rows: Vec<Vec<String>> = info
        .couplings
        .iter()
        .map(|coupling| {
            let mut kind = match coupling.kind {
                CouplingKind::Additive => "additive".to_owned(),
                CouplingKind::Diffusive => "diffusive".to_owned(),
            };
            if coupling.power != 1 {
                let _ = write!(kind, ", weights to the power of {}", coupling.power);
            }
            if coupling.per_node {
                kind += ", divided by the number of nodes";
            }
            let strength = coupling.strength.as_ref();
            vec![
                name(coupling.output, info.outputs.iter().map(|output| &output.name).collect()),
                name(coupling.input, info.inputs.iter().map(|input| &input.name).collect()),
                kind,
                strength.map(|strength| code(&strength.name)).unwrap_or_default(),
                strength.map(|strength| strength.default.to_string()).unwrap_or_default(),
                strength.map(|strength| unit(&strength.unit.text)).unwrap_or_default(),
                strength.map(|strength| range_text(&strength.range)).unwrap_or_default(),
                strength.map(|strength| strength.meaning.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    table("Coupling", &["from", "to", "kind", "strength", "default", "unit", "range", "meaning"], &rows)
}

fn sources(info: &ModelInfo) -> String {
    let mut section = String::new();
    for source in &info.sources {
        if section.is_empty() {
            section += "\n## Sources\n\n";
        }
        let _ = match &source.doi {
            Some(doi) => writeln!(section, "- {} [doi:{doi}](https://doi.org/{doi})", source.citation),
            None => writeln!(section, "- {}", source.citation),
        };
    }
    section
}

/// A section with a table, if there are rows; columns that are empty in all rows are left out.
fn table(title: &str, header: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let is_used = |column: &usize| rows.iter().any(|row| row.get(*column).is_some_and(|cell| !cell.is_empty()));
    let used: Vec<usize> = (0..header.len()).filter(is_used).collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut section = format!("\n## {title}\n\n");
    section += &line(used.iter().map(|&column| header[column].to_owned()).collect());
    section += &line(used.iter().map(|_| "---".to_owned()).collect());
    for row in rows {
        section += &line(used.iter().map(|&column| row[column].replace('|', "\\|")).collect());
    }
    section
}

fn code(name: &str) -> String {
    format!("`{name}`")
}

/// A unit; nothing where there is none.
fn unit(text: &str) -> String {
    if text == "1" { String::new() } else { text.to_owned() }
}
