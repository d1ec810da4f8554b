//! Byte-code, and how it is made from a graph.

use neuropil_kernel::Table;

use super::registers::Registers;
use crate::graph::{Binary, Comparison, Graph, NodeId, Op, Unary};
use crate::rewrite::{ids, negated, negated_product};
use crate::schedule::{Task, schedule};

/// Index of a register.
pub(super) type Register = u32;

/// What an instruction does; `a` to `d` are its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Neg,
    Abs,
    Sqrt,
    Exp,
    Ln,
    Sin,
    Cos,
    Tanh,
    Exprel,
    Bernoulli,
    Floor,
    Add,
    Sub,
    Mul,
    Div,
    /// Also both of two conditions.
    Min,
    /// Also either of two conditions.
    Max,
    /// `a * b + c`
    MulAdd,
    /// `c - a * b`
    NegMulAdd,
    /// `a * b - c`
    MulSub,
    /// `a < b` as 1 or 0; the other conditions likewise.
    Less,
    LessEqual,
    Equal,
    Not,
    /// `a != 0 ? b : c`
    Select,
    /// `a < b ? c : d`
    SelectLess,
    SelectLessEqual,
    SelectEqual,
    /// Sine to `to`, cosine to the register `b`, of `a`.
    SineCosine,
    /// Table columns at (`a`, `b`); `c` is an index into the list of look-ups.
    Lookup,
    /// Slope of a table column at (`a`, `b`); `c` is an index into the list of slopes.
    Slope,
}

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) opcode: Opcode,
    pub(super) to: Register,
    pub(super) operands: [Register; 4],
}

/// Where the columns of a look-up go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lookup {
    pub(super) table: u32,
    pub(super) to: [Option<Register>; Table::COLUMNS],
}

/// Which slope is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slope {
    pub(super) table: u32,
    pub(super) column: u32,
    pub(super) axis: u32,
}

/// A row of a field, and the register that takes it.
pub(super) type Load = (u32, Register);

/// A program of one function.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    pub(super) instructions: Vec<Instruction>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) slopes: Vec<Slope>,
    pub(super) registers: usize,
    pub(super) literals: Vec<(f64, Register)>,
    pub(super) time_step: Option<Register>,
    pub(super) constants: Vec<Load>,
    pub(super) states: Vec<Load>,
    pub(super) inputs: Vec<Load>,
    pub(super) noise: Vec<Load>,
    /// Row k of the result is in register `results[k]`.
    pub(super) results: Vec<Register>,
}

impl Code {
    pub(super) fn new(graph: &Graph, roots: &[NodeId]) -> Self {
        let wanted = wanted(graph, roots);
        // A look-up is one instruction here.
        let tasks = schedule(graph, &wanted).into_iter().filter(|task| !matches!(task, Task::Locate { .. }));
        let tasks: Vec<Task> = tasks.collect();
        let mut code = Self::default();
        let mut registers = Registers::new(graph, roots, tasks.iter().map(|task| task_reads(graph, task)));
        code.leaves(graph, &wanted, &mut registers);
        for (position, task) in tasks.iter().enumerate() {
            code.task(graph, task, &mut registers);
            registers.end_of(position, &task_reads(graph, task));
        }
        code.registers = registers.count();
        code.results = roots.iter().map(|&root| registers.of(root)).collect();
        code
    }

    /// Gives each leaf and number a register of its own.
    fn leaves(&mut self, graph: &Graph, wanted: &[bool], registers: &mut Registers) {
        for id in ids(graph).filter(|id| wanted[id.0 as usize]) {
            match graph.op(id) {
                Op::Constant(value) => self.literals.push((value, registers.define(id))),
                Op::TimeStep => self.time_step = Some(registers.define(id)),
                Op::Hoisted(i) => self.constants.push((i, registers.define(id))),
                Op::State(i) => self.states.push((i, registers.define(id))),
                Op::Feed(i) => self.inputs.push((i, registers.define(id))),
                Op::Wiener(i) => self.noise.push((i, registers.define(id))),
                _ => {}
            }
        }
    }

    fn task(&mut self, graph: &Graph, task: &Task, registers: &mut Registers) {
        let (opcode, to, operands) = match *task {
            Task::Node(node) => self.node(graph, node, registers),
            Task::SineCosine { of, sine, cosine } => {
                let (a, to, b) = (registers.of(of), registers.define(sine), registers.define(cosine));
                (Opcode::SineCosine, to, [a, b, 0, 0])
            }
            Task::Locate { .. } => return,
            Task::Lookup { table, at, columns, .. } => {
                let [a, b] = at.map(|node| registers.of(node));
                let to = columns.map(|column| column.map(|node| registers.define(node)));
                self.lookups.push(Lookup { table, to });
                (Opcode::Lookup, 0, [a, b, self.lookups.len() as u32 - 1, 0])
            }
        };
        self.instructions.push(Instruction { opcode, to, operands });
    }

