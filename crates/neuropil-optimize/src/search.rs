//! Searches: ask for candidates, tell their scores.

use serde::{Deserialize, Serialize};

use crate::algorithm::{Algorithm, Setting};
use crate::error::{SearchError, TellError};
use crate::history::{History, Record};
use crate::individual::{Fitness, Genome, Individual};
use crate::objective::{self, Objective};
use crate::space::ParameterSpace;
use crate::value::Point;

/// A point to evaluate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Its number, by which its scores are told.
    pub id: u64,
    /// Generation that it belongs to; the first is 0.
    pub generation: u64,
    /// Values of the parameters.
    pub point: Point,
}

/// When to stop, looked at between generations. Without limits a search goes on until its algorithm ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Number of generations, the first one included.
    #[serde(default)]
    pub generations: Option<u64>,
    /// Number of evaluations. A generation that was begun is finished, so there may be some more.
    #[serde(default)]
    pub evaluations: Option<u64>,
}

/// Why a search has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The limit of generations was reached.
    Generations,
    /// The limit of evaluations was reached.
    Evaluations,
    /// The algorithm can do no more, for this reason.
    Algorithm(String),
}

/// What every search can do, whatever its algorithm.
///
/// Candidates come in generations. One generation must be told before the next one is bred, in any order.
pub trait Optimiser {
    /// The space that is searched.
    fn space(&self) -> &ParameterSpace;

    /// Up to `count` candidates of this generation that were not asked for yet. Fewer, or none, when the generation has
    /// no more and waits for scores, or when the search has ended.
    ///
    /// # Errors
    /// When an algorithm of the user's own leaves the space.
    fn ask(&mut self, count: usize) -> Result<Vec<Candidate>, SearchError>;

    /// The scores of a candidate: one for each objective. If one of them is not finite, the evaluation has failed.
    ///
    /// # Errors
    /// When the candidate does not wait for scores, or there is not one for each objective. Nothing has changed then.
    fn tell(&mut self, id: u64, scores: &[f64]) -> Result<(), TellError>;

    /// Tells that the evaluation of a candidate failed.
    ///
    /// # Errors
    /// When the candidate does not wait for scores.
    fn fail(&mut self, id: u64) -> Result<(), TellError> {
        self.tell(id, &vec![f64::NAN; self.history().objectives().len()])
    }

    /// Candidates that were asked for and not told, by id: what to evaluate again when a worker was lost.
    fn pending(&self) -> Vec<Candidate>;

    /// Number of generations that were told in full.
    fn generation(&self) -> u64;

    /// Everything that was told.
    fn history(&self) -> &History;

    /// Why the search has ended; nothing while it has not.
    fn finished(&self) -> Option<&Stop>;
}

/// A search of a space with an algorithm, and the whole of its state.
///
/// With serde it can be saved at any moment and goes on with the same bits. The same seed, settings and scores give the
/// same search, whatever the order in which a generation is told and the number of candidates asked for at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Search<A> {
    pub(crate) space: ParameterSpace,
    pub(crate) seed: u64,
    pub(crate) limits: Limits,
    pub(crate) algorithm: A,
    generation: u64,
    next_id: u64,
    brood: Vec<Member>,
    /// How many of the brood were asked for, from its first on.
    asked: usize,
    /// How many of the brood were told.
    told: usize,
    stop: Option<Stop>,
    pub(crate) history: History,
}

/// A candidate of the present generation.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    id: u64,
    genome: Genome,
    parents: Vec<u64>,
    status: Status,
}

#[derive(Clone, Debug, PartialEq)]
enum Status {
    Waiting,
    Told(Option<Fitness>),
}

impl<A: Algorithm> Search<A> {
    /// A search that begins. A seed gives one search; another seed gives another, independent one.
    ///
    /// # Errors
    /// When there is no objective, a weight is not positive, or a setting of the algorithm is out of range.
    pub fn new(
        space: ParameterSpace,
        objectives: Vec<Objective>,
        algorithm: A,
        seed: u64,
        limits: Limits,
    ) -> Result<Self, SearchError> {
        objective::check(&objectives)?;
        let history = History::new(objectives);
        let (generation, next_id, brood, asked, told, stop) = (0, 0, Vec::new(), 0, 0, None);
        let mut search =
            Self { space, seed, limits, algorithm, generation, next_id, brood, asked, told, stop, history };
        search.algorithm.check(&search.setting())?;
        search.stop_if_reached();
        Ok(search)
    }

    /// The algorithm with its state.
    pub fn algorithm(&self) -> &A {
        &self.algorithm
    }

