//! Simulations that differ in values alone, as trials of one.

use std::iter::zip;
use std::sync::Arc;

use crate::connections::Connections;
use crate::past::Past;
use crate::population::Population;
use crate::projection::{Link, Projection};
use crate::recording::Recording;
use crate::simulation::Simulation;
use crate::snapshot::Begun;
use crate::values::Values;

impl Simulation {
    /// Simulations of one trial each as trials of one simulation, which gives the bits of each by itself and takes less
    /// time for small networks.
    ///
    /// Values of parameters, inputs and initial states, pasts and strengths may differ; all else must be the same. The
    /// numbers of the trials must be the same, too ([`Simulation::same_noise`]), or follow each other. `None` if
    /// something else differs, or there are none.
    #[must_use]
    pub fn side_by_side(simulations: &[Self]) -> Option<Self> {
        let (first, others) = simulations.split_first()?;
        let (start, count) = (first.trials.start, simulations.len() as u64);
        let are_single = simulations.iter().all(|one| one.trials.end.checked_sub(one.trials.start) == Some(1));
        let is_same = others.iter().all(|one| one.trials == first.trials);
        let is_sequence = zip(start.., simulations).all(|(number, one)| one.trials.start == number);
        if !are_single || !(is_same || is_sequence) || !others.iter().all(|one| alike(first, one)) {
            return None;
        }
        let mut all = first.clone();
        all.same_noise = is_same;
        all.trials = start..start.checked_add(count)?;
        for (index, population) in all.network.populations_mut().iter_mut().enumerate() {
            let each: Vec<_> = simulations.iter().map(|one| &one.network.populations()[index]).collect();
            population.take_values_of(&each)?;
        }
        for (index, recording) in all.recordings.iter_mut().enumerate() {
            if let Some(observation) = &mut recording.observation {
                let observed = |one: &Self| Some(one.recordings[index].observation.as_ref()?.population.clone());
                let each = simulations.iter().map(observed).collect::<Option<Vec<_>>>()?;
                observation.population.take_values_of(&each.iter().collect::<Vec<_>>())?;
            }
        }
        for (p, projection) in all.network.projections_mut().iter_mut().enumerate() {
            let targets = projection.connections.targets();
            for (l, link) in projection.links.iter_mut().enumerate() {
                let of = |one: &'_ Self| one.network.projections()[p].links[l].strength.clone();
                let each: Vec<_> = simulations.iter().map(of).collect();
                link.strength = Values::of_trials(&each.iter().collect::<Vec<_>>(), targets);
            }
        }
        Some(all)
    }
}

impl Values {
    /// Values of single trials, as values of so many.
    pub(crate) fn of_trials(each: &[&Self], nodes: usize) -> Self {
        let bits = |values: &Self| (0..nodes).map(|node| values.at(0, node).to_bits()).collect::<Vec<_>>();
        let is_of_trials = |values: &Self| values.trials().is_some();
        let first = bits(each[0]);
        if !is_of_trials(each[0]) && each.iter().all(|values| bits(values) == first) {
            return each[0].clone();
        }
        let is_of_node = |values: &Self| matches!(values, Self::Nodes(_) | Self::TrialsNodes(_));
        if each.iter().any(|values| is_of_node(values)) {
            return Self::TrialsNodes(
                each.iter().map(|one| (0..nodes).map(|node| one.at(0, node)).collect()).collect(),
            );
        }
        Self::Trials(each.iter().map(|one| one.at(0, 0)).collect())
    }
}

impl Past {
    /// Pasts of single trials, as one of so many.
    pub(crate) fn of_trials(each: &[&Self], nodes: usize) -> Self {
        if matches!(each[0], Self::Nodes(_)) && each.iter().all(|past| *past == each[0]) {
            return each[0].clone();
        }
        let of_one = |past: &&Self| (0..nodes).map(|node| past.course(0, node).to_vec()).collect();
        Self::TrialsNodes(each.iter().map(of_one).collect())
    }
}

/// Whether two simulations differ in values and numbers of trials at most.
fn alike(one: &Simulation, other: &Simulation) -> bool {
    // All fields, so that a new one is not forgotten here.
    let Simulation {
        network,
        dt,
        method,
        seed,
        noise_step,
        trials: _,
        same_noise,
        first_step,
        stimuli,
        recordings,
        threads,
        block,
        memory,
    } = one;
    let (populations, projections) = (network.populations(), network.projections());
    let (other_populations, other_projections) = (other.network.populations(), other.network.projections());
    *dt == other.dt
        && *method == other.method
        && *seed == other.seed
        && *noise_step == other.noise_step
        && *same_noise == other.same_noise
        && *first_step == other.first_step
        && *stimuli == other.stimuli
        && *threads == other.threads
        && *block == other.block
        && *memory == other.memory
        && populations.len() == other_populations.len()
        && zip(populations, other_populations).all(|(one, other)| are_same_nodes(one, other))
        && projections.len() == other_projections.len()
        && zip(projections, other_projections).all(|(one, other)| are_same_connections(one, other))
        && recordings.len() == other.recordings.len()
        && zip(recordings, &other.recordings).all(|(one, other)| is_same_recording(one, other))
}

fn are_same_nodes(one: &Population, other: &Population) -> bool {
    one.name() == other.name() && one.nodes() == other.nodes() && Arc::ptr_eq(one.model(), other.model())
}

fn are_same_connections(one: &Projection, other: &Projection) -> bool {
    let connections = |one: &Arc<Connections>, other: &Arc<Connections>| Arc::ptr_eq(one, other) || one == other;
    let link = |one: &Link, other: &Link| {
        one.input == other.input
            && one.kind == other.kind
            && one.argument == other.argument
            && one.power == other.power
            && one.per_node == other.per_node
            && one.response == other.response
    };
    one.source == other.source
        && one.output == other.output
        && one.target == other.target
        && connections(&one.connections, &other.connections)
        && one.links.len() == other.links.len()
        && zip(&one.links, &other.links).all(|(one, other)| link(one, other))
}

fn is_same_recording(one: &Recording, other: &Recording) -> bool {
    let is_same_observation = match (&one.observation, &other.observation) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            let are_same = are_same_nodes(&one.population, &other.population);
            are_same && one.input == other.input && one.output == other.output && one.step == other.step
        }
        _ => false,
    };
    // What a run before this one has begun is of one trial.
    is_same_observation
        && [one, other].iter().all(|recording| recording.begun == Begun::default())
        && one.population == other.population
        && one.output == other.output
        && one.every == other.every
        && one.first == other.first
        && one.reduction == other.reduction
}
