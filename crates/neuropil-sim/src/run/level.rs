//! What may be changed while a run is under way.

use super::Run;
use crate::error::SimulationError;
use crate::population::{check_finite, find_input};
use crate::values::Values;

impl Run {
    /// Sets the constant level of an input from the present step on, in its unit: the run goes on with the bits of one
    /// that is begun here with this level. Projections and stimuli add to it as before.
    ///
    /// # Errors
    /// If there is no such population or input, a value is not finite, or there is not one value for each node or
    /// trial. Nothing has changed then.
    pub fn set_level(
        &mut self,
        population: &str,
        input: &str,
        values: impl Into<Values>,
    ) -> Result<(), SimulationError> {
        let values = values.into();
        let bank = self.bank(population)?;
        let index = find_input(self.info(bank), input)?;
        values.check_nodes(input, self.shards[0].banks[bank].nodes)?;
        check_finite(input, &values)?;
        let trials = self.trials();
        if let Some(found) = values.trials().filter(|&found| found != trials) {
            return Err(SimulationError::TrialCount { name: input.into(), found, expected: trials });
        }
        let scale = self.info(bank).inputs[index].unit.scale;
        for shard in &mut self.shards {
            let trials = &shard.trials;
            let level = |lane: usize| values.at(trials[lane % trials.len()].index, lane / trials.len()) * scale;
            shard.banks[bank].set_level(index, level);
        }
        Ok(())
    }
}
