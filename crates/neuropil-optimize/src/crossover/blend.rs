//! Blend crossover.

use serde::{Deserialize, Serialize};

use super::{Crossover, each_pair};
use crate::error::{SearchError, check_within};
use crate::individual::Genome;
use crate::random::Random;

/// Blends each number x, y of the parents, step sizes too:
///
/// ```text
/// g = (1 + 2 alpha) u - alpha,     u uniform in [0, 1)
/// x' = (1 - g) x + g y,    y' = g x + (1 - g) y
/// ```
///
/// Children lie on the line through their parents' numbers, up to alpha times their distance outside. Step sizes stay
/// positive: their sign is dropped. Eshelman & Schaffer 1993 (BLX-alpha),
/// doi:10.1016/B978-0-08-094832-4.50018-0; there each child has its own u.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlendCrossover {
    /// How far outside children may be, in distances of the parents: 0 or more, 0.5 unless given.
    pub alpha: f64,
}

impl Default for BlendCrossover {
    fn default() -> Self {
        Self { alpha: 0.5 }
    }
}

impl Crossover for BlendCrossover {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        let (mut left, mut right) = (left.clone(), right.clone());
        each_pair(&mut left, &mut right, |x, y| {
            let g = (1.0 + 2.0 * self.alpha) * random.uniform() - self.alpha;
            (*x, *y) = ((1.0 - g) * *x + g * *y, g * *x + (1.0 - g) * *y);
        });
        for step in left.steps.iter_mut().chain(&mut right.steps) {
            *step = step.abs();
        }
        [left, right]
    }

    fn check(&self) -> Result<(), SearchError> {
        check_within("alpha", self.alpha, 0.0, 1e6)
    }
}
