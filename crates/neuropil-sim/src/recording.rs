//! What is kept of a run.

use crate::population::Population;
use crate::snapshot::Begun;

/// How the values of an interval become one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// The value at the end of the interval.
    #[default]
    Sample,
    /// The mean over the interval; its time is the middle of the interval.
    Mean,
}

/// A model that watches an output: BOLD, for example. Each node drives its own node of the model, without delay.
///
/// The *number* of the output in its unit becomes the number of the input in its unit: a firing rate of 5 Hz drives a
/// haemodynamic model with 5.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The observing model with its parameters; as many nodes as the observed population.
    pub population: Population,
    /// Name of the input that is driven.
    pub input: String,
    /// Name of the output that is recorded instead of what drives it.
    pub output: String,
    /// Time step of the observing model (ms): a multiple of dt, over which the drive is averaged. The time step
    /// itself if `None`.
    pub step: Option<f64>,
}

/// An output of a population that is kept: how often, and through which observation.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Name of the population.
    pub population: String,
    /// Name of the output.
    pub output: String,
    /// Time between samples (ms): a multiple of dt (of the observation's step, if there is one).
    pub every: f64,
    /// Time of the first sample (ms), for sampling; one interval after the start if `None`. The first step ends at dt,
    /// which is also what 0 means.
    pub first: Option<f64>,
    /// Sampled or averaged.
    pub reduction: Reduction,
    /// Through which observation.
    pub observation: Option<Observation>,
    /// Intervals that a run before this one has begun: set by [`Simulation::resume`](crate::Simulation::resume).
    pub begun: Begun,
}

impl Recording {
    /// The output's value every `every` ms.
    pub fn sampled(population: impl Into<String>, output: impl Into<String>, every: f64) -> Self {
        Self {
            population: population.into(),
            output: output.into(),
            every,
            first: None,
            reduction: Reduction::Sample,
            observation: None,
            begun: Begun::default(),
        }
    }

    /// The output's mean over intervals of `every` ms.
    pub fn averaged(population: impl Into<String>, output: impl Into<String>, every: f64) -> Self {
        Self { reduction: Reduction::Mean, ..Self::sampled(population, output, every) }
    }

    /// Through an observation.
    #[must_use]
    pub fn through(mut self, observation: Observation) -> Self {
        self.observation = Some(observation);
        self
    }
}
