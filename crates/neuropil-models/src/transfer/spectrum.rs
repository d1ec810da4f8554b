//! The response at all frequencies of the fit, from integrations at few of them.
//!
//! The response is a smooth function of frequency, apart from resonances at multiples of the rate of a regular
//! neuron. So the frequencies are split into panels, and in each a Chebyshev series is laid through the response at
//! its nodes. Where the last terms of the series are not negligible the panel is halved; where there are no more
//! frequencies than nodes they are integrated one by one.

use super::complex::Complex;
use super::fit::{FREQUENCIES, frequency};
use super::response::{LANES, RateResponse};

/// Nodes in a panel: the terms of its series.
const NODES: usize = 16;

/// Largest of the last terms that is negligible, relative to the response at the lowest frequency.
const TOLERANCE: f64 = 1e-10;

/// First panels: the response changes most at low frequencies.
const PANELS: [usize; 8] = [0, 64, 128, 256, 512, 1024, 2048, FREQUENCIES];

/// Nodes, and the transform from values there to coefficients.
#[derive(Debug)]
pub(super) struct Chebyshev {
    nodes: [f64; NODES],
    transform: [[f64; NODES]; NODES],
}

impl Chebyshev {
    pub(super) fn new() -> Self {
        let angle = |node: usize| std::f64::consts::PI * (node as f64 + 0.5) / NODES as f64;
        let coefficient = |order: usize, node: usize| {
            let norm = if order == 0 { 1.0 } else { 2.0 } / NODES as f64;
            norm * libm::cos(order as f64 * angle(node))
        };
        Self {
            nodes: std::array::from_fn(|node| libm::cos(angle(node))),
            transform: std::array::from_fn(|order| std::array::from_fn(|node| coefficient(order, node))),
        }
    }

    /// The response at every frequency of the fit, divided by its value at the first one.
    pub(super) fn normalised(&self, response: &RateResponse) -> Vec<Complex> {
        let lowest = response.at([frequency(0); LANES])[0];
        let scale = lowest.re.hypot(lowest.im);
        let mut spectrum = vec![Complex::default(); FREQUENCIES];
        let mut panels: Vec<(usize, usize)> = PANELS.windows(2).map(|ends| (ends[0], ends[1])).collect();
        while let Some((first, end)) = panels.pop() {
            if end - first <= NODES {
                for start in (first..end).step_by(LANES) {
                    // Lanes past the end repeat the last frequency.
                    let values = response.at(std::array::from_fn(|lane| frequency((start + lane).min(end - 1))));
                    let lanes = spectrum[start..end].iter_mut().zip(values);
                    lanes.for_each(|(target, value)| *target = value);
                }
                continue;
            }
            let series = self.series(response, first, end);
            if series[NODES - 3..].iter().all(|term| term.re.hypot(term.im) <= TOLERANCE * scale) {
                fill(&mut spectrum[first..end], &series);
            } else {
                let middle = usize::midpoint(first, end);
                panels.extend([(first, middle), (middle, end)]);
            }
        }
        spectrum.iter().map(|value| value.divided_by(lowest)).collect()
    }

    /// Coefficients of the series through the response on the panel from frequency number `first` to `end - 1`.
    fn series(&self, response: &RateResponse, first: usize, end: usize) -> [Complex; NODES] {
        let (low, high) = (frequency(first), frequency(end - 1));
        let at_node = |node: usize| 0.5 * (low + high) + 0.5 * (high - low) * self.nodes[node];
        let mut values = [Complex::default(); NODES];
        for (chunk, values) in values.chunks_exact_mut(LANES).enumerate() {
            let frequencies = std::array::from_fn(|lane| at_node(chunk * LANES + lane));
            values.copy_from_slice(&response.at(frequencies));
        }
        std::array::from_fn(|order| {
            let weights = &self.transform[order];
            Complex {
                re: weights.iter().zip(&values).map(|(w, value)| w * value.re).sum(),
                im: weights.iter().zip(&values).map(|(w, value)| w * value.im).sum(),
            }
        })
    }
}

/// The series at equidistant points, the first and last of which are the ends of its panel (Clenshaw's recurrence).
fn fill(targets: &mut [Complex], series: &[Complex; NODES]) {
    let half = 0.5 * (targets.len() - 1) as f64;
    for (index, target) in targets.iter_mut().enumerate() {
        let x = index as f64 / half - 1.0;
        let (mut b1, mut b2) = (Complex::default(), Complex::default());
        for term in series[1..].iter().rev() {
            let b0 = Complex { re: term.re + 2.0 * x * b1.re - b2.re, im: term.im + 2.0 * x * b1.im - b2.im };
            (b1, b2) = (b0, b1);
        }
        *target = Complex { re: series[0].re + x * b1.re - b2.re, im: series[0].im + x * b1.im - b2.im };
    }
}

#[cfg(test)]
mod tests {
    use super::super::TransferNeuron;
    use super::super::fit::time_constant;
    use super::super::steady::{Potentials, SteadyState};
    use super::*;

    #[test]
    fn few_frequencies_tell_as_much_as_all() {
        let potentials = Potentials::new(&TransferNeuron::default());
        let chebyshev = Chebyshev::new();
        // From silent to regular: the last two have sharp resonances.
        for (mu, sigma) in [(-1.0, 0.5), (-1.0, 5.0), (0.5, 1.5), (2.0, 5.0), (1.0, 0.5), (7.0, 0.5)] {
            let steady = SteadyState::solve(&potentials, mu, sigma);
            let response = RateResponse::new(&potentials, &steady);
            let few = chebyshev.normalised(&response);
            let all = (0..FREQUENCIES).step_by(LANES);
            let all: Vec<Complex> =
                all.flat_map(|index| response.at(std::array::from_fn(|lane| frequency(index + lane)))).collect();
            let all: Vec<Complex> = all.iter().map(|value| value.divided_by(all[0])).collect();
            let error = few.iter().zip(&all).map(|(a, b)| (a.re - b.re).hypot(a.im - b.im)).fold(0.0, f64::max);
            assert!(error < 1e-9, "mu = {mu}, sigma = {sigma}: {error:e}");
            assert_eq!(time_constant(&few), time_constant(&all), "mu = {mu}, sigma = {sigma}");
        }
    }
}
