//! The tile interpreter computes the bits of the scalar interpreter.

use std::collections::BTreeSet;

use neuropil_kernel::{LANES, Model, Row, SimdLevel, Tiles};
use neuropil_lang::{InterpretedModel, Kernel, Leaves, NodeId, Program, evaluate};
use proptest::prelude::*;

use crate::{every_operation, random_graphs};

/// Values that make trouble, and plain ones.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Between -3 and 3.
    pub(crate) fn plain(&mut self) -> f64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 * 6.0 - 3.0
    }

    fn any(&mut self) -> f64 {
        const STRANGE: [f64; 8] = [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e-310, 1.0];
        let choice = self.plain();
        if choice > 2.5 { STRANGE[((choice - 2.5) * 16.0) as usize % STRANGE.len()] } else { choice }
    }

    pub(crate) fn rows(&mut self, count: usize) -> Vec<Row> {
        (0..count).map(|_| Row(std::array::from_fn(|_| self.any()))).collect()
    }
}

/// Everything that a model computes for some tiles.
#[derive(Debug, PartialEq)]
pub(crate) struct Results {
    pub(crate) states: Vec<Row>,
    pub(crate) increments: Vec<Row>,
    pub(crate) outputs: Vec<Row>,
}

/// A set of tiles with random contents.
pub(crate) struct Case {
    pub(crate) count: usize,
    pub(crate) dt: f64,
    pub(crate) shared: bool,
    /// Parameters of each lane (of each tile, unless shared).
    pub(crate) parameters: Vec<[Vec<f64>; LANES]>,
    pub(crate) states: Vec<Row>,
    pub(crate) inputs: Vec<Row>,
    pub(crate) noise: Vec<Row>,
}

impl Case {
    pub(crate) fn new(program: &Program, count: usize, shared: bool, seed: u64) -> Self {
        let mut numbers = Numbers::new(seed);
        let info = &program.info;
        let mut lane = |_| -> Vec<f64> { info.parameters.iter().map(|_| numbers.plain()).collect() };
        let parameters = if shared {
            let one = lane(0);
            vec![std::array::from_fn(|_| one.clone())]
        } else {
            (0..count).map(|_| std::array::from_fn(&mut lane)).collect()
        };
        Self {
            count,
            dt: 0.1,
            shared,
            parameters,
            states: numbers.rows(count * info.states.len()),
            inputs: numbers.rows(count * info.feeds()),
            noise: numbers.rows(count * info.noises.len()),
        }
    }

    pub(crate) fn run(&self, model: &dyn Model) -> Results {
        let info = model.info();
        let mut constants = vec![Row::default(); self.parameters.len() * info.constants];
        let mut column = vec![0.0; info.constants];
        for (tile, lanes) in self.parameters.iter().enumerate() {
            for (lane, parameters) in lanes.iter().enumerate() {
                model.constants(parameters, self.dt, &mut column);
                for (row, &value) in column.iter().enumerate() {
                    constants[tile * info.constants + row][lane] = value;
                }
            }
        }
        let mut states = self.states.clone();
        let mut increments = vec![Row::default(); states.len()];
        let mut outputs = vec![Row::default(); self.count * info.expressions];
        let mut tiles = Tiles {
            count: self.count,
            dt: self.dt,
            constants: &constants,
            constant_tiles: self.parameters.len(),
            equal_lanes: false,
            states: &mut states,
            inputs: &self.inputs,
            noise: &self.noise,
            outputs: &mut outputs,
        };
        model.increment(&mut tiles, &mut increments);
        model.outputs(&mut tiles);
        assert_eq!(canonical(tiles.states), canonical(&self.states), "only `euler` changes states");
        model.euler(&mut tiles);
        Results { states, increments, outputs }
    }

    /// The same by the scalar interpreter, lane by lane.
    pub(crate) fn run_scalar(&self, program: &Program, kernel: &Kernel, tables: &[neuropil_kernel::Table]) -> Results {
        let info = &program.info;
        let lane_of = |field: &[Row], tile: usize, rows: usize, lane: usize| -> Vec<f64> {
            field[tile * rows..][..rows].iter().map(|row| row[lane]).collect()
        };
        let mut results = Results {
            states: vec![Row::default(); self.count * info.states.len()],
            increments: vec![Row::default(); self.count * info.states.len()],
            outputs: vec![Row::default(); self.count * info.expressions],
        };
        for tile in 0..self.count {
            for lane in 0..LANES {
                let parameters = &self.parameters[if self.shared { 0 } else { tile }][lane];
                let prologue = Leaves { parameters, time_step: self.dt, tables, ..Leaves::default() };
                let hoisted = evaluate(&kernel.prologue, &kernel.hoisted, &prologue).unwrap();
                let (states, feeds, wiener) = (
                    lane_of(&self.states, tile, info.states.len(), lane),
                    lane_of(&self.inputs, tile, info.feeds(), lane),
                    lane_of(&self.noise, tile, info.noises.len(), lane),
                );
                let leaves = Leaves {
                    time_step: self.dt,
                    states: &states,
                    feeds: &feeds,
                    wiener: &wiener,
                    hoisted: &hoisted,
                    tables,
                    ..Leaves::default()
                };
                let steps = &kernel.steps;
                let lists: [(&[NodeId], &mut [Row]); 3] = [
                    (&steps.euler, &mut results.states),
                    (&steps.increment, &mut results.increments),
                    (&steps.outputs, &mut results.outputs),
                ];
                for (roots, rows) in lists {
                    let values = evaluate(&steps.graph, roots, &leaves).unwrap();
                    for (row, value) in values.into_iter().enumerate() {
                        rows[tile * roots.len() + row][lane] = value;
                    }
                }
            }
        }
        results
    }
}

