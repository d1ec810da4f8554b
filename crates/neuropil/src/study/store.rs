//! Where the results of a study lie.

use std::collections::BTreeMap;
use std::fs;
use std::ops::{ControlFlow, Range};
use std::path::Path;

use neuropil_optimize::Value as Level;
use neuropil_store::{ArraySpec, BatchLayout, BatchStore, BatchValues, Coordinate, CoordinateSpec, Precision};
use serde_json::{Map, Value, json};

use super::axis::StudyAxis;
use super::evaluate::PointResult;
use super::exploration::Entry;
use super::plan::StudyPlan;
use super::score::Score;
use super::search::SearchPlan;
use crate::error::Error;
use crate::execute::{time_dimensions, write_connectome, write_measured};
use crate::experiment::{Keep, ObjectiveGoal, StudySection};
use crate::plan::{MeasuredConnectivity, RecordingPlan, node_dimension};

/// Name of the store in the folder of a study.
pub const STUDY_STORE: &str = "study.zarr";

/// Attribute that holds the specification.
pub(super) const SPECIFICATION: &str = "study";

/// Attribute that changes with the contents of the files that the specification names.
pub(super) const FINGERPRINT: &str = "fingerprint";

/// Name of the dimension of points.
pub(super) const POINT: &str = "point";

/// Number for each point of a search.
pub(super) const GENERATION: &str = "generation";

/// Functional connectivity of each point, where it is kept.
pub(super) const CONNECTIVITY: &str = "functional_connectivity";

/// Text for each point: why it has no scores.
pub(super) const REASON: &str = "reason";

impl StudyPlan {
    /// Opens the store of this study in a folder, or begins it there. One that has the first points of the study grows.
    pub(super) fn store(&self, folder: &Path, go_on: &mut dyn FnMut() -> ControlFlow<()>) -> Result<BatchStore, Error> {
        check_folder(folder)?;
        let path = folder.join(STUDY_STORE);
        if !path.exists() {
            // Others may begin it at the same time.
            let _lock = BatchStore::lock(&path)?;
            if !path.exists() {
                return self.begin(&path, go_on);
            }
        }
        let store = BatchStore::open(&path)?;
        let is_to_grow = self.extends(folder, &store)?;
        if store.attributes().get(FINGERPRINT) != Some(&Value::from(self.runs.fingerprint())) {
            let found = "files with other contents (model, connectome, data)";
            let expected = format!("those of the study at `{}`", folder.display());
            let error = Error::specification("study", found, expected);
            return Err(error.advise("a folder holds one study; choose another folder, or take the change back"));
        }
        if is_to_grow { self.grow(folder, go_on) } else { Ok(store) }
    }

    fn begin(&self, path: &Path, go_on: &mut dyn FnMut() -> ControlFlow<()>) -> Result<BatchStore, Error> {
        let times = time_dimensions(&self.base.recordings);
        let mut describe = |store: &mut neuropil_store::StoreWriter| {
            if let Some(connectome) = self.base.connectome.as_ref().filter(|_| self.keeps_nodes()) {
                write_connectome(store, connectome)?;
            }
            if let Some(bold) = self.base.recordings.iter().find(|recording| recording.is_bold)
                && self.keeps(Keep::FunctionalConnectivity)
            {
                write_measured(store, self.measured(bold), &node_dimension(&self.base.simulation, bold))?;
            }
            for (index, (time, recording)) in times.iter().zip(&self.base.recordings).enumerate() {
                if self.is_kept(recording) && !times[..index].contains(time) {
                    let values = (0..recording.samples).map(|k| recording.first + k as f64 * recording.every);
                    let spec = CoordinateSpec::new(time, Coordinate::Float(values.collect())).unit("ms");
                    store.add_coordinate(&spec.long_name("simulated time"))?;
                }
            }
            Ok(())
        };
        let mut values = |name: &str, range| self.column(name, range);
        let layout = self.layout(&times);
        Ok(BatchStore::create(path, self.attributes(), &layout, &mut describe, &mut values, go_on)?)
    }

