//! Studies.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use neuropil::{PointResult, Slice, StudyJob};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::dataset::Dataset;
use crate::error::{self, IntoPython};
use crate::optimize::values::{Point, from_python, to_python};
use crate::study_runs::{PythonRuns, PythonScores};

/// Number of the first point, and the values of each.
type Job = (u64, Vec<Point>);

/// Scores (points, scores), reasons, and what is kept of each point: samples of each recording and connectivity.
type Results<'py> = (Bound<'py, PyArray2<f64>>, Vec<String>, Vec<Bound<'py, PyArray2<f64>>>, Bound<'py, PyArray2<f64>>);
type GivenResults<'py> =
    (PyReadonlyArray2<'py, f64>, Vec<String>, Vec<PyReadonlyArray2<'py, f64>>, PyReadonlyArray2<'py, f64>);

/// A study that is checked and can be explored.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct StudyPlan(Arc<neuropil::StudyPlan>);

#[pymethods]
impl StudyPlan {
    /// The study of what `runs` makes, with a section `[study]` as JSON and functions that score, each with its names.
    #[new]
    #[pyo3(signature = (section, runs, functions, seed, dataset = None, title = None))]
    fn new(
        section: &str,
        runs: Py<PyAny>,
        functions: Vec<(Vec<String>, Py<PyAny>)>,
        seed: u64,
        dataset: Option<PyRef<'_, Dataset>>,
        title: Option<String>,
        py: Python<'_>,
    ) -> PyResult<Self> {
        let section = neuropil::StudySection::from_json(section).map_err(IntoPython::into_python)?;
        let runs = Box::new(PythonRuns::new(py, runs, dataset.as_ref().map(|dataset| &dataset.0))?);
        let scores =
            |(names, function)| Arc::new(PythonScores::new(names, function)) as Arc<dyn neuropil::ScoreFunction>;
        let functions = functions.into_iter().map(scores).collect();
        let plan = py.detach(|| neuropil::StudyPlan::new(section, runs, functions, seed));
        Ok(Self(Arc::new(plan.map_err(IntoPython::into_python)?.with_title(title))))
    }

    /// The study of a file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let plan = py.detach(|| neuropil::Study::read(path).and_then(|study| study.build()));
        Ok(Self(Arc::new(plan.map_err(IntoPython::into_python)?)))
    }

    /// The study of a text in TOML.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        let plan = py.detach(|| neuropil::Study::from_toml(text).and_then(|study| study.build()));
        Ok(Self(Arc::new(plan.map_err(IntoPython::into_python)?)))
    }

    /// Number of points; of a search, at most.
    #[getter]
    fn points(&self) -> u64 {
        self.0.points().len()
    }

    /// Points that are written together in a new folder.
    #[getter]
    fn batch(&self) -> u64 {
        self.0.batch()
    }

    /// Bytes of a point in its folder before they are compressed.
    #[getter]
    fn bytes_of_point(&self) -> u64 {
        self.0.bytes_of_point()
    }

    /// Name, unit and meaning of each axis.
    #[getter]
    fn axes(&self) -> Vec<(String, String, String)> {
        let axes = self.0.points().axes().iter();
        axes.map(|axis| (axis.name.clone(), axis.unit.clone(), axis.meaning.clone())).collect()
    }

    #[getter]
    fn scores(&self) -> Vec<&str> {
        self.0.score_names()
    }

    /// The values of a point of a design.
    fn values(&self, point: u64) -> Point {
        to_python(self.0.points().values(point))
    }

    /// Runs the points of a slice `(number, of)` that are not in the folder, with the interpreter's lock released.
    /// `progress(done, points, batch, run, found)` is called some ten times a second. Whether all points of the study are there,
    /// and how many other processes work on.
    #[pyo3(signature = (folder, slice = None, threads = None, progress = None))]
    fn explore(
        &self,
        py: Python<'_>,
        folder: PathBuf,
        slice: Option<(u64, u64)>,
        threads: Option<usize>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<(bool, u64)> {
        let progress = progress.map(Bound::unbind);
        let slice = to_slice(slice)?;
        let mut interrupt = None;
        let outcome = py.detach(|| {
            self.0.explore_on(threads, folder, slice, &mut |state| {
                let asked = Python::attach(|py| {
                    py.check_signals()?;
                    match &progress {
                        Some(progress) if !state.is_beginning => {
                            let found = state.search.as_ref().map(ToString::to_string).unwrap_or_default();
                            progress.call1(py, (state.done, state.points, state.batch, state.run, found)).map(|_| ())
                        }
                        _ => Ok(()),
                    }
                });
                match asked {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        interrupt = Some(error);
                        ControlFlow::Break(())
                    }
                }
            })
        });
        if let Some(error) = interrupt {
            return Err(error);
        }
        let outcome = outcome.map_err(IntoPython::into_python)?;
        Ok((outcome.complete, outcome.elsewhere))
    }

    /// Runs the points of a job.
    #[pyo3(signature = (job, threads = 1))]
    fn evaluate<'py>(&self, py: Python<'py>, job: Job, threads: usize) -> PyResult<Results<'py>> {
        let job = to_job(job);
        let raised = Mutex::new(None);
        let stop = || match Python::attach(|py| py.check_signals().err()) {
            None => ControlFlow::Continue(()),
            Some(error) => {
                *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                ControlFlow::Break(())
            }
        };
        let results = py.detach(|| self.0.evaluate(&job, threads, &stop)).map_err(IntoPython::into_python)?;
        let raised = raised.into_inner().unwrap_or_else(PoisonError::into_inner);
        let results = results.ok_or_else(|| raised.unwrap_or_else(|| PyKeyboardInterrupt::new_err(())))?;
        let table = |rows: Vec<&Vec<f64>>| -> PyResult<Bound<'py, PyArray2<f64>>> {
            let width = rows.first().map_or(0, |row| row.len());
            let values: Vec<f64> = rows.iter().flat_map(|row| row.iter().copied()).collect();
            PyArray1::from_vec(py, values).reshape([rows.len(), width])
        };
        let kept = results.first().map_or(0, |result| result.series.len());
        let series = |index: usize| table(results.iter().map(|result| &result.series[index]).collect());
        Ok((
            table(results.iter().map(|result| &result.scores).collect())?,
            results.iter().map(|result| result.reason.clone()).collect(),
            (0..kept).map(series).collect::<PyResult<_>>()?,
            table(results.iter().map(|result| &result.connectivity).collect())?,
        ))
    }
}

