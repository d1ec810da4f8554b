//! Random numbers of searches.

use neuropil_kernel::{Purpose, Stream};

/// What random numbers of a search are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Role {
    /// Random individuals.
    Newborn = 0,
    /// Choosing parents.
    Selection = 1,
    /// Mixing parents.
    Crossover = 2,
    /// Changing offspring.
    Mutation = 3,
    /// Sampling from a distribution.
    Sampling = 4,
    /// Beginning anew.
    Restart = 5,
}

/// The random numbers for one purpose, generation and individual. They are drawn one after the other, and depend on
/// nothing else that is drawn in the search.
#[derive(Clone, Debug)]
pub struct Random {
    uniforms: Stream,
    normals: Stream,
    generation: u64,
    individual: u64,
    drawn_uniforms: u64,
    drawn_normals: u64,
}

impl Random {
    /// The numbers of a seed, role, generation and individual.
    pub fn new(seed: u64, role: Role, generation: u64, individual: u64) -> Self {
        let stream = |kind| Stream::new(seed, Purpose::Search, 0, 2 * role as u32 + kind);
        Self { uniforms: stream(0), normals: stream(1), generation, individual, drawn_uniforms: 0, drawn_normals: 0 }
    }

    /// A number that is uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        let number = self.drawn_uniforms;
        self.drawn_uniforms += 1;
        self.uniforms.uniforms(self.generation, self.individual, number / 4)[(number % 4) as usize]
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        let number = self.drawn_normals;
        self.drawn_normals += 1;
        self.normals.normals(self.generation, self.individual, number / 4)[(number % 4) as usize]
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// One of `0..count`, each as likely; 0 if `count` is 0.
    pub fn index(&mut self, count: usize) -> usize {
        ((self.uniform() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Coordinates that are uniform in the unit cube.
    pub fn coordinates(&mut self, dimensions: usize) -> Vec<f64> {
        (0..dimensions).map(|_| self.uniform()).collect()
    }

    /// Brings a slice into random order (Fisher & Yates).
    pub fn shuffle<T>(&mut self, slice: &mut [T]) {
        for last in (1..slice.len()).rev() {
            slice.swap(last, self.index(last + 1));
        }
    }
}
