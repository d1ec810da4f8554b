//! Networks.

use std::collections::BTreeMap;

use neuropil::Response;
use neuropil::kernel::CouplingKind;
use pyo3::prelude::*;

use crate::connections::Connections;
use crate::error::{self, IntoPython};
use crate::population::Population;
use crate::values::{Argument, values};

/// Populations and projections.
#[pyclass(module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Network(pub(crate) neuropil::Network);

#[pymethods]
impl Network {
    #[new]
    fn new() -> Self {
        Self(neuropil::Network::new())
    }

    fn add(&mut self, population: &Population) -> PyResult<()> {
        self.0.add(population.0.clone()).map_err(IntoPython::into_python)
    }

    /// The time step (ms) where nothing is said.
    fn default_time_step(&self) -> f64 {
        neuropil::default_time_step(&self.0)
    }

    /// Connects an output of `source` with inputs of `target`.
    fn connect(
        &mut self,
        source: String,
        output: String,
        target: String,
        connections: &Connections,
        links: Vec<PyRef<'_, Link>>,
    ) -> PyResult<()> {
        let links = links.iter().map(|link| link.0.clone()).collect();
        let connections = connections.0.clone();
        let projection = neuropil::Projection { source, output, target, connections, links };
        self.0.connect(projection).map_err(IntoPython::into_python)
    }

    /// Connects a population with itself as its model says.
    fn connect_as_modelled(
        &mut self,
        population: &str,
        connections: &Connections,
        strengths: BTreeMap<String, Argument<'_>>,
    ) -> PyResult<()> {
        let strengths = strengths
            .iter()
            .map(|(name, value)| Ok((name.as_str(), values(name, value)?)))
            .collect::<PyResult<Vec<_>>>();
        self.0.connect_as_modelled(population, &connections.0, &strengths?).map_err(IntoPython::into_python)
    }
}

/// One input that a projection drives.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Link(neuropil::Link);

#[pymethods]
impl Link {
    #[new]
    #[pyo3(signature = (input, kind = "additive", strength = None, power = 1, per_node = false, slope = None, midpoint = 0.0, scale = None, argument = None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        input: String,
        kind: &str,
        strength: Option<Argument<'_>>,
        power: i32,
        per_node: bool,
        slope: Option<f64>,
        midpoint: f64,
        scale: Option<f64>,
        argument: Option<String>,
    ) -> PyResult<Self> {
        let kind = match kind {
            "additive" => CouplingKind::Additive,
            "diffusive" => CouplingKind::Diffusive,
            found => {
                return Err(error::input(format!("`kind`: found `{found}`, expected `additive` or `diffusive`"), None));
            }
        };
        let response = match (slope, scale) {
            (Some(slope), _) => Response::Sigmoid { slope, midpoint },
            (None, Some(scale)) => Response::Tanh { scale },
            (None, None) => Response::Linear,
        };
        let mut link = neuropil::Link { kind, power, per_node, response, ..neuropil::Link::additive(input) };
        if let Some(strength) = strength {
            link.strength = values("strength", &strength)?;
        }
        if let Some(argument) = argument {
            link.argument = argument;
        }
        Ok(Self(link))
    }
}
