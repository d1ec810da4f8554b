//! Help, lists and the schema: what users read before they run anything.

mod common;

use common::Place;

#[test]
fn help_of_every_command() {
    let place = Place::new();
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help_run", &["run", "--help"]),
        ("help_explore", &["explore", "--help"]),
        ("help_study", &["study", "--help"]),
        ("help_study_status", &["study", "status", "--help"]),
        ("help_study_best", &["study", "best", "--help"]),
        ("help_study_merge", &["study", "merge", "--help"]),
        ("help_models", &["models", "--help"]),
        ("help_models_show", &["models", "show", "--help"]),
        ("help_data", &["data", "--help"]),
        ("help_data_describe", &["data", "describe", "--help"]),
        ("help_data_convert", &["data", "convert", "--help"]),
        ("help_report", &["report", "--help"]),
    ] {
        insta::assert_snapshot!(name, place.transcript(arguments));
    }
}

#[test]
fn models_are_listed() {
    insta::assert_snapshot!("models_list", Place::new().transcript(&["models", "list"]));
}

#[test]
fn a_model_is_shown_in_every_format() {
    let place = Place::new();
    place.write(
        "decay.model",
        r#"model decay "Exponential decay"

"""
What is left of a quantity that is lost at a constant rate.
"""

source "Newton I (1701) Scala graduum caloris. Phil Trans 22:824" doi "10.1098/rstl.1700.0082"

param tau = 10 : ms in (0, inf) "time constant"
input x_in = 0 : mV/ms "what is added"
state x = uniform(0, 1) : mV "what decays"
state before = 0 : mV "x a step ago, not listed as an output"
dx/dt = -x / tau + x_in
before := x
output x
output bold_drive = x / 1[mV] : 1 "as it drives BOLD"
coupling x -> x_in strength k = 0.1 : 1/ms in [0, inf) "global strength"
"#,
    );
    for format in ["text", "markdown", "latex", "json"] {
        let arguments = ["models", "show", "--model-file", "decay.model", "--format", format];
        insta::assert_snapshot!(format!("models_show_{format}"), place.transcript(&arguments));
    }
}

/// The format of specifications: a change shows here.
#[test]
fn schema_is_what_it_was() {
    insta::assert_snapshot!("schema", Place::new().transcript(&["schema"]));
}
