//! Mutation: small changes of one genome.

mod gaussian;
mod polynomial;
mod self_adaptive;

pub use gaussian::GaussianMutation;
pub use polynomial::PolynomialMutation;
pub use self_adaptive::SelfAdaptiveMutation;

use crate::error::SearchError;
use crate::individual::Genome;
use crate::random::Random;

/// Changes a genome, and leaves its coordinates within 0 to 1.
pub trait Mutation {
    /// Changes a genome, whose coordinates may lie outside the unit cube before.
    fn mutate(&self, genome: &mut Genome, random: &mut Random);

    /// Gives a random genome what this mutation needs beside coordinates.
    fn equip(&self, genome: &mut Genome) {
        let _ = genome;
    }

    /// Whether settings are in range.
    ///
    /// # Errors
    /// When one is not.
    fn check(&self) -> Result<(), SearchError> {
        Ok(())
    }
}

impl<T: Mutation + ?Sized> Mutation for Box<T> {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        (**self).mutate(genome, random);
    }

    fn equip(&self, genome: &mut Genome) {
        (**self).equip(genome);
    }

    fn check(&self) -> Result<(), SearchError> {
        (**self).check()
    }
}
