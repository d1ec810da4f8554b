//! From a specification to a simulation: everything in it is looked up and checked.

mod connectome;
mod models;
mod network;
mod projection;
mod recording;
mod size;
mod stimulus;

use neuropil_kernel::Brief;
use neuropil_lang::nearest;
use neuropil_sim::{Method, Network, Simulation};

use crate::error::Error;
use crate::experiment::Experiment;
use crate::milliseconds::Milliseconds;
use crate::plan::Plan;
pub(crate) use connectome::Anatomy;

pub use models::default_time_step;
pub use recording::bold_step;
pub use size::check_size;

/// Steps of a run, at most: their number times dt is still exact.
const MOST_STEPS: u64 = 1 << 52;

impl Experiment {
    /// Reads all that the specification names, checks it, and makes a simulation of it.
    ///
    /// # Errors
    /// If a name is unknown, a file cannot be read, or values do not fit.
    pub fn build(&self) -> Result<Plan, Error> {
        if self.study.is_some() {
            return Err(Error::specification("study", "a study", "an experiment, which is one run")
                .advise("`neuropil explore` runs studies"));
        }
        self.build_on(&Anatomy::of(self)?)
    }

    /// Makes a simulation of what is known of the brain already.
    pub(crate) fn build_on(&self, anatomy: &Anatomy) -> Result<Plan, Error> {
        let network = network::build(self, anatomy)?;
        let dt = self.simulation.dt.map_or_else(|| models::default_time_step(&network), |dt| dt.0);
        let mut simulation = Simulation::new(network, dt);
        simulation.method = method(&self.simulation.method)?;
        simulation.seed = self.simulation.seed;
        simulation.trials = 0..self.simulation.trials;
        simulation.same_noise = self.simulation.same_noise;
        simulation.threads = self.simulation.threads;
        check_size(&simulation, self.bold.is_some())?;
        let steps = self.steps(&simulation)?;
        simulation.stimuli = stimulus::build(self, &simulation, anatomy, steps)?;
        let (recordings, plans) = recording::build(self, &simulation, anatomy, steps)?;
        simulation.recordings = recordings;
        Ok(Plan {
            experiment: self.clone(),
            simulation,
            recordings: plans,
            steps,
            connectome: anatomy.connectome.clone(),
            measured: anatomy.measured.clone(),
        })
    }

    /// Steps of transient and duration.
    fn steps(&self, simulation: &Simulation) -> Result<[u64; 2], Error> {
        if !(simulation.dt > 0.0 && simulation.dt.is_finite()) {
            return Err(Error::specification("dt", format!("{} ms", Brief(simulation.dt)), "a positive time"));
        }
        let transient = whole_steps(simulation, "transient", self.simulation.transient.0)?;
        let duration = whole_steps(simulation, "duration", self.simulation.duration.0)?;
        if duration == 0 {
            let found = format!("{}, with a time step of {} ms", self.simulation.duration, Brief(simulation.dt));
            return Err(Error::specification("duration", found, "at least one step"));
        }
        Ok([transient, duration])
    }
}

/// Number of steps of a time (ms).
pub(crate) fn whole_steps(simulation: &Simulation, name: &'static str, time: f64) -> Result<u64, Error> {
    if time < 0.0 {
        return Err(Error::specification(name, Milliseconds(time), "a time from 0 on"));
    }
    let longest = MOST_STEPS as f64 * simulation.dt;
    if time > longest {
        let expected = format!("at most {}, which are 2^52 steps", Milliseconds(longest));
        return Err(Error::specification(name, Milliseconds(time), expected));
    }
    Ok(simulation.steps(name, time)?)
}

/// The integration method of this name.
///
/// # Errors
/// If there is none; the hint names the one that is spelt alike.
pub fn method(name: &str) -> Result<Method, Error> {
    let names = Method::ALL.map(Method::name);
    Method::from_name(name).ok_or_else(|| {
        let error = Error::specification("method", format!("`{name}`"), names.join(", "));
        match nearest(name, names) {
            Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
            None => error,
        }
    })
}

/// The index of the population that a section names, or of the first.
fn population_index(network: &Network, name: Option<&str>) -> Result<usize, Error> {
    let Some(name) = name else { return Ok(0) };
    network.population(name)?;
    Ok(network.populations().iter().position(|population| population.name() == name).unwrap_or(0))
}
