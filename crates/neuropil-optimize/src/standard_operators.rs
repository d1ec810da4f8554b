//! The built-in operators as data, so that an evolution of any of them can be written in a file.

use serde::{Deserialize, Serialize};

use crate::crossover::{BlendCrossover, Crossover, SimulatedBinaryCrossover, UniformCrossover};
use crate::error::SearchError;
use crate::individual::{Genome, Individual};
use crate::mutation::{GaussianMutation, Mutation, PolynomialMutation, SelfAdaptiveMutation};
use crate::random::Random;
use crate::replacement::{GenerationalReplacement, NondominatedReplacement, Replacement, TruncationReplacement};
use crate::selection::{CrowdedTournament, RankSelection, Selection, TournamentSelection};

/// An enumeration of operators by name, and which of them is the default.
macro_rules! operators {
    ($(#[$meta:meta])* $name:ident: $trait:ident, $default:ident { $($(#[$variant_meta:meta])* $variant:ident($kind:ty)),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_meta])* $variant($kind),)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$default(Default::default())
            }
        }

        impl $name {
            fn operator(&self) -> &dyn $trait {
                match self {
                    $(Self::$variant(operator) => operator,)+
                }
            }
        }
    };
}

operators! {
    /// How parents are mixed: one of the built-in ways.
    StandardCrossover: Crossover, SimulatedBinary {
        /// `blend`
        Blend(BlendCrossover),
        /// `simulated_binary`
        SimulatedBinary(SimulatedBinaryCrossover),
        /// `uniform`
        Uniform(UniformCrossover),
    }
}

operators! {
    /// How children are changed: one of the built-in ways.
    StandardMutation: Mutation, Polynomial {
        /// `gaussian`
        Gaussian(GaussianMutation),
        /// `polynomial`
        Polynomial(PolynomialMutation),
        /// `self_adaptive`
        SelfAdaptive(SelfAdaptiveMutation),
    }
}

operators! {
    /// How parents are chosen: one of the built-in ways.
    StandardSelection: Selection, CrowdedTournament {
        /// `rank`
        Rank(RankSelection),
        /// `tournament`
        Tournament(TournamentSelection),
        /// `crowded_tournament`
        CrowdedTournament(CrowdedTournament),
    }
}

operators! {
    /// Who survives: one of the built-in ways.
    StandardReplacement: Replacement, Nondominated {
        /// `truncation`
        Truncation(TruncationReplacement),
        /// `generational`
        Generational(GenerationalReplacement),
        /// `nondominated`
        Nondominated(NondominatedReplacement),
    }
}

impl Crossover for StandardCrossover {
    fn cross(&self, left: &Genome, right: &Genome, random: &mut Random) -> [Genome; 2] {
        self.operator().cross(left, right, random)
    }

    fn check(&self) -> Result<(), SearchError> {
        self.operator().check()
    }
}

impl Mutation for StandardMutation {
    fn mutate(&self, genome: &mut Genome, random: &mut Random) {
        self.operator().mutate(genome, random);
    }

    fn equip(&self, genome: &mut Genome) {
        self.operator().equip(genome);
    }

    fn check(&self) -> Result<(), SearchError> {
        self.operator().check()
    }
}

impl Selection for StandardSelection {
    fn select(&self, population: &[Individual], count: usize, random: &mut Random) -> Vec<usize> {
        self.operator().select(population, count, random)
    }

    fn check(&self) -> Result<(), SearchError> {
        self.operator().check()
    }
}

impl Replacement for StandardReplacement {
    fn survivors(&self, old: Vec<Individual>, offspring: Vec<Individual>, size: usize) -> Vec<Individual> {
        self.operator().survivors(old, offspring, size)
    }

    fn check(&self) -> Result<(), SearchError> {
        self.operator().check()
    }
}
