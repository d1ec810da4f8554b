//! The time constant of the response: the cascade's linear filter is an exponential (Augustin et al. 2017,
//! doi:10.1371/journal.pcbi.1005545), and its transfer function 1 / (1 + i w tau) is fitted to the response.

use super::complex::Complex;

/// Frequencies of the fit: 0.25 Hz to 1 kHz in steps of 0.25 Hz.
pub(super) const FREQUENCIES: usize = 4000;

/// Frequency number `index`, kHz.
pub(super) fn frequency(index: usize) -> f64 {
    (index + 1) as f64 * 0.25e-3
}

/// The candidates are 0.001 ms + 0.01 ms * n; the coarse ones are every hundredth of them, up to 99.001 ms.
const COARSE: usize = 100;
const FINE_PER_COARSE: usize = 100;

/// Time constant number `n`, ms.
fn candidate(n: usize) -> f64 {
    (1 + 10 * n) as f64 / 1000.0
}

/// The time constant (ms) whose transfer function has the least squared distance from a response that was divided by
/// its value at the first frequency.
///
/// Among the coarse candidates all are tried. Between the neighbours of the best one the distance falls, then rises;
/// the turn is found by bisection.
pub(super) fn time_constant(response: &[Complex]) -> f64 {
    let distance = |n: usize| squared_distance(response, candidate(n));
    let coarse = (0..COARSE).map(|index| index * FINE_PER_COARSE).map(|n| (n, distance(n)));
    let best = coarse.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(n, _)| n);
    let mut first = best.saturating_sub(FINE_PER_COARSE);
    let mut last = best + FINE_PER_COARSE;
    while first < last {
        let middle = usize::midpoint(first, last);
        if distance(middle + 1) < distance(middle) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    candidate(first)
}

fn squared_distance(response: &[Complex], tau: f64) -> f64 {
    // Independent sums, so that several frequencies are handled at once.
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let turn = 2.0 * std::f64::consts::PI * tau;
    for (chunk, values) in response.chunks(LANES).enumerate() {
        for (lane, value) in values.iter().enumerate() {
            let x = turn * frequency(chunk * LANES + lane);
            let low_pass = 1.0 / (1.0 + x * x);
            let (re, im) = (low_pass - value.re, -x * low_pass - value.im);
            sums[lane] += re * re + im * im;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A low-pass filter of time constant `tau` with something added that no low-pass filter has.
    fn response(tau: f64, bump: f64) -> Vec<Complex> {
        let at = |index: usize| {
            let f = frequency(index);
            let x = 2.0 * std::f64::consts::PI * f * tau;
            let peak = bump * (-(f - 0.1).powi(2) / 2e-4).exp();
            Complex { re: 1.0 / (1.0 + x * x) + peak, im: -x / (1.0 + x * x) - 0.3 * peak }
        };
        (0..FREQUENCIES).map(at).collect()
    }

    #[test]
    fn a_low_pass_filter_is_found() {
        for tau in [0.001, 0.101, 0.161, 1.001, 1.991, 34.981, 99.001] {
            assert_eq!(time_constant(&response(tau, 0.0)), tau);
        }
        assert_eq!(time_constant(&response(20.0042, 0.0)), 20.001);
    }

    #[test]
    fn bisection_finds_what_trying_all_finds() {
        for (tau, bump) in [(0.3, 0.5), (5.0, 1.0), (5.0, -0.4), (40.0, 0.2)] {
            let response = response(tau, bump);
            let all = (0..COARSE * FINE_PER_COARSE).map(|n| (n, squared_distance(&response, candidate(n))));
            let best = all.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(n, _)| n);
            assert_eq!(time_constant(&response), candidate(best));
        }
    }
}
