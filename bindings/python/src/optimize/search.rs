//! Ask/tell searches.

use std::collections::HashMap;
use std::fmt::{self, Debug};

use neuropil::optimize::{
    Candidate as CoreCandidate, Limits, Optimiser, Record as CoreRecord, Search as Core, SearchError, Stop,
};
use pyo3::prelude::*;

use super::algorithm::{AnyAlgorithm, to_algorithm};
use super::design::no_volume;
use super::operators::Raised;
use super::values::{Point, Space, to_python};
use crate::error;

/// Id, generation, point.
type Candidate = (u64, u64, Point);

/// Id, generation, ids of parents, point, scores.
type Record = (u64, u64, Vec<u64>, Point, Option<Vec<f64>>);

/// A search and the exception that one of its user's functions raised.
#[pyclass(module = "neuropil._neuropil.optimize")]
pub(crate) struct Search {
    core: Core<AnyAlgorithm>,
    has_functions: bool,
    raised: Raised,
}

impl Debug for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Search").field("core", &self.core).finish_non_exhaustive()
    }
}

impl Search {
    /// Calls the search. If a function of the user raises, the search is as it was before.
    fn guarded<T>(&mut self, calls_functions: bool, call: impl FnOnce(&mut Core<AnyAlgorithm>) -> T) -> PyResult<T> {
        let before = (calls_functions && self.has_functions).then(|| self.core.clone());
        let found = call(&mut self.core);
        let Some(error) = self.raised.take() else { return Ok(found) };
        if let Some(before) = before {
            self.core = before;
        }
        Err(error)
    }
}

#[pymethods]
impl Search {
    /// A search that begins. `functions` take the place of operators that the algorithm's settings do not name.
    #[new]
    fn new(
        space: &Space,
        objectives: &str,
        algorithm: &str,
        functions: HashMap<String, Py<PyAny>>,
        seed: u64,
    ) -> PyResult<Self> {
        let raised = Raised::default();
        let has_functions = !functions.is_empty();
        let algorithm = to_algorithm(super::read("algorithm", algorithm)?, functions, &raised)?;
        let objectives = super::read("objectives", objectives)?;
        let core = Core::new(space.0.clone(), objectives, algorithm, seed, Limits::default()).map_err(refused)?;
        Ok(Self { core, has_functions, raised })
    }

    /// Other limits, looked at between generations.
    #[pyo3(signature = (generations, evaluations))]
    fn set_limits(&mut self, generations: Option<u64>, evaluations: Option<u64>) {
        self.core.set_limits(Limits { generations, evaluations });
    }

    /// Up to `count` candidates of this generation; all that are left if `None`.
    #[pyo3(signature = (count))]
    fn ask(&mut self, count: Option<usize>) -> PyResult<Vec<Candidate>> {
        let breeds = self.core.remaining() == 0;
        let candidates = self.guarded(breeds, |core| core.ask(count.unwrap_or(usize::MAX)))?;
        Ok(candidates.map_err(refused)?.into_iter().map(candidate).collect())
    }

    /// Scores of a candidate, in the order of the objectives; `None` if the evaluation failed.
    #[pyo3(signature = (id, scores))]
    fn tell(&mut self, id: u64, scores: Option<Vec<f64>>) -> PyResult<()> {
        let ends = self.core.remaining() == 1;
        let told = self.guarded(ends, |core| match scores {
            Some(scores) => core.tell(id, &scores),
            None => core.fail(id),
        })?;
        told.map_err(|error| {
            let hint = error.hint();
            error::input(error, hint)
        })
    }

    /// Candidates that wait for their scores.
    fn pending(&self) -> Vec<Candidate> {
        self.core.pending().into_iter().map(candidate).collect()
    }

    /// Number of generations that were told in full.
    #[getter]
    fn generation(&self) -> u64 {
        self.core.generation()
    }

    /// Number of candidates that were told.
    #[getter]
    fn evaluations(&self) -> usize {
        self.core.history().records().len()
    }

    /// Why the search has ended.
    #[getter]
    fn finished(&self) -> Option<String> {
        self.core.finished().map(|stop| match stop {
            Stop::Generations => "the limit of generations was reached".to_owned(),
            Stop::Evaluations => "the limit of evaluations was reached".to_owned(),
            Stop::Algorithm(reason) => reason.clone(),
        })
    }

    /// What was told, by id.
    fn records(&self) -> Vec<Record> {
        self.core.history().records().iter().map(record).collect()
    }

    /// The records of a generation, by id.
    fn of_generation(&self, generation: u64) -> Vec<Record> {
        let records = self.core.history().records();
        let [first, last] =
            [generation, generation + 1].map(|bound| records.partition_point(|one| one.generation < bound));
        records[first..last].iter().map(record).collect()
    }

    /// The best by weighted sum.
    fn best(&self) -> Option<Record> {
        self.core.history().best().map(record)
    }

    /// Those that no other dominates, by id.
    fn pareto_front(&self) -> Vec<Record> {
        self.core.history().pareto_front().into_iter().map(record).collect()
    }

    /// Hypervolume up to a list of scores.
    fn hypervolume(&self, reference: Vec<f64>) -> PyResult<f64> {
        self.core.history().hypervolume(&reference).map_err(no_volume)
    }
}

fn candidate(found: CoreCandidate) -> Candidate {
    (found.id, found.generation, to_python(found.point))
}

fn record(found: &CoreRecord) -> Record {
    let CoreRecord { id, generation, parents, point, scores } = found.clone();
    (id, generation, parents, to_python(point), scores)
}

fn refused(error: SearchError) -> PyErr {
    let hint = error.hint();
    error::input(error, hint)
}
