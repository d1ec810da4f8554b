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

    /// For delays of up to `depth` steps. `present[j * trials + q]` are the values at the start; `past` gives what
    /// those of node `j` and trial `q` were, one step after the other, up to a step before it. What is not in it is
    /// the oldest value that is known.
    pub(crate) fn new<'a>(
        [nodes, trials, depth]: [usize; 3],
        start: i64,
        present: &[f64],
        past: impl Fn(usize, usize) -> &'a [f64],
    ) -> Self {
        let stride = stride(depth, trials);
        let mut values = vec![0.0; Self::size(nodes, trials, depth)];
        for (lane, &now) in present[..nodes * trials].iter().enumerate() {
            let (node, trial) = (lane / trials, lane % trials);
            let course = past(node, trial);
            let unknown = depth.saturating_sub(course.len());
            let oldest = std::iter::repeat_n(course.first().copied().unwrap_or(now), unknown);
            let known = course.iter().skip(course.len().saturating_sub(depth)).copied();
            let steps = values[node * stride..].chunks_exact_mut(trials);
            for (step, value) in steps.zip(oldest.chain(known)) {
                step[trial] = value;
            }
        }
        let origin = start - depth as i64;
        let mut history = Self { nodes, trials, depth, capacity: depth + slack(trials), stride, values, origin };
        history.push(start, present);
        history
    }

    /// The values of a node in a trial before `time`, the present: the last one is a step before.
    pub(crate) fn past(&self, time: i64, node: usize, trial: usize) -> impl Iterator<Item = f64> + '_ {
        let first = self.base(node, self.depth) + self.position(time) + trial;
        (0..self.depth).map(move |step| self.values[first + step * self.trials])
    }

    /// Appends the values at `time`, which is one step after the last one.
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
        let (nodes, trials, depth, start) = (3, 2, 40, 77);
        let value = |time: i64, lane: usize| time as f64 * 10.0 + lane as f64;
        // No past, a short one, one that is longer than it need be.
        for known in [0, 30, 50] {
            let at = |time: i64| {
                let time = if known == 0 { time.max(start) } else { time.max(start - known) };
                (0..nodes * trials).map(|lane| value(time, lane)).collect::<Vec<_>>()
            };
            let course = |lane: usize| (start - known..start).map(|time| value(time, lane)).collect::<Vec<_>>();
            let courses: Vec<Vec<f64>> = (0..nodes * trials).map(course).collect();
            let past = |node: usize, trial: usize| &courses[node * trials + trial][..];
            let mut history = History::new([nodes, trials, depth], start, &at(start), past);
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
