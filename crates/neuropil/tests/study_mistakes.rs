//! Mistakes in studies are refused by name.

#![allow(clippy::unwrap_used)]

mod common;

use std::ops::ControlFlow;
use std::path::Path;

use common::{explore, study, write_network, write_runaway};
use neuropil::{Experiment, Slice, Study, merge_studies};

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
        // What the engine says of a value, it says of the axis; nothing nests.
        (
            with("\"simulation.method\" = { values = [\"heun\", \"magic\"] }", "m = \"mean\""),
            "`study.axes.simulation.method`: found `magic`, expected euler, heun, rk4",
        ),
        (
            with("\"simulation.method\" = { values = [\"huen\"] }", "m = \"mean\""),
            "`study.axes.simulation.method`: found `huen`, expected euler, heun, rk4 | did you mean `heun`?",
        ),
        (
            with("\"simulation.dt\" = { values = [0.1, -1] }", "m = \"mean\""),
            "`study.axes.simulation.dt`: found -1 ms, expected a positive time",
        ),
        (
            with("\"simulation.transient\" = { values = [1, 0.05] }", "m = \"mean\""),
            "`study.axes.simulation.transient`: found 0.05 ms, expected a multiple of dt = 0.1 ms | the nearest multiple",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1, steps = 3 } }\nscores = { m = \"mean\" }\n[[study.stage]]\nduration = -1\nkeep_if = { score = \"m\", above = 3 }",
            ),
            "`study.stage.0.duration`: found -1 ms, expected a time from 0 on",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"mean\" }\nsearch = { algorithm = { cma_es = { start = [3] } }, evaluations = 10, objectives = [{ score = \"m\", goal = \"minimise\" }] }",
            ),
            "`study.search.algorithm`: found 3 for `start`, expected a number between 0 and 1",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"mean\" }\nsearch = { algorithm = { nsga2 = { size = 8, population = [] } }, evaluations = 10 }",
            ),
            "specification:6:46: `study.search.algorithm.nsga2.population`: found an unknown field, expected one of `initial_size`",
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
            "`study.search.algorithm`: found `nsga2` without the size of its population, expected settings with `size`",
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
        (
            with(
                "a = { from = 0, to = 1, steps = 1000000 }, w = { from = 0, to = 1, steps = 1000000 }",
                "m = \"mean\"",
            ),
            "`study.axes`: found 1000000000000 points (1000000 of `a` x 1000000 of `w`), expected at most 100000000 | take fewer",
        ),
        (
            message(
                "[study]\ndesign = \"sobol\"\npoints = 18446744073709551615\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"mean\" }",
            ),
            "`study.points`: found 18446744073709551615, expected at most 100000000",
        ),
        (
            message(
                "[study]\naxes = { a = { from = 0, to = 1 } }\nscores = { m = \"fcd_ks\" }\nsearch = { algorithm = \"cma_es\", evaluations = 200000000 }",
            ),
            "`study.search.evaluations`: found 200000000, expected at most 100000000",
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
    let search = |settings: &str, objective: &str| {
        message(&format!(
            "[study]\naxes = {{ a = {{ from = 0, to = 1 }} }}\nscores = {{ m = \"mean\" }}\nsearch = {{ evaluations = 9, {settings}, objectives = [{{ score = \"m\", {objective} }}] }}"
        ))
    };
    let stage = |bounds: &str| {
        let stage = format!("stage = [{{ duration = 10, keep_if = {{ score = \"m\", {bounds} }} }}]");
        message(&format!("[study]\naxes = {{ {range} }}\nscores = {{ m = \"mean\" }}\n{stage}"))
    };
    let (cma, large) = ("algorithm = \"cma_es\"", "goal = \"maximise\"");
    for (found, expected) in [
        (
            with("\"../x\" = { values = [1], parameter = \"a\" }", "m = \"mean\""),
            "`study.axes`: found `../x`, expected a letter",
        ),
        (
            with("\"a[0]\" = { values = [1], parameter = \"a\" }", "m = \"mean\""),
            "`study.axes`: found `a[0]`, expected a letter",
        ),
        (
            with("x = { values = [1], parameter = \"a\" }", "m = \"mean\""),
            "`study.axes`: found `x`, expected a name that results",
        ),
        (
            with("A = { values = [1], parameter = \"a\" }, a = { values = [1], parameter = \"w\" }", "m = \"mean\""),
            "`study.axes`: found `A` and `a`, expected names that differ in more than capitals",
        ),
        (
            with("seed = { values = [9007199254740993] }", "m = \"mean\""),
            "`study.axes.seed`: found 9007199254740993, expected",
        ),
        (
            with("a = { values = [1], map = [nan] }", "m = \"mean\""),
            "`study.axes.a.map`: found NaN, expected finite numbers",
        ),
        (with("a = { values = [1], map = [1, 2] }", "m = \"mean\""), "`study.axes.a.map`: found 2 numbers, expected 1"),
        (with("a = { values = [0.1, nan] }", "m = \"mean\""), "`study.axes.a`: found NaN, expected finite numbers"),
        (stage("above = nan"), "`study.stage.0.keep_if`: found NaN, expected finite bounds"),
        (search(&format!("{cma}, generations = 0"), large), "`study.search.generations`: found 0, expected at least 1"),
        (search(cma, "goal = { target = nan }"), "`study.search.objectives`: found the target NaN for `m`"),
        (search(cma, &format!("{large}, weight = -1")), "`study.search.objectives`: found the weight -1 for `m`"),
        (
            search(cma, &format!("{large} }}, {{ score = \"m\"")),
            "`study.search.objectives`: found two objectives for `m`",
        ),
        (
            search("algorithm = { nsga2 = { size = 10000000000000 } }", large),
            "`study.search.algorithm`: found 10000000000000 for `size`, expected a number from 2 to 1048576",
        ),
        (
            search("algorithm = { nsga2 = { size = 4 }, cma_es = {} }", large),
            "`study.search.algorithm`: found another algorithm, `",
        ),
    ] {
        assert!(found.contains(expected), "found:    {found}\nexpected: {expected}");
    }
    let against = |score: &str| {
        let text = format!(
            "network = {{ model = \"hopf\", nodes = 3 }}\nsimulation = {{ duration = \"1 s\" }}\nbold = {{ every = 20 }}\n\
             [study]\naxes = {{ a = {{ values = [1] }} }}\nscores = {{ m = {{ {score} }} }}\n"
        );
        study(&text).build().unwrap_err().to_string()
    };
    let rows = "against = [[1, 2, 3, 4], [1, 3, 2, 4], [3, 4, 1, 2]]";
    for (found, expected) in [
        (
            against(&format!("kind = \"fcd_ks\", window = 1000, {rows}")),
            "`study.scores.m.window`: found 1000, expected 2 to 45 volumes",
        ),
        (
            against(&format!("kind = \"fcd_ks\", step = 0, {rows}")),
            "`study.scores.m.step`: found 0, expected at least 1",
        ),
        (
            against(&format!("kind = \"fcd_ks\", window = 9, {rows}")),
            "`study.scores.m`: found measured BOLD of 4 volumes, expected at least 2 windows of 9, 5 apart",
        ),
        (
            against(&format!("kind = \"fc_correlation\", {rows}")),
            "`study.scores.m.against`: found 3 rows of 4 numbers, expected a square matrix",
        ),
        (
            against("kind = \"spectrum_distance\", against = [[1, 2, 3]]"),
            "`study.scores.m.against`: found 3 samples, expected at least 1000, one segment",
        ),
    ] {
        assert!(found.starts_with(expected), "found:    {found}\nexpected: {expected}");
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
    let expected = |what: &str, name: &str| {
        format!("`folder`: found {what} at `{}`, expected the folder of a study", place.path().join(name).display())
    };
    assert_eq!(error, expected("a folder without a study", "other"));
    for (what, name) in [("nothing", "missing"), ("a folder without a study", "other"), ("a file", "other/thesis.tex")]
    {
        let error = neuropil::StudyResults::open(place.path().join(name)).unwrap_err().to_string();
        assert_eq!(error, expected(what, name));
    }
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
