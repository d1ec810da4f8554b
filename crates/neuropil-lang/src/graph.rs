//! Expressions as a graph in static single assignment form.
//!
//! A node's operands have smaller ids than the node, so a walk in order of ids evaluates everything. Equal nodes
//! are made once. All numbers are in internal units; units are gone at this point.

/// Index of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Neg,
    /// `|x|`
    Abs,
    /// Square root.
    Sqrt,
    /// e to the x.
    Exp,
    /// Natural logarithm.
    Ln,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Hyperbolic tangent.
    Tanh,
    /// `(e^x - 1)/x`, and 1 at 0.
    Exprel,
    /// Largest whole number not above x.
    Floor,
}

/// Functions of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// The smaller; `b` where one is NaN.
    Min,
    /// The larger; `b` where one is NaN.
    Max,
}

/// Comparisons and connections of conditions. The result is a condition, which only `Select`, `And`, `Or` and
/// `Not` take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a == b`
    Equal,
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// A number.
    Constant(f64),
    /// The parameter with this index.
    Parameter(u32),
    /// The time step (ms).
    TimeStep,
    /// The state with this index, before the step.
    State(u32),
    /// The input row with this index: inputs, then strengths, then delayed outputs (see `ModelInfo::feeds`).
    Feed(u32),
    /// Wiener increment of the noise channel with this index (only in step graphs).
    Wiener(u32),
    /// White noise of this index, as written in the equations (only before it is split off).
    White(u32),
    /// `next(x)`: the state after this step (only before it is resolved).
    Next(u32),
    /// A hoisted number (only in kernels): the constant with this index.
    Hoisted(u32),
    /// A function of one number.
    Unary(Unary, NodeId),
    /// A function of two numbers.
    Binary(Binary, NodeId, NodeId),
    /// `a * b + c`, rounded once.
    MulAdd(NodeId, NodeId, NodeId),
    /// A condition on two numbers.
    Compare(Comparison, NodeId, NodeId),
    /// Both conditions.
    And(NodeId, NodeId),
    /// Either condition.
    Or(NodeId, NodeId),
    /// Not the condition.
    Not(NodeId),
    /// `condition ? a : b`
    Select(NodeId, NodeId, NodeId),
    /// A column of a table at a point; the second coordinate is ignored by tables of one axis.
    Table {
        /// Index of the table.
        table: u32,
        /// Column.
        column: u32,
        /// Coordinates.
        at: [NodeId; 2],
    },
    /// Slope of a table's column along an axis at a point (of the interpolant; zero outside the table).
    TableSlope {
        /// Index of the table.
        table: u32,
        /// Column.
        column: u32,
        /// Axis, 0 or 1.
        axis: u32,
        /// Coordinates.
        at: [NodeId; 2],
    },
}

/// A set of expressions that share their parts.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Op>,
}

impl Graph {
    /// All nodes, in an order in which operands come first.
    pub fn nodes(&self) -> &[Op] {
        &self.nodes
    }
}