    fn layout(&self, times: &[String]) -> BatchLayout {
        let mut layout = BatchLayout::new(POINT, self.points.len(), self.batch());
        for axis in self.points.axes() {
            layout = if axis.is_text {
                layout.text_coordinate(&axis.name, &axis.meaning)
            } else {
                layout.coordinate(&axis.name, &axis.unit, &axis.meaning)
            };
        }
        if self.search.is_some() {
            layout = layout.with_coordinates_in_batches();
            layout = layout.array(ArraySpec::new(GENERATION).long_name("generation of the search"));
        }
        for score in &self.scores {
            layout = layout.array(described(ArraySpec::new(&score.name), &score.unit, &score.meaning));
        }
        for name in self.functions.iter().flat_map(|function| function.names()) {
            layout = layout.array(ArraySpec::new(name));
        }
        for (time, recording) in times.iter().zip(&self.base.recordings) {
            if self.is_kept(recording) {
                let spec = ArraySpec::new(&recording.name)
                    .dimension(node_dimension(&self.base.simulation, recording), recording.nodes)
                    .dimension(time, recording.samples)
                    .precision(Precision::Single);
                layout = layout.array(described(spec, &recording.unit, &recording.meaning));
            }
            if recording.is_bold && self.keeps(Keep::FunctionalConnectivity) {
                let spec = ArraySpec::new(CONNECTIVITY)
                    .dimension(node_dimension(&self.base.simulation, recording), recording.nodes)
                    .dimension("other_node", recording.nodes)
                    .precision(Precision::Single);
                layout = layout.array(described(spec, "", "Pearson correlation of BOLD"));
            }
        }
        layout.text(REASON, "why a point has no scores")
    }

    /// Bytes of a point in its folder, before they are compressed: values, scores, and what is kept of the run.
    pub fn bytes_of_point(&self) -> u64 {
        let recordings = self.base.recordings.iter().map(|recording| {
            let series = if self.is_kept(recording) { recording.samples } else { 0 };
            let is_matrix = recording.is_bold && self.keeps(Keep::FunctionalConnectivity);
            (recording.nodes * (series + if is_matrix { recording.nodes } else { 0 })) as u64
        });
        // The point's number and its mark are numbers as well.
        let numbers = 2 + self.points.axes().len() + self.score_names().len() + usize::from(self.search.is_some());
        size_of::<f64>() as u64 * numbers as u64 + size_of::<f32>() as u64 * recordings.sum::<u64>()
    }

    /// What functional connectivity is compared with: the data of the first such score, or the subjects of the dataset.
    fn measured(&self, bold: &RecordingPlan) -> &[MeasuredConnectivity] {
        let of_score = self.scores.iter().find_map(Score::measured_connectivity);
        let measured = of_score.unwrap_or(self.runs.measured().connectivity);
        let fits = measured.iter().all(|measured| measured.connectivity.size() == bold.nodes);
        if fits { measured } else { &[] }
    }

    /// A batch as the store takes it.
    pub(super) fn values_of(&self, entries: Vec<Entry>) -> BTreeMap<String, BatchValues> {
        let mut values = BTreeMap::new();
        if self.search.is_some() {
            for (index, axis) in self.points.axes().iter().enumerate() {
                let levels = entries.iter().map(|entry| entry.values[index].clone());
                values.insert(axis.name.clone(), column(axis, levels));
            }
            let generations = entries.iter().map(|entry| entry.generation).collect();
            values.insert(GENERATION.into(), BatchValues::Numbers(generations));
        }
        let results: Vec<PointResult> = entries.into_iter().map(|entry| entry.result).collect();
        for (index, name) in self.score_names().into_iter().enumerate() {
            let column = results.iter().map(|result| result.scores[index]).collect();
            values.insert(name.into(), BatchValues::Numbers(column));
        }
        let kept = self.base.recordings.iter().filter(|recording| self.is_kept(recording));
        for (index, recording) in kept.enumerate() {
            let series = results.iter().flat_map(|result| &result.series[index]).copied().collect();
            values.insert(recording.name.clone(), BatchValues::Numbers(series));
        }
        if self.keeps(Keep::FunctionalConnectivity) {
            let matrices = results.iter().flat_map(|result| &result.connectivity).copied().collect();
            values.insert(CONNECTIVITY.into(), BatchValues::Numbers(matrices));
        }
        let reasons = results.into_iter().map(|result| result.reason).collect();
        values.insert(REASON.into(), BatchValues::Texts(reasons));
        values
    }

    /// The values of points of a design along an axis.
    pub(super) fn column(&self, name: &str, points: Range<u64>) -> BatchValues {
        let Some(index) = self.points.axes().iter().position(|axis| axis.name == name) else {
            return BatchValues::Numbers(Vec::new());
        };
        column(&self.points.axes()[index], self.points.column(index, points).into_iter())
    }

