//! A study under way: which points to run next, and what is done with their results.

use std::collections::{BTreeMap, VecDeque};
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::Arc;

use neuropil_optimize::{Candidate, Optimiser, TellError, Value as Level};
use neuropil_store::{BatchStore, BatchValues, Claim};

use super::evaluate::{PointResult, StudyJob};
use super::plan::StudyPlan;
use super::search::{SearchProgress, in_search};
use super::slice::Slice;
use crate::error::Error;

/// Why a point of a search has no scores when the search ended before it.
pub(super) const NOT_EVALUATED: &str = "not evaluated: the search had ended";

/// Hands out the points of a study that are not in its folder yet, and stores their results in whole batches. Jobs may be
/// evaluated anywhere, in any order, also by other processes.
///
/// All methods take the plan with which it was begun.
#[derive(Debug)]
pub struct Exploration {
    store: Arc<BatchStore>,
    source: Source,
    jobs: VecDeque<StudyJob>,
    open: BTreeMap<u64, OpenBatch>,
    /// Points of the slice, and those of them that were there at the beginning.
    points: u64,
    done_before: u64,
    /// Points that other processes work on.
    elsewhere: u64,
}

/// Where points come from.
enum Source {
    Batches { all: Range<u64>, pending: VecDeque<u64> },
    Search(SearchState),
}

struct SearchState {
    search: Box<dyn Optimiser + Send + Sync>,
    /// Generation of each point whose job is out.
    waiting: BTreeMap<u64, u64>,
    has_ended: bool,
}

/// A batch of which some results are there.
#[derive(Debug)]
struct OpenBatch {
    claim: Claim,
    entries: Vec<Option<Entry>>,
    missing: usize,
}

/// A point with its result.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) values: Vec<Level>,
    pub(super) generation: f64,
    pub(super) result: PointResult,
}

/// A batch that is ready to be written.
#[derive(Debug)]
pub struct WholeBatch {
    store: Arc<BatchStore>,
    claim: Claim,
    values: BTreeMap<String, BatchValues>,
}

impl WholeBatch {
    /// Writes it. From then on its points count.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write(self) -> Result<(), Error> {
        Ok(self.store.write(self.claim, self.values)?)
    }
}

impl Exploration {
    /// Opens the folder of a study, or begins it there. A study whose first points the folder holds goes on from them: a
    /// search with more evaluations or generations, or a design with further points after those that were.
    ///
    /// # Errors
    /// If the folder holds something else or another study, or the system refuses.
    pub fn begin(plan: &StudyPlan, folder: impl AsRef<Path>, slice: Slice) -> Result<Self, Error> {
        Self::begin_while(plan, folder, slice, &mut || ControlFlow::Continue(()))
    }

    /// The same as long as `go_on` says so; many points take some seconds.
    ///
    /// # Errors
    /// As [`begin`](Self::begin), and if `go_on` broke: then the folder is as it was.
    pub fn begin_while(
        plan: &StudyPlan,
        folder: impl AsRef<Path>,
        slice: Slice,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        if plan.search.is_some() && slice != Slice::ALL {
            let error = Error::specification("slice", slice, "the whole of a study with a search");
            return Err(
                error.advise("each generation needs the scores of the last one; use more threads, or an executor")
            );
        }
        let store = Arc::new(plan.store(folder.as_ref(), go_on)?);
        let all = slice.range(store.batches());
        let pending: VecDeque<u64> = all.clone().filter(|&batch| !store.is_done(batch)).collect();
        let count = |batches: &mut dyn Iterator<Item = u64>| -> u64 {
            batches.map(|batch| store.entries(batch)).map(|entries| entries.end - entries.start).sum()
        };
        let points = count(&mut all.clone());
        let done_before = points - count(&mut pending.iter().copied());
        let source = match plan.search {
            Some(_) => {
                Source::Search(SearchState { search: plan.begin_search()?, waiting: BTreeMap::new(), has_ended: false })
            }
            None => Source::Batches { all, pending },
        };
        let (jobs, open) = (VecDeque::new(), BTreeMap::new());
        Ok(Self { store, source, jobs, open, points, done_before, elsewhere: 0 })
    }

    /// Points of the slice.
    pub fn points(&self) -> u64 {
        self.points
    }

    /// Points that are written together.
    pub fn batch(&self) -> u64 {
        self.store.batch_length()
    }

    /// Points of the slice that were there at the beginning.
    pub fn done_before(&self) -> u64 {
        self.done_before
    }

    /// Points that other processes worked on when they were looked at.
    pub fn elsewhere(&self) -> u64 {
        self.elsewhere
    }

