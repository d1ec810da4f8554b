//! The normal distribution that is sampled and adapted.

use super::constants::Constants;
use crate::eigen::symmetric_eigen;
use crate::elementary::{exp, ln, square};

/// A matrix whose axes differ more in variance is of no use.
const LARGEST_CONDITION: f64 = 1e14;

/// Normal distribution with mean m and covariance matrix sigma^2 C, and the paths that it has come.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Distribution {
    pub(super) mean: Vec<f64>,
    /// Updates so far.
    pub(super) generation: u64,
    sigma: f64,
    /// C, by rows.
    covariance: Vec<f64>,
    /// Eigenvectors of C in columns, by rows.
    basis: Vec<f64>,
    /// Square roots of the eigenvalues of C.
    lengths: Vec<f64>,
    /// Generation in which basis and lengths were computed.
    decomposed: u64,
    path_sigma: Vec<f64>,
    path_covariance: Vec<f64>,
}

impl Distribution {
    pub(super) fn new(mean: Vec<f64>, sigma: f64) -> Self {
        let n = mean.len();
        let identity: Vec<f64> = (0..n * n).map(|place| f64::from(u8::from(place % (n + 1) == 0))).collect();
        Self {
            mean,
            generation: 0,
            sigma,
            covariance: identity.clone(),
            basis: identity,
            lengths: vec![1.0; n],
            decomposed: 0,
            path_sigma: vec![0.0; n],
            path_covariance: vec![0.0; n],
        }
    }

    pub(super) fn dimensions(&self) -> usize {
        self.mean.len()
    }

    /// Standard deviation along each axis.
    pub(super) fn standard_deviations(&self) -> Vec<f64> {
        let n = self.dimensions();
        (0..n).map(|axis| self.sigma * self.covariance[axis * n + axis].sqrt()).collect()
    }

    /// A step y = B D z from a standard normal vector z.
    pub(super) fn sample(&self, normals: Vec<f64>) -> Vec<f64> {
        let scaled: Vec<f64> = normals.into_iter().zip(&self.lengths).map(|(z, length)| z * length).collect();
        self.basis.chunks_exact(self.dimensions()).map(|row| dot(row, &scaled)).collect()
    }

    /// m + sigma y
    pub(super) fn place(&self, step: &[f64]) -> Vec<f64> {
        self.mean.iter().zip(step).map(|(mean, step)| mean + self.sigma * step).collect()
    }

    /// C^(-1/2) y = B D^-1 B^T y
    fn whiten(&self, step: &[f64]) -> Vec<f64> {
        let n = self.dimensions();
        let turned: Vec<f64> = (0..n)
            .map(|k| (0..n).map(|row| self.basis[row * n + k] * step[row]).sum::<f64>() / self.lengths[k])
            .collect();
        self.basis.chunks_exact(n).map(|row| dot(row, &turned)).collect()
    }

