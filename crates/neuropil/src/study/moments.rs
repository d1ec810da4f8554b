//! Mean, spread and extremes of samples that are not kept.

/// Of one node; Welford's recurrence (1962, doi:10.1080/00401706.1962.10490022), sample by sample, so that the result
/// does not depend on the pieces in which samples come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
    pub(super) least: f64,
    pub(super) largest: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, squares: 0.0, least: f64::INFINITY, largest: f64::NEG_INFINITY }
    }
}

impl Moments {
    pub(super) fn push(&mut self, samples: &[f64]) {
        for &sample in samples {
            self.count += 1;
            let deviation = sample - self.mean;
            self.mean += deviation / self.count as f64;
            self.squares += deviation * (sample - self.mean);
            self.least = self.least.min(sample);
            self.largest = self.largest.max(sample);
        }
    }

    pub(super) fn mean(&self) -> f64 {
        if self.count > 0 { self.mean } else { f64::NAN }
    }

    pub(super) fn standard_deviation(&self) -> f64 {
        (self.squares / self.count as f64).sqrt()
    }

    pub(super) fn amplitude(&self) -> f64 {
        (self.largest - self.least) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_numbers() {
        let mut moments = Moments::default();
        moments.push(&[1.0, 5.0]);
        moments.push(&[3.0, 7.0]);
        assert!((moments.mean() - 4.0).abs() < 1e-15);
        assert!((moments.standard_deviation() - 5.0_f64.sqrt()).abs() < 1e-15);
        assert!((moments.amplitude() - 3.0).abs() < 1e-15);
        assert!(Moments::default().mean().is_nan() && Moments::default().standard_deviation().is_nan());
    }
}
