//! The engine of neuropil: networks, delays, integration, noise, stimuli, recordings, batches.
//!
//! A [`Network`] is populations and projections. A [`Simulation`] adds time step, method, seed, trials, stimuli and
//! recordings, and [`Simulation::start`] checks all of it and gives a [`Run`], which is advanced in pieces of any
//! length.
//!
//! # Promises
//! For the same build, a run has the same bits for any number of threads, any split of a batch, any pieces in which
//! it is advanced, and any block size. A run that [goes on](Simulation::resume) from a [`Snapshot`] has the bits of one
//! that was never interrupted.

mod bank;
mod connections;
mod coupling;
mod error;
mod history;
mod memory;
mod method;
mod network;
mod noise;
mod observation;
mod past;
mod population;
mod projection;
mod recorder;
mod recording;
mod run;
mod shard;
mod side_by_side;
mod signal;
mod simulation;
mod snapshot;
mod stimulus;
mod values;

pub use connections::Connections;
pub use error::{NetworkError, RunError, SimulationError};
pub use memory::free_memory;
pub use method::Method;
pub use network::Network;
pub use past::Past;
pub use population::Population;
pub use projection::{Link, Projection, Response};
pub use recording::{Observation, Recording, Reduction};
pub use run::{Run, Samples};
pub use simulation::Simulation;
pub use snapshot::{Begun, PartialMean, PopulationState, RecordingState, Snapshot};
pub use stimulus::Stimulus;
pub use values::Values;
