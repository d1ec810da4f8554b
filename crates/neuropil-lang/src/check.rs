//! The tree to a checked program: names, units, and what may read what.

mod call;
mod coupling;
mod cycle;
mod declaration;
mod equation;
mod expression;
mod function;
mod output;
mod structure;
mod usage;
mod value;

use std::collections::HashMap;

use neuropil_kernel::ModelInfo;

use self::declaration::{Declarations, Entity};
use self::expression::Lowering;
use self::output::Origin;
use self::value::{Number, Value};
use crate::diagnostic::Report;
use crate::graph::NodeId;
use crate::lexer::shortened;
use crate::program::{Diffusion, Program};
use crate::syntax::{Expression, ExpressionKind, Name, Statement, Tree};
use crate::token::Span;

/// The program of a tree; none if there is an error, which is in the report.
pub(crate) fn program(tree: &Tree, report: &mut Report<'_>) -> Option<Program> {
    let mut declarations = declaration::declarations(tree, report);
    heading(tree, &mut declarations.info, report);
    if report.is_full() {
        return None;
    }
    let wrong_functions = function::check(&declarations, report);
    let (planned, listed_outputs) = output::plan(tree, &declarations, report);
    let strengths = strengths(tree, &declarations);
    let mut lowering = Lowering::new(&declarations, &planned, &strengths, wrong_functions, report);
    let mut right_sides: Vec<Option<Number>> = vec![None; declarations.info.states.len()];
    let mut equations: Vec<Option<Span>> = vec![None; declarations.info.states.len()];
    let mut expressions: Vec<Option<NodeId>> = vec![None; planned.len()];
    let places: HashMap<Span, usize> = planned
        .iter()
        .enumerate()
        .filter_map(|(index, output)| match output.origin {
            Origin::Expression(name) => Some((name.span, index)),
            _ => None,
        })
        .collect();
    for statement in &tree.statements {
        if lowering.report.is_full() {
            return None;
        }
        match statement {
            Statement::Value { name, value, unit, .. } => lowering.define(name, value, unit.as_ref()),
            Statement::Equation { state, kind, right } => {
                let (index, right_side) = lowering.equation(state, *kind, right);
                let Some(index) = index else { continue };
                if let Some(before) = equations[index].replace(state.span) {
                    let line = lowering.report.line(before);
                    let message = format!("`{}` has a second equation: the first is in line {line}", state.text);
                    lowering.report.error(state.span, message);
                } else {
                    right_sides[index] = right_side;
                }
            }
            Statement::Output { name, value: Some(value), .. } => {
                let Some(&index) = places.get(&name.span) else { continue };
                let number = lowering.number(value).map(Value::Number);
                let dimension = planned[index].dimension;
                expressions[index] = number.and_then(|number| lowering.output_node(name, number, dimension));
            }
            _ => {}
        }
    }
    let outputs = output::finish(&planned, &expressions, &mut lowering);
    let Lowering { mut graph, delays, next_spans, .. } = lowering;

    let names = tree.statements.iter().filter_map(|statement| match statement {
        Statement::State { name, .. } => Some(name),
        _ => None,
    });
    missing_equations(names, &equations, report);
    let diffusion = diffusion(&right_sides, &equations, &declarations.info, &graph, report);
    let right_sides: Vec<NodeId> = right_sides
        .iter()
        .map(|number| match number {
            Some(number) => number.drift_or_zero(&mut graph),
            None => graph.constant(0.0),
        })
        .collect();
    let couplings = coupling::couplings(tree, &declarations, &planned, report);
    let Declarations { mut info, tables, .. } = declarations;
    info.strengths = strengths;
    info.delays = delays;
    info.outputs = outputs.info;
    info.listed_outputs = listed_outputs;
    info.expressions = outputs.expressions.len();
    info.couplings = couplings;
    structure::check_next(&info, &graph, &right_sides, &diffusion, &next_spans, report);
    structure::check_outputs(&info, &graph, &outputs.expressions, report);
    usage::warn(tree, report);
    if report.has_errors() {
        return None;
    }
    Some(Program {
        info,
        tables,
        graph,
        right_sides,
        diffusion,
        expressions: outputs.expressions.into_iter().map(|(node, _)| node).collect(),
    })
}

