//! The past of an output, contiguous in time for each node, or in nodes for each time.

use neuropil_kernel::{HISTORY_PADDING, LANES};

/// What lies side by side in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// The times of a node: for sums over connections, which read a stretch of times for each connection.
    Times,
    /// The lanes of a time, in whole rows: for delays of a node's own output, which read one time of all nodes.
    Lanes,
}

/// Past values of one output of one population, for the trials of a shard.
///
/// The value of node `j`, trial `q` at time `t` (in steps) is `values[j * node_step + (t - origin) * time_step + q]`.
/// New times are appended; when the end is reached, what is still needed moves to the front.
#[derive(Debug)]
pub(crate) struct History {
    nodes: usize,
    trials: usize,
    depth: usize,
    capacity: usize,
    node_step: usize,
    time_step: usize,
    layout: Layout,
    values: Vec<f64>,
    origin: i64,
}

/// Steps that are appended before the past is moved to the front: few enough to stay in the cache, many enough that
/// the move costs little.
const fn slack(trials: usize) -> usize {
    let slack = 256 / trials;
    if slack < 16 { 16 } else { slack }
}

/// From one node to the next, in numbers: an odd number of cache lines, so that nodes do not meet in one cache set.
const fn stride(depth: usize, trials: usize) -> usize {
    let lines = ((depth + slack(trials)) * trials).div_ceil(LANES);
    (lines | 1) * LANES
}

impl History {
    /// Numbers that a history needs.
    pub(crate) const fn size(nodes: usize, trials: usize, depth: usize) -> usize {
        nodes * stride(depth, trials) + HISTORY_PADDING
    }

    /// For delays of up to `depth` steps; every time before the start has the values `present[j * trials + q]`, which
    /// come in whole rows.
    pub(crate) fn new(nodes: usize, trials: usize, depth: usize, layout: Layout, present: &[f64]) -> Self {
        let capacity = depth + slack(trials);
        let (node_step, time_step, count) = match layout {
            Layout::Times => (stride(depth, trials), trials, Self::size(nodes, trials, depth)),
            Layout::Lanes => (trials, present.len(), capacity * present.len()),
        };
        let mut history =
            Self { nodes, trials, depth, capacity, node_step, time_step, layout, values: vec![0.0; count], origin: 0 };
        for slot in 0..capacity {
            history.write(slot, present);
        }
        history.origin = -(depth as i64);
        history
    }

    /// Appends the values at `time`, which is one step after the last one (or the start, 0).
    pub(crate) fn push(&mut self, time: i64, present: &[f64]) {
        let mut slot = (time - self.origin) as usize;
        if slot == self.capacity {
            let kept = self.depth * self.time_step;
            let first = slot * self.time_step - kept;
            match self.layout {
                Layout::Times => {
                    for past in self.values.chunks_exact_mut(self.node_step) {
                        past.copy_within(first..first + kept, 0);
                    }
                }
                Layout::Lanes => self.values.copy_within(first..first + kept, 0),
            }
            self.origin = time - self.depth as i64;
            slot = self.depth;
        }
        self.write(slot, present);
    }

    fn write(&mut self, slot: usize, present: &[f64]) {
        let at = slot * self.time_step;
        match (self.layout, self.trials) {
            (Layout::Lanes, _) => self.values[at..at + self.time_step].copy_from_slice(&present[..self.time_step]),
            (Layout::Times, 1) => {
                let nodes = self.values.chunks_exact_mut(self.node_step);
                for (past, &value) in nodes.zip(&present[..self.nodes]) {
                    past[at] = value;
                }
            }
            (Layout::Times, trials) => {
                for (node, now) in present.chunks_exact(trials).take(self.nodes).enumerate() {
                    self.values[node * self.node_step + at..][..trials].copy_from_slice(now);
                }
            }
        }
    }

    /// All numbers, for [`neuropil_kernel::Edges::add`].
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Where an edge from `source` with this delay reads, when the position is 0.
    pub(crate) fn base(&self, source: usize, delay: usize) -> usize {
        source * self.node_step + (self.depth - delay) * self.time_step
    }

    /// Added to the bases for sums at `time`.
    pub(crate) fn position(&self, time: i64) -> usize {
        ((time - self.origin) as usize - self.depth) * self.time_step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_as_far_back_as_it_should() {
        let (nodes, trials, depth) = (3, 2, 40);
        let value = |time: i64, lane: usize| if time < 0 { lane as f64 } else { time as f64 * 10.0 + lane as f64 };
        let at = |time: i64| (0..nodes * trials).map(|lane| value(time, lane)).collect::<Vec<_>>();
        for layout in [Layout::Times, Layout::Lanes] {
            let mut history = History::new(nodes, trials, depth, layout, &at(-1));
            for time in 0..1000 {
                history.push(time, &at(time));
                for delay in [0, 1, 7, depth] {
                    for node in 0..nodes {
                        let first = history.base(node, delay) + history.position(time);
                        let expected = at(time - delay as i64)[node * trials..][..trials].to_vec();
                        assert_eq!(history.values()[first..first + trials], expected[..], "time {time}, delay {delay}");
                    }
                }
            }
        }
    }
}
