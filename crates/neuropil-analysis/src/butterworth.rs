//! Butterworth filters as second-order sections.

use std::f64::consts::PI;

use rustfft::num_complex::Complex64;
use thiserror::Error;

use crate::second_order_sections::{SecondOrderSections, Section};

/// Highest order that is designed.
const LARGEST_ORDER: usize = 32;

/// Which frequencies (Hz) a filter lets pass. At its edges a filter passes half the power (gain 1/sqrt 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Band {
    /// Frequencies below `cutoff`.
    LowPass {
        /// Edge (Hz).
        cutoff: f64,
    },
    /// Frequencies above `cutoff`.
    HighPass {
        /// Edge (Hz).
        cutoff: f64,
    },
    /// Frequencies between `low` and `high`.
    BandPass {
        /// Lower edge (Hz).
        low: f64,
        /// Upper edge (Hz).
        high: f64,
    },
    /// Frequencies below `low` and above `high`.
    BandStop {
        /// Lower edge (Hz).
        low: f64,
        /// Upper edge (Hz).
        high: f64,
    },
}

/// Why a filter cannot be designed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FilterDesignError {
    /// Order zero or beyond what the arithmetic bears.
    #[error("`order`: found {found}, expected 1 to {LARGEST_ORDER}")]
    Order {
        /// Order asked for.
        found: usize,
    },
    /// The sampling rate is not a positive number.
    #[error("`sampling_rate`: found {found}, expected a positive number of hertz")]
    SamplingRate {
        /// Rate given (Hz).
        found: f64,
    },
    /// An edge at or beyond the ends of the spectrum.
    #[error("`{name}`: found {found}, expected a frequency between 0 and {nyquist} Hz")]
    Frequency {
        /// Which edge.
        name: &'static str,
        /// Frequency given (Hz).
        found: f64,
        /// Half the sampling rate (Hz).
        nyquist: f64,
    },
    /// Edges in the wrong order.
    #[error("`high`: found {high}, expected a frequency above `low` ({low} Hz)")]
    Edges {
        /// Lower edge (Hz).
        low: f64,
        /// Upper edge (Hz).
        high: f64,
    },
    /// The edges are so close to 0, to half the sampling rate or to each other that rounding makes the filter
    /// unstable.
    #[error("`band`: no stable filter of order {order} has these edges at a sampling rate of {sampling_rate} Hz")]
    Unstable {
        /// Order asked for.
        order: usize,
        /// Rate given (Hz).
        sampling_rate: f64,
    },
}

impl FilterDesignError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Order { .. } => None,
            Self::SamplingRate { .. } => Some("the sampling rate is 1000 / (milliseconds between samples)".into()),
            Self::Frequency { .. } => Some("the highest frequency is half the sampling rate".into()),
            Self::Edges { .. } => Some("to remove the frequencies between two edges, use a band stop".into()),
            Self::Unstable { .. } => Some("sample less often before filtering, or use a lower order".into()),
        }
    }
}

