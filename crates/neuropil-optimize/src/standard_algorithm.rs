//! The built-in algorithms as data.

use serde::{Deserialize, Serialize};

use crate::adaptive::Adaptive;
use crate::algorithm::{Algorithm, Setting};
use crate::cma_es::CmaEs;
use crate::differential_evolution::DifferentialEvolution;
use crate::error::SearchError;
use crate::evolution::Evolution;
use crate::genetic::Genetic;
use crate::individual::{Individual, Offspring};
use crate::nsga2::Nsga2;
use crate::standard_operators::{StandardCrossover, StandardMutation, StandardReplacement, StandardSelection};

/// An evolution whose operators are chosen by name. Those that are not given are NSGA-II's.
pub type StandardEvolution = Evolution<StandardCrossover, StandardMutation, StandardSelection, StandardReplacement>;

/// One of the built-in algorithms, chosen by its name in a file. What is not given has its default.
///
/// ```
/// use neuropil_optimize::StandardAlgorithm;
///
/// let adaptive: StandardAlgorithm = serde_json::from_str(r#"{"adaptive": {"initial_size": 100, "size": 20}}"#)?;
/// let nsga2: StandardAlgorithm = serde_json::from_str(r#"{"nsga2": {"size": 100, "mutation": {"eta": 15}}}"#)?;
/// let mixed: StandardAlgorithm = serde_json::from_str(
///     r#"{"evolution": {"size": 40, "crossover": {"uniform": {}}, "replacement": {"generational": {"elites": 2}}}}"#,
/// )?;
/// let cma_es: StandardAlgorithm = serde_json::from_str(r#"{"cma_es": {"restarts": 5}}"#)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// `E` is what an evolution may be made of, where that is more than the built-in operators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardAlgorithm<E = StandardEvolution> {
    /// `evolution`: any operators
    Evolution(E),
    /// `adaptive`
    Adaptive(Adaptive),
    /// `nsga2`
    Nsga2(Nsga2),
    /// `genetic`
    Genetic(Genetic),
    /// `cma_es`
    CmaEs(CmaEs),
    /// `differential_evolution`
    DifferentialEvolution(DifferentialEvolution),
}

impl StandardAlgorithm {
    /// Names of the algorithms as files have them.
    pub const NAMES: [&str; 6] = ["evolution", "adaptive", "nsga2", "genetic", "cma_es", "differential_evolution"];
}

impl<E> StandardAlgorithm<E> {
    /// The same with another evolution in the place of its own: one that is made of settings, for example.
    ///
    /// # Errors
    /// If `make` fails.
    pub fn with_evolution<F, Error>(
        self,
        make: impl FnOnce(E) -> Result<F, Error>,
    ) -> Result<StandardAlgorithm<F>, Error> {
        Ok(match self {
            Self::Evolution(evolution) => StandardAlgorithm::Evolution(make(evolution)?),
            Self::Adaptive(algorithm) => StandardAlgorithm::Adaptive(algorithm),
            Self::Nsga2(algorithm) => StandardAlgorithm::Nsga2(algorithm),
            Self::Genetic(algorithm) => StandardAlgorithm::Genetic(algorithm),
            Self::CmaEs(algorithm) => StandardAlgorithm::CmaEs(algorithm),
            Self::DifferentialEvolution(algorithm) => StandardAlgorithm::DifferentialEvolution(algorithm),
        })
    }
}

impl<E: Algorithm> StandardAlgorithm<E> {
    fn algorithm(&self) -> &dyn Algorithm {
        match self {
            Self::Evolution(algorithm) => algorithm,
            Self::Adaptive(algorithm) => algorithm,
            Self::Nsga2(algorithm) => algorithm,
            Self::Genetic(algorithm) => algorithm,
            Self::CmaEs(algorithm) => algorithm,
            Self::DifferentialEvolution(algorithm) => algorithm,
        }
    }

    fn algorithm_mut(&mut self) -> &mut dyn Algorithm {
        match self {
            Self::Evolution(algorithm) => algorithm,
            Self::Adaptive(algorithm) => algorithm,
            Self::Nsga2(algorithm) => algorithm,
            Self::Genetic(algorithm) => algorithm,
            Self::CmaEs(algorithm) => algorithm,
            Self::DifferentialEvolution(algorithm) => algorithm,
        }
    }
}

impl<E: Algorithm> Algorithm for StandardAlgorithm<E> {
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
