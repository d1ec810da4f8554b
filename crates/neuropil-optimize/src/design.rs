//! Points that are known before anything is evaluated.

mod permutation;
mod sobol;

use std::ops::Range;

use neuropil_kernel::{Purpose, Stream};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::space::{ParameterSpace, SpaceError};
use crate::value::{Point, Value};
use permutation::Permutation;
use sobol::Sobol;

/// Channels of the random numbers of designs.
const UNIFORM: u32 = 0;
const STRATUM: u32 = 1;
const WITHIN_STRATUM: u32 = 2;
const SCRAMBLE: u32 = 3;

/// How the points of a design are chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Plan {
    /// All combinations of the values of each axis; the last axis changes fastest.
    Grid {
        /// Values of each axis. [`ParameterSpace::levels`] makes evenly spaced ones.
        values: Vec<Vec<Value>>,
    },
    /// One axis at a time: the values of the first axis with all others at the base point, then those of the second,
    /// and so on. An axis may have no values.
    Sequence {
        /// Where the axes are that do not change.
        base: Point,
        /// Values of each axis.
        values: Vec<Vec<Value>>,
    },
    /// These points.
    Explicit {
        /// The points.
        points: Vec<Point>,
    },
    /// Independent points, uniform on the scale of each axis.
    Random {
        /// Number of points.
        count: u64,
    },
    /// Latin hypercube sampling: each axis is divided into `count` strata of equal size, each stratum has one point, at
    /// a random place in it, and the strata of the axes are combined at random. `McKay`, Beckman & Conover 1979,
    /// doi:10.1080/00401706.1979.10489755.
    LatinHypercube {
        /// Number of points and strata.
        count: u64,
    },
    /// Sobol's sequence with the direction numbers of Joe & Kuo 2008, doi:10.1137/070709359 (their set 6), in the order
    /// of the Gray code, up to 512 axes and 2^52 points. Point 0 is the corner of lower bounds unless scrambled; it
    /// belongs to the sequence. A power of two of points, from the first on, is balanced; other numbers are less so.
    Sobol {
        /// Number of points.
        count: u64,
        /// Nested uniform scrambling, which keeps the balance and makes points uniform and estimates unbiased. Owen
        /// 1995, doi:10.1007/978-1-4612-2552-2_19. On unless told otherwise.
        #[serde(default = "scrambled")]
        scrambled: bool,
    },
}

fn scrambled() -> bool {
    true
}

/// Why a design cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum DesignError {
    /// A value or point does not fit the space.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// An axis of a grid has no values.
    #[error("`values`: found none for axis `{axis}`, expected at least one")]
    NoValues {
        /// Which axis.
        axis: String,
    },
    /// A design without points.
    #[error("`{argument}`: found no point, expected at least one")]
    NoPoints {
        /// Which argument.
        argument: &'static str,
    },
    /// More points than can be numbered.
    #[error("`{argument}`: found {found} points, expected at most {largest}")]
    TooMany {
        /// Which argument.
        argument: &'static str,
        /// The largest number.
        largest: u64,
        /// Number asked for.
        found: u128,
    },
    /// More axes than Sobol's sequence has directions for.
    #[error("`space`: found {found} axes, expected at most {largest} for a Sobol sequence")]
    Axes {
        /// The largest number.
        largest: usize,
        /// Axes of the space.
        found: usize,
    },
    /// A point that the design does not have.
    #[error("`index`: found {found}, expected a point below {length}")]
    Index {
        /// Number of points.
        length: u64,
        /// Index asked for.
        found: u64,
    },
}

impl DesignError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Space(error) => error.hint(),
            Self::NoValues { .. } => Some("to leave an axis where it is, give it one value".into()),
            Self::TooMany { .. } => Some("a random or Sobol design covers many axes with fewer points".into()),
            Self::Axes { .. } => Some("use Latin hypercube sampling".into()),
            Self::NoPoints { .. } | Self::Index { .. } => None,
        }
    }
}