/// Designs the Butterworth filter of an order: maximally flat, squared gain `1 / (1 + w^(2 order))` with `w` the
/// frequency relative to the edge, warped by the bilinear transform. The same filter as
/// `scipy.signal.butter(order, ..., output="sos", fs=sampling_rate)`, whose sections may be paired otherwise; band
/// filters have twice the order, there as here. Butterworth 1930, "On the theory of filter amplifiers",
/// Experimental Wireless 7:536-541 (has no DOI).
///
/// `sampling_rate` in Hz. Orders 1 to 32.
///
/// # Errors
/// When an edge is not between 0 and half the sampling rate, edges are in the wrong order, or rounding would make the
/// filter unstable.
pub fn butterworth(order: usize, band: Band, sampling_rate: f64) -> Result<SecondOrderSections, FilterDesignError> {
    check(order, band, sampling_rate)?;
    let warp = |frequency: f64| (PI * frequency / sampling_rate).tan();
    let mut sections = Vec::new();
    for pole in prototype_poles(order) {
        match band {
            Band::LowPass { cutoff } => sections.push(single(pole * warp(cutoff), pole.im == 0.0, 1.0)),
            Band::HighPass { cutoff } => sections.push(single(warp(cutoff) / pole, pole.im == 0.0, -1.0)),
            Band::BandPass { low, high } => {
                let (low, high) = (warp(low), warp(high));
                let centre = Complex64::new(1.0, (low * high).sqrt()) / Complex64::new(1.0, -(low * high).sqrt());
                let half = pole * ((high - low) / 2.0);
                split(half, low * high, pole.im == 0.0, [1.0, 0.0, -1.0], centre, &mut sections);
            }
            Band::BandStop { low, high } => {
                let (low, high) = (warp(low), warp(high));
                let half = ((high - low) / 2.0) / pole;
                let numerator = [1.0, -2.0 * (1.0 - low * high) / (1.0 + low * high), 1.0];
                split(half, low * high, pole.im == 0.0, numerator, Complex64::ONE, &mut sections);
            }
        }
    }
    // Sharp resonances last, when the others have taken away what would overdrive them.
    sections.sort_by(|left, right| left.damping().total_cmp(&right.damping()));
    if !sections.iter().all(Section::is_stable) {
        return Err(FilterDesignError::Unstable { order, sampling_rate });
    }
    Ok(SecondOrderSections::new(sections))
}

fn check(order: usize, band: Band, sampling_rate: f64) -> Result<(), FilterDesignError> {
    if !(1..=LARGEST_ORDER).contains(&order) {
        return Err(FilterDesignError::Order { found: order });
    }
    if !(sampling_rate.is_finite() && sampling_rate > 0.0) {
        return Err(FilterDesignError::SamplingRate { found: sampling_rate });
    }
    let nyquist = sampling_rate / 2.0;
    let edge = |name, found: f64| {
        if found > 0.0 && found < nyquist { Ok(()) } else { Err(FilterDesignError::Frequency { name, found, nyquist }) }
    };
    match band {
        Band::LowPass { cutoff } | Band::HighPass { cutoff } => edge("cutoff", cutoff),
        Band::BandPass { low, high } | Band::BandStop { low, high } => {
            edge("low", low)?;
            edge("high", high)?;
            if low < high { Ok(()) } else { Err(FilterDesignError::Edges { low, high }) }
        }
    }
}

/// Poles of the analogue low-pass with edge 1: the one on the real axis for odd orders, and one of each conjugate
/// pair.
fn prototype_poles(order: usize) -> impl Iterator<Item = Complex64> {
    let real = (order % 2 == 1).then_some(Complex64::new(-1.0, 0.0));
    let pairs = (0..order / 2).map(move |pair| {
        let angle = PI * (2 * pair + 1 + order % 2) as f64 / (2 * order) as f64;
        Complex64::new(-angle.cos(), angle.sin())
    });
    real.into_iter().chain(pairs)
}

/// Bilinear transform, in units where frequency w maps to angle 2 atan w.
fn bilinear(pole: Complex64) -> Complex64 {
    (1.0 + pole) / (1.0 - pole)
}

/// Section of a low-pass (zeros at -1, gain 1 at +1; `sign` 1) or high-pass (the other way; `sign` -1), from a real
/// pole or a conjugate pair.
fn single(pole: Complex64, is_real: bool, sign: f64) -> Section {
    let pole = bilinear(pole);
    let (numerator, denominator) = if is_real {
        ([1.0, sign, 0.0], [-pole.re, 0.0])
    } else {
        ([1.0, 2.0 * sign, 1.0], [-2.0 * pole.re, pole.norm_sqr()])
    };
    Section::with_unit_gain(numerator, denominator, Complex64::new(sign, 0.0))
}

