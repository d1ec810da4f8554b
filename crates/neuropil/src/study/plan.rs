//! A study that is checked and ready to be explored.

use std::sync::Arc;

use neuropil_lang::nearest;
use neuropil_optimize::Value as Level;
use neuropil_sim::Population;

use super::Study;
use super::axis::AxisValues;
use super::evaluate::is_wanted;
use super::experiment_runs::ExperimentRuns;
use super::points::Points;
use super::runs::{ParameterKind, ScoreFunction, StudyRun, StudyRuns};
use super::score::Score;
use super::search::SearchPlan;
use super::watch::Needs;
use crate::Milliseconds;
use crate::build::whole_steps;
use crate::error::Error;
use crate::experiment::{Condition, Keep, StudySection};
use crate::plan::RecordingPlan;

/// Trials that a run has side by side.
const LANES: u64 = 16;
/// Points of a run that go side by side in a large network, at least: three quarters of a row of lanes.
const FEWEST: usize = 6;
/// Nodes from which on a network fills the lanes by itself.
const LARGE: usize = 32;
/// Steps of nodes in a batch that are aimed at: some seconds of work.
const WORK: u64 = 1 << 28;
/// Points of a batch, at most.
const LARGEST_BATCH: u64 = 1024;
/// Bytes of a batch in its folder, at most; until it is written it is in memory, and takes twice as many.
const BATCH_BYTES: u64 = 32 << 20;
/// Batches of a study that are aimed at, so that slices and threads have something to do.
const BATCHES: u64 = 64;
/// Names that arrays of the store have already.
const RESERVED: [&str; 15] = [
    "point",
    "generation",
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
    pub(super) section: StudySection,
    pub(super) runs: Box<dyn StudyRuns>,
    pub(super) points: Points,
    /// What an algorithm wants, where one chooses the points.
    pub(super) search: Option<SearchPlan>,
    pub(super) scores: Vec<Score>,
    /// Scores that a program computes itself; they come after the others.
    pub(super) functions: Vec<Arc<dyn ScoreFunction>>,
    pub(super) stages: Vec<Stage>,
    /// The run of the first point, with the recordings that are needed.
    pub(super) base: StudyRun,
    /// Which of all recordings are needed, and for what.
    pub(super) needs: Vec<Needs>,
    wanted: Vec<bool>,
    /// Number of points of the first generation of a search.
    pub(super) generation: Option<u64>,
    /// Seed of a search.
    pub(super) seed: u64,
    pub(super) title: Option<String>,
    pub(super) threads: Option<usize>,
    batch: u64,
}

/// When a condition is looked at, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// Steps from the start of the run.
    pub(super) step: u64,
    /// Place among all scores.
    pub(super) score: usize,
    pub(super) condition: Condition,
}

impl StudyPlan {
    pub(super) fn of(study: &Study) -> Result<Self, Error> {
        let experiment = &study.experiment;
        let runs = ExperimentRuns::of(experiment, &study.section, study.folder.as_deref())?;
        let mut plan = Self::new(study.section.clone(), Box::new(runs), Vec::new(), experiment.simulation.seed)?;
        plan.title.clone_from(&experiment.title);
        plan.threads = experiment.simulation.threads;
        Ok(plan)
    }