    /// The next points to evaluate, at most `most`; nothing if there are none, or none until results of others came.
    ///
    /// # Errors
    /// If a chunk of the store is damaged, another process works on the same search, or the system refuses.
    pub fn next(&mut self, plan: &StudyPlan, most: u64) -> Result<Option<StudyJob>, Error> {
        while self.jobs.is_empty() {
            let has_more = match &mut self.source {
                Source::Batches { pending, .. } => match pending.pop_front() {
                    Some(batch) => {
                        self.open_batch(plan, batch, most)?;
                        true
                    }
                    None => false,
                },
                Source::Search(_) => self.open_generation(plan, most)?,
            };
            if !has_more {
                return Ok(None);
            }
        }
        Ok(self.jobs.pop_front())
    }

    /// Whether an algorithm chooses the points.
    pub fn is_search(&self) -> bool {
        matches!(self.source, Source::Search(_))
    }

    /// What a search has found so far; nothing for a design, and before the first generation is whole.
    pub fn search_progress(&self) -> Option<SearchProgress> {
        let Source::Search(state) = &self.source else { return None };
        SearchProgress::of(&*state.search)
    }

    /// Whether there will be more to evaluate once the results of jobs that are out have come.
    pub fn is_waiting(&self) -> bool {
        matches!(&self.source, Source::Search(state) if !state.waiting.is_empty())
    }

    /// Takes the results of a job; gives the batches that are whole by it, to be written.
    ///
    /// # Errors
    /// If the results are not those of the job.
    pub fn keep(
        &mut self,
        plan: &StudyPlan,
        job: StudyJob,
        results: Vec<PointResult>,
    ) -> Result<Vec<WholeBatch>, Error> {
        if results.len() != job.points.len() || results.iter().any(|result| !plan.is_whole(result)) {
            let expected = format!("those of {} points", job.points.len());
            return Err(Error::specification("results", format!("{} others", results.len()), expected));
        }
        let mut whole = Vec::new();
        for ((point, values), result) in (job.first..).zip(job.points).zip(results) {
            let mut generation = f64::NAN;
            if let Source::Search(state) = &mut self.source {
                let Some(bred) = state.waiting.remove(&point) else {
                    return Err(Error::specification(
                        "results",
                        format!("point {point}"),
                        "a point that is waited for",
                    ));
                };
                generation = bred as f64;
                tell(plan, &mut *state.search, point, &result.scores)?;
            }
            let batch = point / self.store.batch_length();
            let Some(open) = self.open.get_mut(&batch) else { continue };
            let index = (point % self.store.batch_length()) as usize;
            let Some(entry) = open.entries.get_mut(index) else { continue };
            if entry.replace(Entry { values, generation, result }).is_none() {
                open.missing -= 1;
            }
            if open.missing == 0
                && let Some(open) = self.open.remove(&batch)
            {
                whole.push(self.whole(plan, open));
            }
        }
        Ok(whole)
    }

