//! What can be wrong with a network, a simulation or a run.

use neuropil_kernel::Brief;
use thiserror::Error;

use crate::simulation::{LAST_STEP, MOST_THREADS};

/// A mistake in the description of a network.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum NetworkError {
    /// A name that the model does not have.
    #[error("{what} `{name}`: model `{model}` has none of this name")]
    UnknownName {
        /// Parameter, state, input or output.
        what: &'static str,
        /// Name found.
        name: String,
        /// Name of the model.
        model: String,
        /// The name that was probably meant.
        nearest: Option<String>,
        /// All names that there are.
        known: Vec<String>,
    },
    /// A population that the network does not have.
    #[error("population `{name}`: the network has none of this name")]
    UnknownPopulation {
        /// Name found.
        name: String,
        /// All names that there are.
        known: Vec<String>,
    },
    /// Two populations with the same name.
    #[error("population `{0}`: the network has one of this name already")]
    DuplicatePopulation(String),
    /// A population without nodes.
    #[error("population `{0}`: found no nodes, expected at least one")]
    NoNodes(String),
    /// A value outside the range of its parameter, or not finite.
    #[error("parameter `{name}`: found {}{unit}, expected {expected}", Brief(*.found))]
    OutOfRange {
        /// Name of the parameter.
        name: String,
        /// Value found.
        found: f64,
        /// Unit, with a space before it; empty where there is none.
        unit: String,
        /// The range, as text.
        expected: String,
    },
    /// A value that is not finite.
    #[error("`{name}`: found {found}, expected a finite number")]
    NotFinite {
        /// Name of the input, state or strength.
        name: String,
        /// Value found.
        found: f64,
    },
    /// A list whose length is not the number of nodes.
    #[error("`{name}`: found {found} values, expected one for each of {expected} nodes")]
    NodeCount {
        /// What the values are for.
        name: String,
        /// Length found.
        found: usize,
        /// Number of nodes.
        expected: usize,
    },
    /// Connections of another size than the populations.
    #[error("`{name}`: found {found_targets} x {found_sources}, expected {targets} targets x {sources} sources")]
    ConnectionSize {
        /// Which matrix.
        name: &'static str,
        /// Rows found.
        found_targets: usize,
        /// Columns found.
        found_sources: usize,
        /// Nodes of the target population.
        targets: usize,
        /// Nodes of the source population.
        sources: usize,
    },
    /// A matrix whose numbers are not one for each target and source.
    #[error("`{name}`: found {found} numbers, expected {targets} targets x {sources} sources")]
    MatrixLength {
        /// Which matrix.
        name: &'static str,
        /// Numbers found.
        found: usize,
        /// Nodes of the target population.
        targets: usize,
        /// Nodes of the source population.
        sources: usize,
    },
    /// A weight, delay or length that cannot be.
    #[error(
        "`{name}`: found {} from source {connection_source} to target {target}, expected {expected}",
        Brief(*.found)
    )]
    Connection {
        /// Weights, delays or lengths.
        name: &'static str,
        /// Value found.
        found: f64,
        /// Index of the source node.
        connection_source: usize,
        /// Index of the target node.
        target: usize,
        /// What is allowed.
        expected: &'static str,
    },
    /// A speed that is not a positive number.
    #[error("`speed`: found {} mm/ms, expected a positive number", Brief(*.0))]
    Speed(f64),
    /// Diffusive coupling into a population that lacks the output.
    #[error("diffusive coupling of `{output}`: target model `{model}` has no output of this name to compare with")]
    DiffusiveWithoutOutput {
        /// Name of the source's output.
        output: String,
        /// Model of the target.
        model: String,
    },
    /// A model without a default projection.
    #[error("model `{0}`: says nothing about how its nodes are coupled")]
    NoDefaultCoupling(String),
}

impl NetworkError {
    /// Advice.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownName { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownName { known, .. } | Self::UnknownPopulation { known, .. } if !known.is_empty() => {
                Some(format!("there are: {}", known.join(", ")))
            }
            Self::Speed(_) => Some("`none` means no delays".into()),
            Self::NoDefaultCoupling(_) => Some("connect an output to an input by name".into()),
            _ => None,
        }
    }
}

