//! From tract lengths to delays.

use thiserror::Error;

use super::Connectome;
use crate::matrix::Matrix;

/// Why delays could not be computed.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum DelayError {
    /// The conduction speed is not positive.
    #[error("`speed`: found {0}, expected a conduction speed above 0 mm/ms")]
    Speed(f64),
    /// The time step is not positive and finite.
    #[error("`dt`: found {0}, expected a time step above 0 ms")]
    TimeStep(f64),
    /// A delay has too many steps to count.
    #[error("`dt`: found {steps:e} for a length of {length} mm, expected delays below {} steps", u32::MAX)]
    TooLong {
        /// Steps of the delay.
        steps: f64,
        /// Length of the connection in mm.
        length: f64,
    },
}

impl DelayError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Speed(_) => Some("an infinite speed means no delays; 20 mm/ms is usual".to_owned()),
            Self::TimeStep(_) => None,
            Self::TooLong { .. } => Some("check the units: lengths in mm, speed in mm/ms, dt in ms".to_owned()),
        }
    }
}

impl Connectome {
    /// Delays in ms: length / speed. `speed` is in mm/ms (the same number as in m/s) and may be infinite.
    ///
    /// # Errors
    /// When the speed is not above 0.
    pub fn delays(&self, speed: f64) -> Result<Matrix, DelayError> {
        if speed > 0.0 { Ok(self.lengths().map(|length| length / speed)) } else { Err(DelayError::Speed(speed)) }
    }

    /// Delays in steps, row after row as the lengths: length / speed / dt, rounded to the nearest whole number and to
    /// the even one from a half, as `numpy.around` does.
    ///
    /// # Errors
    /// When `speed` (mm/ms) or `dt` (ms) is not above 0, or a delay exceeds [`u32::MAX`] steps.
    pub fn delay_steps(&self, speed: f64, dt: f64) -> Result<Vec<u32>, DelayError> {
        if !(dt > 0.0 && dt.is_finite()) {
            return Err(DelayError::TimeStep(dt));
        }
        let delays = self.delays(speed)?;
        let steps = delays.values().iter().zip(self.lengths().values()).map(|(delay, &length)| {
            let steps = (delay / dt).round_ties_even();
            if steps <= f64::from(u32::MAX) { Ok(steps as u32) } else { Err(DelayError::TooLong { steps, length }) }
        });
        steps.collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn connectome(length: f64) -> Connectome {
        Connectome::new(Matrix::zeros(2, 2), Matrix::zeros(2, 2).map(|_| length)).unwrap()
    }

    #[test]
    fn halves_go_to_the_even_step() {
        assert_eq!(connectome(2.5).delay_steps(1.0, 1.0).unwrap(), [2; 4]);
        assert_eq!(connectome(3.5).delay_steps(1.0, 1.0).unwrap(), [4; 4]);
        assert_eq!(connectome(100.0).delay_steps(f64::INFINITY, 0.1).unwrap(), [0; 4]);
    }

    #[test]
    fn speeds_and_steps_that_make_no_delay_are_refused() {
        let connectome = connectome(100.0);
        for speed in [0.0, -1.0, f64::NAN] {
            assert!(matches!(connectome.delay_steps(speed, 0.1), Err(DelayError::Speed(_))));
        }
        for dt in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(connectome.delay_steps(20.0, dt), Err(DelayError::TimeStep(_))));
        }
        let error = connectome.delay_steps(1e-9, 0.1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`dt`: found 1e12 for a length of 100 mm, expected delays below 4294967295 steps"
        );
        assert!(connectome.delay_steps(1e-320, 1e-320).is_err());
    }
}
