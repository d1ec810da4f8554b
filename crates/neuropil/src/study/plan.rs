//! A study that is checked and ready to be explored.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use neuropil_lang::nearest;
use neuropil_sim::Population;

use super::Study;
use super::fingerprint::fingerprint;
use super::points::{Points, Target};
use super::score::Score;
use super::watch::Needs;
use crate::build::{Anatomy, whole_steps};
use crate::error::Error;
use crate::experiment::{Condition, Experiment, Keep, RecordSection, Speed, StudySection, Value};
use crate::plan::{Plan, RecordingPlan};

/// Trials that a run has side by side.
const LANES: u64 = 16;
/// Nodes from which on a network fills the lanes by itself.
const LARGE: usize = 32;
/// Steps of nodes in a batch that are aimed at: some seconds of work.
const WORK: u64 = 1 << 28;
/// Points of a batch, at most.
const LARGEST_BATCH: u64 = 1024;
/// Bytes of a batch that are kept in memory until it is written, at most.
const BATCH_BYTES: u64 = 64 << 20;
/// Batches of a study that are aimed at, so that slices and threads have something to do.
const BATCHES: u64 = 64;
/// Names that arrays of the store have already.
const RESERVED: [&str; 14] = [
    "point",
    "done",
    "reason",
    "node",
    "other_node",
    "region",
    "other_region",
    "weights",
    "lengths",
    "trial",
    "time",
    "functional_connectivity",
    "measured_functional_connectivity",
    "subject",
];

/// What a study becomes: points, and what is done at each.
#[derive(Debug)]
pub struct StudyPlan {
    pub(super) study: Study,
    pub(super) points: Points,
    pub(super) scores: Vec<Score>,
    pub(super) stages: Vec<Stage>,
    /// The experiment at the first point, with the recordings that are needed.
    pub(super) base: Plan,
    /// The experiment without its study, with all outputs that scores look at.
    experiment: Experiment,
    /// Which recordings of that are needed, and for what.
    pub(super) needs: Vec<Needs>,
    wanted: Vec<bool>,
    /// Names of the recordings that the experiment asks for itself.
    own: Vec<String>,
    batch: u64,
    /// Of the contents of the files that it names.
    pub(super) fingerprint: String,
    anatomy: Arc<Anatomy>,
    /// The same brain by speed of signals.
    by_speed: Mutex<BTreeMap<u64, Arc<Anatomy>>>,
}

/// When a condition is looked at, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// Steps from the start of the run.
    pub(super) step: u64,
    pub(super) score: usize,
    pub(super) condition: Condition,
}

