//! Local functions: their names, and that none calls itself. Units are checked where a function is called.

use std::collections::HashSet;

use super::call::{self, FUNCTIONS};
use super::cycle::cycles;
use super::declaration::{Declarations, Entity, Function};
use crate::diagnostic::Report;
use crate::lexer::shortened;
use crate::nearest::nearest;
use crate::syntax::{Expression, ExpressionKind, Name};
use crate::token::Span;

/// Checks all functions. Returns those that cannot be called because something in them is wrong.
pub(super) fn check(declarations: &Declarations<'_>, report: &mut Report<'_>) -> HashSet<usize> {
    let mut wrong = HashSet::new();
    let mut calls = Vec::with_capacity(declarations.functions.len());
    for (index, function) in declarations.functions.iter().enumerate() {
        let mark = report.mark();
        check_arguments(function, report);
        let mut called = Vec::new();
        function.body.walk(&mut |expression| {
            check_part(expression, function, declarations, &mut called, report);
        });
        calls.push(called);
        if report.mark() != mark {
            wrong.insert(index);
        }
    }
    for cycle in cycles(&calls) {
        let names: Vec<&str> = cycle.iter().map(|&index| declarations.functions[index].name.text.as_str()).collect();
        let function = &declarations.functions[cycle[0]];
        let message = format!("function `{}` calls itself: {}", function.name.text, names.join(" -> "));
        report.error(function.name.span, message).hint("the language has no recursion");
        wrong.extend(cycle);
    }
    wrong
}

fn check_arguments(function: &Function<'_>, report: &mut Report<'_>) {
    for (index, argument) in function.arguments.iter().enumerate() {
        if function.arguments[..index].iter().any(|before| before.text == argument.text) {
            let message = format!("function `{}` has the argument `{}` twice", function.name.text, argument.text);
            report.error(argument.span, message);
        }
        if FUNCTIONS.iter().any(|known| known.name == argument.text) {
            report
                .error(argument.span, format!("`{}` is a function of the language", argument.text))
                .hint("choose another name");
        }
    }
}

fn check_part(
    expression: &Expression,
    function: &Function<'_>,
    declarations: &Declarations<'_>,
    called: &mut Vec<usize>,
    report: &mut Report<'_>,
) {
    match &expression.kind {
        ExpressionKind::Name(name) => check_name(name, expression.span, function, declarations, report),
        ExpressionKind::Call(name, _) if matches!(name.text.as_str(), "delay" | "strength" | "next") => {
            let message = format!("`{}` cannot stand in a function", name.text);
            report.error(name.span, message).hint("pass its value as an argument");
        }
        ExpressionKind::Call(name, arguments) => {
            if FUNCTIONS.iter().any(|known| known.name == name.text) {
                call::check_arity(name, arguments.len(), report);
            } else if let Some(Entity::Function(index)) = declarations.entity(&name.text) {
                called.push(index);
            } else {
                unknown_function(name, declarations, report);
            }
        }
        ExpressionKind::Column(name, ..) if !matches!(declarations.entity(&name.text), Some(Entity::Table(_))) => {
            unknown_function(name, declarations, report);
        }
        _ => {}
    }
}

fn check_name(
    name: &str,
    span: Span,
    function: &Function<'_>,
    declarations: &Declarations<'_>,
    report: &mut Report<'_>,
) {
    if name == "pi" || function.arguments.iter().any(|argument| argument.text == name) {
        return;
    }
    match declarations.names.get(name) {
        Some((Entity::Parameter(_), _)) => {}
        Some((Entity::Value, written)) if *written < function.name.span => {}
        Some((Entity::Value, _)) => {
            let message = format!("function `{}` reads `{name}` before it is written", function.name.text);
            report.error(span, message).hint("move the function below the line that writes it");
        }
        Some((entity, _)) => {
            let message = format!("function `{}` reads {} `{name}`", function.name.text, without_article(*entity));
            report
                .error(span, message)
                .hint("functions read their arguments, parameters and named values: pass it as an argument");
        }
        None => {
            let arguments = function.arguments.iter().map(|argument| argument.text.as_str());
            let parameters = declarations.info.parameters.iter().map(|parameter| parameter.name.as_str());
            let near = nearest(name, arguments.chain(parameters));
            report.error(span, format!("unknown name `{}`", shortened(name))).did_you_mean(near);
        }
    }
}

fn without_article(entity: Entity) -> &'static str {
    let described = entity.described();
    described.split_once(' ').map_or(described, |(_, noun)| noun)
}

/// Reports a call of something that is no function.
pub(super) fn unknown_function(name: &Name, declarations: &Declarations<'_>, report: &mut Report<'_>) {
    let shown = shortened(&name.text);
    match declarations.entity(&name.text) {
        Some(Entity::Table(table)) => {
            let columns = declarations.tables[table].columns.join("`, `");
            report
                .error(name.span, format!("a column of table `{shown}` is missing"))
                .hint(format!("write `{shown}(...).COLUMN`, where the column is one of `{columns}`"));
        }
        Some(Entity::Function(_)) => {
            report.error(name.span, format!("`{shown}` is a function: it has no columns"));
        }
        Some(entity) => {
            report
                .error(name.span, format!("`{shown}` is {}, not a function", entity.described()))
                .hint("a product is written with `*`");
        }
        None => {
            let local = declarations.functions.iter().map(|function| function.name.text.as_str());
            let tables = declarations.tables.iter().map(|table| table.name.as_str());
            let known = FUNCTIONS.iter().map(|function| function.name).chain(local).chain(tables);
            let near = nearest(&name.text, known);
            let problem = report.error(name.span, format!("unknown function `{shown}`"));
            match name.text.as_str() {
                "log" => problem.hint("the natural logarithm is `ln`"),
                "log10" => problem.hint("write `ln(x) / ln(10)`"),
                "pow" => problem.hint("a power is written `a ^ b`"),
                "heaviside" | "step" | "theta" => problem.hint("write `1 if x > 0 else 0`"),
                "where" | "piecewise" => problem.hint("write `a if condition else b`"),
                "randn" | "rand" | "random" => problem.hint("white noise is declared by `noise NAME`"),
                _ => problem.did_you_mean(near),
            }
        }
    }
}
