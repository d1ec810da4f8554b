//! What must hold for any recording.

#![allow(clippy::unwrap_used)]

use neuropil_analysis::{
    Band, ConnectivityAccumulator, DynamicsOptions, Series, Welch, analytic_signal, butterworth,
    functional_connectivity, functional_connectivity_dynamics, kolmogorov_smirnov, order_parameter, z_score,
};
use proptest::prelude::*;

/// Channels, samples and values; now and then a channel that stays the same.
fn recordings() -> impl Strategy<Value = (usize, usize, Vec<f64>)> {
    (3_usize..8, 20_usize..60).prop_flat_map(|(channels, samples)| {
        let channel = prop_oneof![
            9 => prop::collection::vec(-1e3..1e3_f64, samples),
            1 => (-1e3..1e3_f64).prop_map(move |value| vec![value; samples]),
        ];
        prop::collection::vec(channel, channels).prop_map(move |rows| (channels, samples, rows.concat()))
    })
}

proptest! {
    #[test]
    fn permuting_channels_permutes_connectivity((channels, samples, values) in recordings(), shift in 1_usize..3) {
        let matrix = functional_connectivity(Series::new(&values, channels, samples).unwrap()).unwrap();
        let mut permuted = values;
        permuted.rotate_left(shift * samples);
        let permuted = functional_connectivity(Series::new(&permuted, channels, samples).unwrap()).unwrap();
        for row in 0..channels {
            for column in 0..channels {
                let original = matrix.get((row + shift) % channels, (column + shift) % channels);
                prop_assert_eq!(permuted.get(row, column), original);
            }
        }
    }

    #[test]
    fn connectivity_ignores_offset_and_scale((channels, samples, values) in recordings()) {
        let matrix = functional_connectivity(Series::new(&values, channels, samples).unwrap()).unwrap();
        let changed: Vec<f64> = values.iter().map(|value| 4.0 * value).collect();
        let scaled = functional_connectivity(Series::new(&changed, channels, samples).unwrap()).unwrap();
        prop_assert_eq!(&matrix, &scaled);
        for row in 0..channels {
            for column in 0..channels {
                prop_assert!(matrix.row(row)[column].abs() <= 1.0);
                prop_assert_eq!(matrix.get(row, column), matrix.get(column, row));
            }
        }
    }

    #[test]
    fn dynamics_do_not_depend_on_the_order_of_channels((channels, samples, values) in recordings()) {
        let options = DynamicsOptions { window: 10, step: 3, ..DynamicsOptions::default() };
        let series = Series::new(&values, channels, samples).unwrap();
        let dynamics = functional_connectivity_dynamics(series, &options).unwrap();
        let mut reversed: Vec<f64> = Vec::new();
        for row in series.rows().rev() {
            reversed.extend(row);
        }
        let series = Series::new(&reversed, channels, samples).unwrap();
        let again = functional_connectivity_dynamics(series, &options).unwrap();
        for (value, again) in dynamics.values().iter().zip(again.values()) {
            prop_assert!((value - again).abs() < 1e-12);
        }
    }

    #[test]
    fn splitting_a_recording_changes_no_bit((channels, samples, values) in recordings(), cut in 1_usize..19) {
        let series = Series::new(&values, channels, samples).unwrap();
        let mut once = ConnectivityAccumulator::new(channels).unwrap();
        once.push(series).unwrap();
        let mut twice = ConnectivityAccumulator::new(channels).unwrap();
        for range in [0..cut, cut..samples] {
            let part: Vec<f64> = series.rows().flat_map(|row| row[range.clone()].to_vec()).collect();
            twice.push(Series::new(&part, channels, range.len()).unwrap()).unwrap();
        }
        prop_assert_eq!(once.connectivity().unwrap(), twice.connectivity().unwrap());
    }

    #[test]
    fn distance_is_symmetric_and_bounded(
        left in prop::collection::vec(-3_i32..3, 1..40),
        right in prop::collection::vec(-3_i32..3, 1..40),
    ) {
        let left: Vec<f64> = left.into_iter().map(f64::from).collect();
        let right: Vec<f64> = right.into_iter().map(f64::from).collect();
        let distance = kolmogorov_smirnov(&left, &right).unwrap();
        prop_assert!((0.0..=1.0).contains(&distance));
        prop_assert!((distance - kolmogorov_smirnov(&right, &left).unwrap()).abs() < 1e-15);
        // The definition, at every number that occurs.
        let share = |sample: &[f64], here: f64| {
            sample.iter().filter(|value| **value <= here).count() as f64 / sample.len() as f64
        };
        let direct =
            (-3..3).map(|here| (share(&left, here.into()) - share(&right, here.into())).abs()).fold(0.0, f64::max);
        prop_assert!((distance - direct).abs() < 1e-15);
    }

    #[test]
    fn everything_stays_finite((channels, samples, values) in recordings()) {
        let series = Series::new(&values, channels, samples).unwrap();
        prop_assert!(z_score(series).values().iter().all(|value| value.is_finite()));
        let order = order_parameter(analytic_signal(series).phase().view());
        prop_assert!(order.values().iter().all(|value| (0.0..=1.0).contains(value)));
        let spectrum = Welch::new(10.0, samples / 2).spectrum(series).unwrap();
        prop_assert!(spectrum.power().iter().all(|value| value.is_finite() && *value >= 0.0));
    }

    #[test]
    fn designed_filters_pass_their_band(order in 1_usize..9, low in 0.01..0.4_f64, width in 0.02..0.09_f64) {
        let filter = butterworth(order, Band::BandPass { low, high: low + width }, 1.0).unwrap();
        prop_assert!((filter.gain(low, 1.0).powi(2) - 0.5).abs() < 1e-6);
        prop_assert!(filter.gain(low + width / 2.0, 1.0) > 0.707);
        prop_assert!(filter.gain(0.0, 1.0) < 1e-9 && filter.gain(0.5, 1.0) < 1e-9);
    }
}
