//! Runs and scores of a study that Python makes.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, OnceLock};

use neuropil::analysis::SquareMatrix;
use neuropil::data::Matrix;
use neuropil::{
    Error, Measured, MeasuredConnectivity, ParameterKind, ParameterValues, RecordingPlan, ScoreFunction, ScoredRun,
    StudyParameter, StudyRun, StudyRuns, StudySection, Values,
};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::connectome::Connectome;
use crate::error;
use crate::optimize::values::{Value, to_python};
use crate::simulation::Simulation;

/// Runs that an object of Python makes; see `neuropil/study.py` for what it has.
pub(crate) struct PythonRuns {
    runs: Py<PyAny>,
    /// Known once there was a run, which a function of the user may make.
    asked: OnceLock<Vec<String>>,
    connectivity: Vec<MeasuredConnectivity>,
    bold: Vec<Matrix>,
    fingerprint: String,
}

/// Unit, meaning, kind, number of nodes, and the present value.
type Parameter = (String, String, String, usize, Option<Value>);

/// A simulation, steps of transient and recording, recordings, and the connectome.
type Run<'py> = (PyRef<'py, Simulation>, [u64; 2], Vec<RecordingArgument>, Option<PyRef<'py, Connectome>>);

#[derive(FromPyObject)]
struct RecordingArgument {
    name: String,
    population: String,
    nodes: usize,
    regions: bool,
    unit: String,
    meaning: String,
    is_bold: bool,
    skipped: usize,
    first: f64,
    every: f64,
    samples: usize,
}

impl PythonRuns {
    pub(crate) fn new(py: Python<'_>, runs: Py<PyAny>, dataset: Option<&neuropil::Dataset>) -> PyResult<Self> {
        let fingerprint = runs.getattr(py, "fingerprint")?.extract(py)?;
        let subjects = dataset.map(neuropil::Dataset::subjects).unwrap_or_default();
        let of_subject = |subject: &neuropil::data::Subject| {
            let measured = subject.fc()?;
            let connectivity = SquareMatrix::new(measured.rows(), measured.into_values()).ok()?;
            Some(MeasuredConnectivity { subject: subject.id().into(), connectivity })
        };
        let connectivity = subjects.iter().filter_map(of_subject).collect();
        let bold = subjects.iter().filter_map(|subject| subject.bold().cloned()).collect();
        Ok(Self { runs, asked: OnceLock::new(), connectivity, bold, fingerprint })
    }
}

impl Debug for PythonRuns {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PythonRuns").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl StudyRuns for PythonRuns {
    fn parameter(&self, name: &str) -> Result<StudyParameter, Error> {
        let found = Python::attach(|py| self.runs.call_method1(py, "parameter", (name,))?.extract::<Parameter>(py));
        let (unit, meaning, kind, nodes, present) = found.map_err(error::callback)?;
        let kind = match kind.as_str() {
            "seed" => ParameterKind::Seed,
            "speed" => ParameterKind::Speed,
            "field" => ParameterKind::Field,
            _ => ParameterKind::Number,
        };
        Ok(StudyParameter { unit, meaning, kind, nodes, present: present.map(Into::into) })
    }

    fn run(&self, first: u64, points: usize, values: &[(String, ParameterValues)]) -> Result<StudyRun, Error> {
        let run = Python::attach(|py| -> PyResult<StudyRun> {
            let given = PyList::empty(py);
            for (name, value) in values {
                match value {
                    ParameterValues::Shared(level) => given.append((name, Value::from(level.clone())))?,
                    ParameterValues::Numbers(numbers) => given.append((name, array(py, numbers)?))?,
                }
            }
            let run = self.runs.call_method1(py, "run", (first, points, given))?;
            let (simulation, steps, recordings, connectome) = run.extract::<Run<'_>>(py)?;
            let asked: Vec<String> = self.runs.getattr(py, "asked")?.extract(py)?;
            self.asked.get_or_init(|| asked);
            let recordings = recordings.into_iter().map(RecordingPlan::from).collect();
            let connectome = connectome.map(|connectome| Arc::new(connectome.0.clone()));
            Ok(StudyRun { simulation: simulation.0.clone(), recordings, steps, connectome })
        });
        run.map_err(error::callback)
    }

    fn asked(&self) -> &[String] {
        self.asked.get().map_or(&[], Vec::as_slice)
    }

    fn measured(&self) -> Measured<'_> {
        Measured { connectivity: &self.connectivity, bold: &self.bold }
    }

    fn specification(&self, section: &StudySection) -> serde_json::Value {
        let text = Python::attach(|py| self.runs.getattr(py, "specification")?.extract::<String>(py));
        let mut specification = text.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        if let serde_json::Value::Object(fields) = &mut specification {
            fields.insert("study".into(), serde_json::to_value(section).unwrap_or_default());
        }
        specification
    }

    fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }
}

impl From<RecordingArgument> for RecordingPlan {
    fn from(argument: RecordingArgument) -> Self {
        let RecordingArgument {
            name,
            population,
            nodes,
            regions,
            unit,
            meaning,
            is_bold,
            skipped,
            first,
            every,
            samples,
        } = argument;
        Self { name, population, nodes, regions, unit, meaning, is_bold, skipped, first, every, samples }
    }
}

/// Values of trials as Python takes them: (trials, 1) or (trials, nodes).
fn array<'py>(py: Python<'py>, values: &Values) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let (rows, flat) = match values {
        Values::Uniform(value) => (1, vec![*value]),
        Values::Nodes(values) => (1, values.clone()),
        Values::Trials(values) => (values.len(), values.clone()),
        Values::TrialsNodes(values) => (values.len(), values.concat()),
    };
    let columns = flat.len() / rows.max(1);
    PyArray1::from_vec(py, flat).reshape([rows, columns])
}

/// Scores that a function of Python gives.
pub(crate) struct PythonScores {
    names: Vec<String>,
    function: Py<PyAny>,
}

impl PythonScores {
    pub(crate) fn new(names: Vec<String>, function: Py<PyAny>) -> Self {
        Self { names, function }
    }
}

impl Debug for PythonScores {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("PythonScores").field(&self.names).finish()
    }
}

impl ScoreFunction for PythonScores {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn recordings(&self) -> Option<&[String]> {
        None
    }

    fn scores(&self, run: &ScoredRun<'_>) -> Result<Vec<f64>, Error> {
        let scores = Python::attach(|py| -> PyResult<Vec<f64>> {
            let recordings = PyList::empty(py);
            for (plan, values) in run.recordings.iter().zip(run.series) {
                let samples = values.len() / plan.nodes.max(1);
                let values = PyArray1::from_vec(py, values.clone()).reshape([plan.nodes, samples])?;
                recordings.append((&plan.name, plan.first, plan.every, values))?;
            }
            let values = to_python(run.values.to_vec());
            self.function.call1(py, (run.point, values, recordings))?.extract(py)
        });
        let scores = scores.map_err(error::callback)?;
        if scores.len() == self.names.len() {
            return Ok(scores);
        }
        let expected = format!("{}, one for each of {}", self.names.len(), self.names.join(", "));
        let message = format!("`scores`: found {} numbers, expected {expected}", scores.len());
        Err(error::callback(error::input(message, None)))
    }
}
