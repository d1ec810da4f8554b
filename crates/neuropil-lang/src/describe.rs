//! Expressions as text, for comments in generated code.

use crate::graph::{Binary, Comparison, Graph, NodeId, Op, Unary};

/// Names of the leaves of a graph.
pub(crate) trait Names {
    /// Name of the leaf `op`.
    fn leaf(&self, op: Op) -> String;
    /// Name of a column of a table.
    fn column(&self, table: u32, column: u32) -> String;
}

/// The expression as text; parts that lie deeper than `depth` operations are written `...`.
pub(crate) fn describe(graph: &Graph, node: NodeId, names: &dyn Names, depth: usize) -> String {
    text(graph, node, names, depth).0
}

/// How tightly the outermost operation of a text binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Condition,
    Sum,
    Product,
    Sign,
    Atom,
}

fn text(graph: &Graph, node: NodeId, names: &dyn Names, depth: usize) -> (String, Binding) {
    let op = graph.op(node);
    if let Op::Constant(value) = op {
        let binding = if value.is_sign_negative() { Binding::Sign } else { Binding::Atom };
        return (format!("{value}"), binding);
    }
    if op.is_leaf() {
        return (names.leaf(op), Binding::Atom);
    }
    if depth == 0 {
        return ("...".to_owned(), Binding::Atom);
    }
    let plain = |node| text(graph, node, names, depth - 1).0;
    let within = |node, least| {
        let (text, binding) = text(graph, node, names, depth - 1);
        if binding < least { format!("({text})") } else { text }
    };
    let infix = |a, sign, b, binding, right| (format!("{} {sign} {}", within(a, binding), within(b, right)), binding);
    match op {
        Op::Unary(Unary::Neg, a) => (format!("-{}", within(a, Binding::Sign)), Binding::Sign),
        Op::Unary(function, a) => (format!("{}({})", function.name(), plain(a)), Binding::Atom),
        Op::Binary(function, a, b) => match function {
            Binary::Add => infix(a, "+", b, Binding::Sum, Binding::Product),
            Binary::Sub => infix(a, "-", b, Binding::Sum, Binding::Product),
            Binary::Mul => infix(a, "*", b, Binding::Product, Binding::Sign),
            Binary::Div => infix(a, "/", b, Binding::Product, Binding::Sign),
            Binary::Min => (format!("min({}, {})", plain(a), plain(b)), Binding::Atom),
            Binary::Max => (format!("max({}, {})", plain(a), plain(b)), Binding::Atom),
        },
        Op::MulAdd(a, b, c) => {
            let (a, b) = (within(a, Binding::Product), within(b, Binding::Sign));
            (format!("{a} * {b} + {}", within(c, Binding::Product)), Binding::Sum)
        }
        Op::Compare(comparison, a, b) => {
            let sign = match comparison {
                Comparison::Less => "<",
                Comparison::LessEqual => "<=",
                Comparison::Equal => "==",
            };
            (format!("{} {sign} {}", within(a, Binding::Sum), within(b, Binding::Sum)), Binding::Condition)
        }
        Op::And(a, b) => (format!("({} and {})", plain(a), plain(b)), Binding::Atom),
        Op::Or(a, b) => (format!("({} or {})", plain(a), plain(b)), Binding::Atom),
        Op::Not(a) => (format!("(not {})", within(a, Binding::Atom)), Binding::Atom),
        Op::Select(test, a, b) => (format!("({} if {} else {})", plain(a), plain(test), plain(b)), Binding::Atom),
        Op::Table { table, column, at } => {
            (format!("{}({}, {})", names.column(table, column), plain(at[0]), plain(at[1])), Binding::Atom)
        }
        Op::TableSlope { table, column, axis, at } => (
            format!("slope {axis} of {}({}, {})", names.column(table, column), plain(at[0]), plain(at[1])),
            Binding::Atom,
        ),
        _ => ("?".to_owned(), Binding::Atom),
    }
}

impl Unary {
    /// The function's name in the language and in the kernel's mathematics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Neg => "neg",
            Self::Abs => "abs",
            Self::Sqrt => "sqrt",
            Self::Exp => "exp",
            Self::Ln => "ln",
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Tanh => "tanh",
            Self::Exprel => "exprel",
            Self::Bernoulli => "bernoulli",
            Self::Floor => "floor",
        }
    }
}
