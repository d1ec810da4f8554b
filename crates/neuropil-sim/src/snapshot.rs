//! Where a run is, and a run that goes on from there.

use std::collections::BTreeMap;

use crate::error::{NetworkError, SimulationError};
use crate::past::Past;
use crate::population::Population;
use crate::simulation::Simulation;
use crate::values::Values;

/// Everything that the future of a run depends on, beside its [`Simulation`].
///
/// Numbers are in internal units (mm, ms, mV, pA and what follows from them), as the engine keeps them: nothing is
/// rounded, so that a run which goes on from a snapshot has the bits of one that was never interrupted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Steps made since time 0.
    pub step: u64,
    /// Of each population.
    pub populations: Vec<PopulationState>,
    /// Of each recording.
    pub recordings: Vec<RecordingState>,
}

/// States of a population, and the past of those outputs that arrive somewhere with a delay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PopulationState {
    /// Name of the population.
    pub name: String,
    /// By name of the state: `[trial][node]`.
    pub states: BTreeMap<String, Vec<Vec<f64>>>,
    /// By name of the output: `[trial][node][time]`, one value a step, the last one a step before the present.
    pub pasts: BTreeMap<String, Vec<Vec<Vec<f64>>>>,
}

/// What a recording remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordingState {
    /// Name of the recorded population.
    pub population: String,
    /// Name of the recorded output.
    pub output: String,
    /// The observing model, if there is one.
    pub observer: Option<PopulationState>,
    /// Intervals that are under way.
    pub begun: Begun,
}

/// Intervals of a recording that are under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Begun {
    /// That of a sample which is a mean. A step is one of the observing model, if there is one.
    pub sample: PartialMean,
    /// That of a step of the observing model: what drives it.
    pub drive: PartialMean,
}

/// A mean that is not finished.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartialMean {
    /// Steps that have been added up.
    pub steps: u64,
    /// Their sum, `[trial][node]`; may be empty if there are none.
    pub sum: Vec<Vec<f64>>,
}

impl PartialMean {
    /// Checks the shape, and that all values are numbers.
    pub(crate) fn check(&self, name: &str, trials: usize, nodes: usize) -> Result<(), SimulationError> {
        if self.sum.len() != trials {
            let (name, found, expected) = (name.into(), self.sum.len(), trials);
            return Err(SimulationError::TrialCount { name, found, expected });
        }
        for values in &self.sum {
            if values.len() != nodes {
                let (name, found, expected) = (name.into(), values.len(), nodes);
                return Err(NetworkError::NodeCount { name, found, expected }.into());
            }
            if let Some(&found) = values.iter().find(|value| !value.is_finite()) {
                return Err(NetworkError::NotFinite { name: name.into(), found }.into());
            }
        }
        Ok(())
    }
}

impl Simulation {
    /// Starts where another run was: sets initial values, pasts, the first step, and what recordings remember.
    ///
    /// Parameters, delays, stimuli, trials' numbers and recordings may be others than those of the run that the
    /// snapshot is of. A delay that is longer than the past that was kept finds the oldest value that was. A
    /// recording goes on from the first one, not yet taken, whose population, output and observing population have the
    /// same names, and begins anew if there is none. With another dt, a past is one of as many steps.
    ///
    /// # Errors
    /// If the snapshot has a population, state or output that the network lacks, another number of nodes, or a value
    /// that is not finite (a run that has failed). Another number of trials is found when the simulation starts.
    pub fn resume(&mut self, snapshot: &Snapshot) -> Result<(), SimulationError> {
        let mut resumed = self.clone();
        resumed.first_step = snapshot.step;
        for state in &snapshot.populations {
            state.put_into(resumed.network.population_mut(&state.name)?)?;
        }
        let mut states: Vec<&RecordingState> = snapshot.recordings.iter().collect();
        for recording in &mut resumed.recordings {
            let observer = recording.observation.as_ref().map(|observation| observation.population.name());
            let is_same = |state: &&RecordingState| {
                let before = state.observer.as_ref().map(|observer| observer.name.as_str());
                (&recording.population, &recording.output, observer) == (&state.population, &state.output, before)
            };
            let Some(place) = states.iter().position(is_same) else { continue };
            let state = states.remove(place);
            recording.begun = state.begun.clone();
            if let (Some(observation), Some(observer)) = (&mut recording.observation, &state.observer) {
                observer.put_into(&mut observation.population)?;
            }
        }
        *self = resumed;
        Ok(())
    }
}

impl PopulationState {
    fn put_into(&self, population: &mut Population) -> Result<(), NetworkError> {
        for (state, values) in &self.states {
            population.start_from_internal(state, Values::TrialsNodes(values.clone()))?;
        }
        for (output, past) in &self.pasts {
            population.set_past_internal(output, Past::TrialsNodes(past.clone()))?;
        }
        Ok(())
    }
}
