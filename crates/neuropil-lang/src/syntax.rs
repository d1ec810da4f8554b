//! The tree of a model file: statements as their author wrote them, before anything is checked.

mod print;

pub(crate) use print::Tightness;

use crate::token::Span;

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name.
    pub(crate) text: String,
    /// Its place.
    pub(crate) span: Span,
}

/// A quoted text without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// The text.
    pub(crate) text: String,
    /// Its place, with the quotes.
    pub(crate) span: Span,
}

/// A number in a declaration, possibly written as a product or quotient with `pi`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Literal {
    /// The number.
    pub(crate) value: f64,
    /// As written.
    pub(crate) text: String,
    /// Its place.
    pub(crate) span: Span,
}

/// A product of powers of named units.
#[derive(Clone, Debug)]
pub(crate) struct UnitProduct {
    /// As written.
    pub(crate) text: String,
    /// Names, their places and powers.
    pub(crate) factors: Vec<(Name, f64)>,
    /// Its place.
    pub(crate) span: Span,
}

/// Two units are the same if they are written the same, wherever they stand.
impl PartialEq for UnitProduct {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// `[lower, upper]`, with round brackets where an end is excluded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interval {
    /// Lower end.
    pub(crate) lower: Literal,
    /// Upper end.
    pub(crate) upper: Literal,
    /// Whether the lower end is excluded.
    pub(crate) lower_open: bool,
    /// Whether the upper end is excluded.
    pub(crate) upper_open: bool,
    /// Its place.
    pub(crate) span: Span,
}

/// Operators before an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UnaryOperator {
    /// `-a`
    Negate,
    /// `not a`
    Not,
}

/// Operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BinaryOperator {
    /// `a or b`
    Or,
    /// `a and b`
    And,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a > b`
    Greater,
    /// `a >= b`
    GreaterEqual,
    /// `a == b`
    Equal,
    /// `a != b`
    NotEqual,
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a ^ b`
    Power,
}

/// An expression and where it stands. Equality is that of the expressions, not of their places.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    /// What it is.
    pub(crate) kind: ExpressionKind,
    /// Its place.
    pub(crate) span: Span,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(crate) enum ExpressionKind {
    /// `2` or `59[mV]`
    Number(f64, Option<UnitProduct>),
    /// A name, `pi` among them.
    Name(String),
    /// `f(a, ...)`: one of the language's functions, or a local one.
    Call(Name, Vec<Expression>),
    /// `TABLE(a, b).COLUMN`
    Column(Name, Vec<Expression>, Name),
    /// An operator before an expression.
    Unary(UnaryOperator, Box<Expression>),
    /// An operator between two.
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// `value if condition else otherwise`, in this order.
    Conditional(Box<Expression>, Box<Expression>, Box<Expression>),
}

impl PartialEq for ExpressionKind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a, u), Self::Number(b, v)) => a.to_bits() == b.to_bits() && u == v,
            (Self::Name(a), Self::Name(b)) => a == b,
            (Self::Call(f, a), Self::Call(g, b)) => f.text == g.text && a == b,
            (Self::Column(f, a, i), Self::Column(g, b, j)) => f.text == g.text && a == b && i.text == j.text,
            (Self::Unary(f, a), Self::Unary(g, b)) => f == g && a == b,
            (Self::Binary(f, a, b), Self::Binary(g, c, d)) => f == g && a == c && b == d,
            (Self::Conditional(a, b, c), Self::Conditional(d, e, f)) => a == d && b == e && c == f,
            _ => false,
        }
    }
}

impl Expression {
    /// The expressions that this one is made of, from left to right.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExpressionKind::Number(..) | ExpressionKind::Name(_) => vec![],
            ExpressionKind::Call(_, arguments) | ExpressionKind::Column(_, arguments, _) => arguments.iter().collect(),
            ExpressionKind::Unary(_, a) => vec![a],
            ExpressionKind::Binary(_, a, b) => vec![a, b],
            ExpressionKind::Conditional(a, b, c) => vec![a, b, c],
        }
    }

    /// Calls `visit` with this expression and all that it is made of.
    pub(crate) fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        let mut waiting = vec![self];
        while let Some(expression) = waiting.pop() {
            visit(expression);
            waiting.extend(expression.parts().into_iter().rev());
        }
    }
}

/// Initial value of a state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum InitialValue {
    /// A number.
    Number(Literal),
    /// `uniform(a, b)`
    Uniform(Literal, Literal),
    /// `normal(mean, sd)`
    Normal(Literal, Literal),
    /// The name of a parameter.
    Parameter(Name),
}