/// A study under way, whose points are evaluated by others.
#[pyclass(module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Exploration {
    plan: Arc<neuropil::StudyPlan>,
    exploration: neuropil::Exploration,
}

#[pymethods]
impl Exploration {
    #[new]
    #[pyo3(signature = (plan, folder, slice = None))]
    fn new(py: Python<'_>, plan: &StudyPlan, folder: PathBuf, slice: Option<(u64, u64)>) -> PyResult<Self> {
        let (plan, slice) = (Arc::clone(&plan.0), to_slice(slice)?);
        let exploration = py.detach(|| neuropil::Exploration::begin(&plan, folder, slice));
        let exploration = exploration.map_err(IntoPython::into_python)?;
        Ok(Self { plan, exploration })
    }

    /// Points of the slice.
    #[getter]
    fn points(&self) -> u64 {
        self.exploration.points()
    }

    /// Points that are written together in this folder.
    #[getter]
    fn batch(&self) -> u64 {
        self.exploration.batch()
    }

    /// Points that were there at the beginning.
    #[getter]
    fn done_before(&self) -> u64 {
        self.exploration.done_before()
    }

    /// What a search has found so far, in words.
    #[getter]
    fn found(&self) -> String {
        self.exploration.search_progress().as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// Whether an algorithm chooses the points.
    #[getter]
    fn is_search(&self) -> bool {
        self.exploration.is_search()
    }

    /// Whether there will be more to evaluate once the results of jobs that are out have come.
    #[getter]
    fn is_waiting(&self) -> bool {
        self.exploration.is_waiting()
    }

    /// The next job of at most `most` points.
    fn next(&mut self, most: u64) -> PyResult<Option<Job>> {
        let job = self.exploration.next(&self.plan, most).map_err(IntoPython::into_python)?;
        Ok(job.map(|job| (job.first, job.points.into_iter().map(to_python).collect())))
    }

    /// Stores the results of a job.
    fn keep(&mut self, py: Python<'_>, job: Job, results: GivenResults<'_>) -> PyResult<()> {
        let (scores, reasons, series, connectivity) = results;
        let row = |array: &PyReadonlyArray2<'_, f64>, index: usize| -> Vec<f64> {
            let array = array.as_array();
            if index < array.nrows() { array.row(index).to_vec() } else { Vec::new() }
        };
        let results = reasons.into_iter().enumerate().map(|(index, reason)| PointResult {
            scores: row(&scores, index),
            reason,
            series: series.iter().map(|array| row(array, index)).collect(),
            connectivity: row(&connectivity, index),
        });
        let results = results.collect();
        let whole = self.exploration.keep(&self.plan, to_job(job), results).map_err(IntoPython::into_python)?;
        py.detach(|| whole.into_iter().try_for_each(neuropil::WholeBatch::write)).map_err(IntoPython::into_python)
    }

