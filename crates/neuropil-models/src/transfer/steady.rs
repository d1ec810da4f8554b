//! The steady state: threshold integration of the Fokker-Planck equation (Richardson 2007,
//! doi:10.1103/PhysRevE.76.021919).
//!
//! The density p of membrane potentials v and the probability flux q obey
//!
//! ```text
//! -dp/dv = F p + c q,   F = c ((v - EL - psi) / tau_m - mu),   psi = DeltaT exp((v - VT) / DeltaT),   c = 2 / sigma²
//! ```
//!
//! with p = 0 at the spike potential and q = r from there down to the reset potential, 0 below. Over one voltage step
//! h the equation is solved exactly with F and q held: p(v - h) = A p(v) + B q, A = exp(h F), B = c (A - 1) / F.

use super::TransferNeuron;
use super::neuron::LOWEST_POTENTIAL;

/// Voltage step, mV: 0.01 as rounding leaves it beside the lowest potential, so that neighbours differ by just this.
pub(super) const STEP: f64 = (LOWEST_POTENTIAL + 0.01) - LOWEST_POTENTIAL;

/// What depends on the neuron alone: the potentials that are integrated over.
#[derive(Clone, Debug)]
pub(super) struct Potentials {
    /// The lattice, mV, ascending; the last one is the spike potential, to the nearest step.
    pub(super) potential: Vec<f64>,
    /// (v - EL - psi) / `tau_m`, mV/ms: what the membrane does without input, sign reversed.
    decay: Vec<f64>,
    /// Index of the reset potential.
    pub(super) reset: usize,
    /// Refractory period, ms.
    pub(super) refractory_period: f64,
}

impl Potentials {
    /// The lattice for a neuron that has been validated.
    pub(super) fn new(neuron: &TransferNeuron) -> Self {
        let tau = neuron.membrane_time_constant();
        let steps = ((neuron.spike_potential - LOWEST_POTENTIAL) / STEP).round().max(1.0) as usize;
        let potential: Vec<f64> = (0..=steps).map(|index| LOWEST_POTENTIAL + index as f64 * STEP).collect();
        let decay = potential.iter().map(|&v| {
            let psi = neuron.slope_factor * libm::exp((v - neuron.threshold_potential) / neuron.slope_factor);
            (v - neuron.leak_potential - psi) / tau
        });
        let distance = |index: usize| (potential[index] - neuron.reset_potential).abs();
        // The spike potential itself is no place to return to: the reset lies below it.
        let reset = (0..steps).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap_or(0);
        Self { decay: decay.collect(), reset, refractory_period: neuron.refractory_period, potential }
    }
}

/// The steady state for one input.
#[derive(Clone, Debug)]
pub(super) struct SteadyState {
    /// A at each potential.
    pub(super) factor: Vec<f64>,
    /// B at each potential, 1/(mV/ms).
    pub(super) gain: Vec<f64>,
    /// Density of the potentials of those neurons that are not refractory, 1/mV; its integral is 1 - r Tref.
    pub(super) density: Vec<f64>,
    /// Rate of spikes r, 1/ms.
    pub(super) rate: f64,
    /// Mean potential of those neurons that are not refractory, mV.
    pub(super) mean_potential: f64,
}

impl SteadyState {
    /// Integrates from the spike potential down. The numbers may be infinite or NaN for very small `sigma`.
    pub(super) fn solve(potentials: &Potentials, mu: f64, sigma: f64) -> Self {
        let c = 2.0 / (sigma * sigma);
        let count = potentials.potential.len();
        let mut factor = Vec::with_capacity(count);
        let mut gain = Vec::with_capacity(count);
        for &decay in &potentials.decay {
            let f = c * (decay - mu);
            let a = libm::exp(STEP * f);
            factor.push(a);
            gain.push(if f == 0.0 { STEP * c } else { (a - 1.0) * c / f });
        }

        let mut density = vec![0.0; count];
        let mut p = 0.0;
        for k in (1..count).rev() {
            let flux = if k > potentials.reset { 1.0 } else { 0.0 };
            p = p * factor[k] + gain[k] * flux;
            density[k - 1] = p;
        }

        let unscaled_rate = 1.0 / (STEP * density.iter().sum::<f64>());
        let moment: f64 = density.iter().zip(&potentials.potential).map(|(p, v)| p * unscaled_rate * v).sum();
        let rate = unscaled_rate / (1.0 + unscaled_rate * potentials.refractory_period);
        for p in &mut density {
            *p *= rate;
        }
        Self { factor, gain, density, rate, mean_potential: STEP * moment }
    }

