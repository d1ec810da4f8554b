//! Individuals of a population.

/// What an individual inherits and passes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Genome {
    /// Coordinates in the unit cube, one for each axis.
    pub coordinates: Vec<f64>,
    /// Step sizes of self-adaptive mutation, one for each axis, as fractions of the axis; empty without it.
    pub steps: Vec<f64>,
}

impl Genome {
    /// A genome without step sizes.
    pub fn new(coordinates: Vec<f64>) -> Self {
        Self { coordinates, steps: Vec::new() }
    }
}

/// A candidate before it is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Offspring {
    /// Its genome; coordinates are within 0 to 1.
    pub genome: Genome,
    /// Ids of the individuals that it comes from.
    pub parents: Vec<u64>,
}

/// What an evaluation was worth. Small is good.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitness {
    /// One number for each objective: the score, or minus the score where large scores are good. Finite.
    pub costs: Vec<f64>,
    /// Sum of costs times weights. Finite.
    pub total: f64,
}

/// A candidate that was evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Individual {
    /// Its number.
    pub id: u64,
    /// Its genome.
    pub genome: Genome,
    /// What it is worth; nothing if the evaluation failed.
    pub fitness: Option<Fitness>,
}

impl Individual {
    /// Weighted sum of costs; infinite if the evaluation failed.
    pub fn total(&self) -> f64 {
        self.fitness.as_ref().map_or(f64::INFINITY, |fitness| fitness.total)
    }

    /// One cost for each objective; none if the evaluation failed.
    pub fn costs(&self) -> &[f64] {
        self.fitness.as_ref().map_or(&[], |fitness| &fitness.costs)
    }
}

/// Best first, by weighted sum, then by age: an order without ties.
pub(crate) fn sort_by_total(individuals: &mut [Individual]) {
    individuals.sort_by(|left, right| left.total().total_cmp(&right.total()).then(left.id.cmp(&right.id)));
}
