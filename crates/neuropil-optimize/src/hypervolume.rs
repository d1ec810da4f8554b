//! The volume that a set of costs dominates.

use thiserror::Error;

use crate::pareto::dominates;

/// Why there is no hypervolume.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum HypervolumeError {
    /// Not two or three objectives.
    #[error("`reference`: found {found} numbers, expected two or three")]
    Objectives {
        /// Objectives of the reference point.
        found: usize,
    },
    /// A point with too few or too many numbers.
    #[error("`points`: found {found} numbers in a point, expected {expected} as `reference` has")]
    Length {
        /// Numbers of the reference point.
        expected: usize,
        /// Numbers of the point.
        found: usize,
    },
    /// A number that is not finite.
    #[error("`{argument}`: found {found}, expected finite numbers")]
    NotFinite {
        /// Which argument.
        argument: &'static str,
        /// The number.
        found: f64,
    },
}

impl HypervolumeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Objectives { .. } => Some("choose two or three of the objectives".into()),
            Self::Length { .. } => None,
            Self::NotFinite { .. } => Some("leave evaluations out that failed".into()),
        }
    }
}

/// Volume between costs (small is good) and a reference point that is worse than all of them: of each point that
/// dominates the reference the box up to it, their union. Product of the objectives' units; 0 if no point dominates.
///
/// Zitzler & Thiele 1999, doi:10.1109/4235.797969. Two objectives by one sweep; three by sweeping through the third
/// (Fonseca, Paquete & López-Ibáñez 2006, doi:10.1109/CEC.2006.1688440), of the order of the square of the number of
/// points.
///
/// # Errors
/// When there are not two or three objectives, points differ in length, or numbers are not finite.
pub fn hypervolume<P: AsRef<[f64]>>(points: &[P], reference: &[f64]) -> Result<f64, HypervolumeError> {
    let expected = reference.len();
    if !(2..=3).contains(&expected) {
        return Err(HypervolumeError::Objectives { found: expected });
    }
    if let Some(&found) = reference.iter().find(|number| !number.is_finite()) {
        return Err(HypervolumeError::NotFinite { argument: "reference", found });
    }
    let mut inside: Vec<&[f64]> = Vec::new();
    for point in points {
        let point = point.as_ref();
        if point.len() != expected {
            return Err(HypervolumeError::Length { expected, found: point.len() });
        }
        if let Some(&found) = point.iter().find(|number| !number.is_finite()) {
            return Err(HypervolumeError::NotFinite { argument: "points", found });
        }
        if point.iter().zip(reference).all(|(cost, limit)| cost < limit) {
            inside.push(point);
        }
    }
    Ok(if expected == 2 { area(inside, reference) } else { volume(inside, reference) })
}

/// Area by a sweep through the first cost.
fn area(mut points: Vec<&[f64]>, reference: &[f64]) -> f64 {
    points.sort_by(|left, right| left[0].total_cmp(&right[0]).then(left[1].total_cmp(&right[1])));
    let (mut area, mut height) = (0.0, reference[1]);
    for point in points {
        if point[1] < height {
            area += (reference[0] - point[0]) * (height - point[1]);
            height = point[1];
        }
    }
    area
}

/// Volume by slices of equal area along the third cost.
fn volume(mut points: Vec<&[f64]>, reference: &[f64]) -> f64 {
    points.sort_by(|left, right| left[2].total_cmp(&right[2]));
    // What is seen of the slice: the front in the first two costs.
    let mut front: Vec<&[f64]> = Vec::new();
    let mut volume = 0.0;
    for (place, point) in points.iter().enumerate() {
        let flat = &point[..2];
        if !front.iter().any(|&member| member == flat || dominates(member, flat)) {
            front.retain(|member| !dominates(flat, member));
            front.push(flat);
        }
        let end = points.get(place + 1).map_or(reference[2], |next| next[2]);
        if end > point[2] {
            volume += area(front.clone(), reference) * (end - point[2]);
        }
    }
    volume
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn boxes_by_hand() {
        let points = [[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [3.0, 3.0], [5.0, 0.0]];
        assert_eq!(hypervolume(&points, &[4.0, 4.0]).unwrap(), 6.0);
        let points = [[0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        assert_eq!(hypervolume(&points, &[2.0, 2.0, 2.0]).unwrap(), 4.0 + 2.0 - 1.0);
        assert_eq!(hypervolume(&[[5.0, 5.0]], &[4.0, 4.0]).unwrap(), 0.0);
    }

    #[test]
    fn a_third_cost_of_no_matter_changes_nothing() {
        let flat = [[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]];
        let deep = flat.map(|[first, second]| [first, second, 0.5]);
        let expected = hypervolume(&flat, &[4.0, 4.0]).unwrap();
        assert_eq!(hypervolume(&deep, &[4.0, 4.0, 1.5]).unwrap(), expected);
    }

    #[test]
    fn bad_points_are_named() {
        assert!(matches!(hypervolume(&[[1.0]], &[1.0]), Err(HypervolumeError::Objectives { found: 1 })));
        assert!(matches!(hypervolume(&[[1.0]], &[1.0, 1.0]), Err(HypervolumeError::Length { .. })));
        assert!(matches!(
            hypervolume(&[[1.0, f64::NAN]], &[1.0, 1.0]),
            Err(HypervolumeError::NotFinite { argument: "points", .. })
        ));
    }
}
