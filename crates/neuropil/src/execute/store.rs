//! The results of a run as a Zarr store.

use std::path::Path;

use neuropil_analysis::SquareMatrix;
use neuropil_data::Connectome;
use neuropil_store::{ArrayId, ArraySpec, Coordinate, CoordinateSpec, Precision, StoreWriter, WriteError};
use serde_json::{Map, Value, json};

use super::Outcome;
use crate::error::Error;
use crate::plan::{MeasuredConnectivity, Plan, RecordingPlan};

/// Bytes of a chunk, at most.
const CHUNK: usize = 1 << 20;

/// Chunks of a long recording, at least: what a killed run loses is one of them.
const CHUNKS: usize = 32;

/// Simulated time of a chunk (ms), at least, because each is flushed to the disk.
const SPAN: f64 = 5000.0;

/// Name of the array of measured functional connectivity.
pub(crate) const MEASURED_CONNECTIVITY: &str = "measured_functional_connectivity";

/// Writes recordings as they come, and what follows from them at the end.
pub(super) struct ResultStore {
    store: StoreWriter,
    arrays: Vec<ArrayId>,
    regions: bool,
    subjects: bool,
}

impl ResultStore {
    pub(super) fn create(path: &Path, overwrite: bool, plan: &Plan) -> Result<Self, Error> {
        let mut store = StoreWriter::create(path, attributes(plan), overwrite)?;
        let trials = plan.experiment.simulation.trials;
        let numbers = (0..trials as i64).collect();
        store.add_coordinate(&CoordinateSpec::new("trial", Coordinate::Int(numbers)))?;
        if let Some(connectome) = &plan.connectome {
            write_connectome(&mut store, connectome)?;
        }
        write_measured(&mut store, &plan.measured, "node")?;
        let times = time_dimensions(&plan.recordings);
        for (index, (time, recording)) in times.iter().zip(&plan.recordings).enumerate() {
            if !times[..index].contains(time) {
                let step = Coordinate::Regular { start: recording.first, step: recording.every };
                store.add_coordinate(&CoordinateSpec::new(time, step).unit("ms").long_name("simulated time"))?;
            }
        }
        let mut arrays = Vec::new();
        for (time, recording) in times.iter().zip(&plan.recordings) {
            let chunk = chunk_length(recording, trials as usize);
            let mut spec = ArraySpec::new(&recording.name)
                .dimension("trial", trials as usize)
                .dimension(plan.node_dimension(recording), recording.nodes)
                .growing(time, chunk)
                .precision(Precision::Single)
                .long_name(&recording.meaning);
            if !recording.unit.is_empty() {
                spec = spec.unit(&recording.unit);
            }
            arrays.push(store.add_array(&spec)?);
        }
        let regions = plan.connectome.is_some();
        Ok(Self { store, arrays, regions, subjects: !plan.measured.is_empty() })
    }

    pub(super) fn append(&mut self, recording: usize, values: &[f64]) -> Result<(), Error> {
        Ok(self.store.append(&self.arrays[recording], values)?)
    }

    /// Writes what follows from the recordings, and closes the store.
    pub(super) fn finish(mut self, outcome: &Outcome) -> Result<(), Error> {
        if let Some(first) = outcome.connectivity.first()
            && self.regions
        {
            let (trials, nodes) = (outcome.connectivity.len(), first.size());
            let spec = ArraySpec::new("functional_connectivity")
                .dimension("trial", trials)
                .dimension("node", nodes)
                .dimension("other_node", nodes)
                .long_name("Pearson correlation of BOLD");
            self.store.write(&spec, &concat(outcome.connectivity.iter()))?;
        }
        if let Some(fit) = outcome.fit.as_ref().filter(|_| self.subjects) {
            let spec = ArraySpec::new("fit")
                .dimension("trial", fit.correlations.len())
                .dimension("subject", fit.subjects.len())
                .long_name("Pearson correlation of simulated and measured functional connectivity");
            self.store.write(&spec, &fit.correlations.concat())?;
        }
        self.store.set_attribute("simulated_ms", outcome.time)?;
        self.store.set_attribute("wall_time_s", outcome.elapsed.as_secs_f64())?;
        if outcome.complete {
            self.store.finish()?;
        } else {
            self.store.finish_partial()?;
        }
        Ok(())
    }

