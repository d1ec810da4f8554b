//! Studies whose points an algorithm chooses.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use neuropil_kernel::Brief;
use neuropil_lang::nearest;
use neuropil_optimize::{Goal, Limits, Objective, Optimiser, Record, Search, SearchError};

use super::plan::StudyPlan;
use super::runs::ScoreFunction;
use super::score::Score;
use crate::error::Error;
use crate::experiment::{ObjectiveGoal, ScoreKind, SearchSection};

/// What an algorithm is told of the scores of a point.
#[derive(Clone, Debug)]
pub(super) struct SearchPlan {
    section: SearchSection,
    objectives: Vec<Wanted>,
}

/// What is wanted of a score.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// Position of the score.
    score: usize,
    pub(super) name: String,
    pub(super) goal: ObjectiveGoal,
    weight: f64,
}

impl SearchPlan {
    pub(super) fn of(
        section: &SearchSection,
        scores: &[Score],
        functions: &[Arc<dyn ScoreFunction>],
    ) -> Result<Self, Error> {
        let built_in = scores.iter().map(|score| (score.name.as_str(), natural_goal(score.kind)));
        let own = functions.iter().flat_map(|function| function.names()).map(|name| (name.as_str(), None));
        let known: Vec<(&str, Option<ObjectiveGoal>)> = built_in.chain(own).collect();
        if section.generations == Some(0) {
            return Err(Error::specification("study.search.generations", "0", "at least 1"));
        }
        let mut objectives: Vec<Wanted> = Vec::new();
        let wanted = |index: usize, goal: Option<ObjectiveGoal>, weight: f64| {
            let (name, natural) = known[index];
            let goal = goal.or(natural).ok_or_else(|| {
                let found = format!("no goal for `{name}`");
                Error::specification(
                    "study.search.objectives",
                    found,
                    "whether it should be large, small or near a number",
                )
                .advise("`maximise`, `minimise` or a target can be given for each score")
            })?;
            Ok::<_, Error>(Wanted { score: index, name: name.into(), goal, weight })
        };
        if section.objectives.is_empty() {
            for index in 0..known.len() {
                objectives.push(wanted(index, None, 1.0)?);
            }
        }
        for objective in &section.objectives {
            let names = known.iter().map(|(name, _)| *name);
            let Some(index) = names.clone().position(|name| name == objective.score) else {
                let expected = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let found = format!("`{}`", objective.score);
                let error = Error::specification("study.search.objectives", found, expected);
                return Err(match nearest(&objective.score, names) {
                    Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
                    None => error.advise("objectives are scores of the study"),
                });
            };
            let wrong = |found: String, expected| {
                let found = format!("{found} for `{}`", objective.score);
                Err(Error::specification("study.search.objectives", found, expected))
            };
            if let Some(ObjectiveGoal::Target(target)) = objective.goal
                && !target.is_finite()
            {
                return wrong(format!("the target {target}"), "a finite number");
            }
            if !(objective.weight.is_finite() && objective.weight > 0.0) {
                return wrong(format!("the weight {}", objective.weight), "a positive number");
            }
            if objectives.iter().any(|known| known.score == index) {
                return wrong("two objectives".into(), "one for each score");
            }
            objectives.push(wanted(index, objective.goal, objective.weight)?);
        }
        Ok(Self { section: section.clone(), objectives })
    }

    pub(super) fn objectives(&self) -> &[Wanted] {
        &self.objectives
    }

    /// What the algorithm is told of a point with these scores.
    pub(super) fn told(&self, scores: &[f64]) -> Vec<f64> {
        let of = |wanted: &Wanted| match wanted.goal {
            ObjectiveGoal::Target(target) => (scores[wanted.score] - target).abs(),
            _ => scores[wanted.score],
        };
        self.objectives.iter().map(of).collect()
    }
}

