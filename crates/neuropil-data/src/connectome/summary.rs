//! A connectome in a few numbers.

use std::fmt;

use serde::Serialize;

use super::{Connectome, Hemisphere, LengthSource, Note, homotopic_pairs};

/// What [`Connectome::describe`] finds. Connections are the pairs of two different regions with a weight other than 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Name of the connectome.
    pub name: String,
    /// Number of regions.
    pub nodes: usize,
    /// Number of directed connections.
    pub connections: usize,
    /// Connections divided by the number of possible ones.
    pub density: f64,
    /// Weights of the connections.
    pub weights: Option<Spread>,
    /// Lengths of the connections in mm.
    pub lengths: Option<Spread>,
    /// Where the lengths come from.
    pub length_source: LengthSource,
    /// Sum of the weights that each region receives.
    pub row_strengths: Option<Spread>,
    /// Regions that connect to themselves.
    pub self_connections: usize,
    /// The largest difference between the weights of the two directions, divided by the largest magnitude of a weight:
    /// 0 for a symmetric connectome.
    pub asymmetry: f64,
    /// Share of the total magnitude of the weights that crosses between the hemispheres, where the labels name them.
    pub crossing: Option<f64>,
    /// Connections between the same region of both hemispheres, where the labels name any.
    pub homotopic: Option<Homotopic>,
    /// Whether centres are known.
    pub centres: bool,
    /// What a reader should know.
    pub notes: Vec<Note>,
}

/// The range and middle of some numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The smallest.
    pub minimum: f64,
    /// The middle one, or the mean of the middle two.
    pub median: f64,
    /// The mean.
    pub mean: f64,
    /// The largest.
    pub maximum: f64,
}

/// Connections between the same region of the two hemispheres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Homotopic {
    /// Number of pairs of regions.
    pub pairs: usize,
    /// Mean weight over both directions of all pairs.
    pub mean_weight: f64,
    /// Share of the total magnitude of the weights.
    pub share: f64,
}

impl Spread {
    /// The spread of finite numbers; `None` when there is none.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_unstable_by(f64::total_cmp);
        let (minimum, maximum) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Self { minimum, median, mean: values.iter().sum::<f64>() / values.len() as f64, maximum })
    }
}

pub(super) fn describe(connectome: &Connectome) -> Summary {
    let (weights, lengths, nodes) = (connectome.weights(), connectome.lengths(), connectome.nodes());
    let connected: Vec<(usize, usize, f64)> =
        weights.entries().filter(|(target, source, weight)| target != source && *weight != 0.0).collect();
    let total: f64 = connected.iter().map(|(_, _, weight)| weight.abs()).sum();
    let largest = weights.values().iter().fold(0.0_f64, |largest, weight| largest.max(weight.abs()));
    let difference = weights.entries().map(|(i, j, weight)| (weight - weights[(j, i)]).abs()).fold(0.0, f64::max);
    let sides: Vec<Option<Hemisphere>> =
        connectome.labels().iter().map(|label| Hemisphere::of(label).map(|(side, _)| side)).collect();
    let share = |part: f64| if total > 0.0 { part / total } else { 0.0 };
    let crossing: f64 = connected
        .iter()
        .filter(|(target, source, _)| matches!((sides[*target], sides[*source]), (Some(a), Some(b)) if a != b))
        .map(|(_, _, weight)| weight.abs())
        .sum();
    let pairs = homotopic_pairs(connectome.labels());
    let homotopic = (!pairs.is_empty()).then(|| {
        let both = || pairs.iter().flat_map(|&(left, right)| [weights[(left, right)], weights[(right, left)]]);
        Homotopic {
            pairs: pairs.len(),
            mean_weight: both().sum::<f64>() / (2 * pairs.len()) as f64,
            share: share(both().map(f64::abs).sum()),
        }
    });
    Summary {
        name: connectome.name().to_owned(),
        nodes,
        connections: connected.len(),
        density: connected.len() as f64 / (nodes * (nodes - 1)) as f64,
        weights: Spread::of(connected.iter().map(|(_, _, weight)| *weight).collect()),
        lengths: Spread::of(connected.iter().map(|(target, source, _)| lengths[(*target, *source)]).collect()),
        length_source: connectome.length_source(),
        row_strengths: Spread::of(connectome.row_strengths()),
        self_connections: weights.diagonal().iter().filter(|weight| **weight != 0.0).count(),
        asymmetry: if largest > 0.0 { difference / largest } else { 0.0 },
        crossing: sides.iter().any(Option::is_some).then(|| share(crossing)),
        homotopic,
        centres: connectome.centres().is_some(),
        notes: connectome.notes(),
    }
}

