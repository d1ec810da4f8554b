//! What is known of a run at its present step.

use neuropil_kernel::ModelInfo;

use super::Run;
use crate::bank::Bank;
use crate::coupling::source_of;
use crate::error::NetworkError;
use crate::network::find_population;
use crate::population::{find_output, find_state};
use crate::shard::{Recorded, Shard};
use crate::snapshot::{Begun, PartialMean, PopulationState, RecordingState, Snapshot};

impl Run {
    /// A state of a population now: `[trial][node]`, in the state's unit.
    ///
    /// # Errors
    /// If there is no such population, or it has no such state.
    pub fn state(&self, population: &str, state: &str) -> Result<Vec<Vec<f64>>, NetworkError> {
        let bank = self.bank(population)?;
        let info = self.info(bank);
        let index = find_state(info, state)?;
        let scale = info.states[index].unit.scale;
        Ok(self.by_trial(|shard, trial| {
            let bank = &shard.banks[bank];
            by_node(bank, trial, |lane| bank.state(lane, index) / scale)
        }))
    }

    /// What an output of a population was: `[trial][node][time]`, in the output's unit, one value a step, the last one
    /// a step before now. There are as many values as the longest delay has steps with which the output arrives
    /// somewhere, and none where it does not.
    ///
    /// # Errors
    /// If there is no such population, or it has no such output.
    pub fn past(&self, population: &str, output: &str) -> Result<Vec<Vec<Vec<f64>>>, NetworkError> {
        let bank = self.bank(population)?;
        let info = self.info(bank);
        let index = find_output(info, output)?;
        let scale = info.outputs[index].unit.scale;
        Ok(self.kept_past(bank, index, |value| value / scale))
    }

    /// Everything that the future of the run depends on, for [`Simulation::resume`](crate::Simulation::resume). That
    /// of a run that has failed says where it ended, and cannot be resumed.
    pub fn snapshot(&self) -> Snapshot {
        let populations = (0..self.shards[0].banks.len()).map(|bank| {
            let mut state = self.population_state(|shard| &shard.banks[bank]);
            for (index, output) in self.info(bank).outputs.iter().enumerate() {
                let past = self.kept_past(bank, index, |value| value);
                if past.iter().flatten().any(|course| !course.is_empty()) {
                    state.pasts.insert(output.name.clone(), past);
                }
            }
            state
        });
        let populations = populations.collect();
        let recordings = self.recordings.iter().enumerate().map(|(recording, [population, output])| {
            let nodes = self.clocks[recording].nodes;
            let sample = self.partial_mean(nodes, |shard| shard.recorders[recording].1.begun());
            let Recorded::Observer(observer) = self.shards[0].recorders[recording].0 else {
                let begun = Begun { sample, drive: PartialMean::default() };
                return RecordingState {
                    population: population.clone(),
                    output: output.clone(),
                    observer: None,
                    begun,
                };
            };
            let drive = self.partial_mean(nodes, |shard| shard.observers[observer].begun());
            let observer = Some(self.population_state(|shard| shard.observers[observer].bank()));
            let begun = Begun { sample, drive };
            RecordingState { population: population.clone(), output: output.clone(), observer, begun }
        });
        Snapshot { step: self.step(), populations, recordings: recordings.collect() }
    }

    pub(super) fn bank(&self, population: &str) -> Result<usize, NetworkError> {
        find_population(population, self.shards[0].banks.iter().map(|bank| bank.name.as_str()))
    }

    pub(super) fn info(&self, bank: usize) -> &ModelInfo {
        self.shards[0].banks[bank].model.info()
    }

    /// A value for each trial that is wanted.
    fn by_trial<T>(&self, of: impl Fn(&Shard, usize) -> T) -> Vec<T> {
        let of = &of;
        self.shards.iter().flat_map(|shard| (0..shard.wanted).map(move |trial| of(shard, trial))).collect()
    }

    fn kept_past(&self, bank: usize, output: usize, unit: impl Fn(f64) -> f64) -> Vec<Vec<Vec<f64>>> {
        self.by_trial(|shard, trial| {
            let nodes = shard.banks[bank].nodes;
            let source = source_of(&shard.banks[bank], output);
            let signals = shard.signals.iter().filter(|signal| (signal.bank, signal.source) == (bank, source));
            // An output whose past is needed in two layouts has two: the longer one knows all.
            let histories = signals.filter_map(|signal| signal.history.as_ref());
            let Some(history) = histories.max_by_key(|history| history.depth()) else { return vec![vec![]; nodes] };
            let of_node = |node| history.past(shard.step as i64, node, trial).map(&unit).collect();
            (0..nodes).map(of_node).collect()
        })
    }

    /// States in internal units, without a past.
    fn population_state(&self, bank: impl Fn(&Shard) -> &Bank) -> PopulationState {
        let first = bank(&self.shards[0]);
        let states = first.model.info().states.iter().enumerate().map(|(index, state)| {
            let values = self.by_trial(|shard, trial| {
                let bank = bank(shard);
                by_node(bank, trial, |lane| bank.state(lane, index))
            });
            (state.name.clone(), values)
        });
        PopulationState { name: first.name.clone(), states: states.collect(), ..PopulationState::default() }
    }

    fn partial_mean(&self, nodes: usize, begun: impl Fn(&Shard) -> (u64, &[f64])) -> PartialMean {
        let steps = begun(&self.shards[0]).0;
        if steps == 0 {
            return PartialMean::default();
        }
        let of_trial = |shard: &Shard, trial| {
            let lanes = begun(shard).1;
            (0..nodes).map(|node| lanes[node * shard.trials.len() + trial]).collect()
        };
        PartialMean { steps, sum: self.by_trial(of_trial) }
    }
}

/// A value for each node of a trial, by lane.
fn by_node(bank: &Bank, trial: usize, of: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..bank.nodes).map(|node| of(node * bank.trials + trial)).collect()
}
