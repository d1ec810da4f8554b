//! Expressions to graph nodes, with their dimensions.

use std::collections::{HashMap, HashSet};

use neuropil_kernel::Delay;

use super::declaration::{self, Declarations, Entity};
use super::output::PlannedOutput;
use super::shown;
use super::value::{Fit, Number, Value, told, unify};
use crate::diagnostic::{Problem, Report};
use crate::graph::{Binary, Comparison, Graph, NodeId, Op};
use crate::lexer::shortened;
use crate::nearest::nearest;
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, Name, UnaryOperator, UnitProduct};
use crate::token::Span;
use crate::unit::Dimension;

/// Most operations that a model may have once functions are put in: small functions that call each other can stand
/// for astronomically many.
const MOST_OPERATIONS: usize = 200_000;

/// Deepest nesting, functions put in. Lowering recurses.
const DEEPEST: usize = 400;

/// What white noise is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoiseUnit {
    /// `1/sqrt(ms)`
    White,
    /// None: in equations without dimensions.
    None,
}

/// A call of a local function that is being put in.
#[derive(Debug)]
pub(super) struct Frame<'t> {
    pub(super) function: &'t str,
    pub(super) call: Span,
    pub(super) arguments: Vec<(&'t str, Option<Value>)>,
}

/// The worth of a named value, for each unit of noise; none where it is wrong, which is reported.
#[derive(Debug)]
struct Written {
    white: Option<Value>,
    none: Option<Value>,
}

/// Lowers the expressions of one file, in the order of the text.
#[derive(Debug)]
pub(super) struct Lowering<'d, 't, 'r, 'a> {
    pub(super) declarations: &'d Declarations<'t>,
    pub(super) outputs: &'d [PlannedOutput<'t>],
    pub(super) strengths: &'d [usize],
    pub(super) wrong_functions: HashSet<usize>,
    pub(super) report: &'r mut Report<'a>,
    pub(super) graph: Graph,
    pub(super) delays: Vec<Delay>,
    pub(super) frames: Vec<Frame<'t>>,
    /// Where `next` of a state is first read.
    pub(super) next_spans: HashMap<usize, Span>,
    pub(super) noise_unit: NoiseUnit,
    written: HashMap<&'t str, Written>,
    operations: usize,
    depth: usize,
}