    fn node(&mut self, graph: &Graph, node: NodeId, registers: &mut Registers) -> (Opcode, Register, [Register; 4]) {
        let reads = reads(graph, node);
        let mut operands = [0; 4];
        for (operand, &read) in operands.iter_mut().zip(&reads) {
            *operand = registers.of(read);
        }
        let opcode = match graph.op(node) {
            Op::Unary(function, _) => unary(function),
            Op::Binary(function, ..) => binary(function),
            Op::MulAdd(a, b, c) => match (negated_product(graph, a, b), negated(graph, c)) {
                (Some(_), _) => Opcode::NegMulAdd,
                (None, Some(_)) => Opcode::MulSub,
                (None, None) => Opcode::MulAdd,
            },
            Op::Compare(comparison, ..) => match comparison {
                Comparison::Less => Opcode::Less,
                Comparison::LessEqual => Opcode::LessEqual,
                Comparison::Equal => Opcode::Equal,
            },
            // Conditions are 1 and 0.
            Op::And(..) => Opcode::Min,
            Op::Or(..) => Opcode::Max,
            Op::Not(_) => Opcode::Not,
            Op::Select(condition, ..) => match graph.op(condition) {
                Op::Compare(Comparison::Less, ..) => Opcode::SelectLess,
                Op::Compare(Comparison::LessEqual, ..) => Opcode::SelectLessEqual,
                Op::Compare(Comparison::Equal, ..) => Opcode::SelectEqual,
                _ => Opcode::Select,
            },
            Op::TableSlope { table, column, axis, .. } => {
                self.slopes.push(Slope { table, column, axis });
                operands[2] = self.slopes.len() as u32 - 1;
                Opcode::Slope
            }
            other => unreachable!("a task for {other:?}"),
        };
        (opcode, registers.define(node), operands)
    }
}

/// The nodes whose registers an instruction for `node` reads. Comparisons are done by the `Select` that reads them,
/// signs by the `MulAdd`.
fn reads(graph: &Graph, node: NodeId) -> Vec<NodeId> {
    match graph.op(node) {
        Op::Select(condition, a, b) => match graph.op(condition) {
            Op::Compare(_, x, y) => vec![x, y, a, b],
            _ => vec![condition, a, b],
        },
        Op::MulAdd(a, b, c) => match (negated_product(graph, a, b), negated(graph, c)) {
            (Some((a, b)), _) => vec![a, b, c],
            (None, Some(c)) => vec![a, b, c],
            (None, None) => vec![a, b, c],
        },
        op => op.operands().collect(),
    }
}

fn task_reads(graph: &Graph, task: &Task) -> Vec<NodeId> {
    match *task {
        Task::Node(node) => reads(graph, node),
        Task::Locate { at, .. } | Task::Lookup { at, .. } => at.to_vec(),
        Task::SineCosine { of, .. } => vec![of],
    }
}

/// For each node whether it needs a register.
fn wanted(graph: &Graph, roots: &[NodeId]) -> Vec<bool> {
    let mut wanted = vec![false; graph.nodes().len()];
    for root in roots {
        wanted[root.0 as usize] = true;
    }
    for id in ids(graph).rev() {
        if wanted[id.0 as usize] {
            for read in reads(graph, id) {
                wanted[read.0 as usize] = true;
            }
        }
    }
    wanted
}

fn unary(function: Unary) -> Opcode {
    match function {
        Unary::Neg => Opcode::Neg,
        Unary::Abs => Opcode::Abs,
        Unary::Sqrt => Opcode::Sqrt,
        Unary::Exp => Opcode::Exp,
        Unary::Ln => Opcode::Ln,
        Unary::Sin => Opcode::Sin,
        Unary::Cos => Opcode::Cos,
        Unary::Tanh => Opcode::Tanh,
        Unary::Exprel => Opcode::Exprel,
        Unary::Bernoulli => Opcode::Bernoulli,
        Unary::Floor => Opcode::Floor,
    }
}

fn binary(function: Binary) -> Opcode {
    match function {
        Binary::Add => Opcode::Add,
        Binary::Sub => Opcode::Sub,
        Binary::Mul => Opcode::Mul,
        Binary::Div => Opcode::Div,
        Binary::Min => Opcode::Min,
        Binary::Max => Opcode::Max,
    }
}
