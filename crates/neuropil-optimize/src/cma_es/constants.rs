//! Default constants of the strategy.

use crate::elementary::ln;

/// Weights and learning rates for a number of axes n and of individuals, by the names of table 1 of the tutorial.
#[derive(Clone, Debug)]
pub(super) struct Constants {
    /// Recombination weights by rank; the second half is negative.
    pub(super) weights: Vec<f64>,
    /// How many of them are positive.
    pub(super) mu: usize,
    /// Variance-effective number of selected individuals.
    pub(super) mu_eff: f64,
    /// Learning rate of the path of the covariance matrix.
    pub(super) c_c: f64,
    /// Learning rate of the rank-one update.
    pub(super) c_1: f64,
    /// Learning rate of the rank-mu update.
    pub(super) c_mu: f64,
    /// Learning rate of the path of the step size.
    pub(super) c_sigma: f64,
    /// Damping of the step size.
    pub(super) d_sigma: f64,
    /// Expected length of a standard normal vector.
    pub(super) chi: f64,
}

pub(super) fn default_size(dimensions: usize) -> usize {
    4 + (3.0 * ln(dimensions as f64)).floor() as usize
}

/// (sum w)^2 / sum w^2
fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    sum * sum / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

impl Constants {
    pub(super) fn new(dimensions: usize, size: usize) -> Self {
        let n = dimensions as f64;
        let mu = size / 2;
        let half = ln(f64::midpoint(size as f64, 1.0));
        let mut weights: Vec<f64> = (1..=size).map(|rank| half - ln(rank as f64)).collect();
        let mu_eff = effective(&weights[..mu]);
        let mu_eff_negative = effective(&weights[mu..]);
        let c_c = (4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n);
        let c_1 = 2.0 / ((n + 1.3).powi(2) + mu_eff);
        let c_mu = (2.0 * (0.25 + mu_eff + 1.0 / mu_eff - 2.0) / ((n + 2.0).powi(2) + mu_eff)).min(1.0 - c_1);
        let c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0);
        let d_sigma = 1.0 + 2.0 * (((mu_eff - 1.0) / (n + 1.0)).sqrt() - 1.0).max(0.0) + c_sigma;
        let positive: f64 = weights[..mu].iter().sum();
        let negative: f64 = weights[mu..].iter().map(|weight| weight.abs()).sum();
        // No more than keeps the matrix positive, whatever is sampled.
        let most =
            (1.0 + c_1 / c_mu).min(1.0 + 2.0 * mu_eff_negative / (mu_eff + 2.0)).min((1.0 - c_1 - c_mu) / (n * c_mu));
        for (rank, weight) in weights.iter_mut().enumerate() {
            *weight = if rank < mu { *weight / positive } else { *weight * most / negative };
        }
        let chi = n.sqrt() * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n));
        Self { weights, mu, mu_eff, c_c, c_1, c_mu, c_sigma, d_sigma, chi }
    }
}
