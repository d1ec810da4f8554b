//! Nodes with the same model.

use std::collections::BTreeMap;
use std::sync::Arc;

use neuropil_kernel::{Model, ModelInfo, Parameter};
use neuropil_lang::nearest;

use crate::error::NetworkError;
use crate::past::Past;
use crate::values::Values;

/// A number of nodes with the same model.
#[derive(Clone, Debug)]
pub struct Population {
    name: String,
    model: Arc<dyn Model>,
    nodes: usize,
    parameters: BTreeMap<usize, Values>,
    inputs: BTreeMap<usize, Values>,
    /// In internal units, so that what comes from a snapshot is not rounded.
    initial: BTreeMap<usize, Values>,
    pasts: BTreeMap<usize, Past>,
}

impl Population {
    /// `nodes` nodes with the model's default parameters.
    pub fn new(name: impl Into<String>, model: Arc<dyn Model>, nodes: usize) -> Self {
        let (parameters, inputs, initial, pasts) = Default::default();
        Self { name: name.into(), model, nodes, parameters, inputs, initial, pasts }
    }

    /// Sets a parameter, or the constant level of an input, in its unit.
    ///
    /// # Errors
    /// If the model has neither parameter nor input of this name, a value is outside the parameter's range or not
    /// finite, or there is not one value for each node.
    pub fn set(&mut self, name: &str, values: impl Into<Values>) -> Result<(), NetworkError> {
        let values = values.into();
        let info = self.model.info();
        values.check_nodes(name, self.nodes)?;
        if let Some(input) = info.inputs.iter().position(|input| input.name == name) {
            check_finite(name, &values)?;
            self.inputs.insert(input, values);
            return Ok(());
        }
        let index = find("parameter", name, info, info.parameters.iter().map(|p| p.name.as_str()))?;
        check_range(&info.parameters[index], &values)?;
        self.parameters.insert(index, values);
        Ok(())
    }

    /// Sets the initial value of a state, in its unit. Unless a [past](Self::set_past) is set, it also fills the
    /// history before the start.
    ///
    /// # Errors
    /// If the model has no such state, a value is not finite, or there is not one value for each node.
    pub fn start_from(&mut self, state: &str, values: impl Into<Values>) -> Result<(), NetworkError> {
        let values = values.into();
        let scale = self.model.info().states[self.state(state)?].unit.scale;
        check_finite(state, &values)?;
        self.start_from_internal(state, values.scaled(scale))
    }

    /// Sets what an output was before the start, in its unit: a value for each step, the last one a step before the
    /// start. Delayed projections and `delay()` in the model read it. The value at the start itself follows from the
    /// initial states. Without it, outputs were what they are at the start.
    ///
    /// # Errors
    /// If the model has no such output, a value is not finite, or there is not one course for each node.
    pub fn set_past(&mut self, output: &str, past: impl Into<Past>) -> Result<(), NetworkError> {
        let past = past.into();
        let scale = self.model.info().outputs[self.output(output)?].unit.scale;
        past.check(output, self.nodes)?;
        self.set_past_internal(output, past.scaled(scale))
    }

    /// As [`Self::start_from`], in internal units.
    pub(crate) fn start_from_internal(&mut self, state: &str, values: Values) -> Result<(), NetworkError> {
        let index = self.state(state)?;
        check_finite(state, &values)?;
        values.check_nodes(state, self.nodes)?;
        self.initial.insert(index, values);
        Ok(())
    }

    /// As [`Self::set_past`], in internal units.
    pub(crate) fn set_past_internal(&mut self, output: &str, past: Past) -> Result<(), NetworkError> {
        let index = self.output(output)?;
        past.check(output, self.nodes)?;
        self.pasts.insert(index, past);
        Ok(())
    }

    /// Name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Model.
    pub fn model(&self) -> &Arc<dyn Model> {
        &self.model
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Parameters that are not at their default, by index.
    pub(crate) fn parameters(&self) -> &BTreeMap<usize, Values> {
        &self.parameters
    }

    /// Constant levels of inputs that are not at their default, by index.
    pub(crate) fn inputs(&self) -> &BTreeMap<usize, Values> {
        &self.inputs
    }

    /// Initial values that are not the model's, by index, in internal units.
    pub(crate) fn initial(&self) -> &BTreeMap<usize, Values> {
        &self.initial
    }

    /// What outputs were before the start, by index, in internal units.
    pub(crate) fn pasts(&self) -> &BTreeMap<usize, Past> {
        &self.pasts
    }

    /// Value of a parameter in its unit.
    pub(crate) fn parameter(&self, index: usize, trial: usize, node: usize) -> f64 {
        self.parameters.get(&index).map_or(self.model.info().parameters[index].default, |v| v.at(trial, node))
    }

    /// Each of the model's local delays: name of its parameter, and the longest (ms).
    pub(crate) fn local_delays(&self) -> impl Iterator<Item = (&str, f64)> + '_ {
        let info = self.model.info();
        info.delays.iter().map(|delay| {
            let parameter = &info.parameters[delay.parameter];
            let set = self.parameters.get(&delay.parameter);
            let longest = set.map_or(parameter.default, |values| values.all().fold(0.0, f64::max));
            (parameter.name.as_str(), longest * parameter.unit.scale)
        })
    }

