//! Polynomial mutation.

use serde::{Deserialize, Serialize};

use super::Mutation;
use crate::elementary::power;
use crate::error::{SearchError, check_within};
use crate::individual::Genome;
use crate::random::Random;

/// Moves some coordinates x by a step that is likely small and never leaves the bounds:
///
/// ```text
/// x' = x + (2u + (1 - 2u)(1 - x)^(eta + 1))^(1/(eta + 1)) - 1       for u < 1/2
/// x' = x + 1 - (2(1 - u) + (2u - 1) x^(eta + 1))^(1/(eta + 1))      otherwise,       u uniform in [0, 1)
/// ```
///
/// Deb & Goyal 1996, "A combined genetic adaptive search (`GeneAS`) for engineering design", Computer Science and
/// Informatics 26:30-45 (has no DOI), with the bounds of NSGA-II (Deb et al. 2002, doi:10.1109/4235.996017).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolynomialMutation {
    /// Distribution index: the larger, the smaller are steps. 0 or more; 20 unless given.
    pub eta: f64,
    /// Probability of each coordinate to be changed; 1 / number of axes unless given.
    pub probability: Option<f64>,
}

impl Default for PolynomialMutation {
    fn default() -> Self {
        Self { eta: 20.0, probability: None }
    }
}

impl Mutation for PolynomialMutation {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        let order = self.eta + 1.0;
        let probability = self.probability.unwrap_or(1.0 / genome.coordinates.len() as f64);
        for coordinate in &mut genome.coordinates {
            let mut x = coordinate.clamp(0.0, 1.0);
            if random.chance(probability) {
                let u = random.uniform();
                x += if u < 0.5 {
                    power(2.0 * u + (1.0 - 2.0 * u) * power(1.0 - x, order), 1.0 / order) - 1.0
                } else {
                    1.0 - power(2.0 * (1.0 - u) + (2.0 * u - 1.0) * power(x, order), 1.0 / order)
                };
            }
            *coordinate = x.clamp(0.0, 1.0);
        }
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("eta", self.eta, 0.0, 1e6)?;
        check_within("probability", self.probability.unwrap_or(0.0), 0.0, 1.0)
    }
}