/// A mistake in the description of a simulation.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SimulationError {
    /// A mistake in the network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A time step that is not a positive number.
    #[error("`dt`: found {} ms, expected a positive number", Brief(*.0))]
    TimeStep(f64),
    /// More steps before the run than can be told apart as times.
    #[error("`first_step`: found {0}, expected at most {LAST_STEP}")]
    FirstStep(u64),
    /// A time that is not a whole number of steps.
    #[error("`{name}`: found {} ms, expected a multiple of dt = {} ms", Brief(*.found), Brief(*.dt))]
    NotOnGrid {
        /// Which time.
        name: &'static str,
        /// Time found (ms).
        found: f64,
        /// Time step (ms).
        dt: f64,
    },
    /// A time that is not a whole number of steps of an observing model.
    #[error(
        "`{name}`: found {} ms, expected a multiple of the step of the observing model, {} ms",
        Brief(*.found),
        Brief(*.step)
    )]
    NotOnObservation {
        /// Which time.
        name: &'static str,
        /// Time found (ms).
        found: f64,
        /// Time step of the observing model (ms).
        step: f64,
    },
    /// A step of the noise that does not divide dt.
    #[error("`noise_step`: found {} ms, expected a whole fraction of dt = {} ms", Brief(*.found), Brief(*.dt))]
    NoiseStep {
        /// Step found (ms).
        found: f64,
        /// Time step (ms).
        dt: f64,
    },
    /// No trials.
    #[error("`trials`: found none, expected at least one")]
    NoTrials,
    /// Values for another number of trials.
    #[error("`{name}`: found values for {found} trials, expected {expected}")]
    TrialCount {
        /// What the values are for.
        name: String,
        /// Trials found.
        found: usize,
        /// Trials of the simulation.
        expected: usize,
    },
    /// A stimulus that cannot be delivered.
    #[error("stimulus of `{input}`: found {found}, expected {expected}")]
    Stimulus {
        /// Name of the input.
        input: String,
        /// What was found.
        found: String,
        /// What is allowed.
        expected: String,
    },
    /// A method that is not right for the noise.
    #[error("`method`: {method} is for networks without noise, but `{noise}` of population `{population}` is on")]
    NoisyMethod {
        /// Name of the method.
        method: &'static str,
        /// Name of the noise channel.
        noise: String,
        /// Name of the population.
        population: String,
    },
    /// An observing model that looks at its own past, which is not kept.
    #[error("observing model `{0}`: found `delay()`, expected a model without local delays")]
    ObserverDelay(String),
    /// Longer delays than memory.
    #[error(
        "{}: histories need {needed} MB, expected at most {limit} MB (the longest delay is {} ms)",
        .parameter.as_ref().map_or("delays".into(), |name| format!("parameter `{name}`")),
        Brief(*.longest)
    )]
    Memory {
        /// Name of the local delay that needs most; none if it is that of a projection.
        parameter: Option<String>,
        /// Needed (MB).
        needed: u64,
        /// Allowed (MB).
        limit: u64,
        /// Longest delay (ms).
        longest: f64,
    },
    /// A local delay that cannot be.
    #[error("parameter `{name}`: found a delay of {} ms, expected none below zero", Brief(*.found))]
    LocalDelay {
        /// Name of the parameter.
        name: String,
        /// Value found (ms).
        found: f64,
    },
    /// A number of threads that no machine has.
    #[error("`threads`: found {0}, expected from 1 to {MOST_THREADS}")]
    ThreadCount(usize),
    /// Threads could not be started.
    #[error("`threads`: {0}")]
    Threads(String),
}

impl SimulationError {
    /// Advice.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Network(error) => error.hint(),
            Self::NotOnGrid { found, .. } if *found < 0.0 => Some("times begin at 0".into()),
            Self::NotOnGrid { found, dt, .. } if found.is_finite() => {
                // As few digits as tell it from its neighbours.
                let nearest: f64 = format!("{:.12e}", (found / dt).round().max(1.0) * dt).parse().ok()?;
                (nearest != *found).then(|| format!("the nearest multiple is {}", Brief(nearest)))
            }
            Self::NoisyMethod { .. } => Some("use `euler` (Ito) or `heun` (Stratonovich)".into()),
            Self::Memory { parameter: Some(_), .. } => {
                Some("a time in another unit than that of the parameter?".into())
            }
            Self::Memory { .. } => Some("a length in another unit than mm, or a speed in another than mm/ms?".into()),
            _ => None,
        }
    }
}

/// A run that left the finite numbers.
#[derive(Clone, Debug, Error, PartialEq)]
#[error(
    "trial {trial}, population `{population}`, node {node}, variable `{variable}`: found {value} at t = {} ms, expected \
     a finite number",
    Brief(*.time)
)]
pub struct RunError {
    /// Trial.
    pub trial: u64,
    /// Name of the population.
    pub population: String,
    /// Index of the node.
    pub node: usize,
    /// Name of the state.
    pub variable: String,
    /// What it became.
    pub value: f64,
    /// Time (ms).
    pub time: f64,
}

impl RunError {
    /// Advice.
    pub fn hint(&self) -> String {
        "a smaller dt, weaker coupling or less noise may keep the run finite".into()
    }
}
