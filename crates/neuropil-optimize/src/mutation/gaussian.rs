//! Gaussian mutation.

use serde::{Deserialize, Serialize};

use super::Mutation;
use crate::error::{SearchError, check_within};
use crate::individual::Genome;
use crate::random::Random;

/// Adds a normal number to some coordinates and cuts off at the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GaussianMutation {
    /// Probability of each coordinate to be changed; 0.1 unless given.
    pub probability: f64,
    /// Standard deviation as a fraction of the axis, in its scale; 0.1 unless given.
    pub standard_deviation: f64,
}

impl Default for GaussianMutation {
    fn default() -> Self {
        Self { probability: 0.1, standard_deviation: 0.1 }
    }
}

impl Mutation for GaussianMutation {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        for coordinate in &mut genome.coordinates {
            if random.chance(self.probability) {
                *coordinate += self.standard_deviation * random.normal();
            }
            *coordinate = coordinate.clamp(0.0, 1.0);
        }
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("probability", self.probability, 0.0, 1.0)?;
        check_within("standard_deviation", self.standard_deviation, 0.0, 1e6)
    }
}