/// A number in about four digits.
fn readable(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        0.001..1e5 => format!("{value:.4}"),
        _ => format!("{value:.3e}"),
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [minimum, maximum, median, mean] = [self.minimum, self.maximum, self.median, self.mean].map(readable);
        write!(formatter, "{minimum} to {maximum}, median {median}, mean {mean}")
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}: {} regions, {} connections", self.name, self.nodes, self.connections)?;
        writeln!(formatter, "  density        {:.3}", self.density)?;
        for (title, spread, unit) in [
            ("weights", &self.weights, ""),
            ("lengths", &self.lengths, " mm"),
            ("row strengths", &self.row_strengths, ""),
        ] {
            if let Some(spread) = spread {
                writeln!(formatter, "  {title:<14} {spread}{unit}")?;
            }
        }
        if self.asymmetry > 0.0 {
            writeln!(formatter, "  asymmetry      {:.3} of the largest weight", self.asymmetry)?;
        } else {
            writeln!(formatter, "  asymmetry      none")?;
        }
        if let Some(crossing) = self.crossing {
            writeln!(formatter, "  crossing       {:.1} % of the weight", 100.0 * crossing)?;
        }
        if let Some(Homotopic { pairs, mean_weight, share }) = self.homotopic {
            let share = 100.0 * share;
            writeln!(
                formatter,
                "  homotopic      {pairs} pairs, mean weight {mean_weight:.4}, {share:.1} % of the weight"
            )?;
        }
        self.notes.iter().try_for_each(|note| writeln!(formatter, "  note: {note}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::matrix::Matrix;

    #[test]
    fn counts_and_shares_leave_the_diagonal_out() {
        let weights = Matrix::new(3, 3, vec![9.0, 2.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]).unwrap();
        let lengths = Matrix::from_fn(3, 3, |i, j| 10.0 * i.abs_diff(j) as f64);
        let connectome = Connectome::new(weights, lengths).unwrap().with_labels(["a_L", "a_R", "b_R"]).unwrap();
        let summary = connectome.describe();
        assert_eq!((summary.nodes, summary.connections, summary.self_connections), (3, 3, 1));
        assert_eq!((summary.density, summary.asymmetry), (0.5, 1.0 / 9.0));
        assert_eq!(summary.weights, Some(Spread { minimum: 1.0, median: 1.0, mean: 4.0 / 3.0, maximum: 2.0 }));
        assert_eq!(summary.crossing, Some(0.75));
        assert_eq!(summary.homotopic, Some(Homotopic { pairs: 1, mean_weight: 1.5, share: 0.75 }));
        let text = summary.to_string();
        assert!(text.contains("3 regions, 3 connections"), "{text}");
        assert!(text.contains("weights        1.0000 to 2.0000, median 1.0000, mean 1.3333"), "{text}");
        assert_eq!([0.0, -2.5e-7, 12.0, 1e9].map(readable), ["0", "-2.500e-7", "12.0000", "1.000e9"]);
    }

    #[test]
    fn a_connectome_of_zeros_has_no_ranges() {
        let summary = Connectome::without_lengths(Matrix::zeros(4, 4)).unwrap().describe();
        assert_eq!((summary.weights, summary.crossing, summary.homotopic), (None, None, None));
        assert_eq!((summary.density, summary.asymmetry), (0.0, 0.0));
    }
}
