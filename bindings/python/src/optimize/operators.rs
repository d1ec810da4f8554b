//! Operators of evolution: those of the crate, and functions of users.

use std::collections::HashSet;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neuropil::optimize::{
    Crossover, Genome, Individual as CoreIndividual, Mutation, Random, Replacement, SearchError, Selection,
    StandardCrossover, StandardMutation, StandardReplacement, StandardSelection,
};
use numpy::{AllowTypeChange, PyArray1, PyArrayLikeDyn};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error;

/// The exception that a function of the user raised. Operators cannot fail; the search looks here afterwards.
#[derive(Clone, Default)]
pub(super) struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    fn slot(&self) -> MutexGuard<'_, Option<PyErr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The exception, which is then gone.
    pub(super) fn take(&self) -> Option<PyErr> {
        self.slot().take()
    }
}

/// A function of the user in the place of an operator.
#[derive(Clone)]
pub(super) struct Function {
    operator: &'static str,
    callable: Arc<Py<PyAny>>,
    raised: Raised,
}

impl Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Function").field("operator", &self.operator).finish_non_exhaustive()
    }
}

impl Function {
    pub(super) fn new(operator: &'static str, function: Py<PyAny>, raised: Raised) -> Self {
        Self { operator, callable: Arc::new(function), raised }
    }

    /// What `call` makes of the function; `otherwise` if it, or one before it, raised an exception.
    fn or<T>(&self, otherwise: T, call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> T {
        if self.raised.slot().is_some() {
            return otherwise;
        }
        match Python::attach(|py| call(self.callable.bind(py))) {
            Ok(found) => found,
            Err(error) => {
                *self.raised.slot() = Some(error);
                otherwise
            }
        }
    }

    fn refusal(&self, found: &Bound<'_, PyAny>, expected: &str) -> String {
        let found = found.repr().map_or_else(|_| found.get_type().to_string(), |text| text.to_string());
        format!("`{}`: found {found}, expected {expected}", self.operator)
    }

    /// The function gave a thing of another kind.
    fn wrong_kind(&self, found: &Bound<'_, PyAny>, expected: &str) -> PyErr {
        PyTypeError::new_err(self.refusal(found, expected))
    }

    /// The function gave the right kind, and values that cannot be.
    fn wrong_value(&self, found: &Bound<'_, PyAny>, expected: &str) -> PyErr {
        error::input(self.refusal(found, expected), None)
    }

    /// As many numbers as there are axes.
    fn coordinates(&self, found: &Bound<'_, PyAny>, dimensions: usize) -> PyResult<Vec<f64>> {
        let expected = format!("{dimensions} finite coordinates, one for each axis");
        let array: PyArrayLikeDyn<'_, f64, AllowTypeChange> =
            found.extract().map_err(|_| self.wrong_kind(found, &expected))?;
        let coordinates: Vec<f64> = array.as_array().iter().copied().collect();
        let fits = array.as_array().ndim() == 1 && coordinates.len() == dimensions;
        if fits && coordinates.iter().all(|coordinate| coordinate.is_finite()) {
            return Ok(coordinates);
        }
        Err(self.wrong_value(found, &expected))
    }
}

/// A generator of `numpy.random`, which begins where the random numbers of the search are.
fn generator<'py>(py: Python<'py>, random: &mut Random) -> PyResult<Bound<'py, PyAny>> {
    let mut word = || (random.uniform() * (1_u64 << 53) as f64) as u64;
    py.import("numpy.random")?.call_method1("default_rng", ((word(), word()),))
}

/// An individual that was evaluated, as operators of the user see it.
#[pyclass(frozen, module = "neuropil._neuropil.optimize")]
#[derive(Clone, Debug)]
pub(crate) struct Individual(CoreIndividual);

#[pymethods]
impl Individual {
    /// Its number.
    #[getter]
    fn id(&self) -> u64 {
        self.0.id
    }

    /// Coordinates in the unit cube, (axes,).
    #[getter]
    fn coordinates<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.0.genome.coordinates)
    }

    /// One cost for each objective, (objectives,): the score, or minus the score where large ones are good.
    #[getter]
    fn costs<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.costs())
    }

    /// The weighted sum of costs.
    #[getter]
    fn total(&self) -> f64 {
        self.0.total()
    }

    fn __repr__(&self) -> String {
        format!("<Individual {} of total cost {}>", self.0.id, self.0.total())
    }
}

fn shown(individuals: &[CoreIndividual]) -> Vec<Individual> {
    individuals.iter().cloned().map(Individual).collect()
}

impl Crossover for Function {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        self.or([left.clone(), right.clone()], |function| {
            let py = function.py();
            let [one, two] = [left, right].map(|parent| PyArray1::from_slice(py, &parent.coordinates));
            let found = function.call1((one, two, generator(py, random)?))?;
            let pair: (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                found.extract().map_err(|_| self.wrong_kind(&found, "a tuple of two children"))?;
            let child = |parent: &Genome, found| {
                let coordinates = self.coordinates(&found, parent.coordinates.len())?;
                Ok::<_, PyErr>(Genome { coordinates, steps: parent.steps.clone() })
            };
            Ok([child(left, pair.0)?, child(right, pair.1)?])
        })
    }
}