/// A space, a plan and a seed. Point `i` is a function of these and `i`: any slice of a study can be computed alone.
///
/// ```
/// use neuropil_optimize::{Axis, Design, ParameterSpace, Plan};
///
/// let space = ParameterSpace::new(vec![Axis::real("mue", 0.0, 3.0).in_unit("mV/ms"), Axis::integer("n", 1, 3)])?;
/// let values = space.levels(&[4, 3])?;
/// let grid = Design::new(space, Plan::Grid { values }, 0)?;
/// assert_eq!(grid.len(), 12);
/// assert_eq!(grid.point(4)?, [1.0.into(), 2.into()]); // the last axis changes fastest
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Specification", into = "Specification")]
pub struct Design {
    specification: Specification,
    length: u64,
    /// Of a grid, how many points follow one another with the same value of each axis.
    strides: Vec<u64>,
    sobol: Option<Sobol>,
}

/// A design as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Specification {
    space: ParameterSpace,
    plan: Plan,
    #[serde(default)]
    seed: u64,
}

impl Design {
    /// A design of points in a space. The seed matters for random plans only.
    ///
    /// # Errors
    /// When values are outside the space, there are no points or too many, or Sobol's sequence has too few dimensions.
    pub fn new(space: ParameterSpace, mut plan: Plan, seed: u64) -> Result<Self, DesignError> {
        let length = check(&space, &mut plan)?;
        let sobol = match plan {
            Plan::Sobol { scrambled, .. } => {
                let stream = Stream::new(seed, Purpose::Design, 0, SCRAMBLE);
                Some(Sobol::new(space.dimensions(), scrambled.then_some(stream)))
            }
            _ => None,
        };
        let strides = if let Plan::Grid { values } = &plan { strides(values) } else { Vec::new() };
        Ok(Self { specification: Specification { space, plan, seed }, length, strides, sobol })
    }

    /// The space.
    pub fn space(&self) -> &ParameterSpace {
        &self.specification.space
    }

    /// How points are chosen.
    pub fn plan(&self) -> &Plan {
        &self.specification.plan
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.specification.seed
    }

    /// Number of points, at least 1.
    #[allow(clippy::len_without_is_empty)] // a design without points cannot be made
    pub fn len(&self) -> u64 {
        self.length
    }

    /// One point.
    ///
    /// # Errors
    /// When there is no point of this index.
    pub fn point(&self, index: u64) -> Result<Point, DesignError> {
        if index >= self.length {
            return Err(DesignError::Index { length: self.length, found: index });
        }
        Ok(self.point_unchecked(index))
    }

    /// The points of a slice.
    ///
    /// # Errors
    /// When the slice ends after the last point.
    pub fn points(&self, range: Range<u64>) -> Result<Vec<Point>, DesignError> {
        if range.end > self.length {
            return Err(DesignError::Index { length: self.length, found: range.end - 1 });
        }
        Ok(range.map(|index| self.point_unchecked(index)).collect())
    }

    /// The value of one axis at the points of a slice.
    ///
    /// # Errors
    /// When the slice ends after the last point, or there is no such axis.
    pub fn column(&self, axis: usize, range: Range<u64>) -> Result<Vec<Value>, DesignError> {
        if range.end > self.length {
            return Err(DesignError::Index { length: self.length, found: range.end - 1 });
        }
        let expected = self.space().dimensions();
        if axis >= expected {
            return Err(SpaceError::Length { argument: "axis", expected, found: axis + 1 }.into());
        }
        Ok(range.map(|index| self.value_unchecked(index, axis)).collect())
    }

    fn point_unchecked(&self, index: u64) -> Point {
        (0..self.space().dimensions()).map(|axis| self.value_unchecked(index, axis)).collect()
    }

