//! What a file declares: names, units, ranges, initial values.

use std::collections::HashMap;

use neuropil_kernel::{Bounds, Initial, Input, ModelInfo, Noise, Parameter, Range, Source, State, StateKind, Unit};

use super::call::FUNCTIONS;
use crate::diagnostic::Report;
use crate::nearest::nearest;
use crate::program::TableInfo;
use crate::syntax::{
    Bounding, EquationKind, Expression, InitialValue, Interval, Literal, Measured, Name, ParameterStatement, Statement,
    StrengthClause, Text, Tree, UnitProduct,
};
use crate::token::Span;
use crate::unit::{self, Dimension, Factor, Measure, UnitError};

/// What a name stands for, with its index among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    Parameter(usize),
    Input(usize),
    Noise(usize),
    State(usize),
    Table(usize),
    Function(usize),
    Value,
    Output,
    Strength,
}

impl Entity {
    /// For messages.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Parameter(_) => "a parameter",
            Self::Input(_) => "an input",
            Self::Noise(_) => "a noise channel",
            Self::State(_) => "a state",
            Self::Table(_) => "a table",
            Self::Function(_) => "a function",
            Self::Value => "a named value",
            Self::Output => "an output",
            Self::Strength => "the strength of a coupling",
        }
    }
}

/// A local function.
#[derive(Debug)]
pub(super) struct Function<'t> {
    pub(super) name: &'t Name,
    pub(super) arguments: &'t [Name],
    pub(super) body: &'t Expression,
}

/// Dimensions of a table; none where the unit is wrong, which is reported.
#[derive(Debug)]
pub(super) struct TableDimensions {
    pub(super) axes: Vec<Option<Dimension>>,
    pub(super) columns: Vec<Option<Dimension>>,
}

/// Everything that a file declares, but for outputs and couplings. A dimension is none where the unit is wrong,
/// which is reported.
#[derive(Debug)]
pub(super) struct Declarations<'t> {
    pub(super) info: ModelInfo,
    pub(super) names: HashMap<&'t str, (Entity, Span)>,
    pub(super) parameters: Vec<Option<Dimension>>,
    pub(super) inputs: Vec<Option<Dimension>>,
    pub(super) states: Vec<Option<Dimension>>,
    pub(super) tables: Vec<TableInfo>,
    pub(super) table_dimensions: Vec<TableDimensions>,
    pub(super) functions: Vec<Function<'t>>,
}

/// Reads all declarations of a file.
pub(super) fn declarations<'t>(tree: &'t Tree, report: &mut Report<'_>) -> Declarations<'t> {
    let mut declarations = Declarations {
        info: ModelInfo {
            name: String::new(),
            title: String::new(),
            description: String::new(),
            sources: vec![],
            parameters: vec![],
            states: vec![],
            inputs: vec![],
            strengths: vec![],
            delays: vec![],
            noises: vec![],
            outputs: vec![],
            listed_outputs: 0,
            expressions: 0,
            couplings: vec![],
            constants: 0,
        },
        names: HashMap::new(),
        parameters: vec![],
        inputs: vec![],
        states: vec![],
        tables: vec![],
        table_dimensions: vec![],
        functions: vec![],
    };
    for statement in &tree.statements {
        if !report.is_full() {
            declarations.declare(statement, report);
        }
    }
    // What refers to other declarations, whose order is free.
    for statement in &tree.statements {
        if !report.is_full() {
            declarations.complete(statement, report);
        }
    }
    declarations
}

impl<'t> Declarations<'t> {
    /// The entity of a name.
    pub(super) fn entity(&self, name: &str) -> Option<Entity> {
        self.names.get(name).map(|(entity, _)| *entity)
    }

    fn add_name(&mut self, name: &'t Name, entity: Entity, report: &mut Report<'_>) {
        if FUNCTIONS.iter().any(|function| function.name == name.text) {
            report
                .error(name.span, format!("`{}` is a function of the language", name.text))
                .hint("choose another name");
        }
        if let Some((before, span)) = self.names.get(name.text.as_str()) {
            let line = report.line(*span);
            let message = format!("`{}` is declared twice: it is {} in line {line}", name.text, before.described());
            let problem = report.error(name.span, message);
            if matches!((before, entity), (Entity::State(_), Entity::Value)) {
                problem.hint(format!("an equation of a state is written `d{0}/dt = ...` or `{0} := ...`", name.text));
            }
            return;
        }
        self.names.insert(&name.text, (entity, name.span));
    }

