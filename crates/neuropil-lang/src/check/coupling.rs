//! Couplings: what they connect, and that units agree.

use neuropil_kernel::{Coupling, CouplingKind, Parameter};

use super::declaration::{self, Declarations, Entity};
use super::output::PlannedOutput;
use crate::diagnostic::Report;
use crate::nearest::nearest;
use crate::syntax::{CouplingStatement, Statement, StrengthClause, Tree};
use crate::unit::Dimension;

/// All couplings of a file.
pub(super) fn couplings(
    tree: &Tree,
    declarations: &Declarations<'_>,
    outputs: &[PlannedOutput<'_>],
    report: &mut Report<'_>,
) -> Vec<Coupling> {
    let mut strengths: Vec<(Parameter, Option<Dimension>)> = Vec::new();
    let mut couplings = Vec::new();
    for statement in &tree.statements {
        if let Statement::Coupling(coupling) = statement
            && !report.is_full()
        {
            couplings.extend(check(coupling, declarations, outputs, &mut strengths, report));
        }
    }
    couplings
}

fn check(
    coupling: &CouplingStatement,
    declarations: &Declarations<'_>,
    outputs: &[PlannedOutput<'_>],
    strengths: &mut Vec<(Parameter, Option<Dimension>)>,
    report: &mut Report<'_>,
) -> Option<Coupling> {
    let (from, to) = (&coupling.output, &coupling.input);
    let output = outputs.iter().position(|output| output.name == from.text);
    if output.is_none() {
        let near = nearest(&from.text, outputs.iter().map(|output| output.name));
        let message = format!("`{}` is not an output, expected the source of a coupling", from.text);
        report.error(from.span, message).did_you_mean(near);
    }
    let input = if let Some(Entity::Input(index)) = declarations.entity(&to.text) {
        Some(index)
    } else {
        let near = nearest(&to.text, declarations.info.inputs.iter().map(|input| input.name.as_str()));
        let message = format!("`{}` is not an input, expected the target of a coupling", to.text);
        report.error(to.span, message).did_you_mean(near);
        None
    };
    let strength = match &coupling.strength {
        None => None,
        Some(StrengthClause::Declared(strength)) => {
            let strength = declaration::parameter_info(strength, "strength", report);
            strengths.push(strength.clone());
            Some(strength)
        }
        Some(StrengthClause::Shared(name)) => {
            let Some(strength) = strengths.iter().find(|(known, _)| known.name == name.text) else {
                let near = nearest(&name.text, strengths.iter().map(|(known, _)| known.name.as_str()));
                let message = format!("`{}` is not the strength of a coupling before this one", name.text);
                let problem = report.error(name.span, message);
                if near.is_some() {
                    problem.did_you_mean(near);
                } else {
                    problem.hint("declare it by `strength NAME = NUMBER : UNIT in RANGE`");
                }
                return None;
            };
            Some(strength.clone())
        }
    };
    let (output, input) = (output?, input?);
    let factor = strength.as_ref().map_or(Some(Dimension::NONE), |(_, dimension)| *dimension);
    if let (Some(sent), Some(factor), Some(expected)) = (outputs[output].dimension, factor, declarations.inputs[input])
    {
        let arriving = sent.times(factor);
        // A model without dimensions may measure its input in 1/ms, as the right side of its equation.
        let without_dimensions = arriving.is_none() && Dimension::NONE.over(expected) == Dimension::TIME;
        if arriving != expected && !without_dimensions {
            let strength_name = strength.as_ref().map(|(strength, _)| &strength.name);
            let product = match strength_name {
                Some(name) => format!("`{}` ({sent}) times `{name}` ({factor})", from.text),
                None => format!("`{}` ({sent})", from.text),
            };
            let message = format!("{product} cannot reach input `{}`, which is measured in {expected}", to.text);
            let needed = expected.over(sent);
            report
                .error(to.span, message)
                .hint(format!("weights have no dimension: the strength of the coupling is measured in {needed}"));
            return None;
        }
    }
    Some(Coupling {
        output,
        input,
        kind: if coupling.diffusive { CouplingKind::Diffusive } else { CouplingKind::Additive },
        power: coupling.power,
        per_node: coupling.per_node,
        strength: strength.map(|(strength, _)| strength),
    })
}