    /// Marks the study as complete if all is there; whether it is.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(&mut self, plan: &StudyPlan) -> Result<bool, Error> {
        if !matches!(&self.source, Source::Search(state) if state.has_ended && state.waiting.is_empty()) {
            return Ok(self.store.finish()?);
        }
        for (_, mut open) in std::mem::take(&mut self.open) {
            for entry in open.entries.iter_mut().filter(|entry| entry.is_none()) {
                *entry = Some(Entry {
                    values: plan.points().axes().iter().map(super::axis::StudyAxis::missing).collect(),
                    generation: f64::NAN,
                    result: plan.without_result(NOT_EVALUATED.into()),
                });
            }
            self.whole(plan, open).write()?;
        }
        Ok(self.store.close()?)
    }

    /// Points of the slice that are in the store now.
    pub fn stored(&self) -> u64 {
        let batches = match &self.source {
            Source::Batches { all, .. } => all.clone(),
            Source::Search(_) => 0..self.store.batches(),
        };
        let done = batches.filter(|&batch| self.store.is_done(batch)).map(|batch| self.store.entries(batch));
        done.map(|entries| entries.end - entries.start).sum()
    }

    /// Number of runs of at most `lanes` points that can go on at once, as far as more than `most` does not matter.
    pub(super) fn runs(&self, plan: &StudyPlan, lanes: u64, most: usize) -> u64 {
        let points: Vec<u64> = match &self.source {
            Source::Batches { pending, .. } => {
                let entries = pending.iter().take(most).map(|&batch| self.store.entries(batch));
                entries.map(|entries| entries.end - entries.start).collect()
            }
            Source::Search(_) => vec![plan.generation.unwrap_or(1)],
        };
        points.into_iter().map(|points| points.div_ceil(lanes.max(1))).sum()
    }

    fn whole(&self, plan: &StudyPlan, open: OpenBatch) -> WholeBatch {
        let values = plan.values_of(open.entries.into_iter().flatten().collect());
        WholeBatch { store: Arc::clone(&self.store), claim: open.claim, values }
    }

    /// Makes jobs of a batch, if no other process has it.
    fn open_batch(&mut self, plan: &StudyPlan, batch: u64, most: u64) -> Result<(), Error> {
        let entries = self.store.entries(batch);
        let Some(claim) = self.store.claim(batch)? else {
            if !self.store.is_done(batch) {
                self.elsewhere += entries.end - entries.start;
            }
            return Ok(());
        };
        let points: Vec<Vec<Level>> = entries.clone().map(|point| plan.points().values(point)).collect();
        self.push_jobs(plan, entries.start, &points, most);
        self.open.insert(batch, OpenBatch::new(claim, (entries.end - entries.start) as usize));
        Ok(())
    }

    /// Makes jobs of the next generation; whether there may be more to do. What is stored is told and not run again.
    fn open_generation(&mut self, plan: &StudyPlan, most: u64) -> Result<bool, Error> {
        let Source::Search(state) = &mut self.source else { return Ok(false) };
        if state.has_ended || !state.waiting.is_empty() {
            return Ok(false);
        }
        let candidates = state.search.ask(usize::MAX).map_err(in_search)?;
        // A generation that is cut is the last one.
        state.has_ended = candidates.last().is_none_or(|last| last.id + 1 >= self.store.length());
        let candidates = candidates.into_iter().filter(|candidate| candidate.id < self.store.length());
        let mut pending: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            if self.store.is_done(candidate.id / self.store.batch_length()) {
                let scores = stored_scores(plan, &self.store, candidate.id)?;
                tell(plan, &mut *state.search, candidate.id, &scores)?;
            } else {
                state.waiting.insert(candidate.id, candidate.generation);
                pending.push(candidate);
            }
        }
        for candidate in &pending {
            let batch = candidate.id / self.store.batch_length();
            if self.open.contains_key(&batch) {
                continue;
            }
            let Some(claim) = self.store.claim(batch)? else {
                let error = Error::specification("folder", "a search that another process goes on with", "one process");
                return Err(error.advise("use more threads, or an executor"));
            };
            let entries = self.store.entries(batch);
            self.open.insert(batch, OpenBatch::new(claim, (entries.end - entries.start) as usize));
        }
        for neighbours in pending.chunk_by(|left, right| left.id + 1 == right.id) {
            let of = |candidate: &Candidate| plan.points().of_levels(&candidate.point);
            let points: Vec<Vec<Level>> = neighbours.iter().map(of).collect();
            self.push_jobs(plan, neighbours[0].id, &points, most);
        }
        Ok(true)
    }

    /// Jobs of at most `most` points, which share what a run shares where that makes more than one of them.
    fn push_jobs(&mut self, plan: &StudyPlan, first: u64, points: &[Vec<Level>], most: u64) {
        let mut rest = points;
        while !rest.is_empty() {
            let count = plan.points().sharing(&rest[..rest.len().min(most.max(1) as usize)]);
            let first = first + (points.len() - rest.len()) as u64;
            self.jobs.push_back(StudyJob { first, points: rest[..count].to_vec() });
            rest = &rest[count..];
        }
    }
}

impl OpenBatch {
    fn new(claim: Claim, length: usize) -> Self {
        Self { claim, entries: vec![None; length], missing: length }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Batches { pending, .. } => formatter.debug_tuple("Batches").field(pending).finish(),
            Self::Search(state) => formatter.debug_tuple("Search").field(&state.search.generation()).finish(),
        }
    }
}

fn tell(plan: &StudyPlan, search: &mut dyn Optimiser, point: u64, scores: &[f64]) -> Result<(), Error> {
    let told = plan.search.as_ref().map(|search| search.told(scores)).unwrap_or_default();
    search.tell(point, &told).map_err(|error| match error {
        TellError::Unknown { id } => {
            Error::specification("results", format!("point {id}"), "a point that is waited for")
        }
        TellError::Told { id } => Error::specification("results", format!("point {id} again"), "each point once"),
        TellError::Scores { expected, found } => {
            Error::specification("results", format!("{found} scores of point {point}"), expected)
        }
    })
}

/// All scores of a point that is stored.
fn stored_scores(plan: &StudyPlan, store: &BatchStore, point: u64) -> Result<Vec<f64>, Error> {
    let (batch, index) = (point / store.batch_length(), (point % store.batch_length()) as usize);
    let score = |name| Ok(store.read(name, batch)?[index]);
    plan.score_names().into_iter().map(score).collect()
}
