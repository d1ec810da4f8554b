//! The tile interpreter: byte-code over several tiles of eight lanes at once.
//!
//! A register is a row for each of four tiles. All registers together stay in the first-level cache, and an
//! instruction does enough work to pay for its decoding. This needs no compiler, so models that users write run
//! with it. With AVX-512 a step costs 2.5 to 8 times that of the compiled kernel: least where look-ups or
//! transcendental functions take the time, most where there are only sums and products.

mod code;
mod machine;
mod registers;

use neuropil_kernel::{Model, ModelInfo, Row, Table, Tiles, all_finite};

use crate::program::Program;
use crate::prologue::Prologue;
use crate::validate::ProgramError;
use code::Code;
use machine::{Run, Target};

/// A model that runs by interpretation.
#[derive(Clone, Debug)]
pub struct InterpretedModel {
    prologue: Prologue,
    euler: Code,
    increment: Code,
    outputs: Code,
}

impl InterpretedModel {
    /// A model from its equations, and the numbers of its tables in the order of `program.tables`.
    ///
    /// # Errors
    ///
    /// Where the program is not well formed, or the tables have not the declared axes and columns.
    pub fn new(program: &Program, tables: Vec<Table>) -> Result<Self, ProgramError> {
        let kernel = program.lower()?;
        let compile = |roots| Code::new(&kernel.steps.graph, roots);
        Ok(Self {
            prologue: Prologue::new(program, &kernel, tables)?,
            euler: compile(&kernel.steps.euler),
            increment: compile(&kernel.steps.increment),
            outputs: compile(&kernel.steps.outputs),
        })
    }

    fn run(&self, code: &Code, tiles: &Fields<'_>, target: Target<'_>) {
        machine::run(Run { code, info: &self.prologue.info, tables: &self.prologue.tables, fields: tiles, target });
    }
}

/// What all three functions read, but for the states.
#[derive(Clone, Copy, Debug)]
struct Fields<'a> {
    count: usize,
    dt: f64,
    constants: &'a [Row],
    constant_tiles: usize,
    inputs: &'a [Row],
    noise: &'a [Row],
}

impl<'a> Fields<'a> {
    fn of(tiles: &Tiles<'a>) -> Self {
        Self {
            count: tiles.count,
            dt: tiles.dt,
            constants: tiles.constants,
            constant_tiles: tiles.constant_tiles,
            inputs: tiles.inputs,
            noise: tiles.noise,
        }
    }
}

impl Model for InterpretedModel {
    fn info(&self) -> &ModelInfo {
        &self.prologue.info
    }

    fn constants(&self, parameters: &[f64], dt: f64, constants: &mut [f64]) {
        self.prologue.constants(parameters, dt, constants);
    }

    fn euler(&self, tiles: &mut Tiles<'_>) -> bool {
        let fields = Fields::of(tiles);
        self.run(&self.euler, &fields, Target::InPlace { states: tiles.states });
        all_finite(tiles.states)
    }

    fn increment(&self, tiles: &mut Tiles<'_>, increments: &mut [Row]) {
        let fields = Fields::of(tiles);
        let target = Target::Apart { states: tiles.states, results: increments };
        self.run(&self.increment, &fields, target);
    }

    fn outputs(&self, tiles: &mut Tiles<'_>) {
        let fields = Fields::of(tiles);
        let target = Target::Apart { states: tiles.states, results: tiles.outputs };
        self.run(&self.outputs, &fields, target);
    }

    fn is_multiplicative(&self, channel: usize) -> bool {
        self.prologue.multiplicative.get(channel).copied().unwrap_or(false)
    }
}
