//! Running experiments: memory and store hold the same, pieces and stops lose nothing, times are right.

#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use neuropil::analysis::{Series, functional_connectivity};
use neuropil::store::StoreReader;
use neuropil::{Destination, Error, Experiment, Milliseconds, Outcome};

fn experiment(text: &str) -> Experiment {
    Experiment::from_toml(text).unwrap()
}

fn rest() -> Experiment {
    experiment(
        r#"
        network = { model = "hopf", connectome = "example", parameters = { sigma_ou = 0.05 } }
        simulation = { duration = "300 ms", seed = 3 }
        record = [{ output = "x", every = "2 ms" }, { output = "y", every = "10 ms", reduction = "sample" }]
        "#,
    )
}

fn into_store(experiment: &Experiment, folder: &std::path::Path) -> Outcome {
    let destination = Destination { store: Some(folder.into()), overwrite: false, memory: true };
    experiment.build().unwrap().run_into(&destination, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn store_and_memory_hold_the_same() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let outcome = into_store(&rest(), &path);
    assert!(outcome.complete);
    let store = StoreReader::open(&path).unwrap();
    assert!(store.is_complete());
    for (recorded, time) in outcome.recordings.iter().zip(["time", "time_y"]) {
        let data = store.read(&recorded.plan.name).unwrap();
        assert_eq!(data.shape, [1, 80, recorded.times.len()]);
        assert_eq!(data.dimensions, ["trial", "node", time]);
        // Stores keep single precision.
        assert!(data.values.iter().zip(&recorded.values).all(|(stored, kept)| *stored == f64::from(*kept as f32)));
        let times = store.read(time).unwrap().values;
        assert!(times.iter().zip(&recorded.times).all(|(stored, kept)| (stored - kept).abs() < 1e-9));
    }
    let specification = store.attributes()["experiment"].to_string();
    assert_eq!(Experiment::from_json(&specification).unwrap(), rest());
}

#[test]
fn times_are_middles_of_means_and_ends_of_samples() {
    let outcome = rest().build().unwrap().run().unwrap();
    let times = |index: usize| &outcome.recordings[index].times;
    assert_eq!((times(0).len(), times(1).len()), (150, 30));
    assert!((times(0)[0] - 1.0).abs() < 1e-9 && (times(0)[149] - 299.0).abs() < 1e-9);
    assert!((times(1)[0] - 10.0).abs() < 1e-9 && (times(1)[29] - 300.0).abs() < 1e-9);
}

/// A run with a transient is the end of the same run without one.
#[test]
fn a_transient_is_left_out() {
    let whole = rest().build().unwrap().run().unwrap();
    let mut experiment = rest();
    experiment.simulation.transient = Milliseconds(100.0);
    experiment.simulation.duration = Milliseconds(200.0);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let end = into_store(&experiment, &path);
    for (index, (whole, end)) in whole.recordings.iter().zip(&end.recordings).enumerate() {
        let (all, kept) = (whole.times.len(), end.times.len());
        assert_eq!(kept, all * 2 / 3);
        assert_eq!(kept, end.plan.samples);
        for (whole, end) in whole.values.chunks_exact(all).zip(end.values.chunks_exact(kept)) {
            assert_eq!(&whole[all - kept..], end);
        }
        assert!((end.times[0] - [101.0, 110.0][index]).abs() < 1e-9);
    }
    let times = StoreReader::open(&path).unwrap().read("time").unwrap().values;
    assert!((times[0] - 101.0).abs() < 1e-9);
}

#[test]
fn a_stopped_run_leaves_a_readable_store() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    let mut experiment = rest();
    experiment.simulation.duration = Milliseconds(600_000.0);
    let destination = Destination { store: Some(path.clone()), overwrite: false, memory: true };
    let mut stop = |progress: &neuropil::Progress| {
        if progress.time > 50.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let outcome = experiment.build().unwrap().run_into(&destination, &mut stop).unwrap();
    assert!(!outcome.complete && outcome.time < 600_000.0);
    let store = StoreReader::open(&path).unwrap();
    assert!(!store.is_complete());
    assert_eq!(store.read("x").unwrap().shape[2], outcome.recordings[0].times.len());
}

#[test]
fn a_run_that_fails_leaves_a_readable_store_and_the_error_in_it() {
    let place = tempfile::tempdir().unwrap();
    let model = place.path().join("runaway.model");
    std::fs::write(&model, "model runaway \"x\"\nstate x = 1 : 1 \"x\"\ndx/dt = x^2\noutput x\n").unwrap();
    let text = format!(
        "network = {{ model_file = '{}' }}\nsimulation = {{ duration = 100 }}\nrecord = [{{ every = 0.1 }}]\n",
        model.display()
    );
    let path = place.path().join("run.zarr");
    let destination = Destination { store: Some(path.clone()), ..Destination::default() };
    let plan = experiment(&text).build().unwrap();
    let error = plan.run_into(&destination, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(&error, Error::Run(error) if error.variable == "x"), "{error}");
    assert!(!error.is_input() && error.hint().is_some());
    let store = StoreReader::open(&path).unwrap();
    assert!(!store.is_complete());
    assert_eq!(store.attributes()["error"], error.to_string());
}

#[test]
fn a_store_is_not_overwritten_unasked() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.zarr");
    into_store(&rest(), &path);
    let plan = rest().build().unwrap();
    let mut destination = Destination { store: Some(path), ..Destination::default() };
    let error = plan.run_into(&destination, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.is_input(), "{error}");
    destination.overwrite = true;
    plan.run_into(&destination, &mut |_| ControlFlow::Continue(())).unwrap();
}

/// Functional connectivity that is summed up while running is that of the BOLD that is kept.
#[test]
fn connectivity_leaves_out_the_first_volumes() {
    let text = r#"
        network = { model = "hopf", nodes = 5, parameters = { sigma_ou = 0.05 } }
        simulation = { duration = "4 s", trials = 2 }
        bold = { every = "200 ms" }
        record = [{ every = "100 ms" }]
    "#;
    let outcome = experiment(text).build().unwrap().run().unwrap();
    let bold = &outcome.recordings[1];
    assert_eq!((bold.plan.name.as_str(), bold.times.len(), bold.trials), ("BOLD", 20, 2));
    assert_eq!(outcome.connectivity.len(), 2);
    for (trial, connectivity) in outcome.connectivity.iter().enumerate() {
        let series = &bold.values[trial * 5 * 20..(trial + 1) * 5 * 20];
        let kept: Vec<f64> = series.chunks_exact(20).flat_map(|row| &row[5..]).copied().collect();
        let expected = functional_connectivity(Series::new(&kept, 5, 15).unwrap()).unwrap();
        for (found, expected) in connectivity.values().iter().zip(expected.values()) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}

#[test]
fn trials_differ_and_parameters_may_differ_among_them() {
    let text = r#"
        network = { model = "hopf", parameters = { w = { trials = [0.1, 0.2] } }, initial = { x = 0.5, y = 0.0 } }
        simulation = { duration = "100 ms", trials = 2 }
    "#;
    let outcome = experiment(text).build().unwrap().run().unwrap();
    let x = &outcome.recordings[0];
    let (slow, fast) = x.values.split_at(x.times.len());
    let crossings = |series: &[f64]| series.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count();
    assert!(crossings(fast) > crossings(slow) && crossings(slow) > 1);
}
