//! Text to program.

use crate::check;
use crate::diagnostic::{Diagnostic, Diagnostics, Report};
use crate::parser;
use crate::program::Program;
use crate::syntax::Tree;

/// A model file that was read and checked.
#[derive(Clone, Debug)]
pub struct ModelText {
    /// Its statements as written: what documentation is made of.
    pub tree: Tree,
    /// Its meaning.
    pub program: Program,
    /// What looks wrong in it, in the order of the text.
    pub warnings: Vec<Diagnostic>,
}

/// Reads and checks a model. `file` is the name that diagnostics give the text.
///
/// # Errors
///
/// All errors of the text that one run can find, each with its place and, where there is one, a hint.
///
/// ```
/// let text = r#"
/// model decay "Exponential decay"
/// param tau = 10 : ms in (0, inf) "time constant"
/// state x = 1 : mV "what decays"
/// dx/dt = -x / tau
/// "#;
/// let model = neuropil_lang::compile(text, "decay.model")?;
/// assert_eq!(model.program.info.parameters[0].default, 10.0);
///
/// let errors = neuropil_lang::compile(&text.replace("-x / tau", "-x / tua"), "decay.model").unwrap_err();
/// assert!(errors.to_string().contains("did you mean `tau`?"));
/// # Ok::<(), neuropil_lang::Diagnostics>(())
/// ```
pub fn compile(text: &str, file: &str) -> Result<ModelText, Diagnostics> {
    let mut report = Report::new(text, file);
    let tree = parser::tree(text, &mut report);
    let program = check::program(&tree, &mut report);
    let warnings = report.finish()?;
    match program {
        Some(program) => Ok(ModelText { tree, program, warnings }),
        None => Err(Diagnostics::unexplained(file)),
    }
}
