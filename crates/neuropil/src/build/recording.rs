//! What is kept, and under which names.

use neuropil_kernel::{Output, Unit};
use neuropil_lang::nearest;
use neuropil_sim::{NetworkError, Observation, Population, Recording, Reduction, Simulation};

use super::connectome::Anatomy;
use super::network::values;
use super::{population_index, whole_steps};
use crate::error::Error;
use crate::experiment::{BoldSection, Experiment, RecordSection, Reduce};
use crate::milliseconds::Milliseconds;
use crate::plan::RecordingPlan;

/// Time between samples where nothing is said (ms), for runs up to [`SHORT`] and longer ones.
const FINE: f64 = 1.0;
const COARSE: f64 = 5.0;
/// 20 s, in ms.
const SHORT: f64 = 20_000.0;

/// Time step of the haemodynamic model where nothing is said (ms): its constants are hundreds of ms.
const BOLD_STEP: f64 = 1.0;

type Recordings = (Vec<Recording>, Vec<RecordingPlan>);

pub(super) fn build(
    experiment: &Experiment,
    simulation: &Simulation,
    anatomy: &Anatomy,
    steps: [u64; 2],
) -> Result<Recordings, Error> {
    let builder = Builder { experiment, simulation, anatomy, steps };
    let mut recordings = Vec::new();
    if experiment.recordings.is_empty() {
        for population in simulation.network.populations() {
            let section = RecordSection { population: Some(population.name().into()), ..RecordSection::default() };
            recordings.push(builder.output(&section)?);
        }
    }
    for section in &experiment.recordings {
        recordings.push(builder.output(section)?);
    }
    if let Some(section) = &experiment.bold {
        recordings.push(builder.bold(section)?);
    }
    let (recordings, mut plans): Recordings = recordings.into_iter().unzip();
    number_equal_names(&mut plans);
    Ok((recordings, plans))
}

struct Builder<'a> {
    experiment: &'a Experiment,
    simulation: &'a Simulation,
    anatomy: &'a Anatomy,
    steps: [u64; 2],
}