    /// One update from the steps of a generation, best first, of which the first `valid` were evaluated with success.
    pub(super) fn update(&mut self, ranked: &[&[f64]], valid: usize, constants: &Constants) {
        let Constants { weights, mu, mu_eff, c_c, c_1, c_mu, c_sigma, d_sigma, chi } = constants;
        let n = self.dimensions();
        self.generation += 1;

        // The mean moves to the weighted mean of the selected steps. What failed does not attract.
        let selected = (*mu).min(valid);
        let whole: f64 = weights[..selected].iter().sum();
        let mut step = vec![0.0; n];
        for (sample, weight) in ranked[..selected].iter().zip(weights) {
            for (step, sample) in step.iter_mut().zip(*sample) {
                *step += weight / whole * sample;
            }
        }
        for (mean, step) in self.mean.iter_mut().zip(&step) {
            *mean += self.sigma * step;
        }

        // Step size: longer paths than at random make it larger.
        let gain = (c_sigma * (2.0 - c_sigma) * mu_eff).sqrt();
        let white = self.whiten(&step);
        for (path, white) in self.path_sigma.iter_mut().zip(&white) {
            *path = (1.0 - c_sigma) * *path + gain * white;
        }
        let length = dot(&self.path_sigma, &self.path_sigma).sqrt();
        let aged = 1.0 - exp(2.0 * self.generation as f64 * ln(1.0 - c_sigma));
        let stalls = length / aged.sqrt() >= (1.4 + 2.0 / (n as f64 + 1.0)) * chi;

        // Covariance: along the path, along good steps, against bad ones.
        let gain = if stalls { 0.0 } else { (c_c * (2.0 - c_c) * mu_eff).sqrt() };
        for (path, step) in self.path_covariance.iter_mut().zip(&step) {
            *path = (1.0 - c_c) * *path + gain * step;
        }
        let mut effective = Vec::with_capacity(ranked.len());
        for (rank, (sample, weight)) in ranked.iter().zip(weights).enumerate() {
            effective.push(if *weight >= 0.0 {
                // Of the failed none, and its weight to the others.
                if rank < selected { weight / whole } else { 0.0 }
            } else {
                let white = self.whiten(sample);
                weight * n as f64 / dot(&white, &white).max(f64::MIN_POSITIVE)
            });
        }
        let loss = if stalls { c_1 * c_c * (2.0 - c_c) } else { 0.0 };
        let keep = 1.0 + loss - c_1 - c_mu * weights.iter().sum::<f64>();
        for row in 0..n {
            for column in 0..=row {
                let mut sum = 0.0;
                for (sample, weight) in ranked.iter().zip(&effective) {
                    sum += weight * sample[row] * sample[column];
                }
                let path = self.path_covariance[row] * self.path_covariance[column];
                let entry = keep * self.covariance[row * n + column] + c_1 * path + c_mu * sum;
                self.covariance[row * n + column] = entry;
                self.covariance[column * n + row] = entry;
            }
        }
        self.sigma *= exp((c_sigma / d_sigma * (length / chi - 1.0)).min(1.0));

        // A distribution wider than the unit cube says no more than one that fills it.
        let widest = self.standard_deviations().into_iter().fold(0.0_f64, f64::max);
        if widest > 1.0 {
            self.sigma /= widest;
        }
        // The matrix changes little in a generation: decompose it when it has changed by a tenth.
        if (self.generation - self.decomposed) as f64 * (c_1 + c_mu) * n as f64 * 10.0 > 1.0 {
            self.decompose();
        }
    }

    fn decompose(&mut self) {
        let (values, vectors) = symmetric_eigen(&self.covariance, self.dimensions());
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(*value));
        // Rounding may leave a value at 0 or below; the run ends by its condition then.
        let least = largest / (10.0 * LARGEST_CONDITION);
        self.lengths = values.into_iter().map(|value| value.max(least).sqrt()).collect();
        self.basis = vectors;
        self.decomposed = self.generation;
    }

    /// The largest of steps and paths along all axes.
    pub(super) fn widest_step(&self) -> f64 {
        let paths = self.path_covariance.iter().map(|path| self.sigma * path.abs());
        self.standard_deviations().into_iter().chain(paths).fold(0.0, f64::max)
    }

    /// Why it can no longer be sampled.
    pub(super) fn degenerate(&self) -> Option<&'static str> {
        let n = self.dimensions();
        let extremes = self
            .lengths
            .iter()
            .fold((f64::MAX, 0.0_f64), |(least, most), &length| (least.min(length), most.max(length)));
        if square(extremes.1 / extremes.0) > LARGEST_CONDITION {
            return Some("the covariance matrix is ill-conditioned");
        }
        if !self.sigma.is_normal() || !self.covariance.iter().chain(&self.mean).all(|number| number.is_finite()) {
            return Some("the distribution has left the range of numbers");
        }
        // A fifth of a standard deviation on an axis, or a tenth along an eigenvector (another one each generation).
        let unmoved = |mean: f64, step: f64| mean + step == mean;
        let deviations = self.standard_deviations();
        if self.mean.iter().zip(&deviations).any(|(&mean, deviation)| unmoved(mean, 0.2 * deviation)) {
            return Some("a step along an axis is lost in rounding");
        }
        let k = (self.generation % n as u64) as usize;
        let along = |row: usize| 0.1 * self.sigma * self.lengths[k] * self.basis[row * n + k];
        if (0..n).all(|row| unmoved(self.mean[row], along(row))) {
            return Some("a step along an axis of the distribution is lost in rounding");
        }
        None
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
