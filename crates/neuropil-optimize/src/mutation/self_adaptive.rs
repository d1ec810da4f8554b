//! Self-adaptive mutation.

use serde::{Deserialize, Serialize};

use super::Mutation;
use crate::elementary::exp;
use crate::error::{SearchError, check_within};
use crate::individual::Genome;
use crate::random::Random;

/// Step sizes stay between these: a step of 1 is the whole axis.
const SMALLEST_STEP: f64 = 1e-12;
const LARGEST_STEP: f64 = 1.0;

/// Mutation whose step sizes s are inherited and mutated, too: for n axes
///
/// ```text
/// s_i' = s_i exp(N_0 / sqrt(2 n) + N_i / sqrt(2 sqrt n)),    x_i' = x_i + s_i' N_i'
/// ```
///
/// with independent standard normal numbers, `N_0` the same for all axes. Repeated until all coordinates are within the
/// bounds; after `attempts` repetitions they are cut off there. Beyond that, step sizes stay between 1e-12 and 1 of the
/// axis. Beyer & Schwefel 2002, doi:10.1023/A:1015059928466.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelfAdaptiveMutation {
    /// Step size of random individuals as a fraction of the axis; 1/3 unless given.
    pub initial_step: f64,
    /// How often a mutation is repeated that leaves the bounds; 100 unless given.
    pub attempts: u32,
}

impl Default for SelfAdaptiveMutation {
    fn default() -> Self {
        Self { initial_step: 1.0 / 3.0, attempts: 100 }
    }
}

impl SelfAdaptiveMutation {
    fn mutated(&self, genome: &Genome, random: &mut Random) -> Genome {
        let mut genome = genome.clone();
        let axes = genome.coordinates.len() as f64;
        let (common, own) = (1.0 / (2.0 * axes).sqrt(), 1.0 / (2.0 * axes.sqrt()).sqrt());
        genome.steps.resize(genome.coordinates.len(), self.initial_step);
        let shared = common * random.normal();
        for (coordinate, step) in genome.coordinates.iter_mut().zip(&mut genome.steps) {
            *step = (*step * exp(shared + own * random.normal())).clamp(SMALLEST_STEP, LARGEST_STEP);
            *coordinate += *step * random.normal();
        }
        genome
    }
}

impl Mutation for SelfAdaptiveMutation {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        let mut mutated = self.mutated(genome, random);
        for _ in 0..self.attempts {
            if mutated.coordinates.iter().all(|coordinate| (0.0..=1.0).contains(coordinate)) {
                break;
            }
            mutated = self.mutated(genome, random);
        }
        for coordinate in &mut mutated.coordinates {
            *coordinate = coordinate.clamp(0.0, 1.0);
        }
        *genome = mutated;
    }

    fn equip(&self, genome: &mut Genome) {
        genome.steps = vec![self.initial_step; genome.coordinates.len()];
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("initial_step", self.initial_step, SMALLEST_STEP, LARGEST_STEP)
    }
}
