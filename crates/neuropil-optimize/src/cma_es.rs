//! Covariance matrix adaptation.

mod constants;
mod distribution;

use serde::{Deserialize, Serialize};

use crate::algorithm::{Algorithm, Setting};
use crate::elementary::{fold, square};
use crate::error::{LARGEST_POPULATION, SearchError, check_size, check_within};
use crate::individual::{Genome, Individual, Offspring};
use crate::random::Role;
use constants::Constants;
use distribution::Distribution;

/// Evolution strategy with covariance matrix adaptation (CMA-ES), on the weighted sum of scores: samples a normal
/// distribution and moves it towards what was good. Hansen 2016, "The CMA evolution strategy: a tutorial",
/// doi:10.48550/arXiv.1604.00772, with its default constants, weights of both signs included.
///
/// - It works on coordinates in the unit cube. Samples outside are reflected at the bounds, so that the distribution
///   itself knows no bounds; its standard deviations are kept below the length of an axis.
/// - A failed evaluation ranks last and attracts nothing. If all of a generation failed, the distribution stays as it is.
/// - A run ends when costs or the distribution have become too narrow, too ill-conditioned or too old (section B.3 of the
///   tutorial). With `restarts` it then begins anew, at a random point and with twice as many individuals: IPOP-CMA-ES,
///   Auger & Hansen 2005, doi:10.1109/CEC.2005.1554902.
///
/// ```
/// let mut strategy = neuropil_optimize::CmaEs::new();
/// strategy.restarts = 5;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CmaEs {
    /// Individuals in a generation, at least 4; `4 + floor(3 ln n)` for n axes unless given.
    pub size: Option<usize>,
    /// Standard deviation of the first generation, as a fraction of each axis: above 0, at most 1; 0.3 unless given.
    pub step: f64,
    /// Coordinates of the first mean, each 0 to 1; a random point unless given.
    pub start: Option<Vec<f64>>,
    /// How often to begin anew, each time with twice as many individuals up to a million; never unless given.
    pub restarts: u32,
    /// A run ends when the best costs of many generations differ by less than this; 1e-12 unless given.
    pub cost_tolerance: f64,
    /// A run ends when all standard deviations, as fractions of the axes, are below this; 1e-12 unless given.
    pub step_tolerance: f64,
    #[serde(skip)]
    state: Option<Box<State>>,
    #[serde(skip)]
    restarted: u32,
    #[serde(skip)]
    reason: Option<String>,
}

/// A run between two generations.
#[derive(Clone, Debug, PartialEq)]
struct State {
    size: usize,
    distribution: Distribution,
    /// Samples of the present generation, as steps from the mean in units of the step size.
    samples: Vec<Vec<f64>>,
    /// Best costs of the last generations.
    best: Vec<f64>,
}

impl Default for CmaEs {
    fn default() -> Self {
        Self {
            size: None,
            step: 0.3,
            start: None,
            restarts: 0,
            cost_tolerance: 1e-12,
            step_tolerance: 1e-12,
            state: None,
            restarted: 0,
            reason: None,
        }
    }
}

impl CmaEs {
    /// The strategy with default settings, which can be changed before a search is made of it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often it has begun anew.
    pub fn restarted(&self) -> u32 {
        self.restarted
    }

    /// Mean of the distribution in the unit cube; none before the first generation.
    pub fn mean(&self) -> Option<Vec<f64>> {
        self.state.as_ref().map(|state| state.distribution.mean.iter().copied().map(fold).collect())
    }

    /// Standard deviation along each axis, as a fraction of it; none before the first generation.
    pub fn standard_deviations(&self) -> Option<Vec<f64>> {
        self.state.as_ref().map(|state| state.distribution.standard_deviations())
    }

    fn begin(&self, setting: &Setting, generation: u64) -> Box<State> {
        let size = self.size.unwrap_or_else(|| constants::default_size(setting.dimensions));
        let growth = 1_usize.checked_shl(self.restarted).unwrap_or(LARGEST_POPULATION);
        let mean = match &self.start {
            Some(start) if self.restarted == 0 => start.clone(),
            _ => setting.random(Role::Restart, generation, 0).coordinates(setting.dimensions),
        };
        Box::new(State {
            size: size.saturating_mul(growth).min(LARGEST_POPULATION),
            distribution: Distribution::new(mean, self.step),
            samples: Vec::new(),
            best: Vec::new(),
        })
    }

