//! Outputs: those that the file lists, then the other states.

use std::collections::HashSet;

use neuropil_kernel::{Output, OutputSource, Unit};

use super::declaration::{self, Declarations, Entity};
use super::expression::Lowering;
use super::value::Value;
use crate::diagnostic::Report;
use crate::graph::NodeId;
use crate::nearest::nearest;
use crate::syntax::{Name, Statement, Tree};
use crate::unit::Dimension;

/// Where an output comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin<'t> {
    State(usize),
    /// A named value.
    Value(&'t Name),
    Expression(&'t Name),
}

/// An output before expressions are lowered.
#[derive(Debug)]
pub(super) struct PlannedOutput<'t> {
    pub(super) name: &'t str,
    pub(super) origin: Origin<'t>,
    /// None where the unit is wrong, which is reported.
    pub(super) dimension: Option<Dimension>,
    unit: Unit,
    meaning: String,
}

/// All outputs, and how many of them the file lists.
pub(super) fn plan<'t>(
    tree: &'t Tree,
    declarations: &Declarations<'t>,
    report: &mut Report<'_>,
) -> (Vec<PlannedOutput<'t>>, usize) {
    let mut outputs: Vec<PlannedOutput<'t>> = Vec::new();
    let mut names = HashSet::new();
    let mut listed_states = vec![false; declarations.info.states.len()];
    for statement in &tree.statements {
        let Statement::Output { name, .. } = statement else {
            continue;
        };
        // Expressions that are listed twice are declared twice, which is reported there.
        if !names.insert(name.text.as_str()) {
            if matches!(statement, Statement::Output { value: None, .. }) {
                report.error(name.span, format!("output `{}` is listed twice", name.text));
            }
            continue;
        }
        if let Some(output) = listed(statement, tree, declarations, report) {
            if let Origin::State(index) = output.origin {
                listed_states[index] = true;
            }
            outputs.push(output);
        }
    }
    let listed = outputs.len();
    let states = tree.statements.iter().filter_map(|statement| match statement {
        Statement::State { name, .. } => Some(name),
        _ => None,
    });
    for (index, name) in states.enumerate() {
        if listed_states.get(index) == Some(&false) {
            outputs.push(of_state(name, index, declarations));
        }
    }
    (outputs, listed)
}

fn of_state<'t>(name: &'t Name, index: usize, declarations: &Declarations<'t>) -> PlannedOutput<'t> {
    let state = &declarations.info.states[index];
    PlannedOutput {
        name: &name.text,
        origin: Origin::State(index),
        dimension: declarations.states[index],
        unit: state.unit.clone(),
        meaning: state.meaning.clone(),
    }
}

fn listed<'t>(
    statement: &'t Statement,
    tree: &'t Tree,
    declarations: &Declarations<'t>,
    report: &mut Report<'_>,
) -> Option<PlannedOutput<'t>> {
    let Statement::Output { name, value, unit, meaning } = statement else {
        return None;
    };
    if value.is_some() {
        let (unit, measure) = declaration::required_unit(unit.as_ref(), name, "output", report);
        return Some(PlannedOutput {
            name: &name.text,
            origin: Origin::Expression(name),
            dimension: measure.map(|measure| measure.dimension),
            unit,
            meaning: declaration::text(meaning.as_ref()),
        });
    }
    let own_measure = unit.as_ref().map(|unit| (unit, declaration::measure(unit, report)));
    let mut output = match declarations.entity(&name.text) {
        Some(Entity::State(index)) => {
            let output = of_state(name, index, declarations);
            if let Some((unit, Some(measure))) = own_measure
                && output.dimension.is_some_and(|dimension| dimension != measure.dimension)
            {
                let message = format!("the unit of output `{}` measures {}", name.text, measure.dimension);
                report.error(unit.span, message);
            }
            output
        }
        Some(Entity::Value) => of_value(name, tree, report)?,
        other => {
            let states = declarations.info.states.iter().map(|state| state.name.as_str());
            let near = nearest(&name.text, states);
            let message = match other {
                Some(entity) => format!("`{}` is {}, which cannot be an output", name.text, entity.described()),
                None => format!("unknown output `{}`", name.text),
            };
            let problem = report.error(name.span, message);
            if other.is_none() && near.is_some() {
                problem.did_you_mean(near);
                return None;
            }
            problem.hint("list a state or a named value, or write `output NAME = EXPRESSION : UNIT`");
            return None;
        }
    };
    if let Some((unit, measure)) = own_measure {
        output.unit = Unit { text: unit.text.clone(), scale: measure.map_or(1.0, |measure| measure.scale) };
        output.dimension = measure.map(|measure| measure.dimension);
    }
    if meaning.is_some() {
        output.meaning = declaration::text(meaning.as_ref());
    }
    Some(output)
}