    /// The study of runs that a program makes. `functions` give scores beside those of the section; `seed` is that of
    /// a design that draws, and of a search.
    ///
    /// # Errors
    /// If a name is unknown, a file cannot be read, or values do not fit.
    pub fn new(
        section: StudySection,
        runs: Box<dyn StudyRuns>,
        functions: Vec<Arc<dyn ScoreFunction>>,
        seed: u64,
    ) -> Result<Self, Error> {
        let points = Points::of(&section, &*runs, seed)?;
        let extremes = points.extremes();
        let mut base = runs.run(0, extremes.len(), &points.parameters(&extremes))?;
        check_fields(&*runs, &points, &base)?;
        let scores = section.scores.iter().map(|(name, score)| Score::of(name, score, &base, runs.measured()));
        let mut scores = scores.collect::<Result<Vec<_>, Error>>()?;
        check_names(&section, &functions, &points, &base)?;
        let stages = stages(&section, &scores, &functions, &base)?;
        let needs = needs(&section, &scores, &functions, &base, runs.asked())?;
        let search = section.search.as_ref().map(|search| SearchPlan::of(search, &scores, &functions)).transpose()?;
        let wanted: Vec<bool> = needs.iter().map(|needs| needs.anything()).collect();
        retain(&mut base, &wanted);
        let position = |recording: usize| wanted[..recording].iter().filter(|wanted| **wanted).count();
        for score in &mut scores {
            score.recording = position(score.recording);
        }
        let needs = needs.into_iter().filter(|needs| needs.anything()).collect();
        let (generation, title, threads, batch) = (None, None, None, 1);
        let mut plan = Self {
            section,
            runs,
            points,
            search,
            scores,
            functions,
            stages,
            base,
            needs,
            wanted,
            generation,
            seed,
            title,
            threads,
            batch,
        };
        plan.generation = plan.search.is_some().then(|| plan.first_generation()).transpose()?;
        plan.batch = plan.batch_length()?;
        Ok(plan)
    }

    /// With a line for the report.
    #[must_use]
    pub fn with_title(self, title: Option<String>) -> Self {
        Self { title, ..self }
    }

    /// The points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// Names of the scores.
    pub fn score_names(&self) -> Vec<&str> {
        let own = self.scores.iter().map(|score| score.name.as_str());
        own.chain(self.functions.iter().flat_map(|function| function.names()).map(String::as_str)).collect()
    }

    /// Points that are written together, and of which slices are made, in a new folder. A study that grows keeps those of
    /// its folder.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// The run of some points with consecutive numbers that share what a run shares.
    pub(super) fn run_of(&self, first: u64, points: &[Vec<Level>]) -> Result<StudyRun, Error> {
        let mut run = self.runs.run(first, points.len(), &self.points.parameters(points))?;
        retain(&mut run, &self.wanted);
        Ok(run)
    }

    /// Whether a recording was asked for itself, and not only for a score.
    pub(super) fn is_asked(&self, recording: &RecordingPlan) -> bool {
        self.runs.asked().contains(&recording.name)
    }

    /// How many of some points, from the first on, make one run, at most `lanes`: those that share what a run shares.
    pub(super) fn together(&self, points: &[Vec<Level>], lanes: u64) -> usize {
        let mut count = points.len().min(lanes as usize);
        if count < FEWEST && self.is_large() {
            // Lanes that no trial fills cost as much as those that one fills.
            count = count.min(1);
        }
        self.points.sharing(&points[..count])
    }

    /// Points of a run, at most, where `points` are to run on so many threads. Small networks, and those without
    /// delays, run fastest side by side; the results do not depend on it.
    pub(super) fn lanes(&self, points: u64, threads: usize) -> u64 {
        let network = &self.base.simulation.network;
        let longest = network.projections().iter().map(|projection| projection.connections.longest_delay());
        let is_delayed = longest.fold(0.0, f64::max) >= self.base.simulation.dt / 2.0;
        let leaves_threads_idle = threads > 1 && points < LANES.saturating_mul(threads as u64);
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
        match self.section.batch {
            Some(0) => return Err(Error::specification("study.batch", "0", "at least 1")),
            Some(batch) => return Ok(batch.min(points)),
            None => {}
        }
        let nodes: usize = self.base.simulation.network.populations().iter().map(Population::nodes).sum();
        let steps = self.base.steps[0].saturating_add(self.base.steps[1]);
        let by_work = WORK / steps.saturating_mul(nodes as u64).max(1);
        let by_bytes = BATCH_BYTES / self.bytes_of_point().max(1);
        if let Some(size) = self.generation {
            // A generation is whole batches, so that all of it is stored before the next one begins.
            let most = by_work.min(by_bytes).clamp(1, LARGEST_BATCH).min(size);
            return Ok((1..=most).rev().find(|batch| size % batch == 0).unwrap_or(1).min(points));
        }
        // Few points of a large network are better spread over threads.
        let lanes = if points < LANES && self.is_large() { 1 } else { self.lanes(points, 1) };
        let batch = by_work.min(points / BATCHES).max(lanes).min(by_bytes).clamp(1, LARGEST_BATCH);
        // A power of two holds whole runs of small networks.
        Ok((1 << batch.ilog2()).min(points))
    }
}