impl StudyPlan {
    /// The search before its first generation. It depends on the study alone, so what was found is told to it again when
    /// a study goes on.
    pub(super) fn begin_search(&self) -> Result<Box<dyn Optimiser + Send + Sync>, Error> {
        let Some(plan) = &self.search else {
            return Err(Error::specification("study.search", "nothing", "an algorithm"));
        };
        let objective = |wanted: &Wanted| {
            let goal = if wanted.goal == ObjectiveGoal::Maximise { Goal::Maximise } else { Goal::Minimise };
            Objective { name: wanted.name.clone(), goal, weight: wanted.weight }
        };
        let objectives = plan.objectives.iter().map(objective).collect();
        let limits = Limits { generations: plan.section.generations, evaluations: None };
        let algorithm = plan.section.algorithm.0.clone();
        let search = Search::new(self.points.space().clone(), objectives, algorithm, self.seed, limits);
        Ok(Box::new(search.map_err(in_search)?))
    }

    /// Number of points of the first generation.
    pub(super) fn first_generation(&self) -> Result<u64, Error> {
        let generation = self.begin_search()?.ask(usize::MAX).map_err(in_search)?;
        Ok((generation.len() as u64).max(1))
    }
}

/// What a search has found so far.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchProgress {
    /// Generations that are whole.
    pub generations: u64,
    /// For each objective its name, its best value of all points, and its mean in the last generation. Of a target, the
    /// distance from it.
    pub objectives: Vec<(String, f64, f64)>,
}

impl SearchProgress {
    /// Nothing before the first generation is whole.
    pub(super) fn of(search: &dyn Optimiser) -> Option<Self> {
        let generations = search.generation();
        let last = generations.checked_sub(1)?;
        let history = search.history();
        let of_objective = |(index, objective): (usize, &Objective)| {
            let of = |record: &Record| record.scores.as_ref().map(|scores| scores[index]);
            let pick = if objective.goal == Goal::Maximise { f64::max } else { f64::min };
            let best = history.records().iter().filter_map(of).reduce(pick).unwrap_or(f64::NAN);
            let recent = history.records().iter().rev().skip_while(|record| record.generation > last);
            let recent: Vec<f64> = recent.take_while(|record| record.generation == last).filter_map(of).collect();
            (objective.name.clone(), best, recent.iter().sum::<f64>() / recent.len() as f64)
        };
        let objectives = history.objectives().iter().enumerate().map(of_objective).collect();
        Some(Self { generations, objectives })
    }
}

impl Display for SearchProgress {
    /// `generation 12: fc best 0.52, mean 0.41`.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "generation {}", self.generations)?;
        for (index, (name, best, mean)) in self.objectives.iter().enumerate() {
            let separator = if index == 0 { ':' } else { ';' };
            write!(formatter, "{separator} {name} best {}, mean {}", rounded(*best), rounded(*mean))?;
        }
        Ok(())
    }
}

/// A score to four digits.
fn rounded(score: f64) -> Brief {
    Brief(format!("{score:.3e}").parse().unwrap_or(score))
}

/// A search that cannot be.
pub(super) fn in_search(error: SearchError) -> Error {
    let hint = error.hint();
    let (found, expected) = match error {
        SearchError::Setting { argument, expected, found } => (format!("{found} for `{argument}`"), expected),
        SearchError::Saved { expected, found } => (found, expected),
        SearchError::Offspring { dimensions, found } => {
            (format!("the coordinates {found:?}"), format!("{dimensions} between 0 and 1 for each point"))
        }
    };
    Error::specification("study.search.algorithm", found, expected).advise_as(hint)
}

/// Whether large or small is good, where that follows from what a score is.
fn natural_goal(kind: ScoreKind) -> Option<ObjectiveGoal> {
    match kind {
        ScoreKind::FcCorrelation => Some(ObjectiveGoal::Maximise),
        kind if kind.is_distance() => Some(ObjectiveGoal::Minimise),
        _ => None,
    }
}
