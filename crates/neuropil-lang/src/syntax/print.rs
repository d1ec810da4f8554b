//! Expressions as text that parses to the same tree.

use std::fmt::{self, Display};

use super::{BinaryOperator, Expression, ExpressionKind, UnaryOperator};

/// How tightly an expression holds together; from loosest to tightest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tightness {
    Conditional,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Negation,
    Power,
    Atom,
}

impl BinaryOperator {
    /// How tightly it binds.
    pub(crate) fn tightness(self) -> Tightness {
        match self {
            Self::Or => Tightness::Or,
            Self::And => Tightness::And,
            Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual | Self::Equal | Self::NotEqual => {
                Tightness::Comparison
            }
            Self::Add | Self::Subtract => Tightness::Sum,
            Self::Multiply | Self::Divide => Tightness::Product,
            Self::Power => Tightness::Power,
        }
    }

    /// How it is written.
    pub(crate) fn spelling(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }

    /// The loosest operands that need no brackets: left and right.
    pub(crate) fn operands(self) -> (Tightness, Tightness) {
        match self.tightness() {
            Tightness::Or => (Tightness::Or, Tightness::And),
            Tightness::And => (Tightness::And, Tightness::Not),
            // Comparisons do not chain.
            Tightness::Comparison => (Tightness::Sum, Tightness::Sum),
            Tightness::Sum => (Tightness::Sum, Tightness::Product),
            Tightness::Product => (Tightness::Product, Tightness::Negation),
            _ => (Tightness::Atom, Tightness::Negation),
        }
    }
}

impl Expression {
    /// How tightly it holds together.
    pub(crate) fn tightness(&self) -> Tightness {
        match &self.kind {
            ExpressionKind::Conditional(..) => Tightness::Conditional,
            ExpressionKind::Binary(operator, ..) => operator.tightness(),
            ExpressionKind::Unary(UnaryOperator::Negate, _) => Tightness::Negation,
            ExpressionKind::Unary(UnaryOperator::Not, _) => Tightness::Not,
            _ => Tightness::Atom,
        }
    }

    fn print(&self, formatter: &mut fmt::Formatter<'_>, loosest: Tightness) -> fmt::Result {
        if self.tightness() >= loosest { write!(formatter, "{self}") } else { write!(formatter, "({self})") }
    }
}

impl Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExpressionKind::Number(value, None) => write_number(formatter, *value),
            ExpressionKind::Number(value, Some(unit)) => {
                write_number(formatter, *value)?;
                write!(formatter, "[{}]", unit.text)
            }
            ExpressionKind::Name(name) => formatter.write_str(name),
            ExpressionKind::Call(function, arguments) => {
                formatter.write_str(&function.text)?;
                write_arguments(formatter, arguments)
            }
            ExpressionKind::Column(table, arguments, column) => {
                formatter.write_str(&table.text)?;
                write_arguments(formatter, arguments)?;
                write!(formatter, ".{}", column.text)
            }
            ExpressionKind::Unary(UnaryOperator::Negate, a) => {
                formatter.write_str("-")?;
                a.print(formatter, Tightness::Negation)
            }
            ExpressionKind::Unary(UnaryOperator::Not, a) => {
                formatter.write_str("not ")?;
                a.print(formatter, Tightness::Not)
            }
            ExpressionKind::Binary(operator, a, b) => {
                let (left, right) = operator.operands();
                a.print(formatter, left)?;
                if *operator == BinaryOperator::Power {
                    formatter.write_str("^")?;
                } else {
                    write!(formatter, " {} ", operator.spelling())?;
                }
                b.print(formatter, right)
            }
            ExpressionKind::Conditional(value, condition, otherwise) => {
                value.print(formatter, Tightness::Or)?;
                formatter.write_str(" if ")?;
                condition.print(formatter, Tightness::Or)?;
                formatter.write_str(" else ")?;
                otherwise.print(formatter, Tightness::Conditional)
            }
        }
    }
}

/// The shortest decimal that is this number, with an exponent where that is shorter.
fn write_number(formatter: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    let plain = format!("{value}");
    let scientific = format!("{value:e}");
    formatter.write_str(if scientific.len() < plain.len() { &scientific } else { &plain })
}

fn write_arguments(formatter: &mut fmt::Formatter<'_>, arguments: &[Expression]) -> fmt::Result {
    formatter.write_str("(")?;
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        write!(formatter, "{argument}")?;
    }
    formatter.write_str(")")
}
