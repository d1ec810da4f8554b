//! Models from short texts, networks and runs, for all tests of the engine.

#![allow(dead_code, clippy::unwrap_used)] // each test file uses some of it

use std::sync::Arc;

use neuropil_kernel::Model;
use neuropil_lang::InterpretedModel;
use neuropil_sim::{Connections, Link, Network, Population, Projection, Samples, Simulation};

/// A model from its text.
pub(crate) fn model(text: &str) -> Arc<dyn Model> {
    let program = neuropil_lang::compile(text, "test.model").unwrap_or_else(|errors| panic!("{errors}")).program;
    Arc::new(InterpretedModel::new(&program, vec![]).unwrap())
}

/// A network of one population, `nodes`.
pub(crate) fn alone(model: &Arc<dyn Model>, nodes: usize) -> Network {
    let mut network = Network::new();
    network.add(Population::new("nodes", Arc::clone(model), nodes)).unwrap();
    network
}

/// Connects two populations.
pub(crate) fn connect(
    network: &mut Network,
    [source, output, target]: [&str; 3],
    connections: Connections,
    links: Vec<Link>,
) {
    let [source, output, target] = [source, output, target].map(Into::into);
    network.connect(Projection { source, output, target, connections: Arc::new(connections), links }).unwrap();
}

/// What all recordings hold after this many steps.
pub(crate) fn run(simulation: &Simulation, steps: u64) -> Vec<Samples> {
    let mut run = simulation.start().unwrap_or_else(|error| panic!("{error}"));
    run.advance(steps).unwrap_or_else(|error| panic!("{error}"));
    (0..simulation.recordings.len()).map(|recording| run.take(recording)).collect()
}

/// Numbers that look random and are the same in every run (Steele, Lea & Flood 2014, `SplitMix64`,
/// doi:10.1145/2714064.2660195).
#[derive(Clone, Debug)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// Uniform between two numbers.
    pub(crate) fn between(&mut self, lower: f64, upper: f64) -> f64 {
        lower + (upper - lower) * (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `0..count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.word() % count as u64) as usize
    }

    /// Many, uniform between two numbers.
    pub(crate) fn list(&mut self, count: usize, lower: f64, upper: f64) -> Vec<f64> {
        (0..count).map(|_| self.between(lower, upper)).collect()
    }

    /// Connections that are there with this probability, weights in `weights`, delays of whole steps of `dt` in
    /// `delays`.
    pub(crate) fn connections(
        &mut self,
        [targets, sources]: [usize; 2],
        density: f64,
        weights: [f64; 2],
        delays: std::ops::Range<usize>,
        dt: f64,
    ) -> Connections {
        let mut edges = Vec::new();
        for target in 0..targets {
            for source in 0..sources {
                if self.between(0.0, 1.0) < density {
                    let delay = (delays.start + self.below(delays.len())) as f64 * dt;
                    edges.push((target, source, self.between(weights[0], weights[1]), delay));
                }
            }
        }
        Connections::sparse(targets, sources, edges).unwrap()
    }
}
