//! What a program must satisfy before a back end takes it.
//!
//! Programs from the front end always do; those that are built by hand might not.

use neuropil_kernel::{OutputSource, StateKind, Table};

use crate::graph::{NodeId, Op};
use crate::program::Program;
use crate::rewrite::{depends, ids};

/// Why a program cannot be lowered or run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// A list of the program has the wrong length.
    #[error("`{list}`: expected {expected} entries, found {found}")]
    Count {
        /// Which list.
        list: &'static str,
        /// Entries there should be.
        expected: usize,
        /// Entries there are.
        found: usize,
    },
    /// An index points outside of what is declared.
    #[error("{what} {index}: expected an index below {count}")]
    Index {
        /// What the index is for.
        what: &'static str,
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A node reads one that does not come before it.
    #[error("node {node}: expected operands before it, found {operand}")]
    Order {
        /// The node.
        node: u32,
        /// Its operand.
        operand: u32,
    },
    /// A condition where a number is expected, or the other way round.
    #[error("node {node}: expected {expected}, found {found}")]
    Type {
        /// The operand.
        node: u32,
        /// `a number` or `a condition`.
        expected: &'static str,
        /// The other one.
        found: &'static str,
    },
    /// An expression reads something that it may not.
    #[error("{place}: expected an expression without {found}")]
    Leaf {
        /// Which expression.
        place: String,
        /// What it reads.
        found: &'static str,
    },
    /// New values that need each other.
    #[error("`next({state})`: expected a value that does not depend on itself")]
    Cycle {
        /// Name of a state on the cycle.
        state: String,
    },
    /// A table that does not have the declared axes.
    #[error("table `{table}`: expected {expected} axes, found {found}")]
    TableAxes {
        /// Name of the table.
        table: String,
        /// Declared axes.
        expected: usize,
        /// Axes of the numbers.
        found: usize,
    },
    /// A table that does not have the declared columns.
    #[error("table `{table}`: expected {expected} columns, found {found}")]
    TableColumns {
        /// Name of the table.
        table: String,
        /// Declared columns.
        expected: usize,
        /// Columns of the numbers.
        found: usize,
    },
    /// A generated kernel that was not made from this program.
    #[error("kernel of `{model}`: expected fingerprint {expected:016x}, found {found:016x}")]
    Fingerprint {
        /// Name of the model.
        model: String,
        /// Of the program.
        expected: u64,
        /// Of the kernel.
        found: u64,
    },
}

impl ProgramError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fingerprint { .. } => {
                Some("the model's text changed after its kernel was generated: run `cargo xtask generate`".to_owned())
            }
            Self::Cycle { .. } => Some("leave out one `next`, so that the old value is read there".to_owned()),
            _ => None,
        }
    }
}

/// Checks counts, indices, operand order and types, and which expression reads what.
pub(crate) fn program(program: &Program) -> Result<(), ProgramError> {
    let info = &program.info;
    count("right_sides", info.states.len(), program.right_sides.len())?;
    count("expressions", info.expressions, program.expressions.len())?;
    for output in &info.outputs {
        match output.source {
            OutputSource::State(state) => index("state of an output", state, info.states.len())?,
            OutputSource::Expression(row) => index("expression of an output", row, info.expressions)?,
        }
    }
    nodes(program)?;
    for diffusion in &program.diffusion {
        index("state of a noise amplitude", diffusion.state, info.states.len())?;
        index("channel of a noise amplitude", diffusion.channel, info.noises.len())?;
        let state = &info.states[diffusion.state];
        if state.kind == StateKind::Updated {
            return Err(ProgramError::Leaf { place: format!("assignment of `{}`", state.name), found: "noise" });
        }
    }
    for (found, chosen) in ANYWHERE {
        absent(program, found, chosen, roots(program))?;
    }
    for (found, chosen) in OUTPUTS {
        absent(program, found, chosen, expressions(program))?;
    }
    Ok(())
}

