//! One parameter: its name, unit and domain.

use serde::{Deserialize, Serialize};

use crate::elementary::{exp, ln};
use crate::space::SpaceError;
use crate::value::Value;

/// How a real axis is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Equal differences weigh the same.
    #[default]
    Linear,
    /// Equal ratios weigh the same. Bounds are positive.
    Logarithmic,
}

/// The values that a parameter may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Domain {
    /// Numbers between two bounds, which belong to it.
    Real {
        /// Least value.
        lower: f64,
        /// Largest value.
        upper: f64,
        /// Linear unless given.
        #[serde(default)]
        scale: Scale,
    },
    /// Whole numbers between two bounds, which belong to it.
    Integer {
        /// Least value.
        lower: i64,
        /// Largest value.
        upper: i64,
    },
    /// A few choices without order.
    Categorical {
        /// The choices, each once.
        choices: Vec<String>,
    },
}

/// A named parameter with its domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Name of the parameter.
    pub name: String,
    /// Unit of its values, as text; none unless given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Values that it may have.
    pub domain: Domain,
}

impl Axis {
    /// A real axis with linear scale, bounds included.
    pub fn real(name: &str, lower: f64, upper: f64) -> Self {
        Self::new(name, Domain::Real { lower, upper, scale: Scale::Linear })
    }

    /// A real axis with logarithmic scale, bounds included.
    pub fn logarithmic(name: &str, lower: f64, upper: f64) -> Self {
        Self::new(name, Domain::Real { lower, upper, scale: Scale::Logarithmic })
    }

    /// An axis of whole numbers, bounds included.
    pub fn integer(name: &str, lower: i64, upper: i64) -> Self {
        Self::new(name, Domain::Integer { lower, upper })
    }

    /// An axis of choices.
    pub fn categorical(name: &str, choices: &[&str]) -> Self {
        Self::new(name, Domain::Categorical { choices: choices.iter().map(|&choice| choice.to_owned()).collect() })
    }

    /// An axis without unit.
    pub fn new(name: &str, domain: Domain) -> Self {
        Self { name: name.to_owned(), unit: String::new(), domain }
    }

    /// The same axis, with this unit.
    #[must_use]
    pub fn in_unit(self, unit: &str) -> Self {
        Self { unit: unit.to_owned(), ..self }
    }

    pub(crate) fn check(&self) -> Result<(), SpaceError> {
        let axis = || self.name.clone();
        match &self.domain {
            Domain::Real { lower, upper, scale } => {
                if !(lower.is_finite() && upper.is_finite() && lower < upper) {
                    return Err(SpaceError::Bounds { axis: axis(), lower: (*lower).into(), upper: (*upper).into() });
                }
                if *scale == Scale::Logarithmic && *lower <= 0.0 {
                    return Err(SpaceError::NotPositive { axis: axis(), lower: *lower });
                }
            }
            Domain::Integer { lower, upper } => {
                if lower > upper {
                    return Err(SpaceError::Bounds { axis: axis(), lower: (*lower).into(), upper: (*upper).into() });
                }
            }
            Domain::Categorical { choices } => {
                if choices.is_empty() {
                    return Err(SpaceError::NoChoices { axis: axis() });
                }
                if let Some(choice) = (1..choices.len()).find(|&later| choices[..later].contains(&choices[later])) {
                    return Err(SpaceError::RepeatedChoice { axis: axis(), choice: choices[choice].clone() });
                }
            }
        }
        Ok(())
    }

    /// How many values there are, where they can be counted.
    pub(crate) fn size(&self) -> Option<u128> {
        match &self.domain {
            Domain::Real { .. } => None,
            Domain::Integer { lower, upper } => Some((i128::from(*upper) - i128::from(*lower) + 1) as u128),
            Domain::Categorical { choices } => Some(choices.len() as u128),
        }
    }

    /// Value number `index` of an axis that can be counted.
    fn counted(&self, index: u128) -> Value {
        match &self.domain {
            Domain::Real { .. } => unreachable!("only axes with a size are counted"),
            Domain::Integer { lower, .. } => Value::Integer((i128::from(*lower) + index as i128) as i64),
            Domain::Categorical { choices } => Value::Choice(choices[index as usize].clone()),
        }
    }

