//! A population at run time: its lanes in tiles of eight.

use std::sync::Arc;

use neuropil_kernel::{
    Bounds, Initial, LANES, Model, ModelInfo, OutputSource, Purpose, Row, StateKind, Stream, Tiles, all_finite,
};

use crate::noise::Noise;
use crate::population::Population;
use crate::signal::gather;
use crate::values::Values;

/// A trial of a shard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trial {
    /// Its number.
    pub(crate) number: u64,
    /// The number from which its noise and random initial values follow.
    pub(crate) noise: u64,
    /// Its place among the trials of the simulation, by which parameter values are looked up.
    pub(crate) index: usize,
}

/// Tiles that make a piece of work worth a thread.
const TILES_PER_THREAD: usize = 64;

/// Rows of a tile, by field. Kept, because each step asks for them many times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileRows {
    pub(crate) states: usize,
    pub(crate) feeds: usize,
    expressions: usize,
}

impl TileRows {
    fn of(info: &ModelInfo) -> Self {
        Self { states: info.states.len(), feeds: info.feeds(), expressions: info.expressions }
    }
}

/// Nodes and trials of one population: lane = node * trials + trial. Lanes that fill up the last tile repeat the last
/// one, so that they stay as finite as it is.
#[derive(Debug)]
pub(crate) struct Bank {
    pub(crate) model: Arc<dyn Model>,
    pub(crate) name: String,
    pub(crate) nodes: usize,
    pub(crate) trials: usize,
    pub(crate) tiles: usize,
    pub(crate) rows: TileRows,
    dt: f64,
    constants: Vec<Row>,
    constant_tiles: usize,
    pub(crate) states: Vec<Row>,
    /// Whether all states are finite after the last step.
    finite: bool,
    /// Feeds where nothing is connected: defaults of inputs, and row strengths.
    pub(crate) base_feeds: Vec<Row>,
    pub(crate) feeds: Vec<Row>,
    outputs: Vec<Row>,
    noise: Noise,
    /// States before the step, and increments of the stages, of methods that need them.
    pub(crate) before: Vec<Row>,
    pub(crate) stages: Vec<Vec<Row>>,
}

impl Bank {
    /// The population number `index` of a network, with `stages` increments kept (0 for Euler).
    pub(crate) fn new(
        population: &Population,
        index: usize,
        trials: &[Trial],
        dt: f64,
        seed: u64,
        noise_substeps: u64,
        stages: usize,
    ) -> Self {
        let model = Arc::clone(population.model());
        let info = model.info();
        let nodes = population.nodes();
        let lanes = nodes * trials.len();
        let tiles = lanes.div_ceil(LANES);
        let of_lane = |lane: usize| {
            let lane = lane.min(lanes - 1);
            (lane / trials.len(), trials[lane % trials.len()])
        };
        let numbers = |number: &dyn Fn(usize) -> u64| -> Vec<[u64; LANES]> {
            (0..tiles).map(|tile| std::array::from_fn(|l| number(tile * LANES + l))).collect()
        };

        let parameters_of = |lane: usize| -> Vec<f64> {
            let (node, trial) = of_lane(lane);
            let values = info.parameters.iter().enumerate();
            values.map(|(i, p)| population.parameter(i, trial.index, node) * p.unit.scale).collect()
        };
        let constant_tiles = constant_tiles(population, trials.len(), lanes);
        let mut constants = vec![Row::default(); info.constants * constant_tiles];
        let mut of_one = vec![0.0; info.constants];
        let mut known: Option<Vec<f64>> = None;
        for lane in 0..constant_tiles * LANES {
            let parameters = parameters_of(lane);
            if known.as_ref() != Some(&parameters) {
                model.constants(&parameters, dt, &mut of_one);
                known = Some(parameters);
            }
            for (constant, &value) in of_one.iter().enumerate() {
                constants[lane / LANES * info.constants + constant][lane % LANES] = value;
            }
        }

        let mut states = vec![Row::default(); tiles * info.states.len()];
        for (i, state) in info.states.iter().enumerate() {
            let stream = Stream::new(seed, Purpose::InitialState, index as u32, i as u32);
            for lane in 0..tiles * LANES {
                let (node, trial) = of_lane(lane);
                let value = match (population.initial().get(&i), state.initial) {
                    (Some(values), _) => values.at(trial.index, node),
                    (None, Initial::Value(value)) => value * state.unit.scale,
                    (None, Initial::Uniform(lower, upper)) => {
                        let uniform = stream.uniforms(0, node as u64, trial.noise)[0];
                        (lower + (upper - lower) * uniform) * state.unit.scale
                    }
                    (None, Initial::Normal(mean, deviation)) => {
                        (mean + deviation * stream.normals(0, node as u64, trial.noise)[0]) * state.unit.scale
                    }
                    (None, Initial::Parameter(parameter)) => {
                        population.parameter(parameter, trial.index, node) * info.parameters[parameter].unit.scale
                    }
                };
                states[lane / LANES * info.states.len() + i][lane % LANES] = value;
            }
        }

        let feeds = vec![Row::default(); tiles * info.feeds()];
        let mut bank = Self {
            name: population.name().into(),
            nodes,
            trials: trials.len(),
            tiles,
            rows: TileRows::of(info),
            dt,
            constants,
            constant_tiles,
            base_feeds: feeds.clone(),
            feeds,
            outputs: vec![Row::default(); tiles * info.expressions],
            noise: Noise::new(
                info.noises.len(),
                dt,
                noise_substeps,
                numbers(&|lane| of_lane(lane).0 as u64),
                &numbers(&|lane| of_lane(lane).1.noise),
            ),
            before: vec![Row::default(); if stages > 0 { states.len() } else { 0 }],
            stages: vec![vec![Row::default(); states.len()]; stages],
            states,
            finite: true,
            model: Arc::clone(&model),
        };
        for (i, input) in info.inputs.iter().enumerate() {
            let level = population.inputs().get(&i);
            bank.set_level(i, |lane| {
                let (node, trial) = of_lane(lane);
                level.map_or(input.default, |values| values.at(trial.index, node)) * input.unit.scale
            });
        }
        let noisy: Vec<usize> = (0..info.noises.len()).filter(|&channel| bank.is_noisy(channel)).collect();
        bank.noise.turn_on(&noisy, seed, index as u32);
        bank
    }

