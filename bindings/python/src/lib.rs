//! The native module of the Python package: newtypes around the facade, without any logic of their own.
//!
//! Python classes of the same names, with units, documentation and plots, lie beside it in `python/neuropil`.

// Arguments come from Python by value.
#![allow(clippy::needless_pass_by_value)]

mod analysis;
mod atlas;
mod connections;
mod connectome;
mod dataset;
mod error;
mod model;
mod names;
mod network;
mod optimize;
mod population;
mod run;
mod simulation;
mod study;
mod study_runs;
mod threads;
mod values;

use pyo3::prelude::*;

/// The engine of neuropil.
#[pymodule]
mod _neuropil {
    #[pymodule_export]
    use crate::analysis::analysis;
    #[pymodule_export]
    use crate::atlas::Atlas;
    #[pymodule_export]
    use crate::connections::Connections;
    #[pymodule_export]
    use crate::connectome::Connectome;
    #[pymodule_export]
    use crate::dataset::{Dataset, Subject};
    #[pymodule_export]
    use crate::error::{InputError, RunError};
    #[pymodule_export]
    use crate::model::{Coupling, Input, Model, Output, Parameter, Source, State, catalogue, transfer_neuron};
    #[pymodule_export]
    use crate::names::{check_method, nearest};
    #[pymodule_export]
    use crate::network::{Link, Network};
    #[pymodule_export]
    use crate::optimize::optimize;
    #[pymodule_export]
    use crate::population::Population;
    #[pymodule_export]
    use crate::run::{Run, Snapshot};
    #[pymodule_export]
    use crate::simulation::{Simulation, bold_step, default_speed, free_memory};
    #[pymodule_export]
    use crate::study::{Exploration, StudyPlan, StudyResults, merge_studies};
    #[pymodule_export]
    use crate::threads::compute_alone;
}
