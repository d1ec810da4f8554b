//! What a store holds, as a report needs it.

use std::path::Path;

use neuropil::Experiment;
use neuropil::data::{Atlas, Hemisphere};
use neuropil::store::{ArrayInfo, Coordinate, ReadError, StoreReader};
use serde_json::{Map, Value};

/// Everything in a store that a report shows.
pub(super) struct Content {
    pub(super) attributes: Map<String, Value>,
    pub(super) experiment: Option<Experiment>,
    pub(super) complete: bool,
    /// Recordings but BOLD.
    pub(super) recordings: Vec<Recorded>,
    pub(super) bold: Option<Recorded>,
    pub(super) regions: Option<Regions>,
    /// Mean over trials.
    pub(super) connectivity: Option<Vec<f64>>,
    /// Names of subjects, and their mean functional connectivity.
    pub(super) measured: Option<(Vec<String>, Vec<f64>)>,
    /// Mean over trials, for each subject.
    pub(super) fit: Option<Vec<f64>>,
}

/// A recording: first trial only.
pub(super) struct Recorded {
    pub(super) name: String,
    pub(super) unit: Option<String>,
    pub(super) meaning: String,
    /// s
    pub(super) times: Vec<f64>,
    pub(super) nodes: usize,
    /// Whether the nodes are the regions.
    pub(super) of_regions: bool,
    pub(super) trials: usize,
    /// `[node][time]`
    pub(super) values: Vec<f64>,
}

/// The connectome of the network.
pub(super) struct Regions {
    pub(super) labels: Vec<String>,
    /// mm
    pub(super) centres: Option<Vec<[f64; 3]>>,
    /// `[target][source]`
    pub(super) weights: Vec<f64>,
    /// mm, `[target][source]`
    pub(super) lengths: Vec<f64>,
    /// Order in which matrices are shown: left hemisphere first, where labels name hemispheres.
    pub(super) order: Vec<usize>,
    pub(super) by_hemisphere: bool,
}

impl Content {
    pub(super) fn read(path: &Path) -> Result<Self, ReadError> {
        let store = StoreReader::open(path)?;
        let attributes = store.attributes().clone();
        let experiment = attributes.get("experiment").and_then(|value| Experiment::from_json(&value.to_string()).ok());
        let bold_name = attributes.get("bold").and_then(Value::as_str).map(str::to_owned);
        let regions = Regions::read(&store)?;
        let mut recordings = Vec::new();
        let mut bold = None;
        for info in store.arrays()? {
            if info.is_coordinate || !info.dimensions.last().is_some_and(|name| name.starts_with("time")) {
                continue;
            }
            let recorded = Recorded::read(&store, &info)?;
            if bold_name.as_ref() == Some(&info.name) {
                bold = recorded;
            } else {
                recordings.extend(recorded);
            }
        }
        let order = attributes.get("recordings").and_then(Value::as_array).cloned().unwrap_or_default();
        let place = |recorded: &Recorded| order.iter().position(|name| name == recorded.name.as_str());
        recordings.sort_by_key(|recorded| place(recorded).unwrap_or(usize::MAX));
        let subjects = match optional(store.coordinate("subject"))? {
            Some(Coordinate::Text(subjects)) => Some(subjects),
            _ => None,
        };
        let measured = mean_over_first(&store, "measured_functional_connectivity")?;
        Ok(Self {
            complete: store.is_complete(),
            connectivity: mean_over_first(&store, "functional_connectivity")?,
            fit: mean_over_first(&store, "fit")?,
            measured: subjects.zip(measured),
            attributes,
            experiment,
            recordings,
            bold,
            regions,
        })
    }

    /// A text among the attributes.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A number among the attributes.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.attributes.get(name).and_then(Value::as_f64)
    }

    /// Names of a recording's nodes.
    pub(super) fn labels(&self, recorded: &Recorded) -> Vec<String> {
        match &self.regions {
            Some(regions) if recorded.of_regions => regions.labels.clone(),
            _ => (0..recorded.nodes).map(|node| format!("node {node}")).collect(),
        }
    }
}

impl Recorded {
    /// `None` where nothing was recorded.
    fn read(store: &StoreReader, info: &ArrayInfo) -> Result<Option<Self>, ReadError> {
        let ([trials, nodes, samples], [.., node, time]) = (info.shape.as_slice(), info.dimensions.as_slice()) else {
            return Ok(None);
        };
        let (trials, nodes, samples) = (*trials, *nodes, *samples);
        if samples == 0 || nodes == 0 {
            return Ok(None);
        }
        let times = store.read(time)?.values.iter().map(|time| time / 1e3).collect();
        let mut values = store.read(&info.name)?.values;
        values.truncate(nodes * samples);
        Ok(Some(Self {
            name: info.name.clone(),
            unit: info.unit.clone(),
            meaning: info.long_name.clone().unwrap_or_default(),
            times,
            nodes,
            of_regions: node == "node",
            trials,
            values,
        }))
    }

    /// The series of each node.
    pub(super) fn series(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.times.len())
    }

    /// The mean over time, for each node.
    pub(super) fn node_means(&self) -> Vec<f64> {
        self.series().map(|series| series.iter().sum::<f64>() / series.len() as f64).collect()
    }

    /// `name (unit)`.
    pub(super) fn label(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} ({unit})", self.name),
            None => self.name.clone(),
        }
    }

    /// Time between samples (s).
    pub(super) fn interval(&self) -> Option<f64> {
        match self.times.as_slice() {
            [first, second, ..] => Some(second - first),
            _ => None,
        }
    }
}

impl Regions {
    pub(super) fn read(store: &StoreReader) -> Result<Option<Self>, ReadError> {
        let Some(Coordinate::Text(labels)) = optional(store.coordinate("region"))? else { return Ok(None) };
        let Some(weights) = optional(store.read("weights"))? else { return Ok(None) };
        let Some(lengths) = optional(store.read("lengths"))? else { return Ok(None) };
        let mut axes = Vec::new();
        for axis in ["centre_x", "centre_y", "centre_z"] {
            axes.extend(optional(store.read(axis))?.map(|data| data.values));
        }
        let centres = match axes.as_slice() {
            [x, y, z] => Some(x.iter().zip(y).zip(z).map(|((x, y), z)| [*x, *y, *z]).collect()),
            _ => labels.iter().map(|label| Atlas::aal2().region(label).map(|region| region.centre)).collect(),
        };
        let sides: Option<Vec<bool>> =
            labels.iter().map(|label| Hemisphere::of(label).map(|(side, _)| side == Hemisphere::Left)).collect();
        let mut order: Vec<usize> = (0..labels.len()).collect();
        let by_hemisphere = sides.is_some();
        if let Some(is_left) = sides {
            order.sort_by_key(|&region| !is_left[region]);
        }
        Ok(Some(Self { labels, centres, weights: weights.values, lengths: lengths.values, order, by_hemisphere }))
    }
}

/// `None` where the store has no array of the name.
fn optional<T>(result: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ReadError::Unknown { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The mean of an array over its first dimension.
fn mean_over_first(store: &StoreReader, name: &str) -> Result<Option<Vec<f64>>, ReadError> {
    let Some(data) = optional(store.read(name))? else { return Ok(None) };
    let Some((&first, rest)) = data.shape.split_first().filter(|(first, _)| **first > 0) else { return Ok(None) };
    let size: usize = rest.iter().product();
    let mut mean = vec![0.0; size];
    for part in data.values.chunks_exact(size.max(1)) {
        for (mean, value) in mean.iter_mut().zip(part) {
            *mean += value / first as f64;
        }
    }
    Ok(Some(mean))
}
