//! Documentation of a model, from its text: equations as their author wrote them, and a page in Markdown.

mod latex;
mod markdown;

pub use markdown::markdown;

use crate::syntax::{EquationKind, Expression, Name, Statement, Tree};

/// What stands left of an equation's sign.
#[derive(Clone, Copy, Debug)]
enum Left<'t> {
    /// A named value or an output.
    Value(&'t Name),
    Function(&'t Name, &'t [Name]),
    Differential(&'t Name),
    Update(&'t Name),
}

/// The equations of a model, in the order of the text.
fn equations(tree: &Tree) -> impl Iterator<Item = (Left<'_>, &Expression)> {
    tree.statements.iter().filter_map(|statement| match statement {
        Statement::Value { name, value, .. } | Statement::Output { name, value: Some(value), .. } => {
            Some((Left::Value(name), value))
        }
        Statement::Function { name, arguments, body } => Some((Left::Function(name, arguments), body)),
        Statement::Equation { state, kind, right } => Some(match kind {
            EquationKind::Differential => (Left::Differential(state), right),
            EquationKind::Update => (Left::Update(state), right),
        }),
        _ => None,
    })
}

/// All equations of a model in LaTeX, one a line, for mathematics mode: local functions, named values, equations of
/// states and outputs, in the order of the text.
///
/// Names of Greek letters become letters, what follows the first `_` an index. `x := ...` is written as the value of
/// x after the step.
///
/// ```
/// let text = "model m \"M\"\nparam tau_x = 1 : ms in (0, inf) \"t\"\nstate x = 0 : 1 \"x\"\ndx/dt = -x / tau_x";
/// let model = neuropil_lang::compile(text, "m.model")?;
/// assert_eq!(
///     neuropil_lang::equations_latex(&model.tree),
///     [r"\frac{\mathrm{d} x}{\mathrm{d} t} = \frac{-x}{\tau_{x}}"]
/// );
/// # Ok::<(), neuropil_lang::Diagnostics>(())
/// ```
pub fn equations_latex(tree: &Tree) -> Vec<String> {
    equations(tree).map(|(left, right)| format!("{} = {}", latex::left(left), latex::expression(right))).collect()
}

/// All equations of a model as plain text for a terminal, one a line, as they are written in a model file.
pub fn equations_text(tree: &Tree) -> Vec<String> {
    equations(tree)
        .map(|(left, right)| match left {
            Left::Value(name) => format!("{} = {right}", name.text),
            Left::Function(name, arguments) => {
                let arguments: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
                format!("{}({}) = {right}", name.text, arguments.join(", "))
            }
            Left::Differential(name) => format!("d{}/dt = {right}", name.text),
            Left::Update(name) => format!("{} := {right}", name.text),
        })
        .collect()
}
