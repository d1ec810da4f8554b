//! Simulate, explore, fit and control models of the brain.
//!
//! Declare a model as equations, wire populations with projections, simulate. This crate is the whole of neuropil as
//! one library; the program `neuropil` does the same from a terminal.
//!
//! # A whole brain in ten lines
//!
//! ```
//! use neuropil::{Experiment, Milliseconds};
//!
//! let mut experiment = Experiment::example(); // `aln` on the example connectome, at rest
//! experiment.simulation.duration = Milliseconds(500.0);
//! experiment.bold = None;
//!
//! let outcome = experiment.build()?.run()?;
//! let rates = &outcome.recordings[0];
//! assert_eq!(rates.plan.name, "rates_exc");
//! assert_eq!(rates.times.len(), 500); // the mean of every millisecond
//! assert_eq!(rates.values.len(), 80 * 500); // [trial][node][time]
//! # Ok::<(), neuropil::Error>(())
//! ```
//!
//! An [`Experiment`] is data: the same in Rust, TOML and JSON. [`Experiment::build`] looks up and checks all that it
//! names and gives a [`Plan`]; [`Plan::run`] keeps recordings in memory, [`Plan::run_into`] streams them into a store
//! that xarray opens, reports progress and can be stopped.
//!
//! # Models
//!
//! A model is one text file in the equation language. [`catalogue`] lists the built-in ones, [`model`] makes one ready
//! to run, [`read_model`] reads a user's own.
//!
//! ```
//! let hopf = neuropil::model("hopf")?;
//! assert_eq!(hopf.info().parameters[0].name, "a");
//! # Ok::<(), neuropil::CatalogueError>(())
//! ```
//!
//! # Below the experiment
//!
//! What a specification cannot say, the engine can: a [`Network`] of [`Population`]s and [`Projection`]s, a
//! [`Simulation`] with recordings and stimuli, and a [`Run`] that is advanced step by step.
//!
//! ```
//! use neuropil::{Connections, Network, Population, Recording, Simulation, model};
//! use std::sync::Arc;
//!
//! let mut network = Network::new();
//! network.add(Population::new("brain", model("hopf")?, 2))?;
//! let connections = Connections::dense(2, 2, &[0.0, 1.0, 1.0, 0.0], Some(&[0.0, 50.0, 50.0, 0.0]), Some(10.0))?;
//! network.connect_as_modelled("brain", &Arc::new(connections), &[("K_gl", 0.3.into())])?;
//!
//! let mut simulation = Simulation::new(network, 0.1);
//! simulation.recordings.push(Recording::sampled("brain", "x", 1.0));
//! let mut run = simulation.start()?;
//! run.advance(1000)?;
//! assert_eq!(run.take(0).of(0, 1).len(), 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Units
//!
//! Values are in the units that the model declares; times are in ms, lengths in mm, speeds in mm/ms.

mod build;
mod error;
mod execute;
mod experiment;
mod fit;
mod milliseconds;
mod model_file;
mod numbers;
mod plan;
mod study;

// Experiments
pub use build::{bold_step, check_size, default_time_step, method};
pub use error::Error;
pub use execute::{DROPPED_VOLUMES, Destination, Outcome, Progress, Recorded};
pub use experiment::{
    Against, AlgorithmSection, AxisScale, AxisSection, BoldSection, Condition, Coupling, DesignName, Experiment, Keep,
    NetworkSection, NodeName, ObjectiveGoal, ObjectiveSection, PopulationSection, ProjectionSection, RecordSection,
    Reduce, ResponseSection, ScoreKind, ScoreSection, SearchSection, SimulationSection, Speed, StageSection,
    StimulusKind, StimulusSection, StudySection, Value,
};
pub use fit::Fit;
pub use milliseconds::Milliseconds;
pub use plan::{MeasuredConnectivity, Plan, RecordingPlan};

// Studies
pub use study::{
    Best, BestPoint, Exploration, Measured, ParameterKind, ParameterValues, PointResult, Points, STUDY_STORE,
    ScoreFunction, ScoredRun, SearchProgress, Slice, Study, StudyAxis, StudyColumn, StudyConnectivity, StudyJob,
    StudyOutcome, StudyParameter, StudyPlan, StudyProgress, StudyResults, StudyRun, StudyRuns, StudyScore, StudyStatus,
    StudyTable, WholeBatch, merge_studies,
};

// Models
pub use model_file::{interpret, read_model};
pub use neuropil_kernel::{Model, ModelInfo};
pub use neuropil_lang::{ModelText, compile, equations_latex, equations_text, markdown, nearest};
pub use neuropil_models::{CatalogueEntry, CatalogueError, TransferNeuron, catalogue, entry, model};

// The engine
pub use neuropil_sim::{
    Connections, Link, Method, Network, Observation, Past, Population, Projection, Recording, Reduction, Response, Run,
    Samples, Simulation, Snapshot, Stimulus, Values, free_memory,
};

// Data, analyses, searches, stores, and what models are made of
pub use neuropil_analysis as analysis;
pub use neuropil_data as data;
pub use neuropil_data::{Connectome, Dataset};
pub use neuropil_kernel as kernel;
pub use neuropil_optimize as optimize;
pub use neuropil_store as store;

/// The README's examples, run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
