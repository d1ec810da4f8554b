//! The points at which the table holds values.

use super::TransferError;

/// Equidistant points from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransferAxis {
    /// The first point.
    pub first: f64,
    /// The last point.
    pub last: f64,
    /// How many points there are, at least 2.
    pub count: usize,
}

impl TransferAxis {
    /// Distance between neighbouring points.
    pub fn spacing(&self) -> f64 {
        (self.last - self.first) / (self.count - 1) as f64
    }

    /// The points.
    pub fn points(&self) -> Vec<f64> {
        let spacing = self.spacing();
        let inner = (0..self.count - 1).map(|index| self.first + index as f64 * spacing);
        inner.chain([self.last]).collect()
    }

    pub(super) fn validate(&self, axis: &'static str) -> Result<(), TransferError> {
        let wrong = |found: String, expected| Err(TransferError::Axis { axis, found, expected });
        let Self { first, last, count } = *self;
        if !first.is_finite() || !last.is_finite() || last <= first {
            return wrong(format!("{first} and {last}"), "a finite first point below a finite last point");
        }
        if !(2..=MAX_COUNT).contains(&count) {
            return wrong(format!("{count}"), "from 2 to 4096 points");
        }
        if self.points().windows(2).any(|pair| pair[1] <= pair[0]) {
            return wrong(format!("{count} points from {first} to {last}"), "points that differ from each other");
        }
        Ok(())
    }
}

/// More points than this along one axis are a mistake.
const MAX_COUNT: usize = 4096;

/// The plane of mean input and its standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransferGrid {
    /// Mean input, mV/ms; 350 points from -1 to 7.
    pub mu: TransferAxis,
    /// Standard deviation of the input, mV/sqrt(ms); 64 points from 0.5 to 5.
    pub sigma: TransferAxis,
}

impl Default for TransferGrid {
    fn default() -> Self {
        Self {
            mu: TransferAxis { first: -1.0, last: 7.0, count: 350 },
            sigma: TransferAxis { first: 0.5, last: 5.0, count: 64 },
        }
    }
}

impl TransferGrid {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.mu.count * self.sigma.count
    }

    /// Never: each axis has at least two points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks both axes.
    ///
    /// # Errors
    ///
    /// [`TransferError::Axis`] where an axis has fewer than two points, is not finite or not ascending, or where
    /// `sigma` is not positive.
    pub fn validate(&self) -> Result<(), TransferError> {
        self.mu.validate("mu")?;
        self.sigma.validate("sigma")?;
        if self.sigma.first <= 0.0 {
            let found = self.sigma.first.to_string();
            return Err(TransferError::Axis { axis: "sigma", found, expected: "a positive first point" });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_checked() {
        let good = TransferGrid::default();
        assert_eq!(good.validate(), Ok(()));
        assert_eq!(good.len(), 22_400);
        let axis = |first, last, count| TransferAxis { first, last, count };
        for wrong in [
            axis(0.0, 1.0, 1),
            axis(0.0, 1.0, 0),
            axis(0.0, 1.0, usize::MAX),
            axis(1.0, 1.0, 3),
            axis(f64::NAN, 1.0, 3),
            axis(0.0, f64::INFINITY, 3),
            axis(1.0, 1.0 + f64::EPSILON, 9),
        ] {
            assert!(TransferGrid { mu: wrong, ..good }.validate().is_err(), "{wrong:?}");
        }
        assert!(TransferGrid { sigma: axis(0.0, 1.0, 3), ..good }.validate().is_err());
    }
}
