//! How well simulated functional connectivity agrees with measured one.

use neuropil_analysis::{ComparisonError, SquareMatrix, matrix_correlation};

use crate::error::Error;
use crate::plan::MeasuredConnectivity;

/// Correlations of simulated with measured functional connectivity: Pearson's coefficient of the numbers above the
/// diagonal.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Names of the subjects.
    pub subjects: Vec<String>,
    /// `[trial][subject]`.
    pub correlations: Vec<Vec<f64>>,
}

impl Fit {
    /// Compares the functional connectivity of each trial with that of each subject; `None` where there is none of
    /// either. A matrix whose off-diagonal numbers are all equal is like no other: its correlation counts as 0.
    ///
    /// # Errors
    /// If the matrices have different sizes, or fewer than three regions.
    pub fn of(simulated: &[SquareMatrix], measured: &[MeasuredConnectivity]) -> Result<Option<Self>, Error> {
        if simulated.is_empty() || measured.is_empty() {
            return Ok(None);
        }
        let correlation = |simulated: &SquareMatrix, measured: &MeasuredConnectivity| match matrix_correlation(
            simulated,
            &measured.connectivity,
        ) {
            Err(ComparisonError::Constant { .. }) => Ok(0.0),
            other => Ok(other?),
        };
        let of_trial = |simulated| measured.iter().map(|measured| correlation(simulated, measured)).collect();
        Ok(Some(Self {
            subjects: measured.iter().map(|measured| measured.subject.clone()).collect(),
            correlations: simulated.iter().map(of_trial).collect::<Result<_, Error>>()?,
        }))
    }

    /// The mean over trials, for each subject.
    pub fn by_subject(&self) -> Vec<f64> {
        let trials = self.correlations.len() as f64;
        let of_subject = |subject| self.correlations.iter().map(|trial| trial[subject]).sum::<f64>() / trials;
        (0..self.subjects.len()).map(of_subject).collect()
    }

    /// The mean over trials and subjects.
    pub fn mean(&self) -> f64 {
        let by_subject = self.by_subject();
        by_subject.iter().sum::<f64>() / by_subject.len() as f64
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn matrix(a: f64, b: f64, c: f64) -> SquareMatrix {
        SquareMatrix::new(3, vec![1.0, a, b, a, 1.0, c, b, c, 1.0]).unwrap()
    }

    #[test]
    fn equal_opposite_and_constant() {
        let measured = |subject: &str, connectivity| MeasuredConnectivity { subject: subject.into(), connectivity };
        let measured = [measured("a", matrix(0.1, 0.2, 0.3)), measured("b", matrix(0.3, 0.2, 0.1))];
        let fit = Fit::of(&[matrix(0.2, 0.4, 0.6), matrix(0.5, 0.5, 0.5)], &measured).unwrap().unwrap();
        assert!((fit.correlations[0][0] - 1.0).abs() < 1e-12);
        assert!((fit.correlations[0][1] + 1.0).abs() < 1e-12);
        assert_eq!(fit.correlations[1], [0.0, 0.0]);
        assert!(fit.mean().abs() < 1e-12);
        assert!((fit.by_subject()[0] - 0.5).abs() < 1e-12);
    }

    #[test]
    fn without_data_there_is_no_fit() {
        assert_eq!(Fit::of(&[matrix(0.1, 0.2, 0.3)], &[]).unwrap(), None);
    }
}
