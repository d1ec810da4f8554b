//! A network with everything that a run needs.

mod assembly;

use std::ops::Range;

use neuropil_kernel::LANES;

use crate::bank::Trial;
use crate::coupling::BLOCK;
use crate::error::SimulationError;
use crate::history::History;
use crate::memory::free_memory;
use crate::method::Method;
use crate::network::Network;
use crate::population::Population;
use crate::recorder::Recorder;
use crate::recording::{Recording, Reduction};
use crate::run::{Clock, Run};
use crate::shard::{Recorded, Shard};
use crate::stimulus::Stimulus;

/// Above this not all whole numbers are numbers of the type that times have.
pub(crate) const LAST_STEP: u64 = 1 << f64::MANTISSA_DIGITS;

/// Threads that a run may be asked for.
pub(crate) const MOST_THREADS: usize = 4096;

/// Bytes that are taken without asking what is free, which takes as long as many steps of a small network.
const SMALL: u64 = 1 << 24;

/// A network, and how it is to be run.
///
/// ```
/// # use std::sync::Arc;
/// # use neuropil_sim::{Connections, Network, Population, Recording, Simulation};
/// let mut network = Network::new();
/// network.add(Population::new("brain", neuropil_models::model("hopf")?, 2))?;
/// let connections = Connections::dense(2, 2, &[0.0, 1.0, 1.0, 0.0], Some(&[0.0, 50.0, 50.0, 0.0]), Some(10.0))?;
/// network.connect_as_modelled("brain", &Arc::new(connections), &[("K_gl", 0.3.into())])?;
///
/// let mut simulation = Simulation::new(network, 0.1);
/// simulation.recordings.push(Recording::sampled("brain", "x", 1.0));
/// let mut run = simulation.start()?;
/// run.advance(1000)?;
/// assert_eq!(run.take(0).times.len(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Populations and projections.
    pub network: Network,
    /// Time step (ms).
    pub dt: f64,
    /// Integration method.
    pub method: Method,
    /// Seed of initial values and noise.
    pub seed: u64,
    /// Time step of the Wiener process (ms), of which dt must be a multiple: increments of a step are sums of finer
    /// ones, so that runs with different dt follow the same path. dt itself if `None`.
    pub noise_step: Option<f64>,
    /// Numbers of the trials: noise and random initial values follow from seed and trial number, so that trial 5 of a
    /// batch is the single run with `trials = 5..6`.
    pub trials: Range<u64>,
    /// Whether all trials have the noise and the random initial values of the first one, so that they differ by their
    /// values alone.
    pub same_noise: bool,
    /// Steps that were made before the run: times, noise, stimuli and recordings go on from there. A mean whose
    /// interval has begun before is one of the steps that are made.
    pub first_step: u64,
    /// Time courses on inputs.
    pub stimuli: Vec<Stimulus>,
    /// What is kept.
    pub recordings: Vec<Recording>,
    /// Threads to use, at most; all cores if `None`.
    pub threads: Option<usize>,
    /// Steps that delayed sums are computed for at once, at most 64; the results do not depend on it.
    pub block: usize,
    /// Bytes that the histories of delays may take, most of the memory of the machine if `None`.
    pub memory: Option<u64>,
}

impl Simulation {
    /// One trial by explicit Euler with seed 0, nothing recorded.
    pub fn new(network: Network, dt: f64) -> Self {
        Self {
            network,
            dt,
            method: Method::Euler,
            seed: 0,
            noise_step: None,
            trials: 0..1,
            same_noise: false,
            first_step: 0,
            stimuli: Vec::new(),
            recordings: Vec::new(),
            threads: None,
            block: BLOCK,
            memory: None,
        }
    }

    /// Number of steps of a duration (ms).
    ///
    /// # Errors
    /// If the duration is not a multiple of dt.
    pub fn steps(&self, name: &'static str, duration: f64) -> Result<u64, SimulationError> {
        let steps = (duration / self.dt).round();
        let countable = steps <= LAST_STEP as f64;
        let exact = (steps * self.dt - duration).abs() <= 1e-6 * self.dt.max(duration.abs() * 1e-6);
        if duration >= 0.0 && countable && exact {
            Ok(steps as u64)
        } else {
            Err(SimulationError::NotOnGrid { name, found: duration, dt: self.dt })
        }
    }