impl StudyPlan {
    pub(super) fn of(study: &Study) -> Result<Self, Error> {
        let section = &study.section;
        let mut experiment = study.experiment.clone();
        experiment.study = None;
        if experiment.simulation.trials != 1 {
            let error = Error::specification("trials", experiment.simulation.trials, "1: each point is a trial");
            return Err(error.advise("an axis `seed` runs each point with several seeds"));
        }
        let anatomy = Arc::new(Anatomy::of(&experiment)?);
        let present = experiment.build_on(&anatomy)?;
        let points = Points::of(&study.experiment, section, &present.simulation.network)?;
        let own = record_outputs(&mut experiment, section, &present);
        let mut base = at(&experiment, &anatomy, &points, &points.extremes(), 0)?;
        let scores = section.scores.iter().map(|(name, score)| Score::of(name, score, &base, &anatomy));
        let mut scores = scores.collect::<Result<Vec<_>, Error>>()?;
        check_names(section, &points, &base)?;
        let stages = stages(section, &scores, &base)?;
        let needs = needs(section, &scores, &base, own)?;
        let own = base.recordings.iter().take(own).map(|recording| recording.name.clone()).collect();
        let wanted: Vec<bool> = needs.iter().map(|needs| needs.anything()).collect();
        retain(&mut base, &wanted);
        let position = |recording: usize| wanted[..recording].iter().filter(|wanted| **wanted).count();
        for score in &mut scores {
            score.recording = position(score.recording);
        }
        let needs = needs.into_iter().filter(|needs| needs.anything()).collect();
        let mut plan = Self {
            study: study.clone(),
            points,
            scores,
            stages,
            base,
            experiment,
            needs,
            wanted,
            own,
            batch: 1,
            fingerprint: fingerprint(&study.experiment, &anatomy)?,
            anatomy,
            by_speed: Mutex::default(),
        };
        plan.batch = plan.batch_length()?;
        Ok(plan)
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// Points that are written together, and of which slices are made.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Number of batches.
    pub fn batches(&self) -> u64 {
        self.points.len().div_ceil(self.batch)
    }

    /// The run of some points with consecutive numbers that share what a run shares.
    pub(super) fn run_of(&self, first: u64, count: usize) -> Result<Plan, Error> {
        let values: Vec<Vec<f64>> = (0..count as u64).map(|index| self.points.values(first + index)).collect();
        let speed = self.points.axes().iter().position(|axis| axis.target == Target::Speed);
        let anatomy = match speed {
            Some(axis) => self.at_speed(values[0][axis]),
            None => Arc::clone(&self.anatomy),
        };
        let mut plan = at(&self.experiment, &anatomy, &self.points, &values, first)?;
        retain(&mut plan, &self.wanted);
        Ok(plan)
    }

    /// The brain with signals of this speed; its connections are made once.
    fn at_speed(&self, speed: f64) -> Arc<Anatomy> {
        let mut known = self.by_speed.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > 8 {
            known.clear();
        }
        let with_speed = || Arc::new(self.anatomy.with_speed(Speed::from(speed)));
        Arc::clone(known.entry(speed.to_bits()).or_insert_with(with_speed))
    }

    /// Whether the experiment asks for a recording itself, and not only a score.
    pub(super) fn is_own(&self, recording: &RecordingPlan) -> bool {
        recording.is_bold || self.own.contains(&recording.name)
    }

    /// How many points from `first` on make one run, at most `lanes`: those that share what a run shares.
    pub(super) fn together(&self, first: u64, end: u64, lanes: u64) -> u64 {
        let mut end = end.min(first + lanes);
        if end - first <= LANES / 2 && self.is_large() {
            // Lanes that no trial fills cost as much as those that one fills.
            end = end.min(first + 1);
        }
        if !self.points.axes().iter().any(super::points::StudyAxis::is_shared) {
            return end - first;
        }
        let shared = |point| {
            let values = self.points.values(point);
            let pairs = self.points.axes().iter().zip(values);
            pairs.filter(|(axis, _)| axis.is_shared()).map(|(_, value)| value.to_bits()).collect::<Vec<_>>()
        };
        let own = shared(first);
        (first + 1..end).find(|&point| shared(point) != own).unwrap_or(end) - first
    }

    /// Points of a run, at most, where `points` are to run on so many threads. Small networks, and those without
    /// delays, run fastest side by side; the results do not depend on it.
    pub(super) fn lanes(&self, points: u64, threads: usize) -> u64 {
        let network = &self.base.simulation.network;
        let longest = network.projections().iter().map(|projection| projection.connections.longest_delay());
        let is_delayed = longest.fold(0.0, f64::max) >= self.base.simulation.dt / 2.0;
        let leaves_threads_idle = points < LANES.saturating_mul(threads as u64);
        if self.is_large() && (is_delayed || leaves_threads_idle) { 1 } else { LANES }
    }

    /// Whether the nodes of a single run fill the lanes.
    fn is_large(&self) -> bool {
        let populations = self.base.simulation.network.populations();
        populations.iter().map(Population::nodes).sum::<usize>() >= LARGE
    }

    /// A function of the study alone, so that all machines agree on it.
    fn batch_length(&self) -> Result<u64, Error> {
        let points = self.points.len();
        match self.study.section.batch {
            Some(0) => return Err(Error::specification("study.batch", "0", "at least 1")),
            Some(batch) => return Ok(batch.min(points)),
            None => {}
        }
        let nodes: usize = self.base.simulation.network.populations().iter().map(Population::nodes).sum();
        let steps = self.base.steps[0].saturating_add(self.base.steps[1]);
        let by_work = WORK / steps.saturating_mul(nodes as u64).max(1);
        let by_bytes = BATCH_BYTES / self.bytes_of_point().max(1);
        let batch = by_work.min(points / BATCHES).max(self.lanes(points, 1)).min(by_bytes).clamp(1, LARGEST_BATCH);
        // A power of two holds whole runs of small networks.
        Ok((1 << batch.ilog2()).min(points))
    }

    /// Bytes of what is kept of a point, while it is in memory.
    fn bytes_of_point(&self) -> u64 {
        let keep = &self.study.section.keep;
        let recordings = self.base.recordings.iter().map(|recording| {
            let series = if self.is_kept(recording) { recording.samples } else { 0 };
            let matrix =
                if recording.is_bold && keep.contains(&Keep::FunctionalConnectivity) { recording.nodes } else { 0 };
            recording.nodes as u64 * (series + matrix) as u64
        });
        8 * (self.scores.len() as u64 + recordings.sum::<u64>())
    }
}

/// The experiment with the values of some points, point `first` and those after it.
fn at(
    experiment: &Experiment,
    anatomy: &Anatomy,
    points: &Points,
    values: &[Vec<f64>],
    first: u64,
) -> Result<Plan, Error> {
    let mut experiment = experiment.clone();
    for (index, axis) in points.axes().iter().enumerate() {
        let column = || values.iter().map(|values| values[index]).collect::<Vec<_>>();
        match &axis.target {
            Target::Seed => experiment.simulation.seed = values[0][index] as u64,
            Target::Speed => {
                if let Some(network) = &mut experiment.network {
                    network.speed = Some(values[0][index].into());
                }
            }
            Target::Parameter { population: None, name } => {
                let network = experiment.network.get_or_insert_default();
                network.parameters.insert(name.clone(), Value::Trials(column()));
            }
            Target::Parameter { population: Some(population), name } => {
                let section = experiment.populations.iter_mut().find(|section| section.name == *population);
                if let Some(section) = section {
                    section.parameters.insert(name.clone(), Value::Trials(column()));
                }
            }
        }
    }
    experiment.simulation.trials = values.len() as u64;
    let mut plan = experiment.build_on(anatomy)?;
    plan.simulation.trials = first..first + values.len() as u64;
    Ok(plan)
}

/// Adds recordings of outputs that scores look at and the experiment does not record; how many recordings were its own.
fn record_outputs(experiment: &mut Experiment, section: &StudySection, present: &Plan) -> usize {
    let own = present.recordings.iter().filter(|recording| !recording.is_bold).count();
    let populations = present.simulation.network.populations();
    if experiment.recordings.is_empty() {
        experiment.recordings = populations
            .iter()
            .map(|population| RecordSection { population: Some(population.name().into()), ..RecordSection::default() })
            .collect();
    }
    let mut known: Vec<String> = present.recordings.iter().map(|recording| recording.name.clone()).collect();
    for name in section.scores.values().filter_map(|score| score.output.as_ref()) {
        let (population, output) = match name.split_once('.') {
            Some((population, output)) => (populations.iter().find(|known| known.name() == population), output),
            None => (populations.first(), name.as_str()),
        };
        let Some(population) = population else { continue };
        let exists = population.model().info().outputs.iter().any(|known| known.name == output);
        if exists && !known.contains(name) {
            known.push(name.clone());
            let (population, output) = (Some(population.name().to_owned()), Some(output.to_owned()));
            experiment.recordings.push(RecordSection { population, output, ..RecordSection::default() });
        }
    }
    own
}

/// Names are those of arrays in one store.
fn check_names(section: &StudySection, points: &Points, plan: &Plan) -> Result<(), Error> {
    if section.scores.is_empty() && section.keep.iter().all(|keep| *keep == Keep::Scores) {
        let error = Error::specification("study.scores", "no score", "at least one, or something else to `keep`");
        return Err(error.advise("for example `rate = { kind = \"mean\" }`"));
    }
    let axes = points.axes().iter().map(|axis| axis.name.as_str());
    let recordings = plan.recordings.iter().map(|recording| recording.name.as_str());
    let taken: Vec<&str> = axes.chain(recordings).chain(RESERVED).collect();
    for name in section.scores.keys() {
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
        let is_taken = taken.iter().any(|taken| taken.eq_ignore_ascii_case(name)) || name.starts_with("time_");
        if !is_name || name.len() > 100 {
            let expected = "a letter, then letters, digits and `_`";
            return Err(Error::specification("study.scores", format!("`{name}`"), expected));
        }
        if is_taken {
            let error = Error::specification("study.scores", format!("`{name}`"), "a name that nothing else has");
            return Err(
                error.advise("axes, outputs and results have names of their own; try one that says what is asked")
            );
        }
    }
    Ok(())
}

fn stages(section: &StudySection, scores: &[Score], plan: &Plan) -> Result<Vec<Stage>, Error> {
    let mut stages: Vec<Stage> = Vec::new();
    for (index, stage) in section.stages.iter().enumerate() {
        let field = format!("study.stage.{index}");
        let name = &stage.keep_if.score;
        let names = scores.iter().filter(|score| score.needs_moments()).map(|score| score.name.as_str());
        let Some(score) = scores.iter().position(|score| score.name == *name && score.needs_moments()) else {
            let known = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let expected = if known.is_empty() { "a score that is a mean, spread or extreme".into() } else { known };
            let error = Error::specification(field + ".keep_if.score", format!("`{name}`"), expected);
            return Err(match nearest(name, names) {
                Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
                None => error.advise("only `mean`, `max`, `min`, `amplitude` and `standard_deviation` are known early"),
            });
        };
        let condition = stage.keep_if.clone();
        if condition.above.is_none() && condition.below.is_none() {
            return Err(Error::specification(field + ".keep_if", "no bound", "`above`, `below` or both"));
        }
        let steps = whole_steps(&plan.simulation, "stage.duration", stage.duration.0)?;
        let of = &plan.recordings[scores[score].recording];
        let shortest = (of.every / plan.simulation.dt).round() as u64;
        if steps < shortest || steps >= plan.steps[1] {
            let duration = plan.experiment.simulation.duration;
            let expected = format!("a time from {} ms, one sample, to less than the duration, {duration}", of.every);
            return Err(Error::specification(field + ".duration", stage.duration, expected));
        }
        stages.push(Stage { step: plan.steps[0] + steps, score, condition });
    }
    stages.sort_by_key(|stage| stage.step);
    Ok(stages)
}

/// What is needed of each recording. The first `own` ones are the experiment's.
fn needs(section: &StudySection, scores: &[Score], plan: &Plan, own: usize) -> Result<Vec<Needs>, Error> {
    let mut needs = vec![Needs::default(); plan.recordings.len()];
    for score in scores {
        let needs = &mut needs[score.recording];
        needs.moments |= score.needs_moments();
        needs.series |= score.needs_series();
        needs.connectivity |= score.needs_connectivity();
    }
    let bold = plan.recordings.iter().position(|recording| recording.is_bold);
    for keep in &section.keep {
        match (keep, bold) {
            (Keep::Scores, _) => {}
            (Keep::Recordings, _) => needs[..own].iter_mut().for_each(|needs| needs.series = true),
            (Keep::Bold, Some(bold)) => needs[bold].series = true,
            (Keep::FunctionalConnectivity, Some(bold)) => {
                let of = &plan.recordings[bold];
                if of.samples < crate::execute::DROPPED_VOLUMES + 2 || of.nodes < 2 {
                    let found = format!("{} nodes with {} volumes of BOLD", of.nodes, of.samples);
                    let expected = format!("at least 2 nodes and {} volumes", crate::execute::DROPPED_VOLUMES + 2);
                    return Err(Error::specification("study.keep", found, expected));
                }
                needs[bold].connectivity = true;
            }
            (Keep::Bold | Keep::FunctionalConnectivity, None) => {
                let error = Error::specification("study.keep", "an experiment without BOLD", "one with BOLD");
                return Err(error.advise("add a section `[bold]`"));
            }
        }
    }
    Ok(needs)
}

/// Leaves out recordings that nothing needs.
fn retain(plan: &mut Plan, wanted: &[bool]) {
    let mut keep = wanted.iter();
    plan.simulation.recordings.retain(|_| keep.next().copied().unwrap_or(false));
    let mut keep = wanted.iter();
    plan.recordings.retain(|_| keep.next().copied().unwrap_or(false));
}
