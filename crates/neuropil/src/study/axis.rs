//! What is varied along an axis of a study.

use std::collections::BTreeSet;
use std::sync::Arc;

use neuropil_kernel::Brief;
use neuropil_optimize::{Axis, Domain, ParameterSpace, Scale, SpaceError, Value as Level};

use neuropil_store::is_name;

use super::runs::{ParameterKind, StudyParameter};
use crate::error::Error;
use crate::experiment::{AxisScale, AxisSection, Value};
use crate::numbers::read_list;

/// Seeds and other whole numbers of which every one is a number of the type that values have.
const LARGEST_WHOLE: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
/// Characters of the name of an axis, at most.
const LONGEST_NAME: usize = 100;
/// Values of an axis, at most.
const MOST_STEPS: usize = 1 << 24;

/// What is varied along one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyAxis {
    /// Name, by which results call it.
    pub name: String,
    /// Unit of its values.
    pub unit: String,
    /// Meaning in a few words.
    pub meaning: String,
    /// Whether its values are texts.
    pub is_text: bool,
    /// Name of the parameter, input, strength or field that is varied.
    pub(super) parameter: String,
    /// What the values of that are.
    pub(super) kind: ParameterKind,
    /// Which nodes it is of.
    pub(super) spread: Spread,
    pub(super) values: AxisValues,
}

/// Which nodes the values of an axis are of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Spread {
    /// All, and nothing else has a part in them.
    All,
    /// One of so many.
    Node(usize, usize),
    /// Each with its weight.
    Weights(Arc<[f64]>),
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AxisValues {
    /// These; a design sees their numbers.
    Listed(Vec<Level>),
    /// All of a range.
    Within(Domain),
}

impl StudyAxis {
    /// The axes that a section asks for: one, or one for each node or group. With `is_listed`, ranges are divided.
    pub(super) fn of(
        name: &str,
        section: &AxisSection,
        parameter: &StudyParameter,
        is_listed: bool,
    ) -> Result<Vec<Self>, Error> {
        let field = || format!("study.axes.{name}");
        // An axis of one node has brackets, and the number between them.
        if !is_name(name) || name.contains(['[', ']']) || name.len() > LONGEST_NAME {
            let expected = format!("a letter, then letters, digits, `_`, `-` and `.`, at most {LONGEST_NAME} in all");
            return Err(Error::specification("study.axes", format!("`{name}`"), expected));
        }
        let values = values(name, section, parameter.kind, is_listed)?;
        let is_text = matches!(&values, AxisValues::Listed(levels) if matches!(levels.first(), Some(Level::Choice(_))));
        let whole = Self {
            name: name.into(),
            unit: parameter.unit.clone(),
            meaning: parameter.meaning.clone(),
            is_text,
            parameter: section.parameter.clone().unwrap_or_else(|| name.into()),
            kind: parameter.kind,
            spread: Spread::All,
            values,
        };
        for end in whole.bounds().into_iter().flatten() {
            let is_seed = (0.0..=LARGEST_WHOLE).contains(&end) && end.fract() == 0.0;
            if parameter.kind == ParameterKind::Seed && !is_seed {
                return Err(Error::specification(field(), end, "whole numbers from 0 to 2^53"));
            }
            if parameter.kind == ParameterKind::Speed && !(end >= 0.0 && end.is_finite()) {
                return Err(Error::specification(field(), end, "numbers of mm/ms, or 0 for no delays"));
            }
        }
        let spreads = spreads(&field(), section, parameter)?;
        if whole.count().saturating_mul(spreads.len()) > MOST_STEPS {
            let found = format!("{} values for each of {} axes", whole.count(), spreads.len());
            return Err(Error::specification(field(), found, format!("at most {MOST_STEPS} values")));
        }
        let one = |(suffix, spread): (Option<usize>, Spread)| {
            let name = suffix.map_or_else(|| name.to_owned(), |number| format!("{name}[{number}]"));
            Self { name, spread, ..whole.clone() }
        };
        Ok(spreads.into_iter().map(one).collect())
    }

    /// The name that its section has.
    pub(super) fn section(&self) -> &str {
        match self.spread {
            Spread::All => &self.name,
            _ => self.name.split_once('[').map_or(self.name.as_str(), |(section, _)| section),
        }
    }

    /// Smallest and largest value, where they are numbers.
    pub(super) fn bounds(&self) -> Option<[f64; 2]> {
        match &self.values {
            AxisValues::Listed(levels) => {
                let ends = [f64::INFINITY, f64::NEG_INFINITY];
                let numbers = levels.iter().map(Level::as_number).collect::<Option<Vec<f64>>>()?;
                Some(numbers.iter().fold(ends, |[least, largest], &value| [least.min(value), largest.max(value)]))
            }
            AxisValues::Within(Domain::Real { lower, upper, .. }) => Some([*lower, *upper]),
            AxisValues::Within(Domain::Integer { lower, upper }) => Some([*lower as f64, *upper as f64]),
            AxisValues::Within(Domain::Categorical { .. }) => None,
        }
    }

