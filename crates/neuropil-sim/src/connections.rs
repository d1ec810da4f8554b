//! Weights and delays between the nodes of two populations.

use crate::error::NetworkError;

/// Weighted, delayed connections, kept sparse: zero weights are no connections.
#[derive(Clone, Debug, PartialEq)]
pub struct Connections {
    targets: usize,
    sources: usize,
    /// Edges of target `i`: `starts[i]..starts[i + 1]`, sorted by source.
    starts: Vec<usize>,
    source: Vec<usize>,
    weight: Vec<f64>,
    /// ms
    delay: Vec<f64>,
}

impl Connections {
    /// From full matrices in the order `[target][source]`: weights, and tract lengths (mm) with the speed (mm/ms) at
    /// which they are travelled. Without lengths or speed there are no delays.
    ///
    /// # Errors
    /// If a matrix has another size, a weight is not finite, the length of a connection is negative or not finite, or
    /// the speed is not positive.
    pub fn dense(
        targets: usize,
        sources: usize,
        weights: &[f64],
        lengths: Option<&[f64]>,
        speed: Option<f64>,
    ) -> Result<Self, NetworkError> {
        let size = |name, matrix: &[f64]| {
            if targets.checked_mul(sources) == Some(matrix.len()) {
                return Ok(());
            }
            Err(NetworkError::MatrixLength { name, found: matrix.len(), targets, sources })
        };
        size("weights", weights)?;
        if let Some(lengths) = lengths {
            size("lengths", lengths)?;
        }
        if let Some(speed) = speed
            && !(speed > 0.0 && speed.is_finite())
        {
            return Err(NetworkError::Speed(speed));
        }
        let connected = (0..weights.len()).filter(|&e| weights[e] != 0.0);
        if let Some(lengths) = lengths
            && let Some(e) = connected.clone().find(|&e| !(lengths[e] >= 0.0 && lengths[e].is_finite()))
        {
            return Err(NetworkError::Connection {
                name: "lengths",
                found: lengths[e],
                connection_source: e % sources,
                target: e / sources,
                expected: "a finite number not below zero",
            });
        }
        let edges = connected.map(|e| {
            let delay = match (lengths, speed) {
                (Some(lengths), Some(speed)) => lengths[e] / speed,
                _ => 0.0,
            };
            (e / sources, e % sources, weights[e], delay)
        });
        Self::sparse(targets, sources, edges)
    }

    /// From single connections: target, source, weight, delay (ms). Connections of zero weight are left out; several
    /// between the same nodes are kept.
    ///
    /// # Errors
    /// If an index is outside, a weight is not finite, or a delay is negative or not finite.
    pub fn sparse(
        targets: usize,
        sources: usize,
        edges: impl IntoIterator<Item = (usize, usize, f64, f64)>,
    ) -> Result<Self, NetworkError> {
        let mut edges: Vec<_> = edges.into_iter().collect();
        for &(target, source, weight, delay) in &edges {
            if target >= targets || source >= sources {
                return Err(NetworkError::ConnectionSize {
                    name: "connections",
                    found_targets: target + 1,
                    found_sources: source + 1,
                    targets,
                    sources,
                });
            }
            let wrong = |name, found, expected| {
                Err(NetworkError::Connection { name, found, connection_source: source, target, expected })
            };
            if !weight.is_finite() {
                return wrong("weights", weight, "a finite number");
            }
            if !(delay >= 0.0 && delay.is_finite()) {
                return wrong("delays", delay, "a finite number not below zero");
            }
        }
        edges.retain(|edge| edge.2 != 0.0);
        edges.sort_by_key(|edge| (edge.0, edge.1));
        let starts = (0..=targets).map(|target| edges.partition_point(|edge| edge.0 < target)).collect();
        Ok(Self {
            targets,
            sources,
            starts,
            source: edges.iter().map(|edge| edge.1).collect(),
            weight: edges.iter().map(|edge| edge.2).collect(),
            delay: edges.iter().map(|edge| edge.3).collect(),
        })
    }

    /// Each node to the node of the same index, weight 1, no delay.
    pub fn one_to_one(nodes: usize) -> Self {
        Self {
            targets: nodes,
            sources: nodes,
            starts: (0..=nodes).collect(),
            source: (0..nodes).collect(),
            weight: vec![1.0; nodes],
            delay: vec![0.0; nodes],
        }
    }

    /// Number of target nodes.
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// Number of source nodes.
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// Number of connections.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The longest delay (ms).
    pub fn longest_delay(&self) -> f64 {
        self.delay.iter().copied().fold(0.0, f64::max)
    }

    /// Connections that arrive at a target: source, weight, delay (ms), sorted by source.
    pub fn of(&self, target: usize) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        (self.starts[target]..self.starts[target + 1]).map(|e| (self.source[e], self.weight[e], self.delay[e]))
    }
}

/// A delay in whole steps, half to even.
pub(crate) fn delay_steps(delay: f64, dt: f64) -> usize {
    (delay / dt).round_ties_even() as usize
}
