//! Simulated binary crossover.

use serde::{Deserialize, Serialize};

use super::Crossover;
use crate::elementary::power;
use crate::error::{SearchError, check_within};
use crate::individual::Genome;
use crate::random::Random;

/// Parents closer than this are left as they are.
const SAME: f64 = 1e-14;

/// Spreads children around their parents as one-point crossover of binary numbers does, within the bounds. Coordinates
/// x < y that are mixed (each with probability 0.5) become
///
/// ```text
/// x' = (x + y - b (y - x)) / 2,    y' = (x + y + b' (y - x)) / 2
/// b  = (u a)^(1/(eta + 1))              if u <= 1/a
///      (1 / (2 - u a))^(1/(eta + 1))    otherwise,      u uniform in [0, 1), the same for both
/// a  = 2 - r^-(eta + 1),    r = 1 + 2 x / (y - x) for b,   1 + 2 (1 - y) / (y - x) for b'
/// ```
///
/// and are swapped with probability 0.5. Deb & Agrawal 1995, "Simulated binary crossover for continuous search space",
/// Complex Systems 9:115-148 (has no DOI), with the bounds of NSGA-II (Deb et al. 2002, doi:10.1109/4235.996017).
/// Step sizes are not mixed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedBinaryCrossover {
    /// Distribution index: the larger, the closer are children to parents. 0 or more; 20 unless given.
    pub eta: f64,
    /// Probability that two parents are mixed at all; 0.9 unless given.
    pub probability: f64,
}

impl Default for SimulatedBinaryCrossover {
    fn default() -> Self {
        Self { eta: 20.0, probability: 0.9 }
    }
}

impl SimulatedBinaryCrossover {
    /// The factor b for a bound that is `room` away from the nearer of two parents.
    fn spread(&self, u: f64, room: f64, distance: f64) -> f64 {
        let order = self.eta + 1.0;
        let a = 2.0 - power(1.0 / (1.0 + 2.0 * room / distance), order);
        if u * a <= 1.0 { power(u * a, 1.0 / order) } else { power(1.0 / (2.0 - u * a), 1.0 / order) }
    }
}

impl Crossover for SimulatedBinaryCrossover {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        let (mut left, mut right) = (left.clone(), right.clone());
        if random.chance(self.probability) {
            for (left, right) in left.coordinates.iter_mut().zip(&mut right.coordinates) {
                let distance = (*left - *right).abs();
                if !random.chance(0.5) || distance < SAME {
                    continue;
                }
                let (x, y) = (left.min(*right), left.max(*right));
                let u = random.uniform();
                *left = (0.5 * (x + y - self.spread(u, x, distance) * distance)).clamp(0.0, 1.0);
                *right = (0.5 * (x + y + self.spread(u, 1.0 - y, distance) * distance)).clamp(0.0, 1.0);
                if random.chance(0.5) {
                    std::mem::swap(left, right);
                }
            }
        }
        [left, right]
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("eta", self.eta, 0.0, 1e6)?;
        check_within("probability", self.probability, 0.0, 1.0)
    }
}
