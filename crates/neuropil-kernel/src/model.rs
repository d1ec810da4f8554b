//! The interface between models and the engine.
//!
//! The engine knows a model by its [`ModelInfo`] and advances it through the four functions of [`Model`].
//! Generated kernels, the tile interpreter and hand-written models implement the same trait.
//!
//! Numbers inside are in *internal units*: mm, ms, mV, pA and what follows from them (nS, pF, 1/ms, ...). The unit
//! that a user sees is attached to each name: `internal = value * unit.scale`.

use std::fmt::{self, Debug, Display, Formatter};

use crate::{Brief, Row};

/// A unit as its author wrote it, and its size in internal units.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// As written in the model file, for example `mV/ms`; `1` where there is none.
    pub text: String,
    /// Internal units in one of these: `internal = value * scale`.
    pub scale: f64,
}

/// The values that make sense for a parameter, in its declared unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Smallest value.
    pub lower: f64,
    /// Largest value.
    pub upper: f64,
    /// Whether `lower` itself is excluded.
    pub lower_open: bool,
    /// Whether `upper` itself is excluded.
    pub upper_open: bool,
}

impl Range {
    /// Whether `value` lies in the range; false for NaN.
    pub fn contains(&self, value: f64) -> bool {
        let above = if self.lower_open { value > self.lower } else { value >= self.lower };
        let below = if self.upper_open { value < self.upper } else { value <= self.upper };
        above && below
    }
}

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (open, close) = (if self.lower_open { '(' } else { '[' }, if self.upper_open { ')' } else { ']' });
        write!(f, "{open}{}, {}{close}", Brief(self.lower), Brief(self.upper))
    }
}

/// A publication that a model or method comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Authors, year, title, journal.
    pub citation: String,
    /// Digital object identifier, without a resolver's address.
    pub doi: Option<String>,
}

/// A number that stays constant during a run: one for all, one per node, or one per trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name in the equations.
    pub name: String,
    /// Default value, in `unit`.
    pub default: f64,
    /// Unit.
    pub unit: Unit,
    /// Values that make sense, in `unit`.
    pub range: Range,
    /// What it is, in a few words.
    pub meaning: String,
}

/// How a state changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// By a differential equation `dx/dt = ...`.
    Differential,
    /// By assignment at each step, `x := ...`: the right side sees the old values of all states, and the new value
    /// is seen from the next step on.
    Updated,
}

/// Initial value of a state, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// The same number for every node.
    Value(f64),
    /// Uniform between the two numbers, drawn per node and trial.
    Uniform(f64, f64),
    /// Normal with mean and standard deviation, drawn per node and trial.
    Normal(f64, f64),
    /// The value of the parameter with this index.
    Parameter(usize),
}

/// What is done to a state after each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// Held between the two numbers (internal units).
    Clip(f64, f64),
    /// Taken modulo into the half-open interval (internal units).
    Wrap(f64, f64),
}

/// A quantity that changes from step to step.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Name in the equations.
    pub name: String,
    /// Unit.
    pub unit: Unit,
    /// How it changes.
    pub kind: StateKind,
    /// Where it starts.
    pub initial: Initial,
    /// What is done to it after a step.
    pub bounds: Option<Bounds>,
    /// What it is, in a few words.
    pub meaning: String,
}

/// A quantity that reaches a node from outside: coupling sums and stimuli add up in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Name in the equations.
    pub name: String,
    /// Unit.
    pub unit: Unit,
    /// Value where nothing is connected, in `unit`. A constant that stimuli and projections add to.
    pub default: f64,
    /// What it is, in a few words.
    pub meaning: String,
}

/// A channel of white noise: independent standard Wiener increments.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    /// Name in the equations.
    pub name: String,
    /// What it drives, in a few words.
    pub meaning: String,
}

/// Where an output is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputSource {
    /// The state with this index.
    State(usize),
    /// The row with this index that [`Model::outputs`] writes.
    Expression(usize),
}

/// A quantity that can be recorded, observed and coupled. It depends on states and parameters only.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Name for recordings and projections.
    pub name: String,
    /// Unit.
    pub unit: Unit,
    /// Where it is read.
    pub source: OutputSource,
    /// What it is, in a few words.
    pub meaning: String,
}

/// A node's own output some time ago.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// Index of the output.
    pub output: usize,
    /// Index of the parameter that says how long ago (its internal unit is ms).
    pub parameter: usize,
}

/// What is done to the weighted sum of a projection before it reaches the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouplingKind {
    /// `k * sum`.
    Additive,
    /// `k * (sum - strength * own)`: `strength` is the row sum of the weights, `own` the target node's own
    /// present value of the coupled output.
    Diffusive,
}

