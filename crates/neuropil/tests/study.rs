//! Studies: bits do not depend on how they are computed, what is killed goes on, and scores are right.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use neuropil::optimize::Value as Level;
use neuropil::store::{BatchValues, Coordinate, StoreReader};
use neuropil::{Experiment, STUDY_STORE, Slice, Study, StudyColumn, StudyOutcome, StudyResults, merge_studies};

fn study(text: &str) -> Study {
    Study::from_toml(text).unwrap()
}

fn explore(study: &Study, folder: &Path, slice: Slice) -> StudyOutcome {
    study.build().unwrap().explore(folder, slice, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn read(folder: &Path, name: &str) -> Vec<f64> {
    StoreReader::open(folder.join(STUDY_STORE)).unwrap().read(name).unwrap().values
}

/// A noisy network with delays, where points differ in speed, seed and a parameter, and all is kept.
const NETWORK: &str = r#"
    network = { model = "hopf", connectome = "weights.csv", lengths = "lengths.csv", parameters = { sigma_ou = 0.05 } }
    simulation = { duration = "200 ms", transient = "20 ms", seed = 3 }
    record = [{ output = "x", every = "5 ms" }]
    bold = { every = "20 ms" }
    [study]
    keep = ["scores", "recordings", "bold", "functional_connectivity"]
    batch = 4
    [study.axes]
    K_gl = { from = 0.0, to = 1.0, steps = 5 }
    speed = { values = [0, 5] }
    seed = { from = 1, to = 2 }
    [study.scores]
    spread = { kind = "standard_deviation", output = "x" }
    frequency = { kind = "dominant_frequency", output = "y" }
    fc = { kind = "fc_correlation", against = "fc.csv" }
"#;

/// The network and its data in files.
fn write_network(place: &Path) -> Study {
    let table = |name: &str, value: &dyn Fn(usize, usize) -> f64| {
        let row = |i| (0..4).map(|j| value(i, j).to_string()).collect::<Vec<_>>().join(" ");
        std::fs::write(place.join(name), (0..4).map(row).collect::<Vec<_>>().join("\n")).unwrap();
    };
    table("weights.csv", &|i, j| if i == j { 0.0 } else { 1.0 / (1 + i + 2 * j) as f64 });
    table("lengths.csv", &|i, j| if i == j { 0.0 } else { (10 * i + 7 * j) as f64 });
    table("fc.csv", &|i, j| if i == j { 1.0 } else { 0.1 * (i + j) as f64 + 0.05 * (i * j) as f64 });
    std::fs::write(place.join("study.toml"), NETWORK).unwrap();
    Study::read(place.join("study.toml")).unwrap()
}

#[test]
fn slices_threads_and_runs_change_no_byte() {
    let place = tempfile::tempdir().unwrap();
    let study = write_network(place.path());
    let [whole, slices, parts, merged] = ["whole", "slices", "parts", "merged"].map(|name| place.path().join(name));
    let outcome = explore(&study.clone().with_threads(Some(1)), &whole, Slice::ALL);
    assert!(outcome.complete && outcome.progress.run == 20 && outcome.progress.done == 20);
    let expected = files(&whole);
    assert_eq!(std::fs::read_dir(&whole).unwrap().count(), 1);
    let mut folders = Vec::new();
    for number in [5, 2, 8, 1, 7, 3, 6, 4] {
        let slice = Slice::new(number, 8).unwrap();
        explore(&study.clone().with_threads(Some(3)), &slices, slice);
        let part = parts.join(number.to_string());
        explore(&study, &part, slice);
        folders.push(part);
    }
    assert!(files(&slices) == expected, "slices differ from the whole");
    assert_eq!(merge_studies(&folders, &merged).unwrap().done, 20);
    assert!(files(&merged) == expected, "merged slices differ from the whole");
    // Again there is nothing to do, also where the files are called from another folder.
    assert_eq!(explore(&study, &whole, Slice::ALL).progress.run, 0);
    let again = Study::read(place.path().join("parts/../study.toml")).unwrap();
    assert_eq!(explore(&again, &whole, Slice::ALL).progress.run, 0);
    assert!(files(&whole) == expected);
}

#[test]
fn batches_change_no_value_and_points_are_trials() {
    let place = tempfile::tempdir().unwrap();
    let [small, large] = ["small", "large"].map(|name| place.path().join(name));
    for (batch, folder) in [("batch = 3", &small), ("batch = 20", &large)] {
        write_network(place.path());
        std::fs::write(place.path().join("study.toml"), NETWORK.replace("batch = 4", batch)).unwrap();
        explore(&Study::read(place.path().join("study.toml")).unwrap(), folder, Slice::ALL);
    }
    for name in ["spread", "frequency", "fc", "x", "BOLD", "functional_connectivity", "K_gl", "speed", "seed"] {
        assert_eq!(read(&small, name), read(&large, name), "{name}");
    }
    // Point 13 alone.
    let mut experiment = write_network(place.path()).experiment().clone();
    experiment.study = None;
    let point = 13;
    let [coupling, speed, seed] = ["K_gl", "speed", "seed"].map(|name| read(&small, name)[point]);
    let network = experiment.network.as_mut().unwrap();
    network.parameters.insert("K_gl".into(), coupling.into());
    network.speed = Some(speed.into());
    experiment.simulation.seed = seed as u64;
    let mut plan = experiment.build().unwrap();
    plan.simulation.trials = point as u64..point as u64 + 1;
    let outcome = plan.run().unwrap();
    let x = &outcome.recordings[0].values;
    let single: Vec<f64> = x.iter().map(|value| f64::from(*value as f32)).collect();
    assert_eq!(read(&small, "x")[point * x.len()..][..x.len()], single);
    // Scores by hand.
    let samples = x.len() / 4;
    let spread = |row: &[f64]| {
        let mean = row.iter().sum::<f64>() / samples as f64;
        (row.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / samples as f64).sqrt()
    };
    let expected = x.chunks(samples).map(spread).sum::<f64>() / 4.0;
    assert!((read(&small, "spread")[point] / expected - 1.0).abs() < 1e-12);
    let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
    let simulated = pairs.map(|(i, j)| outcome.connectivity[0].get(i, j).unwrap());
    let measured = pairs.map(|(i, j)| 0.1 * (i + j) as f64 + 0.05 * (i * j) as f64);
    assert!((read(&small, "fc")[point] - correlation(&simulated, &measured)).abs() < 1e-12);
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let count = left.len() as f64;
    let [m, n] = [left, right].map(|values| values.iter().sum::<f64>() / count);
    let products = |a: &[f64], m: f64, b: &[f64], n: f64| a.iter().zip(b).map(|(a, b)| (a - m) * (b - n)).sum::<f64>();
    products(left, m, right, n) / (products(left, m, left, m) * products(right, n, right, n)).sqrt()
}

#[test]
fn the_table_has_what_is_there_and_the_grid_all_points() {
    let place = tempfile::tempdir().unwrap();
    let study = write_network(place.path());
    let folder = place.path().join("study");
    explore(&study, &folder, Slice::new(2, 2).unwrap());
    assert!(StudyResults::is_at(&folder) && StudyResults::is_at(folder.join(STUDY_STORE)));
    assert!(!StudyResults::is_at(place.path()));
    let results = StudyResults::open(&folder).unwrap();
    let table = results.table().unwrap();
    let names = |columns: &[StudyColumn]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&table.axes), results.attributes()["axes"].as_array().unwrap().as_slice());
    assert_eq!(table.points, (8..20).collect::<Vec<_>>());
    assert_eq!((table.axes[1].unit.as_str(), table.scores[1].column.unit.as_str()), ("mm/ms", "Hz"));
    assert!(table.generations.is_none() && table.damaged.is_empty() && table.reasons.iter().all(String::is_empty));
    // Point by point, as the plan has them.
    let plan = study.build().unwrap();
    let grid = results.grid().unwrap().unwrap();
    for (row, &point) in table.points.iter().enumerate() {
        for (axis, value) in plan.points().values(point).into_iter().enumerate() {
            let BatchValues::Numbers(column) = &table.axes[axis].values else { panic!("axes are numbers") };
            assert_eq!(column[row], value.as_number().unwrap(), "{point} {axis}");
        }
    }
    for point in 0..20 {
        let (mut rest, values) = (point, plan.points().values(point as u64));
        for (levels, value) in grid.iter().zip(values).rev() {
            let BatchValues::Numbers(levels) = levels else { panic!("axes are numbers") };
            assert_eq!(levels[rest % levels.len()], value.as_number().unwrap());
            rest /= levels.len();
        }
    }
    let fc = table.scores.iter().find(|score| score.column.name == "fc").unwrap();
    let best = results.best("fc", 1, None).unwrap().points.remove(0);
    let values = fc.values();
    assert!((0..values.len()).all(|row| !fc.is_better(values[row], best.score)));
    let connectivity = results.functional_connectivity(best.point).unwrap().unwrap();
    let (subjects, measured) = connectivity.measured.unwrap();
    assert_eq!((subjects, measured.get(1, 3)), (vec!["fc".to_owned()], Some(0.1 * 4.0 + 0.05 * 3.0)));
    assert!(results.functional_connectivity(0).is_err());
    explore(&study, &folder, Slice::ALL);
    let stored = read(&folder, "functional_connectivity");
    assert_eq!(connectivity.simulated.values(), &stored[16 * best.point as usize..][..16]);
}

