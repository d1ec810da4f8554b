//! Crossover: two parents, two children.

mod blend;
mod simulated_binary;
mod uniform;

pub use blend::BlendCrossover;
pub use simulated_binary::SimulatedBinaryCrossover;
pub use uniform::UniformCrossover;

use crate::error::SearchError;
use crate::individual::Genome;
use crate::random::Random;

/// Mixes two genomes. Children may leave the unit cube: mutation, which comes next, brings them back.
pub trait Crossover {
    /// Two children of two parents, whose genomes have the same lengths.
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2];

    /// Whether settings are in range.
    ///
    /// # Errors
    /// When one is not.
    fn check(&self) -> Result<(), SearchError> {
        Ok(())
    }
}

impl<T: Crossover + ?Sized> Crossover for Box<T> {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        (**self).cross(left, right, random)
    }

    fn check(&self) -> Result<(), SearchError> {
        (**self).check()
    }
}

/// Calls `mix` with every pair of numbers of two children that begin as copies of their parents.
fn each_pair(left: &mut Genome, right: &mut Genome, mut mix: impl FnMut(&mut f64, &mut f64)) {
    for (left, right) in left.coordinates.iter_mut().zip(&mut right.coordinates) {
        mix(left, right);
    }
    for (left, right) in left.steps.iter_mut().zip(&mut right.steps) {
        mix(left, right);
    }
}