impl<'d, 't, 'r, 'a> Lowering<'d, 't, 'r, 'a> {
    pub(super) fn new(
        declarations: &'d Declarations<'t>,
        outputs: &'d [PlannedOutput<'t>],
        strengths: &'d [usize],
        wrong_functions: HashSet<usize>,
        report: &'r mut Report<'a>,
    ) -> Self {
        Self {
            declarations,
            outputs,
            strengths,
            wrong_functions,
            report,
            graph: Graph::default(),
            delays: vec![],
            frames: vec![],
            next_spans: HashMap::new(),
            noise_unit: NoiseUnit::White,
            written: HashMap::new(),
            operations: 0,
            depth: 0,
        }
    }

    /// An error at a place, or at the outermost call if that place is in a function: the same body may be right in
    /// other calls.
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        let Some(first) = self.frames.first() else {
            return self.report.error(span, message);
        };
        let functions: Vec<&str> = self.frames.iter().take(5).map(|frame| frame.function).collect();
        let message = format!("in function `{}`: {}", functions.join(" -> "), message.into());
        self.report.error(first.call, message)
    }

    /// Takes a named value in.
    pub(super) fn define(&mut self, name: &'t Name, value: &'t Expression, unit: Option<&UnitProduct>) {
        if self.written.contains_key(name.text.as_str()) {
            return;
        }
        let mark = self.report.mark();
        let white = self.value(value);
        let mut none = white.clone();
        if self.mentions_noise(value) {
            let errors = self.report.forget(mark);
            none = self.without_noise_unit(|lowering| lowering.value(value));
            self.report.forget(mark);
            // An error of one reading is none as long as the other is right.
            if white.is_none() && none.is_none() {
                self.report.restore(errors);
            }
        }
        if let (Some(unit), Some(value)) = (unit, &white)
            && let Some(measure) = declaration::measure(unit, self.report)
        {
            match value {
                Value::Condition(_) => {
                    self.report.error(unit.span, format!("condition `{}` has a unit", name.text));
                }
                Value::Number(number) => self.expect_unit(name, number.dimension, measure.dimension, unit.span),
            }
        }
        self.written.insert(&name.text, Written { white, none });
    }

    /// Reports a unit that does not measure what it should.
    pub(super) fn expect_unit(&mut self, name: &Name, found: Fit, declared: Dimension, span: Span) {
        if unify(found, Some(declared)).is_none() {
            let message = format!("`{}` has dimension {}, but its unit measures {declared}", name.text, told(found));
            self.report.error(span, message);
        }
    }

    /// The worth of a named value that was taken in.
    pub(super) fn written_value(&self, name: &str) -> Option<&Value> {
        self.written.get(name).and_then(|written| written.white.as_ref())
    }

    /// Runs `lower` with noise that has no unit.
    pub(super) fn without_noise_unit<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.noise_unit, NoiseUnit::None);
        let result = lower(self);
        self.noise_unit = before;
        result
    }

    /// Whether there is noise in an expression, or in a named value that it reads.
    pub(super) fn mentions_noise(&self, expression: &Expression) -> bool {
        let mut found = false;
        expression.walk(&mut |part| {
            if let ExpressionKind::Name(name) = &part.kind {
                let is_noisy = |value: &Option<Value>| matches!(value, Some(Value::Number(n)) if !n.noise.is_empty());
                found |= match self.declarations.entity(name) {
                    Some(Entity::Noise(_)) => true,
                    Some(Entity::Value) => {
                        self.written.get(name.as_str()).is_some_and(|w| is_noisy(&w.white) || is_noisy(&w.none))
                    }
                    _ => false,
                };
            }
        });
        found
    }

    /// The worth of an expression; none if something in it is wrong, which is reported.
    pub(super) fn value(&mut self, expression: &'t Expression) -> Option<Value> {
        if self.operations >= MOST_OPERATIONS || self.depth >= DEEPEST {
            if self.operations <= MOST_OPERATIONS {
                let message = "the equations grow too large once functions are put in";
                self.error(expression.span, message).hint("let functions call each other less");
            }
            // Nothing more is lowered, so this is said once.
            self.operations = MOST_OPERATIONS + 1;
            return None;
        }
        self.operations += 1;
        self.depth += 1;
        let value = self.value_of_kind(expression);
        self.depth -= 1;
        value
    }

    fn value_of_kind(&mut self, expression: &'t Expression) -> Option<Value> {
        match &expression.kind {
            ExpressionKind::Number(value, unit) => self.literal(*value, unit.as_ref()).map(Value::Number),
            ExpressionKind::Name(name) => self.name(name, expression.span),
            ExpressionKind::Call(name, arguments) => self.call(name, arguments, expression.span),
            ExpressionKind::Column(name, arguments, column) => self.column(name, arguments, column),
            ExpressionKind::Unary(UnaryOperator::Negate, a) => {
                let number = self.number(a)?;
                Some(Value::Number(number.negate(&mut self.graph)))
            }
            ExpressionKind::Unary(UnaryOperator::Not, a) => {
                let condition = self.condition(a)?;
                Some(Value::Condition(self.graph.insert(Op::Not(condition))))
            }
            ExpressionKind::Binary(operator, a, b) => self.binary(*operator, a, b, expression.span),
            ExpressionKind::Conditional(value, condition, otherwise) => {
                self.conditional(value, condition, otherwise, expression.span)
            }
        }
    }

    fn literal(&mut self, value: f64, unit: Option<&UnitProduct>) -> Option<Number> {
        let Some(unit) = unit else {
            let dimension = (value != 0.0).then_some(Dimension::NONE);
            return Some(Number::plain(self.graph.constant(value), dimension));
        };
        let measure = declaration::measure(unit, self.report)?;
        Some(Number::plain(self.graph.constant(value * measure.scale), Some(measure.dimension)))
    }

    fn name(&mut self, name: &'t str, span: Span) -> Option<Value> {
        if let Some(frame) = self.frames.last()
            && let Some((_, value)) = frame.arguments.iter().find(|(argument, _)| *argument == name)
        {
            return value.clone();
        }
        if name == "pi" {
            let pi = self.graph.constant(std::f64::consts::PI);
            return Some(Value::Number(Number::plain(pi, Some(Dimension::NONE))));
        }
        let declarations = self.declarations;
        let Some(entity) = declarations.entity(name) else {
            self.unknown_name(name, span);
            return None;
        };
        let (op, dimension) = match entity {
            Entity::Parameter(index) => (Op::Parameter(index as u32), declarations.parameters[index]),
            Entity::Input(index) => (Op::Feed(index as u32), declarations.inputs[index]),
            Entity::State(index) => (Op::State(index as u32), declarations.states[index]),
            Entity::Noise(channel) => return Some(Value::Number(self.white_noise(channel))),
            Entity::Value => return self.read_written(name, span),
            Entity::Table(_) | Entity::Function(_) => {
                let message = format!("`{name}` is {}, expected a number", entity.described());
                self.error(span, message).hint(format!("write `{name}(...)`"));
                return None;
            }
            Entity::Output => {
                let message = format!("`{name}` is an output, which equations cannot read");
                self.error(span, message)
                    .hint(format!("write `{name} = ...` before it is read, and list it by `output {name}`"));
                return None;
            }
            Entity::Strength => {
                let message = format!("`{name}` is the strength of a coupling, which equations cannot read");
                self.error(span, message).hint("inputs arrive multiplied by it");
                return None;
            }
        };
        let node = self.graph.insert(op);
        Some(Value::Number(Number::plain(node, Some(dimension?))))
    }

    fn white_noise(&mut self, channel: usize) -> Number {
        let one = self.graph.constant(1.0);
        let dimension = match self.noise_unit {
            NoiseUnit::White => Dimension::white_noise(),
            NoiseUnit::None => Dimension::NONE,
        };
        Number { drift: None, noise: vec![(channel, one)], dimension: Some(dimension) }
    }

    fn read_written(&mut self, name: &str, span: Span) -> Option<Value> {
        let Some(written) = self.written.get(name) else {
            let line = self.declarations.names.get(name).map_or(0, |(_, place)| self.report.line(*place));
            let message = format!("`{name}` is read before it is written, in line {line}");
            self.error(span, message).hint("move its line up: values are computed in the order of the text");
            return None;
        };
        let value = match self.noise_unit {
            NoiseUnit::White => &written.white,
            NoiseUnit::None => &written.none,
        };
        if value.is_none() && (written.white.is_some() || written.none.is_some()) {
            let message = format!("the noise in `{name}` does not have the unit that it needs here");
            self.error(span, message).hint("noise counts as dimensionless only in terms without dimension of `dx/dt`");
            return None;
        }
        let is_noisy = matches!(value, Some(Value::Number(number)) if !number.noise.is_empty());
        if is_noisy && !self.frames.is_empty() {
            let message = format!("`{name}` holds noise, which functions cannot read");
            self.error(span, message).hint("pass it as an argument");
            return None;
        }
        value.clone()
    }

    fn unknown_name(&mut self, name: &str, span: Span) {
        let declarations = self.declarations;
        let readable = declarations.names.iter().filter(|(_, (entity, _))| {
            !matches!(entity, Entity::Output | Entity::Strength | Entity::Table(_) | Entity::Function(_))
        });
        // In the order of the text, so that the same text gives the same hint.
        let mut readable: Vec<(&str, Span)> = readable.map(|(name, (_, span))| (*name, *span)).collect();
        readable.sort_by_key(|(_, span)| *span);
        let near = nearest(name, readable.into_iter().map(|(name, _)| name).chain(["pi"]));
        let problem = self.error(span, format!("unknown name `{}`", shortened(name)));
        match (near, name) {
            (_, "t") | (None, "time") => problem.hint("equations do not depend on time: let a stimulus drive an input"),
            (None, "e") => problem.hint("write `exp(x)`"),
            _ => problem.did_you_mean(near),
        }
    }

    /// A number, with or without noise.
    pub(super) fn number(&mut self, expression: &'t Expression) -> Option<Number> {
        match self.value(expression)? {
            Value::Number(number) => Some(number),
            Value::Condition(_) => {
                let message = format!("`{}` is a condition, expected a number", shown(expression));
                self.error(expression.span, message).hint("write `1 if condition else 0`");
                None
            }
        }
    }

    /// A number without noise. `context` is what it is needed for.
    pub(super) fn plain_number(&mut self, expression: &'t Expression, context: &str) -> Option<(NodeId, Fit)> {
        let number = self.number(expression)?;
        if let Some(node) = number.as_plain() {
            return Some((node, number.dimension));
        }
        let noise = number.noise.first().map(|(channel, _)| self.declarations.info.noises[*channel].name.clone());
        let message = format!(
            "noise `{}` may only enter linearly, but `{}` stands in {context}",
            noise.unwrap_or_default(),
            shown(expression)
        );
        self.error(expression.span, message);
        None
    }

    pub(super) fn condition(&mut self, expression: &'t Expression) -> Option<NodeId> {
        match self.value(expression)? {
            Value::Condition(node) => Some(node),
            Value::Number(_) => {
                let message = format!("`{}` is a number, expected a condition", shown(expression));
                self.error(expression.span, message).hint("write a comparison such as `x > 0`");
                None
            }
        }
    }

    /// Reports a number that has a dimension where none may be.
    pub(super) fn expect_none(&mut self, expression: &Expression, found: Fit, context: &str) -> Option<()> {
        let dimension = found.unwrap_or(Dimension::NONE);
        if dimension.is_none() {
            return Some(());
        }
        let message = format!(
            "`{}` has dimension {dimension}, but {context} takes a number without dimension",
            shown(expression)
        );
        self.error(expression.span, message).hint(format!("divide by a quantity that is measured in {dimension}"));
        None
    }

    fn binary(&mut self, operator: BinaryOperator, a: &'t Expression, b: &'t Expression, span: Span) -> Option<Value> {
        match operator {
            BinaryOperator::Or | BinaryOperator::And => {
                let (a, b) = (self.condition(a), self.condition(b));
                let (a, b) = (a?, b?);
                let op = if operator == BinaryOperator::Or { Op::Or(a, b) } else { Op::And(a, b) };
                Some(Value::Condition(self.graph.insert(op)))
            }
            BinaryOperator::Add | BinaryOperator::Subtract => {
                let (left, right) = (self.number(a), self.number(b));
                self.sum(operator, (a, left?), (b, right?), span).map(Value::Number)
            }
            BinaryOperator::Multiply => self.product(a, b, span).map(Value::Number),
            BinaryOperator::Divide => self.quotient(a, b).map(Value::Number),
            BinaryOperator::Power => self.power(a, b, span).map(Value::Number),
            _ => self.comparison(operator, a, b, span).map(Value::Condition),
        }
    }

    /// The sum or difference of two numbers, once their dimensions agree.
    fn sum(
        &mut self,
        operator: BinaryOperator,
        (a, left): (&Expression, Number),
        (b, right): (&Expression, Number),
        span: Span,
    ) -> Option<Number> {
        let Some(dimension) = unify(left.dimension, right.dimension) else {
            self.mismatch(operator, (a, left.dimension), (b, right.dimension), span);
            return None;
        };
        Some(left.combine(&mut self.graph, sum_operation(operator), &right, dimension))
    }

    fn mismatch(
        &mut self,
        operator: BinaryOperator,
        (a, of_a): (&Expression, Fit),
        (b, of_b): (&Expression, Fit),
        span: Span,
    ) {
        let verb = match operator {
            BinaryOperator::Add => "add",
            BinaryOperator::Subtract => "subtract",
            _ => "compare",
        };
        let message = format!("cannot {verb} `{}` ({}) and `{}` ({})", shown(a), told(of_a), shown(b), told(of_b));
        let bare = [(a, of_b), (b, of_a)].into_iter().find_map(|(side, other)| match &side.kind {
            ExpressionKind::Number(value, None) => Some((*value, told(other))),
            _ => None,
        });
        let problem = self.error(span, message);
        if let Some((value, unit)) = bare {
            problem.hint(format!("a number with a unit is written `{value}[{unit}]`"));
        }
    }

    fn product(&mut self, a: &'t Expression, b: &'t Expression, span: Span) -> Option<Number> {
        let (left, right) = (self.number(a), self.number(b));
        let (left, right) = (left?, right?);
        let dimension = left.dimension.zip(right.dimension).map(|(a, b)| a.times(b));
        if let Some(factor) = right.as_plain() {
            return Some(left.times(&mut self.graph, factor, true, dimension));
        }
        if let Some(factor) = left.as_plain() {
            return Some(right.times(&mut self.graph, factor, false, dimension));
        }
        let message = format!("noise may only enter linearly, but `{}` and `{}` both hold noise", shown(a), shown(b));
        self.error(span, message);
        None
    }

    fn quotient(&mut self, a: &'t Expression, b: &'t Expression) -> Option<Number> {
        let (left, right) = (self.number(a), self.plain_number(b, "a denominator"));
        let (left, (divisor, below)) = (left?, right?);
        let dimension = match (left.dimension, below) {
            (Some(above), Some(below)) => Some(above.over(below)),
            (Some(above), None) => Some(above),
            (None, _) => None,
        };
        Some(left.over(&mut self.graph, divisor, dimension))
    }

    fn power(&mut self, base: &'t Expression, exponent: &'t Expression, span: Span) -> Option<Number> {
        let (left, right) = (self.plain_number(base, "a power"), self.plain_number(exponent, "an exponent"));
        let ((base_node, of_base), (exponent_node, of_exponent)) = (left?, right?);
        self.expect_none(exponent, of_exponent, "an exponent")?;
        let of_base = of_base.unwrap_or(Dimension::NONE);
        let dimension = if of_base.is_none() {
            of_base
        } else if let Some(value) = self.graph.as_constant(exponent_node) {
            let Some(dimension) = of_base.power(value) else {
                self.error(span, format!("{of_base} to the power of {value} has no unit"));
                return None;
            };
            dimension
        } else {
            let message = format!(
                "`{}` has dimension {of_base}, and its exponent `{}` is not a constant",
                shown(base),
                shown(exponent)
            );
            self.error(span, message).hint(format!("divide by a quantity that is measured in {of_base}"));
            return None;
        };
        Some(Number::plain(self.graph.pow(base_node, exponent_node), Some(dimension)))
    }

    fn comparison(
        &mut self,
        operator: BinaryOperator,
        a: &'t Expression,
        b: &'t Expression,
        span: Span,
    ) -> Option<NodeId> {
        let (left, right) = (self.plain_number(a, "a condition"), self.plain_number(b, "a condition"));
        let ((left, of_a), (right, of_b)) = (left?, right?);
        if unify(of_a, of_b).is_none() {
            self.mismatch(operator, (a, of_a), (b, of_b), span);
            return None;
        }
        let (comparison, left, right) = match operator {
            BinaryOperator::Less => (Comparison::Less, left, right),
            BinaryOperator::LessEqual => (Comparison::LessEqual, left, right),
            BinaryOperator::Greater => (Comparison::Less, right, left),
            BinaryOperator::GreaterEqual => (Comparison::LessEqual, right, left),
            _ => (Comparison::Equal, left, right),
        };
        let node = self.graph.insert(Op::Compare(comparison, left, right));
        Some(if operator == BinaryOperator::NotEqual { self.graph.insert(Op::Not(node)) } else { node })
    }

    fn conditional(
        &mut self,
        value: &'t Expression,
        condition: &'t Expression,
        otherwise: &'t Expression,
        span: Span,
    ) -> Option<Value> {
        let (a, node, b) = (self.number(value), self.condition(condition), self.number(otherwise));
        let (a, node, b) = (a?, node?, b?);
        let Some(dimension) = unify(a.dimension, b.dimension) else {
            let message = format!(
                "the two cases differ in dimension: `{}` ({}) and `{}` ({})",
                shown(value),
                told(a.dimension),
                shown(otherwise),
                told(b.dimension)
            );
            self.error(span, message);
            return None;
        };
        Some(Value::Number(a.select(&mut self.graph, node, &b, dimension)))
    }
}

/// The graph's operation for a sum.
pub(super) fn sum_operation(operator: BinaryOperator) -> Binary {
    if operator == BinaryOperator::Subtract { Binary::Sub } else { Binary::Add }
}