    /// Number of steps of a duration (ms) that may not be zero.
    pub(crate) fn steps_of_interval(&self, name: &'static str, duration: f64) -> Result<u64, SimulationError> {
        match self.steps(name, duration)? {
            0 => Err(SimulationError::NotOnGrid { name, found: duration, dt: self.dt }),
            steps => Ok(steps),
        }
    }

    /// Checks everything, makes room, and draws initial values.
    ///
    /// # Errors
    /// If something does not fit: see [`SimulationError`].
    pub fn start(&self) -> Result<Run, SimulationError> {
        if !(self.dt > 0.0 && self.dt.is_finite()) {
            return Err(SimulationError::TimeStep(self.dt));
        }
        if self.first_step > LAST_STEP {
            return Err(SimulationError::FirstStep(self.first_step));
        }
        let trials = self.check_trials()?;
        // One small trial is the work of one thread. The system takes a while to say how many there are.
        let is_shared = trials > 1 || self.network.is_large();
        let available =
            if is_shared { std::thread::available_parallelism().map_or(1, std::num::NonZero::get) } else { 1 };
        if let Some(found) = self.threads.filter(|threads| !(1..=MOST_THREADS).contains(threads)) {
            return Err(SimulationError::ThreadCount(found));
        }
        let threads = self.threads.unwrap_or(available);
        let together = self.trials_together(trials, threads)?;

        let mut shards = Vec::new();
        for first in (0..trials).step_by(together) {
            let wanted = together.min(trials - first);
            // Lanes that no trial fills repeat the last one.
            let members = (0..together).map(|k| first + k.min(wanted - 1));
            let trial = |index: usize| {
                let number = self.trials.start + index as u64;
                Trial { number, noise: if self.same_noise { self.trials.start } else { number }, index }
            };
            let members = members.map(trial).collect();
            shards.push(self.shard(members, wanted, threads)?);
        }
        let clocks = self.clocks(&shards[0])?;
        // One large shard is shared among the cores, several are one thread's work each.
        let threads = threads.min(if shards.len() > 1 { shards.len() } else { available });
        let pool = if threads > 1 && (shards.len() > 1 || shards[0].parallel) {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            Some(pool.map_err(|error| SimulationError::Threads(error.to_string()))?)
        } else {
            None
        };
        if pool.is_none() || shards.len() > 1 {
            for shard in &mut shards {
                shard.parallel = false;
            }
        }
        let shard = &shards[0];
        let taken = shard.recorders.iter().map(|(of, recorder)| recorder.count(shard.step / shard.steps_of(*of)));
        let taken = taken.collect();
        let recordings = self.recordings.iter().map(|r| [r.population.clone(), r.output.clone()]).collect();
        Ok(Run { shards, clocks, taken, recordings, dt: self.dt, pool, failure: None })
    }

    /// Steps of the noise in one of the network.
    fn noise_substeps(&self) -> Result<u64, SimulationError> {
        let Some(step) = self.noise_step else { return Ok(1) };
        let substeps = (self.dt / step).round();
        if step > 0.0 && substeps >= 1.0 && (substeps * step - self.dt).abs() <= 1e-9 * self.dt {
            Ok(substeps as u64)
        } else {
            Err(SimulationError::NoiseStep { found: step, dt: self.dt })
        }
    }

    /// The number of trials, if all values fit it.
    fn check_trials(&self) -> Result<usize, SimulationError> {
        let expected = self.trials.end.saturating_sub(self.trials.start) as usize;
        if expected == 0 {
            return Err(SimulationError::NoTrials);
        }
        let populations = self.network.populations();
        let observed = self.recordings.iter().filter_map(|r| r.observation.as_ref()).map(|o| &o.population);
        for population in populations.iter().chain(observed) {
            let info = population.model().info();
            let parameters = population.parameters().iter().map(|(&i, values)| (&info.parameters[i].name, values));
            let initial = population.initial().iter().map(|(&i, values)| (&info.states[i].name, values));
            let inputs = population.inputs().iter().map(|(&i, values)| (&info.inputs[i].name, values));
            let values = parameters.chain(inputs).chain(initial).map(|(name, values)| (name, values.trials()));
            let pasts = population.pasts().iter().map(|(&i, past)| (&info.outputs[i].name, past.trials()));
            for (name, trials) in values.chain(pasts) {
                if let Some(found) = trials.filter(|&found| found != expected) {
                    return Err(SimulationError::TrialCount { name: name.clone(), found, expected });
                }
            }
        }
        for link in self.network.projections().iter().flat_map(|projection| &projection.links) {
            if let Some(found) = link.strength.trials().filter(|&found| found != expected) {
                return Err(SimulationError::TrialCount { name: link.argument.clone(), found, expected });
            }
        }
        Ok(expected)
    }

