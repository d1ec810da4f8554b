//! Functions of the language, local functions, tables, and the three forms that look beyond the present value.

use neuropil_kernel::Delay;

use super::declaration::Entity;
use super::expression::{Frame, Lowering};
use super::function::unknown_function;
use super::value::{Fit, Number, Value, told, unify};
use crate::diagnostic::Report;
use crate::graph::{Binary, NodeId, Op, Unary};
use crate::nearest::nearest;
use crate::syntax::{Expression, ExpressionKind, Name};
use crate::token::Span;
use crate::unit::Dimension;

/// A function of the language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    arguments: usize,
    meaning: Meaning,
}

#[derive(Clone, Copy, Debug)]
enum Meaning {
    /// Of a number without dimension.
    Plain(Unary),
    Tan,
    Sinh,
    Cosh,
    Sigmoid,
    Sqrt,
    Abs,
    /// Of numbers of one dimension.
    Min,
    Max,
    Clip,
    Delay,
    Strength,
    Next,
}

const fn function(name: &'static str, arguments: usize, meaning: Meaning) -> Function {
    Function { name, arguments, meaning }
}

/// The functions of the language.
pub(super) const FUNCTIONS: [Function; 19] = [
    function("exp", 1, Meaning::Plain(Unary::Exp)),
    function("ln", 1, Meaning::Plain(Unary::Ln)),
    function("sin", 1, Meaning::Plain(Unary::Sin)),
    function("cos", 1, Meaning::Plain(Unary::Cos)),
    function("tanh", 1, Meaning::Plain(Unary::Tanh)),
    function("floor", 1, Meaning::Plain(Unary::Floor)),
    function("exprel", 1, Meaning::Plain(Unary::Exprel)),
    function("tan", 1, Meaning::Tan),
    function("sinh", 1, Meaning::Sinh),
    function("cosh", 1, Meaning::Cosh),
    function("sigmoid", 1, Meaning::Sigmoid),
    function("sqrt", 1, Meaning::Sqrt),
    function("abs", 1, Meaning::Abs),
    function("min", 2, Meaning::Min),
    function("max", 2, Meaning::Max),
    function("clip", 3, Meaning::Clip),
    function("delay", 2, Meaning::Delay),
    function("strength", 1, Meaning::Strength),
    function("next", 1, Meaning::Next),
];

/// Reports a wrong number of arguments of a function of the language.
pub(super) fn check_arity(name: &Name, found: usize, report: &mut Report<'_>) -> Option<Function> {
    let function = FUNCTIONS.iter().find(|function| function.name == name.text)?;
    if function.arguments == found {
        return Some(*function);
    }
    let expected = function.arguments;
    report.error(name.span, format!("`{}` is given {found} arguments, expected {expected}", name.text));
    None
}