    /// Closes the store of a run that failed at this time (ms).
    pub(super) fn abandon(mut self, error: &Error, time: f64) -> Result<(), Error> {
        let noted = self.store.set_attribute("error", error.to_string());
        let noted = noted.and(self.store.set_attribute("simulated_ms", time));
        self.store.finish_partial()?;
        Ok(noted?)
    }
}

/// Samples of a chunk.
fn chunk_length(recording: &RecordingPlan, trials: usize) -> usize {
    let row = (trials * recording.nodes * size_of::<f32>()).max(1);
    let span = (SPAN / recording.every).ceil() as usize;
    (recording.samples / CHUNKS).max(span).min(CHUNK / row).clamp(1, recording.samples.max(1))
}

fn attributes(plan: &Plan) -> Map<String, Value> {
    let connectome = plan.connectome.as_ref().map(|connectome| connectome.name());
    let models: Vec<&str> =
        plan.simulation.network.populations().iter().map(|p| p.model().info().name.as_str()).collect();
    let attributes = json!({
        "title": plan.experiment.title.as_deref().unwrap_or_default(),
        "experiment": plan.experiment.to_json(),
        "seed": plan.simulation.seed,
        "dt_ms": plan.simulation.dt,
        "models": models,
        "connectome": connectome,
        "recordings": plan.recordings.iter().map(|recording| &recording.name).collect::<Vec<_>>(),
        "bold": plan.recordings.iter().find(|recording| recording.is_bold).map(|recording| &recording.name),
        "neuropil_version": env!("CARGO_PKG_VERSION"),
        "instructions": neuropil_kernel::simd_name(),
    });
    match attributes {
        Value::Object(attributes) => attributes,
        _ => Map::new(),
    }
}

pub(crate) fn write_connectome(store: &mut StoreWriter, connectome: &Connectome) -> Result<(), WriteError> {
    let nodes = connectome.nodes();
    let labels = || Coordinate::Text(connectome.labels().to_vec());
    store.add_coordinate(&CoordinateSpec::new("region", labels()).along("node").long_name("region"))?;
    store.add_coordinate(&CoordinateSpec::new("other_region", labels()).along("other_node").long_name("region"))?;
    if let Some(centres) = connectome.centres() {
        for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
            let values = Coordinate::Float(centres.iter().map(|centre| centre[axis]).collect());
            let spec = CoordinateSpec::new(format!("centre_{name}"), values).along("node").unit("mm");
            store.add_coordinate(&spec.long_name(format!("{name} of the centre of the region")))?;
        }
    }
    let matrix =
        |name, meaning| ArraySpec::new(name).dimension("node", nodes).dimension("other_node", nodes).long_name(meaning);
    let weights = matrix("weights", "weight of the connection from other_node to node");
    store.write(&weights, connectome.weights().values())?;
    let lengths = matrix("lengths", "length of the tract from other_node to node").unit("mm");
    store.write(&lengths, connectome.lengths().values())?;
    Ok(())
}

/// Functional connectivity of subjects, along the dimension of the nodes that are compared with it.
pub(crate) fn write_measured(
    store: &mut StoreWriter,
    measured: &[MeasuredConnectivity],
    node: &str,
) -> Result<(), WriteError> {
    let Some(first) = measured.first() else { return Ok(()) };
    let nodes = first.connectivity.size();
    let subjects = measured.iter().map(|measured| measured.subject.clone()).collect();
    store.add_coordinate(&CoordinateSpec::new("subject", Coordinate::Text(subjects)))?;
    let spec = ArraySpec::new(MEASURED_CONNECTIVITY)
        .dimension("subject", measured.len())
        .dimension(node, nodes)
        .dimension("other_node", nodes)
        .long_name("Pearson correlation of measured BOLD");
    store.write(&spec, &concat(measured.iter().map(|measured| &measured.connectivity)))
}

fn concat<'a>(matrices: impl Iterator<Item = &'a SquareMatrix>) -> Vec<f64> {
    matrices.flat_map(SquareMatrix::values).copied().collect()
}

/// Name of the dimension of time of each recording: `time` for those like the first, `time_NAME` for others.
pub(crate) fn time_dimensions(recordings: &[RecordingPlan]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (index, recording) in recordings.iter().enumerate() {
        let same = |other: &&RecordingPlan| {
            (other.first, other.every, other.samples) == (recording.first, recording.every, recording.samples)
        };
        let known = recordings[..index].iter().position(|other| same(&other));
        names.push(match known {
            Some(known) => names[known].clone(),
            None if index == 0 => "time".into(),
            None => format!("time_{}", recording.name),
        });
    }
    names
}
