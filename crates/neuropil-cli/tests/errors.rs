//! Bad input: one line that names what was found and expected, a hint, the exit code, and nothing left behind.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Place, names};

fn transcripts(place: &Place, all: &[&[&str]]) -> String {
    all.iter().map(|arguments| place.transcript(arguments)).collect::<Vec<_>>().join("\n")
}

#[test]
fn names_and_values() {
    let place = Place::new();
    let text = transcripts(
        &place,
        &[
            &["run", "--model", "alm"],
            &["run", "--set", "mue_ext_men=1"],
            &["run", "--set", "sigma_ou=-1"],
            &["run", "--set", "b=1,2,3"],
            &["run", "--set", "b"],
            &["run", "--set", "b=big"],
            &["run", "--model", "hopf", "--set", "K_gl=1"],
            &["run", "--model", "thalamus", "--connectome", "example"],
            &["run", "--method", "euller"],
            &["run", "--record", "rates_ex"],
            &["run", "--speed", "fast"],
            &["run", "--trials", "0"],
            &["models", "show", "hopff"],
        ],
    );
    insta::assert_snapshot!(text);
    assert!(names(&place.path(".")).is_empty());
}

#[test]
fn times() {
    let place = Place::new();
    let text = transcripts(
        &place,
        &[
            &["run", "--dt", "-1"],
            &["run", "--dt", "0.3", "--duration", "1s"],
            &["run", "--duration", "0"],
            &["run", "--duration", "1e300s"],
            &["run", "--dt", "-1e300"],
            &["run", "--duration", "3 parsecs"],
            &["run", "--record", "rates_exc:20s", "--duration", "1s"],
            &["run", "--model", "hopf", "--bold", "--duration", "1s"],
        ],
    );
    insta::assert_snapshot!(text);
    assert!(names(&place.path(".")).is_empty());
}

/// What does not fit the memory is said of the argument that asks for it, in few digits.
#[test]
fn sizes() {
    let place = Place::new();
    let model = "model delayed \"D\"\nparam lag = 1 : ms in [0, inf) \"lag\"\nstate x = 1 : 1 \"x\"\n\
                 dx/dt = (1 - delay(x, lag)) / 1[ms]\noutput x\n";
    place.write("delayed.model", model);
    for (arguments, expected) in [
        (
            &["--model", "hopf", "--nodes", "1000000000000000"][..],
            "error: `nodes`: found 1000000000000000, which take ",
        ),
        (&["--model", "hopf", "--trials", "1000000000000000"], "error: `trials`: found 1e15, which take "),
        (&["--model-file", "delayed.model", "--set", "lag=1e300"], "error: parameter `lag`: histories need "),
    ] {
        let output = place.run(&[&["run"], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with(expected) && error.lines().all(|line| line.len() < 200), "{error}");
    }
    assert_eq!(names(&place.path(".")), ["delayed.model"]);
}

#[test]
fn arguments() {
    let place = Place::new();
    let text = transcripts(
        &place,
        &[
            &["simulate"],
            &["run", "--durations", "1s"],
            &["run", "--model", "hopf", "--model-file", "my.model"],
            &["run", "--connectome", "example", "--nodes", "3"],
            &["models", "show"],
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn specifications() {
    let place = Place::new();
    place.write("field.toml", "[network]\nmodle = \"aln\"\n");
    place.write("syntax.toml", "[network\n");
    place.write("type.toml", "[simulation]\nduration = [1, 2]\n");
    place.write("field.json", "{\"network\": {\"model\": \"aln\", \"sped\": 3}}");
    place.write("model.toml", "[network]\nmodel_file = \"bad.model\"\n");
    place.write(
        "bad.model",
        "model bad \"Bad\"\nparam tau = 1 : ms in (0, inf) \"t\"\nstate x = 1 : 1 \"x\"\ndx/dt = -x / tua\n",
    );
    let text = transcripts(
        &place,
        &[
            &["run", "nothing.toml"],
            &["run", "field.toml"],
            &["run", "syntax.toml"],
            &["run", "type.toml"],
            &["run", "field.json"],
            &["run", "model.toml"],
        ],
    );
    insta::assert_snapshot!(text);
    assert!(!place.path("results").exists());
}

#[test]
fn connectomes() {
    let place = Place::new();
    place.write("rectangle.csv", "1,2,3\n4,5,6\n");
    place.write("nan.csv", "0,nan\n1,0\n");
    place.write("weights.csv", "0,1\n1,0\n");
    place.write("three.csv", "0,1,1\n1,0,1\n1,1,0\n");
    place.write("negative.csv", "0,-5\n5,0\n");
    place.write("words.csv", "0,1,2\n1,zero,1\n2,1,0\n");
    place.write("sizes.toml", "network = { model = \"hopf\", connectome = \"weights.csv\", lengths = \"three.csv\" }");
    place.write(
        "lengths.toml",
        "network = { model = \"hopf\", connectome = \"weights.csv\", lengths = \"negative.csv\" }",
    );
    let zip = place.path("whole.zip");
    assert!(place.run(&["data", "convert", "example", "whole.zip"]).status.success());
    let whole = std::fs::read(&zip).unwrap();
    std::fs::remove_file(&zip).unwrap();
    place.write("truncated.zip", &whole[..whole.len() / 2]);
    let text = transcripts(
        &place,
        &[
            &["run", "--connectome", "missing.csv"],
            &["run", "--connectome", "exmple"],
            &["run", "--connectome", "rectangle.csv"],
            &["run", "--connectome", "nan.csv"],
            &["run", "--connectome", "words.csv"],
            &["run", "--connectome", "truncated.zip"],
            &["run", "sizes.toml"],
            &["run", "lengths.toml"],
            &["run", "--dataset", "missing"],
            &["data", "describe", "missing"],
            &["data", "convert", "example", "weights.csv"],
            &["data", "convert", "example", "example.txt"],
        ],
    );
    insta::assert_snapshot!(text);
    assert!(!place.path("results").exists());
}

#[test]
fn a_delay_longer_than_memory_is_refused() {
    let place = Place::new();
    let output = place.run(&["run", "--speed", "1e-9"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error: delays: histories need ") && error.contains("\nhint: "), "{error}");
    assert!(names(&place.path(".")).is_empty());
}

#[test]
fn folders_that_are_not_ours_are_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("thesis")).unwrap();
    place.write("thesis/chapter.tex", "text");
    place.write("file", "text");
    let short = ["--duration", "10", "--no-report"];
    let run = |out: &'static str, more: &[&'static str]| -> Vec<&'static str> {
        [&["run", "--out", out][..], &short, more].concat()
    };
    assert!(place.run(&run("mine", &[])).status.success());
    let text = transcripts(
        &place,
        &[
            &run("thesis", &[]),
            &run("thesis", &["--overwrite"]),
            &run("file", &["--overwrite"]),
            &run("mine", &[]),
            &["report", "thesis"],
            &["report", "missing"],
        ],
    );
    insta::assert_snapshot!(text);
    assert_eq!(std::fs::read_to_string(place.path("thesis/chapter.tex")).unwrap(), "text");
    assert!(place.run(&run("mine", &["--overwrite"])).status.success());
}