/// A run compared with itself, and with its own numbers.
#[test]
fn scores_against_the_run_itself() {
    let place = tempfile::tempdir().unwrap();
    write_network(place.path());
    let base = NETWORK.split("[study]").next().unwrap().replace("200 ms", "2 s").replace("sigma_ou = 0.05", "K_gl = 0");
    std::fs::write(place.path().join("run.toml"), &base).unwrap();
    let outcome = Experiment::read(place.path().join("run.toml")).unwrap().build().unwrap().run().unwrap();
    let table = |name: &str, recording: usize, dropped: usize| {
        let recorded = &outcome.recordings[recording];
        let rows = recorded.values.chunks(recorded.times.len());
        let row = |row: &[f64]| row[dropped..].iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
        std::fs::write(place.path().join(name), rows.map(row).collect::<Vec<_>>().join("\n")).unwrap();
    };
    table("x.txt", 0, 0);
    table("bold.txt", 1, neuropil::DROPPED_VOLUMES);
    let section = "
        [study]
        axes = { seed = { values = [3] } }
        [study.scores]
        spectrum = { kind = \"spectrum_distance\", against = \"x.txt\", segment = \"500 ms\" }
        dynamics = { kind = \"fcd_ks\", against = \"bold.txt\", window = 20, step = 4 }
        other = { kind = \"fcd_ks\", against = \"other.txt\", window = 20, step = 4 }
        frequency = { kind = \"dominant_frequency\", segment = \"1 s\" }
        largest = \"max\"
        smallest = \"min\"
        amplitude = \"amplitude\"
    ";
    let other = |node: usize| (0..95).map(|k| ((k * (node + 3)) as f64 / 7.0).sin().to_string()).collect::<Vec<_>>();
    let other = (0..4).map(|node| other(node).join(",")).collect::<Vec<_>>().join("\n");
    std::fs::write(place.path().join("other.txt"), other).unwrap();
    std::fs::write(place.path().join("study.toml"), format!("{base}{section}")).unwrap();
    let folder = place.path().join("out");
    explore(&Study::read(place.path().join("study.toml")).unwrap(), &folder, Slice::ALL);
    let score = |name: &str| read(&folder, name)[0];
    assert!(score("spectrum").abs() < 1e-12 && score("dynamics") == 0.0);
    assert!(score("other") > 0.05 && score("other") <= 1.0);
    let x = &outcome.recordings[0];
    let over_nodes = |number: &dyn Fn(&[f64]) -> f64| x.values.chunks(x.times.len()).map(number).sum::<f64>() / 4.0;
    let largest = over_nodes(&|row| row.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let smallest = over_nodes(&|row| row.iter().copied().fold(f64::INFINITY, f64::min));
    for (name, expected) in [("largest", largest), ("smallest", smallest), ("amplitude", (largest - smallest) / 2.0)] {
        assert!((score(name) - expected).abs() < 1e-12, "{name}: {} {expected}", score(name));
    }
    // Uncoupled, it turns with the model's angular frequency of 0.2 per ms: 31.8 Hz.
    assert!((score("frequency") - 200.0 / std::f64::consts::TAU).abs() <= 1.0, "{}", score("frequency"));
}

const RUNAWAY: &str = r#"
    network = { model_file = "runaway.model" }
    simulation = { duration = "30 ms", dt = 0.1 }
    [study]
    axes = { growth = { from = -1, to = 1, steps = 41 } }
    scores = { size = { kind = "mean" } }
"#;

fn write_runaway(place: &Path, change: impl Fn(&str) -> String) -> Study {
    let model = "model runaway \"x\"\nparam growth = 0 : 1/ms in (-inf, inf) \"growth\"\nstate x = 1 : 1 \"x\"\n\
        dx/dt = growth * x^2\noutput x\n";
    std::fs::write(place.join("runaway.model"), model).unwrap();
    std::fs::write(place.join("study.toml"), change(RUNAWAY)).unwrap();
    Study::read(place.join("study.toml")).unwrap()
}

#[test]
fn points_that_run_away_have_a_reason_and_the_others_their_scores() {
    let place = tempfile::tempdir().unwrap();
    let study = write_runaway(place.path(), str::to_owned);
    let [whole, one] = ["whole", "one"].map(|name| place.path().join(name));
    assert!(explore(&study, &whole, Slice::ALL).complete);
    let (growth, size) = (read(&whole, "growth"), read(&whole, "size"));
    for (growth, size) in growth.iter().zip(&size) {
        // x = 1 / (1 - growth t) leaves the numbers at 1 / growth, which Euler passes a little later.
        assert_eq!(size.is_nan(), *growth > 0.04, "{growth} {size}");
    }
    let results = StudyResults::open(&whole).unwrap();
    let status = results.status().unwrap();
    assert_eq!((status.points, status.done, status.without_scores), (41, 41, 20));
    let (first, reason) = status.first_reason.unwrap();
    assert_eq!(first, 21);
    assert!(reason.starts_with("trial 21, population `brain`, node 0, variable `x`: found inf at t = "), "{reason}");
    assert_eq!(results.best("size", 1, None).unwrap().points[0].point, 20);
    assert_eq!(results.best("size", 2, Some(true)).unwrap().points[1].point, 1);
    // What each point gives does not depend on its neighbours.
    let alone = write_runaway(place.path(), |text| text.replace("[study]", "[study]\nbatch = 1"));
    explore(&alone, &one, Slice::ALL);
    assert_eq!(format!("{:?}", read(&one, "size")), format!("{size:?}"));
    let reasons = |folder: &Path| StoreReader::open(folder.join(STUDY_STORE)).unwrap().coordinate("reason").unwrap();
    assert_eq!(reasons(&one), reasons(&whole));
}

#[test]
fn stages_give_up_early() {
    let place = tempfile::tempdir().unwrap();
    let stage = "[[study.stage]]\nduration = \"5 ms\"\nkeep_if = { score = \"size\", above = 0.5, below = 2.0 }\n";
    let study = write_runaway(place.path(), |text| format!("{text}\n{stage}"));
    let folder = place.path().join("out");
    explore(&study, &folder, Slice::ALL);
    let results = StudyResults::open(&folder).unwrap();
    let status = results.status().unwrap();
    let (first, reason) = status.first_reason.unwrap();
    assert_eq!(first, 0);
    assert!(reason.starts_with("given up after 5 ms: score `size` = 0.3"), "{reason}");
    assert!(reason.ends_with(", expected above 0.5 and below 2"), "{reason}");
    let (growth, size) = (read(&folder, "growth"), read(&folder, "size"));
    for (growth, size) in growth.iter().zip(&size) {
        // The mean of 1 / (1 - growth t) over 5 ms.
        let mean = if *growth == 0.0 { 1.0 } else { -(1.0 - 5.0 * growth).ln() / (5.0 * growth) };
        // Euler's steps and means of 1 ms are a little off.
        if (mean - 0.5).abs() < 0.02 || (mean - 2.0).abs() < 0.2 {
            continue;
        }
        let is_kept = mean > 0.5 && mean < 2.0 && *growth <= 0.04;
        assert_eq!(size.is_nan(), !is_kept, "{growth} {mean} {size}");
    }
}

const PATH: &str = "NEUROPIL_STUDY_TEST_PATH";

fn long() -> Study {
    study(
        r#"
        network = { model = "hopf", parameters = { sigma_ou = 0.1 } }
        simulation = { duration = "400 ms", threads = 2 }
        [study]
        batch = 4
        axes = { a = { from = -1, to = 1, steps = 150 }, w = { values = [0.1, 0.2] } }
        scores = { amplitude = { kind = "amplitude", output = "x" } }
        "#,
    )
}

/// Explores when it is the child of the test below.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else { return };
    explore(&to_kill(&path), Path::new(&path), Slice::ALL);
}

/// A study by the name of its folder.
fn to_kill(path: &str) -> Study {
    if path.ends_with("search") { search("{ cma_es = { size = 20 } }", 600) } else { long() }
}

#[cfg(unix)]
#[test]
fn killed_studies_go_on_to_the_same_bytes() {
    let place = tempfile::tempdir().unwrap();
    for kind in ["design", "search"] {
        let [whole, killed] = ["whole", "killed"].map(|name| place.path().join(format!("{name}-{kind}")));
        let begin = std::time::Instant::now();
        explore(&to_kill(kind), &whole, Slice::ALL);
        let longest = begin.elapsed().as_secs_f64() * 0.7;
        let (mut kills, mut round) = (0, 0_u32);
        while kills < 20 {
            // Multiples of the golden ratio fill the time of a run evenly; the scheduler adds what is random.
            round += 1;
            let moment = (f64::from(round) * 0.618_033_988_75).fract() * longest;
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "child"])
                .env(PATH, &killed)
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(std::time::Duration::from_secs_f64(moment));
            if child.try_wait().unwrap().is_some() {
                // It came to its end: another one begins.
                assert!(files(&killed.join(STUDY_STORE)) == files(&whole.join(STUDY_STORE)), "{kind}: not the same");
                std::fs::remove_dir_all(&killed).unwrap();
                continue;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            if killed.join(STUDY_STORE).exists() {
                // Whatever is there can be read.
                let status = StudyResults::open(&killed).unwrap().status().unwrap();
                assert!(status.done <= status.points && status.damaged.is_empty());
            }
        }
        explore(&to_kill(kind), &killed, Slice::ALL);
        assert!(files(&killed.join(STUDY_STORE)) == files(&whole.join(STUDY_STORE)), "{kind}: not the same");
    }
}

#[test]
fn several_at_once_share_the_work() {
    let place = tempfile::tempdir().unwrap();
    let [whole, shared] = ["whole", "shared"].map(|name| place.path().join(name));
    explore(&long(), &whole, Slice::ALL);
    let run: u64 = std::thread::scope(|scope| {
        let explorers: Vec<_> = (0..3).map(|_| scope.spawn(|| explore(&long(), &shared, Slice::ALL))).collect();
        explorers.into_iter().map(|explorer| explorer.join().unwrap().progress.run).sum()
    });
    // No point was run twice.
    assert_eq!(run, 300);
    assert!(files(&shared.join(STUDY_STORE)) == files(&whole.join(STUDY_STORE)));
}

#[test]
fn stopped_studies_go_on() {
    let place = tempfile::tempdir().unwrap();
    let plan = long().build().unwrap();
    let outcome = plan.explore(place.path(), Slice::ALL, &mut |_| ControlFlow::Break(())).unwrap();
    assert!(outcome.stopped && !outcome.complete && outcome.progress.done == 0);
    let outcome = plan.explore(place.path(), Slice::new(2, 3).unwrap(), &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(!outcome.stopped && !outcome.complete && outcome.progress.done == outcome.progress.points);
    assert!(explore(&long(), place.path(), Slice::ALL).complete);
}

#[test]
fn a_damaged_chunk_is_named_and_the_rest_is_ranked() {
    let place = tempfile::tempdir().unwrap();
    explore(&long(), place.path(), Slice::ALL);
    std::fs::write(place.path().join("study.zarr/amplitude/c/74"), b"damage").unwrap();
    let results = StudyResults::open(place.path()).unwrap();
    let best = results.best("amplitude", 3, None).unwrap();
    assert_eq!(best.points.len(), 3);
    assert!(best.damaged[0].starts_with("points 296 to 299: `amplitude`: chunk `c/74` is damaged"), "{best:?}");
    // Without its mark the batch is computed anew.
    std::fs::remove_file(place.path().join("study.zarr/done/c/74")).unwrap();
    assert_eq!(explore(&long(), place.path(), Slice::ALL).progress.run, 4);
    assert!(results.best("amplitude", 3, None).unwrap().damaged.is_empty());
}

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

#[test]
fn mistakes_are_named() {
    let place = tempfile::tempdir().unwrap();
    let message = |study: &str| {
        let text = format!("network = {{ model = \"hopf\" }}\nsimulation = {{ duration = \"1 s\" }}\n{study}");
        let error = Study::from_toml(&text).and_then(|study| study.build().map(|_| ())).unwrap_err();
        match error.hint() {
            Some(hint) => format!("{error} | {hint}"),
            None => error.to_string(),
        }
    };
    let with = |axes: &str, scores: &str| message(&format!("[study]\naxes = {{ {axes} }}\nscores = {{ {scores} }}"));
    let range = "a = { from = 0, to = 1, steps = 3 }";
    for (found, expected) in [
        (message(""), "`study`: found nothing, expected a section `[study]` with axes and scores"),
        (with("", "m = \"mean\""), "`study.axes`: found no axis, expected at least one"),
        (with("aa = { values = [1] }", "m = \"mean\""), "`study.axes`: found `aa`, expected a parameter"),
        (with("sigma_o = { values = [1] }", "m = \"mean\""), "did you mean `sigma_ou`?"),
        (with("a = { values = [] }", "m = \"mean\""), "`study.axes.a`: found no value, expected at least one"),
        (with("a = { from = 1, to = 0, steps = 2 }", "m = \"mean\""), "`study.axes.a`: found 1 to 0, expected"),
        (with("a = { from = 0, to = 1 }", "m = \"mean\""), "`study.axes.a`: found a range without `steps`"),
        (with("a = { from = 0, to = 1, steps = 0 }", "m = \"mean\""), "`study.axes.a.steps`: found 0"),
        (with("a = { from = 0 }", "m = \"mean\""), "`study.axes.a`: found half a range"),
        (
            with("a = { from = 0, to = 1, steps = 2, scale = \"log\" }", "m = \"mean\""),
            "expected a lower bound above 0",
        ),
        (with("sigma_ou = { values = [-1, 1] }", "m = \"mean\""), "parameter `sigma_ou`: found -1"),
        (with("speed = { values = [1] }", "m = \"mean\""), "`study.axes.speed`: found a network without connections"),
        (with("seed = { values = [0.5] }", "m = \"mean\""), "`study.axes.seed`: found 0.5, expected whole numbers"),
        (
            with(range, "m = { kind = \"mean\", window = 3 }"),
            "`study.scores.m.window`: found a value, expected nothing: mean does not depend on it",
        ),
        (
            message(
                "[study]\ndesign = \"sobol\"\npoints = 4\naxes = { a = { from = 0, to = 1, steps = 3 } }\nscores = { m = \"mean\" }",
            ),
            "`study.axes.a.steps`: found a number, expected none: points lie anywhere in the range",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1, steps = 3 } }\nscores = { m = \"mean\" }\n[[study.stage]]\nduration = \"5 ms\"\nkeep_if = { score = \"m\", above = 3, below = 1 }",
            ),
            "`study.stage.0.keep_if`: found above 3 and below 1, expected `above` less than `below`",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"mean\" }\nsearch = { algorithm = \"cma_es\", evaluations = 10 }",
            ),
            "`study.search.objectives`: found no goal for `m`",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"mean\" }\nsearch = { algorithm = \"nsga2\", evaluations = 10 }",
            ),
            "an algorithm without the size of its population",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1, steps = 2, per_node = true, map = 1 } }\nscores = { m = \"mean\" }",
            ),
            "`study.axes.a`: found several of `per_node`, `groups` and `map`, expected one of them",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1, steps = 2 }, b = { from = 0, to = 1, steps = 2, parameter = \"a\" } }\nscores = { m = \"mean\" }",
            ),
            "`study.axes.a`: found another axis of `a`, expected one",
        ),
        (
            message("[study]\naxes = { \"network.modl\" = { values = [\"hopf\"] } }\nscores = { m = \"mean\" }"),
            "`study.axes.network.modl`: found",
        ),
        (
            message("[study]\naxes = { a = { values = [\"x\"] } }\nscores = { m = \"mean\" }"),
            "`study.axes.a`: found \"x\", expected numbers",
        ),
        (with(range, ""), "`study.scores`: found no score"),
        (with(range, "m = \"meen\""), "did you mean `mean`?"),
        (with(range, "a = \"mean\""), "`study.scores`: found `a`, expected a name that nothing else has"),
        (with(range, "m = { kind = \"mean\", output = \"xx\" }"), "`study.scores.m.output`: found `xx`, expected `x`"),
        (with(range, "m = \"fc_correlation\""), "`study.scores.m`: found an experiment without BOLD"),
        (with(range, "m = \"spectrum_distance\""), "`study.scores.m.against`: found nothing"),
        (
            message(
                "[study]\ndesign = \"sobol\"\npoints = 0\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"mean\" }",
            ),
            "`study.points`: found 0, expected at least 1",
        ),
        (
            message(&format!("[study]\npoints = 3\naxes = {{ {range} }}\nscores = {{ m = \"mean\" }}")),
            "`study.points`: found 3, expected none for a design",
        ),
        (
            message(&format!("[study]\nbatch = 0\naxes = {{ {range} }}\nscores = {{ m = \"mean\" }}")),
            "`study.batch`: found 0",
        ),
        (
            message(&format!("[study]\nkeep = [\"bold\"]\naxes = {{ {range} }}\nscores = {{ m = \"mean\" }}")),
            "`study.keep`: found an experiment without BOLD",
        ),
        (
            message(&format!(
                "[study]\naxes = {{ {range} }}\nscores = {{ m = \"mean\" }}\nstage = [{{ duration = 10, keep_if = {{ score = \"n\", above = 1 }} }}]"
            )),
            "`study.stage.0.keep_if.score`: found `n`, expected `m`",
        ),
        (
            message(&format!(
                "[study]\naxes = {{ {range} }}\nscores = {{ m = \"mean\" }}\nstage = [{{ duration = 2000, keep_if = {{ score = \"m\", above = 1 }} }}]"
            )),
            "`study.stage.0.duration`: found 2 s",
        ),
    ] {
        assert!(found.contains(expected), "found:    {found}\nexpected: {expected}");
    }
    // A folder holds one study, and nothing else.
    let refused = |study: &Study, folder: &Path| {
        let mut go_on = |_: &neuropil::StudyProgress| ControlFlow::Continue(());
        study.build().unwrap().explore(folder, Slice::ALL, &mut go_on).unwrap_err().to_string()
    };
    let other = place.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("thesis.tex"), "important").unwrap();
    let small = |to: f64| {
        study(&format!(
            "network = {{ model = \"hopf\" }}\nsimulation = {{ duration = 10 }}\n[study]\naxes = {{ a = {{ from = 0, to = {to}, steps = 2 }} }}\nscores = {{ m = \"mean\" }}"
        ))
    };
    assert!(refused(&small(1.0), &other).starts_with("`folder`: found `thesis.tex` in"));
    let folder = place.path().join("study");
    explore(&small(1.0), &folder, Slice::ALL);
    let message = refused(&small(2.0), &folder);
    assert!(message.starts_with("`study.axes.a.to`: found 2.0, expected 1.0 in the study at"), "{message}");
    let runaway = write_runaway(place.path(), str::to_owned);
    let folder = place.path().join("runaway");
    explore(&runaway, &folder, Slice::ALL);
    let model = std::fs::read_to_string(place.path().join("runaway.model")).unwrap();
    std::fs::write(place.path().join("runaway.model"), model.replace("x^2", "x")).unwrap();
    let message = refused(&runaway, &folder);
    assert!(message.starts_with("`study`: found files with other contents"), "{message}");
    let error = merge_studies(&[other], place.path().join("merged")).unwrap_err().to_string();
    assert!(error.starts_with("`path`: expected a neuropil store, found nothing"), "{error}");
    let error = small(1.0).experiment().build().unwrap_err().to_string();
    assert!(error.starts_with("`study`: found a study, expected an experiment"), "{error}");
}

