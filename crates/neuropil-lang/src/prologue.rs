//! What interpreted and generated models have in common: facts, tables, and the hoisted numbers.

use neuropil_kernel::{ModelInfo, Table};

use crate::graph::{Graph, NodeId};
use crate::lower::Kernel;
use crate::program::Program;
use crate::scalar::{Leaves, evaluate};
use crate::validate::{self, ProgramError};

/// A model but for its step.
#[derive(Clone, Debug)]
pub(crate) struct Prologue {
    pub(crate) info: ModelInfo,
    pub(crate) tables: Vec<Table>,
    pub(crate) multiplicative: Vec<bool>,
    graph: Graph,
    hoisted: Vec<NodeId>,
}

impl Prologue {
    /// Checks the tables against the program; `kernel` is the lowered program.
    pub(crate) fn new(program: &Program, kernel: &Kernel, tables: Vec<Table>) -> Result<Self, ProgramError> {
        validate::tables(program, &tables)?;
        let mut info = program.info.clone();
        info.constants = kernel.hoisted.len();
        Ok(Self {
            info,
            tables,
            multiplicative: program.multiplicative(),
            graph: kernel.prologue.clone(),
            hoisted: kernel.hoisted.clone(),
        })
    }

    /// See [`neuropil_kernel::Model::constants`].
    ///
    /// # Panics
    ///
    /// Where the slices are not as long as `info` says.
    pub(crate) fn constants(&self, parameters: &[f64], dt: f64, constants: &mut [f64]) {
        let leaves = Leaves {
            parameters,
            time_step: dt,
            tables: &self.tables,
            ..Leaves::default()
        };
        let values = evaluate(&self.graph, &self.hoisted, &leaves).expect("as many parameters as the model has");
        constants.copy_from_slice(&values);
    }
}