/// What is done to a state after a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bounding {
    /// `clip RANGE`
    Clip(Interval),
    /// `wrap RANGE`
    Wrap(Interval),
}

/// How an equation assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EquationKind {
    /// `dNAME/dt = `
    Differential,
    /// `NAME := `
    Update,
}

/// `param NAME = NUMBER : UNIT in RANGE "MEANING"`; also the strength of a coupling.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ParameterStatement {
    /// Name.
    pub(crate) name: Name,
    /// Default.
    pub(crate) default: Literal,
    /// Unit.
    pub(crate) unit: Option<UnitProduct>,
    /// Range.
    pub(crate) range: Option<Interval>,
    /// Meaning.
    pub(crate) meaning: Option<Text>,
}

/// A name with a unit: an axis or a column of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    /// Name.
    pub(crate) name: Name,
    /// Unit.
    pub(crate) unit: Option<UnitProduct>,
}

/// The strength of a coupling.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StrengthClause {
    /// `strength NAME = ...`
    Declared(Box<ParameterStatement>),
    /// `strength NAME`
    Shared(Name),
}

/// `coupling OUTPUT -> INPUT ...`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CouplingStatement {
    /// Output of the source node.
    pub(crate) output: Name,
    /// Input of the target node.
    pub(crate) input: Name,
    /// Whether `diffusive` stands there.
    pub(crate) diffusive: bool,
    /// Power of the weights.
    pub(crate) power: i32,
    /// Whether `per node` stands there.
    pub(crate) per_node: bool,
    /// Strength.
    pub(crate) strength: Option<StrengthClause>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Statement {
    /// `model NAME "TITLE"`
    Model {
        /// Name.
        name: Name,
        /// Title.
        title: Option<Text>,
    },
    /// `"""..."""`
    Description(Text),
    /// `source "CITATION" doi "DOI"`
    Source {
        /// Citation.
        citation: Text,
        /// DOI.
        doi: Option<Text>,
    },
    /// `param ...`
    Parameter(ParameterStatement),
    /// `input NAME = NUMBER : UNIT "MEANING"`
    Input {
        /// Name.
        name: Name,
        /// Value where nothing is connected.
        default: Option<Literal>,
        /// Unit.
        unit: Option<UnitProduct>,
        /// Meaning.
        meaning: Option<Text>,
    },
    /// `noise NAME "MEANING"`
    Noise {
        /// Name.
        name: Name,
        /// Meaning.
        meaning: Option<Text>,
    },
    /// `state NAME = INITIAL : UNIT BOUNDS "MEANING"`
    State {
        /// Name.
        name: Name,
        /// Initial value.
        initial: InitialValue,
        /// Unit.
        unit: Option<UnitProduct>,
        /// Bounds.
        bounds: Option<Bounding>,
        /// Meaning.
        meaning: Option<Text>,
    },
    /// `table NAME(AXIS: UNIT, ...) -> COLUMN: UNIT, ... "MEANING"`
    Table {
        /// Name.
        name: Name,
        /// Axes.
        axes: Vec<Measured>,
        /// Columns.
        columns: Vec<Measured>,
        /// Meaning.
        meaning: Option<Text>,
    },
    /// `function NAME(ARGUMENT, ...) = EXPRESSION`
    Function {
        /// Name.
        name: Name,
        /// Arguments.
        arguments: Vec<Name>,
        /// Body.
        body: Expression,
    },
    /// `NAME = EXPRESSION : UNIT "MEANING"`
    Value {
        /// Name.
        name: Name,
        /// Expression.
        value: Expression,
        /// Unit.
        unit: Option<UnitProduct>,
        /// Meaning.
        meaning: Option<Text>,
    },
    /// `dNAME/dt = EXPRESSION` or `NAME := EXPRESSION`
    Equation {
        /// State.
        state: Name,
        /// Which of the two.
        kind: EquationKind,
        /// Right side.
        right: Expression,
    },
    /// `output NAME` or `output NAME = EXPRESSION : UNIT "MEANING"`
    Output {
        /// Name.
        name: Name,
        /// Expression.
        value: Option<Expression>,
        /// Unit.
        unit: Option<UnitProduct>,
        /// Meaning.
        meaning: Option<Text>,
    },
    /// `coupling ...`
    Coupling(CouplingStatement),
}

/// A model file as its author wrote it: statements and where they stand. Documentation is made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Statements in the order of the text.
    pub(crate) statements: Vec<Statement>,
}
