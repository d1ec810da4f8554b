//! The page of a study.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::Place;
use neuropil::store::{ArraySpec, BatchLayout, BatchStore, BatchValues};
use serde_json::{Map, Value, json};

const STUDY: &str = "\
network = { model = \"hopf\" }
simulation = { duration = \"200 ms\" }
[study]
batch = 2
axes = { a = { from = -1, to = 1, steps = 5 }, w = { values = [0.3, 0.1, 0.2] } }
scores = { amplitude = { kind = \"amplitude\", output = \"x\" }, mean = { kind = \"mean\", output = \"y\" } }
";

/// Explores a study and reads its page.
fn page_of(place: &Place, text: &str, explore: &[&str]) -> String {
    place.write("study.toml", text);
    let output = place.run(&[&["explore", "study.toml", "--out", "out", "--quiet"], explore].concat());
    assert!(output.status.success(), "{output:?}");
    page(place, "out")
}

/// The page of what lies at a path.
fn page(place: &Place, path: &str) -> String {
    let output = place.run(&["report", path, "--out", "page.html"]);
    assert!(output.status.success(), "{output:?}");
    std::fs::read_to_string(place.path("page.html")).unwrap()
}

/// Data of a script on a page.
fn data(page: &str, id: &str) -> Value {
    let start = format!("<script type=\"application/json\" id=\"{id}\">");
    let (_, rest) = page.split_once(&start).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// A store as an optimiser or a design writes it: columns of axes, scores and generations.
struct Columns {
    axes: Vec<(&'static str, Vec<f64>)>,
    scores: Vec<(&'static str, Vec<f64>)>,
    generation: Option<Vec<f64>>,
    attributes: Value,
}

impl Columns {
    /// Writes the batches below `done`.
    fn write(&self, folder: &Path, batch: u64, done: u64) {
        let length = self.axes[0].1.len() as u64;
        let mut layout = BatchLayout::new("point", length, batch).text("reason", "why a point has no scores");
        for (name, _) in &self.axes {
            layout = layout.coordinate(*name, "mV", "</script> & what it is");
        }
        let arrays = self.arrays();
        for (name, _) in &arrays {
            layout = layout.array(ArraySpec::new(*name));
        }
        let names = |columns: &[(&'static str, Vec<f64>)]| columns.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let mut attributes = Map::new();
        attributes.insert("axes".into(), names(&self.axes).into());
        attributes.insert("scores".into(), names(&self.scores).into());
        attributes.insert("study".into(), json!({ "study": { "design": "random" } }));
        attributes.extend(self.attributes.as_object().unwrap().clone());
        std::fs::create_dir_all(folder).unwrap();
        let part =
            |values: &[f64], range: std::ops::Range<u64>| values[range.start as usize..range.end as usize].to_vec();
        let mut values = |name: &str, range: std::ops::Range<u64>| {
            let (_, values) = self.axes.iter().find(|(axis, _)| *axis == name).unwrap();
            BatchValues::Numbers(part(values, range))
        };
        let mut go_on = || std::ops::ControlFlow::Continue(());
        let path = folder.join("study.zarr");
        let store = BatchStore::create(path, attributes, &layout, &mut |_| Ok(()), &mut values, &mut go_on).unwrap();
        for index in 0..done {
            let claim = store.claim(index).unwrap().unwrap();
            let entries = store.entries(index);
            let reasons = vec![String::new(); (entries.end - entries.start) as usize];
            let mut batch = BTreeMap::from([("reason".to_owned(), BatchValues::Texts(reasons))]);
            for (name, values) in &arrays {
                batch.insert((*name).into(), BatchValues::Numbers(part(values, entries.clone())));
            }
            store.write(claim, batch).unwrap();
        }
    }

    fn arrays(&self) -> Vec<(&'static str, Vec<f64>)> {
        let generation = self.generation.clone().map(|values| ("generation", values));
        self.scores.clone().into_iter().chain(generation).collect()
    }
}

#[test]
fn a_grid_is_shown_as_a_whole() {
    let place = Place::new();
    let page = page_of(&place, STUDY, &[]);
    let study = data(&page, "study");
    assert_eq!(study["grid"]["levels"], json!([[-1, -0.5, 0, 0.5, 1], [0.3, 0.1, 0.2]]));
    assert_eq!(study["grid"]["states"], json!(vec![-1; 15]));
    assert_eq!(study["points"], json!((0..15).collect::<Vec<_>>()));
    assert_eq!(study["scores"][0]["name"], "amplitude");
    assert_eq!(study["scores"][0]["lower"], false);
    let amplitudes = study["scores"][0]["values"].as_array().unwrap();
    assert_eq!(amplitudes.len(), 15);
    // Beyond the bifurcation there is a limit cycle of radius 1.
    assert!(amplitudes[12..].iter().all(|amplitude| (amplitude.as_f64().unwrap() - 1.0).abs() < 0.2));
    assert!(study["fronts"]["0,1"].as_array().is_some_and(|front| !front.is_empty()));
    assert!(!page.contains("class=\"note\""));
    for text in ["hopf: a study of a and w", "-1 to 1, 5 values", "0.3, 0.1, 0.2", "[study.axes.a]"] {
        assert!(page.contains(text), "{text}");
    }
    // The store itself is a study, too, and its page lies beside it.
    let output = place.run(&["report", "out/study.zarr"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(std::fs::read_to_string(place.path("out/report.html")).unwrap(), page);
    // The folder is still one of a study.
    assert!(place.run(&["explore", "study.toml", "--out", "out"]).status.success());
}

#[test]
fn what_is_missing_or_damaged_is_said() {
    let place = Place::new();
    let page_before = page_of(&place, STUDY, &["--slice", "1/2"]);
    assert!(page_before.contains("The study is not complete: 8 of 15 points are there."), "no note");
    let states = [vec![-1; 8], vec![-2; 7]].concat();
    assert_eq!(data(&page_before, "study")["grid"]["states"], json!(states));
    std::fs::write(place.path("out/study.zarr/amplitude/c/1"), "no chunk").unwrap();
    let page_after = page(&place, "out");
    assert!(page_after.contains("What is damaged is left out: points 2 to 3: `amplitude`"), "no note");
    let values = &data(&page_after, "study")["scores"];
    assert_eq!((&values[0]["values"][2], &values[0]["values"][3]), (&Value::Null, &Value::Null));
    assert!(values[0]["values"][4].is_number() && values[1]["values"][2].is_number());
    // Without the values of an axis there is no grid, which is said once.
    std::fs::write(place.path("out/study.zarr/a/c/0"), "no chunk").unwrap();
    let page_without = page(&place, "out");
    assert_eq!(page_without.matches("`a`: chunk `c/0` is damaged").count(), 1);
    assert!(data(&page_without, "study")["grid"].is_null());
    // Without a single point there is a page that says so.
    std::fs::remove_dir_all(place.path("out/study.zarr/done/c")).unwrap();
    assert!(page(&place, "out").contains("No point is there yet"));
}

#[test]
fn a_grid_that_is_left_out_is_said() {
    let place = Place::new();
    let axes = "a = { from = -1, to = 1, steps = 4100 }, w = { from = 0.1, to = 1, steps = 4100 }";
    let study = STUDY.replace("a = { from = -1, to = 1, steps = 5 }, w = { values = [0.3, 0.1, 0.2] }", axes);
    // More than 2^24 points, of which some are run.
    let study = study.replace("batch = 2", "batch = 20").replace("200 ms", "20 ms");
    let page = page_of(&place, &study, &["--slice", "1/840500"]);
    assert!(data(&page, "study")["grid"].is_null());
    for note in ["20 of 16810000 points are there", "The grid is too large for a map of all points."] {
        assert!(page.contains(note), "{note}");
    }
}

/// Every length of every array, and those of chunks.
#[test]
fn wrong_lengths_in_a_store_are_no_panic() {
    let place = Place::new();
    let keep = "batch = 2\nkeep = [\"scores\", \"recordings\"]";
    page_of(&place, &STUDY.replace("batch = 2", keep), &[]);
    let path = place.path("out/study.zarr/zarr.json");
    let whole = std::fs::read(&path).unwrap();
    let document: Value = serde_json::from_slice(&whole).unwrap();
    let arrays = document.pointer("/consolidated_metadata/metadata").and_then(Value::as_object).unwrap();
    let mut refused = 0;
    for (name, array) in arrays {
        for (dimension, _) in array["shape"].as_array().unwrap().iter().enumerate() {
            for length in [0, 1, 5, 1000, u64::MAX] {
                for field in ["shape", "chunk_grid/configuration/chunk_shape"] {
                    let mut damaged = document.clone();
                    let place_of = format!("/consolidated_metadata/metadata/{name}/{field}/{dimension}");
                    *damaged.pointer_mut(&place_of).unwrap() = length.into();
                    std::fs::write(&path, damaged.to_string()).unwrap();
                    for command in [&["report", "out", "--out", "page.html"][..], &["study", "status", "out"]] {
                        let output = place.run(command);
                        let said = String::from_utf8(output.stderr).unwrap();
                        assert!(matches!(output.status.code(), Some(0 | 2)), "{place_of} {length}: {said}");
                        assert!(output.status.success() || said.starts_with("error: "), "{place_of} {length}: {said}");
                        refused += u32::from(!output.status.success());
                    }
                }
            }
        }
    }
    assert!(refused > 0);
    std::fs::write(&path, whole).unwrap();
    page(&place, "out");
}

#[test]
fn runs_without_scores_are_counted_by_reason() {
    let place = Place::new();
    let stage = "[[study.stage]]\nduration = \"100 ms\"\nkeep_if = { score = \"amplitude\", above = 0.5 }\n";
    let page = page_of(&place, &format!("{STUDY}{stage}"), &[]);
    let study = data(&page, "study");
    assert_eq!(study["reasons"].as_array().unwrap().len(), 1);
    let given_up = study["why"].as_array().unwrap().iter().filter(|why| **why == 0).count();
    assert!(
        given_up > 0 && page.contains(&format!("<tr><td>{given_up}</td><td>Given up after 100 ms: ")),
        "{given_up}"
    );
    assert!(page.contains(&format!("<dd>{given_up}, ")));
}

#[test]
fn measured_connectivity_stands_beside_the_simulated_one() {
    let place = Place::new();
    place.write("weights.csv", "0 1 0.5 0.2\n1 0 0.3 0.1\n0.5 0.3 0 0.4\n0.2 0.1 0.4 0\n");
    place.write("measured.csv", "1 0.5 0.2 0.1\n0.5 1 0.4 0.3\n0.2 0.4 1 0.6\n0.1 0.3 0.6 1\n");
    let text = "\
network = { model = \"hopf\", connectome = \"weights.csv\", parameters = { sigma_ou = 0.1 } }
simulation = { duration = \"2 s\", seed = 1 }
bold = { every = \"100 ms\" }
[study]
keep = [\"scores\", \"functional_connectivity\"]
axes = { K_gl = { from = 0, to = 0.2, steps = 3 } }
scores = { amplitude = { kind = \"amplitude\", output = \"x\" }, fc = { kind = \"fc_correlation\", against = \"measured.csv\" } }
";
    let page = page_of(&place, text, &[]);
    let figures = data(&page, "figures");
    let maps = figures.as_array().unwrap().iter().filter(|figure| figure["data"][0]["type"] == "heatmap");
    let maps: Vec<&Value> = maps.map(|figure| &figure["data"][0]["z"]).collect();
    assert_eq!(maps.len(), 2);
    assert_eq!(maps[1][2], json!([0.2, 0.4, 1.0, 0.6]));
    // The score that compares them says which run is the best, and its value is the correlation.
    let study = data(&page, "study");
    assert_eq!((&study["first"], &study["scores"][1]["name"]), (&json!(1), &json!("fc")));
    let values = study["scores"][1]["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap());
    let best = values.fold(f64::MIN, f64::max);
    let expected = format!("above the diagonal, is {best:.3}.");
    assert!(page.contains("measured. Its correlation") && page.contains(&expected), "{expected}");
}

#[test]
fn generations_of_an_optimiser_are_drawn() {
    let place = Place::new();
    let count = 60_usize;
    let columns = Columns {
        axes: vec![("E.c_exc", (0..count).map(|k| k as f64 / 7.0).collect()), ("I.c_exc", vec![2.0; count])],
        scores: vec![
            ("error", (0..count).map(|k| 1.0 / (1 + k) as f64).collect()),
            ("rate", (0..count).map(|k| if k % 5 == 0 { f64::NAN } else { k as f64 }).collect()),
        ],
        generation: Some((0..count).map(|k| (k / 10) as f64).collect()),
        attributes: json!({ "objectives": [{ "score": "error", "goal": "minimise" }, { "score": "rate", "goal": "maximise" }] }),
    };
    // The last two generations are room that is not used.
    columns.write(&place.path("out"), 10, 4);
    let page = page(&place, "out");
    let study = data(&page, "study");
    assert_eq!((&study["scores"][0]["lower"], &study["scores"][1]["lower"]), (&json!(true), &json!(false)));
    assert_eq!(study["generations"].as_array().unwrap().len(), 40);
    assert!(study["grid"].is_null() && !page.contains("class=\"note\""));
    // The last point is the best in both.
    assert_eq!(study["fronts"]["0,1"], json!([39]));
    let figures = data(&page, "figures");
    let titles: Vec<&str> = figures
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["layout"]["yaxis"]["title"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["error", "rate", "E.c_exc (mV)", "I.c_exc (mV)"]);
    let line = |figure: usize, name: &str| {
        let traces = figures[figure]["data"].as_array().unwrap();
        traces.iter().find(|trace| trace["name"] == name).unwrap()["y"].clone()
    };
    assert_eq!(line(0, "best"), json!([0.1, 0.05, 0.03333, 0.025]));
    assert_eq!(line(1, "best so far"), json!([9.0, 19.0, 29.0, 39.0]));
    // The mean of 1, 2, 3, 4, 6, 7, 8 and 9.
    assert_eq!(line(1, "mean")[0], json!(5.0));
    assert!(!page.contains("</script> & what it is"), "a text ends a script");
}

#[test]
fn a_large_study_is_thinned_but_never_its_best() {
    let place = Place::new();
    let count = 100_000_usize;
    let value = |k: usize| (k as f64 * 0.618_033_988_75).fract();
    let columns = Columns {
        axes: vec![("x", (0..count).map(value).collect()), ("y", (0..count).map(|k| value(k * 7 + 3)).collect())],
        scores: vec![
            ("high", (0..count).map(|k| value(k * 3 + 1)).collect()),
            ("low", (0..count).map(|k| value(k * 11 + 5)).collect()),
        ],
        generation: None,
        attributes: json!({ "lower_is_better": [false, true] }),
    };
    columns.write(&place.path("out"), 10_000, 10);
    let page = page(&place, "out");
    assert!(page.len() < 6_000_000, "{} bytes", page.len());
    let study = data(&page, "study");
    let points = study["points"].as_array().unwrap();
    assert!((4000..7000).contains(&points.len()), "{}", points.len());
    assert!(page.contains(&format!("{} of 100000 points are shown one by one", points.len())));
    let best = |score: usize, better: fn(f64, f64) -> bool| {
        let values = &columns.scores[score].1;
        (0..count).reduce(|best, k| if better(values[k], values[best]) { k } else { best }).unwrap()
    };
    for point in [best(0, |a, b| a > b), best(1, |a, b| a < b)] {
        assert!(points.contains(&json!(point)), "{point}");
    }
}
