//! Distance between a simulated and an empirical power spectrum.

use thiserror::Error;

use crate::spectrum::Spectrum;
use crate::sums;

/// Why two spectra cannot be compared.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpectrumDistanceError {
    /// Different numbers of frequencies.
    #[error("`right`: found {right}, expected {left} frequencies as `left` has")]
    Length {
        /// Frequencies of the left spectrum.
        left: usize,
        /// Frequencies of the right spectrum.
        right: usize,
    },
    /// The grids differ.
    #[error("`right`: found {right} Hz, expected {left} Hz at index {index} as in `left`")]
    Frequency {
        /// Where.
        index: usize,
        /// Frequency of the left spectrum (Hz).
        left: f64,
        /// Frequency of the right spectrum (Hz).
        right: f64,
    },
    /// More than one channel.
    #[error("`{name}`: found {found}, expected one channel")]
    Channels {
        /// Which argument.
        name: &'static str,
        /// Channels given.
        found: usize,
    },
    /// No power at a frequency, so that it has no logarithm.
    #[error("`{name}`: found {power}, expected power above 0 at {frequency} Hz")]
    NoPower {
        /// Which argument.
        name: &'static str,
        /// Where (Hz).
        frequency: f64,
        /// What is there.
        power: f64,
    },
    /// All powers of one side are the same, so that no correlation is defined.
    #[error("`{name}`: found {power} at every frequency, expected powers that differ")]
    Constant {
        /// Which argument.
        name: &'static str,
        /// The power.
        power: f64,
    },
}

impl SpectrumDistanceError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Length { .. } | Self::Frequency { .. } => {
                Some("use the same sampling rate and segment length, and cut both to one band".into())
            }
            Self::Channels { .. } => Some("take the mean over channels first".into()),
            Self::NoPower { .. } => Some("leave 0 Hz out by cutting both spectra to a band".into()),
            Self::Constant { .. } => Some("compare two frequencies or more of a signal that is not constant".into()),
        }
    }
}

/// `1 - r` with `r` Pearson's correlation between the powers: 0 for the same shape, at most 2. Scale does not count.
/// Strong peaks dominate.
///
/// # Errors
/// When the spectra are not on one grid, have several channels, or are flat.
pub fn spectrum_correlation_distance(left: &Spectrum, right: &Spectrum) -> Result<f64, SpectrumDistanceError> {
    check(left, right)?;
    let normal = |name, spectrum: &Spectrum| {
        let mut power = spectrum.power().to_vec();
        if sums::normalise(&mut power) {
            Ok(power)
        } else {
            Err(SpectrumDistanceError::Constant { name, power: spectrum.power()[0] })
        }
    };
    Ok(1.0 - sums::dot(&normal("left", left)?, &normal("right", right)?).clamp(-1.0, 1.0))
}

/// Log-spectral distance (dB), the root mean square of the difference in level over the frequencies (Gray & Markel
/// 1976, doi:10.1109/TASSP.1976.1162849),
///
/// ```text
/// d = sqrt( mean_f (10 log10(P_left(f) / P_right(f)))^2 )
/// ```
///
/// All frequencies count alike, and so does scale.
///
/// # Errors
/// When the spectra are not on one grid, have several channels, or a frequency has no power.
pub fn log_spectral_distance(left: &Spectrum, right: &Spectrum) -> Result<f64, SpectrumDistanceError> {
    check(left, right)?;
    for (name, spectrum) in [("left", left), ("right", right)] {
        // Also finds NaN.
        if let Some(index) = spectrum.power().iter().position(|power| !power.is_normal() || *power < 0.0) {
            let frequency = spectrum.frequencies()[index];
            return Err(SpectrumDistanceError::NoPower { name, frequency, power: spectrum.power()[index] });
        }
    }
    let levels: Vec<f64> =
        left.power().iter().zip(right.power()).map(|(left, right)| 10.0 * (left.log10() - right.log10())).collect();
    Ok((sums::sum_of_squares(&levels) / levels.len() as f64).sqrt())
}

fn check(left: &Spectrum, right: &Spectrum) -> Result<(), SpectrumDistanceError> {
    for (name, spectrum) in [("left", left), ("right", right)] {
        if spectrum.channels() != 1 {
            return Err(SpectrumDistanceError::Channels { name, found: spectrum.channels() });
        }
    }
    let (left, right) = (left.frequencies(), right.frequencies());
    if left.len() != right.len() {
        return Err(SpectrumDistanceError::Length { left: left.len(), right: right.len() });
    }
    // Grids from different sampling rates round differently.
    let differs = |(left, right): (&f64, &f64)| (left - right).abs() > 1e-9 * left.abs().max(right.abs());
    match left.iter().zip(right).position(differs) {
        Some(index) => Err(SpectrumDistanceError::Frequency { index, left: left[index], right: right[index] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::series::Series;
    use crate::spectrum::Welch;

    fn spectrum(scale: f64, rate: f64) -> Spectrum {
        let values: Vec<f64> = (0..256).map(|index| scale * (f64::from(index * index) * 0.37).sin()).collect();
        Welch::new(rate, 64).spectrum(Series::single(&values).unwrap()).unwrap().band(1.0..=rate).unwrap()
    }

    #[test]
    fn scale_is_level() {
        let (one, ten) = (spectrum(1.0, 100.0), spectrum(10.0, 100.0));
        assert!((log_spectral_distance(&one, &ten).unwrap() - 20.0).abs() < 1e-12);
        assert!(spectrum_correlation_distance(&one, &ten).unwrap().abs() < 1e-13);
    }

    #[test]
    fn bad_pairs_are_named() {
        let (one, silent) = (spectrum(1.0, 100.0), spectrum(0.0, 100.0));
        assert!(matches!(
            log_spectral_distance(&one, &silent),
            Err(SpectrumDistanceError::NoPower { name: "right", .. })
        ));
        assert!(matches!(
            spectrum_correlation_distance(&silent, &one),
            Err(SpectrumDistanceError::Constant { name: "left", .. })
        ));
        assert!(matches!(
            log_spectral_distance(&one, &spectrum(1.0, 90.0)),
            Err(SpectrumDistanceError::Frequency { .. })
        ));
        let part = one.band(10.0..=20.0).unwrap();
        assert!(matches!(log_spectral_distance(&one, &part), Err(SpectrumDistanceError::Length { .. })));
    }
}
