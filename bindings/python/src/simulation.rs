//! Simulations.

use neuropil::{Observation, Recording, Reduction, Stimulus};
use pyo3::prelude::*;

use crate::error::{self, IntoPython};
use crate::network::Network;
use crate::population::Population;
use crate::run::{Run, Snapshot};
use crate::values::{Argument, matrix};

/// A network, and how it is to be run.
#[pyclass(module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Simulation(pub(crate) neuropil::Simulation);

#[pymethods]
impl Simulation {
    #[new]
    #[pyo3(signature = (network, dt, method = "euler", seed = 0, first_trial = 0, trials = 1, same_noise = false, noise_step = None, threads = None, first_step = 0))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        network: &Network,
        dt: f64,
        method: &str,
        seed: u64,
        first_trial: u64,
        trials: u64,
        same_noise: bool,
        noise_step: Option<f64>,
        threads: Option<usize>,
        first_step: u64,
    ) -> PyResult<Self> {
        let mut simulation = neuropil::Simulation::new(network.0.clone(), dt);
        simulation.method = neuropil::method(method).map_err(IntoPython::into_python)?;
        simulation.seed = seed;
        simulation.trials = first_trial..first_trial.saturating_add(trials);
        simulation.same_noise = same_noise;
        simulation.noise_step = noise_step;
        simulation.threads = threads;
        simulation.first_step = first_step;
        Ok(Self(simulation))
    }

    /// Records an output; gives the number of the recording.
    #[pyo3(signature = (population, output, every, first = None, mean = false))]
    fn record(&mut self, population: &str, output: &str, every: f64, first: Option<f64>, mean: bool) -> usize {
        let reduction = if mean { Reduction::Mean } else { Reduction::Sample };
        self.push(Recording { reduction, first, ..Recording::sampled(population, output, every) })
    }

    /// Records what a model that is driven by an output makes of it.
    #[pyo3(signature = (population, output, every, observer, input, observed, step = None, first = None))]
    #[allow(clippy::too_many_arguments)]
    fn observe(
        &mut self,
        population: &str,
        output: &str,
        every: f64,
        observer: &Population,
        input: String,
        observed: String,
        step: Option<f64>,
        first: Option<f64>,
    ) -> usize {
        let observation = Observation { population: observer.0.clone(), input, output: observed, step };
        self.push(Recording { first, ..Recording::sampled(population, output, every).through(observation) })
    }

    /// Adds time courses (1 or nodes, samples) to an input.
    #[pyo3(signature = (population, input, courses, start = 0.0, interval = None))]
    fn stimulate(
        &mut self,
        population: String,
        input: String,
        courses: Argument<'_>,
        start: f64,
        interval: Option<f64>,
    ) -> PyResult<()> {
        let (_, samples, values) = matrix(&input, &courses)?;
        if samples == 0 {
            return Err(error::input(
                format!("`{input}`: found a stimulus without samples, expected at least one"),
                None,
            ));
        }
        let courses = values.chunks_exact(samples).map(<[f64]>::to_vec).collect();
        self.0.stimuli.push(Stimulus { population, input, courses, start, interval });
        Ok(())
    }

    /// Goes on from where a run was.
    fn resume(&mut self, snapshot: &Snapshot) -> PyResult<()> {
        self.0.resume(&snapshot.0).map_err(IntoPython::into_python)
    }

    /// Lets recordings, and the models that observe, go on from where they were in a run, but not the network.
    fn resume_recordings(&mut self, snapshot: &Snapshot) -> PyResult<()> {
        let recordings = snapshot.0.recordings.clone();
        let snapshot = neuropil::Snapshot { step: snapshot.0.step, populations: Vec::new(), recordings };
        self.0.resume(&snapshot).map_err(IntoPython::into_python)
    }

    /// Steps of a duration (ms); errors call it `name`.
    fn steps(&self, name: &str, duration: f64) -> PyResult<u64> {
        self.0.steps(known(name), duration).map_err(IntoPython::into_python)
    }

    /// Simulations of one trial each as trials of one, with the same bits; `None` if they differ in more than values.
    #[staticmethod]
    fn side_by_side(simulations: Vec<PyRef<'_, Self>>) -> Option<Self> {
        let simulations: Vec<_> = simulations.iter().map(|simulation| simulation.0.clone()).collect();
        neuropil::Simulation::side_by_side(&simulations).map(Self)
    }

    /// Checks everything, makes room, and draws initial values.
    fn start(&self, py: Python<'_>) -> PyResult<Run> {
        neuropil::check_size(&self.0, false).map_err(IntoPython::into_python)?;
        let run = py.detach(|| self.0.start()).map_err(IntoPython::into_python)?;
        Ok(Run(run))
    }
}

impl Simulation {
    fn push(&mut self, recording: Recording) -> usize {
        self.0.recordings.push(recording);
        self.0.recordings.len() - 1
    }
}

/// The name of a time as errors know it.
fn known(name: &str) -> &'static str {
    ["duration", "transient", "every", "first"].into_iter().find(|known| *known == name).unwrap_or("time")
}

/// The time step of the haemodynamic model (ms) where nothing is said, for volumes every so many ms.
#[pyfunction]
pub(crate) fn bold_step(dt: f64, every: f64) -> f64 {
    neuropil::bold_step(dt, every)
}

/// The speed of signals along tracts (mm/ms) where nothing is said.
#[pyfunction]
pub(crate) fn default_speed() -> Option<f64> {
    neuropil::Speed::default().millimetres_per_millisecond()
}

/// Memory that is free (bytes), where the system tells.
#[pyfunction]
pub(crate) fn free_memory() -> Option<u64> {
    neuropil::free_memory()
}
