//! What a study varies: points of designs, fields, nodes, groups and maps.

#![allow(clippy::unwrap_used)]

mod common;

use std::ops::ControlFlow;
use std::path::Path;

use common::{explore, read, study, write_network};
use neuropil::optimize::Value as Level;
use neuropil::store::{Coordinate, StoreReader};
use neuropil::{Experiment, STUDY_STORE, Slice, Study, StudyResults};

#[test]
fn designs_have_their_points() {
    let points = |design: &str, axes: &str| {
        let text = format!(
            "network = {{ model = \"hopf\", parameters = {{ w = 0.3 }} }}\n[study]\n{design}\n[study.axes]\n{axes}\n[study.scores]\nx = {{ kind = \"mean\", output = \"y\" }}\n"
        );
        let text = text.replace("x = { kind", "mean_y = { kind");
        let plan = study(&text).build().unwrap();
        let numbers = |point: Vec<Level>| point.iter().filter_map(Level::as_number).collect::<Vec<f64>>();
        (0..plan.points().len()).map(|point| numbers(plan.points().values(point))).collect::<Vec<_>>()
    };
    let range = "a = { from = 0, to = 1, steps = 2 }\nw = { values = [1, 2] }";
    assert_eq!(points("design = \"grid\"", range), [[0.0, 1.0], [0.0, 2.0], [1.0, 1.0], [1.0, 2.0]]);
    assert_eq!(points("design = \"list\"", range), [[0.0, 1.0], [1.0, 2.0]]);
    // The model's default of `a` is 0.25.
    assert_eq!(points("design = \"sequence\"", range), [[0.0, 0.3], [1.0, 0.3], [0.25, 1.0], [0.25, 2.0]]);
    for design in ["random", "latin_hypercube", "sobol"] {
        let axes = "a = { from = 0.1, to = 10, scale = \"log\" }\nseed = { from = 1, to = 3 }\nw = { values = [1, 2] }";
        let points = points(&format!("design = \"{design}\"\npoints = 64"), axes);
        assert_eq!(points.len(), 64);
        for point in &points {
            assert!([1.0, 2.0, 3.0].contains(&point[0]) && (0.1..=10.0).contains(&point[1]));
            assert!([1.0, 2.0].contains(&point[2]));
        }
        let below_one = points.iter().filter(|point| point[1] < 1.0).count();
        assert!((20..=44).contains(&below_one), "{design}: {below_one} of 64 below the middle of the scale");
    }
}

