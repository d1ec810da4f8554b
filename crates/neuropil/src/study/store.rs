//! Where the results of a study lie.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use neuropil_store::{ArraySpec, BatchLayout, BatchStore, BatchValues, Coordinate, CoordinateSpec, Precision};
use serde_json::{Map, Value, json};

use super::evaluate::PointResult;
use super::plan::StudyPlan;
use super::score::Score;
use crate::error::Error;
use crate::execute::{time_dimensions, write_connectome, write_measured};
use crate::experiment::Keep;
use crate::plan::{MeasuredConnectivity, RecordingPlan};

/// Name of the store in the folder of a study.
pub const STUDY_STORE: &str = "study.zarr";

/// Attribute that holds the specification.
pub(super) const SPECIFICATION: &str = "study";

/// Attribute that changes with the contents of the files that the specification names.
pub(super) const FINGERPRINT: &str = "fingerprint";

/// Name of the dimension of points.
pub(super) const POINT: &str = "point";

/// Functional connectivity of each point, where it is kept.
pub(super) const CONNECTIVITY: &str = "functional_connectivity";

/// Text for each point: why it has no scores.
pub(super) const REASON: &str = "reason";

impl StudyPlan {
    /// Opens the store of this study in a folder, or begins it there.
    pub(super) fn store(&self, folder: &Path) -> Result<BatchStore, Error> {
        check_folder(folder)?;
        let path = folder.join(STUDY_STORE);
        if !path.exists() {
            // Others may begin it at the same time.
            let _lock = BatchStore::lock(&path)?;
            if !path.exists() {
                return self.begin(&path);
            }
        }
        let store = BatchStore::open(&path)?;
        let found = store.attributes().get(SPECIFICATION).unwrap_or(&Value::Null);
        if let Some(difference) = difference(&self.identity(), found, "") {
            let Difference { field, expected, found } = difference;
            let found = format!("{found} in the study at `{}`", folder.display());
            let error = Error::specification(field, expected, found);
            return Err(error.advise("a folder holds one study; choose another folder, or take the change back"));
        }
        if store.attributes().get(FINGERPRINT) != Some(&Value::from(self.fingerprint.as_str())) {
            let found = "files with other contents (model, connectome, data)";
            let expected = format!("those of the study at `{}`", folder.display());
            let error = Error::specification("study", found, expected);
            return Err(error.advise("a folder holds one study; choose another folder, or take the change back"));
        }
        Ok(store)
    }

