//! An experiment file as what a study runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use neuropil_kernel::{ModelInfo, Parameter};
use neuropil_lang::nearest;
use neuropil_optimize::Value as Level;
use neuropil_sim::{Network, Values};
use serde_json::Value as Json;

use super::fingerprint::Fingerprint;
use super::runs::{Measured, ParameterKind, ParameterValues, StudyParameter, StudyRun, StudyRuns};
use crate::build::Anatomy;
use crate::error::Error;
use crate::experiment::{Experiment, Mistake, RecordSection, Speed, StudySection, Value, from_value};
use crate::plan::Plan;

/// Brains that are kept at most, by speed and fields.
const KNOWN_BRAINS: usize = 8;
/// Sections whose fields may be varied by path.
const SECTIONS: [&str; 7] = ["network", "population", "projection", "simulation", "record", "bold", "stimulus"];

/// An experiment with values of axes put into it.
#[derive(Debug)]
pub(super) struct ExperimentRuns {
    /// As it was written.
    written: Experiment,
    /// Without its study, with recordings of all that scores look at.
    experiment: Experiment,
    /// Folder of its file, at which relative paths begin.
    folder: Option<PathBuf>,
    /// As it is, without any axis.
    present: Network,
    asked: Vec<String>,
    anatomy: Arc<Anatomy>,
    /// The brain by what changes it.
    brains: Mutex<BTreeMap<String, Arc<Anatomy>>>,
    fingerprint: Fingerprint,
}

impl ExperimentRuns {
    pub(super) fn of(experiment: &Experiment, section: &StudySection, folder: Option<&Path>) -> Result<Self, Error> {
        let anatomy = Arc::new(Anatomy::of(experiment)?);
        let fingerprint = Fingerprint::of(experiment, &anatomy)?;
        let written = experiment.clone();
        let mut experiment = experiment.clone();
        experiment.study = None;
        if experiment.simulation.trials != 1 {
            let error = Error::specification("trials", experiment.simulation.trials, "1: each point is a trial");
            return Err(error.advise("an axis `seed` runs each point with several seeds"));
        }
        let present = experiment.build_on(&anatomy)?;
        let own = record_outputs(&mut experiment, section, &present);
        let names = experiment.build_on(&anatomy)?.recordings;
        let is_asked = |(index, recording): &(usize, &crate::plan::RecordingPlan)| *index < own || recording.is_bold;
        let asked = names.iter().enumerate().filter(is_asked).map(|(_, recording)| recording.name.clone()).collect();
        let network = present.simulation.network;
        let folder = folder.map(Path::to_path_buf);
        let brains = Mutex::default();
        let mut runs = Self { written, experiment, folder, present: network, asked, anatomy, brains, fingerprint };
        runs.add_fields(section)?;
        Ok(runs)
    }

    /// Contents of files that the values of axes name belong to the fingerprint.
    fn add_fields(&mut self, section: &StudySection) -> Result<(), Error> {
        for (name, axis) in &section.axes {
            let path = axis.parameter.as_deref().unwrap_or(name);
            if !is_field(path) {
                continue;
            }
            for value in axis.values.iter().flatten().filter(|value| matches!(value, Level::Choice(_))) {
                let mut experiment = self.experiment.clone();
                self.set_field(&mut experiment, path, value)?;
                let anatomy = self.anatomy_of(&experiment, true)?;
                self.fingerprint.add(&experiment, &anatomy)?;
            }
        }
        Ok(())
    }

    /// The brain of an experiment with other values; made once.
    fn anatomy_of(&self, experiment: &Experiment, has_other_fields: bool) -> Result<Arc<Anatomy>, Error> {
        let speed = experiment.network.as_ref().and_then(|network| network.speed).unwrap_or_default();
        let own = self.experiment.network.as_ref().and_then(|network| network.speed).unwrap_or_default();
        if !has_other_fields && speed == own {
            return Ok(Arc::clone(&self.anatomy));
        }
        // Parameters do not change it, and are many.
        let key = experiment.network.clone().map(|mut network| {
            network.parameters.clear();
            network.initial.clear();
            serde_json::to_string(&network).unwrap_or_default()
        });
        let key = key.unwrap_or_default();
        let mut brains = self.brains.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = brains.get(&key) {
            return Ok(Arc::clone(known));
        }
        let brain = if has_other_fields { Anatomy::of(experiment)? } else { self.anatomy.with_speed(speed) };
        if brains.len() >= KNOWN_BRAINS {
            brains.clear();
        }
        Ok(Arc::clone(brains.entry(key).or_insert_with(|| Arc::new(brain))))
    }

    /// Puts a value into a field.
    fn set_field(&self, experiment: &mut Experiment, path: &str, value: &Level) -> Result<(), Error> {
        let mut json = experiment.to_json();
        *field(&mut json, path)? = serde_json::to_value(value).unwrap_or_default();
        let mut changed: Experiment = from_value(json)
            .map_err(|mistake| Error::from(Mistake { field: format!("study.axes.{path}"), ..mistake }))?;
        if let (Level::Choice(text), Some(folder)) = (value, &self.folder) {
            changed.visit_paths(|path| {
                if path.as_os_str() == text.as_str() {
                    *path = folder.join(&*path);
                }
            });
        }
        *experiment = changed;
        Ok(())
    }

