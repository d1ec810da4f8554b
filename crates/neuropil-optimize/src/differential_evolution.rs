//! Differential evolution.

use serde::{Deserialize, Serialize};

use crate::algorithm::{Algorithm, Setting};
use crate::elementary::fold;
use crate::error::{SearchError, check_size, check_within};
use crate::individual::{Genome, Individual, Offspring};
use crate::random::{Random, Role};

/// What the difference of two individuals is added to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DifferentialStrategy {
    /// A random individual: `rand/1/bin`. More thorough.
    #[default]
    #[serde(rename = "rand/1/bin")]
    Rand1Bin,
    /// The best individual: `best/1/bin`. Faster, more easily caught in a local minimum.
    #[serde(rename = "best/1/bin")]
    Best1Bin,
}

/// Differential evolution of Storn & Price 1997, doi:10.1023/A:1008202821328, on the weighted sum of scores.
///
/// For each individual x of the population one trial is made from three others a, b, c (a is the best with
/// `best/1/bin`):
///
/// ```text
/// v = a + weight (b - c),    reflected at the bounds
/// trial_k = v_k with probability `crossover`, and for one k at random;    x_k otherwise
/// ```
///
/// The trial takes the place of x if it is as good or better. Generation 0 is random. For an individual whose evaluation
/// failed the trial is a random point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferentialEvolution {
    /// Number of individuals, at least 4. About ten times the number of axes is common.
    pub size: usize,
    /// What the difference is added to; a random individual unless given.
    #[serde(default)]
    pub strategy: DifferentialStrategy,
    /// Weight of the difference: 0 to 2; 0.5 unless given.
    #[serde(default = "default_weight")]
    pub weight: f64,
    /// Probability of each coordinate to come from the difference; 0.9 unless given.
    #[serde(default = "default_crossover")]
    pub crossover: f64,
    #[serde(skip)]
    population: Vec<Individual>,
}

fn default_weight() -> f64 {
    0.5
}

fn default_crossover() -> f64 {
    0.9
}

impl DifferentialEvolution {
    /// Differential evolution with default settings.
    pub fn new(size: usize) -> Self {
        let (weight, crossover) = (default_weight(), default_crossover());
        Self { size, strategy: DifferentialStrategy::default(), weight, crossover, population: Vec::new() }
    }

    /// The population. Individuals may be there whose evaluation failed.
    pub fn population(&self) -> &[Individual] {
        &self.population
    }

    /// Index of the best individual.
    fn best(&self) -> usize {
        let total = |index: &usize| self.population[*index].total();
        (0..self.population.len()).min_by(|left, right| total(left).total_cmp(&total(right))).unwrap_or(0)
    }

    fn trial(&self, target: usize, best: usize, random: &mut Random) -> Offspring {
        // Different individuals, none of them the target.
        let mut others = [0; 3];
        for place in 0..3 {
            loop {
                others[place] = random.index(self.size);
                if others[place] != target && !others[..place].contains(&others[place]) {
                    break;
                }
            }
        }
        if self.strategy == DifferentialStrategy::Best1Bin {
            others[0] = best;
        }
        let [base, plus, minus] = others.map(|index| &self.population[index].genome.coordinates);
        let parent = &self.population[target];
        let mut coordinates = parent.genome.coordinates.clone();
        let always = random.index(coordinates.len());
        for (axis, coordinate) in coordinates.iter_mut().enumerate() {
            if random.chance(self.crossover) || axis == always {
                *coordinate = fold(base[axis] + self.weight * (plus[axis] - minus[axis]));
            }
        }
        let mut parents = vec![parent.id];
        for id in others.map(|index| self.population[index].id) {
            if !parents.contains(&id) {
                parents.push(id);
            }
        }
        Offspring { genome: Genome::new(coordinates), parents }
    }
}

impl Algorithm for DifferentialEvolution {
    fn check(&self, _: &Setting) -> Result<(), SearchError> {
        check_size("size", self.size, 4)?;
        check_within("weight", self.weight, 0.0, 2.0)?;
        check_within("crossover", self.crossover, 0.0, 1.0)
    }

    fn breed(&mut self, setting: &Setting, generation: u64) -> Vec<Offspring> {
        let best = self.best();
        let make = |number: usize| {
            if self.population.get(number).is_some_and(|target| target.fitness.is_some()) {
                return self.trial(number, best, &mut setting.random(Role::Crossover, generation, number as u64));
            }
            let mut random = setting.random(Role::Newborn, generation, number as u64);
            Offspring { genome: Genome::new(random.coordinates(setting.dimensions)), parents: Vec::new() }
        };
        (0..self.size).map(make).collect()
    }

    fn learn(&mut self, _: &Setting, _: u64, evaluated: Vec<Individual>) {
        if self.population.is_empty() {
            self.population = evaluated;
            return;
        }
        for (target, trial) in self.population.iter_mut().zip(evaluated) {
            if trial.total() <= target.total() {
                *target = trial;
            }
        }
    }
}