type Forbidden = (&'static str, fn(Op) -> bool);

/// Leaves that only passes make.
const ANYWHERE: [Forbidden; 2] = [
    ("noise", |op| matches!(op, Op::White(_) | Op::Wiener(_))),
    ("hoisted numbers", |op| matches!(op, Op::Hoisted(_))),
];

/// Leaves that outputs must not see: what a node sends does not depend on what it receives in the same instant.
const OUTPUTS: [Forbidden; 3] = [
    ("inputs, strengths and delayed outputs", |op| matches!(op, Op::Feed(_))),
    ("`next`", |op| matches!(op, Op::Next(_))),
    ("the time step", |op| matches!(op, Op::TimeStep)),
];

/// Checks that the tables have the shapes that the program declares.
pub(crate) fn tables(program: &Program, tables: &[Table]) -> Result<(), ProgramError> {
    count("tables", program.tables.len(), tables.len())?;
    for (declared, table) in program.tables.iter().zip(tables) {
        let (expected, found) = (declared.axis_scales.len(), table.axes().len());
        if expected != found {
            return Err(ProgramError::TableAxes { table: declared.name.clone(), expected, found });
        }
        let (expected, found) = (declared.columns.len(), table.columns());
        if expected != found {
            return Err(ProgramError::TableColumns { table: declared.name.clone(), expected, found });
        }
    }
    Ok(())
}

/// All expressions, with words for where they stand.
fn roots(program: &Program) -> impl Iterator<Item = (String, NodeId)> {
    let name = |state: usize| &program.info.states[state].name;
    let right_sides = program.right_sides.iter().enumerate();
    let right_sides = right_sides.map(move |(state, &root)| (format!("right side of `{}`", name(state)), root));
    let amplitudes = program
        .diffusion
        .iter()
        .map(move |diffusion| (format!("noise amplitude of `{}`", name(diffusion.state)), diffusion.amplitude));
    right_sides.chain(amplitudes).chain(expressions(program))
}

fn expressions(program: &Program) -> impl Iterator<Item = (String, NodeId)> {
    let expressions = program.expressions.iter().enumerate();
    expressions.map(|(row, &root)| (format!("output expression {row}"), root))
}

fn absent(
    program: &Program,
    found: &'static str,
    chosen: fn(Op) -> bool,
    mut roots: impl Iterator<Item = (String, NodeId)>,
) -> Result<(), ProgramError> {
    let depends = depends(&program.graph, chosen);
    match roots.find(|(_, root)| depends[root.0 as usize]) {
        Some((place, _)) => Err(ProgramError::Leaf { place, found }),
        None => Ok(()),
    }
}

fn nodes(program: &Program) -> Result<(), ProgramError> {
    let (graph, info) = (&program.graph, &program.info);
    for id in ids(graph) {
        let op = graph.op(id);
        for operand in op.operands() {
            if operand >= id {
                return Err(ProgramError::Order { node: id.0, operand: operand.0 });
            }
        }
        match op {
            Op::Parameter(i) => index("parameter", i as usize, info.parameters.len())?,
            Op::State(i) | Op::Next(i) => index("state", i as usize, info.states.len())?,
            Op::Feed(i) => index("input row", i as usize, info.feeds())?,
            Op::White(i) | Op::Wiener(i) => index("noise channel", i as usize, info.noises.len())?,
            Op::Not(a) => condition(program, a)?,
            Op::And(a, b) | Op::Or(a, b) => {
                condition(program, a)?;
                condition(program, b)?;
            }
            Op::Select(test, a, b) => {
                condition(program, test)?;
                number(program, a)?;
                number(program, b)?;
            }
            Op::Table { table, column, .. } | Op::TableSlope { table, column, .. } => {
                index("table", table as usize, program.tables.len())?;
                index("column", column as usize, program.tables[table as usize].columns.len())?;
                for operand in op.operands() {
                    number(program, operand)?;
                }
                if let Op::TableSlope { axis, .. } = op {
                    index("axis", axis as usize, program.tables[table as usize].axis_scales.len())?;
                }
            }
            _ => {
                for operand in op.operands() {
                    number(program, operand)?;
                }
            }
        }
    }
    let roots = program.right_sides.iter().chain(&program.expressions);
    for &root in roots.chain(program.diffusion.iter().map(|diffusion| &diffusion.amplitude)) {
        index("node", root.0 as usize, graph.nodes().len())?;
        number(program, root)?;
    }
    Ok(())
}

pub(crate) fn count(list: &'static str, expected: usize, found: usize) -> Result<(), ProgramError> {
    if expected == found { Ok(()) } else { Err(ProgramError::Count { list, expected, found }) }
}

fn index(what: &'static str, index: usize, count: usize) -> Result<(), ProgramError> {
    if index < count { Ok(()) } else { Err(ProgramError::Index { what, index, count }) }
}

fn number(program: &Program, node: NodeId) -> Result<(), ProgramError> {
    if program.graph.op(node).is_condition() {
        return Err(ProgramError::Type { node: node.0, expected: "a number", found: "a condition" });
    }
    Ok(())
}

fn condition(program: &Program, node: NodeId) -> Result<(), ProgramError> {
    if program.graph.op(node).is_condition() {
        return Ok(());
    }
    Err(ProgramError::Type { node: node.0, expected: "a condition", found: "a number" })
}
