//! Projections between populations.

use std::path::Path;
use std::sync::Arc;

use neuropil_kernel::CouplingKind;
use neuropil_sim::{Connections, Link, Network, Population, Projection, Response};

use super::connectome::Anatomy;
use super::network::values;
use super::population_index;
use crate::error::Error;
use crate::experiment::{Coupling, Experiment, ProjectionSection, ResponseSection};
use crate::numbers::read_table;

pub(super) fn connect(network: &mut Network, experiment: &Experiment, anatomy: &Anatomy) -> Result<(), Error> {
    for section in &experiment.projections {
        let projection = projection(network, section, anatomy)?;
        network.connect(projection)?;
    }
    Ok(())
}

fn projection(network: &Network, section: &ProjectionSection, anatomy: &Anatomy) -> Result<Projection, Error> {
    let (source_name, output) = match section.from.split_once('.') {
        Some((population, output)) => (population, Some(output)),
        None => (section.from.as_str(), None),
    };
    let Some((target_name, input)) = section.to.split_once('.') else {
        let known = target_inputs(network, &section.to);
        let error = Error::specification("projection.to", format!("`{}`", section.to), "`population.input`");
        return Err(if known.is_empty() { error } else { error.advise(format!("there are: {}", known.join(", "))) });
    };
    let source = &network.populations()[population_index(network, Some(source_name))?];
    let target = &network.populations()[population_index(network, Some(target_name))?];
    let output = match output {
        Some(output) => output.to_owned(),
        None => default_output(source)?,
    };
    let kind = match section.coupling {
        Coupling::Additive => CouplingKind::Additive,
        Coupling::Diffusive => CouplingKind::Diffusive,
    };
    let response = match section.response {
        ResponseSection::Linear => Response::Linear,
        ResponseSection::Sigmoid { slope, midpoint } => Response::Sigmoid { slope, midpoint },
        ResponseSection::Tanh { scale } => Response::Tanh { scale },
    };
    let mut link = Link { kind, response, ..Link::additive(input) };
    if let Some(strength) = &section.strength {
        link.strength = values(strength)?;
    }
    Ok(Projection {
        source: source_name.into(),
        output,
        target: target_name.into(),
        connections: Arc::new(connections(section, source, target, anatomy)?),
        links: vec![link],
    })
}

/// `population.input` for each input of a population.
fn target_inputs(network: &Network, population: &str) -> Vec<String> {
    let found = network.populations().iter().find(|known| known.name() == population);
    let inputs = found.iter().flat_map(|population| &population.model().info().inputs);
    inputs.map(|input| format!("{population}.{}", input.name)).collect()
}

fn default_output(population: &Population) -> Result<String, Error> {
    let info = population.model().info();
    let output = info.outputs.first().map(|output| output.name.clone());
    output.ok_or_else(|| {
        Error::specification("projection.from", format!("model `{}`", info.name), "a model with outputs")
    })
}

fn connections(
    section: &ProjectionSection,
    source: &Population,
    target: &Population,
    anatomy: &Anatomy,
) -> Result<Connections, Error> {
    let (sources, targets) = (source.nodes(), target.nodes());
    let connections = section.connections.as_path();
    let same_delay = section.delay.map(|delay| delay.0);
    if connections == Path::new("connectome") {
        let Some(connectome) = &anatomy.connectome else {
            let error = Error::specification("projection.connections", "`connectome`", "a connectome in `[network]`");
            return Err(error.advise("add `[network]` with `connectome = ...` or `dataset = ...`"));
        };
        let connections = Anatomy::connections(connectome, section.speed.unwrap_or(anatomy.speed))?;
        return delayed(&connections, same_delay);
    }
    if section.speed.is_some() {
        let error = Error::specification("projection.speed", "a speed", "one for `connections = \"connectome\"` only");
        return Err(error.advise("give a `delay`"));
    }
    if connections == Path::new("one_to_one") {
        if sources != targets {
            let found = format!("{sources} sources and {targets} targets");
            return Err(Error::specification("projection.connections", found, "equal numbers for `one_to_one`"));
        }
        return delayed(&Connections::one_to_one(sources), same_delay);
    }
    let rows = read_table(connections)?;
    let (found, columns) = (rows.len(), rows.first().map_or(0, Vec::len));
    if (found, columns) != (targets, sources) {
        let expected = format!("{targets} x {sources}: targets in rows, sources in columns");
        return Err(Error::specification(connections.display(), format!("{found} x {columns} weights"), expected));
    }
    delayed(&Connections::dense(targets, sources, &rows.concat(), None, None)?, same_delay)
}

/// The same connections with another delay (ms).
fn delayed(connections: &Connections, delay: Option<f64>) -> Result<Connections, Error> {
    let edges = |target| {
        connections.of(target).map(move |(source, weight, own)| (target, source, weight, delay.unwrap_or(own)))
    };
    let edges = (0..connections.targets()).flat_map(edges);
    Ok(Connections::sparse(connections.targets(), connections.sources(), edges)?)
}