/// All values of a field must give runs with the same recordings.
fn check_fields(runs: &dyn StudyRuns, points: &Points, base: &StudyRun) -> Result<(), Error> {
    let first = &points.extremes()[0];
    for (index, axis) in points.axes().iter().enumerate() {
        let AxisValues::Listed(values) = &axis.values else { continue };
        if axis.kind != ParameterKind::Field {
            continue;
        }
        for value in values {
            let mut point = first.clone();
            point[index] = value.clone();
            let run = runs.run(0, 1, &points.parameters(&[point]))?;
            let shape = |run: &StudyRun| -> Vec<(String, usize, usize)> {
                run.recordings.iter().map(|one| (one.name.clone(), one.nodes, one.samples)).collect()
            };
            let [found, expected] = [shape(&run), shape(base)];
            if found != expected {
                let words = |shape: Vec<(String, usize, usize)>| {
                    let one = |(name, nodes, samples)| format!("`{name}` of {nodes} nodes at {samples} times");
                    shape.into_iter().map(one).collect::<Vec<_>>().join(", ")
                };
                let field = format!("study.axes.{}", axis.name);
                let found = format!("{value}, which gives {}", words(found));
                let error = Error::specification(field, found, format!("{} for all values", words(expected)));
                return Err(error.advise("outputs of one name can be chosen with `record`"));
            }
        }
    }
    Ok(())
}