    fn declare(&mut self, statement: &'t Statement, report: &mut Report<'_>) {
        match statement {
            Statement::Source { citation, doi } => self.source(citation, doi.as_ref(), report),
            Statement::Parameter(parameter) => {
                let entity = Entity::Parameter(self.info.parameters.len());
                self.add_name(&parameter.name, entity, report);
                let (parameter, dimension) = parameter_info(parameter, "parameter", report);
                self.info.parameters.push(parameter);
                self.parameters.push(dimension);
            }
            Statement::Input { name, default, unit, meaning } => {
                self.add_name(name, Entity::Input(self.info.inputs.len()), report);
                let (unit, measure) = required_unit(unit.as_ref(), name, "input", report);
                if let Some(default) = default {
                    finite(default, report);
                }
                self.info.inputs.push(Input {
                    name: name.text.clone(),
                    unit,
                    default: default.as_ref().map_or(0.0, |default| default.value),
                    meaning: text(meaning.as_ref()),
                });
                self.inputs.push(measure.map(|measure| measure.dimension));
            }
            Statement::Noise { name, meaning } => {
                self.add_name(name, Entity::Noise(self.info.noises.len()), report);
                self.info.noises.push(Noise { name: name.text.clone(), meaning: text(meaning.as_ref()) });
            }
            Statement::State { name, initial, unit, bounds, meaning } => {
                self.add_name(name, Entity::State(self.info.states.len()), report);
                let (unit, measure) = required_unit(unit.as_ref(), name, "state", report);
                self.info.states.push(State {
                    name: name.text.clone(),
                    kind: StateKind::Differential,
                    initial: initial_info(initial, bounds.as_ref(), report),
                    bounds: bounds.as_ref().and_then(|bounds| bounds_info(bounds, unit.scale, report)),
                    unit,
                    meaning: text(meaning.as_ref()),
                });
                self.states.push(measure.map(|measure| measure.dimension));
            }
            Statement::Table { name, axes, columns, .. } => self.table(name, axes, columns, report),
            Statement::Function { name, arguments, body } => {
                self.add_name(name, Entity::Function(self.functions.len()), report);
                self.functions.push(Function { name, arguments, body });
            }
            Statement::Value { name, .. } => self.add_name(name, Entity::Value, report),
            Statement::Output { name, value: Some(_), .. } => self.add_name(name, Entity::Output, report),
            Statement::Coupling(coupling) => {
                if let Some(StrengthClause::Declared(strength)) = &coupling.strength {
                    self.add_name(&strength.name, Entity::Strength, report);
                }
            }
            Statement::Model { .. }
            | Statement::Description(_)
            | Statement::Equation { .. }
            | Statement::Output { value: None, .. } => {}
        }
    }

    fn source(&mut self, citation: &Text, doi: Option<&Text>, report: &mut Report<'_>) {
        if let Some(doi) = doi {
            let wrong =
                !doi.text.starts_with("10.") || !doi.text.contains('/') || doi.text.contains(char::is_whitespace);
            if wrong {
                report
                    .error(doi.span, format!("`{}` is not a DOI", crate::lexer::shortened(&doi.text)))
                    .hint("a DOI begins with `10.`, without a resolver's address");
            }
        }
        self.info.sources.push(Source { citation: citation.text.clone(), doi: doi.map(|doi| doi.text.clone()) });
    }

    fn table(&mut self, name: &'t Name, axes: &'t [Measured], columns: &'t [Measured], report: &mut Report<'_>) {
        self.add_name(name, Entity::Table(self.tables.len()), report);
        for (list, most, what) in [(axes, 2, "axes"), (columns, 4, "columns")] {
            if list.len() > most {
                let message = format!("table `{}` has {} {what}, expected at most {most}", name.text, list.len());
                report.error(list[most].name.span, message);
            }
            for (index, entry) in list.iter().take(most).enumerate() {
                if list[..index].iter().any(|before| before.name.text == entry.name.text) {
                    report.error(entry.name.span, format!("table `{}` has `{}` twice", name.text, entry.name.text));
                }
            }
        }
        let mut measures = |list: &[Measured]| -> Vec<Option<Measure>> {
            list.iter().map(|entry| required_unit(entry.unit.as_ref(), &entry.name, "table entry", report).1).collect()
        };
        let (axis_measures, column_measures) = (measures(axes), measures(columns));
        let scales = |list: &[Option<Measure>]| list.iter().map(|m| m.map_or(1.0, |m| m.scale)).collect();
        let dimensions = |list: &[Option<Measure>]| list.iter().map(|m| m.map(|m| m.dimension)).collect();
        self.tables.push(TableInfo {
            name: name.text.clone(),
            axis_scales: scales(&axis_measures),
            columns: columns.iter().map(|column| column.name.text.clone()).collect(),
            column_scales: scales(&column_measures),
        });
        self.table_dimensions
            .push(TableDimensions { axes: dimensions(&axis_measures), columns: dimensions(&column_measures) });
    }