/// Sections of a band filter. Each pole of the prototype becomes the roots of `s^2 - 2 half s + square = 0`; a real
/// pole gives one section of both roots, a conjugate pair one section for each root and its conjugate.
fn split(
    half: Complex64,
    square: f64,
    is_real: bool,
    numerator: [f64; 3],
    reference: Complex64,
    sections: &mut Vec<Section>,
) {
    // The larger root first: the other one as a difference would lose its digits in wide bands.
    let root = (half * half - square).sqrt();
    let larger = if (half * root.conj()).re >= 0.0 { half + root } else { half - root };
    let (first, second) = (bilinear(larger), bilinear(square / larger));
    let mut push = |sum: f64, product: f64| {
        sections.push(Section::with_unit_gain(numerator, [-sum, product], reference));
    };
    if is_real {
        push((first + second).re, (first * second).re);
    } else {
        push(2.0 * first.re, first.norm_sqr());
        push(2.0 * second.re, second.norm_sqr());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const BANDS: [Band; 4] = [
        Band::LowPass { cutoff: 7.0 },
        Band::HighPass { cutoff: 7.0 },
        Band::BandPass { low: 7.0, high: 30.0 },
        Band::BandStop { low: 7.0, high: 30.0 },
    ];

    #[test]
    fn half_the_power_passes_at_the_edges() {
        for order in 1..=12 {
            for band in BANDS {
                let sections = butterworth(order, band, 100.0).unwrap();
                for edge in [7.0, 30.0].iter().take(if matches!(band, Band::BandPass { .. } | Band::BandStop { .. }) {
                    2
                } else {
                    1
                }) {
                    let power = sections.gain(*edge, 100.0).powi(2);
                    assert!((power - 0.5).abs() < 1e-9, "{order} {band:?}: {power}");
                }
            }
        }
    }

    #[test]
    fn gain_follows_the_formula() {
        let sections = butterworth(5, Band::LowPass { cutoff: 10.0 }, 100.0).unwrap();
        for frequency in [0.0, 1.0, 5.0, 9.0, 11.0, 20.0, 40.0] {
            let ratio = (PI * frequency / 100.0).tan() / (PI * 10.0 / 100.0).tan();
            let expected = 1.0 / (1.0 + ratio.powi(10)).sqrt();
            assert!((sections.gain(frequency, 100.0) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn wide_and_narrow_bands_are_right_in_the_middle() {
        for (low, high) in [(0.01, 49.9), (19.9, 20.1), (0.01, 0.1)] {
            for order in [1, 2, 3, 4] {
                let sections = butterworth(order, Band::BandPass { low, high }, 100.0).unwrap();
                let middle = ((PI * low / 100.0).tan() * (PI * high / 100.0).tan()).sqrt().atan() * 100.0 / PI;
                assert!((sections.gain(middle, 100.0) - 1.0).abs() < 1e-6, "{low} {high} {order}");
                assert!(sections.gain(0.0, 100.0) < 1e-12);
            }
        }
    }

    #[test]
    fn bad_options_are_named() {
        let low = Band::LowPass { cutoff: 50.0 };
        assert_eq!(
            butterworth(2, low, 100.0).unwrap_err().to_string(),
            "`cutoff`: found 50, expected a frequency between 0 and 50 Hz"
        );
        assert!(matches!(butterworth(0, low, 200.0), Err(FilterDesignError::Order { .. })));
        assert!(matches!(butterworth(33, low, 200.0), Err(FilterDesignError::Order { .. })));
        assert!(matches!(butterworth(2, low, f64::NAN), Err(FilterDesignError::SamplingRate { .. })));
        assert!(butterworth(2, Band::HighPass { cutoff: f64::NAN }, 100.0).is_err());
        let swapped = Band::BandPass { low: 30.0, high: 10.0 };
        assert!(matches!(butterworth(2, swapped, 100.0), Err(FilterDesignError::Edges { .. })));
        let absurd = Band::LowPass { cutoff: 1e-200 };
        assert!(matches!(butterworth(2, absurd, 100.0), Err(FilterDesignError::Unstable { .. })));
    }
}
