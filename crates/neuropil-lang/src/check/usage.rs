//! Names that nothing reads.

use std::collections::HashSet;

use crate::diagnostic::Report;
use crate::syntax::{Expression, ExpressionKind, InitialValue, Name, Statement, Tree};

/// Warns of declarations that nothing reads.
pub(super) fn warn(tree: &Tree, report: &mut Report<'_>) {
    let used = used_names(tree);
    for statement in &tree.statements {
        let (name, what): (&Name, &str) = match statement {
            Statement::Parameter(parameter) => (&parameter.name, "parameter"),
            Statement::Input { name, .. } => (name, "input"),
            Statement::Noise { name, .. } => (name, "noise"),
            Statement::Table { name, .. } => (name, "table"),
            Statement::Function { name, .. } => (name, "function"),
            Statement::Value { name, .. } => (name, "value"),
            _ => continue,
        };
        if !used.contains(name.text.as_str()) {
            report.warning(name.span, format!("{what} `{}` is never read", name.text));
        }
    }
}

fn used_names(tree: &Tree) -> HashSet<&str> {
    let mut used = HashSet::new();
    for statement in &tree.statements {
        match statement {
            Statement::Value { value, .. } | Statement::Output { value: Some(value), .. } => add(value, &[], &mut used),
            Statement::Equation { right, .. } => add(right, &[], &mut used),
            Statement::Function { arguments, body, .. } => add(body, arguments, &mut used),
            Statement::Output { name, value: None, .. }
            | Statement::State { initial: InitialValue::Parameter(name), .. } => {
                used.insert(&name.text);
            }
            _ => {}
        }
    }
    used
}

fn add<'t>(expression: &'t Expression, arguments: &[Name], used: &mut HashSet<&'t str>) {
    expression.walk(&mut |part| {
        let name = match &part.kind {
            ExpressionKind::Name(name) => name,
            ExpressionKind::Call(name, _) | ExpressionKind::Column(name, ..) => &name.text,
            _ => return,
        };
        if !arguments.iter().any(|argument| argument.text == *name) {
            used.insert(name);
        }
    });
}