    /// The value of a point that does not exist.
    pub(super) fn missing(&self) -> Level {
        if self.is_text { Level::Choice(String::new()) } else { Level::Real(f64::NAN) }
    }

    /// Number of values that are listed.
    pub(super) fn count(&self) -> usize {
        if let AxisValues::Listed(values) = &self.values { values.len() } else { 0 }
    }

    /// As a design or an algorithm sees it.
    pub(super) fn coordinate(&self) -> Axis {
        match &self.values {
            AxisValues::Listed(values) if self.is_text => {
                let numbers: Vec<String> = (0..values.len()).map(|number| number.to_string()).collect();
                Axis::new(&self.name, Domain::Categorical { choices: numbers })
            }
            AxisValues::Listed(values) => Axis::integer(&self.name, 0, values.len() as i64 - 1),
            AxisValues::Within(domain) => Axis::new(&self.name, domain.clone()),
        }
    }

    /// The value that a design or an algorithm means.
    pub(super) fn value(&self, level: &Level) -> Level {
        let AxisValues::Listed(values) = &self.values else { return level.clone() };
        let number = match level {
            Level::Choice(number) => number.parse().unwrap_or(usize::MAX),
            level => level.as_number().map_or(usize::MAX, |number| number as usize),
        };
        values.get(number).cloned().unwrap_or(Level::Real(f64::NAN))
    }

    /// As a design names value number `index` of those that are listed.
    pub(super) fn listed(&self, index: usize) -> Level {
        if self.is_text { Level::Choice(index.to_string()) } else { Level::Integer(index as i64) }
    }
}

/// Which nodes the axes of a section are of, and their numbers where there are several.
fn spreads(
    field: &str,
    section: &AxisSection,
    parameter: &StudyParameter,
) -> Result<Vec<(Option<usize>, Spread)>, Error> {
    let kinds = [section.per_node, section.groups.is_some(), section.map.is_some()];
    match kinds.iter().filter(|kind| **kind).count() {
        0 => return Ok(vec![(None, Spread::All)]),
        1 if parameter.nodes == 0 => {
            return Err(Error::specification(field, "values that differ among nodes", "one value for all nodes"));
        }
        1 => {}
        _ => return Err(Error::specification(field, "several of `per_node`, `groups` and `map`", "one of them")),
    }
    let nodes = parameter.nodes;
    let of_nodes = |name: &str, value: &Value| -> Result<Vec<f64>, Error> {
        let numbers = match value {
            Value::Number(number) => vec![*number; nodes],
            Value::Nodes(numbers) => numbers.clone(),
            Value::File(path) => read_list(path)?,
            Value::Trials(_) | Value::TrialsNodes(_) => {
                return Err(Error::specification(format!("{field}.{name}"), "values of trials", "a number per node"));
            }
        };
        if numbers.len() != nodes {
            let found = format!("{} numbers", numbers.len());
            return Err(Error::specification(format!("{field}.{name}"), found, format!("{nodes}, one per node")));
        }
        if let Some(found) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(Error::specification(format!("{field}.{name}"), found, "finite numbers"));
        }
        Ok(numbers)
    };
    if let Some(map) = &section.map {
        return Ok(vec![(None, Spread::Weights(of_nodes("map", map)?.into()))]);
    }
    let Some(groups) = &section.groups else {
        return Ok((0..nodes).map(|node| (Some(node), Spread::Node(node, nodes))).collect());
    };
    let groups = of_nodes("groups", groups)?;
    if let Some(wrong) = groups.iter().find(|group| group.fract() != 0.0 || **group < 0.0 || **group > LARGEST_WHOLE) {
        return Err(Error::specification(format!("{field}.groups"), wrong, "whole numbers from 0 on"));
    }
    let numbers: BTreeSet<u64> = groups.iter().map(|group| *group as u64).collect();
    let of_group = |number: u64| {
        let weights = groups.iter().map(|group| f64::from(u8::from(*group as u64 == number)));
        (Some(number as usize), Spread::Weights(weights.collect()))
    };
    Ok(numbers.into_iter().map(of_group).collect())
}

