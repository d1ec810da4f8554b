//! Evolution: a population, and four operators that can be exchanged.

use serde::{Deserialize, Serialize};

use crate::algorithm::{Algorithm, Setting};
use crate::crossover::Crossover;
use crate::error::{SearchError, check_size};
use crate::individual::{Genome, Individual, Offspring};
use crate::mutation::Mutation;
use crate::random::{Random, Role};
use crate::replacement::Replacement;
use crate::selection::Selection;

/// An evolutionary algorithm. Each operator is a value with its own settings; another value, also of a type of your own,
/// takes its place in the search.
///
/// - Generation 0 has `initial_size` random individuals, uniform in the space.
/// - Each later generation has `size` offspring: parents are selected, neighbours are crossed in pairs, and children are
///   mutated (of an odd number the last one has one parent).
/// - The next population are the `size` survivors of old population and offspring.
/// - Individuals whose evaluation failed neither survive nor become parents. For each place in the population that stays
///   empty, one random individual is evaluated along with the next offspring.
///
/// ```
/// use neuropil_optimize::{CrowdedTournament, GaussianMutation, adaptive, nsga2};
///
/// // Built-in algorithms are such values. Other settings:
/// let mut evolution = adaptive(40);
/// evolution.crossover.alpha = 0.3;
/// // Another operator:
/// let evolution = nsga2(40).with_mutation(GaussianMutation::default());
/// # let _: CrowdedTournament = evolution.selection;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evolution<C, M, S, R> {
    /// Number of random individuals in the first generation, at least 2; `size` unless given.
    #[serde(default)]
    pub initial_size: Option<usize>,
    /// Size of the population and number of offspring in a generation, at least 2.
    pub size: usize,
    /// How parents are mixed.
    #[serde(default)]
    pub crossover: C,
    /// How children are changed.
    #[serde(default)]
    pub mutation: M,
    /// How parents are chosen.
    #[serde(default)]
    pub selection: S,
    /// Who survives.
    #[serde(default)]
    pub replacement: R,
    #[serde(skip)]
    population: Vec<Individual>,
}

impl<C, M, S, R> Evolution<C, M, S, R> {
    /// An evolution that begins.
    pub fn new(size: usize, crossover: C, mutation: M, selection: S, replacement: R) -> Self {
        Self { initial_size: None, size, crossover, mutation, selection, replacement, population: Vec::new() }
    }

    /// The survivors of the last generation; none before the first.
    pub fn population(&self) -> &[Individual] {
        &self.population
    }

    /// The same evolution with another crossover.
    pub fn with_crossover<T>(self, crossover: T) -> Evolution<T, M, S, R> {
        let Self { initial_size, size, mutation, selection, replacement, population, .. } = self;
        Evolution { initial_size, size, crossover, mutation, selection, replacement, population }
    }

    /// The same evolution with another mutation.
    pub fn with_mutation<T>(self, mutation: T) -> Evolution<C, T, S, R> {
        let Self { initial_size, size, crossover, selection, replacement, population, .. } = self;
        Evolution { initial_size, size, crossover, mutation, selection, replacement, population }
    }

    /// The same evolution with another selection of parents.
    pub fn with_selection<T>(self, selection: T) -> Evolution<C, M, T, R> {
        let Self { initial_size, size, crossover, mutation, replacement, population, .. } = self;
        Evolution { initial_size, size, crossover, mutation, selection, replacement, population }
    }

    /// The same evolution with another replacement.
    pub fn with_replacement<T>(self, replacement: T) -> Evolution<C, M, S, T> {
        let Self { initial_size, size, crossover, mutation, selection, population, .. } = self;
        Evolution { initial_size, size, crossover, mutation, selection, replacement, population }
    }
}

impl<C: Crossover, M: Mutation, S: Selection, R: Replacement> Evolution<C, M, S, R> {
    fn newborn(&self, random: &mut Random, dimensions: usize) -> Offspring {
        let mut genome = Genome::new(random.coordinates(dimensions));
        self.mutation.equip(&mut genome);
        Offspring { genome, parents: Vec::new() }
    }

    fn children(&self, setting: &Setting, generation: u64) -> Vec<Offspring> {
        let parents =
            self.selection.select(&self.population, self.size, &mut setting.random(Role::Selection, generation, 0));
        let mut children = Vec::with_capacity(parents.len());
        for (number, pair) in parents.chunks(2).enumerate() {
            let [left, right] = [pair[0], pair[pair.len() - 1]].map(|index| &self.population[index]);
            if pair.len() == 1 {
                children.push(Offspring { genome: left.genome.clone(), parents: vec![left.id] });
                continue;
            }
            let mut random = setting.random(Role::Crossover, generation, number as u64);
            let mut ids = vec![left.id, right.id];
            ids.dedup();
            for genome in self.crossover.cross(&left.genome, &right.genome, &mut random) {
                children.push(Offspring { genome, parents: ids.clone() });
            }
        }
        for (number, child) in children.iter_mut().enumerate() {
            self.mutation.mutate(&mut child.genome, &mut setting.random(Role::Mutation, generation, number as u64));
        }
        children
    }
}

impl<C: Crossover, M: Mutation, S: Selection, R: Replacement> Algorithm for Evolution<C, M, S, R> {
    fn check(&self, _: &Setting) -> Result<(), SearchError> {
        check_size("size", self.size, 2)?;
        check_size("initial_size", self.initial_size.unwrap_or(self.size), 2)?;
        self.crossover.check()?;
        self.mutation.check()?;
        self.selection.check()?;
        self.replacement.check()
    }

    fn breed(&mut self, setting: &Setting, generation: u64) -> Vec<Offspring> {
        let mut offspring = Vec::new();
        let mut newborns = self.initial_size.filter(|_| generation == 0).unwrap_or(self.size);
        if !self.population.is_empty() {
            offspring = self.children(setting, generation);
            newborns = self.size.saturating_sub(self.population.len());
        }
        for number in 0..newborns {
            let mut random = setting.random(Role::Newborn, generation, number as u64);
            offspring.push(self.newborn(&mut random, setting.dimensions));
        }
        offspring
    }

    fn learn(&mut self, _: &Setting, _: u64, evaluated: Vec<Individual>) {
        let valid = evaluated.into_iter().filter(|individual| individual.fitness.is_some()).collect();
        self.population = self.replacement.survivors(std::mem::take(&mut self.population), valid, self.size);
    }
}
