//! Whole runs of the program: what they print, leave behind, and how they end.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use common::{Place, names};
use neuropil::store::StoreReader;

#[test]
fn the_example_runs_and_reports() {
    let place = Place::new();
    let transcript = place.transcript(&["run", "--duration", "14s", "--set", "b=20", "--seed", "3"]);
    insta::assert_snapshot!(transcript);
    let folder = place.path("results/aln-example");
    assert_eq!(names(&folder), ["report.html", "results.zarr"]);
    let store = StoreReader::open(folder.join("results.zarr")).unwrap();
    assert!(store.is_complete());
    assert_eq!(store.read("rates_exc").unwrap().shape, [1, 80, 14_000]);
    assert_eq!(store.read("BOLD").unwrap().shape, [1, 80, 7]);
    assert_eq!(store.read("functional_connectivity").unwrap().shape, [1, 80, 80]);
    assert_eq!(store.attributes()["experiment"]["network"]["parameters"]["b"], 20.0);

    let report = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(report.len() < 8 << 20, "{} bytes", report.len());
    // All that a browser would fetch stands in the page itself.
    let (_, body) = report.rsplit_once("<body>").unwrap();
    assert!(!body.contains("src=") && !body.contains("href="));
    for title in ["rates_exc (Hz)", "Power spectrum", "BOLD", "Structural connectivity", "The network"] {
        assert!(report.contains(title), "{title}");
    }
}

/// The same experiment from a specification and from flags has the same numbers.
#[test]
fn flags_override_the_specification() {
    let place = Place::new();
    place.write("rest.toml", "[network]\nmodel = \"hopf\"\nnodes = 2\n[simulation]\nduration = \"1 s\"\nseed = 4\n");
    let flags = ["--duration", "50", "--set", "a=0.1", "--no-report", "--quiet", "--record", "y:1ms:sample"];
    let from_file = [&["run", "rest.toml", "--out", "one"][..], &flags].concat();
    let all_flags = [&["run", "--model", "hopf", "--nodes", "2", "--seed", "4", "--out", "two"][..], &flags].concat();
    for arguments in [&from_file, &all_flags] {
        let output = place.run(arguments);
        assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
    let read = |folder: &str| StoreReader::open(place.path(folder).join("results.zarr")).unwrap().read("y").unwrap();
    assert_eq!(read("one"), read("two"));
    assert_eq!(read("one").shape, [1, 2, 50]);
}

#[test]
fn results_get_a_free_name() {
    let place = Place::new();
    for _ in 0..2 {
        assert!(place.run(&["run", "--model", "hopf", "--duration", "10", "--no-report"]).status.success());
    }
    assert_eq!(names(&place.path("results")), ["hopf", "hopf-2"]);
}

#[test]
fn a_run_that_fails_says_where_and_leaves_no_report() {
    let place = Place::new();
    place.write("runaway.model", "model runaway \"x\"\nstate x = 1 : 1 \"x\"\ndx/dt = x^2\noutput x\n");
    let arguments = ["run", "--model-file", "runaway.model", "--duration", "100", "--out", "out"];
    insta::assert_snapshot!(place.transcript(&arguments));
    assert_eq!(names(&place.path("out")), ["results.zarr"]);
    assert!(!StoreReader::open(place.path("out/results.zarr")).unwrap().is_complete());
    // What is there can be looked at.
    let report = place.run(&["report", "out"]);
    assert!(report.status.success(), "{report:?}");
    assert!(
        std::fs::read_to_string(place.path("out/report.html"))
            .unwrap()
            .contains("not complete: ended at 2.2 ms of 100 ms, because of an error: trial 0")
    );
}

#[test]
fn labels_cannot_break_the_report() {
    let place = Place::new();
    place.write("weights.csv", "0,1\n1,0\n");
    place.write("labels.txt", "</script><script>alert(1)</script>\n<b>&\"\n");
    place.write("rest.toml", "network = { model = \"hopf\", connectome = \"weights.csv\", labels = \"labels.txt\" }\n");
    let output = place.run(&["run", "rest.toml", "--duration", "100", "--out", "out"]);
    assert!(output.status.success(), "{output:?}");
    let report = std::fs::read_to_string(place.path("out/report.html")).unwrap();
    assert!(!report.contains("<script>alert"));
}

/// From the start of the program to the results of a second, in good time even on a busy machine.
#[test]
fn the_first_second_comes_soon() {
    let place = Place::new();
    let arguments = ["run", "--duration", "1s", "--no-report", "--quiet", "--overwrite"];
    let took = |_| {
        let start = Instant::now();
        assert!(place.run(&arguments).status.success());
        start.elapsed()
    };
    let best = (0..5).map(took).min().unwrap();
    assert!(best < Duration::from_secs(1), "{best:?}");
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::process::{Child, Command, Stdio};

    /// A run that would take hours, once it has begun to write samples.
    fn endless(place: &Place) -> Child {
        let arguments = ["run", "--duration", "10h", "--record", "rates_exc:1ms", "--out", "out", "--quiet"];
        let child = place.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        while !place.path("out/results.zarr/rates_exc/c").exists() {
            assert!(started.elapsed() < Duration::from_mins(1), "no sample was written");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    fn signal(child: &Child, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    #[test]
    fn interruption_leaves_a_readable_store() {
        for name in ["INT", "TERM"] {
            let place = Place::new();
            let mut child = endless(&place);
            signal(&child, name);
            assert_eq!(child.wait().unwrap().code(), Some(130));
            let store = StoreReader::open(place.path("out/results.zarr")).unwrap();
            assert!(!store.is_complete());
            let rates = store.read("rates_exc").unwrap();
            assert!(rates.shape[2] > 0 && rates.values.iter().all(|rate| rate.is_finite()));
            assert!(place.run(&["report", "out"]).status.success());
            let report = std::fs::read_to_string(place.path("out/report.html")).unwrap();
            let reached = neuropil::Milliseconds(store.attributes()["simulated_ms"].as_f64().unwrap());
            assert!(report.contains(&format!("not complete: ended at {reached} of 36000 s")));
        }
    }

    #[test]
    fn a_killed_run_leaves_whole_chunks() {
        let place = Place::new();
        let mut child = endless(&place);
        std::thread::sleep(Duration::from_millis(200));
        signal(&child, "KILL");
        child.wait().unwrap();
        let store = StoreReader::open(place.path("out/results.zarr")).unwrap();
        assert!(!store.is_complete());
        let rates = store.read("rates_exc").unwrap();
        assert!(rates.values.iter().all(|rate| rate.is_finite()));
    }

    /// A file system that takes no more, by the limit of the size of files.
    #[test]
    fn a_full_disk_ends_the_run_with_a_readable_store() {
        let place = Place::new();
        let program = env!("CARGO_BIN_EXE_neuropil");
        let arguments = "run --duration 20s --record rates_exc:1ms --out out";
        let output = place.shell(&format!("trap '' XFSZ; ulimit -f 64; exec {program} {arguments}"));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("error: cannot write `out/results.zarr/"), "{error}");
        let store = StoreReader::open(place.path("out/results.zarr")).unwrap();
        assert!(!store.is_complete());
        assert!(store.read("rates_exc").is_ok());
        assert!(!place.path("out/report.html").exists());
    }
}