/// The values that a section asks for.
fn values(name: &str, section: &AxisSection, kind: ParameterKind, is_listed: bool) -> Result<AxisValues, Error> {
    let field = format!("study.axes.{name}");
    let is_whole = section.integer || kind == ParameterKind::Seed;
    let is_ranged = section.from.is_some() || section.to.is_some() || section.steps.is_some();
    if let Some(values) = &section.values {
        if is_ranged || section.scale == AxisScale::Log {
            return Err(Error::specification(field, "`values` and a range", "one of them"));
        }
        return listed(field, values, kind, is_whole);
    }
    let (Some(from), Some(to)) = (section.from, section.to) else {
        let expected = "a range with both bounds, or `values`";
        let found = if is_ranged { "half a range" } else { "neither values nor a range" };
        return Err(Error::specification(field, found, expected));
    };
    let is_countable = from.fract() == 0.0 && to.fract() == 0.0 && from.abs().max(to.abs()) <= LARGEST_WHOLE;
    let domain = match (is_whole, section.scale) {
        (true, _) if !is_countable => {
            let found = format!("{} to {}", Brief(from), Brief(to));
            return Err(Error::specification(field, found, "whole numbers up to 2^53"));
        }
        (true, AxisScale::Log) => {
            return Err(Error::specification(field, "whole numbers on a logarithmic scale", "a linear scale"));
        }
        (true, AxisScale::Linear) => Domain::Integer { lower: from as i64, upper: to as i64 },
        (false, AxisScale::Linear) => Domain::Real { lower: from, upper: to, scale: Scale::Linear },
        (false, AxisScale::Log) => Domain::Real { lower: from, upper: to, scale: Scale::Logarithmic },
    };
    let space = ParameterSpace::new(vec![Axis::new(name, domain.clone())]).map_err(|error| in_space(&error))?;
    let count = match section.steps {
        Some(steps) if steps == 0 || steps > MOST_STEPS => {
            let expected = format!("a number from 1 to {MOST_STEPS}");
            return Err(Error::specification(field + ".steps", steps, expected));
        }
        Some(_) if !is_listed => {
            let error = Error::specification(field + ".steps", "a number", "none: points lie anywhere in the range");
            return Err(error.advise("`values` are the choices of a design that draws, and of a search"));
        }
        Some(steps) => steps,
        None if is_whole && is_listed && to - from < MOST_STEPS as f64 => (to - from) as usize + 1,
        None if is_listed => {
            let error = Error::specification(field, "a range without `steps`", "the number of its values");
            return Err(error.advise("11 `steps` are eleven values, both bounds included"));
        }
        None => return Ok(AxisValues::Within(domain)),
    };
    let levels = space.levels(&[count]).map_err(|error| in_space(&error))?;
    Ok(AxisValues::Listed(levels.into_iter().flatten().collect()))
}

/// Values that are given one by one.
fn listed(field: String, values: &[Level], kind: ParameterKind, is_whole: bool) -> Result<AxisValues, Error> {
    let texts = values.iter().filter(|value| matches!(value, Level::Choice(_))).count();
    if values.is_empty() {
        return Err(Error::specification(field, "no value", "at least one"));
    }
    if texts > 0 && kind != ParameterKind::Field {
        let found = values.iter().find(|value| matches!(value, Level::Choice(_))).map(Level::to_string);
        return Err(Error::specification(field, found.unwrap_or_default(), "numbers"));
    }
    if texts > 0 && texts < values.len() {
        return Err(Error::specification(field, "numbers and texts", "one kind of values"));
    }
    let is_rounded =
        |value: &&Level| matches!(value, Level::Integer(number) if number.unsigned_abs() > 1 << f64::MANTISSA_DIGITS);
    if let Some(found) = values.iter().find(is_rounded) {
        return Err(Error::specification(field, found, "whole numbers up to 2^53"));
    }
    let is_wrong = |value: &f64| !value.is_finite() || (is_whole && value.fract() != 0.0);
    match values.iter().filter_map(Level::as_number).find(is_wrong) {
        Some(found) => {
            Err(Error::specification(field, found, if is_whole { "whole numbers" } else { "finite numbers" }))
        }
        None => Ok(AxisValues::Listed(values.to_vec())),
    }
}

/// A range that cannot be.
pub(super) fn in_space(error: &SpaceError) -> Error {
    let of =
        |axis: &str, found: String, expected: &str| Error::specification(format!("study.axes.{axis}"), found, expected);
    match error {
        SpaceError::NoAxes => Error::specification("study.axes", "no axis", "at least one"),
        SpaceError::NoName { index } => {
            Error::specification("study.axes", format!("axis {index} without a name"), "one")
        }
        SpaceError::Repeated { axis } => of(axis, "the name twice".into(), "names that differ"),
        SpaceError::Bounds { axis, lower, upper } => {
            of(axis, format!("{lower} to {upper}"), "finite bounds, the smaller one first")
                .advise("what does not vary is a parameter of the network, and no axis")
        }
        SpaceError::NotPositive { axis, lower } => of(axis, lower.to_string(), "a lower bound above 0 on a log scale"),
        SpaceError::NoChoices { axis } | SpaceError::NoLevels { axis } => of(axis, "no value".into(), "at least one"),
        SpaceError::RepeatedChoice { axis, choice } => of(axis, format!("{choice:?} twice"), "every value once"),
        SpaceError::Value { axis, found, expected } => of(axis, found.to_string(), expected),
        SpaceError::Coordinate { axis, found } => of(axis, found.to_string(), "a coordinate between 0 and 1"),
        SpaceError::Length { expected, found, .. } => {
            Error::specification("study.axes", format!("{found} values"), format!("{expected}, one for each axis"))
        }
    }
}