    /// The model whose parameter a name is of, and the parameter; the population where there are several.
    fn population_of<'a>(&self, name: &'a str) -> Result<(Option<&'a str>, &'a str), Error> {
        match name.split_once('.') {
            Some((population, parameter)) if !self.experiment.populations.is_empty() => {
                self.present.population(population)?;
                Ok((Some(population), parameter))
            }
            _ if !self.experiment.populations.is_empty() => {
                let names = self.present.populations().iter().map(|population| format!("`{}`", population.name()));
                let hint = format!("the populations are: {}", names.collect::<Vec<_>>().join(", "));
                Err(Error::specification("study.axes", format!("`{name}`"), "POPULATION.NAME").advise(hint))
            }
            _ => Ok((None, name)),
        }
    }

    fn field_parameter(&self, path: &str) -> Result<StudyParameter, Error> {
        let mut json = self.experiment.to_json();
        let found = field(&mut json, path)?.take();
        if path.starts_with("simulation.") && ["trials", "threads"].iter().any(|name| path.ends_with(name)) {
            return Err(Error::specification("study.axes", format!("`{path}`"), "a field that changes results"));
        }
        let present = match &found {
            Json::Number(number) => number.as_f64().map(Level::Real),
            Json::String(text) => Some(Level::Choice(text.clone())),
            _ => None,
        };
        if let Some(projection) = strength_of(path) {
            let number = projection.parse().unwrap_or(usize::MAX);
            let network = &self.present;
            let nodes = network.projections().get(number).map_or(0, |projection| projection.connections.targets());
            let present = present.or(Some(Level::Real(1.0)));
            let meaning = "strength of a projection".into();
            return Ok(StudyParameter { meaning, nodes, present, ..StudyParameter::default() });
        }
        let meaning = format!("{path} of the experiment");
        Ok(StudyParameter { meaning, kind: ParameterKind::Field, present, ..StudyParameter::default() })
    }
}

impl StudyRuns for ExperimentRuns {
    fn parameter(&self, name: &str) -> Result<StudyParameter, Error> {
        let network = &self.present;
        match name {
            "seed" => {
                let meaning = "seed of noise and initial values".into();
                let present = Some(Level::Integer(self.experiment.simulation.seed as i64));
                return Ok(StudyParameter { meaning, kind: ParameterKind::Seed, present, ..StudyParameter::default() });
            }
            "speed" if network.projections().is_empty() => {
                let field = "study.axes.speed";
                let found = "a network without connections";
                return Err(Error::specification(field, found, "a `connectome` or `dataset`"));
            }
            "speed" => {
                let speed = self.experiment.network.as_ref().and_then(|network| network.speed).unwrap_or_default();
                return Ok(StudyParameter {
                    unit: "mm/ms".into(),
                    meaning: "speed of signals".into(),
                    kind: ParameterKind::Speed,
                    nodes: 0,
                    present: Some(Level::Real(speed.millimetres_per_millisecond().unwrap_or(0.0))),
                });
            }
            _ if is_field(name) && network.population(name.split('.').next().unwrap_or(name)).is_err() => {
                return self.field_parameter(name);
            }
            _ => {}
        }
        let (population, parameter) = self.population_of(name)?;
        let of = match population {
            Some(name) => network.population(name)?,
            None => &network.populations()[0],
        };
        let info = of.model().info();
        let found = parameters(info).find(|known| known.name == parameter);
        let input = info.inputs.iter().find(|input| input.name == parameter);
        let found = found.map(|known| (&known.unit, &known.meaning, known.default));
        let Some((unit, meaning, default)) = found.or(input.map(|input| (&input.unit, &input.meaning, input.default)))
        else {
            let inputs = info.inputs.iter().map(|input| input.name.as_str());
            let known = parameters(info).map(|known| known.name.as_str()).chain(inputs).chain(["speed", "seed"]);
            let expected = format!("a parameter, input or coupling strength of `{}`, `speed` or `seed`", info.name);
            let error = Error::specification("study.axes", format!("`{name}`"), expected);
            return Err(match nearest(parameter, known) {
                Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
                None => error.advise(format!("`neuropil models show {}` lists them", info.name)),
            });
        };
        let unit = if unit.text == "1" { String::new() } else { unit.text.clone() };
        let set = match population {
            None => self.experiment.network.as_ref().and_then(|network| network.parameters.get(parameter)),
            Some(population) => {
                let section = self.experiment.populations.iter().find(|section| section.name == population);
                section.and_then(|section| section.parameters.get(parameter))
            }
        };
        let present = match set {
            Some(Value::Number(number)) => Some(Level::Real(*number)),
            Some(_) => None,
            None => Some(Level::Real(default)),
        };
        Ok(StudyParameter { unit, meaning: meaning.clone(), kind: ParameterKind::Number, nodes: of.nodes(), present })
    }

