//! How the output of one population reaches inputs of another.

use std::sync::Arc;

use neuropil_kernel::CouplingKind;

use crate::connections::Connections;
use crate::error::NetworkError;
use crate::values::Values;

/// What an input gets of a sum, which is in the unit of the output (a share of it where the link is `per_node`, and
/// less the target's own part where it is diffusive). A target without connections has the sum 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Response {
    /// `k * sum`.
    #[default]
    Linear,
    /// `k / (1 + exp(-slope * (sum - midpoint)))`.
    Sigmoid {
        /// Per unit of the output.
        slope: f64,
        /// In the unit of the output.
        midpoint: f64,
    },
    /// `k * tanh(scale * sum)`.
    Tanh {
        /// Per unit of the output.
        scale: f64,
    },
}

impl Response {
    /// Whether all its numbers are finite.
    pub(crate) fn check(self) -> Result<(), NetworkError> {
        let numbers = match self {
            Self::Linear => &[][..],
            Self::Sigmoid { slope, midpoint } => &[("slope", slope), ("midpoint", midpoint)],
            Self::Tanh { scale } => &[("scale", scale)],
        };
        match numbers.iter().find(|(_, number)| !number.is_finite()) {
            None => Ok(()),
            Some(&(name, found)) => Err(NetworkError::NotFinite { name: name.into(), found }),
        }
    }
}

/// One input that a projection drives. All links of a projection share sources, delays and the loads of the history.
#[derive(Clone, Debug)]
pub struct Link {
    /// Name of the input of the target's model.
    pub input: String,
    /// What is done to the weighted sum.
    pub kind: CouplingKind,
    /// The global factor `k`: one number, or one per trial, per target node, or both. It has the unit of the input
    /// over the unit of the output; the unit of the input where the response is not linear.
    pub strength: Values,
    /// What errors call the strength.
    pub argument: String,
    /// Weights enter to this power.
    pub power: i32,
    /// Whether the sum is divided by the number of source nodes.
    pub per_node: bool,
    /// What the input gets of the sum.
    pub response: Response,
}

impl Link {
    /// `k * sum` of the weighted, delayed outputs, with `k = 1`.
    pub fn additive(input: impl Into<String>) -> Self {
        Self {
            input: input.into(),
            kind: CouplingKind::Additive,
            strength: Values::Uniform(1.0),
            argument: "strength".into(),
            power: 1,
            per_node: false,
            response: Response::Linear,
        }
    }

    /// `k * (sum - strength * own)` with `k = 1`; the target needs an output of the same name as the source's.
    pub fn diffusive(input: impl Into<String>) -> Self {
        Self { kind: CouplingKind::Diffusive, ..Self::additive(input) }
    }

    /// With this global factor.
    #[must_use]
    pub fn strength(mut self, strength: impl Into<Values>) -> Self {
        self.strength = strength.into();
        self
    }

    /// With this response to the sum.
    #[must_use]
    pub fn response(mut self, response: Response) -> Self {
        self.response = response;
        self
    }
}

/// An output of one population that arrives, delayed and weighted, at inputs of another (or the same).
#[derive(Clone, Debug)]
pub struct Projection {
    /// Name of the source population.
    pub source: String,
    /// Name of the output of its model.
    pub output: String,
    /// Name of the target population.
    pub target: String,
    /// Weights and delays.
    pub connections: Arc<Connections>,
    /// The inputs that it drives.
    pub links: Vec<Link>,
}
