//! What is wanted of the scores.

use neuropil_kernel::Brief;
use serde::{Deserialize, Serialize};

use crate::error::SearchError;
use crate::individual::Fitness;

/// Whether small or large scores are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Small scores are good, as of distances and errors.
    Minimise,
    /// Large scores are good, as of correlations.
    Maximise,
}

/// One score of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Name of the score.
    pub name: String,
    /// Whether small or large is good.
    pub goal: Goal,
    /// Weight in the sum that algorithms of one objective look at. Positive; 1 unless given. Algorithms of several
    /// objectives ([`Nsga2`](crate::Nsga2)) do not look at it.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

impl Objective {
    /// An objective whose small scores are good, of weight 1.
    pub fn minimise(name: &str) -> Self {
        Self { name: name.to_owned(), goal: Goal::Minimise, weight: 1.0 }
    }

    /// An objective whose large scores are good, of weight 1.
    pub fn maximise(name: &str) -> Self {
        Self { name: name.to_owned(), goal: Goal::Maximise, weight: 1.0 }
    }

    /// The same objective, with this weight.
    #[must_use]
    pub fn weighted(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    /// The score with its sign turned where large is good: small costs are good.
    pub(crate) fn cost(&self, score: f64) -> f64 {
        match self.goal {
            Goal::Minimise => score,
            Goal::Maximise => -score,
        }
    }
}

pub(crate) fn check(objectives: &[Objective]) -> Result<(), SearchError> {
    if objectives.is_empty() {
        return Err(SearchError::setting("objectives", "none", "at least one objective"));
    }
    for (index, objective) in objectives.iter().enumerate() {
        if objectives[..index].iter().any(|earlier| earlier.name == objective.name) {
            return Err(SearchError::setting("objectives", format!("`{}` twice", objective.name), "every name once"));
        }
        if !(objective.weight.is_finite() && objective.weight > 0.0) {
            return Err(SearchError::setting("weight", Brief(objective.weight), "a positive number"));
        }
    }
    Ok(())
}

/// What scores are worth; nothing if one of them, or their weighted sum, is not finite.
pub(crate) fn fitness(objectives: &[Objective], scores: &[f64]) -> Option<Fitness> {
    let costs: Vec<f64> = objectives.iter().zip(scores).map(|(objective, &score)| objective.cost(score)).collect();
    let total: f64 = objectives.iter().zip(&costs).map(|(objective, cost)| objective.weight * cost).sum();
    // Each by itself, too: infinite costs of both signs, or with a finite sum, are none.
    (costs.iter().all(|cost| cost.is_finite()) && total.is_finite()).then_some(Fitness { costs, total })
}
