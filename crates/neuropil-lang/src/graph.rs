//! Expressions as a graph in static single assignment form.
//!
//! A node's operands have smaller ids than the node, so a walk in order of ids evaluates everything. Equal nodes
//! are made once. All numbers are in internal units; units are gone at this point.

use std::collections::HashMap;

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
    /// `x/(e^x - 1)`, and 1 at 0: one over `Exprel`. Made by lowering.
    Bernoulli,
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

/// An [`Op`] that can be looked up: constants compare by their bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    discriminant: std::mem::Discriminant<Op>,
    words: [u64; 4],
}

impl Key {
    fn of(op: Op) -> Self {
        let words = match op {
            Op::Constant(value) => [value.to_bits(), 0, 0, 0],
            Op::Parameter(i)
            | Op::State(i)
            | Op::Feed(i)
            | Op::Wiener(i)
            | Op::White(i)
            | Op::Next(i)
            | Op::Hoisted(i) => [u64::from(i), 0, 0, 0],
            Op::TimeStep => [0; 4],
            Op::Unary(function, a) => [function as u64, u64::from(a.0), 0, 0],
            Op::Binary(function, a, b) => [function as u64, u64::from(a.0), u64::from(b.0), 0],
            Op::Compare(comparison, a, b) => [comparison as u64, u64::from(a.0), u64::from(b.0), 0],
            Op::MulAdd(a, b, c) | Op::Select(a, b, c) => [u64::from(a.0), u64::from(b.0), u64::from(c.0), 0],
            Op::And(a, b) | Op::Or(a, b) => [u64::from(a.0), u64::from(b.0), 0, 0],
            Op::Not(a) => [u64::from(a.0), 0, 0, 0],
            Op::Table { table, column, at } => {
                [u64::from(table), u64::from(column), u64::from(at[0].0), u64::from(at[1].0)]
            }
            Op::TableSlope { table, column, axis, at } => {
                [u64::from(table) << 32 | u64::from(axis), u64::from(column), u64::from(at[0].0), u64::from(at[1].0)]
            }
        };
        Self { discriminant: std::mem::discriminant(&op), words }
    }
}

/// A set of expressions that share their parts.
///
/// The methods that make nodes fold constants where the result is exact or correctly rounded, and drop operations
/// that do nothing (`x + 0`, `1 * x`). `0 * x` stays: it is NaN where x is not finite.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Op>,
    known: HashMap<Key, NodeId>,
}

impl Graph {
    /// All nodes, in an order in which operands come first.
    pub fn nodes(&self) -> &[Op] {
        &self.nodes
    }

    /// The operation of a node.
    pub fn op(&self, node: NodeId) -> Op {
        self.nodes[node.0 as usize]
    }

    /// The node of this operation, made if there is none yet. No folding.
    ///
    /// # Panics
    /// If the graph would have 2^32 nodes.
    pub fn insert(&mut self, op: Op) -> NodeId {
        let next = NodeId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 nodes"));
        let id = *self.known.entry(Key::of(op)).or_insert(next);
        if id == next {
            self.nodes.push(op);
        }
        id
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> NodeId {
        self.insert(Op::Constant(value))
    }

    /// The number of a node, if it is one.
    pub fn as_constant(&self, node: NodeId) -> Option<f64> {
        match self.op(node) {
            Op::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// A function of one number.
    pub fn unary(&mut self, function: Unary, a: NodeId) -> NodeId {
        if let Some(x) = self.as_constant(a) {
            match function {
                Unary::Neg => return self.constant(-x),
                Unary::Abs => return self.constant(x.abs()),
                Unary::Sqrt => return self.constant(x.sqrt()),
                Unary::Floor => return self.constant(x.floor()),
                _ => {}
            }
        }
        if let (Unary::Neg, Op::Unary(Unary::Neg, inner)) = (function, self.op(a)) {
            return inner;
        }
        self.insert(Op::Unary(function, a))
    }

    /// A function of two numbers.
    pub fn binary(&mut self, function: Binary, a: NodeId, b: NodeId) -> NodeId {
        let (x, y) = (self.as_constant(a), self.as_constant(b));
        if let (Some(x), Some(y)) = (x, y) {
            return self.constant(match function {
                Binary::Add => x + y,
                Binary::Sub => x - y,
                Binary::Mul => x * y,
                Binary::Div => x / y,
                Binary::Min => {
                    if x < y {
                        x
                    } else {
                        y
                    }
                }
                Binary::Max => {
                    if x > y {
                        x
                    } else {
                        y
                    }
                }
            });
        }
        match (function, x, y) {
            (Binary::Add, Some(0.0), _) | (Binary::Mul, Some(1.0), _) => return b,
            (Binary::Add | Binary::Sub, _, Some(0.0)) | (Binary::Mul | Binary::Div, _, Some(1.0)) => return a,
            (Binary::Sub, Some(0.0), _) | (Binary::Mul, Some(-1.0), _) => return self.unary(Unary::Neg, b),
            (Binary::Mul, _, Some(-1.0)) => return self.unary(Unary::Neg, a),
            _ => {}
        }
        // One order for commutative operations, so that `a*b` and `b*a` are one node.
        let ordered = matches!(function, Binary::Add | Binary::Mul) && b < a;
        let (a, b) = if ordered { (b, a) } else { (a, b) };
        self.insert(Op::Binary(function, a, b))
    }

    /// `a + b`
    pub fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.binary(Binary::Add, a, b)
    }

    /// `a - b`
    pub fn sub(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.binary(Binary::Sub, a, b)
    }

    /// `a * b`
    pub fn mul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.binary(Binary::Mul, a, b)
    }

    /// `a / b`
    pub fn div(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.binary(Binary::Div, a, b)
    }

    /// `base^exponent` for a whole exponent, by repeated squaring.
    pub fn powi(&mut self, base: NodeId, exponent: i32) -> NodeId {
        let mut result = None;
        let mut square = base;
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                result = Some(match result {
                    None => square,
                    Some(product) => self.mul(product, square),
                });
            }
            left >>= 1;
            if left > 0 {
                square = self.mul(square, square);
            }
        }
        let one = self.constant(1.0);
        let power = result.unwrap_or(one);
        if exponent < 0 { self.div(one, power) } else { power }
    }

    /// `base^exponent`: products for whole constants up to 16, a square root for 0.5, else `exp(exponent ln base)`.
    pub fn pow(&mut self, base: NodeId, exponent: NodeId) -> NodeId {
        if let Some(value) = self.as_constant(exponent) {
            if value.fract() == 0.0 && value.abs() <= 16.0 {
                return self.powi(base, value as i32);
            }
            if value.abs() == 0.5 {
                let root = self.unary(Unary::Sqrt, base);
                let one = self.constant(1.0);
                return if value > 0.0 { root } else { self.div(one, root) };
            }
        }
        let logarithm = self.unary(Unary::Ln, base);
        let product = self.mul(exponent, logarithm);
        self.unary(Unary::Exp, product)
    }

    /// `condition ? a : b`
    pub fn select(&mut self, condition: NodeId, a: NodeId, b: NodeId) -> NodeId {
        if a == b { a } else { self.insert(Op::Select(condition, a, b)) }
    }
}
