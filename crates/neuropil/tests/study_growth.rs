//! Studies that grow in their folder are those that were as large from the start.

#![allow(clippy::unwrap_used)]

mod common;

use std::ops::ControlFlow;
use std::path::Path;

use common::{explore, files, read, search, study};
use neuropil::{Exploration, Slice, Study};

fn refused(study: &Study, folder: &Path) -> String {
    let mut go_on = |_: &neuropil::StudyProgress| ControlFlow::Continue(());
    let error = study.build().unwrap().explore(folder, Slice::ALL, &mut go_on).unwrap_err();
    format!("{error} | {}", error.hint().unwrap_or_default())
}

#[test]
fn a_search_goes_on_with_more_evaluations() {
    let place = tempfile::tempdir().unwrap();
    for (number, algorithm) in ["{ cma_es = { size = 12 } }", "{ nsga2 = { size = 14 } }"].into_iter().enumerate() {
        let [grown, whole] = ["grown", "whole"].map(|name| place.path().join(format!("{name}{number}")));
        // Within a batch, within a generation, and between generations.
        for (evaluations, run) in [(25, 25), (50, 50 - 24), (60, 12), (130, 70)] {
            let study = search(algorithm, evaluations);
            let outcome = explore(&study, &grown, Slice::ALL);
            assert!(outcome.complete && outcome.progress.done == evaluations, "{outcome:?}");
            assert!(number > 0 || outcome.progress.run == run, "{outcome:?}");
            let _ = std::fs::remove_dir_all(&whole);
            explore(&study, &whole, Slice::ALL);
            assert!(files(&grown) == files(&whole), "{algorithm}: {evaluations} evaluations are others");
        }
        let message = refused(&search(algorithm, 129), &grown);
        assert!(
            message.starts_with("`study.search.evaluations`: found 129, expected 130 in the study at"),
            "{message}"
        );
        assert!(message.contains("which may get more points after those that it has"), "{message}");
        assert!(files(&grown) == files(&whole));
    }
}

#[test]
fn a_search_goes_on_with_more_generations() {
    let place = tempfile::tempdir().unwrap();
    let [grown, whole] = ["grown", "whole"].map(|name| place.path().join(name));
    let search_of = |evaluations: u64, generations: u64, seed: u64| {
        let mut experiment = search("{ cma_es = { size = 10 } }", evaluations).experiment().clone();
        experiment.simulation.seed = seed;
        let section = experiment.study.as_mut().unwrap();
        section.search.as_mut().unwrap().generations = Some(generations);
        // Batches that do not end with a generation.
        section.batch = Some(7);
        Study::new(experiment).unwrap()
    };
    let limited = |generations: u64| search_of(100, generations, 5);
    for generations in [2, 5, 20] {
        explore(&limited(generations), &grown, Slice::ALL);
    }
    explore(&limited(20), &whole, Slice::ALL);
    assert!(files(&grown) == files(&whole));
    // What cannot change is named, also beside more evaluations.
    for (study, expected) in [
        (limited(19), "`study.search.generations`: found 19, expected 20 in the study at"),
        (search_of(200, 19, 5), "`study.search.generations`: found 19, expected 20 in the study at"),
        (search_of(200, 30, 6), "`simulation.seed`: found 6, expected 5 in the study at"),
    ] {
        let message = refused(&study, &grown);
        assert!(message.starts_with(expected), "{message}");
    }
}

/// What is killed while it grows goes on, and one that knows the smaller study does not end the larger one.
#[test]
fn the_smaller_study_does_not_end_the_larger_one() {
    let place = tempfile::tempdir().unwrap();
    let [grown, whole] = ["grown", "whole"].map(|name| place.path().join(name));
    let (small, large) = (sobol("batch = 4", 6), sobol("batch = 4", 11));
    let plan = small.build().unwrap();
    let mut early = Exploration::begin(&plan, &grown, Slice::ALL).unwrap();
    let first = early.next(&plan, 4).unwrap().unwrap();
    assert_eq!(explore(&large, &grown, Slice::new(2, 3).unwrap()).progress.run, 4);
    let results = plan.evaluate(&first, 1, &|| ControlFlow::Continue(())).unwrap().unwrap();
    for batch in early.keep(&plan, first, results).unwrap() {
        batch.write().unwrap();
    }
    assert!(!early.finish(&plan).unwrap());
    assert_eq!(explore(&large, &grown, Slice::ALL).progress.run, 3);
    explore(&large, &whole, Slice::ALL);
    assert!(files(&grown) == files(&whole));
}