impl Builder<'_> {
    fn output(&self, section: &RecordSection) -> Result<(Recording, RecordingPlan), Error> {
        let population = self.population(section.population.as_deref())?;
        let info = population.model().info();
        let output = match &section.output {
            Some(name) => find_output(population, name)?,
            None => info.outputs.first().ok_or_else(|| {
                Error::specification("record.output", format!("model `{}`", info.name), "a model with outputs")
            })?,
        };
        let every = section.every.map_or_else(|| self.default_interval(), |every| every.0);
        let reduction = match section.reduction {
            Reduce::Mean => Reduction::Mean,
            Reduce::Sample => Reduction::Sample,
        };
        let recording = Recording { reduction, ..Recording::sampled(population.name(), &output.name, every) };
        let unit = shown(&output.unit);
        let plan = self.plan(population, &output.name, unit, output.meaning.clone(), &recording)?;
        Ok((recording, plan))
    }

    fn bold(&self, section: &BoldSection) -> Result<(Recording, RecordingPlan), Error> {
        let source = self.population(section.population.as_deref())?;
        if find_output(source, &section.drive).is_err() && section.drive == BoldSection::default().drive {
            let info = source.model().info();
            let found = format!("model `{}` without one", info.name);
            let error = Error::specification("bold.drive", found, "a model with an output `bold_drive`");
            let output = info.outputs.first().map_or("", |output| &output.name);
            return Err(error.advise(format!(
                "add `output bold_drive = ... : 1 \"...\"` to the model file, or choose an output: `drive = \"{output}\"`"
            )));
        }
        find_output(source, &section.drive)?;
        let model = neuropil_models::model("balloon_windkessel")?;
        let output = model.info().outputs[0].clone();
        let input = model.info().inputs[0].name.clone();
        let mut balloon = Population::new("bold", model, source.nodes());
        for (name, value) in &section.parameters {
            balloon.set(name, values(value)?)?;
        }
        let step = section.step.map_or_else(|| bold_step(self.simulation.dt, section.every.0), |step| step.0);
        if whole_steps(self.simulation, "bold.step", step)? == 0 {
            return Err(Error::specification("bold.step", Milliseconds(step), "a positive time"));
        }
        let observation = Observation { population: balloon, input, output: output.name.clone(), step: Some(step) };
        let recording = Recording::sampled(source.name(), &section.drive, section.every.0).through(observation);
        let mut plan = self.plan(source, &output.name, shown(&output.unit), output.meaning.clone(), &recording)?;
        plan.is_bold = true;
        Ok((recording, plan))
    }

    fn population(&self, name: Option<&str>) -> Result<&Population, Error> {
        let network = &self.simulation.network;
        Ok(&network.populations()[population_index(network, name)?])
    }

    fn default_interval(&self) -> f64 {
        let wanted = if self.experiment.simulation.duration.0 <= SHORT { FINE } else { COARSE };
        multiple_near(wanted, self.simulation.dt)
    }

    fn plan(
        &self,
        population: &Population,
        name: &str,
        unit: String,
        meaning: String,
        recording: &Recording,
    ) -> Result<RecordingPlan, Error> {
        let every = whole_steps(self.simulation, "every", recording.every)?;
        let [transient, duration] = self.steps;
        if every == 0 || every > duration {
            let found = format!("{} between samples", Milliseconds(recording.every));
            let expected = format!("a positive time of at most the duration, {}", self.experiment.simulation.duration);
            return Err(Error::specification(format!("record of {name}"), found, expected)
                .advise("simulate for longer, or sample more often"));
        }
        // A mean counts if its whole interval lies after the transient, a sample if it is taken after it.
        let is_mean = recording.reduction == Reduction::Mean;
        let skipped = if is_mean { transient.div_ceil(every) } else { transient / every };
        let (dt, shift) = (self.simulation.dt, if is_mean { 0.5 } else { 0.0 });
        let several = self.simulation.network.populations().len() > 1;
        Ok(RecordingPlan {
            name: if several { format!("{}.{name}", population.name()) } else { name.into() },
            population: population.name().into(),
            nodes: population.nodes(),
            regions: self.has_regions(population),
            unit,
            meaning,
            is_bold: false,
            skipped: skipped as usize,
            first: ((skipped + 1) as f64 - shift) * every as f64 * dt,
            every: every as f64 * dt,
            samples: ((transient + duration) / every - skipped) as usize,
        })
    }

    /// Whether the nodes of a population are the regions of the connectome.
    fn has_regions(&self, population: &Population) -> bool {
        let section = self.experiment.populations.iter().find(|section| section.name == population.name());
        self.anatomy.connectome.is_some() && section.is_none_or(|section| section.nodes.is_none())
    }
}

/// The time step of the haemodynamic model (ms) where nothing is said: the multiple of dt that is closest to 1 ms, but
/// not longer than the time between volumes, `every` (ms).
pub fn bold_step(dt: f64, every: f64) -> f64 {
    multiple_near(BOLD_STEP.min(every), dt)
}

/// The multiple of dt that is closest to `wanted`, but not none.
fn multiple_near(wanted: f64, dt: f64) -> f64 {
    (wanted / dt).round().max(1.0) * dt
}

fn find_output<'a>(population: &'a Population, name: &str) -> Result<&'a Output, Error> {
    let info = population.model().info();
    let names = info.outputs.iter().map(|output| output.name.as_str());
    info.outputs.iter().find(|output| output.name == name).ok_or_else(|| {
        NetworkError::UnknownName {
            what: "output",
            name: name.into(),
            model: info.name.clone(),
            nearest: nearest(name, names.clone()).map(Into::into),
            known: names.map(Into::into).collect(),
        }
        .into()
    })
}

/// A unit as it stands behind a number: nothing where there is none.
fn shown(unit: &Unit) -> String {
    if unit.text == "1" { String::new() } else { unit.text.clone() }
}

/// Recordings of the same output get numbers: `x`, `x_2`.
fn number_equal_names(plans: &mut [RecordingPlan]) {
    for index in 1..plans.len() {
        let name = plans[index].name.clone();
        let (before, number) = (&plans[..index], 2..);
        if before.iter().any(|plan| plan.name == name) {
            let mut names = number.map(|number: usize| format!("{name}_{number}"));
            let free = names.find(|name| before.iter().all(|plan| plan.name != *name));
            plans[index].name = free.unwrap_or(name);
        }
    }
}
