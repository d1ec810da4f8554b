//! What is gathered of a run while it goes on, for its scores and for what is kept.

use neuropil_analysis::{ConnectivityAccumulator, Series, SeriesBuffer, SquareMatrix};
use neuropil_sim::Samples;

use super::moments::Moments;
use crate::execute::DROPPED_VOLUMES;
use crate::plan::RecordingPlan;

/// What is needed of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) moments: bool,
    pub(super) series: bool,
    pub(super) connectivity: bool,
}

impl Needs {
    pub(super) fn anything(self) -> bool {
        self != Self::default()
    }
}

/// One recording of one run.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    nodes: usize,
    /// Samples of the transient that are still to come.
    to_skip: usize,
    /// Volumes that functional connectivity leaves out, still to come.
    to_drop: usize,
    moments: Vec<Moments>,
    /// A series for each node.
    series: Vec<Vec<f64>>,
    connectivity: Option<ConnectivityAccumulator>,
    /// Why functional connectivity has ended.
    failure: Option<String>,
}

impl Watched {
    pub(super) fn new(recording: &RecordingPlan, needs: Needs) -> Self {
        let nodes = recording.nodes;
        let mut watched = Self {
            nodes,
            to_skip: recording.skipped,
            to_drop: DROPPED_VOLUMES,
            moments: vec![Moments::default(); if needs.moments { nodes } else { 0 }],
            series: vec![Vec::new(); if needs.series { nodes } else { 0 }],
            connectivity: None,
            failure: None,
        };
        if needs.connectivity {
            match ConnectivityAccumulator::new(nodes) {
                Ok(accumulator) => watched.connectivity = Some(accumulator),
                Err(error) => watched.failure = Some(error.to_string()),
            }
        }
        watched
    }

    /// Takes what trial number `trial` of a run has recorded.
    pub(super) fn push(&mut self, samples: &Samples, trial: usize) {
        let count = samples.times.len();
        let skipped = self.to_skip.min(count);
        self.to_skip -= skipped;
        let rows = (0..self.nodes).map(|node| &samples.of(trial, node)[skipped..]);
        for (moments, row) in self.moments.iter_mut().zip(rows.clone()) {
            moments.push(row);
        }
        for (series, row) in self.series.iter_mut().zip(rows.clone()) {
            series.extend_from_slice(row);
        }
        let dropped = self.to_drop.min(count - skipped);
        self.to_drop -= dropped;
        let kept = count - skipped - dropped;
        if let Some(accumulator) = &mut self.connectivity
            && kept > 0
        {
            let values: Vec<f64> = rows.flat_map(|row| &row[dropped..]).copied().collect();
            let series = Series::new(&values, self.nodes, kept).map_err(|error| error.to_string());
            let pushed = series.and_then(|series| accumulator.push(series).map_err(|error| error.to_string()));
            if let Err(error) = pushed {
                self.connectivity = None;
                self.failure = Some(error);
            }
        }
    }

    pub(super) fn mean_over_nodes(&self, number: impl Fn(&Moments) -> f64) -> f64 {
        self.moments.iter().map(number).sum::<f64>() / self.nodes as f64
    }

    /// All samples but the first ones, nodes in rows.
    pub(super) fn series(&self, dropped: usize) -> Result<SeriesBuffer, String> {
        let values = self.values(dropped);
        let samples = self.series.first().map_or(0, |series| series.len().saturating_sub(dropped));
        let series = Series::new(&values, self.nodes, samples).map_err(|error| error.to_string())?;
        Ok(series.to_buffer())
    }

    /// Numbers of all samples but the first ones, `[node][time]`.
    pub(super) fn values(&self, dropped: usize) -> Vec<f64> {
        self.series.iter().flat_map(|series| &series[dropped.min(series.len())..]).copied().collect()
    }

    pub(super) fn connectivity(&self) -> Result<SquareMatrix, String> {
        match (&self.connectivity, &self.failure) {
            (Some(accumulator), _) => accumulator.connectivity().map_err(|error| error.to_string()),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => Err("no BOLD".into()),
        }
    }
}
