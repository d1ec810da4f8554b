//! A model of the usual size: states, noise, bounds, an output expression.

use neuropil_kernel::{Bounds, StateKind};
use neuropil_lang::{Program, Unary};

use crate::builder::Builder;

/// A FitzHugh-Nagumo unit with one input, one noise and an output expression.
pub(crate) fn program() -> Program {
    let mut model = Builder::new("small_model");
    let (tau, sigma) = (model.parameter("tau", 12.5), model.parameter("sigma", 0.1));
    let (v, w) = (model.differential("v"), model.state("w", StateKind::Differential, Some(Bounds::Clip(-2.0, 2.0))));
    let input = model.input("v_in");
    let xi = model.noise("xi");
    let graph = model.graph();
    let three = graph.constant(3.0);
    let cube = graph.powi(v, 3);
    let cube = graph.div(cube, three);
    let drift = graph.sub(v, cube);
    let drift = graph.sub(drift, w);
    let drift = graph.add(drift, input);
    let recovery = graph.sub(v, w);
    let recovery = graph.div(recovery, tau);
    let rate = graph.unary(Unary::Tanh, v);
    model.equation(v, drift);
    model.equation(w, recovery);
    model.amplitude(v, xi, sigma);
    model.output("rate", rate);
    model.program
}
