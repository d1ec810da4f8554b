//! Models: what they declare, and their equations.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use neuropil::kernel::{self, Brief, CouplingKind, Initial, StateKind};
use neuropil::{ModelText, TransferNeuron, equations_latex, equations_text, interpret, markdown, read_model};
use pyo3::prelude::*;

use crate::error::{self, IntoPython};

/// A model: its declarations, its equations, and what runs them.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) core: Arc<dyn neuropil::Model>,
    text: ModelText,
    source: String,
}

/// Names of the built-in models.
#[pyfunction]
pub(crate) fn catalogue() -> Vec<&'static str> {
    neuropil::catalogue().iter().map(neuropil::CatalogueEntry::name).collect()
}

/// Parameters of the neuron that the transfer table of `aln` is for, in mV, ms, pF and nS.
#[pyfunction]
pub(crate) fn transfer_neuron() -> BTreeMap<&'static str, f64> {
    TransferNeuron::NAMES.into_iter().zip(TransferNeuron::default().values()).collect()
}

#[pymethods]
impl Model {
    /// The built-in model of this name.
    #[staticmethod]
    fn named(name: &str) -> PyResult<Self> {
        let entry = neuropil::entry(name).map_err(IntoPython::into_python)?;
        let text = entry.compile().map_err(IntoPython::into_python)?;
        Ok(Self { core: entry.model().map_err(IntoPython::into_python)?, text, source: entry.text().to_owned() })
    }

    /// A model from its text in the equation language; errors name `file`.
    #[staticmethod]
    #[pyo3(signature = (text, file = "model"))]
    fn from_text(text: &str, file: &str) -> PyResult<Self> {
        let compiled = neuropil::compile(text, file).map_err(|errors| error::input(errors, None))?;
        Self::interpreted(compiled, file.into(), text.to_owned())
    }

    /// A model from a file in the equation language.
    #[staticmethod]
    fn read(path: PathBuf) -> PyResult<Self> {
        let text = read_model(&path).map_err(IntoPython::into_python)?;
        let source = std::fs::read_to_string(&path)?;
        Self::interpreted(text, path, source)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.core.info().name
    }

    #[getter]
    fn title(&self) -> &str {
        &self.core.info().title
    }

    #[getter]
    fn description(&self) -> &str {
        &self.core.info().description
    }

    #[getter]
    fn sources(&self) -> Vec<Source> {
        let source = |source: &kernel::Source| Source { citation: source.citation.clone(), doi: source.doi.clone() };
        self.core.info().sources.iter().map(source).collect()
    }

    #[getter]
    fn parameters(&self) -> Vec<Parameter> {
        self.core.info().parameters.iter().map(parameter).collect()
    }

    /// Global factors of the model's own coupling, set by name like parameters.
    #[getter]
    fn strengths(&self) -> Vec<Parameter> {
        let mut strengths: Vec<&kernel::Parameter> = Vec::new();
        for strength in self.core.info().couplings.iter().filter_map(|coupling| coupling.strength.as_ref()) {
            if strengths.iter().all(|known| known.name != strength.name) {
                strengths.push(strength);
            }
        }
        strengths.into_iter().map(parameter).collect()
    }

    #[getter]
    fn states(&self) -> Vec<State> {
        let info = self.core.info();
        let state = |state: &kernel::State| State {
            name: state.name.clone(),
            unit: state.unit.text.clone(),
            initial: match state.initial {
                Initial::Value(value) => value.to_string(),
                Initial::Uniform(lower, upper) => format!("uniform({lower}, {upper})"),
                Initial::Normal(mean, deviation) => format!("normal({mean}, {deviation})"),
                Initial::Parameter(index) => info.parameters[index].name.clone(),
            },
            initial_range: match state.initial {
                Initial::Uniform(lower, upper) => Some((lower, upper)),
                _ => None,
            },
            is_updated: state.kind == StateKind::Updated,
            meaning: state.meaning.clone(),
        };
        info.states.iter().map(state).collect()
    }

    #[getter]
    fn inputs(&self) -> Vec<Input> {
        let input = |input: &kernel::Input| Input {
            name: input.name.clone(),
            unit: input.unit.text.clone(),
            default: input.default,
            meaning: input.meaning.clone(),
        };
        self.core.info().inputs.iter().map(input).collect()
    }

    /// Outputs: those that the model file lists, the default one first, then the other states.
    #[getter]
    fn outputs(&self) -> Vec<Output> {
        let info = self.core.info();
        let output = |(index, output): (usize, &kernel::Output)| Output {
            name: output.name.clone(),
            unit: output.unit.text.clone(),
            is_listed: index < info.listed_outputs,
            meaning: output.meaning.clone(),
        };
        info.outputs.iter().enumerate().map(output).collect()
    }

