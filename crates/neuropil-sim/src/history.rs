//! The past of an output, contiguous in time for each node.

use neuropil_kernel::{HISTORY_PADDING, LANES};

/// Past values of one output of one population, for the trials of a shard.
///
/// The value of node `j`, trial `q` at time `t` (in steps) is `values[j * stride + (t - origin) * trials + q]`. New
/// times are appended; when the end is reached, what is still needed moves to the front.
#[derive(Debug)]
pub(crate) struct History {
    nodes: usize,
    trials: usize,
    depth: usize,
    capacity: usize,
    stride: usize,
    values: Vec<f64>,
    origin: i64,
}

/// Steps that are appended before the past is moved to the front: few enough to stay in the cache, many enough that
/// the move costs little.
const fn slack(trials: usize) -> usize {
    let slack = 128 / trials;
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

    /// For delays of up to `depth` steps; every time before the start has the values `present[j * trials + q]`.
    pub(crate) fn new(nodes: usize, trials: usize, depth: usize, present: &[f64]) -> Self {
        let stride = stride(depth, trials);
        let mut values = vec![0.0; Self::size(nodes, trials, depth)];
        for (past, now) in values.chunks_exact_mut(stride).zip(present.chunks_exact(trials)) {
            for step in past.chunks_exact_mut(trials) {
                step.copy_from_slice(now);
            }
        }
        Self { nodes, trials, depth, capacity: depth + slack(trials), stride, values, origin: -(depth as i64) }
    }

    /// Appends the values at `time`, which is one step after the last one (or the start, 0).
    pub(crate) fn push(&mut self, time: i64, present: &[f64]) {
        let mut slot = (time - self.origin) as usize;
        if slot == self.capacity {
            let kept = self.depth * self.trials;
            let first = slot * self.trials - kept;
            for past in self.values.chunks_exact_mut(self.stride) {
                past.copy_within(first..first + kept, 0);
            }
            self.origin = time - self.depth as i64;
            slot = self.depth;
        }
        let at = slot * self.trials;
        if self.trials == 1 {
            for (node, &value) in present[..self.nodes].iter().enumerate() {
                self.values[node * self.stride + at] = value;
            }
        } else {
            for (node, now) in present.chunks_exact(self.trials).take(self.nodes).enumerate() {
                self.values[node * self.stride + at..][..self.trials].copy_from_slice(now);
            }
        }
    }

    /// From one node to the next.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// All numbers, for [`neuropil_kernel::Edges::add`].
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Where an edge from `source` with this delay reads, when the position is 0.
    pub(crate) fn base(&self, source: usize, delay: usize) -> usize {
        source * self.stride + (self.depth - delay) * self.trials
    }

    /// Added to the bases for sums at `time`.
    pub(crate) fn position(&self, time: i64) -> usize {
        (time - self.origin) as usize * self.trials - self.depth * self.trials
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
        let mut history = History::new(nodes, trials, depth, &at(-1));
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
