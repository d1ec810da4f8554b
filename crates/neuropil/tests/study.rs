//! Studies: bits do not depend on how they are computed, what is killed goes on, and scores are right.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use common::{NETWORK, explore, files, read, search, study, write_network, write_runaway};
use neuropil::store::{BatchValues, StoreReader};
use neuropil::{Experiment, STUDY_STORE, Slice, Study, StudyColumn, StudyProgress, StudyResults, merge_studies};

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

#[test]
fn points_may_have_the_same_noise() {
    let place = tempfile::tempdir().unwrap();
    write_network(place.path());
    // More points than fill a row of lanes, in other batches, and alone.
    let text = NETWORK.replace("seed = 3", "seed = 3, same_noise = true").replace("steps = 5", "steps = 10");
    let folders = [1, 3, 40].map(|batch| {
        let folder = place.path().join(batch.to_string());
        std::fs::write(place.path().join("study.toml"), text.replace("batch = 4", &format!("batch = {batch}")))
            .unwrap();
        explore(&Study::read(place.path().join("study.toml")).unwrap(), &folder, Slice::ALL);
        folder
    });
    for name in ["spread", "frequency", "fc", "x", "BOLD", "K_gl"] {
        assert_eq!(read(&folders[0], name), read(&folders[1], name), "{name}");
        assert_eq!(read(&folders[0], name), read(&folders[2], name), "{name}");
    }
    // Without coupling, delays do not matter: speeds give the same, and seeds do not.
    let [x, coupling, seed] = ["x", "K_gl", "seed"].map(|name| read(&folders[0], name));
    let samples = x.len() / coupling.len();
    let uncoupled = (0..coupling.len()).filter(|&point| coupling[point] == 0.0);
    let of_seed = |wanted: f64| uncoupled.clone().filter(|&point| seed[point] == wanted).collect::<Vec<_>>();
    let run = |point: usize| &x[point * samples..][..samples];
    assert_eq!(of_seed(1.0).len(), 2);
    assert_eq!(run(of_seed(1.0)[0]), run(of_seed(1.0)[1]));
    assert_ne!(run(of_seed(1.0)[0]), run(of_seed(2.0)[0]));
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
    // Nor does it matter that all have the same noise.
    let same = write_runaway(place.path(), |text| text.replace("dt = 0.1", "dt = 0.1, same_noise = true"));
    let folder = place.path().join("same");
    explore(&same, &folder, Slice::ALL);
    assert_eq!(format!("{:?}", read(&folder, "size")), format!("{size:?}"));
    assert_eq!(reasons(&folder), reasons(&whole));
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

/// A score of a stage is that of a run which is as long as the stage.
#[test]
fn stages_look_at_any_score() {
    let place = tempfile::tempdir().unwrap();
    let long = |stage: &str| {
        write_network(place.path());
        let text = NETWORK
            .replace("output = \"y\"", "output = \"y\", segment = 200")
            .replace("200 ms", "400 ms")
            .replace("[\"scores\", \"recordings\", \"bold\", \"functional_connectivity\"]", "[\"scores\"]");
        std::fs::write(place.path().join("study.toml"), format!("{text}\n[[study.stage]]\n{stage}")).unwrap();
        Study::read(place.path().join("study.toml")).unwrap()
    };
    let short = place.path().join("short");
    explore(&write_network(place.path()), &short, Slice::ALL);
    for name in ["fc", "frequency"] {
        let values = read(&short, name);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let bound = f64::midpoint(sorted[0], sorted[19]);
        let study = long(&format!("duration = 200\nkeep_if = {{ score = \"{name}\", above = {bound} }}"));
        let folder = place.path().join(name);
        explore(&study, &folder, Slice::ALL);
        let kept: Vec<bool> = read(&folder, "spread").into_iter().map(f64::is_finite).collect();
        assert_eq!(kept, values.iter().map(|&value| value > bound).collect::<Vec<_>>(), "{name}");
        let (_, reason) = StudyResults::open(&folder).unwrap().status().unwrap().first_reason.unwrap();
        assert!(reason.starts_with(&format!("given up after 200 ms: score `{name}` = ")), "{reason}");
    }
    // The shortest stage has numbers, and one step less is refused.
    for (name, least) in [("fc", 140.0), ("frequency", 200.0)] {
        let stage =
            |duration: f64| long(&format!("duration = {duration}\nkeep_if = {{ score = \"{name}\", above = -2 }}"));
        let folder = place.path().join(format!("least-{name}"));
        explore(&stage(least), &folder, Slice::ALL);
        assert!(read(&folder, "spread").iter().all(|spread| spread.is_finite()), "{name}");
        let error = stage(least - 0.1).build().unwrap_err().to_string();
        let expected = format!("expected a time from {least} ms, which `{name}` needs");
        assert!(error.starts_with("`study.stage.0.duration`: found") && error.contains(&expected), "{error}");
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
    let stop = &mut |progress: &StudyProgress| {
        if progress.is_beginning { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let outcome = plan.explore(place.path(), Slice::ALL, stop).unwrap();
    assert!(outcome.stopped && !outcome.complete && outcome.progress.done == 0);
    let outcome = plan.explore(place.path(), Slice::new(2, 3).unwrap(), &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(!outcome.stopped && !outcome.complete && outcome.progress.done == outcome.progress.points);
    assert!(explore(&long(), place.path(), Slice::ALL).complete);
}

#[test]
fn a_beginning_may_be_stopped() {
    let place = tempfile::tempdir().unwrap();
    let plan = long().build().unwrap();
    let stop = &mut |progress: &StudyProgress| {
        assert!(progress.is_beginning && progress.points == 300);
        ControlFlow::Break(())
    };
    let outcome = plan.explore(place.path(), Slice::ALL, stop).unwrap();
    assert!(outcome.stopped && !outcome.complete && outcome.progress.done == 0);
    assert!(!place.path().join(STUDY_STORE).exists() && !place.path().join("study.partial").exists());
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
