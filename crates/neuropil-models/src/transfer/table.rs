//! The table: every point of the grid, and what of it there is to look up.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fit::time_constant;
use super::neuron::LOWEST_POTENTIAL;
use super::response::RateResponse;
use super::spectrum::Chebyshev;
use super::steady::{Potentials, SteadyState};
use super::{TransferError, TransferGrid, TransferNeuron};

/// What the table holds for one input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransferPoint {
    /// Steady rate, 1/ms.
    pub r: f64,
    /// Mean membrane potential of the neurons that are not refractory, mV.
    pub v_mean: f64,
    /// Time constant with which the rate follows the mean input, ms.
    pub tau_mu: f64,
}

impl TransferPoint {
    /// Computes the values for one input, `mu` in mV/ms and `sigma` in mV/sqrt(ms).
    ///
    /// # Errors
    ///
    /// As [`TransferTable::compute`].
    pub fn compute(neuron: &TransferNeuron, mu: f64, sigma: f64) -> Result<Self, TransferError> {
        neuron.validate()?;
        for (axis, value, holds) in [("mu", mu, true), ("sigma", sigma, sigma > 0.0)] {
            if !(value.is_finite() && holds) {
                let expected = if axis == "mu" { "a finite number" } else { "a positive finite number" };
                return Err(TransferError::Axis { axis, found: value.to_string(), expected });
            }
        }
        Solver::new(neuron).point(mu, sigma)
    }
}

/// What all points share.
struct Solver {
    potentials: Potentials,
    chebyshev: Chebyshev,
}

/// How much of the density may be missing: its value at the lowest potential, relative to the largest one.
const LARGEST_CUT_OFF: f64 = 1e-6;

impl Solver {
    fn new(neuron: &TransferNeuron) -> Self {
        Self { potentials: Potentials::new(neuron), chebyshev: Chebyshev::new() }
    }

    fn point(&self, mu: f64, sigma: f64) -> Result<TransferPoint, TransferError> {
        let steady = SteadyState::solve(&self.potentials, mu, sigma);
        if !steady.is_finite() {
            return Err(TransferError::NotFinite { mu, sigma });
        }
        if steady.cut_off() > LARGEST_CUT_OFF {
            return Err(TransferError::TooLow { mu, sigma, lowest: LOWEST_POTENTIAL });
        }
        let spectrum = self.chebyshev.normalised(&RateResponse::new(&self.potentials, &steady));
        Ok(TransferPoint { r: steady.rate, v_mean: steady.mean_potential, tau_mu: time_constant(&spectrum) })
    }
}

/// Steady rate, mean potential and time constant of a population of [`TransferNeuron`]s, as functions of the mean and
/// the standard deviation of their input: the transfer function of the adaptive linear-nonlinear cascade (Augustin et
/// al. 2017, doi:10.1371/journal.pcbi.1005545).
///
/// Columns are row-major: the value for mu number `i` and sigma number `j` is number `i * grid.sigma.count + j`.
/// All values are in internal units (ms, mV).
#[derive(Clone, Debug, PartialEq)]
pub struct TransferTable {
    pub(super) neuron: TransferNeuron,
    pub(super) grid: TransferGrid,
    pub(super) columns: [Vec<f64>; 3],
}

impl TransferTable {
    /// Names of the columns, in their order.
    pub const COLUMNS: [&'static str; 3] = ["r", "V_mean", "tau_mu"];

    /// Computes the table on all cores of the current thread pool.
    ///
    /// `progress` is told after each row, from any thread, how many of the grid's points are done, and how many there
    /// are. The values do not depend on the number of threads, nor on the machine: only operations are used whose
    /// result is fixed to the last bit.
    ///
    /// # Errors
    ///
    /// [`TransferError`] where the neuron or the grid is out of range, and where the distribution of potentials is
    /// beyond what can be integrated: too little noise far below threshold, or potentials below -200 mV.
    pub fn compute(
        neuron: TransferNeuron,
        grid: TransferGrid,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, TransferError> {
        neuron.validate()?;
        grid.validate()?;
        let solver = Solver::new(&neuron);
        let sigmas = grid.sigma.points();
        let done = AtomicUsize::new(0);
        let row = |mu: &f64| -> Result<Vec<TransferPoint>, TransferError> {
            let row = sigmas.iter().map(|&sigma| solver.point(*mu, sigma)).collect::<Result<Vec<_>, _>>()?;
            progress(done.fetch_add(row.len(), Ordering::Relaxed) + row.len(), grid.len());
            Ok(row)
        };
        let rows = grid.mu.points().par_iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let points: Vec<TransferPoint> = rows.into_iter().flatten().collect();
        let column = |value: fn(&TransferPoint) -> f64| points.iter().map(value).collect();
        Ok(Self { neuron, grid, columns: [column(|p| p.r), column(|p| p.v_mean), column(|p| p.tau_mu)] })
    }

    /// The neuron that the table was computed for.
    pub fn neuron(&self) -> &TransferNeuron {
        &self.neuron
    }

    /// The axes.
    pub fn grid(&self) -> &TransferGrid {
        &self.grid
    }

    /// The columns, in the order of [`COLUMNS`](Self::COLUMNS).
    pub fn columns(&self) -> &[Vec<f64>; 3] {
        &self.columns
    }

    /// Steady rates, 1/ms.
    pub fn r(&self) -> &[f64] {
        &self.columns[0]
    }

    /// Mean potentials, mV.
    pub fn v_mean(&self) -> &[f64] {
        &self.columns[1]
    }

    /// Time constants, ms.
    pub fn tau_mu(&self) -> &[f64] {
        &self.columns[2]
    }

    /// The values at the grid point with these indices, if there is one.
    pub fn point(&self, mu: usize, sigma: usize) -> Option<TransferPoint> {
        if mu >= self.grid.mu.count || sigma >= self.grid.sigma.count {
            return None;
        }
        let index = mu * self.grid.sigma.count + sigma;
        let [r, v_mean, tau_mu] = [0, 1, 2].map(|column| self.columns[column][index]);
        Some(TransferPoint { r, v_mean, tau_mu })
    }
}
