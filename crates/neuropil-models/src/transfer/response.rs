//! Linear response of the rate to a small modulation of the mean input (Richardson 2007,
//! doi:10.1103/PhysRevE.76.021919).
//!
//! At angular frequency w, density and flux are perturbed by P and Q with
//!
//! ```text
//! -dQ/dv = i w P,   -dP/dv = F P + c (Q - p),   Q = r1 from the spike potential down to the reset potential,
//! ```
//!
//! where the flux r1 exp(-i w Tref) re-enters. Two solutions are integrated downwards, (Qa, Pa) with unit flux and
//! without the source p, and (Qb, Pb) with the source alone; no flux at the bottom gives r1 = -Qb / Qa.

use super::complex::Complex;
use super::steady::{Potentials, STEP, SteadyState};

/// Frequencies that are integrated side by side.
pub(super) const LANES: usize = 4;

type Row = [f64; LANES];

/// Amplitude of the modulation of mu, mV/ms. The response is linear, so this only sets the scale.
const AMPLITUDE: f64 = 1e-5;

/// Below the reset potential the two solutions become proportional to each other as fast as the steady density
/// vanishes. Where that has fallen to this part of its maximum the ratio no longer changes.
const NEGLIGIBLE_DENSITY: f64 = 1e-17;

/// Everything that does not depend on frequency.
#[derive(Debug)]
pub(super) struct RateResponse<'a> {
    potentials: &'a Potentials,
    steady: &'a SteadyState,
    source: Vec<f64>,
    /// Integration ends here.
    lowest: usize,
}

impl<'a> RateResponse<'a> {
    pub(super) fn new(potentials: &'a Potentials, steady: &'a SteadyState) -> Self {
        let peak = steady.density.iter().copied().fold(0.0, f64::max);
        let vanished = |p: &f64| *p >= peak * NEGLIGIBLE_DENSITY;
        let lowest = steady.density.iter().position(vanished).unwrap_or(0).min(potentials.reset);
        let source = steady.density.iter().map(|p| AMPLITUDE * p).collect();
        Self { potentials, steady, source, lowest }
    }

    /// The same, integrated over all potentials.
    #[cfg(test)]
    pub(super) fn into_full_range(self) -> Self {
        Self { lowest: 0, ..self }
    }

    /// r1 at these frequencies (kHz).
    pub(super) fn at(&self, frequencies: Row) -> [Complex; LANES] {
        let omega = frequencies.map(|f| 2.0 * std::f64::consts::PI * f);
        let turn = omega.map(|w| STEP * w);
        let reset = self.potentials.reset;
        let top = self.steady.factor.len();

        let mut s = Solutions { qa: [[1.0; LANES], [0.0; LANES]], ..Solutions::default() };
        self.integrate(&mut s, &turn, reset + 2..top);

        // At the reset the tabulated response of the model advances Qa with Qa where the equation has Pa. That
        // shifts the fitted time constant by about 0.01 to 0.03 ms; it is kept so that the numbers agree.
        let before = s.qa;
        self.integrate(&mut s, &turn, reset + 1..reset + 2);
        for lane in 0..LANES {
            let phase = omega[lane] * self.potentials.refractory_period;
            s.qa[0][lane] = before[0][lane] - turn[lane] * before[1][lane] - libm::cos(phase);
            s.qa[1][lane] = before[1][lane] + turn[lane] * before[0][lane] + libm::sin(phase);
        }

        self.integrate(&mut s, &turn, self.lowest + 1..reset + 1);
        std::array::from_fn(|lane| {
            let qa = Complex { re: s.qa[0][lane], im: s.qa[1][lane] };
            let qb = Complex { re: -s.qb[0][lane], im: -s.qb[1][lane] };
            qb.divided_by(qa)
        })
    }

    /// Takes the steps from the last of `indices` down to the first.
    fn integrate(&self, s: &mut Solutions, turn: &Row, indices: std::ops::Range<usize>) {
        let factor = &self.steady.factor[indices.clone()];
        let gain = &self.steady.gain[indices.clone()];
        let source = &self.source[indices];
        let mut local = *s;
        for ((&a, &b), &source) in factor.iter().zip(gain).zip(source).rev() {
            local.step(a, b, source, turn);
        }
        *s = local;
    }
}

/// Both solutions: real parts, then imaginary parts.
#[derive(Clone, Copy, Debug, Default)]
struct Solutions {
    qa: [Row; 2],
    pa: [Row; 2],
    qb: [Row; 2],
    pb: [Row; 2],
}

impl Solutions {
    #[inline]
    fn step(&mut self, a: f64, b: f64, source: f64, turn: &Row) {
        for (lane, &w) in turn.iter().enumerate() {
            let [qa_re, qa_im] = [self.qa[0][lane], self.qa[1][lane]];
            let [pa_re, pa_im] = [self.pa[0][lane], self.pa[1][lane]];
            let [qb_re, qb_im] = [self.qb[0][lane], self.qb[1][lane]];
            let [pb_re, pb_im] = [self.pb[0][lane], self.pb[1][lane]];
            self.qa[0][lane] = qa_re - w * pa_im;
            self.qa[1][lane] = qa_im + w * pa_re;
            self.pa[0][lane] = pa_re * a + b * qa_re;
            self.pa[1][lane] = pa_im * a + b * qa_im;
            self.qb[0][lane] = qb_re - w * pb_im;
            self.qb[1][lane] = qb_im + w * pb_re;
            self.pb[0][lane] = pb_re * a + b * (qb_re - source);
            self.pb[1][lane] = pb_im * a + b * qb_im;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::TransferNeuron;
    use super::*;

    const INPUTS: [(f64, f64); 6] = [(-1.0, 0.5), (-1.0, 5.0), (0.4, 1.5), (1.0, 3.0), (7.0, 0.5), (7.0, 5.0)];

    #[test]
    fn slow_modulation_follows_the_steady_rate() {
        let potentials = Potentials::new(&TransferNeuron::default());
        for (mu, sigma) in INPUTS {
            let steady = SteadyState::solve(&potentials, mu, sigma);
            let response = RateResponse::new(&potentials, &steady).at([1e-6; LANES])[0];
            let rate = |mu| SteadyState::solve(&potentials, mu, sigma).rate;
            let slope = (rate(mu + 1e-4) - rate(mu - 1e-4)) / 2e-4;
            // First order in the voltage step: the source is taken at the upper end of each step, over which the
            // density changes the more the less noise there is; and the step at the reset is kept as it is.
            let tolerance = STEP * (0.2 + 1.0 / (sigma * sigma));
            let error = response.re / AMPLITUDE / slope - 1.0;
            assert!(error.abs() < tolerance, "mu = {mu}, sigma = {sigma}: {response:?} {slope}");
            assert!((response.im / AMPLITUDE / slope).abs() < 1e-3, "{response:?} {slope}");
        }
    }

    #[test]
    fn nothing_is_lost_where_integration_ends_early() {
        let potentials = Potentials::new(&TransferNeuron::default());
        for (mu, sigma) in INPUTS {
            let steady = SteadyState::solve(&potentials, mu, sigma);
            let frequencies = [0.25e-3, 0.01, 0.1, 1.0];
            let short = RateResponse::new(&potentials, &steady).at(frequencies);
            let long = RateResponse::new(&potentials, &steady).into_full_range().at(frequencies);
            let scale = long[0].re.hypot(long[0].im);
            for (a, b) in short.iter().zip(&long) {
                assert!((a.re - b.re).hypot(a.im - b.im) < 1e-12 * scale, "mu = {mu}, sigma = {sigma}: {a:?} {b:?}");
            }
        }
    }
}