/// The projection that a network of this model has unless told otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Coupling {
    /// Index of the output of the source node.
    pub output: usize,
    /// Index of the input of the target node.
    pub input: usize,
    /// What is done to the sum.
    pub kind: CouplingKind,
    /// Weights enter to this power (2: squared).
    pub power: i32,
    /// Whether the sum is divided by the number of nodes.
    pub per_node: bool,
    /// The global strength `k` by which the sum is multiplied, as a parameter that users set by its name. Two
    /// couplings with the same name share it.
    pub strength: Option<Parameter>,
}

/// Everything that is known of a model but its equations.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// Name in the catalogue: lower case, words joined by `_`.
    pub name: String,
    /// One line.
    pub title: String,
    /// Markdown: what the model is, and when it is the right one.
    pub description: String,
    /// Publications.
    pub sources: Vec<Source>,
    /// Parameters, in the order in which [`Model::constants`] takes them.
    pub parameters: Vec<Parameter>,
    /// States, in the order of the rows of a tile.
    pub states: Vec<State>,
    /// Inputs, in the order of the first rows of a tile's inputs.
    pub inputs: Vec<Input>,
    /// Inputs whose row strength the equations read: these rows follow the inputs.
    pub strengths: Vec<usize>,
    /// The node's own delayed outputs: these rows follow the strengths.
    pub delays: Vec<Delay>,
    /// Channels of white noise.
    pub noises: Vec<Noise>,
    /// Outputs: first those that the model file lists (the first is the default one), then the other states.
    pub outputs: Vec<Output>,
    /// How many of `outputs` the model file lists.
    pub listed_outputs: usize,
    /// Rows that [`Model::outputs`] writes.
    pub expressions: usize,
    /// The projections of a network of this model.
    pub couplings: Vec<Coupling>,
    /// Numbers that [`Model::constants`] computes.
    pub constants: usize,
}

impl ModelInfo {
    /// Rows of one tile of inputs: inputs, strengths, delayed outputs.
    pub fn feeds(&self) -> usize {
        self.inputs.len() + self.strengths.len() + self.delays.len()
    }
}

/// Memory of neighbouring tiles. Tile `t` of a field with `n` rows a tile is `field[t * n..(t + 1) * n]`; a row is
/// eight lanes.
#[derive(Debug)]
pub struct Tiles<'a> {
    /// Number of tiles.
    pub count: usize,
    /// Time step (ms).
    pub dt: f64,
    /// What [`Model::constants`] computed: tile t reads those of tile `t % constant_tiles`.
    pub constants: &'a [Row],
    /// Tiles of constants, at least one: few where they do not differ from node to node, so that they stay near.
    pub constant_tiles: usize,
    /// Whether the eight lanes of a tile are the same in every field, as those of a single node are: then a model may
    /// compute one of them, and write it to all.
    pub equal_lanes: bool,
    /// States.
    pub states: &'a mut [Row],
    /// Inputs, strengths, delayed outputs, in this order.
    pub inputs: &'a [Row],
    /// Wiener increments `dW` of this step (variance dt), a row a channel.
    pub noise: &'a [Row],
    /// Outputs that are expressions.
    pub outputs: &'a mut [Row],
}

/// A model as the engine sees it. Everything is in internal units.
///
/// All functions work lane by lane: what is in one lane never changes another, whatever it is.
pub trait Model: Debug + Send + Sync {
    /// What is known of the model.
    fn info(&self) -> &ModelInfo;

    /// Numbers that depend on parameters and dt alone, computed once before a run: `parameters` has
    /// `info().parameters.len()` values, `constants` takes `info().constants`.
    fn constants(&self, parameters: &[f64], dt: f64, constants: &mut [f64]);

    /// One step of explicit Euler-Maruyama: new states, with bounds applied. Gives whether all of them are finite.
    fn euler(&self, tiles: &mut Tiles<'_>) -> bool;

    /// The increments `f dt + g dW` of the differential states at the given states, and the new values of the
    /// updated states; nothing in `tiles` changes. `increments` has the shape of `tiles.states`.
    fn increment(&self, tiles: &mut Tiles<'_>, increments: &mut [Row]);

    /// The outputs that are expressions, from the states.
    fn outputs(&self, tiles: &mut Tiles<'_>);

    /// Whether noise channel `channel` has an amplitude that changes during a run: it depends on a state (multiplicative
    /// noise), an input, a row strength or a delayed output.
    fn is_multiplicative(&self, channel: usize) -> bool;
}