/// The values of a coordinate of texts.
fn texts(folder: &Path, name: &str) -> Vec<String> {
    match StoreReader::open(folder.join(STUDY_STORE)).unwrap().coordinate(name).unwrap() {
        Coordinate::Text(texts) => texts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn any_field_may_be_varied_and_its_values_may_be_texts() {
    let place = tempfile::tempdir().unwrap();
    write_network(place.path());
    std::fs::write(place.path().join("other.csv"), "0 2 0 1\n1 0 1 0\n1 1 0 1\n0 0 1 0\n").unwrap();
    let text = r#"
        network = { connectome = "weights.csv", speed = 0 }
        population = [{ name = "E", model = "hopf", parameters = { a = 0.3 } }, { name = "I", model = "hopf" }]
        projection = [{ from = "E.x", to = "I.x_ext", connections = "connectome", strength = 0.2 }]
        simulation = { duration = "60 ms" }
        record = [{ population = "I", output = "x" }]
        [study.axes]
        "network.connectome" = { values = ["weights.csv", "other.csv"] }
        "projection.0.coupling" = { values = ["additive", "diffusive"] }
        "projection.0.strength" = { from = 0.1, to = 0.3, steps = 3 }
        "simulation.method" = { values = ["euler", "rk4"] }
        "E.a" = { values = [0.1, 0.5] }
        [study.scores]
        size = { kind = "standard_deviation", output = "I.x" }
    "#;
    std::fs::write(place.path().join("study.toml"), text).unwrap();
    let folder = place.path().join("out");
    let study = Study::read(place.path().join("study.toml")).unwrap();
    assert!(explore(&study, &folder, Slice::ALL).complete);
    let size = read(&folder, "size");
    assert_eq!(size.len(), 48);
    assert!(size.iter().all(|size| size.is_finite()));
    let [connectomes, couplings, methods] =
        ["network.connectome", "projection.0.coupling", "simulation.method"].map(|name| texts(&folder, name));
    let [strengths, a] = ["projection.0.strength", "E.a"].map(|name| read(&folder, name));
    for point in [0, 13, 30, 47] {
        // The same run, written out.
        let mut experiment = study.experiment().clone();
        experiment.study = None;
        experiment.network.as_mut().unwrap().connectome = Some(place.path().join(&connectomes[point]));
        experiment.simulation.method = methods[point].clone();
        experiment.populations[0].parameters.insert("a".into(), a[point].into());
        experiment.projections[0].strength = Some(strengths[point].into());
        experiment.projections[0].coupling =
            if couplings[point] == "diffusive" { neuropil::Coupling::Diffusive } else { neuropil::Coupling::Additive };
        let mut plan = experiment.build().unwrap();
        plan.simulation.trials = point as u64..point as u64 + 1;
        let values = &plan.run().unwrap().recordings[0].values;
        let spread = |row: &[f64]| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            (row.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / row.len() as f64).sqrt()
        };
        let expected = values.chunks(values.len() / 4).map(spread).sum::<f64>() / 4.0;
        assert!((size[point] / expected - 1.0).abs() < 1e-12, "{point}: {} {expected}", size[point]);
    }
    let distinct: std::collections::BTreeSet<u64> = size.iter().map(|size| size.to_bits()).collect();
    assert!(distinct.len() > 40, "only {} of 48 differ", distinct.len());
    let best = StudyResults::open(&folder).unwrap().best("size", 1, None).unwrap();
    let axis = best.axes.iter().position(|axis| axis == "simulation.method").unwrap();
    assert!(matches!(&best.points[0].values[axis], Level::Choice(_)));
    // Contents of a file among the values belong to the study.
    std::fs::write(place.path().join("other.csv"), "0 3 0 1\n1 0 1 0\n1 1 0 1\n0 0 1 0\n").unwrap();
    let changed = Study::read(place.path().join("study.toml")).unwrap().build().unwrap();
    assert!(changed.explore(&folder, Slice::ALL, &mut |_| ControlFlow::Continue(())).is_err());
}

#[test]
fn values_may_differ_among_nodes_groups_and_along_maps() {
    let place = tempfile::tempdir().unwrap();
    let run = |axes: &str| {
        let text = format!(
            "network = {{ model = \"hopf\", nodes = 3 }}\nsimulation = {{ duration = \"50 ms\" }}\n\
             record = [{{ output = \"x\", every = 1 }}]\n\
             [study]\ndesign = \"sobol\"\npoints = 8\nkeep = [\"recordings\"]\n[study.axes]\n{axes}\n"
        );
        let folder = place.path().join(format!("{}", axes.len()));
        explore(&study(&text), &folder, Slice::ALL);
        folder
    };
    let single = |a: [f64; 3], point: u64| {
        let mut experiment = Experiment::from_toml(
            "network = { model = \"hopf\", nodes = 3 }\nsimulation = { duration = \"50 ms\" }\n\
             record = [{ output = \"x\", every = 1 }]",
        )
        .unwrap();
        let network = experiment.network.as_mut().unwrap();
        network.parameters.insert("a".into(), neuropil::Value::Nodes(a.to_vec()));
        let mut plan = experiment.build().unwrap();
        plan.simulation.trials = point..point + 1;
        let values = plan.run().unwrap().recordings[0].values.clone();
        values.into_iter().map(|value| f64::from(value as f32)).collect::<Vec<f64>>()
    };
    let check = |folder: &Path, of_point: &dyn Fn(usize) -> [f64; 3]| {
        let x = read(folder, "x");
        for point in 0..8 {
            let expected = single(of_point(point), point as u64);
            assert_eq!(x[point * expected.len()..][..expected.len()], expected, "{point}");
        }
    };
    let folder = run("a = { from = -1, to = 1, per_node = true }");
    let nodes = [0, 1, 2].map(|node| read(&folder, &format!("a[{node}]")));
    check(&folder, &|point| [nodes[0][point], nodes[1][point], nodes[2][point]]);
    let folder = run("a = { from = -1, to = 1, groups = [7, 2, 7] }");
    let groups = [2, 7].map(|group| read(&folder, &format!("a[{group}]")));
    check(&folder, &|point| [groups[1][point], groups[0][point], groups[1][point]]);
    let folder = run("base = { from = -1, to = 0, parameter = \"a\", map = 1 }\n\
         slope = { from = 0, to = 0.5, parameter = \"a\", map = [0.5, 1.0, 2.0] }");
    let [base, slope] = ["base", "slope"].map(|name| read(&folder, name));
    check(&folder, &|point| [0.5, 1.0, 2.0].map(|weight| base[point] + weight * slope[point]));
}
