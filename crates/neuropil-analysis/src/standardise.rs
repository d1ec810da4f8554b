//! Removal of mean, trend and scale from each channel.

use rayon::prelude::*;

use crate::series::{Series, SeriesBuffer};
use crate::sums;

/// What is subtracted from each channel, or from each segment of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Detrend {
    /// Nothing.
    None,
    /// The mean.
    #[default]
    Constant,
    /// The straight line of least squares.
    Linear,
}

impl Detrend {
    /// Subtracts the trend in place.
    pub(crate) fn apply(self, values: &mut [f64]) {
        match self {
            Self::None => {}
            Self::Constant => sums::centre(values),
            Self::Linear => subtract_line(values),
        }
    }
}

/// Subtracts mean or line from each channel. Same shape and unit as `series`.
pub fn detrend(series: Series<'_>, trend: Detrend) -> SeriesBuffer {
    map_channels(series, |channel| trend.apply(channel))
}

/// Subtracts each channel's mean and divides by its standard deviation (with `samples` in the denominator). Same
/// shape as `series`, without unit. A channel whose samples are all the same becomes zeros.
pub fn z_score(series: Series<'_>) -> SeriesBuffer {
    let root = (series.samples() as f64).sqrt();
    map_channels(series, |channel| {
        sums::normalise(channel);
        for value in channel {
            *value *= root;
        }
    })
}

fn map_channels(series: Series<'_>, change: impl Fn(&mut [f64]) + Sync + Send) -> SeriesBuffer {
    let mut values = series.values().to_vec();
    values.par_chunks_exact_mut(series.samples()).for_each(change);
    SeriesBuffer::from_finite(values, series.channels(), series.samples())
}

/// With time counted from the middle, mean and slope are independent of each other.
fn subtract_line(values: &mut [f64]) {
    sums::centre(values);
    let middle = (values.len() - 1) as f64 / 2.0;
    let (mut product, mut square) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let time = index as f64 - middle;
        product += time * value;
        square += time * time;
    }
    if square == 0.0 {
        return;
    }
    let slope = product / square;
    for (index, value) in values.iter_mut().enumerate() {
        *value -= slope * (index as f64 - middle);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;

    #[test]
    fn a_line_vanishes() {
        let values: Vec<f64> = (0..50).map(|index| 3.0 - 0.25 * f64::from(index)).collect();
        let flat = detrend(Series::single(&values).unwrap(), Detrend::Linear);
        assert!(flat.values().iter().all(|value| value.abs() < 1e-13));
        let one = detrend(Series::single(&[5.0]).unwrap(), Detrend::Linear);
        assert_eq!(one.values(), [0.0]);
        let same = detrend(Series::single(&values).unwrap(), Detrend::None);
        assert_eq!(same.values(), values);
    }

    #[test]
    fn constant_channels_have_score_zero() {
        let scores = z_score(Series::new(&[0.1, 0.1, 0.1, 1.0, 2.0, 3.0], 2, 3).unwrap());
        assert_eq!(scores.channel(0), [0.0; 3]);
        assert!((scores.channel(1)[2] - 1.5_f64.sqrt()).abs() < 1e-15);
    }
}
