//! Selection of parents.

use serde::{Deserialize, Serialize};

use crate::error::{SearchError, check_size, check_within};
use crate::individual::Individual;
use crate::pareto::{crowding_distances, fronts};
use crate::random::Random;

/// Chooses parents. Individuals whose evaluation failed are never offered.
pub trait Selection {
    /// Indices of `count` parents in a population that is not empty; neighbours become pairs.
    fn select(&self, population: &[Individual], count: usize, random: &mut Random) -> Vec<usize>;

    /// Whether settings are in range.
    ///
    /// # Errors
    /// When one is not.
    fn check(&self) -> Result<(), SearchError> {
        Ok(())
    }
}

impl<T: Selection + ?Sized> Selection for Box<T> {
    fn select(&self, population: &[Individual], count: usize, random: &mut Random) -> Vec<usize> {
        (**self).select(population, count, random)
    }

    fn check(&self) -> Result<(), SearchError> {
        (**self).check()
    }
}

/// Indices from the best weighted sum to the worst, elder ones first of equal ones.
fn by_total(population: &[Individual]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..population.len()).collect();
    let key = |index: usize| (population[index].total(), population[index].id);
    order.sort_by(|&left, &right| key(left).0.total_cmp(&key(right).0).then(key(left).1.cmp(&key(right).1)));
    order
}

/// Parents are drawn with a probability that falls linearly with their rank by weighted sum: of m individuals the one
/// that is better than r others has
///
/// ```text
/// P = (2 - s) / m + 2 r (s - 1) / (m (m - 1))
/// ```
///
/// Linear ranking of Baker 1985, "Adaptive selection methods for genetic algorithms", Proceedings of the 1st
/// International Conference on Genetic Algorithms 101-111 (has no DOI).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RankSelection {
    /// Expected number of times that the best is drawn in m draws: 1 to 2; 1.5 unless given.
    pub pressure: f64,
}

impl Default for RankSelection {
    fn default() -> Self {
        Self { pressure: 1.5 }
    }
}

impl Selection for RankSelection {
    fn select(&self, population: &[Individual], count: usize, random: &mut Random) -> Vec<usize> {
        let order = by_total(population);
        let size = order.len() as f64;
        let slope = if order.len() > 1 { 2.0 * (self.pressure - 1.0) / (size * (size - 1.0)) } else { 0.0 };
        let cumulative: Vec<f64> = (0..order.len())
            .scan(0.0, |sum, rank| {
                *sum += (2.0 - self.pressure) / size + slope * (size - 1.0 - rank as f64);
                Some(*sum)
            })
            .collect();
        let whole = cumulative[cumulative.len() - 1];
        let draw = |_| {
            let drawn = random.uniform() * whole;
            order[cumulative.partition_point(|&sum| sum <= drawn).min(order.len() - 1)]
        };
        (0..count).map(draw).collect()
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("pressure", self.pressure, 1.0, 2.0)
    }
}

/// Each parent is the best, by weighted sum, of a few individuals drawn at random with repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TournamentSelection {
    /// Individuals in a tournament: at least 1; 2 unless given.
    pub size: usize,
}

impl Default for TournamentSelection {
    fn default() -> Self {
        Self { size: 2 }
    }
}

impl Selection for TournamentSelection {
    fn select(&self, population: &[Individual], count: usize, random: &mut Random) -> Vec<usize> {
        let order = by_total(population);
        let mut best = || (0..self.size).map(|_| random.index(order.len())).min().unwrap_or(0);
        (0..count).map(|_| order[best()]).collect()
    }

    fn check(&self) -> Result<(), SearchError> {
        check_size("size", self.size, 1)
    }
}

/// Tournaments of two: the one of the better front wins, in the same front the one with the larger crowding distance,
/// else either. Opponents are neighbours in random permutations of the population, so that everyone takes part twice
/// when as many parents are chosen as there are individuals. Deb et al. 2002, doi:10.1109/4235.996017.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CrowdedTournament {}

impl Selection for CrowdedTournament {
    fn select(&self, population: &[Individual], count: usize, random: &mut Random) -> Vec<usize> {
        let costs: Vec<&[f64]> = population.iter().map(Individual::costs).collect();
        let mut ranks = vec![(0, 0.0); population.len()];
        for (rank, front) in fronts(&costs).into_iter().enumerate() {
            for (&index, distance) in front.iter().zip(crowding_distances(&costs, &front)) {
                ranks[index] = (rank, distance);
            }
        }
        let mut entrants: Vec<usize> = Vec::new();
        while entrants.len() < 2 * count {
            let start = entrants.len();
            entrants.extend(0..population.len());
            random.shuffle(&mut entrants[start..]);
        }
        let mut play = |pair: &[usize]| {
            let (left, right) = (ranks[pair[0]], ranks[pair[1]]);
            let order = left.0.cmp(&right.0).then(right.1.total_cmp(&left.1));
            if order.is_lt() || (order.is_eq() && random.chance(0.5)) { pair[0] } else { pair[1] }
        };
        entrants[..2 * count].chunks_exact(2).map(&mut play).collect()
    }
}