    fn value_unchecked(&self, index: u64, axis: usize) -> Value {
        let Specification { space, plan, seed } = &self.specification;
        let uniform = |channel| {
            let stream = Stream::new(*seed, Purpose::Design, 0, channel);
            stream.uniforms(index / 4, axis as u64, 0)[(index % 4) as usize]
        };
        let at = |coordinate| space.axes()[axis].value_at(coordinate);
        match plan {
            Plan::Grid { values } => {
                let levels = &values[axis];
                levels[(index / self.strides[axis] % levels.len() as u64) as usize].clone()
            }
            Plan::Sequence { base, values } => {
                let before: usize = values[..axis].iter().map(Vec::len).sum();
                let level = (index as usize).checked_sub(before).and_then(|level| values[axis].get(level));
                level.unwrap_or(&base[axis]).clone()
            }
            Plan::Explicit { points } => points[index as usize][axis].clone(),
            Plan::Random { .. } => at(uniform(UNIFORM)),
            Plan::LatinHypercube { count } => {
                let stream = Stream::new(*seed, Purpose::Design, 0, STRATUM);
                let stratum = Permutation::new(stream, axis as u64, *count).image(index);
                at(((stratum as f64 + uniform(WITHIN_STRATUM)) / *count as f64).min(1.0))
            }
            Plan::Sobol { .. } => at(self.sobol.as_ref().map_or(0.0, |sobol| sobol.coordinate(index, axis))),
        }
    }
}

/// The last axis changes fastest.
fn strides(values: &[Vec<Value>]) -> Vec<u64> {
    let inner = |axis: usize| &values[axis + 1..];
    let product =
        |of: &[Vec<Value>]| of.iter().fold(1_u64, |product, levels| product.saturating_mul(levels.len() as u64));
    (0..values.len()).map(|axis| product(inner(axis))).collect()
}

/// Brings values into the kind of their axis, and counts points.
fn check(space: &ParameterSpace, plan: &mut Plan) -> Result<u64, DesignError> {
    let admit_values = |values: &mut Vec<Vec<Value>>| {
        let (expected, found) = (space.dimensions(), values.len());
        if found != expected {
            return Err(SpaceError::Length { argument: "values", expected, found });
        }
        for (axis, levels) in space.axes().iter().zip(values) {
            *levels = levels.iter().map(|value| axis.admit(value)).collect::<Result<_, _>>()?;
        }
        Ok(())
    };
    let at_most = |argument, largest: u64, found: u128| {
        if found == 0 {
            return Err(DesignError::NoPoints { argument });
        }
        u64::try_from(found).ok().filter(|&length| length <= largest).ok_or(DesignError::TooMany {
            argument,
            largest,
            found,
        })
    };
    match plan {
        Plan::Grid { values } => {
            admit_values(values)?;
            if let Some(axis) = values.iter().position(Vec::is_empty) {
                return Err(DesignError::NoValues { axis: space.axes()[axis].name.clone() });
            }
            let length = values.iter().fold(1_u128, |length, levels| length.saturating_mul(levels.len() as u128));
            at_most("values", u64::MAX, length)
        }
        Plan::Sequence { base, values } => {
            *base = space.admit(base)?;
            admit_values(values)?;
            at_most("values", u64::MAX, values.iter().map(|levels| levels.len() as u128).sum())
        }
        Plan::Explicit { points } => {
            *points = points.iter().map(|point| space.admit(point)).collect::<Result<_, _>>()?;
            at_most("points", u64::MAX, points.len() as u128)
        }
        // A stratum is a floating-point number without rounding below 2^52.
        Plan::LatinHypercube { count } => at_most("count", 1 << 52, u128::from(*count)),
        Plan::Random { count } => at_most("count", u64::MAX, u128::from(*count)),
        Plan::Sobol { count, .. } => {
            let found = space.dimensions();
            if found > sobol::LARGEST_DIMENSION {
                return Err(DesignError::Axes { largest: sobol::LARGEST_DIMENSION, found });
            }
            at_most("count", 1 << sobol::BITS, u128::from(*count))
        }
    }
}

impl TryFrom<Specification> for Design {
    type Error = DesignError;

    fn try_from(specification: Specification) -> Result<Self, DesignError> {
        Self::new(specification.space, specification.plan, specification.seed)
    }
}

impl From<Design> for Specification {
    fn from(design: Design) -> Self {
        design.specification
    }
}
