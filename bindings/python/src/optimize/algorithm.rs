//! Algorithms, with functions of users among their operators.

use std::collections::HashMap;

use neuropil::optimize::{
    Algorithm, CmaEs, DifferentialEvolution, Evolution, Individual, Offspring, SearchError, Setting, StandardCrossover,
    StandardMutation, StandardReplacement, StandardSelection,
};
use pyo3::prelude::*;
use serde::Deserialize;

use super::operators::{Any, Function, Raised};

type AnyEvolution =
    Evolution<Any<StandardCrossover>, Any<StandardMutation>, Any<StandardSelection>, Any<StandardReplacement>>;

/// Settings of an evolution. An operator that is a function of the user is not among them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EvolutionSettings {
    size: usize,
    initial_size: Option<usize>,
    crossover: Option<StandardCrossover>,
    mutation: Option<StandardMutation>,
    selection: Option<StandardSelection>,
    replacement: Option<StandardReplacement>,
}

/// An algorithm as data.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Settings {
    Evolution(EvolutionSettings),
    CmaEs(CmaEs),
    DifferentialEvolution(DifferentialEvolution),
}

/// An algorithm that a search works with.
#[derive(Clone, Debug)]
pub(super) enum AnyAlgorithm {
    Evolution(AnyEvolution),
    CmaEs(CmaEs),
    DifferentialEvolution(DifferentialEvolution),
}

/// The operator of the settings, or a function.
fn any<S>(standard: Option<S>, function: impl FnOnce() -> PyResult<Function>) -> PyResult<Any<S>> {
    standard.map_or_else(|| function().map(Any::Function), |standard| Ok(Any::Standard(standard)))
}

impl AnyAlgorithm {
    /// The algorithm of settings and of functions, by the operator whose place they take.
    pub(super) fn new(
        settings: Settings,
        mut functions: HashMap<String, Py<PyAny>>,
        raised: &Raised,
    ) -> PyResult<Self> {
        let mut function = |operator: &'static str| {
            let found = functions.remove(operator);
            let found = found.ok_or_else(|| crate::error::input(format!("`{operator}`: found none"), None));
            Ok::<_, PyErr>(Function::new(operator, found?, raised.clone()))
        };
        Ok(match settings {
            Settings::CmaEs(algorithm) => Self::CmaEs(algorithm),
            Settings::DifferentialEvolution(algorithm) => Self::DifferentialEvolution(algorithm),
            Settings::Evolution(settings) => {
                let EvolutionSettings { size, initial_size, crossover, mutation, selection, replacement } = settings;
                let mut evolution = Evolution::new(
                    size,
                    any(crossover, || function("crossover"))?,
                    any(mutation, || function("mutation"))?,
                    any(selection, || function("selection"))?,
                    any(replacement, || function("replacement"))?,
                );
                evolution.initial_size = initial_size;
                Self::Evolution(evolution)
            }
        })
    }

    fn algorithm(&self) -> &dyn Algorithm {
        match self {
            Self::Evolution(algorithm) => algorithm,
            Self::CmaEs(algorithm) => algorithm,
            Self::DifferentialEvolution(algorithm) => algorithm,
        }
    }

    fn algorithm_mut(&mut self) -> &mut dyn Algorithm {
        match self {
            Self::Evolution(algorithm) => algorithm,
            Self::CmaEs(algorithm) => algorithm,
            Self::DifferentialEvolution(algorithm) => algorithm,
        }
    }
}

impl Algorithm for AnyAlgorithm {
    fn check(&self, setting: &Setting) -> Result<(), SearchError> {
        self.algorithm().check(setting)
    }

    fn breed(&mut self, setting: &Setting, generation: u64) -> Vec<Offspring> {
        self.algorithm_mut().breed(setting, generation)
    }

    fn learn(&mut self, setting: &Setting, generation: u64, evaluated: Vec<Individual>) {
        self.algorithm_mut().learn(setting, generation, evaluated);
    }

    fn finished(&self) -> Option<&str> {
        self.algorithm().finished()
    }
}
