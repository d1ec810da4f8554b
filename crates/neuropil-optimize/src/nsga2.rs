//! NSGA-II.

use crate::crossover::SimulatedBinaryCrossover;
use crate::evolution::Evolution;
use crate::mutation::PolynomialMutation;
use crate::replacement::NondominatedReplacement;
use crate::selection::CrowdedTournament;

/// Non-dominated sorting genetic algorithm, for several objectives: approaches their whole Pareto front. Deb, Pratap,
/// Agarwal & Meyarivan 2002, doi:10.1109/4235.996017.
pub type Nsga2 = Evolution<SimulatedBinaryCrossover, PolynomialMutation, CrowdedTournament, NondominatedReplacement>;

/// [`Nsga2`] with the default settings of its operators: both distribution indices are 20, pairs are mixed with
/// probability 0.9, one axis of each child is mutated on average.
pub fn nsga2(size: usize) -> Nsga2 {
    Evolution::new(
        size,
        size,
        SimulatedBinaryCrossover::default(),
        PolynomialMutation::default(),
        CrowdedTournament::default(),
        NondominatedReplacement::default(),
    )
}