/// Names are those of arrays in one store.
fn check_names(
    section: &StudySection,
    functions: &[Arc<dyn ScoreFunction>],
    points: &Points,
    plan: &StudyRun,
) -> Result<(), Error> {
    let given = functions.iter().flat_map(|function| function.names());
    if section.scores.is_empty()
        && given.clone().next().is_none()
        && section.keep.iter().all(|keep| *keep == Keep::Scores)
    {
        let error = Error::specification("study.scores", "no score", "at least one, or something else to `keep`");
        return Err(error.advise("a score is a kind, such as `mean`, and the output that it is of"));
    }
    let axes = points.axes().iter().map(|axis| axis.name.as_str());
    let recordings = plan.recordings.iter().map(|recording| recording.name.as_str());
    let taken: Vec<&str> = axes.chain(recordings.clone()).chain(RESERVED).collect();
    for (index, axis) in points.axes().iter().enumerate() {
        let is_name_of = |other: &str| other.eq_ignore_ascii_case(&axis.name);
        if RESERVED.iter().copied().chain(recordings.clone()).any(is_name_of) {
            let found = format!("`{}`", axis.name);
            return Err(Error::specification("study.axes", found, "a name that results do not have"));
        }
        if let Some(other) = points.axes()[..index].iter().find(|other| is_name_of(&other.name)) {
            let found = format!("`{}` and `{}`", other.name, axis.name);
            return Err(Error::specification("study.axes", found, "names that differ in more than capitals"));
        }
    }
    for (index, name) in section.scores.keys().chain(given.clone()).enumerate() {
        let is_twice = section.scores.keys().chain(given.clone()).take(index).any(|other| other == name);
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
        let is_taken =
            taken.iter().any(|taken| taken.eq_ignore_ascii_case(name)) || name.starts_with("time_") || is_twice;
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

fn stages(
    section: &StudySection,
    scores: &[Score],
    functions: &[Arc<dyn ScoreFunction>],
    plan: &StudyRun,
) -> Result<Vec<Stage>, Error> {
    let own = functions.iter().flat_map(|function| function.names().iter().map(move |name| (name, function)));
    let names: Vec<&str> =
        scores.iter().map(|score| &score.name).chain(own.clone().map(|(name, _)| name)).map(String::as_str).collect();
    let mut stages: Vec<Stage> = Vec::new();
    for (index, stage) in section.stages.iter().enumerate() {
        let field = format!("study.stage.{index}");
        let name = &stage.keep_if.score;
        let Some(score) = names.iter().position(|known| known == name) else {
            let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let expected = if known.is_empty() { "the name of a score".into() } else { known };
            let error = Error::specification(field + ".keep_if.score", format!("`{name}`"), expected);
            return Err(match nearest(name, names.iter().copied()) {
                Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
                None => error.advise("a stage looks at one of the scores of the study"),
            });
        };
        let condition = stage.keep_if.clone();
        if condition.above.is_none() && condition.below.is_none() {
            return Err(Error::specification(field + ".keep_if", "no bound", "`above`, `below` or both"));
        }
        if let Some(bound) = [condition.above, condition.below].into_iter().flatten().find(|bound| !bound.is_finite()) {
            return Err(Error::specification(field + ".keep_if", bound, "finite bounds"));
        }
        if let (Some(above), Some(below)) = (condition.above, condition.below)
            && above >= below
        {
            let found = format!("above {above} and below {below}");
            return Err(Error::specification(field + ".keep_if", found, "`above` less than `below`"));
        }
        let steps = whole_steps(&plan.simulation, "duration", stage.duration.0)
            .map_err(|error| error.of_field(&format!("{field}.duration")))?;
        // Recordings that the score looks at, and how many samples it needs of each.
        let needed: Vec<(&RecordingPlan, usize)> = if let Some(score) = scores.get(score) {
            vec![(&plan.recordings[score.recording], score.least_samples)]
        } else {
            let function = own.clone().nth(score - scores.len()).map(|(_, function)| function);
            let wanted = |recording: &&RecordingPlan| function.is_some_and(|one| is_wanted(&**one, recording));
            plan.recordings.iter().filter(wanted).map(|recording| (recording, 1)).collect()
        };
        let earliest = |(of, samples): &(&RecordingPlan, usize)| {
            let every = (of.every / plan.simulation.dt).round() as u64;
            ((of.skipped + samples) as u64 * every).saturating_sub(plan.steps[0])
        };
        let earliest = needed.iter().map(earliest).max().unwrap_or(0).max(1);
        if steps < earliest || steps >= plan.steps[1] {
            let [least, duration] =
                [earliest, plan.steps[1]].map(|steps| Milliseconds(steps as f64 * plan.simulation.dt));
            let expected = format!("a time from {least}, which `{name}` needs, to less than the duration, {duration}");
            return Err(Error::specification(field + ".duration", stage.duration, expected));
        }
        stages.push(Stage { step: plan.steps[0] + steps, score, condition });
    }
    stages.sort_by_key(|stage| stage.step);
    Ok(stages)
}

/// What is needed of each recording.
fn needs(
    section: &StudySection,
    scores: &[Score],
    functions: &[Arc<dyn ScoreFunction>],
    plan: &StudyRun,
    asked: &[String],
) -> Result<Vec<Needs>, Error> {
    let mut needs = vec![Needs::default(); plan.recordings.len()];
    for score in scores {
        let needs = &mut needs[score.recording];
        needs.moments |= score.needs_moments();
        needs.series |= score.needs_series();
        needs.connectivity |= score.needs_connectivity();
    }
    for function in functions {
        for (needs, recording) in needs.iter_mut().zip(&plan.recordings) {
            needs.series |= is_wanted(&**function, recording);
        }
    }
    let bold = plan.recordings.iter().position(|recording| recording.is_bold);
    for keep in &section.keep {
        match (keep, bold) {
            (Keep::Scores, _) => {}
            (Keep::Recordings, _) => {
                for (needs, recording) in needs.iter_mut().zip(&plan.recordings) {
                    needs.series |= !recording.is_bold && asked.contains(&recording.name);
                }
            }
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
                return Err(error.advise("BOLD has to be recorded for it"));
            }
        }
    }
    Ok(needs)
}

/// Leaves out recordings that nothing needs.
fn retain(plan: &mut StudyRun, wanted: &[bool]) {
    let mut keep = wanted.iter();
    plan.simulation.recordings.retain(|_| keep.next().copied().unwrap_or(false));
    let mut keep = wanted.iter();
    plan.recordings.retain(|_| keep.next().copied().unwrap_or(false));
}