    /// Sets other limits. A search that had reached its limit goes on if the new one allows it.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.stop = None;
        self.stop_if_reached();
    }

    /// How many candidates of the present generation were not told yet, asked for or not. When there is one left, its
    /// scores end the generation; when there is none, the next one is bred when it is asked for.
    pub fn remaining(&self) -> usize {
        self.brood.len() - self.told
    }

    /// How many candidates were asked for so far.
    pub(crate) fn asked(&self) -> u64 {
        self.next_id - (self.brood.len() - self.asked) as u64
    }

    fn setting(&self) -> Setting {
        Setting { dimensions: self.space.dimensions(), objectives: self.history.objectives().len(), seed: self.seed }
    }

    fn stop_if_reached(&mut self) {
        let reached = |limit: Option<u64>, count| limit.is_some_and(|limit| count >= limit);
        if !self.brood.is_empty() {
            return;
        }
        if reached(self.limits.generations, self.generation) {
            self.stop = Some(Stop::Generations);
        } else if reached(self.limits.evaluations, self.next_id) {
            self.stop = Some(Stop::Evaluations);
        } else if let Some(reason) = self.algorithm.finished() {
            self.stop = Some(Stop::Algorithm(reason.to_owned()));
        }
    }

    fn breed(&mut self) -> Result<(), SearchError> {
        let setting = self.setting();
        let mut brood = Vec::new();
        for (id, offspring) in (self.next_id..).zip(self.algorithm.breed(&setting, self.generation)) {
            check_coordinates(&offspring.genome, setting.dimensions)?;
            let (genome, parents) = (offspring.genome, offspring.parents);
            brood.push(Member { id, genome, parents, status: Status::Waiting });
        }
        self.next_id += brood.len() as u64;
        (self.brood, self.asked, self.told) = (brood, 0, 0);
        if self.brood.is_empty() {
            self.stop = Some(Stop::Algorithm("it has no more candidates".into()));
        }
        Ok(())
    }

    fn candidate(&self, member: &Member) -> Candidate {
        let point = self.space.point_unchecked(&member.genome.coordinates);
        Candidate { id: member.id, generation: self.generation, point }
    }

    fn learn(&mut self) {
        let mut evaluated = Vec::new();
        for member in std::mem::take(&mut self.brood) {
            let Status::Told(fitness) = member.status else { unreachable!("all of the generation were told") };
            evaluated.push(Individual { id: member.id, genome: member.genome, fitness });
        }
        (self.asked, self.told) = (0, 0);
        let setting = self.setting();
        self.algorithm.learn(&setting, self.generation, evaluated);
        self.generation += 1;
        self.stop_if_reached();
    }
}

impl<A: Algorithm> Optimiser for Search<A> {
    fn space(&self) -> &ParameterSpace {
        &self.space
    }

    fn ask(&mut self, count: usize) -> Result<Vec<Candidate>, SearchError> {
        if self.brood.is_empty() && self.stop.is_none() && count > 0 {
            self.breed()?;
        }
        let first = self.asked;
        self.asked = first.saturating_add(count).min(self.brood.len());
        Ok(self.brood[first..self.asked].iter().map(|member| self.candidate(member)).collect())
    }

    fn tell(&mut self, id: u64, scores: &[f64]) -> Result<(), TellError> {
        let first = self.next_id - self.brood.len() as u64;
        if id < first {
            return Err(TellError::Told { id });
        }
        let index = (id - first) as usize;
        match self.brood[..self.asked].get(index).map(|member| &member.status) {
            None => return Err(TellError::Unknown { id }),
            Some(Status::Told(_)) => return Err(TellError::Told { id }),
            Some(Status::Waiting) => {}
        }
        let (expected, found) = (self.history.objectives().len(), scores.len());
        if found != expected {
            return Err(TellError::Scores { expected, found });
        }
        let fitness = objective::fitness(self.history.objectives(), scores);
        let Candidate { generation, point, .. } = self.candidate(&self.brood[index]);
        let parents = self.brood[index].parents.clone();
        let scores = fitness.is_some().then(|| scores.to_vec());
        self.history.insert(Record { id, generation, parents, point, scores });
        self.brood[index].status = Status::Told(fitness);
        self.told += 1;
        if self.told == self.brood.len() {
            self.learn();
        }
        Ok(())
    }

    fn pending(&self) -> Vec<Candidate> {
        let waiting = self.brood[..self.asked].iter().filter(|member| member.status == Status::Waiting);
        waiting.map(|member| self.candidate(member)).collect()
    }

    fn generation(&self) -> u64 {
        self.generation
    }

    fn history(&self) -> &History {
        &self.history
    }

    fn finished(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }
}

fn check_coordinates(genome: &Genome, dimensions: usize) -> Result<(), SearchError> {
    let found = &genome.coordinates;
    if found.len() == dimensions && found.iter().all(|coordinate| (0.0..=1.0).contains(coordinate)) {
        Ok(())
    } else {
        Err(SearchError::Offspring { dimensions, found: found.clone() })
    }
}