    /// Sets what an input is without projections and stimuli, by lane, in internal units.
    pub(crate) fn set_level(&mut self, input: usize, level: impl Fn(usize) -> f64) {
        let (per_tile, last) = (self.rows.feeds, self.lanes() - 1);
        for lane in 0..self.tiles * LANES {
            self.base_feeds[lane / LANES * per_tile + input][lane % LANES] = level(lane.min(last));
        }
        self.reset_feed(input);
    }

    /// Sets an input to what it is without projections and stimuli.
    pub(crate) fn reset_feed(&mut self, input: usize) {
        for row in (input..self.feeds.len()).step_by(self.rows.feeds) {
            self.feeds[row] = self.base_feeds[row];
        }
    }

    /// Number of lanes that are nodes and trials.
    pub(crate) fn lanes(&self) -> usize {
        self.nodes * self.trials
    }

    /// Name of a noise channel that is on, if there is one.
    pub(crate) fn first_noise(&self) -> Option<&str> {
        self.noise.first_channel().map(|channel| self.model.info().noises[channel].name.as_str())
    }

    /// Whether the noise channel has an amplitude anywhere. An additive one is tried out.
    fn is_noisy(&mut self, channel: usize) -> bool {
        let model = Arc::clone(&self.model);
        if model.is_multiplicative(channel) {
            return true;
        }
        let mut quiet = vec![Row::default(); self.states.len()];
        let mut loud = quiet.clone();
        model.increment(&mut self.model_and_tiles(0).1, &mut quiet);
        // Large, so that no amplitude is lost in rounding beside the rest of the increment.
        self.noise.set(channel, 1e150);
        model.increment(&mut self.model_and_tiles(0).1, &mut loud);
        self.noise.set(channel, 0.0);
        // Compared as bits: an increment that is not a number both times says nothing about the noise.
        let bits = |rows: &[Row]| rows.iter().flat_map(|row| row.map(f64::to_bits)).collect::<Vec<_>>();
        bits(&quiet) != bits(&loud)
    }

    /// Makes the noise of a step; `first` if the step before was not prepared by this bank.
    pub(crate) fn prepare_noise(&mut self, step: u64, first: bool) {
        self.noise.prepare(step, first);
    }

    /// The model, and the tiles that it works on at this step.
    #[inline(always)] // or each step of a small network waits for the copy of what was just written
    fn model_and_tiles(&mut self, step: u64) -> (&dyn Model, Tiles<'_>) {
        let tiles = Tiles {
            count: self.tiles,
            dt: self.dt,
            constants: &self.constants,
            constant_tiles: self.constant_tiles,
            equal_lanes: self.nodes * self.trials == 1,
            states: &mut self.states,
            inputs: &self.feeds,
            noise: self.noise.rows(step),
            outputs: &mut self.outputs,
        };
        (&*self.model, tiles)
    }

    /// One Euler step.
    pub(crate) fn euler(&mut self, step: u64, parallel: bool) {
        let (model, mut tiles) = self.model_and_tiles(step);
        self.finite = if parallel { euler_in_parallel(model, &mut tiles) } else { model.euler(&mut tiles) };
    }

    /// The increments of a stage, at the present states and feeds.
    pub(crate) fn increment(&mut self, step: u64, stage: usize) {
        let mut increments = std::mem::take(&mut self.stages[stage]);
        let (model, mut tiles) = self.model_and_tiles(step);
        model.increment(&mut tiles, &mut increments);
        self.stages[stage] = increments;
    }

