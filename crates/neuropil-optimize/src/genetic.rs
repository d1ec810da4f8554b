//! A plain genetic algorithm.

use crate::crossover::UniformCrossover;
use crate::evolution::Evolution;
use crate::mutation::GaussianMutation;
use crate::replacement::GenerationalReplacement;
use crate::selection::TournamentSelection;

/// Genetic algorithm on real numbers: tournaments, uniform crossover, Gaussian mutation, and generational replacement
/// with elites. The number of evaluations ends it: [`Limits`](crate::Limits).
pub type Genetic = Evolution<UniformCrossover, GaussianMutation, TournamentSelection, GenerationalReplacement>;

/// [`Genetic`] with the default settings of its operators.
pub fn genetic(size: usize) -> Genetic {
    Evolution::new(
        size,
        size,
        UniformCrossover::default(),
        GaussianMutation::default(),
        TournamentSelection::default(),
        GenerationalReplacement::default(),
    )
}
