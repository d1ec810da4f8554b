//! Names of a model's quantities in generated text.

use crate::describe::Names;
use crate::graph::Op;
use crate::program::Program;

/// The names that the model's author gave.
pub(super) struct LeafNames<'a> {
    program: &'a Program,
}

impl<'a> LeafNames<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Self { program }
    }

    pub(super) fn of(&self, op: Op) -> String {
        let info = &self.program.info;
        match op {
            Op::Parameter(i) => info.parameters[i as usize].name.clone(),
            Op::TimeStep => "dt".to_owned(),
            Op::State(i) => info.states[i as usize].name.clone(),
            Op::Wiener(i) => format!("d{}", info.noises[i as usize].name),
            Op::Feed(i) => self.feed(i as usize),
            other => format!("{other:?}"),
        }
    }

    /// Input rows: inputs, strengths, delayed outputs.
    fn feed(&self, row: usize) -> String {
        let info = &self.program.info;
        if let Some(input) = info.inputs.get(row) {
            return input.name.clone();
        }
        let row = row - info.inputs.len();
        if let Some(&input) = info.strengths.get(row) {
            return format!("strength({})", info.inputs[input].name);
        }
        let delay = &info.delays[row - info.strengths.len()];
        let (output, parameter) = (&info.outputs[delay.output], &info.parameters[delay.parameter]);
        format!("delay({}, {})", output.name, parameter.name)
    }
}

impl Names for LeafNames<'_> {
    fn leaf(&self, op: Op) -> String {
        self.of(op)
    }

    fn column(&self, table: u32, column: u32) -> String {
        let table = &self.program.tables[table as usize];
        format!("{}.{}", table.name, table.columns[column as usize])
    }
}

/// The type that [`rust`](super::rust) makes for the model of this name: `wilson_cowan` becomes `WilsonCowan`.
pub fn type_name(name: &str) -> String {
    let mut result = String::new();
    let mut upper = true;
    for character in name.chars() {
        if character == '_' {
            upper = true;
        } else if upper {
            result.extend(character.to_uppercase());
            upper = false;
        } else {
            result.push(character);
        }
    }
    result
}
