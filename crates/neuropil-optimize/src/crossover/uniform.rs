//! Uniform crossover.

use serde::{Deserialize, Serialize};

use super::{Crossover, each_pair};
use crate::error::{SearchError, check_within};
use crate::individual::Genome;
use crate::random::Random;

/// Swaps each number of the parents or not. Syswerda 1989, "Uniform crossover in genetic algorithms", Proceedings of
/// the 3rd International Conference on Genetic Algorithms 2-9 (has no DOI).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UniformCrossover {
    /// Probability that two parents are mixed at all; 1 unless given.
    pub probability: f64,
    /// Probability of each number to be swapped; 0.5 unless given.
    pub bias: f64,
}

impl Default for UniformCrossover {
    fn default() -> Self {
        Self { probability: 1.0, bias: 0.5 }
    }
}

impl Crossover for UniformCrossover {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        let (mut left, mut right) = (left.clone(), right.clone());
        if random.chance(self.probability) {
            each_pair(&mut left, &mut right, |x, y| {
                if random.chance(self.bias) {
                    std::mem::swap(x, y);
                }
            });
        }
        [left, right]
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("probability", self.probability, 0.0, 1.0)?;
        check_within("bias", self.bias, 0.0, 1.0)
    }
}