impl Mutation for Function {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        let coordinates = self.or(None, |function| {
            let py = function.py();
            let found = function.call1((PyArray1::from_slice(py, &genome.coordinates), generator(py, random)?))?;
            let coordinates = self.coordinates(&found, genome.coordinates.len())?;
            if let Some(outside) = coordinates.iter().find(|coordinate| !(0.0..=1.0).contains(*coordinate)) {
                let message = format!("`{}`: found {outside}, expected coordinates between 0 and 1", self.operator);
                return Err(error::input(
                    message,
                    Some("`numpy.clip(coordinates, 0, 1)` cuts off at the bounds".into()),
                ));
            }
            Ok(Some(coordinates))
        });
        // After an exception any valid genome will do: the generation is not used.
        genome.coordinates = coordinates.unwrap_or_else(|| vec![0.5; genome.coordinates.len()]);
    }
}

impl Selection for Function {
    fn select(&self, population: &[CoreIndividual], count: usize, random: &mut Random) -> Vec<usize> {
        self.or(vec![0; count], |function| {
            let py = function.py();
            let found = function.call1((shown(population), count, generator(py, random)?))?;
            let expected = format!("{count} indices below {}, one for each parent", population.len());
            let list = found.try_iter().map_err(|_| self.wrong_kind(&found, &expected))?;
            let indices: PyResult<Vec<usize>> = list.map(|index| index?.extract()).collect();
            match indices {
                Ok(indices) if indices.len() == count && indices.iter().all(|&index| index < population.len()) => {
                    Ok(indices)
                }
                _ => Err(self.wrong_value(&found, &expected)),
            }
        })
    }
}

impl Replacement for Function {
    fn survivors(&self, old: Vec<CoreIndividual>, offspring: Vec<CoreIndividual>, size: usize) -> Vec<CoreIndividual> {
        self.or(Vec::new(), |function| {
            let found = function.call1((shown(&old), shown(&offspring), size))?;
            let expected = format!("a list of at most {size} of the individuals, each once");
            let list = found.try_iter().map_err(|_| self.wrong_kind(&found, &expected))?;
            let survivors: PyResult<Vec<PyRef<'_, Individual>>> = list.map(|one| Ok(one?.extract()?)).collect();
            let survivors = survivors.map_err(|_| self.wrong_kind(&found, &expected))?;
            let mut left: HashSet<u64> = old.iter().chain(&offspring).map(|one| one.id).collect();
            if survivors.len() > size || !survivors.iter().all(|one| left.remove(&one.0.id)) {
                return Err(self.wrong_value(&found, &expected));
            }
            Ok(survivors.iter().map(|one| one.0.clone()).collect())
        })
    }
}

/// A built-in operator, or a function of the user.
#[derive(Clone, Debug)]
pub(super) enum Any<S> {
    Standard(S),
    Function(Function),
}

impl Crossover for Any<StandardCrossover> {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        match self {
            Self::Standard(operator) => operator.cross(left, right, random),
            Self::Function(function) => function.cross(left, right, random),
        }
    }

    fn check(&self) -> Result<(), SearchError> {
        match self {
            Self::Standard(operator) => operator.check(),
            Self::Function(function) => Crossover::check(function),
        }
    }
}

impl Mutation for Any<StandardMutation> {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        match self {
            Self::Standard(operator) => operator.mutate(genome, random),
            Self::Function(function) => function.mutate(genome, random),
        }
    }

    fn equip(&self, genome: &mut Genome) {
        match self {
            Self::Standard(operator) => operator.equip(genome),
            Self::Function(function) => function.equip(genome),
        }
    }

    fn check(&self) -> Result<(), SearchError> {
        match self {
            Self::Standard(operator) => operator.check(),
            Self::Function(function) => Mutation::check(function),
        }
    }
}

impl Selection for Any<StandardSelection> {
    fn select(&self, population: &[CoreIndividual], count: usize, random: &mut Random) -> Vec<usize> {
        match self {
            Self::Standard(operator) => operator.select(population, count, random),
            Self::Function(function) => function.select(population, count, random),
        }
    }

    fn check(&self) -> Result<(), SearchError> {
        match self {
            Self::Standard(operator) => operator.check(),
            Self::Function(function) => Selection::check(function),
        }
    }
}

impl Replacement for Any<StandardReplacement> {
    fn survivors(&self, old: Vec<CoreIndividual>, offspring: Vec<CoreIndividual>, size: usize) -> Vec<CoreIndividual> {
        match self {
            Self::Standard(operator) => operator.survivors(old, offspring, size),
            Self::Function(function) => function.survivors(old, offspring, size),
        }
    }

    fn check(&self) -> Result<(), SearchError> {
        match self {
            Self::Standard(operator) => operator.check(),
            Self::Function(function) => Replacement::check(function),
        }
    }
}
