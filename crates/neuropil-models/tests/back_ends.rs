//! Compiled and interpreted models compute the same bits.

#![allow(clippy::unwrap_used)]

use neuropil_kernel::{Bounds, Initial, LANES, Model, ModelInfo, Row, Tiles};
use neuropil_lang::InterpretedModel;
use neuropil_models::{built_in_tables, catalogue};

/// Small enough for all models (ms).
const DT: f64 = 0.01;

/// Tiles, more than an interpreter handles at once and no multiple of it.
const COUNT: usize = 7;

/// Numbers between 0 and 1 (linear congruential generator of Knuth).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, lower: f64, upper: f64) -> f64 {
        lower + (upper - lower) * self.next()
    }

    fn rows(&mut self, ranges: &[(f64, f64)]) -> Vec<Row> {
        let mut rows = Vec::new();
        for _ in 0..COUNT {
            for &(lower, upper) in ranges {
                rows.push(Row(std::array::from_fn(|_| self.between(lower, upper))));
            }
        }
        rows
    }
}

/// Where random states lie: near the initial value, and within the bounds.
fn state_ranges(info: &ModelInfo) -> Vec<(f64, f64)> {
    let ranges = info.states.iter().map(|state| {
        let (lower, upper) = match state.initial {
            Initial::Value(value) => (value, value + 0.5),
            Initial::Uniform(lower, upper) => (lower - (upper - lower), upper + (upper - lower)),
            Initial::Normal(mean, sd) => (mean - 3.0 * sd, mean + 3.0 * sd),
            Initial::Parameter(index) => (0.5 * info.parameters[index].default, 2.0 * info.parameters[index].default),
        };
        let (lower, upper) = (lower * state.unit.scale, upper * state.unit.scale);
        match state.bounds {
            Some(Bounds::Clip(a, b) | Bounds::Wrap(a, b)) => (lower.max(a), upper.min(b)),
            None => (lower, upper),
        }
    });
    ranges.collect()
}

/// All that a model writes: states after ten steps, increments, outputs. With an `only` lane, what that one holds is in
/// all.
fn results(model: &dyn Model, constant_tiles: usize, only: Option<usize>) -> Vec<Row> {
    let info = model.info();
    let mut numbers = Numbers(7);
    let mut constants = Vec::new();
    for _ in 0..constant_tiles {
        let values: Vec<f64> = info
            .parameters
            .iter()
            .map(|parameter| parameter.default * numbers.between(0.95, 1.0) * parameter.unit.scale)
            .collect();
        let mut computed = vec![0.0; info.constants];
        model.constants(&values, DT, &mut computed);
        constants.extend(computed.into_iter().map(Row::splat));
    }
    let mut rows = |ranges: &[(f64, f64)]| {
        let rows = numbers.rows(ranges);
        only.map_or(rows.clone(), |lane| rows.iter().map(|row| Row::splat(row[lane])).collect())
    };
    let mut states = rows(&state_ranges(info));
    let feeds = rows(&vec![(0.0, 0.1); info.feeds()]);
    let noise = rows(&vec![(-0.3, 0.3); info.noises.len()]);
    let mut outputs = vec![Row::default(); COUNT * info.expressions];
    let mut increments = vec![Row::default(); states.len()];
    let mut tiles = Tiles {
        count: COUNT,
        dt: DT,
        constants: &constants,
        constant_tiles,
        equal_lanes: only.is_some(),
        states: &mut states,
        inputs: &feeds,
        noise: &noise,
        outputs: &mut outputs,
    };
    model.increment(&mut tiles, &mut increments);
    for _ in 0..10 {
        model.euler(&mut tiles);
    }
    model.outputs(&mut tiles);
    [states, increments, outputs].concat()
}

#[test]
fn interpreted_and_compiled_models_agree_to_the_bit() {
    for entry in catalogue() {
        let program = entry.compile().unwrap().program;
        let interpreted = InterpretedModel::new(&program, built_in_tables(&program).unwrap()).unwrap();
        let compiled = entry.model().unwrap();
        for constant_tiles in [1, 2, COUNT] {
            let (a, b) =
                (results(&interpreted, constant_tiles, None), results(compiled.as_ref(), constant_tiles, None));
            assert!(a.iter().flat_map(|row| row.0).any(|value| value != 0.0));
            assert!(a.iter().flat_map(|row| row.0).all(f64::is_finite), "{}: left the finite numbers", entry.name());
            let same = |(a, b): (&Row, &Row)| (0..LANES).all(|lane| a[lane].to_bits() == b[lane].to_bits());
            assert!(a.iter().zip(&b).all(same), "{}: back ends differ", entry.name());
        }
    }
}

#[test]
fn equal_lanes_have_the_bits_of_one_lane_of_eight() {
    for entry in catalogue() {
        let model = entry.model().unwrap();
        let all = results(model.as_ref(), 1, None);
        for lane in [0, 3, LANES - 1] {
            let equal = results(model.as_ref(), 1, Some(lane));
            let same = |(all, equal): (&Row, &Row)| equal.iter().all(|value| value.to_bits() == all[lane].to_bits());
            assert!(all.iter().zip(&equal).all(same), "{}: lane {lane} differs", entry.name());
        }
    }
}