impl<'t> Lowering<'_, 't, '_, '_> {
    pub(super) fn call(&mut self, name: &'t Name, arguments: &'t [Expression], span: Span) -> Option<Value> {
        if FUNCTIONS.iter().any(|function| function.name == name.text) {
            let function = check_arity(name, arguments.len(), self.report)?;
            return self.language_function(function, arguments, span).map(Value::Number);
        }
        if let Some(Entity::Function(index)) = self.declarations.entity(&name.text) {
            return self.local_function(index, arguments, span);
        }
        unknown_function(name, self.declarations, self.report);
        None
    }

    /// Puts the body of a function in, with the arguments that were computed before.
    fn local_function(&mut self, index: usize, arguments: &'t [Expression], span: Span) -> Option<Value> {
        let declarations = self.declarations;
        let function = &declarations.functions[index];
        let values: Vec<Option<Value>> = arguments.iter().map(|argument| self.value(argument)).collect();
        let (found, expected) = (arguments.len(), function.arguments.len());
        if found != expected {
            let message = format!("`{}` is given {found} arguments, expected {expected}", function.name.text);
            self.error(span, message);
            return None;
        }
        if self.wrong_functions.contains(&index) {
            return None;
        }
        let names = function.arguments.iter().map(|argument| argument.text.as_str());
        self.frames.push(Frame { function: &function.name.text, call: span, arguments: names.zip(values).collect() });
        let value = self.value(function.body);
        self.frames.pop();
        value
    }

    fn language_function(&mut self, function: Function, arguments: &'t [Expression], span: Span) -> Option<Number> {
        let name = function.name;
        match function.meaning {
            Meaning::Delay => return self.delay(&arguments[0], &arguments[1]),
            Meaning::Strength => return self.row_strength(&arguments[0]),
            Meaning::Next => return self.next(&arguments[0], span),
            _ => {}
        }
        let context = format!("`{name}`");
        let numbers: Vec<Option<(NodeId, Fit)>> =
            arguments.iter().map(|argument| self.plain_number(argument, &context)).collect();
        let numbers: Vec<(NodeId, Fit)> = numbers.into_iter().collect::<Option<_>>()?;
        let (x, dimension) = *numbers.first()?;
        let mut result_dimension = Some(Dimension::NONE);
        match function.meaning {
            Meaning::Plain(_) | Meaning::Tan | Meaning::Sinh | Meaning::Cosh | Meaning::Sigmoid => {
                self.expect_none(&arguments[0], dimension, &context)?;
            }
            Meaning::Sqrt => {
                result_dimension = match dimension.map(|dimension| dimension.power(0.5)) {
                    Some(None) => {
                        self.error(span, format!("the square root of {} has no unit", told(dimension)));
                        return None;
                    }
                    root => root.flatten(),
                };
            }
            _ => result_dimension = self.same_dimension(name, arguments, &numbers, span)?,
        }
        let graph = &mut self.graph;
        let node = match function.meaning {
            Meaning::Plain(unary) => graph.unary(unary, x),
            Meaning::Sqrt => graph.unary(Unary::Sqrt, x),
            Meaning::Abs => graph.unary(Unary::Abs, x),
            Meaning::Tan => {
                let (sin, cos) = (graph.unary(Unary::Sin, x), graph.unary(Unary::Cos, x));
                graph.div(sin, cos)
            }
            Meaning::Sinh => {
                // x (exprel(x) + exprel(-x))/2: exact near zero, where e^x - e^-x cancels.
                let minus = graph.unary(Unary::Neg, x);
                let (up, down) = (graph.unary(Unary::Exprel, x), graph.unary(Unary::Exprel, minus));
                let sum = graph.add(up, down);
                let half = graph.constant(0.5);
                let mean = graph.mul(half, sum);
                graph.mul(x, mean)
            }
            Meaning::Cosh => {
                let minus = graph.unary(Unary::Neg, x);
                let (up, down) = (graph.unary(Unary::Exp, x), graph.unary(Unary::Exp, minus));
                let sum = graph.add(up, down);
                let half = graph.constant(0.5);
                graph.mul(half, sum)
            }
            Meaning::Sigmoid => {
                let minus = graph.unary(Unary::Neg, x);
                let decay = graph.unary(Unary::Exp, minus);
                let one = graph.constant(1.0);
                let sum = graph.add(one, decay);
                graph.div(one, sum)
            }
            Meaning::Min => self.extremum(Binary::Min, x, numbers[1].0),
            Meaning::Max => self.extremum(Binary::Max, x, numbers[1].0),
            Meaning::Clip => {
                // The bounds stand first: where one number is NaN the second is taken, and that is x.
                let above = graph.binary(Binary::Max, numbers[1].0, x);
                graph.binary(Binary::Min, numbers[2].0, above)
            }
            Meaning::Delay | Meaning::Strength | Meaning::Next => return None,
        };
        Some(Number::plain(node, result_dimension))
    }

    /// The smaller or larger of two. A constant stands first, so that the other, should it be NaN, is taken: bad
    /// numbers stay visible.
    fn extremum(&mut self, function: Binary, a: NodeId, b: NodeId) -> NodeId {
        let swapped = self.graph.as_constant(b).is_some() && self.graph.as_constant(a).is_none();
        let (a, b) = if swapped { (b, a) } else { (a, b) };
        self.graph.binary(function, a, b)
    }

    fn same_dimension(
        &mut self,
        name: &str,
        arguments: &[Expression],
        numbers: &[(NodeId, Fit)],
        span: Span,
    ) -> Option<Fit> {
        let mut fit: (Fit, usize) = (None, 0);
        for (index, (_, dimension)) in numbers.iter().enumerate() {
            let Some(both) = unify(fit.0, *dimension) else {
                let (a, b) = (super::shown(&arguments[fit.1]), super::shown(&arguments[index]));
                let (of_a, of_b) = (told(fit.0), told(*dimension));
                let message = format!("`{name}` is given `{a}` ({of_a}) and `{b}` ({of_b}), expected one dimension");
                self.error(span, message);
                return None;
            };
            if fit.0.is_none() {
                fit = (both, index);
            }
        }
        Some(fit.0)
    }

    /// `delay(OUTPUT, PARAMETER)`
    fn delay(&mut self, output: &'t Expression, parameter: &'t Expression) -> Option<Number> {
        let ExpressionKind::Name(output_name) = &output.kind else {
            self.error(output.span, "`delay` takes the name of an output first");
            return None;
        };
        let Some(output_index) = self.outputs.iter().position(|entry| entry.name == *output_name) else {
            let near = nearest(output_name, self.outputs.iter().map(|entry| entry.name));
            let message = format!("`{output_name}` is not an output, expected one by `delay`");
            self.error(output.span, message).did_you_mean(near);
            return None;
        };
        let parameter_index = match &parameter.kind {
            ExpressionKind::Name(name) => match self.declarations.entity(name) {
                Some(Entity::Parameter(index)) => Some(index),
                _ => None,
            },
            _ => None,
        };
        let Some(parameter_index) = parameter_index else {
            let message = format!("`{}` is not a parameter, expected one by `delay`", super::shown(parameter));
            self.error(parameter.span, message).hint("declare the delay by `param NAME = NUMBER : ms in [0, inf)`");
            return None;
        };
        let declarations = self.declarations;
        let info = &declarations.info.parameters[parameter_index];
        let dimension = declarations.parameters[parameter_index]?;
        if dimension != Dimension::TIME {
            let message = format!("delay `{}` has dimension {dimension}, expected ms", info.name);
            self.error(parameter.span, message);
            return None;
        }
        if info.default < 0.0 {
            let message = format!("delay `{}` is {}, expected no time before 0", info.name, info.default);
            self.error(parameter.span, message);
        } else if info.range.lower < 0.0 {
            let message = format!("the range of delay `{}` allows negative times", info.name);
            self.report.warning(parameter.span, message).hint("write `in [0, inf)`");
        }
        let delay = Delay { output: output_index, parameter: parameter_index };
        let known = self.delays.iter().position(|before| *before == delay);
        let index = known.unwrap_or_else(|| {
            self.delays.push(delay);
            self.delays.len() - 1
        });
        let feed = declarations.info.inputs.len() + self.strengths.len() + index;
        let node = self.graph.insert(Op::Feed(feed as u32));
        Some(Number::plain(node, Some(self.outputs[output_index].dimension?)))
    }

    /// `strength(INPUT)`
    fn row_strength(&mut self, input: &'t Expression) -> Option<Number> {
        let index = match &input.kind {
            ExpressionKind::Name(name) => match self.declarations.entity(name) {
                Some(Entity::Input(index)) => self.strengths.iter().position(|strength| *strength == index),
                _ => None,
            },
            _ => None,
        };
        let Some(index) = index else {
            let message = format!("`{}` is not an input, expected one by `strength`", super::shown(input));
            self.error(input.span, message);
            return None;
        };
        let feed = self.declarations.info.inputs.len() + index;
        let node = self.graph.insert(Op::Feed(feed as u32));
        Some(Number::plain(node, Some(Dimension::NONE)))
    }

    /// `next(STATE)`
    fn next(&mut self, state: &'t Expression, span: Span) -> Option<Number> {
        let index = match &state.kind {
            ExpressionKind::Name(name) => match self.declarations.entity(name) {
                Some(Entity::State(index)) => Some(index),
                _ => None,
            },
            _ => None,
        };
        let Some(index) = index else {
            let message = format!("`{}` is not a state, expected one by `next`", super::shown(state));
            self.error(state.span, message);
            return None;
        };
        self.next_spans.entry(index).or_insert(span);
        let node = self.graph.insert(Op::Next(index as u32));
        Some(Number::plain(node, Some(self.declarations.states[index]?)))
    }

    /// `TABLE(a, b).COLUMN`
    pub(super) fn column(&mut self, name: &'t Name, arguments: &'t [Expression], column: &'t Name) -> Option<Value> {
        let Some(Entity::Table(table)) = self.declarations.entity(&name.text) else {
            unknown_function(name, self.declarations, self.report);
            return None;
        };
        let declarations = self.declarations;
        let info = &declarations.tables[table];
        let dimensions = &declarations.table_dimensions[table];
        let Some(index) = info.columns.iter().position(|known| *known == column.text) else {
            let near = nearest(&column.text, info.columns.iter().map(String::as_str));
            let message = format!("table `{}` has no column `{}`", name.text, column.text);
            self.error(column.span, message).did_you_mean(near);
            return None;
        };
        if arguments.len() != dimensions.axes.len() {
            let (found, expected) = (arguments.len(), dimensions.axes.len());
            self.error(name.span, format!("table `{}` is given {found} coordinates, expected {expected}", name.text));
            return None;
        }
        let context = format!("table `{}`", name.text);
        let mut at = Vec::new();
        for (argument, axis) in arguments.iter().zip(&dimensions.axes) {
            let number = self.plain_number(argument, &context);
            let (Some((node, found)), Some(expected)) = (number, *axis) else {
                continue;
            };
            if unify(found, Some(expected)).is_none() {
                let message = format!(
                    "coordinate `{}` of table `{}` has dimension {}, expected {expected}",
                    super::shown(argument),
                    name.text,
                    told(found)
                );
                self.error(argument.span, message);
                continue;
            }
            at.push(node);
        }
        if at.len() != arguments.len() {
            return None;
        }
        let dimension = dimensions.columns[index]?;
        let (first, last) = (*at.first()?, *at.last()?);
        let node = self.graph.insert(Op::Table { table: table as u32, column: index as u32, at: [first, last] });
        Some(Value::Number(Number::plain(node, Some(dimension))))
    }
}