    /// Marks the study as complete if all is there; whether it is.
    fn finish(&mut self) -> PyResult<bool> {
        self.exploration.finish(&self.plan).map_err(IntoPython::into_python)
    }
}

/// The results of a study, complete or not.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct StudyResults(neuropil::StudyResults);

#[pymethods]
impl StudyResults {
    #[new]
    fn new(folder: PathBuf) -> PyResult<Self> {
        Ok(Self(neuropil::StudyResults::open(folder).map_err(IntoPython::into_python)?))
    }

    /// The specification, as JSON.
    #[getter]
    fn specification(&self) -> String {
        self.0.specification().to_string()
    }

    #[getter]
    fn scores(&self) -> Vec<String> {
        self.0.scores().to_vec()
    }

    /// How far it is.
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        status(py, &self.0.status().map_err(IntoPython::into_python)?)
    }

    /// The best points by a score, each with its number, values and score; and what cannot be read.
    #[pyo3(signature = (score, number, lowest = None))]
    #[allow(clippy::type_complexity)]
    fn best(
        &self,
        score: &str,
        number: usize,
        lowest: Option<bool>,
    ) -> PyResult<(Vec<String>, Vec<(u64, Point, f64)>, Vec<String>)> {
        let best = self.0.best(score, number, lowest).map_err(IntoPython::into_python)?;
        let point = |point: neuropil::BestPoint| (point.point, to_python(point.values), point.score);
        Ok((best.axes, best.points.into_iter().map(point).collect(), best.damaged))
    }
}

/// Puts together what slices of one study have written to several folders; how many points are there.
#[pyfunction]
pub(crate) fn merge_studies(py: Python<'_>, folders: Vec<PathBuf>, to: PathBuf) -> PyResult<Bound<'_, PyDict>> {
    let merged = py.detach(|| neuropil::merge_studies(&folders, to)).map_err(IntoPython::into_python)?;
    status(py, &merged)
}

fn status<'py>(py: Python<'py>, status: &neuropil::StudyStatus) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("points", status.points)?;
    found.set_item("done", status.done)?;
    found.set_item("without_scores", status.without_scores)?;
    found.set_item("first_reason", &status.first_reason)?;
    found.set_item("damaged", &status.damaged)?;
    Ok(found)
}

fn to_job((first, points): Job) -> StudyJob {
    StudyJob { first, points: points.into_iter().map(from_python).collect() }
}

fn to_slice(slice: Option<(u64, u64)>) -> PyResult<Slice> {
    let Some((number, of)) = slice else { return Ok(Slice::ALL) };
    Slice::new(number, of).ok_or_else(|| {
        error::input(format!("`slice`: found ({number}, {of}), expected a number from 1 to the number of slices"), None)
    })
}
