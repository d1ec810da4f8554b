//! Studies from the command line.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Place, names};
use neuropil::store::StoreReader;

const STUDY: &str = "\
network = { model = \"hopf\" }
simulation = { duration = \"200 ms\" }
[study]
batch = 2
axes = { a = { from = -1, to = 1, steps = 9 } }
scores = { amplitude = { kind = \"amplitude\", output = \"x\" } }
";

fn transcripts(place: &Place, all: &[&[&str]]) -> String {
    all.iter().map(|arguments| place.transcript(arguments)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_study_in_slices() {
    let place = Place::new();
    place.write("study.toml", STUDY);
    let text = transcripts(
        &place,
        &[
            &["explore", "study.toml", "--slice", "2/2"],
            &["study", "status", "results/study"],
            &["explore", "study.toml", "--slice", "1/2", "--out", "part"],
            &["study", "merge", "results/study", "part", "--out", "whole"],
            &["study", "best", "whole", "--score", "amplitude", "--number", "3"],
            &["study", "best", "whole", "--score", "amplitude", "--number", "1", "--lowest"],
            &["explore", "study.toml", "--out", "whole", "--threads", "1"],
        ],
    );
    insta::assert_snapshot!(text);
    assert_eq!(names(&place.path("whole")), ["study.zarr"]);
    assert!(StoreReader::open(place.path("whole/study.zarr")).unwrap().is_complete());
    let quiet = place.run(&["explore", "study.toml", "--out", "quiet", "--quiet"]);
    assert!(quiet.status.success() && quiet.stdout.is_empty() && quiet.stderr.is_empty(), "{quiet:?}");
}

#[test]
fn mistakes() {
    let place = Place::new();
    place.write("study.toml", STUDY);
    place.write("axis.toml", STUDY.replace("axes = { a", "axes = { sigma"));
    place.write("other.toml", STUDY.replace("to = 1", "to = 2"));
    place.write("field.toml", STUDY.replace("batch = 2", "bach = 2"));
    place.write("run.toml", "network = { model = \"hopf\" }\n");
    place.write("file", "");
    assert!(place.run(&["explore", "study.toml", "--out", "done"]).status.success());
    let text = transcripts(
        &place,
        &[
            &["explore", "study.toml", "--slice", "0/4"],
            &["explore", "study.toml", "--slice", "5/4"],
            &["explore", "axis.toml"],
            &["explore", "field.toml"],
            &["explore", "run.toml"],
            &["explore", "other.toml", "--out", "done"],
            &["explore", "study.toml", "--out", "file"],
            &["explore", "study.toml", "--out", "."],
            &["run", "study.toml"],
            &["study", "status", "nothing"],
            &["study", "best", "done", "--score", "amplitud"],
            &["study", "merge", "done", "nothing", "--out", "whole"],
        ],
    );
    insta::assert_snapshot!(text);
    assert!(!place.path("results").exists() && !place.path("whole").exists());
}

#[cfg(unix)]
mod ends {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use neuropil::StudyResults;

    use super::*;

    /// Ctrl-C leaves a study that goes on, and so does a kill.
    #[test]
    fn interrupted_studies_go_on() {
        let place = Place::new();
        place.write("study.toml", STUDY.replace("200 ms", "20 s").replace("steps = 9", "steps = 600"));
        for (name, code) in [("INT", Some(130)), ("KILL", None)] {
            let mut child = place.command(&["explore", "study.toml", "--out", "out", "--quiet"]).spawn().unwrap();
            let started = Instant::now();
            while !place.path("out/study.zarr/done/c").exists() {
                assert!(started.elapsed() < Duration::from_mins(1), "no batch was written");
                std::thread::sleep(Duration::from_millis(5));
            }
            let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
            assert!(status.unwrap().success());
            assert_eq!(child.wait().unwrap().code(), code);
            let status = StudyResults::open(place.path("out")).unwrap().status().unwrap();
            assert!(status.done > 0 && status.done < status.points, "{status:?}");
        }
    }

    /// Ctrl-C ends the beginning of a large study, which leaves nothing half-written.
    #[test]
    fn an_interrupt_ends_a_beginning() {
        let place = Place::new();
        let axes = "a = { from = -1, to = 1, steps = 10000 }, w = { from = 0.1, to = 1, steps = 10000 }";
        place.write("study.toml", STUDY.replace("a = { from = -1, to = 1, steps = 9 }", axes));
        let mut child = place.command(&["explore", "study.toml", "--out", "out", "--quiet"]).spawn().unwrap();
        let started = Instant::now();
        while !place.path("out/study.partial/a/c").exists() {
            assert!(started.elapsed() < Duration::from_mins(1), "nothing was begun");
            std::thread::sleep(Duration::from_millis(5));
        }
        let interrupted = Instant::now();
        let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(status.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(interrupted.elapsed() < Duration::from_secs(5), "{:?}", interrupted.elapsed());
        assert_eq!(names(&place.path("out")), ["study.locks"]);
    }

    /// A file system that takes no more, by the limit of the size of files.
    #[test]
    fn a_full_disk_is_named_and_what_is_there_stays() {
        let place = Place::new();
        let keep = "batch = 2\nkeep = [\"recordings\"]";
        place.write("study.toml", STUDY.replace("batch = 2", keep).replace("200 ms", "20 s"));
        let program = env!("CARGO_BIN_EXE_neuropil");
        let output =
            place.shell(&format!("trap '' XFSZ; ulimit -f 64; exec {program} explore study.toml --out out --quiet"));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("error: cannot write `out/study.zarr/x/c/"), "{error}");
        let status = StudyResults::open(place.path("out")).unwrap().status().unwrap();
        assert!(status.done < status.points && status.damaged.is_empty(), "{status:?}");
        assert!(place.run(&["explore", "study.toml", "--out", "out", "--quiet"]).status.success());
    }
}
