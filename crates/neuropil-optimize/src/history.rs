//! What a search has seen.

use serde::{Deserialize, Serialize};

use crate::hypervolume::{HypervolumeError, hypervolume};
use crate::objective::{self, Objective};
use crate::pareto::dominates;
use crate::value::Point;

/// One individual that was evaluated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its number; numbers count up through the search.
    pub id: u64,
    /// Generation in which it was born; the first is 0.
    pub generation: u64,
    /// Ids of the individuals that it comes from; none for random ones.
    pub parents: Vec<u64>,
    /// Values of the parameters.
    pub point: Point,
    /// One score for each objective, as told; nothing if the evaluation failed.
    pub scores: Option<Vec<f64>>,
}

/// Every individual of a search that was evaluated, by id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    objectives: Vec<Objective>,
    records: Vec<Record>,
}

impl History {
    pub(crate) fn new(objectives: Vec<Objective>) -> Self {
        Self { objectives, records: Vec::new() }
    }

    pub(crate) fn insert(&mut self, record: Record) {
        let place = self.records.partition_point(|earlier| earlier.id < record.id);
        self.records.insert(place, record);
    }

    /// The objectives, in the order of scores.
    pub fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    /// All records, by id.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The record of this id.
    pub fn record(&self, id: u64) -> Option<&Record> {
        self.records.binary_search_by_key(&id, |record| record.id).ok().map(|place| &self.records[place])
    }

    /// The individual with the best weighted sum of scores, the eldest of several; nothing if all evaluations failed.
    pub fn best(&self) -> Option<&Record> {
        let total = |record: &Record| {
            let scores = record.scores.as_ref()?;
            Some(objective::fitness(&self.objectives, scores)?.total)
        };
        let totals = self.records.iter().filter_map(|record| Some((total(record)?, record)));
        totals.min_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, record)| record)
    }

    /// The individuals that no other dominates, by id.
    pub fn pareto_front(&self) -> Vec<&Record> {
        let mut front: Vec<(Vec<f64>, &Record)> = Vec::new();
        for record in &self.records {
            let Some(costs) = self.costs(record) else { continue };
            if !front.iter().any(|(member, _)| dominates(member, &costs)) {
                front.retain(|(member, _)| !dominates(&costs, member));
                front.push((costs, record));
            }
        }
        front.into_iter().map(|(_, record)| record).collect()
    }

    /// [Hypervolume](hypervolume) that the scores dominate, up to a reference that is worse than all that counts. The
    /// reference is a list of scores, one for each objective.
    ///
    /// # Errors
    /// When there are not two or three objectives, or the reference does not have one finite number for each.
    pub fn hypervolume(&self, reference: &[f64]) -> Result<f64, HypervolumeError> {
        let (expected, found) = (self.objectives.len(), reference.len());
        if found != expected {
            return Err(HypervolumeError::Length { expected, found });
        }
        let points: Vec<_> = self.pareto_front().into_iter().filter_map(|record| self.costs(record)).collect();
        let reference: Vec<f64> =
            self.objectives.iter().zip(reference).map(|(objective, &score)| objective.cost(score)).collect();
        hypervolume(&points, &reference)
    }

    /// Edges from parent to child, by child, as ids.
    pub fn genealogy(&self) -> impl Iterator<Item = (u64, u64)> {
        self.records.iter().flat_map(|record| record.parents.iter().map(|&parent| (parent, record.id)))
    }

    fn costs(&self, record: &Record) -> Option<Vec<f64>> {
        let scores = record.scores.as_ref()?;
        Some(self.objectives.iter().zip(scores).map(|(objective, &score)| objective.cost(score)).collect())
    }
}