    /// How many trials share a shard: one where the histories of delays fill the cache, because lanes are full of
    /// nodes anyway; 8 or 16 where there is no history or the network is too small to fill lanes.
    fn trials_together(&self, trials: usize, threads: usize) -> Result<usize, SimulationError> {
        let longest = self.network.projections().iter().map(|p| p.connections.longest_delay()).fold(0.0, f64::max);
        let nodes: usize = self.network.populations().iter().map(Population::nodes).sum();
        let small = nodes < 4 * LANES;
        let together = if longest < self.dt / 2.0 || small {
            // Lanes that no trial fills cost as much as others: at least three quarters of them should be filled.
            let filled = |lanes: usize| 4 * trials >= 3 * lanes;
            if filled(2 * LANES) && trials.div_ceil(2 * LANES) >= threads {
                2 * LANES
            } else if filled(LANES) || (small && trials > 1) {
                LANES
            } else {
                1
            }
        } else {
            1
        };
        let projected = self.network.projections().iter().map(|projection| {
            let connections = &projection.connections;
            (None, connections.sources(), connections.longest_delay())
        });
        let local = self
            .network
            .populations()
            .iter()
            .flat_map(|population| population.local_delays().map(|(name, d)| (Some(name), population.nodes(), d)));
        let (mut needed, mut longest) = (0_u64, longest);
        let (mut most, mut cause) = (0, None);
        for (parameter, sources, delay) in projected.chain(local) {
            let depth = delay / self.dt;
            let numbers = if depth < 1e12 {
                History::size(sources, together, depth as usize + 1) as u64
            } else {
                u64::MAX / 1024
            };
            needed = needed.saturating_add(numbers.saturating_mul(8 * trials.div_ceil(together) as u64));
            longest = longest.max(delay);
            if numbers > most {
                (most, cause) = (numbers, parameter);
            }
        }
        if needed < SMALL && self.memory.is_none() {
            return Ok(together);
        }
        let limit = self.memory.or_else(|| Some(free_memory()? / 10 * 9)).unwrap_or(u64::MAX);
        // Positions in a history are kept in 32 bits.
        let too_long = needed / 8 / trials.div_ceil(together) as u64 > u64::from(u32::MAX);
        if needed > limit || too_long {
            let parameter = cause.map(Into::into);
            return Err(SimulationError::Memory { parameter, needed: needed >> 20, limit: limit >> 20, longest });
        }
        Ok(together)
    }

    /// Steps between samples, and the step of the first.
    pub(crate) fn sampling(&self, recording: &Recording) -> Result<(u64, u64), SimulationError> {
        let every = self.steps_of_interval("every", recording.every)?;
        let first = match (recording.first, recording.reduction) {
            (Some(first), Reduction::Sample) => self.steps("first", first)?.max(1),
            _ => every,
        };
        Ok((every, first))
    }

    fn clocks(&self, shard: &Shard) -> Result<Vec<Clock>, SimulationError> {
        let clock = |(recording, (of, _)): (&Recording, &(Recorded, Recorder))| {
            let (every, first) = self.sampling(recording)?;
            let nodes = match *of {
                Recorded::Signal(signal) => shard.banks[shard.signals[signal].bank].nodes,
                Recorded::Observer(observer) => shard.observers[observer].bank().nodes,
            };
            let [first, every] = [first, every].map(|steps| steps as f64 * self.dt);
            Ok(Clock { first, every, nodes, reduction: recording.reduction })
        };
        self.recordings.iter().zip(&shard.recorders).map(clock).collect()
    }
}
