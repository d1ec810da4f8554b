//! Populations with their parameters, and how they are connected.

use std::collections::BTreeMap;
use std::sync::Arc;

use neuropil_kernel::{Model, ModelInfo};
use neuropil_lang::nearest;
use neuropil_sim::{Network, NetworkError, Population, Values};

use super::connectome::Anatomy;
use super::{models, projection};
use crate::error::Error;
use crate::experiment::{Experiment, NetworkSection, Value};
use crate::numbers::read_list;

/// Name of the only population of a network that does not name any.
const ONLY: &str = "brain";

pub(super) fn build(experiment: &Experiment, anatomy: &Anatomy) -> Result<Network, Error> {
    if experiment.populations.is_empty() {
        let Some(section) = &experiment.network else {
            return Err(Error::specification("network", "nothing", "a `[network]` with a model, or populations"));
        };
        if !experiment.projections.is_empty() {
            let error = Error::specification("projection", "a projection", "`[[population]]` sections beside it");
            return Err(error.advise("a `[network]` is coupled as its model says"));
        }
        return single(section, anatomy);
    }
    if let Some(section) = &experiment.network {
        check_shared(section)?;
    }
    let mut network = Network::new();
    for section in &experiment.populations {
        let place = format!("population.{}", section.name);
        if section.name.is_empty() || !section.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let found = format!("`{}`", section.name);
            return Err(Error::specification("population.name", found, "letters, digits and `_`"));
        }
        let model = models::load(&place, section.model.as_deref(), section.model_file.as_deref())?;
        let regions = anatomy.connectome.as_ref().map_or(1, |connectome| connectome.nodes());
        let mut population = Population::new(&section.name, model, section.nodes.unwrap_or(regions));
        for (name, value) in &section.parameters {
            set(&mut population, name, value)?;
        }
        start(&mut population, &section.initial)?;
        network.add(population)?;
    }
    projection::connect(&mut network, experiment, anatomy)?;
    Ok(network)
}

/// What `[network]` may hold beside populations.
fn check_shared(section: &NetworkSection) -> Result<(), Error> {
    let given = section.model.is_some()
        || section.model_file.is_some()
        || section.nodes.is_some()
        || !section.parameters.is_empty()
        || !section.initial.is_empty();
    if !given {
        return Ok(());
    }
    let expected = "only the connectome and speed that the populations share";
    Err(Error::specification("network", "a model, nodes or parameters beside `[[population]]`", expected)
        .advise("move them into a `[[population]]`"))
}

/// One population, coupled as its model says.
fn single(section: &NetworkSection, anatomy: &Anatomy) -> Result<Network, Error> {
    let model = models::load("network", section.model.as_deref(), section.model_file.as_deref())?;
    let nodes = anatomy.connectome.as_ref().map_or(section.nodes.unwrap_or(1), |connectome| connectome.nodes());
    let mut population = Population::new(ONLY, Arc::clone(&model), nodes);
    let mut strengths = Vec::new();
    for (name, value) in &section.parameters {
        if strength_names(model.info()).any(|strength| strength == name) {
            strengths.push((name.as_str(), values(value)?));
        } else {
            set(&mut population, name, value)?;
        }
    }
    start(&mut population, &section.initial)?;
    let mut network = Network::new();
    network.add(population)?;
    match (&anatomy.connectome, strengths.first()) {
        (Some(connectome), _) => {
            let connections = anatomy.own_connections(connectome)?;
            network.connect_as_modelled(ONLY, &connections, &strengths)?;
        }
        (None, Some((name, _))) => {
            let error = Error::specification(name, "a value", "none in a network without connections");
            return Err(error.advise("give a `connectome` or `dataset`"));
        }
        (None, None) => {}
    }
    Ok(network)
}

/// Names of the global factors of a model's coupling.
fn strength_names(info: &ModelInfo) -> impl Iterator<Item = &str> + Clone {
    info.couplings.iter().filter_map(|coupling| coupling.strength.as_ref()).map(|strength| strength.name.as_str())
}

/// Sets a parameter or constant input. An unknown name is compared with all that may be set.
fn set(population: &mut Population, name: &str, value: &Value) -> Result<(), Error> {
    let model: Arc<dyn Model> = Arc::clone(population.model());
    let info = model.info();
    let parameters = info.parameters.iter().map(|parameter| parameter.name.as_str());
    let inputs = info.inputs.iter().map(|input| input.name.as_str());
    let known = parameters.chain(strength_names(info)).chain(inputs);
    if known.clone().any(|known| known == name) {
        return Ok(population.set(name, values(value)?)?);
    }
    Err(NetworkError::UnknownName {
        what: "parameter",
        name: name.into(),
        model: info.name.clone(),
        nearest: nearest(name, known.clone()).map(Into::into),
        known: known.map(Into::into).collect(),
    }
    .into())
}

fn start(population: &mut Population, initial: &BTreeMap<String, Value>) -> Result<(), Error> {
    for (name, value) in initial {
        population.start_from(name, values(value)?)?;
    }
    Ok(())
}

/// A value with its file read.
pub(super) fn values(value: &Value) -> Result<Values, Error> {
    Ok(match value {
        Value::Number(number) => Values::Uniform(*number),
        Value::Nodes(numbers) => Values::Nodes(numbers.clone()),
        Value::Trials(numbers) => Values::Trials(numbers.clone()),
        Value::TrialsNodes(numbers) => Values::TrialsNodes(numbers.clone()),
        Value::File(path) => Values::Nodes(read_list(path)?),
    })
}