    fn complete(&mut self, statement: &'t Statement, report: &mut Report<'_>) {
        match statement {
            Statement::State { name, initial: InitialValue::Parameter(parameter), .. } => {
                let Some(Entity::State(state)) = self.entity(&name.text) else {
                    return;
                };
                let Some(Entity::Parameter(index)) = self.entity(&parameter.text) else {
                    let names = self.info.parameters.iter().map(|parameter| parameter.name.as_str());
                    let near = nearest(&parameter.text, names);
                    let message = format!("`{}` is not a parameter, expected an initial value", parameter.text);
                    report.error(parameter.span, message).did_you_mean(near);
                    return;
                };
                let (found, expected) = (self.parameters[index], self.states[state]);
                if let (Some(found), Some(expected)) = (found, expected)
                    && found != expected
                {
                    let message =
                        format!("the initial value of `{}` has dimension {found}, expected {expected}", name.text);
                    report.error(parameter.span, message);
                }
                self.info.states[state].initial = Initial::Parameter(index);
            }
            Statement::Equation { state, kind, .. } => {
                if let Some(Entity::State(index)) = self.entity(&state.text) {
                    self.info.states[index].kind = match kind {
                        EquationKind::Differential => StateKind::Differential,
                        EquationKind::Update => StateKind::Updated,
                    };
                }
            }
            _ => {}
        }
    }
}

pub(super) fn text(meaning: Option<&Text>) -> String {
    meaning.map(|meaning| meaning.text.clone()).unwrap_or_default()
}

fn finite(number: &Literal, report: &mut Report<'_>) {
    if !number.value.is_finite() {
        report.error(number.span, format!("`{}` is infinite, expected a finite number", number.text));
    }
}

/// Size and dimension of a unit; none where it is wrong, which is reported.
pub(super) fn measure(unit: &UnitProduct, report: &mut Report<'_>) -> Option<Measure> {
    let factors: Vec<Factor<'_>> =
        unit.factors.iter().map(|(name, power)| Factor { name: &name.text, power: *power }).collect();
    match unit::measure(&factors) {
        Ok(measure) => Some(measure),
        Err(UnitError::Unknown(index)) => {
            let name = &unit.factors[index].0;
            // A unit that differs in case alone is the likeliest slip, and one that is a prefix away the next.
            let near = nearest(&name.text, unit::NAMES);
            report
                .error(name.span, format!("unknown unit `{}`", crate::lexer::shortened(&name.text)))
                .did_you_mean(near);
            None
        }
        Err(UnitError::Power(index)) => {
            let span = unit.factors.get(index).map_or(unit.span, |(name, _)| name.span);
            report.error(span, "the unit is raised to a power that has no use");
            None
        }
    }
}

/// The unit as the kernel knows it. One that is missing is `1`, and a warning.
pub(super) fn required_unit(
    unit: Option<&UnitProduct>,
    name: &Name,
    what: &str,
    report: &mut Report<'_>,
) -> (Unit, Option<Measure>) {
    if unit.is_none() {
        report
            .warning(name.span, format!("{what} `{}` has no unit", name.text))
            .hint("write `: 1` where there is none");
    }
    optional_unit(unit, report)
}

/// The unit as the kernel knows it, `1` if it is missing.
pub(super) fn optional_unit(unit: Option<&UnitProduct>, report: &mut Report<'_>) -> (Unit, Option<Measure>) {
    let none = Measure { dimension: Dimension::NONE, scale: 1.0 };
    let measure = unit.map_or(Some(none), |unit| measure(unit, report));
    let unit = Unit {
        text: unit.map_or("1".to_owned(), |unit| unit.text.clone()),
        scale: measure.map_or(1.0, |measure| measure.scale),
    };
    (unit, measure)
}