/// Bits, with one pattern for all NaN.
pub(crate) fn canonical(rows: &[Row]) -> Vec<[u64; LANES]> {
    let bits = |value: f64| {
        if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
    };
    rows.iter().map(|row| row.0.map(bits)).collect()
}

pub(crate) fn assert_same(found: &Results, expected: &Results) {
    assert_eq!(canonical(&found.states), canonical(&expected.states), "euler");
    assert_eq!(canonical(&found.increments), canonical(&expected.increments), "increment");
    assert_eq!(canonical(&found.outputs), canonical(&expected.outputs), "outputs");
}

#[test]
fn every_operation_has_the_bits_of_the_scalar_interpreter() {
    let (program, tables) = (every_operation::program(), every_operation::tables());
    let kernel = program.lower().unwrap();
    let model = InterpretedModel::new(&program, tables.clone()).unwrap();
    for count in (0..=13).chain([64]) {
        for shared in [true, false] {
            let case = Case::new(&program, count, shared, 7 + count as u64);
            assert_same(&case.run(&model), &case.run_scalar(&program, &kernel, &tables));
        }
    }
}

/// Which instructions are used is decided once per process, so this runs the tests again in other processes.
#[test]
fn narrower_instructions_give_the_same_bits() {
    let tests = [
        "agreement::every_operation_has_the_bits_of_the_scalar_interpreter",
        "generated::compiled_source_has_the_bits_of_the_interpreters",
    ];
    for level in SimdLevel::supported() {
        let this = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new(this);
        command.args(tests).arg("--exact").env("NEUROPIL_SIMD", level.name());
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("2 passed"), "{level:?}: {text}");
    }
}

#[test]
fn a_lane_does_not_depend_on_its_neighbours() {
    let (program, tables) = (every_operation::program(), every_operation::tables());
    let model = InterpretedModel::new(&program, tables).unwrap();
    let case = Case::new(&program, 7, false, 3);
    let expected = case.run(&model);
    for tile in 0..case.count {
        let of = |field: &[Row]| field[tile * field.len() / case.count..][..field.len() / case.count].to_vec();
        let alone = Case {
            count: 1,
            dt: case.dt,
            shared: false,
            parameters: vec![case.parameters[tile].clone()],
            states: of(&case.states),
            inputs: of(&case.inputs),
            noise: of(&case.noise),
        };
        let found = alone.run(&model);
        let expected = Results {
            states: of(&expected.states),
            increments: of(&expected.increments),
            outputs: of(&expected.outputs),
        };
        assert_same(&found, &expected);
    }
}

#[test]
fn multiplicative_noise_is_told_apart() {
    let model = InterpretedModel::new(&every_operation::program(), every_operation::tables()).unwrap();
    let found: BTreeSet<usize> = (0..4).filter(|&channel| model.is_multiplicative(channel)).collect();
    assert_eq!(found, BTreeSet::from([0]));
}

#[test]
fn bounds_keep_nan_and_hold_the_rest() {
    let program = every_operation::program();
    let model = InterpretedModel::new(&program, every_operation::tables()).unwrap();
    let mut case = Case::new(&program, 5, true, 11);
    case.inputs = vec![Row::splat(0.5); case.inputs.len()];
    case.noise = vec![Row::splat(0.0); case.noise.len()];
    let (states, v, phase) = (program.info.states.len(), 2, 3);
    for tile in 0..case.count {
        let rows = &mut case.states[tile * states..][..states];
        rows.fill(Row::splat(0.25));
        rows[v] = Row([f64::NAN, 1e9, -1e9, f64::INFINITY, f64::NEG_INFINITY, 2.0, -1.5, 0.0]);
        rows[phase] = Row([f64::NAN, 7.0, -1.0, 100.0, 0.0, 6.0, -20.0, 3.0]);
    }
    let found = case.run(&model).states;
    for tile in 0..case.count {
        let (v, phase) = (found[tile * states + v], found[tile * states + phase]);
        assert!(v[0].is_nan() && phase[0].is_nan());
        assert_eq!(v[1..5], [2.0, -1.5, 2.0, -1.5]);
        assert!(v[1..].iter().all(|value| (-1.5..=2.0).contains(value)));
        assert!(phase[1..].iter().all(|value| (-1e-14..std::f64::consts::TAU + 1e-14).contains(value)), "{phase:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_programs_agree(
        program in random_graphs::programs(),
        count in 0_usize..10,
        shared: bool,
        seed: u64,
    ) {
        let tables = every_operation::tables();
        let kernel = program.lower().unwrap();
        let model = InterpretedModel::new(&program, tables.clone()).unwrap();
        let case = Case::new(&program, count, shared, seed);
        assert_same(&case.run(&model), &case.run_scalar(&program, &kernel, &tables));
    }
}
