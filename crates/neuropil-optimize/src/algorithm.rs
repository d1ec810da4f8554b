//! What an algorithm must do to be searched with.

use crate::error::SearchError;
use crate::individual::{Individual, Offspring};
use crate::random::{Random, Role};

/// What an algorithm knows of the search that it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Number of axes.
    pub dimensions: usize,
    /// Number of objectives.
    pub objectives: usize,
    /// Seed of the search.
    pub seed: u64,
}

impl Setting {
    /// Random numbers for a role, generation and individual.
    pub fn random(&self, role: Role, generation: u64, individual: u64) -> Random {
        Random::new(self.seed, role, generation, individual)
    }
}

/// An algorithm that works in generations, on coordinates in the unit cube and costs that are small when good.
///
/// [`Search`](crate::Search) calls `breed`, has the offspring evaluated, and calls `learn` when all were. Everything that
/// the future depends on is in the value itself, and randomness comes from [`Setting::random`], so that a search can be
/// repeated. As data it is its settings: a saved search is told again what it knew.
pub trait Algorithm {
    /// Whether settings are valid for a search.
    ///
    /// # Errors
    /// When one is out of range.
    fn check(&self, setting: &Setting) -> Result<(), SearchError>;

    /// The candidates of a generation.
    fn breed(&mut self, setting: &Setting, generation: u64) -> Vec<Offspring>;

    /// Takes the evaluated candidates of a generation, in the order in which they were bred.
    fn learn(&mut self, setting: &Setting, generation: u64, evaluated: Vec<Individual>);

    /// Why the algorithm can do no more; nothing while it can.
    fn finished(&self) -> Option<&str> {
        None
    }
}
