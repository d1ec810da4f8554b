//! Populations and projections.

use std::sync::Arc;

use neuropil_kernel::CouplingKind;
use neuropil_lang::nearest;

use crate::connections::Connections;
use crate::error::NetworkError;
use crate::population::{Population, check_finite, check_range};
use crate::projection::{Link, Projection, Response};
use crate::values::Values;

/// Connections above which a network is large.
const LARGE: usize = 50_000;

/// Populations and projections. Names are checked when something is added.
#[derive(Clone, Debug, Default)]
pub struct Network {
    populations: Vec<Population>,
    projections: Vec<Projection>,
}

impl Network {
    /// An empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a population.
    ///
    /// # Errors
    /// If it has no nodes, or there is one of its name already.
    pub fn add(&mut self, population: Population) -> Result<(), NetworkError> {
        if population.nodes() == 0 {
            return Err(NetworkError::NoNodes(population.name().into()));
        }
        if self.populations.iter().any(|known| known.name() == population.name()) {
            return Err(NetworkError::DuplicatePopulation(population.name().into()));
        }
        self.populations.push(population);
        Ok(())
    }

    /// Adds a projection.
    ///
    /// # Errors
    /// If a name is unknown, the connections have another size than the populations, a strength is not finite, or
    /// diffusive coupling finds no output of its name at the target.
    pub fn connect(&mut self, projection: Projection) -> Result<(), NetworkError> {
        let source = self.population(&projection.source)?;
        let target = self.population(&projection.target)?;
        source.output(&projection.output)?;
        let connections = &projection.connections;
        if (connections.targets(), connections.sources()) != (target.nodes(), source.nodes()) {
            return Err(NetworkError::ConnectionSize {
                name: "weights",
                found_targets: connections.targets(),
                found_sources: connections.sources(),
                targets: target.nodes(),
                sources: source.nodes(),
            });
        }
        for link in &projection.links {
            target.input(&link.input)?;
            link.strength.check_nodes(&link.argument, target.nodes())?;
            check_finite(&link.argument, &link.strength)?;
            link.response.check()?;
            if link.kind == CouplingKind::Diffusive && target.output(&projection.output).is_err() {
                return Err(NetworkError::DiffusiveWithoutOutput {
                    output: projection.output.clone(),
                    model: target.model().info().name.clone(),
                });
            }
        }
        self.projections.push(projection);
        Ok(())
    }

    /// Connects a population with itself as its model says; `strengths` sets the global factors that the model names
    /// (`K_gl`, for example), which are otherwise at their defaults.
    ///
    /// # Errors
    /// If the model says nothing about coupling, a strength is unknown or outside its range, or as [`Self::connect`].
    pub fn connect_as_modelled(
        &mut self,
        population: &str,
        connections: &Arc<Connections>,
        strengths: &[(&str, Values)],
    ) -> Result<(), NetworkError> {
        let model = Arc::clone(self.population(population)?.model());
        let info = model.info();
        if info.couplings.is_empty() {
            return Err(NetworkError::NoDefaultCoupling(info.name.clone()));
        }
        let parameters: Vec<_> = info.couplings.iter().filter_map(|coupling| coupling.strength.as_ref()).collect();
        for (name, values) in strengths {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == *name) else {
                let known = parameters.iter().map(|parameter| parameter.name.as_str());
                return Err(NetworkError::UnknownName {
                    what: "coupling strength",
                    name: (*name).into(),
                    model: info.name.clone(),
                    nearest: nearest(name, known.clone()).map(Into::into),
                    known: known.map(Into::into).collect(),
                });
            };
            check_range(parameter, values)?;
        }
        let mut outputs = Vec::new();
        for coupling in &info.couplings {
            if !outputs.contains(&coupling.output) {
                outputs.push(coupling.output);
            }
        }
        for output in outputs {
            let links = info.couplings.iter().filter(|coupling| coupling.output == output).map(|coupling| {
                let strength = coupling.strength.as_ref().map_or(Values::Uniform(1.0), |parameter| {
                    let set = strengths.iter().find(|(name, _)| *name == parameter.name);
                    let values = set.map_or(Values::Uniform(parameter.default), |(_, values)| values.clone());
                    values.scaled(parameter.unit.scale)
                });
                let input = &info.inputs[coupling.input];
                let argument = coupling.strength.as_ref().map_or("strength", |parameter| &parameter.name).into();
                Link {
                    input: input.name.clone(),
                    kind: coupling.kind,
                    strength: strength.scaled(info.outputs[output].unit.scale / input.unit.scale),
                    argument,
                    power: coupling.power,
                    per_node: coupling.per_node,
                    response: Response::Linear,
                }
            });
            self.connect(Projection {
                source: population.into(),
                output: info.outputs[output].name.clone(),
                target: population.into(),
                connections: Arc::clone(connections),
                links: links.collect(),
            })?;
        }
        Ok(())
    }

    /// Populations, in the order in which they were added.
    pub fn populations(&self) -> &[Population] {
        &self.populations
    }

    /// Projections, in the order in which they were added.
    pub fn projections(&self) -> &[Projection] {
        &self.projections
    }

    /// Whether a step is worth several threads: those of a small network are shorter than it takes to wake one.
    pub(crate) fn is_large(&self) -> bool {
        self.projections.iter().map(|projection| projection.connections.len()).sum::<usize>() > LARGE
    }

    /// The population of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn population(&self, name: &str) -> Result<&Population, NetworkError> {
        self.index(name).map(|index| &self.populations[index])
    }

    /// The index of the population of this name.
    pub(crate) fn index(&self, name: &str) -> Result<usize, NetworkError> {
        find_population(name, self.populations.iter().map(Population::name))
    }

    pub(crate) fn populations_mut(&mut self) -> &mut [Population] {
        &mut self.populations
    }

    pub(crate) fn projections_mut(&mut self) -> &mut [Projection] {
        &mut self.projections
    }

    /// The population of this name.
    pub(crate) fn population_mut(&mut self, name: &str) -> Result<&mut Population, NetworkError> {
        self.index(name).map(|index| &mut self.populations[index])
    }
}

/// Index of a population among the names of all.
pub(crate) fn find_population<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize, NetworkError> {
    names
        .clone()
        .position(|known| known == name)
        .ok_or_else(|| NetworkError::UnknownPopulation { name: name.into(), known: names.map(Into::into).collect() })
}
