//! Documentation and diagnostics as users see them.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use neuropil_lang::{compile, equations_latex, equations_text, markdown};

/// A model that uses every statement of the language.
const ADAPTING: &str = r#"
model adapting_rate "A rate with adaptation"

"""
A population whose rate follows its drive through a table, with a slow current that lowers it.
"""

source "A. Author (2001) A rate. J Rates 1:2" doi "10.1000/rates.1"
source "B. Author (1999) Rates. Oldtown Press"

param tau_m = 10 : ms in (0, inf) "membrane time constant"
param tau_w = 0.2 : s in (0, inf) "time constant of the adaptation"
param b = 0.5 : mV/ms in [0, inf) "adaptation | strength"
param sigma_ou = 0.1 : mV/ms^1.5 in [0, inf) "amplitude of the noise"
param d_e = 4 : ms in [0, inf) "local delay"
param mu_0 = -1 : mV/ms in (-inf, inf) "initial drive"

input ext_drive = 0.5 : mV/ms "drive from outside"
noise xi_mu "drives mu"

state mu = mu_0 : mV/ms clip [-10, inf) "mean drive"
state w = normal(0, 0.1) : 1 "adaptation"
state rate = 0 : kHz "rate"
state theta = uniform(0, 2*pi) : rad wrap [0, 2*pi) "phase"

table transfer(mu: mV/ms, sigma: mV) -> r: kHz, V_mean: mV "stationary rates"
function relu(q) = q if q > 0 else 0

sigma_1 = 1[mV] * sqrt(1 + w^2)
arriving = ext_drive + 2[mV] * delay(rate, d_e)
dmu/dt = (arriving - b * w - mu) / tau_m + sigma_ou * xi_mu
dw/dt = (tanh(rate * tau_m) - w) / tau_w
rate := relu(transfer(mu, sigma_1).r)
dtheta/dt = 2 * pi * next(rate) * exp(-w)

output rate
output bold_drive = 50 * rate / 1[kHz] : 1 "drive of the haemodynamics"

coupling rate -> ext_drive strength K_gl = 2 : mV in [0, inf) "global coupling strength"
"#;

const WRONG: &str = r#"model wrong "Six errors"
param tau = 20 : ms in (0, inf) "time constant"
param sigma = 2 : mV/sqrt(msec) in [0, inf) "noise"
input drive = 0 : mV/ms "drive"
noise xi "noise"
state v = -65 : mV "potential"
state u = 0 : mV "recovery"
  parm = 3
leak = (v + 65) / tau
dv/dt = -leak + dirve
du/dt = v / (tau + xi)
output v
output total = drive * tau : mV "x"
"#;

#[test]
fn equations_are_written_as_their_author_did() {
    let model = compile(ADAPTING, "adapting_rate.model").unwrap();
    assert!(model.warnings.is_empty(), "{:?}", model.warnings);
    insta::assert_snapshot!("latex", equations_latex(&model.tree).join("\n"));
    insta::assert_snapshot!("text", equations_text(&model.tree).join("\n"));
    insta::assert_snapshot!("markdown", markdown(&model));
}

#[test]
fn plain_equations_compile_again_to_the_same() {
    let model = compile(ADAPTING, "adapting_rate.model").unwrap();
    let (declarations, rest) = ADAPTING.split_once("function").unwrap();
    let (_, outputs) = rest.split_once("\noutput").unwrap();
    let equations: Vec<String> = equations_text(&model.tree)
        .into_iter()
        .filter(|line| !line.starts_with("bold_drive"))
        .map(|line| if line.starts_with("relu(") { format!("function {line}") } else { line })
        .collect();
    let again = format!("{declarations}{}\noutput{outputs}", equations.join("\n"));
    let again = compile(&again, "again.model").unwrap();
    assert_eq!(again.program.info, model.program.info);
    assert_eq!(again.program.graph.nodes(), model.program.graph.nodes());
}

#[test]
fn errors_show_their_place_and_what_to_do() {
    insta::assert_snapshot!("diagnostics", compile(WRONG, "wrong.model").unwrap_err().to_string());
}

#[test]
fn the_example_of_the_reference_is_a_model_without_warnings() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/language.md");
    let page = std::fs::read_to_string(page).unwrap();
    let example = page.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let model = compile(example, "hopf.model").unwrap();
    assert!(model.warnings.is_empty(), "{:?}", model.warnings);
    assert_eq!(model.program.info.name, "hopf");
    assert_eq!(model.program.info.states.len(), 3);
    assert_eq!(model.program.diffusion.len(), 1);
}
