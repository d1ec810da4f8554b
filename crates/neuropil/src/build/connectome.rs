//! Connectome and measured data of an experiment.

use std::sync::{Arc, OnceLock};

use neuropil_analysis::SquareMatrix;
use neuropil_data::{Connectome, Dataset, DatasetOptions, Matrix, Normalisation, ReadError};
use neuropil_sim::Connections;

use crate::error::Error;
use crate::experiment::{Experiment, NetworkSection, Speed, is_example};
use crate::plan::MeasuredConnectivity;

/// What is known of the brain that is simulated.
#[derive(Clone, Debug)]
pub(crate) struct Anatomy {
    /// Zeros on the diagonal.
    pub(crate) connectome: Option<Arc<Connectome>>,
    pub(crate) measured: Vec<MeasuredConnectivity>,
    /// Measured BOLD of the subjects, regions in rows.
    pub(crate) bold: Vec<Matrix>,
    /// Speed of signals along its tracts.
    pub(super) speed: Speed,
    /// Its connections, once they were asked for.
    connections: OnceLock<Arc<Connections>>,
}

impl Anatomy {
    pub(crate) fn of(experiment: &Experiment) -> Result<Self, Error> {
        let Some(network) = &experiment.network else {
            return Ok(Self {
                connectome: None,
                measured: Vec::new(),
                bold: Vec::new(),
                speed: Speed::default(),
                connections: OnceLock::new(),
            });
        };
        check(network)?;
        let mut bold = Vec::new();
        let (connectome, measured) = match (&network.connectome, &network.dataset) {
            (Some(path), _) if is_example(path) => (Some(Connectome::example()), Vec::new()),
            (Some(path), _) if network.lengths.is_none() && network.labels.is_none() => {
                (Some(Connectome::read(path).map_err(in_argument("connectome"))?), Vec::new())
            }
            (Some(path), _) => {
                let (lengths, labels) = (network.lengths.as_deref(), network.labels.as_deref());
                (Some(Connectome::from_files(path, lengths, labels).map_err(in_argument("connectome"))?), Vec::new())
            }
            (None, Some(folder)) => {
                let dataset = Dataset::read(folder, options(network)?).map_err(in_argument("dataset"))?;
                bold = dataset.subjects().iter().filter_map(|subject| subject.bold().cloned()).collect();
                (Some(dataset.connectome().clone()), measured(&dataset))
            }
            (None, None) => (None, Vec::new()),
        };
        let connectome = connectome.map(|connectome| Arc::new(connectome.without_self_connections()));
        let speed = network.speed.unwrap_or_default();
        Ok(Self { connectome, measured, bold, speed, connections: OnceLock::new() })
    }

    /// The same brain with signals of another speed.
    pub(crate) fn with_speed(&self, speed: Speed) -> Self {
        Self { speed, connections: OnceLock::new(), ..self.clone() }
    }

    /// The connections of its connectome at its speed, made once.
    pub(super) fn own_connections(&self, connectome: &Connectome) -> Result<Arc<Connections>, Error> {
        if let Some(connections) = self.connections.get() {
            return Ok(Arc::clone(connections));
        }
        let connections = Arc::new(Self::connections(connectome, self.speed)?);
        Ok(Arc::clone(self.connections.get_or_init(|| connections)))
    }

    /// Connections of a connectome, delayed by lengths over speed.
    pub(super) fn connections(connectome: &Connectome, speed: Speed) -> Result<Connections, Error> {
        let nodes = connectome.nodes();
        let (weights, lengths) = (connectome.weights().values(), connectome.lengths().values());
        let speed = speed.millimetres_per_millisecond();
        Ok(Connections::dense(nodes, nodes, weights, Some(lengths), speed)?)
    }
}

/// Fields that exclude or need each other.
fn check(network: &NetworkSection) -> Result<(), Error> {
    let sources = [
        ("connectome", network.connectome.is_some()),
        ("dataset", network.dataset.is_some()),
        ("nodes", network.nodes.is_some()),
    ];
    let given: Vec<String> = sources.iter().filter(|(_, given)| *given).map(|(name, _)| format!("`{name}`")).collect();
    if given.len() > 1 {
        return Err(Error::specification("network", given.join(" and "), "one of them"));
    }
    let in_files = network.connectome.as_ref().is_some_and(|path| !is_example(path));
    for (name, given) in [("lengths", network.lengths.is_some()), ("labels", network.labels.is_some())] {
        if given && !in_files {
            return Err(Error::specification(format!("network.{name}"), "a file", "none without a file of weights")
                .advise("give the file of weights as `connectome`"));
        }
    }
    if network.dataset.is_none() && (network.normalisation.is_some() || network.subcortical) {
        return Err(Error::specification(
            "network",
            "`normalisation` or `subcortical`",
            "a `dataset` that they are for",
        ));
    }
    Ok(())
}

/// A mistake in what an argument names.
fn in_argument(argument: &'static str) -> impl FnOnce(ReadError) -> Error {
    move |source| Error::Data { argument, source }
}

fn options(network: &NetworkSection) -> Result<DatasetOptions, Error> {
    let normalisation = match &network.normalisation {
        None => Normalisation::default(),
        Some(name) => name.parse().map_err(|_| {
            let expected = Normalisation::ALL.map(Normalisation::name).join(", ");
            Error::specification("network.normalisation", format!("`{name}`"), expected)
        })?,
    };
    Ok(DatasetOptions { normalisation, subcortical: network.subcortical })
}

fn measured(dataset: &Dataset) -> Vec<MeasuredConnectivity> {
    let of_subject = |subject: &neuropil_data::Subject| {
        let fc = subject.fc()?;
        let connectivity = SquareMatrix::new(fc.rows(), fc.into_values()).ok()?;
        Some(MeasuredConnectivity { subject: subject.id().into(), connectivity })
    };
    dataset.subjects().iter().filter_map(of_subject).collect()
}
