//! Algorithms, with functions of users among their operators.

use std::collections::HashMap;

use neuropil::optimize::{
    Evolution, StandardAlgorithm, StandardCrossover, StandardMutation, StandardReplacement, StandardSelection,
};
use pyo3::prelude::*;

use super::operators::{Any, Function, Raised};

type AnyEvolution =
    Evolution<Any<StandardCrossover>, Any<StandardMutation>, Any<StandardSelection>, Any<StandardReplacement>>;

/// An algorithm as data. An operator that is a function of the user is not among its settings.
pub(super) type Settings = StandardAlgorithm<
    Evolution<
        Option<StandardCrossover>,
        Option<StandardMutation>,
        Option<StandardSelection>,
        Option<StandardReplacement>,
    >,
>;

/// An algorithm that a search works with.
pub(super) type AnyAlgorithm = StandardAlgorithm<AnyEvolution>;

/// The operator of the settings, or a function.
fn any<S>(standard: Option<S>, function: impl FnOnce() -> PyResult<Function>) -> PyResult<Any<S>> {
    standard.map_or_else(|| function().map(Any::Function), |standard| Ok(Any::Standard(standard)))
}

/// The algorithm of settings and of functions, by the operator whose place they take.
pub(super) fn to_algorithm(
    settings: Settings,
    mut functions: HashMap<String, Py<PyAny>>,
    raised: &Raised,
) -> PyResult<AnyAlgorithm> {
    let mut function = |operator: &'static str| {
        let found = functions.remove(operator);
        let found = found.ok_or_else(|| crate::error::input(format!("`{operator}`: found none"), None));
        Ok::<_, PyErr>(Function::new(operator, found?, raised.clone()))
    };
    settings.with_evolution(|evolution| {
        let crossover = any(evolution.crossover.clone(), || function("crossover"))?;
        let mutation = any(evolution.mutation.clone(), || function("mutation"))?;
        let selection = any(evolution.selection.clone(), || function("selection"))?;
        let replacement = any(evolution.replacement.clone(), || function("replacement"))?;
        let evolution = evolution.with_crossover(crossover).with_mutation(mutation);
        Ok(evolution.with_selection(selection).with_replacement(replacement))
    })
}