#[test]
fn specifications_are_given_back() {
    let place = tempfile::tempdir().unwrap();
    let study = write_network(place.path());
    let experiment = study.experiment();
    assert_eq!(Experiment::from_toml(&experiment.to_toml()).unwrap(), *experiment);
    assert_eq!(Experiment::from_json(&experiment.to_json().to_string()).unwrap(), *experiment);
}

/// Needs `python3` with xarray and zarr; `PYTHON` names another interpreter. Without them it says so and passes.
#[test]
fn xarray_opens_a_study() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let has_xarray = Command::new(&python).args(["-c", "import numpy, xarray, zarr"]).output();
    if !has_xarray.is_ok_and(|output| output.status.success()) {
        println!("skipped: no python3 with numpy, xarray and zarr");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("study");
    explore(&write_network(place.path()), &folder, Slice::new(1, 2).unwrap());
    let script = "
import sys, warnings
import numpy as np, xarray as xr
warnings.simplefilter('error')
study = xr.open_zarr(sys.argv[1])
assert study.sizes['point'] == 20, study
assert {'point', 'K_gl', 'speed', 'seed', 'region'} <= set(study.coords), study.coords
assert {'spread', 'frequency', 'fc', 'x', 'BOLD', 'functional_connectivity', 'done', 'reason'} <= set(study.data_vars)
assert study.frequency.attrs['units'] == 'Hz' and study.speed.attrs['units'] == 'mm/ms'
done = study.done.values == 1
assert done.sum() in (8, 12) and np.isfinite(study.fc.values[done]).all() and np.isnan(study.fc.values[~done]).all()
assert (study.reason.values == '').all()
grid = study[['fc']].set_index(point=['speed', 'seed', 'K_gl']).unstack('point')
assert grid.fc.dims == ('speed', 'seed', 'K_gl') and grid.fc.shape == (2, 2, 5)
assert study.functional_connectivity.dims == ('point', 'node', 'other_node')
";
    let output = Command::new(&python).args(["-c", script]).arg(folder.join(STUDY_STORE)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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

/// The amplitude of a Hopf oscillator beyond its bifurcation is the square root of `a`.
fn search(algorithm: &str, evaluations: u64) -> Study {
    study(&format!(
        r#"
        network = {{ model = "hopf" }}
        simulation = {{ duration = "300 ms", transient = "300 ms", seed = 5 }}
        [study]
        axes = {{ a = {{ from = 0, to = 4 }}, w = {{ from = 0.05, to = 1, scale = "log" }} }}
        [study.scores]
        amplitude = {{ kind = "amplitude", output = "x" }}
        frequency = {{ kind = "dominant_frequency", output = "x", segment = "300 ms" }}
        [study.search]
        algorithm = {algorithm}
        evaluations = {evaluations}
        [[study.search.objectives]]
        score = "amplitude"
        goal = {{ target = 1.3 }}
        [[study.search.objectives]]
        score = "frequency"
        goal = {{ target = 40 }}
        weight = 0.01
        "#
    ))
}

#[test]
fn a_search_finds_what_is_asked_and_goes_on_to_the_same_bytes() {
    let place = tempfile::tempdir().unwrap();
    let folder = |name: &str| place.path().join(name);
    let study = search("{ cma_es = { size = 12 } }", 300);
    let outcome = explore(&study.clone().with_threads(Some(1)), &folder("whole"), Slice::ALL);
    assert!(outcome.complete && outcome.progress.run == 300, "{outcome:?}");
    let found = outcome.progress.search.unwrap();
    assert!(found.to_string().starts_with("generation 25: amplitude best "), "{found}");
    assert!(found.objectives.iter().all(|(_, best, mean)| *best >= 0.0 && best <= mean), "{found:?}");
    let expected = files(&folder("whole"));
    let amplitude = read(&folder("whole"), "amplitude");
    let generation = read(&folder("whole"), "generation");
    assert!(generation.iter().enumerate().all(|(point, generation)| *generation == (point / 12) as f64));
    let error = |range: std::ops::Range<usize>| -> f64 {
        range.clone().map(|point| (amplitude[point] - 1.3).abs()).sum::<f64>() / range.len() as f64
    };
    assert!(error(276..300) < error(0..24) / 10.0, "{} {}", error(0..24), error(276..300));
    // Any number of threads, and stopped again and again.
    explore(&study.clone().with_threads(Some(3)), &folder("threads"), Slice::ALL);
    assert!(files(&folder("threads")) == expected, "threads change the results");
    let plan = study.build().unwrap();
    let mut calls = 0;
    for _ in 0..40 {
        let outcome = plan
            .explore(folder("stopped"), Slice::ALL, &mut |progress| {
                calls += 1;
                if progress.run > 30 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
        if outcome.complete {
            break;
        }
    }
    explore(&study, &folder("stopped"), Slice::ALL);
    assert!(files(&folder("stopped")) == expected, "a search that is stopped finds something else");
    assert_eq!(explore(&study, &folder("stopped"), Slice::ALL).progress.run, 0);
    let slice = plan.explore(folder("slice"), Slice::new(1, 2).unwrap(), &mut |_| ControlFlow::Continue(()));
    assert!(slice.unwrap_err().to_string().starts_with("`slice`: found 1/2"));
}

#[test]
fn all_algorithms_may_choose_the_points() {
    let place = tempfile::tempdir().unwrap();
    for algorithm in [
        "{ nsga2 = { size = 20 } }",
        "{ adaptive = { size = 20, initial_size = 30 } }",
        "{ genetic = { size = 20 } }",
        "{ differential_evolution = { size = 20 } }",
        "\"cma_es\"",
    ] {
        let folder = place.path().join(algorithm.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        let outcome = explore(&search(algorithm, 101), &folder, Slice::ALL);
        assert!(outcome.complete && outcome.progress.done == 101, "{algorithm}: {outcome:?}");
        let amplitude = read(&folder, "amplitude");
        let best = amplitude.iter().map(|amplitude| (amplitude - 1.3).abs()).fold(f64::INFINITY, f64::min);
        assert!(best < 0.1, "{algorithm}: {best}");
    }
}

/// What a program gives each point by itself is what threads give.
#[test]
fn jobs_may_be_evaluated_anywhere_in_any_order() {
    let place = tempfile::tempdir().unwrap();
    for study in [long(), search("{ nsga2 = { size = 14 } }", 70)] {
        let [whole, apart] =
            ["whole", "apart"].map(|name| place.path().join(format!("{name}{}", study.experiment().to_toml().len())));
        explore(&study, &whole, Slice::ALL);
        let plan = study.build().unwrap();
        let mut exploration = neuropil::Exploration::begin(&plan, &apart, Slice::ALL).unwrap();
        loop {
            let mut jobs = Vec::new();
            while let Some(job) = exploration.next(&plan, 3).unwrap() {
                jobs.push(job);
            }
            if jobs.is_empty() {
                break;
            }
            for job in jobs.into_iter().rev() {
                let json = serde_json::to_string(&job).unwrap();
                assert_eq!(serde_json::from_str::<neuropil::StudyJob>(&json).unwrap(), job);
                let results = plan.evaluate(&job, 1, &|| ControlFlow::Continue(())).unwrap().unwrap();
                for batch in exploration.keep(&plan, job, results).unwrap() {
                    batch.write().unwrap();
                }
            }
        }
        assert!(exploration.finish(&plan).unwrap());
        assert!(files(&whole) == files(&apart));
    }
}