    /// Takes the values of populations of single trials, as values of so many. `None` if they do not set the same.
    pub(crate) fn take_values_of(&mut self, each: &[&Self]) -> Option<()> {
        let nodes = self.nodes;
        let values = |of: fn(&Self) -> &BTreeMap<usize, Values>| {
            merged(each, of, |each: &[&Values]| Values::of_trials(each, nodes))
        };
        let (parameters, inputs) = (values(|one| &one.parameters)?, values(|one| &one.inputs)?);
        let initial = values(|one| &one.initial)?;
        let pasts = merged(each, |one| &one.pasts, |each: &[&Past]| Past::of_trials(each, nodes))?;
        (self.parameters, self.inputs, self.initial, self.pasts) = (parameters, inputs, initial, pasts);
        Some(())
    }

    /// Index of a state.
    fn state(&self, name: &str) -> Result<usize, NetworkError> {
        find_state(self.model.info(), name)
    }

    /// Index of an output.
    pub(crate) fn output(&self, name: &str) -> Result<usize, NetworkError> {
        find_output(self.model.info(), name)
    }

    /// Index of an input.
    pub(crate) fn input(&self, name: &str) -> Result<usize, NetworkError> {
        find_input(self.model.info(), name)
    }
}

/// What populations have under the same numbers, put together. `None` if the numbers differ.
fn merged<T>(
    each: &[&Population],
    of: impl Fn(&Population) -> &BTreeMap<usize, T>,
    together: impl Fn(&[&T]) -> T,
) -> Option<BTreeMap<usize, T>> {
    let first = of(each[0]);
    if !each.iter().all(|one| of(one).keys().eq(first.keys())) {
        return None;
    }
    let value = |key: &usize| (*key, together(&each.iter().map(|one| &of(one)[key]).collect::<Vec<_>>()));
    Some(first.keys().map(value).collect())
}

/// Index of a state.
pub(crate) fn find_state(info: &ModelInfo, name: &str) -> Result<usize, NetworkError> {
    find("state", name, info, info.states.iter().map(|state| state.name.as_str()))
}

/// Index of an output.
pub(crate) fn find_output(info: &ModelInfo, name: &str) -> Result<usize, NetworkError> {
    find("output", name, info, info.outputs.iter().map(|output| output.name.as_str()))
}

/// Index of an input.
pub(crate) fn find_input(info: &ModelInfo, name: &str) -> Result<usize, NetworkError> {
    find("input", name, info, info.inputs.iter().map(|input| input.name.as_str()))
}

/// Index of `name` among `names`, or an error with the nearest one.
fn find<'a>(
    what: &'static str,
    name: &str,
    info: &ModelInfo,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize, NetworkError> {
    names.clone().position(|known| known == name).ok_or_else(|| NetworkError::UnknownName {
        what,
        name: name.into(),
        model: info.name.clone(),
        nearest: nearest(name, names.clone()).map(Into::into),
        known: names.map(Into::into).collect(),
    })
}

/// Checks that values are numbers.
pub(crate) fn check_finite(name: &str, values: &Values) -> Result<(), NetworkError> {
    match values.all().find(|value| !value.is_finite()) {
        None => Ok(()),
        Some(found) => Err(NetworkError::NotFinite { name: name.into(), found }),
    }
}

/// Checks values of a parameter against its range.
pub(crate) fn check_range(parameter: &Parameter, values: &Values) -> Result<(), NetworkError> {
    let outside = values.all().find(|&value| !value.is_finite() || !parameter.range.contains(value));
    match outside {
        None => Ok(()),
        Some(found) => Err(NetworkError::OutOfRange {
            name: parameter.name.clone(),
            found,
            unit: if parameter.unit.text == "1" { String::new() } else { format!(" {}", parameter.unit.text) },
            expected: format!("a value in {}", parameter.range),
        }),
    }
}