/// A named value that is listed; its unit and meaning are those of the value.
fn of_value<'t>(name: &'t Name, tree: &'t Tree, report: &mut Report<'_>) -> Option<PlannedOutput<'t>> {
    tree.statements.iter().find_map(|statement| match statement {
        Statement::Value { name: value, unit, meaning, .. } if value.text == name.text => {
            // A wrong unit is reported where the value is defined.
            let mark = report.mark();
            let (unit, measure) = declaration::optional_unit(unit.as_ref(), report);
            report.forget(mark);
            Some(PlannedOutput {
                name: &name.text,
                origin: Origin::Value(name),
                dimension: measure.map(|measure| measure.dimension),
                unit,
                meaning: declaration::text(meaning.as_ref()),
            })
        }
        _ => None,
    })
}

/// Outputs as the kernel knows them, and the expressions among them with their places.
pub(super) struct Outputs<'t> {
    pub(super) info: Vec<Output>,
    pub(super) expressions: Vec<(NodeId, &'t Name)>,
}

/// Completes the plan once everything is lowered. `lowered` holds the expression of each planned output that has one.
pub(super) fn finish<'t>(
    planned: &[PlannedOutput<'t>],
    lowered: &[Option<NodeId>],
    lowering: &mut Lowering<'_, 't, '_, '_>,
) -> Outputs<'t> {
    let mut info = Vec::new();
    let mut expressions = Vec::new();
    for (output, node) in planned.iter().zip(lowered) {
        let source = match output.origin {
            Origin::State(index) => OutputSource::State(index),
            Origin::Expression(name) => {
                expressions.extend(node.map(|node| (node, name)));
                OutputSource::Expression(expressions.len().saturating_sub(1))
            }
            Origin::Value(name) => {
                let value = lowering.written_value(name.text.as_str()).cloned();
                let node = value.and_then(|value| lowering.output_node(name, value, output.dimension));
                expressions.extend(node.map(|node| (node, name)));
                OutputSource::Expression(expressions.len().saturating_sub(1))
            }
        };
        info.push(Output {
            name: output.name.to_owned(),
            unit: output.unit.clone(),
            source,
            meaning: output.meaning.clone(),
        });
    }
    Outputs { info, expressions }
}

impl Lowering<'_, '_, '_, '_> {
    /// The node of an output, once it is known to be a number without noise in its unit.
    pub(super) fn output_node(&mut self, name: &Name, value: Value, dimension: Option<Dimension>) -> Option<NodeId> {
        let Value::Number(number) = value else {
            let message = format!("output `{}` is a condition, expected a number", name.text);
            self.report.error(name.span, message).hint("write `1 if condition else 0`");
            return None;
        };
        let Some(node) = number.as_plain() else {
            self.report.error(name.span, format!("output `{}` depends on noise", name.text));
            return None;
        };
        if let (Some(found), Some(expected)) = (number.dimension, dimension)
            && found != expected
        {
            let message = format!("output `{}` has dimension {found}, but its unit measures {expected}", name.text);
            self.report.error(name.span, message).hint(format!("write `: {found}`"));
            return None;
        }
        Some(node)
    }
}