fn sobol(batch: &str, points: u64) -> Study {
    design(&format!("design = \"sobol\"\npoints = {points}\n{batch}\naxes = {{ a = {{ from = -1, to = 1 }} }}"))
}

fn design(section: &str) -> Study {
    study(&format!(
        "network = {{ model = \"hopf\", parameters = {{ sigma_ou = 0.1 }} }}\nsimulation = {{ duration = 50 }}\n\
         [study]\n{section}\nscores = {{ level = \"mean\" }}\n"
    ))
}

#[test]
fn designs_get_points_after_those_that_they_have() {
    let place = tempfile::tempdir().unwrap();
    let axes = |design: &str, a: &str, seed: &str| {
        format!("design = \"{design}\"\nbatch = 4\naxes = {{ a = {{ {a} }}, seed = {{ {seed} }} }}")
    };
    let random =
        |points: u64| format!("design = \"random\"\npoints = {points}\naxes = {{ a = {{ from = 0, to = 1 }} }}");
    for (name, small, large, points, run) in [
        ("sobol", sobol("batch = 4", 6), sobol("batch = 4", 11), 11, 7),
        ("random", design(&random(10)), design(&random(200)), 200, 190),
        (
            "grid",
            design(&axes("grid", "values = [-1, 0, 1]", "from = 1, to = 3")),
            design(&axes("grid", "from = -1, to = 1, steps = 3", "from = 1, to = 5")),
            15,
            7,
        ),
        (
            "list",
            design(&axes("list", "values = [1, 2]", "values = [4, 4]")),
            design(&axes("list", "values = [1, 2, 3]", "values = [4, 4, 5]")),
            3,
            1,
        ),
    ] {
        let [grown, whole] = ["grown", "whole"].map(|kind| place.path().join(format!("{kind}-{name}")));
        explore(&small, &grown, Slice::ALL);
        let outcome = explore(&large, &grown, Slice::ALL);
        assert!(outcome.complete && outcome.progress.run >= run, "{name}: {outcome:?}");
        explore(&large, &whole, Slice::ALL);
        for array in ["a", "level", "point", "done"] {
            assert_eq!(read(&grown, array), read(&whole, array), "{name}: {array}");
        }
        assert_eq!(read(&grown, "level").len(), points);
        if name == "sobol" || name == "grid" {
            assert!(files(&grown) == files(&whole), "{name}");
        }
    }
}

#[test]
fn designs_whose_points_would_be_others_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let hypercube = |points: u64| {
        design(&format!("design = \"latin_hypercube\"\npoints = {points}\naxes = {{ a = {{ from = 0, to = 1 }} }}"))
    };
    let grid = |a: &str, seed: &str| design(&format!("axes = {{ a = {{ {a} }}, seed = {{ {seed} }} }}"));
    for (name, small, large, expected, hint) in [
        ("hypercube", hypercube(6), hypercube(12), "`study.points`: found 12, expected 6", "depends on their number"),
        (
            "finer",
            grid("from = 0, to = 1, steps = 3", "values = [1]"),
            grid("from = 0, to = 1, steps = 5", "values = [1]"),
            "`study.axes.a.steps`: found 5, expected 3",
            "after those that it has",
        ),
        (
            "fast",
            grid("values = [0.0, 1.0]", "values = [1, 2]"),
            grid("values = [0.0, 1.0, 2.0]", "values = [1, 2]"),
            "`study.axes.a.values`: found [0.0,1.0,2.0], expected [0.0,1.0]",
            "after those that it has",
        ),
        ("fewer", sobol("", 9), sobol("", 8), "`study.points`: found 8, expected 9", "choose another folder"),
        (
            "batch",
            sobol("batch = 2", 9),
            sobol("batch = 3", 12),
            "`study.batch`: found 3, expected 2",
            "take the change",
        ),
    ] {
        let folder = place.path().join(name);
        explore(&small, &folder, Slice::ALL);
        let before = files(&folder);
        let message = refused(&large, &folder);
        assert!(message.starts_with(expected) && message.contains(hint), "{name}: {message}");
        assert!(files(&folder) == before, "{name}");
    }
}
