//! Parameter spaces.

use neuropil_kernel::Brief;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::axis::Axis;
use crate::value::{Point, Value};

/// Why a space or a point of it is not valid.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpaceError {
    /// A space without parameters.
    #[error("`axes`: found none, expected at least one axis")]
    NoAxes,
    /// An axis without name.
    #[error("`axes`: found axis {index} without a name, expected one")]
    NoName {
        /// Which axis, from 0.
        index: usize,
    },
    /// Two axes with one name.
    #[error("`axes`: found `{axis}` twice, expected every name once")]
    Repeated {
        /// The name.
        axis: String,
    },
    /// Bounds that are not finite or in the wrong order.
    #[error("axis `{axis}`: found {lower} and {upper}, expected finite bounds in ascending order")]
    Bounds {
        /// Which axis.
        axis: String,
        /// Lower bound given.
        lower: Value,
        /// Upper bound given.
        upper: Value,
    },
    /// A logarithmic axis that reaches zero.
    #[error("axis `{axis}`: found {}, expected a lower bound above 0 on a logarithmic scale", Brief(*lower))]
    NotPositive {
        /// Which axis.
        axis: String,
        /// Lower bound given.
        lower: f64,
    },
    /// A categorical axis without choices.
    #[error("axis `{axis}`: found no choice, expected at least one")]
    NoChoices {
        /// Which axis.
        axis: String,
    },
    /// A choice that is listed twice.
    #[error("axis `{axis}`: found {choice:?} twice, expected every choice once")]
    RepeatedChoice {
        /// Which axis.
        axis: String,
        /// The choice.
        choice: String,
    },
    /// A value outside its axis.
    #[error("axis `{axis}`: found {found}, expected {expected}")]
    Value {
        /// Which axis.
        axis: String,
        /// Value given.
        found: Value,
        /// What the axis admits.
        expected: String,
    },
    /// A coordinate outside the unit interval.
    #[error("axis `{axis}`: found {}, expected a coordinate between 0 and 1", Brief(*found))]
    Coordinate {
        /// Which axis.
        axis: String,
        /// Coordinate given.
        found: f64,
    },
    /// A point with too few or too many values.
    #[error("`{argument}`: found {found}, expected {expected}, one for each axis")]
    Length {
        /// Which argument.
        argument: &'static str,
        /// Number of axes.
        expected: usize,
        /// Number given.
        found: usize,
    },
    /// No levels asked for.
    #[error("axis `{axis}`: found 0 levels, expected at least one")]
    NoLevels {
        /// Which axis.
        axis: String,
    },
}

impl SpaceError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Bounds { .. } => {
                Some("a parameter that does not vary belongs to the model and not to the space".into())
            }
            Self::NotPositive { .. } => Some("use a small positive bound, or a linear scale".into()),
            Self::Value { .. } => Some("widen the bounds of the axis if this value is meant".into()),
            Self::Coordinate { .. } => {
                Some("coordinates are fractions of an axis; `coordinates` makes them from values".into())
            }
            _ => None,
        }
    }
}

/// Named axes. A point is one value for each; its coordinates are numbers between 0 and 1, on which all designs and
/// algorithms work.
///
/// As data it is the list of its axes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Axis>", into = "Vec<Axis>")]
pub struct ParameterSpace {
    axes: Vec<Axis>,
}

impl ParameterSpace {
    /// A space of these axes.
    ///
    /// # Errors
    /// When there is none, a name is missing or comes twice, or a domain is empty.
    pub fn new(axes: Vec<Axis>) -> Result<Self, SpaceError> {
        if axes.is_empty() {
            return Err(SpaceError::NoAxes);
        }
        for (index, axis) in axes.iter().enumerate() {
            if axis.name.is_empty() {
                return Err(SpaceError::NoName { index });
            }
            if axes[..index].iter().any(|earlier| earlier.name == axis.name) {
                return Err(SpaceError::Repeated { axis: axis.name.clone() });
            }
            axis.check()?;
        }
        Ok(Self { axes })
    }

    /// The axes, in the order of a point's values.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Number of axes.
    pub fn dimensions(&self) -> usize {
        self.axes.len()
    }

    /// Place of an axis in a point.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.name == name)
    }

    /// The point at coordinates of the unit cube. Bounds are at 0 and 1; a logarithmic axis is divided by ratios;
    /// integers and choices have parts of equal size.
    ///
    /// # Errors
    /// When there is not one coordinate for each axis, or one is outside 0 to 1 or not a number.
    pub fn point(&self, coordinates: &[f64]) -> Result<Point, SpaceError> {
        self.check_length("coordinates", coordinates.len())?;
        for (axis, &found) in self.axes.iter().zip(coordinates) {
            if !(0.0..=1.0).contains(&found) {
                return Err(SpaceError::Coordinate { axis: axis.name.clone(), found });
            }
        }
        Ok(self.point_unchecked(coordinates))
    }

    pub(crate) fn point_unchecked(&self, coordinates: &[f64]) -> Point {
        self.axes.iter().zip(coordinates).map(|(axis, &coordinate)| axis.value_at(coordinate)).collect()
    }

    /// The coordinates of a point in the unit cube; for integers and choices the middle of their part.
    ///
    /// # Errors
    /// As [`ParameterSpace::admit`].
    pub fn coordinates(&self, point: &[Value]) -> Result<Vec<f64>, SpaceError> {
        self.check_length("point", point.len())?;
        self.axes.iter().zip(point).map(|(axis, value)| axis.coordinate_of(value)).collect()
    }

    /// The point, with each value of the kind of its axis: a whole number on a real axis is made real, and a real number
    /// that is whole an integer on an axis of integers.
    ///
    /// # Errors
    /// When there is not one value for each axis, or a value is of another kind than its axis or outside of it.
    pub fn admit(&self, point: &[Value]) -> Result<Point, SpaceError> {
        self.check_length("point", point.len())?;
        self.axes.iter().zip(point).map(|(axis, value)| axis.admit(value)).collect()
    }

    /// Values for a grid: `counts[k]` of axis `k`, from bound to bound in equal steps of its scale (the middle for one).
    /// Integers are rounded; an axis with fewer values gives all of them.
    ///
    /// # Errors
    /// When there is not one count for each axis, or a count is 0.
    pub fn levels(&self, counts: &[usize]) -> Result<Vec<Vec<Value>>, SpaceError> {
        self.check_length("counts", counts.len())?;
        if let Some(index) = counts.iter().position(|&count| count == 0) {
            return Err(SpaceError::NoLevels { axis: self.axes[index].name.clone() });
        }
        Ok(self.axes.iter().zip(counts).map(|(axis, &count)| axis.levels(count)).collect())
    }

    fn check_length(&self, argument: &'static str, found: usize) -> Result<(), SpaceError> {
        let expected = self.dimensions();
        if found == expected { Ok(()) } else { Err(SpaceError::Length { argument, expected, found }) }
    }
}

impl TryFrom<Vec<Axis>> for ParameterSpace {
    type Error = SpaceError;

    fn try_from(axes: Vec<Axis>) -> Result<Self, SpaceError> {
        Self::new(axes)
    }
}

impl From<ParameterSpace> for Vec<Axis> {
    fn from(space: ParameterSpace) -> Self {
        space.axes
    }
}