    /// Whether a result has what the store has a place for.
    pub(super) fn is_whole(&self, result: &PointResult) -> bool {
        let expected = self.without_result(String::new());
        let lengths = |result: &PointResult| -> Vec<usize> {
            let series = result.series.iter().map(Vec::len);
            [result.scores.len(), result.connectivity.len()].into_iter().chain(series).collect()
        };
        lengths(&expected) == lengths(result)
    }

    pub(super) fn keeps(&self, keep: Keep) -> bool {
        self.section.keep.contains(&keep)
    }

    /// Whether the samples of a recording are kept: a score may look at more than is kept.
    pub(super) fn is_kept(&self, recording: &RecordingPlan) -> bool {
        let is_asked = self.keeps(if recording.is_bold { Keep::Bold } else { Keep::Recordings });
        is_asked && self.is_asked(recording)
    }

    fn keeps_nodes(&self) -> bool {
        [Keep::Recordings, Keep::Bold, Keep::FunctionalConnectivity].iter().any(|keep| self.keeps(*keep))
    }

    fn attributes(&self) -> Map<String, Value> {
        let simulation = &self.base.simulation;
        let models: Vec<&str> =
            simulation.network.populations().iter().map(|population| population.model().info().name.as_str()).collect();
        let attributes = json!({
            "title": self.title.as_deref().unwrap_or_default(),
            SPECIFICATION: self.identity(self.batch()),
            FINGERPRINT: self.runs.fingerprint(),
            "axes": self.points.axes().iter().map(|axis| &axis.name).collect::<Vec<_>>(),
            "scores": self.score_names(),
            "lower_is_better": self.lower_is_better(),
            "models": models,
            "dt_ms": simulation.dt,
            "neuropil_version": env!("CARGO_PKG_VERSION"),
        });
        let Value::Object(mut attributes) = attributes else { return Map::new() };
        if self.search.is_some() {
            attributes.insert("objectives".into(), self.objectives());
        }
        attributes
    }

    /// For each score, whether small is good.
    fn lower_is_better(&self) -> Vec<bool> {
        let goals = self.search.iter().flat_map(SearchPlan::objectives);
        let goal = |name: &str| goals.clone().find(|wanted| wanted.name == name).map(|wanted| wanted.goal);
        let is_distance = |index: usize| self.scores.get(index).is_some_and(|score| score.kind.is_distance());
        let names = self.score_names().into_iter().enumerate();
        names
            .map(|(index, name)| goal(name).map_or(is_distance(index), |goal| goal == ObjectiveGoal::Minimise))
            .collect()
    }

    /// What a search wants of the scores.
    fn objectives(&self) -> Value {
        let objectives = self.search.iter().flat_map(SearchPlan::objectives);
        objectives.map(|wanted| json!({ "score": wanted.name, "goal": wanted.goal })).collect()
    }

    /// The specification without what results do not depend on, in batches of so many points.
    pub(super) fn identity(&self, batch: u64) -> Value {
        let section = StudySection { batch: Some(batch), ..self.section.clone() };
        self.runs.specification(&section)
    }
}

/// Values of an axis as the store takes them.
fn column(axis: &StudyAxis, levels: impl Iterator<Item = Level>) -> BatchValues {
    if axis.is_text {
        let text = |level| if let Level::Choice(text) = level { text } else { String::new() };
        return BatchValues::Texts(levels.map(text).collect());
    }
    BatchValues::Numbers(levels.map(|level| level.as_number().unwrap_or(f64::NAN)).collect())
}

fn described(spec: ArraySpec, unit: &str, meaning: &str) -> ArraySpec {
    let spec = if unit.is_empty() { spec } else { spec.unit(unit) };
    if meaning.is_empty() { spec } else { spec.long_name(meaning) }
}

/// Refuses a folder that holds something but no study: nothing is mixed.
fn check_folder(folder: &Path) -> Result<(), Error> {
    let refuse = |found: String| {
        let error = Error::specification("folder", found, "a free folder or one of a study");
        Err(error.advise("choose another folder; this one is left as it is"))
    };
    if folder.is_file() {
        return refuse(format!("a file, `{}`", folder.display()));
    }
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let ours = ["study.zarr", "study.locks", "study.partial"];
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if !names.is_empty() && !names.iter().any(|name| ours.contains(&name.as_str())) {
        let name = names.iter().min().map_or("", String::as_str);
        return refuse(format!("`{name}` in `{}`", folder.display()));
    }
    Ok(())
}
