//! The past of an output, contiguous in time for each node, or in nodes for each time.

use neuropil_kernel::{HISTORY_PADDING, LANES, Rows};

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
    values: Rows,
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

    /// For delays of up to `depth` steps. `present[j * trials + q]` are the values at the start, in whole rows; `past`
    /// gives what those of node `j` and trial `q` were, one step after the other, up to a step before it. What is not
    /// in it is the oldest value that is known.
    pub(crate) fn new<'a>(
        [nodes, trials, depth]: [usize; 3],
        start: i64,
        layout: Layout,
        present: &[f64],
        past: impl Fn(usize, usize) -> &'a [f64],
    ) -> Self {
        let capacity = depth + slack(trials);
        let (node_step, time_step, count) = match layout {
            Layout::Times => (stride(depth, trials), trials, Self::size(nodes, trials, depth)),
            Layout::Lanes => (trials, present.len(), capacity * present.len()),
        };
        let (values, origin) = (Rows::zeros(count), start - depth as i64);
        let mut history = Self { nodes, trials, depth, capacity, node_step, time_step, layout, values, origin };
        for slot in 0..=depth {
            history.write(slot, present);
        }
        for lane in 0..nodes * trials {
            let (node, trial) = (lane / trials, lane % trials);
            let course = past(node, trial);
            let Some(&oldest) = course.first() else { continue };
            let unknown = std::iter::repeat_n(oldest, depth.saturating_sub(course.len()));
            let known = course.iter().skip(course.len().saturating_sub(depth)).copied();
            for (slot, value) in unknown.chain(known).enumerate() {
                history.values[node * node_step + slot * time_step + trial] = value;
            }
        }
        history
    }

    /// The values of a node in a trial before `time`, the present: the last one is a step before.
    pub(crate) fn past(&self, time: i64, node: usize, trial: usize) -> impl Iterator<Item = f64> + '_ {
        let first = self.base(node, self.depth) + self.position(time) + trial;
        (0..self.depth).map(move |step| self.values[first + step * self.time_step])
    }

    /// Appends the values at `time`, which is one step after the last one.
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

    /// The longest delay in steps.
    pub(crate) fn depth(&self) -> usize {
        self.depth
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
        let (nodes, trials, depth, start) = (3, 2, 40, 77);
        let value = |time: i64, lane: usize| time as f64 * 10.0 + lane as f64;
        // No past, a short one, one that is longer than it need be.
        for (known, layout) in [0, 30, 50].map(|known| [(known, Layout::Times), (known, Layout::Lanes)]).as_flattened()
        {
            let (known, layout) = (*known, *layout);
            let at = |time: i64| {
                let time = if known == 0 { time.max(start) } else { time.max(start - known) };
                (0..nodes * trials).map(|lane| value(time, lane)).collect::<Vec<_>>()
            };
            let course = |lane: usize| (start - known..start).map(|time| value(time, lane)).collect::<Vec<_>>();
            let courses: Vec<Vec<f64>> = (0..nodes * trials).map(course).collect();
            let past = |node: usize, trial: usize| &courses[node * trials + trial][..];
            let mut history = History::new([nodes, trials, depth], start, layout, &at(start), past);
            for time in start..start + 1000 {
                if time > start {
                    history.push(time, &at(time));
                }
                for delay in [0, 1, 7, depth] {
                    for node in 0..nodes {
                        let first = history.base(node, delay) + history.position(time);
                        let expected = at(time - delay as i64)[node * trials..][..trials].to_vec();
                        assert_eq!(history.values()[first..first + trials], expected[..], "time {time}, delay {delay}");
                    }
                }
                let expected = (time - depth as i64..time).map(|time| at(time)[3]);
                assert!(history.past(time, 1, 1).eq(expected), "time {time}");
            }
        }
    }
}