    /// The value at a coordinate of the unit interval. Integers and choices have a part of equal size each.
    pub(crate) fn value_at(&self, coordinate: f64) -> Value {
        match &self.domain {
            Domain::Real { lower, upper, scale } => {
                let value = match scale {
                    _ if coordinate <= 0.0 => *lower,
                    _ if coordinate >= 1.0 => *upper,
                    // Not `lower + u (upper - lower)`: the difference may overflow.
                    Scale::Linear => lower * (1.0 - coordinate) + upper * coordinate,
                    Scale::Logarithmic => exp(ln(*lower) * (1.0 - coordinate) + ln(*upper) * coordinate),
                };
                Value::Real(value.clamp(*lower, *upper))
            }
            Domain::Integer { .. } | Domain::Categorical { .. } => {
                let size = self.size().unwrap_or(1);
                self.counted(((coordinate * size as f64) as u128).min(size - 1))
            }
        }
    }

    /// The coordinate of a value in the unit interval; of integers and choices the middle of their part.
    pub(crate) fn coordinate_of(&self, value: &Value) -> Result<f64, SpaceError> {
        let middle = |index: usize, size: f64| (index as f64 + 0.5) / size;
        match (&self.domain, self.admit(value)?) {
            (Domain::Real { lower, upper, scale: Scale::Linear }, Value::Real(value)) => {
                // Halves, because the difference of the bounds may overflow.
                Ok(((value / 2.0 - lower / 2.0) / (upper / 2.0 - lower / 2.0)).clamp(0.0, 1.0))
            }
            (Domain::Real { lower, upper, scale: Scale::Logarithmic }, Value::Real(value)) => {
                let [lower, value, upper] = [*lower, value, *upper].map(ln);
                Ok(((value - lower) / (upper - lower)).clamp(0.0, 1.0))
            }
            (Domain::Integer { lower, .. }, Value::Integer(value)) => {
                let index = (i128::from(value) - i128::from(*lower)) as f64;
                Ok((index + 0.5) / self.size().unwrap_or(1) as f64)
            }
            (Domain::Categorical { choices }, Value::Choice(value)) => {
                let index = choices.iter().position(|choice| *choice == value);
                Ok(middle(index.unwrap_or(0), choices.len() as f64))
            }
            _ => unreachable!("an admitted value has the kind of its axis"),
        }
    }

    /// The value, made a real number where it is a whole one on a real axis.
    pub(crate) fn admit(&self, value: &Value) -> Result<Value, SpaceError> {
        let admitted = match (&self.domain, value) {
            (Domain::Real { lower, upper, .. }, Value::Real(_) | Value::Integer(_)) => {
                value.as_number().filter(|number| lower <= number && number <= upper).map(Value::Real)
            }
            (Domain::Integer { lower, upper }, Value::Integer(number)) => {
                (lower <= number && number <= upper).then(|| value.clone())
            }
            (Domain::Categorical { choices }, Value::Choice(choice)) => choices.contains(choice).then(|| value.clone()),
            _ => None,
        };
        admitted.ok_or_else(|| SpaceError::Value {
            axis: self.name.clone(),
            found: value.clone(),
            expected: self.expected(),
        })
    }

    fn expected(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        match &self.domain {
            Domain::Real { lower, upper, .. } => format!("a number between {lower:?} and {upper:?}{unit}"),
            Domain::Integer { lower, upper } => format!("a whole number between {lower} and {upper}{unit}"),
            Domain::Categorical { choices } => {
                choices.iter().map(|choice| format!("{choice:?}")).collect::<Vec<_>>().join(" or ")
            }
        }
    }

    /// `count` values from bound to bound in equal steps of the scale; all values where there are not more.
    pub(crate) fn levels(&self, count: usize) -> Vec<Value> {
        let last = (count.max(2) - 1) as f64;
        match self.size() {
            None if count == 1 => vec![self.value_at(0.5)],
            None => (0..count).map(|level| self.value_at(level as f64 / last)).collect(),
            Some(size) if size <= count as u128 => (0..size).map(|index| self.counted(index)).collect(),
            Some(size) if count == 1 => vec![self.counted((size - 1) / 2)],
            Some(size) => {
                // Rounded to the nearest; steps are at least 1, so no value comes twice.
                let steps = count as u128 - 1;
                (0..=steps).map(|level| self.counted((2 * level * (size - 1) + steps) / (2 * steps))).collect()
            }
        }
    }
}
