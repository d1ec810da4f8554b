//! What a step costs, compiled and interpreted: `cargo bench -p neuropil-lang`.

#![allow(clippy::print_stdout, clippy::unwrap_used, unreachable_pub)]

use std::time::Instant;

use neuropil_kernel::{LANES, Model, Row, Tiles, simd_name};
use neuropil_lang::{GeneratedKernel, GeneratedModel, InterpretedModel, Program};

#[allow(dead_code)]
#[path = "../tests/back_ends/builder.rs"]
mod builder;
#[path = "../tests/back_ends/every_operation.rs"]
mod every_operation;
#[path = "../tests/back_ends/small_model.rs"]
mod small_model;
#[path = "../tests/back_ends/generated"]
mod generated {
    pub mod every_operation;
    pub mod small_model;
}

/// Nanoseconds per node and step: the best of several rounds.
fn cost(model: &dyn Model, tiles: usize, shared: bool) -> f64 {
    let info = model.info();
    let parameters: Vec<f64> = info.parameters.iter().map(|parameter| parameter.default).collect();
    let mut constants = vec![0.0; info.constants];
    model.constants(&parameters, 0.1, &mut constants);
    let one: Vec<Row> = constants.into_iter().map(Row::splat).collect();
    let constants = one.repeat(if shared { 1 } else { tiles });
    let rows = |count: usize, value: f64| vec![Row::splat(value); tiles * count];
    let (mut states, inputs) = (rows(info.states.len(), 0.3), rows(info.feeds(), 0.1));
    let (noise, mut outputs) = (rows(info.noises.len(), 0.0), rows(info.expressions, 0.0));
    let steps = 400_000 / tiles;
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..steps {
            model.euler(&mut Tiles {
                count: tiles,
                dt: 0.1,
                constants: &constants,
                constant_tiles: if shared { 1 } else { tiles },
                equal_lanes: false,
                states: &mut states,
                inputs: &inputs,
                noise: &noise,
                outputs: &mut outputs,
            });
        }
        let nanoseconds = start.elapsed().as_secs_f64() * 1e9;
        best = best.min(nanoseconds / (steps * tiles * LANES) as f64);
    }
    best
}

fn compare<K: GeneratedKernel>(program: &Program, tables: Vec<neuropil_kernel::Table>) {
    let generated = GeneratedModel::<K>::new(program, tables.clone()).unwrap();
    let interpreted = InterpretedModel::new(program, tables).unwrap();
    for shared in [true, false] {
        for tiles in [1, 2, 4, 10, 13, 100] {
            let (fast, slow) = (cost(&generated, tiles, shared), cost(&interpreted, tiles, shared));
            println!(
                "{:16} {tiles:4} tiles, shared constants {shared:5}: generated {fast:6.3}, interpreted {slow:6.3} ns per node and step, ratio {:.2}",
                program.info.name,
                slow / fast
            );
        }
    }
}

fn main() {
    println!("instructions: {}", simd_name());
    compare::<generated::small_model::SmallModel>(&small_model::program(), Vec::new());
    compare::<generated::every_operation::EveryOperation>(&every_operation::program(), every_operation::tables());
}