    /// Whether all numbers are finite, and the neuron fires at all.
    pub(super) fn is_finite(&self) -> bool {
        self.rate.is_finite() && self.rate > 0.0 && self.mean_potential.is_finite()
    }

    /// The density at the lowest potential, relative to the largest one: what is cut off.
    pub(super) fn cut_off(&self) -> f64 {
        self.density[0] / self.density.iter().copied().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default_potentials() -> Potentials {
        Potentials::new(&TransferNeuron::default())
    }

    /// Time (ms) that a neuron without noise takes from reset to spike: the sum of dv / (dv/dt) over fine intervals.
    fn time_to_spike(neuron: &TransferNeuron, mu: f64) -> f64 {
        let intervals = 200_000;
        let width = (neuron.spike_potential - neuron.reset_potential) / f64::from(intervals);
        let slowness = (0..intervals).map(|index| {
            let v = neuron.reset_potential + (f64::from(index) + 0.5) * width;
            let psi = neuron.slope_factor * ((v - neuron.threshold_potential) / neuron.slope_factor).exp();
            1.0 / ((neuron.leak_potential - v + psi) / neuron.membrane_time_constant() + mu)
        });
        slowness.sum::<f64>() * width
    }

    #[test]
    fn neurons_are_refractory_or_have_a_potential() {
        let potentials = default_potentials();
        for (mu, sigma) in [(-1.0, 5.0), (0.5, 1.5), (2.0, 3.0), (7.0, 0.5)] {
            let steady = SteadyState::solve(&potentials, mu, sigma);
            let free: f64 = STEP * steady.density.iter().sum::<f64>();
            let expected = 1.0 - steady.rate * potentials.refractory_period;
            assert!((free - expected).abs() < 1e-12, "{free} {expected}");
            assert!(steady.cut_off() < 1e-8);
        }
    }

    #[test]
    fn little_noise_gives_the_rate_without_noise() {
        let neuron = TransferNeuron::default();
        let potentials = default_potentials();
        for mu in [1.5, 3.0, 6.0] {
            let expected = 1.0 / (neuron.refractory_period + time_to_spike(&neuron, mu));
            let rate = SteadyState::solve(&potentials, mu, 0.1).rate;
            assert!((rate / expected - 1.0).abs() < 2e-3, "mu = {mu}: {rate} instead of {expected}");
        }
        // Rheobase: (VT - EL - DeltaT) / tau_m = 0.675 mV/ms.
        let below = SteadyState::solve(&potentials, 0.6, 0.1);
        assert!(below.is_finite() && below.rate < 1e-9, "{}", below.rate);
        let above = SteadyState::solve(&potentials, 0.75, 0.1);
        assert!(above.rate > 1e-3, "{}", above.rate);
    }

    #[test]
    fn without_spikes_the_potential_is_a_filtered_input() {
        // Ornstein-Uhlenbeck: mean EL + mu tau_m, variance sigma² tau_m / 2.
        let potentials = default_potentials();
        let steady = SteadyState::solve(&potentials, -0.5, 1.0);
        let mean = -65.0 - 0.5 * 20.0;
        // F is taken at the upper end of each step: the density lies half a step too low.
        assert!((steady.mean_potential - (mean - 0.5 * STEP)).abs() < 1e-5, "{}", steady.mean_potential);
        let squares = steady.density.iter().zip(&potentials.potential).map(|(p, v)| p * (v - mean).powi(2));
        let variance = STEP * squares.sum::<f64>();
        assert!((variance - 10.0).abs() < 1e-2, "{variance}");
    }

    #[test]
    fn more_input_makes_a_higher_rate() {
        let potentials = default_potentials();
        for sigma in [0.5, 1.5, 5.0] {
            let rates: Vec<f64> =
                (0..40).map(|n| SteadyState::solve(&potentials, -1.0 + 0.2 * f64::from(n), sigma).rate).collect();
            assert!(rates.windows(2).all(|pair| pair[1] > pair[0]), "sigma = {sigma}: {rates:?}");
        }
    }

    #[test]
    fn too_little_noise_is_seen() {
        assert!(!SteadyState::solve(&default_potentials(), -1.0, 0.2).is_finite());
    }
}
