//! Kuramoto's order parameter: how much the phases of all channels agree.

use rayon::prelude::*;

use crate::series::Series;
use crate::sums;

/// Kuramoto's order parameter at each sample.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderParameter {
    values: Vec<f64>,
}

/// Order parameter of `phases` (channels x samples, rad; wrapped or not),
///
/// ```text
/// R(t) = | (1/N) sum_n exp(i phase_n(t)) |
/// ```
///
/// between 0 (spread evenly) and 1 (all equal). Kuramoto 1984, doi:10.1007/978-3-642-69689-3.
pub fn order_parameter(phases: Series<'_>) -> OrderParameter {
    // Blocks of samples, so that rows are read in pieces of consecutive numbers.
    const BLOCK: usize = 512;
    let mut values = vec![0.0; phases.samples()];
    values.par_chunks_mut(BLOCK).enumerate().for_each(|(block, values)| {
        let mut sines = [0.0; BLOCK];
        let mut cosines = [0.0; BLOCK];
        let start = block * BLOCK;
        for row in phases.rows() {
            for (index, phase) in row[start..start + values.len()].iter().enumerate() {
                let (sine, cosine) = phase.sin_cos();
                sines[index] += sine;
                cosines[index] += cosine;
            }
        }
        for (index, value) in values.iter_mut().enumerate() {
            *value = (sines[index].hypot(cosines[index]) / phases.channels() as f64).min(1.0);
        }
    });
    OrderParameter { values }
}

impl OrderParameter {
    /// R at each sample, without unit.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Global synchrony: the mean of R over time (Cabral et al. 2011, doi:10.1016/j.neuroimage.2011.04.010).
    pub fn synchrony(&self) -> f64 {
        sums::mean(&self.values)
    }

    /// Metastability: the standard deviation of R over time, with the number of samples in the denominator (Deco et
    /// al. 2017, doi:10.1038/s41598-017-03073-5). Shanahan 2010, doi:10.1063/1.3513456, takes the variance.
    pub fn metastability(&self) -> f64 {
        let mut deviations = self.values.clone();
        sums::centre(&mut deviations);
        (sums::sum_of_squares(&deviations) / deviations.len() as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::f64::consts::{PI, TAU};

    #[test]
    fn extremes_and_a_known_course() {
        let equal = vec![0.7; 3000];
        let order = order_parameter(Series::new(&equal, 3, 1000).unwrap());
        assert!((order.synchrony() - 1.0).abs() < 1e-15 && order.metastability() < 1e-15);

        let spread: Vec<f64> = (0..5).map(|channel| TAU * f64::from(channel) / 5.0).collect();
        assert!(order_parameter(Series::new(&spread, 5, 1).unwrap()).synchrony() < 1e-15);

        // Two oscillators with phase difference d: R = |cos(d / 2)|; d even over a turn: mean 2/pi, mean square 1/2.
        let samples = 4096;
        let mut phases = vec![0.0; samples];
        phases.extend((0..samples).map(|index| TAU * (index as f64 + 0.5) / samples as f64));
        let order = order_parameter(Series::new(&phases, 2, samples).unwrap());
        assert!((order.synchrony() - 2.0 / PI).abs() < 1e-6);
        assert!((order.metastability() - (0.5 - 4.0 / (PI * PI)).sqrt()).abs() < 1e-6);
    }
}
