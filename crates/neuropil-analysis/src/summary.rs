//! A few numbers that describe a channel.

use crate::series::Series;
use crate::sums;

/// Mean, spread and extremes of one channel, in the unit of the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation, with the number of samples in the denominator.
    pub standard_deviation: f64,
    /// Smallest sample.
    pub minimum: f64,
    /// Largest sample.
    pub maximum: f64,
}

impl Summary {
    /// Half the distance between the extremes: the amplitude of a sine. For noisy channels the standard deviation
    /// says more. In the unit of the series.
    pub fn amplitude(&self) -> f64 {
        (self.maximum - self.minimum) / 2.0
    }
}

/// Summary of each channel, in order. The dominant frequency is a matter of the spectrum:
/// [`crate::Spectrum::dominant_frequency`].
pub fn summarise(series: Series<'_>) -> Vec<Summary> {
    series.rows().map(summarise_channel).collect()
}

fn summarise_channel(samples: &[f64]) -> Summary {
    let mean = sums::mean(samples);
    let mut deviations = samples.to_vec();
    sums::centre(&mut deviations);
    let standard_deviation = if sums::is_constant(samples) {
        0.0
    } else {
        (sums::sum_of_squares(&deviations) / samples.len() as f64).sqrt()
    };
    Summary {
        mean,
        standard_deviation,
        minimum: samples.iter().copied().fold(f64::INFINITY, f64::min),
        maximum: samples.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;

    #[test]
    fn of_a_sine_and_a_constant() {
        let mut values: Vec<f64> =
            (0..400).map(|index| 5.0 + 2.0 * (std::f64::consts::TAU * f64::from(index) / 100.0).sin()).collect();
        values.extend([0.1; 400]);
        let summaries = summarise(Series::new(&values, 2, 400).unwrap());
        assert!((summaries[0].mean - 5.0).abs() < 1e-13);
        assert!((summaries[0].standard_deviation - 2.0_f64.sqrt()).abs() < 1e-13);
        assert!((summaries[0].amplitude() - 2.0).abs() < 1e-13);
        assert_eq!((summaries[1].standard_deviation, summaries[1].amplitude()), (0.0, 0.0));
        assert!((summaries[1].mean - 0.1).abs() < 1e-15);
    }
}
