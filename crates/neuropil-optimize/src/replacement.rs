//! Replacement: who survives.

use serde::{Deserialize, Serialize};

use crate::error::SearchError;
use crate::individual::{Individual, sort_by_total};
use crate::pareto::{crowding_distances, fronts};

/// Chooses the next population. Individuals whose evaluation failed are never offered.
pub trait Replacement {
    /// At most `size` of the old population and its offspring.
    fn survivors(&self, old: Vec<Individual>, offspring: Vec<Individual>, size: usize) -> Vec<Individual>;

    /// Whether settings are in range.
    ///
    /// # Errors
    /// When one is not.
    fn check(&self) -> Result<(), SearchError> {
        Ok(())
    }
}

impl<T: Replacement + ?Sized> Replacement for Box<T> {
    fn survivors(&self, old: Vec<Individual>, offspring: Vec<Individual>, size: usize) -> Vec<Individual> {
        (**self).survivors(old, offspring, size)
    }

    fn check(&self) -> Result<(), SearchError> {
        (**self).check()
    }
}

/// The best of old and new by weighted sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TruncationReplacement {}

impl Replacement for TruncationReplacement {
    fn survivors(&self, mut old: Vec<Individual>, offspring: Vec<Individual>, size: usize) -> Vec<Individual> {
        old.extend(offspring);
        sort_by_total(&mut old);
        old.truncate(size);
        old
    }
}

/// The offspring, and the best few of the old population by weighted sum, as far as they are better than the worst
/// offspring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerationalReplacement {
    /// How many of the old population may survive; 1 unless given.
    pub elites: usize,
}

impl Default for GenerationalReplacement {
    fn default() -> Self {
        Self { elites: 1 }
    }
}

impl Replacement for GenerationalReplacement {
    fn survivors(&self, mut old: Vec<Individual>, offspring: Vec<Individual>, size: usize) -> Vec<Individual> {
        sort_by_total(&mut old);
        old.truncate(self.elites);
        old.extend(offspring);
        sort_by_total(&mut old);
        old.truncate(size);
        old
    }
}

/// The first fronts of old and new as a whole, and of the front that does not fit the least crowded. Deb et al. 2002,
/// doi:10.1109/4235.996017.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NondominatedReplacement {}

impl Replacement for NondominatedReplacement {
    fn survivors(&self, mut old: Vec<Individual>, offspring: Vec<Individual>, size: usize) -> Vec<Individual> {
        old.extend(offspring);
        old.sort_by_key(|individual| individual.id);
        let costs: Vec<&[f64]> = old.iter().map(Individual::costs).collect();
        let mut survives = vec![false; old.len()];
        let mut room = size;
        for front in fronts(&costs) {
            let mut members: Vec<(f64, usize)> =
                crowding_distances(&costs, &front).into_iter().zip(front.iter().copied()).collect();
            members.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
            for &(_, index) in members.iter().take(room) {
                survives[index] = true;
            }
            room = room.saturating_sub(members.len());
        }
        let kept = old.into_iter().zip(survives).filter(|(_, survives)| *survives);
        kept.map(|(individual, _)| individual).collect()
    }
}