    /// Sets the states to `before + sum weight_s * stage_s` and applies bounds; updated states take the value of the
    /// first stage if `last`, and stay as they were otherwise.
    pub(crate) fn combine(&mut self, weights: &[(usize, f64)], last: bool) {
        let info = self.model.info();
        let count = info.states.len();
        for (i, state) in info.states.iter().enumerate() {
            for tile in 0..self.tiles {
                let at = tile * count + i;
                let before = self.before[at];
                let row = &mut self.states[at];
                if state.kind == StateKind::Updated {
                    *row = if last { self.stages[0][at] } else { before };
                } else {
                    *row = before;
                    for &(stage, weight) in weights {
                        for (value, increment) in row.iter_mut().zip(self.stages[stage][at].iter()) {
                            *value += weight * increment;
                        }
                    }
                }
                if let Some(bounds) = state.bounds {
                    row.iter_mut().for_each(|value| *value = bound(bounds, *value));
                }
            }
        }
        self.finite = all_finite(&self.states);
    }

    /// Computes the outputs that are expressions.
    pub(crate) fn compute_outputs(&mut self) {
        let (model, mut tiles) = self.model_and_tiles(0);
        model.outputs(&mut tiles);
    }

    /// Copies an output into the order of lanes.
    pub(crate) fn read(&self, source: OutputSource, lanes: &mut [f64]) {
        match source {
            OutputSource::State(row) => gather(&self.states, self.rows.states, row, lanes),
            OutputSource::Expression(row) => gather(&self.outputs, self.rows.expressions, row, lanes),
        }
    }

    /// The lane and state that is not finite: that of the lowest trial, and of the first node and state there.
    pub(crate) fn first_not_finite(&self) -> Option<(usize, usize)> {
        if self.finite {
            return None;
        }
        let states = self.rows.states;
        (0..self.trials)
            .flat_map(|trial| (trial..self.lanes()).step_by(self.trials))
            .flat_map(|lane| (0..states).map(move |state| (lane, state)))
            .find(|&(lane, state)| !self.state(lane, state).is_finite())
    }

    /// A state of a lane.
    pub(crate) fn state(&self, lane: usize, state: usize) -> f64 {
        self.states[lane / LANES * self.rows.states + state][lane % LANES]
    }
}

/// Tiles after which constants repeat. Where parameters differ among trials alone, this is when the first trial is again
/// in a tile's first lane, unless lanes only fill up the last tile: they have the constants of the last node and trial.
fn constant_tiles(population: &Population, trials: usize, lanes: usize) -> usize {
    let tiles = lanes.div_ceil(LANES);
    let parameters = || population.parameters().values();
    if parameters().all(|values| matches!(values, Values::Uniform(_))) {
        1
    } else if parameters().any(|values| matches!(values, Values::Nodes(_) | Values::TrialsNodes(_)))
        || !lanes.is_multiple_of(LANES)
    {
        tiles
    } else {
        (1..tiles).find(|tiles| (tiles * LANES).is_multiple_of(trials)).unwrap_or(tiles)
    }
}

/// A number brought within bounds; NaN stays NaN.
fn bound(bounds: Bounds, value: f64) -> f64 {
    match bounds {
        Bounds::Clip(lower, _) if value < lower => lower,
        Bounds::Clip(_, upper) if value > upper => upper,
        Bounds::Clip(..) => value,
        Bounds::Wrap(lower, upper) => value - (upper - lower) * ((value - lower) / (upper - lower)).floor(),
    }
}

/// One Euler step of many tiles, halves of them at a time on other threads.
fn euler_in_parallel(model: &dyn Model, tiles: &mut Tiles<'_>) -> bool {
    if tiles.count <= TILES_PER_THREAD {
        return model.euler(tiles);
    }
    let info = model.info();
    let half = tiles.count / 2;
    // Constants that repeat begin anew in the other part.
    let repeat = tiles.constant_tiles < tiles.count;
    let first = if repeat { half.next_multiple_of(tiles.constant_tiles) } else { half };
    let later_constants = &tiles.constants[if repeat { 0 } else { first * info.constants }..];
    let constant_tiles = |count: usize| if repeat { tiles.constant_tiles } else { count };
    let (states, later_states) = tiles.states.split_at_mut(first * info.states.len());
    let (inputs, later_inputs) = tiles.inputs.split_at(first * info.feeds());
    let (noise, later_noise) = tiles.noise.split_at(first * info.noises.len());
    let (outputs, later_outputs) = tiles.outputs.split_at_mut(first * info.expressions);
    let mut half =
        Tiles { count: first, constant_tiles: constant_tiles(first), states, inputs, noise, outputs, ..*tiles };
    let mut other = Tiles {
        count: tiles.count - first,
        dt: tiles.dt,
        constants: later_constants,
        constant_tiles: constant_tiles(tiles.count - first),
        equal_lanes: tiles.equal_lanes,
        states: later_states,
        inputs: later_inputs,
        noise: later_noise,
        outputs: later_outputs,
    };
    let (half, other) = rayon::join(|| euler_in_parallel(model, &mut half), || euler_in_parallel(model, &mut other));
    half && other
}
