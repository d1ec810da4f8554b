//! Values of parameters.

use std::fmt;

use neuropil_kernel::Brief;
use serde::{Deserialize, Serialize};

/// The value of one parameter.
///
/// As data it is a plain number or text: `3` is an integer, `3.0` a real number, `"heun"` a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number or a text")]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A number, in the unit of its axis.
    Real(f64),
    /// One of the choices of a categorical axis.
    Choice(String),
}

/// One value for each axis of a space, in the order of the axes.
pub type Point = Vec<Value>;

impl Value {
    /// The value as a number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::Choice(_) => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Real(value) => Brief(*value).fmt(formatter),
            Self::Choice(value) => write!(formatter, "{value:?}"),
        }
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Choice(value.to_owned())
    }
}