    fn begin(&self, path: &Path) -> Result<BatchStore, Error> {
        let times = time_dimensions(&self.base.recordings);
        let mut describe = |store: &mut neuropil_store::StoreWriter| {
            if let Some(connectome) = self.base.connectome.as_ref().filter(|_| self.keeps_nodes()) {
                write_connectome(store, connectome)?;
            }
            if let Some(bold) = self.base.recordings.iter().find(|recording| recording.is_bold)
                && self.keeps(Keep::FunctionalConnectivity)
            {
                write_measured(store, self.measured(bold), &self.base.node_dimension(bold))?;
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
        let mut values = |range: std::ops::Range<u64>| {
            let mut columns = vec![Vec::new(); self.points.axes().len()];
            for point in range {
                for (column, value) in columns.iter_mut().zip(self.points.values(point)) {
                    column.push(value);
                }
            }
            columns
        };
        Ok(BatchStore::create(path, self.attributes(), &self.layout(&times), &mut describe, &mut values)?)
    }

    fn layout(&self, times: &[String]) -> BatchLayout {
        let mut layout = BatchLayout::new(POINT, self.points.len(), self.batch());
        for axis in self.points.axes() {
            layout = layout.coordinate(&axis.name, &axis.unit, &axis.meaning);
        }
        for score in &self.scores {
            layout = layout.array(described(ArraySpec::new(&score.name), &score.unit, &score.meaning));
        }
        for (time, recording) in times.iter().zip(&self.base.recordings) {
            if self.is_kept(recording) {
                let spec = ArraySpec::new(&recording.name)
                    .dimension(self.base.node_dimension(recording), recording.nodes)
                    .dimension(time, recording.samples)
                    .precision(Precision::Single);
                layout = layout.array(described(spec, &recording.unit, &recording.meaning));
            }
            if recording.is_bold && self.keeps(Keep::FunctionalConnectivity) {
                let spec = ArraySpec::new(CONNECTIVITY)
                    .dimension(self.base.node_dimension(recording), recording.nodes)
                    .dimension("other_node", recording.nodes)
                    .precision(Precision::Single);
                layout = layout.array(described(spec, "", "Pearson correlation of BOLD"));
            }
        }
        layout.text(REASON, "why a point has no scores")
    }

    /// What functional connectivity is compared with: the data of the first such score, or the subjects of the dataset.
    fn measured(&self, bold: &RecordingPlan) -> &[MeasuredConnectivity] {
        let of_score = self.scores.iter().find_map(Score::measured_connectivity);
        let measured = of_score.unwrap_or(&self.base.measured);
        let fits = measured.iter().all(|measured| measured.connectivity.size() == bold.nodes);
        if fits { measured } else { &[] }
    }

    /// A batch as the store takes it.
    pub(super) fn values_of(&self, results: Vec<PointResult>) -> BTreeMap<String, BatchValues> {
        let mut values = BTreeMap::new();
        for (index, score) in self.scores.iter().enumerate() {
            let column = results.iter().map(|result| result.scores[index]).collect();
            values.insert(score.name.clone(), BatchValues::Numbers(column));
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

    pub(super) fn keeps(&self, keep: Keep) -> bool {
        self.study.section.keep.contains(&keep)
    }

    /// Whether the samples of a recording are kept: a score may look at more than is kept.
    pub(super) fn is_kept(&self, recording: &RecordingPlan) -> bool {
        let is_asked = self.keeps(if recording.is_bold { Keep::Bold } else { Keep::Recordings });
        is_asked && self.is_own(recording)
    }

    fn keeps_nodes(&self) -> bool {
        [Keep::Recordings, Keep::Bold, Keep::FunctionalConnectivity].iter().any(|keep| self.keeps(*keep))
    }

    fn attributes(&self) -> Map<String, Value> {
        let simulation = &self.base.simulation;
        let models: Vec<&str> =
            simulation.network.populations().iter().map(|population| population.model().info().name.as_str()).collect();
        let attributes = json!({
            "title": self.study.experiment.title.as_deref().unwrap_or_default(),
            SPECIFICATION: self.identity(),
            FINGERPRINT: self.fingerprint,
            "axes": self.points.axes().iter().map(|axis| &axis.name).collect::<Vec<_>>(),
            "scores": self.scores.iter().map(|score| &score.name).collect::<Vec<_>>(),
            "lower_is_better": self.scores.iter().map(|score| score.kind.is_distance()).collect::<Vec<_>>(),
            "models": models,
            "dt_ms": simulation.dt,
            "neuropil_version": env!("CARGO_PKG_VERSION"),
        });
        match attributes {
            Value::Object(attributes) => attributes,
            _ => Map::new(),
        }
    }

    /// The specification without what results do not depend on.
    fn identity(&self) -> Value {
        let mut experiment = self.study.experiment.clone();
        experiment.simulation.threads = None;
        experiment.title = None;
        // Contents count, which have their fingerprint, and not the folder from which a file was called.
        experiment.visit_paths(|path| *path = path.file_name().map_or_else(|| path.clone(), PathBuf::from));
        if let Some(section) = &mut experiment.study {
            section.batch = Some(self.batch());
        }
        experiment.to_json()
    }
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

/// The first field in which two specifications differ.
pub(super) struct Difference {
    pub(super) field: String,
    pub(super) expected: String,
    pub(super) found: String,
}

pub(super) fn difference(expected: &Value, found: &Value, field: &str) -> Option<Difference> {
    let below = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    match (expected, found) {
        (expected, found) if expected == found => None,
        (Value::Object(expected), Value::Object(found)) => {
            let mut names: Vec<&String> = expected.keys().chain(found.keys()).collect();
            names.sort_unstable();
            let value = |map: &Map<String, Value>, name: &str| map.get(name).cloned().unwrap_or_default();
            names.iter().find_map(|name| difference(&value(expected, name), &value(found, name), &below(name)))
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(index, (expected, found))| difference(expected, found, &below(&index.to_string())))
        }
        (expected, found) => {
            let [expected, found] = [expected, found].map(shown);
            Some(Difference { field: field.into(), expected, found })
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        value => {
            let text = value.to_string();
            if text.chars().count() > 80 { format!("{}...", text.chars().take(80).collect::<String>()) } else { text }
        }
    }
}
