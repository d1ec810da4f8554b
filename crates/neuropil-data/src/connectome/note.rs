//! Remarks about a connectome that is valid and may still surprise.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{Connectome, LengthSource};

/// Something worth knowing about a valid connectome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    /// No lengths were given.
    LengthsAbsent,
    /// Lengths are straight distances between centres.
    LengthsEuclidean,
    /// Some weights are negative.
    NegativeWeights {
        /// How many.
        count: usize,
    },
    /// Some regions connect to themselves.
    SelfConnections {
        /// How many.
        count: usize,
    },
    /// Only one triangle of the weights is filled.
    OneTriangle,
    /// Some connected pairs have length 0.
    ZeroLengths {
        /// How many.
        count: usize,
    },
    /// Some regions receive nothing.
    NoInput {
        /// Their labels.
        labels: Vec<String>,
    },
    /// A label occurs more than once.
    DuplicateLabel {
        /// The label.
        label: String,
        /// How often.
        count: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthsAbsent => write!(formatter, "no tract lengths: nothing is delayed"),
            Self::LengthsEuclidean => write!(formatter, "lengths are straight distances between the centres"),
            Self::NegativeWeights { count } => write!(formatter, "{count} weights are negative"),
            Self::SelfConnections { count } => write!(formatter, "{count} regions connect to themselves"),
            Self::OneTriangle => write!(formatter, "only one triangle of the weights is filled"),
            Self::ZeroLengths { count } => write!(formatter, "{count} connections have length 0"),
            Self::NoInput { labels } => match labels.as_slice() {
                [label] => write!(formatter, "region {label:?} receives nothing"),
                labels => write!(formatter, "{} regions receive nothing: {}", labels.len(), labels.join(", ")),
            },
            Self::DuplicateLabel { label, count } => write!(formatter, "label {label:?} occurs {count} times"),
        }
    }
}

pub(super) fn notes(connectome: &Connectome) -> Vec<Note> {
    let (weights, lengths) = (connectome.weights(), connectome.lengths());
    let mut notes = match connectome.length_source() {
        LengthSource::Given => Vec::new(),
        LengthSource::Euclidean => vec![Note::LengthsEuclidean],
        LengthSource::Absent => vec![Note::LengthsAbsent],
    };
    let mut counted = |count: usize, note: fn(usize) -> Note| {
        if count > 0 {
            notes.push(note(count));
        }
    };
    counted(weights.values().iter().filter(|weight| **weight < 0.0).count(), |count| Note::NegativeWeights { count });
    counted(weights.diagonal().iter().filter(|weight| **weight != 0.0).count(), |count| Note::SelfConnections {
        count,
    });
    if connectome.length_source() != LengthSource::Absent {
        let zero = weights.entries().zip(lengths.values());
        let zero =
            zero.filter(|((target, source, weight), length)| target != source && *weight != 0.0 && **length == 0.0);
        counted(zero.count(), |count| Note::ZeroLengths { count });
    }
    let filled = |upper: bool| weights.entries().any(|(i, j, weight)| i != j && (i < j) == upper && weight != 0.0);
    if filled(true) != filled(false) {
        notes.push(Note::OneTriangle);
    }
    let silent = weights.iter_rows().zip(connectome.labels());
    let silent = silent.filter(|(row, _)| row.iter().all(|weight| *weight == 0.0));
    let labels: Vec<String> = silent.map(|(_, label)| label.clone()).collect();
    if !labels.is_empty() {
        notes.push(Note::NoInput { labels });
    }
    let mut occurrences: BTreeMap<&str, usize> = BTreeMap::new();
    for label in connectome.labels() {
        *occurrences.entry(label).or_default() += 1;
    }
    let twice = occurrences.into_iter().filter(|(_, count)| *count > 1);
    notes.extend(twice.map(|(label, count)| Note::DuplicateLabel { label: label.to_owned(), count }));
    notes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::matrix::Matrix;

    #[test]
    fn a_plain_connectome_has_no_notes() {
        let ring = Matrix::from_fn(3, 3, |i, j| if i == j { 0.0 } else { 1.0 });
        assert_eq!(Connectome::new(ring.clone(), ring).unwrap().notes(), []);
    }

    #[test]
    fn surprises_are_named() {
        let weights = Matrix::new(3, 3, vec![1.0, -2.0, 3.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]).unwrap();
        let lengths = Matrix::new(3, 3, vec![0.0, 0.0, 3.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]).unwrap();
        let connectome = Connectome::new(weights.clone(), lengths).unwrap().with_labels(["a", "b", "a"]).unwrap();
        let messages: Vec<String> = connectome.notes().iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "1 weights are negative",
                "1 regions connect to themselves",
                "1 connections have length 0",
                "only one triangle of the weights is filled",
                "region \"a\" receives nothing",
                "label \"a\" occurs 2 times",
            ]
        );
        assert_eq!(Connectome::without_lengths(weights).unwrap().notes()[0], Note::LengthsAbsent);
    }
}