    /// Why the present run should end.
    fn exhausted(&self, state: &State, spread: Option<f64>) -> Option<&'static str> {
        let (distribution, n) = (&state.distribution, state.distribution.dimensions());
        let window = flat_generations(n, state.size);
        if state.best.len() >= window {
            let recent = &state.best[state.best.len() - window..];
            let range = recent.iter().fold(f64::MIN, |most, cost| most.max(*cost))
                - recent.iter().fold(f64::MAX, |least, cost| least.min(*cost));
            if range.max(spread.unwrap_or(0.0)) <= self.cost_tolerance {
                return Some("the best costs no longer differ");
            }
        }
        if distribution.widest_step() < self.step_tolerance {
            return Some("the steps are smaller than the tolerance");
        }
        let oldest = 100.0 + 150.0 * square(n as f64 + 3.0) / (state.size as f64).sqrt();
        if distribution.generation as f64 >= oldest {
            return Some("the run is longer than a run of this size should be");
        }
        distribution.degenerate()
    }
}

/// Generations without a change of the best cost after which a run ends.
fn flat_generations(dimensions: usize, size: usize) -> usize {
    10 + (30 * dimensions).div_ceil(size)
}

impl Algorithm for CmaEs {
    fn check(&self, setting: &Setting) -> Result<(), SearchError> {
        if let Some(size) = self.size {
            check_size("size", size, 4)?;
        }
        check_within("step", self.step, 1e-9, 1.0)?;
        check_within("cost_tolerance", self.cost_tolerance, 0.0, f64::INFINITY)?;
        check_within("step_tolerance", self.step_tolerance, 0.0, f64::INFINITY)?;
        if let Some(start) = &self.start {
            if start.len() != setting.dimensions {
                let expected = format!("{} coordinates", setting.dimensions);
                return Err(SearchError::setting("start", start.len(), expected));
            }
            for &coordinate in start {
                check_within("start", coordinate, 0.0, 1.0)?;
            }
        }
        Ok(())
    }

    fn breed(&mut self, setting: &Setting, generation: u64) -> Vec<Offspring> {
        if self.reason.is_some() {
            return Vec::new();
        }
        let mut state = match self.state.take() {
            Some(state) => state,
            None => self.begin(setting, generation),
        };
        let sample = |number| {
            let mut random = setting.random(Role::Sampling, generation, number as u64);
            state.distribution.sample((0..setting.dimensions).map(|_| random.normal()).collect())
        };
        state.samples = (0..state.size).map(sample).collect();
        let place = |sample: &Vec<f64>| {
            let coordinates = state.distribution.place(sample).into_iter().map(fold).collect();
            Offspring { genome: Genome::new(coordinates), parents: Vec::new() }
        };
        let offspring = state.samples.iter().map(place).collect();
        self.state = Some(state);
        offspring
    }

    fn learn(&mut self, _: &Setting, _: u64, evaluated: Vec<Individual>) {
        let Some(mut state) = self.state.take() else { return };
        let mut order: Vec<usize> = (0..evaluated.len()).collect();
        order.sort_by(|&left, &right| evaluated[left].total().total_cmp(&evaluated[right].total()));
        let valid = evaluated.iter().filter(|individual| individual.fitness.is_some()).count();
        let mut spread = None;
        if valid > 0 && state.samples.len() == evaluated.len() {
            let best = evaluated[order[0]].total();
            spread = Some(evaluated[order[valid - 1]].total() - best);
            state.best.push(best);
            let excess = state.best.len().saturating_sub(flat_generations(state.distribution.dimensions(), state.size));
            state.best.drain(..excess);
            let ranked: Vec<&[f64]> = order.iter().map(|&index| &state.samples[index][..]).collect();
            let constants = Constants::new(state.distribution.dimensions(), state.size);
            state.distribution.update(&ranked, valid, &constants);
        } else {
            state.distribution.generation += 1;
        }
        state.samples.clear();
        match self.exhausted(&state, spread) {
            Some(_) if self.restarted < self.restarts => self.restarted += 1,
            Some(reason) => {
                self.reason = Some(reason.to_owned());
                self.state = Some(state);
            }
            None => self.state = Some(state),
        }
    }

    fn finished(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}
