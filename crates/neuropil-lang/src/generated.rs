//! Models whose step was compiled from generated source.

use std::marker::PhantomData;

use neuropil_kernel::{Model, ModelInfo, Row, Table, Tiles, drive};

use crate::generate::GeneratedKernel;
use crate::program::Program;
use crate::prologue::Prologue;
use crate::validate::{self, ProgramError};

/// A model that runs the compiled kernel `K`.
pub struct GeneratedModel<K> {
    prologue: Prologue,
    kernel: PhantomData<fn() -> K>,
}

impl<K: GeneratedKernel> GeneratedModel<K> {
    /// A model from its equations, and the numbers of its tables in the order of `program.tables`.
    ///
    /// # Errors
    ///
    /// Where the kernel was not generated from this program, the program is not well formed, or the tables have not
    /// the declared axes and columns.
    pub fn new(program: &Program, tables: Vec<Table>) -> Result<Self, ProgramError> {
        let kernel = program.lower()?;
        let expected = kernel.fingerprint();
        if expected != K::FINGERPRINT {
            return Err(ProgramError::Fingerprint {
                model: program.info.name.clone(),
                expected,
                found: K::FINGERPRINT,
            });
        }
        // Rows that no expression reads are not in the fingerprint, but kernels step over them.
        let info = &program.info;
        validate::count("states of the kernel", info.states.len(), K::STATES)?;
        validate::count("feeds of the kernel", info.feeds(), K::FEEDS)?;
        validate::count("noises of the kernel", info.noises.len(), K::NOISES)?;
        Ok(Self { prologue: Prologue::new(program, &kernel, tables)?, kernel: PhantomData })
    }
}

impl<K> Clone for GeneratedModel<K> {
    fn clone(&self) -> Self {
        Self { prologue: self.prologue.clone(), kernel: PhantomData }
    }
}

impl<K> std::fmt::Debug for GeneratedModel<K> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.prologue.info.name;
        formatter.debug_struct("GeneratedModel").field("name", name).finish_non_exhaustive()
    }
}

impl<K: GeneratedKernel> Model for GeneratedModel<K> {
    fn info(&self) -> &ModelInfo {
        &self.prologue.info
    }

    fn constants(&self, parameters: &[f64], dt: f64, constants: &mut [f64]) {
        self.prologue.constants(parameters, dt, constants);
    }

    fn euler(&self, tiles: &mut Tiles<'_>) -> bool {
        drive::euler::<K>(tiles, &self.prologue.tables)
    }

    fn increment(&self, tiles: &mut Tiles<'_>, increments: &mut [Row]) {
        drive::increment::<K>(tiles, &self.prologue.tables, increments);
    }

    fn outputs(&self, tiles: &mut Tiles<'_>) {
        drive::outputs::<K>(tiles, &self.prologue.tables);
    }

    fn is_multiplicative(&self, channel: usize) -> bool {
        self.prologue.multiplicative.get(channel).copied().unwrap_or(false)
    }
}