/// A parameter, or the strength of a coupling, and its dimension.
pub(super) fn parameter_info(
    parameter: &ParameterStatement,
    what: &str,
    report: &mut Report<'_>,
) -> (Parameter, Option<Dimension>) {
    let name = &parameter.name;
    let (unit, measure) = required_unit(parameter.unit.as_ref(), name, what, report);
    let range = if let Some(interval) = &parameter.range {
        range_info(interval, report)
    } else {
        report
            .warning(name.span, format!("{what} `{}` has no range", name.text))
            .hint("write `in [a, b]`, or `in (-inf, inf)` if every number makes sense");
        None
    };
    let everything = Range { lower: f64::NEG_INFINITY, upper: f64::INFINITY, lower_open: true, upper_open: true };
    if parameter.meaning.as_ref().is_none_or(|meaning| meaning.text.is_empty()) {
        report.warning(name.span, format!("{what} `{}` has no meaning", name.text)).hint("say in quotes what it is");
    }
    let default = &parameter.default;
    if !range.unwrap_or(everything).contains(default.value) {
        let range = parameter.range.as_ref().map_or("(-inf, inf)", |interval| report.slice(interval.span));
        let message = format!("the default of `{}` is {}, outside its range {range}", name.text, default.text);
        report.error(default.span, message);
    }
    let info = Parameter {
        name: name.text.clone(),
        default: default.value,
        unit,
        range: range.unwrap_or(everything),
        meaning: text(parameter.meaning.as_ref()),
    };
    (info, measure.map(|measure| measure.dimension))
}

fn range_info(interval: &Interval, report: &mut Report<'_>) -> Option<Range> {
    let (lower, upper) = (interval.lower.value, interval.upper.value);
    let one_point = lower == upper && !interval.lower_open && !interval.upper_open;
    if lower < upper || one_point {
        return Some(Range { lower, upper, lower_open: interval.lower_open, upper_open: interval.upper_open });
    }
    let message = format!("the range {} holds no number", report.slice(interval.span));
    report.error(interval.span, message);
    None
}

fn bounds_info(bounds: &Bounding, scale: f64, report: &mut Report<'_>) -> Option<Bounds> {
    let (Bounding::Clip(interval) | Bounding::Wrap(interval)) = bounds;
    let range = range_info(interval, report)?;
    let (lower, upper) = (range.lower * scale, range.upper * scale);
    match bounds {
        Bounding::Clip(_) => {
            let excluded = (range.lower_open && lower.is_finite()) || (range.upper_open && upper.is_finite());
            if excluded {
                report
                    .error(interval.span, "`clip` holds a state within a range whose ends belong to it")
                    .hint("write `[` and `]`");
                return None;
            }
            Some(Bounds::Clip(lower, upper))
        }
        Bounding::Wrap(_) => {
            if !(lower.is_finite() && upper.is_finite() && !range.lower_open && range.upper_open) {
                report
                    .error(interval.span, "`wrap` takes a state modulo into a finite range `[a, b)`")
                    .hint("write `[a, b)`: the upper end is the lower one again");
                return None;
            }
            Some(Bounds::Wrap(lower, upper))
        }
    }
}

fn initial_info(initial: &InitialValue, bounds: Option<&Bounding>, report: &mut Report<'_>) -> Initial {
    let outside = |number: &Literal| match bounds {
        Some(Bounding::Clip(range)) => number.value < range.lower.value || number.value > range.upper.value,
        _ => false,
    };
    let inside = |number: &Literal, report: &mut Report<'_>| {
        finite(number, report);
        if outside(number) {
            let message = format!("the initial value {} lies outside the bounds of the state", number.text);
            report.error(number.span, message);
        }
    };
    match initial {
        InitialValue::Number(number) => {
            inside(number, report);
            Initial::Value(number.value)
        }
        InitialValue::Uniform(lower, upper) => {
            inside(lower, report);
            inside(upper, report);
            if lower.value > upper.value {
                let message = format!("`uniform`: {} is larger than {}", lower.text, upper.text);
                report.error(lower.span, message).hint("the smaller number comes first");
            }
            Initial::Uniform(lower.value, upper.value)
        }
        InitialValue::Normal(mean, deviation) => {
            finite(mean, report);
            finite(deviation, report);
            if deviation.value < 0.0 {
                let message = format!("`normal`: the standard deviation is {}, expected none below 0", deviation.text);
                report.error(deviation.span, message);
            }
            Initial::Normal(mean.value, deviation.value)
        }
        // The index is known when all parameters are.
        InitialValue::Parameter(_) => Initial::Value(0.0),
    }
}