    fn run(&self, first: u64, points: usize, values: &[(String, ParameterValues)]) -> Result<StudyRun, Error> {
        let mut experiment = self.experiment.clone();
        let mut has_other_fields = false;
        for (name, values) in values {
            match values {
                ParameterValues::Shared(level) if name == "seed" => {
                    experiment.simulation.seed = level.as_number().unwrap_or(0.0) as u64;
                }
                ParameterValues::Shared(level) if name == "speed" => {
                    if let Some(network) = &mut experiment.network {
                        network.speed = level.as_number().map(Speed::from);
                    }
                }
                ParameterValues::Shared(level) => {
                    self.set_field(&mut experiment, name, level)?;
                    has_other_fields = true;
                }
                ParameterValues::Numbers(numbers) => {
                    let value = match numbers {
                        Values::Uniform(number) => Value::Number(*number),
                        Values::Nodes(numbers) => Value::Nodes(numbers.clone()),
                        Values::Trials(numbers) => Value::Trials(numbers.clone()),
                        Values::TrialsNodes(numbers) => Value::TrialsNodes(numbers.clone()),
                    };
                    let number = strength_of(name).and_then(|number| number.parse::<usize>().ok());
                    if let Some(projection) = number.and_then(|number| experiment.projections.get_mut(number)) {
                        projection.strength = Some(value);
                        continue;
                    }
                    let (population, name) = self.population_of(name)?;
                    let section =
                        population.and_then(|name| experiment.populations.iter_mut().find(|p| p.name == name));
                    match section {
                        Some(section) => section.parameters.insert(name.into(), value),
                        None => experiment.network.get_or_insert_default().parameters.insert(name.into(), value),
                    };
                }
            }
        }
        experiment.simulation.trials = points as u64;
        // A value that a field cannot have.
        let of_field = |error: Error| {
            let fields =
                values.iter().filter(|(name, values)| is_field(name) && matches!(values, ParameterValues::Shared(_)));
            fields.fold(error, |error, (name, _)| error.of_field(&format!("study.axes.{name}")))
        };
        let anatomy = self.anatomy_of(&experiment, has_other_fields).map_err(of_field)?;
        let mut plan = experiment.build_on(&anatomy).map_err(of_field)?;
        // The same noise in every batch is that of the first trial of all.
        let first = if plan.simulation.same_noise { 0 } else { first };
        plan.simulation.trials = first..first + points as u64;
        let Plan { simulation, recordings, steps, connectome, .. } = plan;
        Ok(StudyRun { simulation, recordings, steps, connectome })
    }

    fn asked(&self) -> &[String] {
        &self.asked
    }

    fn measured(&self) -> Measured<'_> {
        Measured { connectivity: &self.anatomy.measured, bold: &self.anatomy.bold }
    }

    fn specification(&self, section: &StudySection) -> Json {
        let mut experiment = self.written.clone();
        experiment.simulation.threads = None;
        experiment.title = None;
        experiment.study = Some(section.clone());
        // Contents count, which have their fingerprint, and not the folder from which a file was called.
        experiment.visit_paths(|path| *path = path.file_name().map_or_else(|| path.clone(), PathBuf::from));
        experiment.to_json()
    }

    fn fingerprint(&self) -> String {
        self.fingerprint.to_string()
    }
}

/// Whether a name is the path of a field.
fn is_field(name: &str) -> bool {
    name.split_once('.').is_some_and(|(section, _)| SECTIONS.contains(&section))
}

/// `2` of `projection.2.strength`.
fn strength_of(path: &str) -> Option<&str> {
    path.strip_prefix("projection.")?.strip_suffix(".strength")
}

/// The field of a specification at a path; nothing is there yet where it has its default.
fn field<'a>(json: &'a mut Json, path: &str) -> Result<&'a mut Json, Error> {
    let missing = |part: &str, expected: String| {
        Error::specification("study.axes", format!("`{path}`, in which there is no `{part}`"), expected)
    };
    let mut here = json;
    for part in path.split('.') {
        here = match here {
            Json::Object(fields) => fields.entry(part).or_insert(Json::Null),
            Json::Array(items) => {
                let count = items.len();
                let named = items.iter().position(|item| item.get("name").and_then(Json::as_str) == Some(part));
                let index = named.or(part.parse().ok()).filter(|index| *index < count);
                let index = index.ok_or_else(|| missing(part, format!("a name, or a number below {count}")))?;
                &mut items[index]
            }
            Json::Null => {
                *here = Json::Object(serde_json::Map::new());
                let Json::Object(fields) = here else { return Err(missing(part, "a section".into())) };
                fields.entry(part).or_insert(Json::Null)
            }
            _ => return Err(missing(part, "a section with fields".into())),
        };
    }
    Ok(here)
}

/// Parameters and coupling strengths of a model.
fn parameters(info: &ModelInfo) -> impl Iterator<Item = &Parameter> + Clone {
    info.parameters.iter().chain(info.couplings.iter().filter_map(|coupling| coupling.strength.as_ref()))
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