    /// The projections of a network of this model.
    #[getter]
    fn couplings(&self) -> Vec<Coupling> {
        let info = self.core.info();
        let coupling = |coupling: &kernel::Coupling| Coupling {
            output: info.outputs[coupling.output].name.clone(),
            input: info.inputs[coupling.input].name.clone(),
            kind: match coupling.kind {
                CouplingKind::Additive => "additive",
                CouplingKind::Diffusive => "diffusive",
            },
            power: coupling.power,
            per_node: coupling.per_node,
            strength: coupling.strength.as_ref().map(|strength| strength.name.clone()),
        };
        info.couplings.iter().map(coupling).collect()
    }

    /// The model file.
    #[getter]
    fn text(&self) -> &str {
        &self.source
    }

    /// What looks wrong in the text of a model that works.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.text.warnings.iter().map(ToString::to_string).collect()
    }

    /// Equations as they are written in the model file, one a line.
    #[getter]
    fn equations(&self) -> Vec<String> {
        equations_text(&self.text.tree)
    }

    /// Equations in LaTeX, for mathematics mode.
    #[getter]
    fn equations_latex(&self) -> Vec<String> {
        equations_latex(&self.text.tree)
    }

    /// A page about the model.
    fn markdown(&self) -> String {
        markdown(&self.text)
    }
}

impl Model {
    fn interpreted(text: ModelText, path: PathBuf, source: String) -> PyResult<Self> {
        let core = interpret(&text, path).map_err(IntoPython::into_python)?;
        Ok(Self { core, text, source })
    }
}

fn parameter(parameter: &kernel::Parameter) -> Parameter {
    Parameter {
        name: parameter.name.clone(),
        default: parameter.default,
        unit: parameter.unit.text.clone(),
        range: parameter.range.to_string(),
        meaning: parameter.meaning.clone(),
    }
}

/// A publication.
#[pyclass(frozen, get_all, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Source {
    citation: String,
    doi: Option<String>,
}

#[pymethods]
impl Source {
    fn __repr__(&self) -> String {
        let doi = self.doi.as_ref().map(|doi| format!(" https://doi.org/{doi}")).unwrap_or_default();
        format!("<Source {}{doi}>", self.citation)
    }
}

/// A number that stays constant during a run.
#[pyclass(frozen, get_all, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Parameter {
    name: String,
    default: f64,
    unit: String,
    range: String,
    meaning: String,
}

#[pymethods]
impl Parameter {
    fn __repr__(&self) -> String {
        let Self { name, default, unit, range, meaning } = self;
        format!("<Parameter {name} = {} in {range}{}>", with_unit(Brief(*default), unit), about(meaning))
    }
}

/// A quantity that changes from step to step.
#[pyclass(frozen, get_all, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct State {
    name: String,
    unit: String,
    /// A number, `uniform(...)`, `normal(...)`, or the name of a parameter.
    initial: String,
    /// Bounds of initial values that are drawn uniformly.
    initial_range: Option<(f64, f64)>,
    is_updated: bool,
    meaning: String,
}

#[pymethods]
impl State {
    fn __repr__(&self) -> String {
        format!("<State {} = {}{}>", self.name, with_unit(&self.initial, &self.unit), about(&self.meaning))
    }
}

/// A quantity that reaches a node from outside.
#[pyclass(frozen, get_all, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Input {
    name: String,
    unit: String,
    default: f64,
    meaning: String,
}

#[pymethods]
impl Input {
    fn __repr__(&self) -> String {
        let Self { name, unit, default, meaning } = self;
        format!("<Input {name} = {}{}>", with_unit(Brief(*default), unit), about(meaning))
    }
}

/// A quantity that can be recorded and coupled.
#[pyclass(frozen, get_all, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Output {
    name: String,
    unit: String,
    is_listed: bool,
    meaning: String,
}

#[pymethods]
impl Output {
    fn __repr__(&self) -> String {
        let unit = if self.unit == "1" { String::new() } else { format!(" ({})", self.unit) };
        format!("<Output {}{unit}{}>", self.name, about(&self.meaning))
    }
}

/// A projection that a network of a model has unless told otherwise.
#[pyclass(frozen, get_all, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Coupling {
    output: String,
    input: String,
    kind: &'static str,
    power: i32,
    per_node: bool,
    strength: Option<String>,
}

#[pymethods]
impl Coupling {
    fn __repr__(&self) -> String {
        let Self { output, input, kind, .. } = self;
        let strength = self.strength.as_ref().map(|name| format!(", strength {name}")).unwrap_or_default();
        format!("<Coupling {output} -> {input}, {kind}{strength}>")
    }
}

/// A value with its unit, if it has one.
fn with_unit(value: impl Display, unit: &str) -> String {
    if unit == "1" { value.to_string() } else { format!("{value} {unit}") }
}

/// A meaning, after what it is of.
fn about(meaning: &str) -> String {
    if meaning.is_empty() { String::new() } else { format!(": {meaning}") }
}