/// An expression for messages.
fn shown(expression: &Expression) -> String {
    shortened(&expression.to_string())
}

/// Name, title and description.
fn heading(tree: &Tree, info: &mut ModelInfo, report: &mut Report<'_>) {
    let mut described = false;
    let mut named: Option<&Name> = None;
    for (index, statement) in tree.statements.iter().enumerate() {
        match statement {
            Statement::Description(text) if described => {
                report.error(text.span, "a model has one description, this is a second one");
            }
            Statement::Description(text) => {
                described = true;
                info.description.clone_from(&text.text);
            }
            Statement::Model { name, .. } if named.is_some() => {
                report.error(name.span, format!("a file holds one model, `{}` is a second one", name.text));
            }
            Statement::Model { name, title } => {
                named = Some(name);
                let lower = name.text.starts_with(|first: char| first.is_ascii_lowercase())
                    && !name.text.contains(|letter: char| letter.is_ascii_uppercase());
                if !lower {
                    report
                        .error(name.span, format!("the name of the model is `{}`, expected lower case", name.text))
                        .hint("words are joined by `_`: `wilson_cowan`");
                }
                if index > 0 && !report.has_errors() {
                    report.error(name.span, "`model` comes first in a file");
                }
                if title.as_ref().is_none_or(|title| title.text.is_empty()) {
                    report
                        .warning(name.span, format!("model `{}` has no title", name.text))
                        .hint("say in quotes what it is");
                }
                info.name.clone_from(&name.text);
                info.title = declaration::text(title.as_ref());
            }
            _ => {}
        }
    }
    // Where statements could not be read, those that are missing here may be among them.
    if report.has_errors() {
        return;
    }
    if named.is_none() {
        report
            .error(Span::default(), "the file does not say which model it holds")
            .hint("begin with `model NAME \"TITLE\"`");
    } else if info.states.is_empty() {
        report
            .error(named.map_or(Span::default(), |name| name.span), "the model has no state")
            .hint("declare one by `state NAME = INITIAL : UNIT`");
    }
}

/// The inputs whose row strength is read, in the order of the text.
fn strengths(tree: &Tree, declarations: &Declarations<'_>) -> Vec<usize> {
    let mut strengths: Vec<usize> = Vec::new();
    for statement in &tree.statements {
        let (Statement::Value { value: expression, .. }
        | Statement::Equation { right: expression, .. }
        | Statement::Output { value: Some(expression), .. }) = statement
        else {
            continue;
        };
        expression.walk(&mut |part| {
            if let ExpressionKind::Call(name, arguments) = &part.kind
                && name.text == "strength"
                && let [argument] = &arguments[..]
                && let ExpressionKind::Name(input) = &argument.kind
                && let Some(Entity::Input(index)) = declarations.entity(input)
                && !strengths.contains(&index)
            {
                strengths.push(index);
            }
        });
    }
    strengths
}

fn missing_equations<'t>(names: impl Iterator<Item = &'t Name>, equations: &[Option<Span>], report: &mut Report<'_>) {
    for (name, equation) in names.zip(equations) {
        if equation.is_none() {
            report
                .error(name.span, format!("state `{}` has no equation", name.text))
                .hint(format!("write `d{0}/dt = ...` or `{0} := ...`", name.text));
        }
    }
}

/// The amplitudes that are not zero.
fn diffusion(
    right_sides: &[Option<Number>],
    equations: &[Option<Span>],
    info: &ModelInfo,
    graph: &crate::graph::Graph,
    report: &mut Report<'_>,
) -> Vec<Diffusion> {
    let mut diffusion = Vec::new();
    for (state, (right_side, equation)) in right_sides.iter().zip(equations).enumerate() {
        for &(channel, amplitude) in right_side.iter().flat_map(|number| &number.noise) {
            if graph.as_constant(amplitude) == Some(0.0) {
                let message = format!(
                    "noise `{}` has amplitude 0 in the equation of `{}`",
                    info.noises[channel].name, info.states[state].name
                );
                report.warning(equation.unwrap_or_default(), message);
                continue;
            }
            diffusion.push(Diffusion { state, channel, amplitude });
        }
    }
    diffusion
}
