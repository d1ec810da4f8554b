//! Who connects to whom, how strongly and over what length.

mod check;
mod delay;
mod example;
mod hemisphere;
mod note;
mod summary;

use std::path::Path;

pub use check::ConnectomeError;
pub use delay::DelayError;
pub use hemisphere::{Hemisphere, homotopic_pairs};
pub use note::Note;
pub use summary::{Homotopic, Spread, Summary};

use crate::format::{self, Format, ReadError, WriteError};
use crate::matrix::Matrix;

/// Where the tract lengths of a [`Connectome`] come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthSource {
    /// They were given with the weights.
    Given,
    /// They are the straight distances between the centres.
    Euclidean,
    /// There are none: every length is 0 and nothing is delayed.
    Absent,
}

/// The connections of a brain: weights, tract lengths, region labels and centres.
///
/// Weights and lengths are indexed `[(target, source)]`: row `i` holds what region `i` receives. Weights have no unit
/// and may be negative; lengths are in mm and not negative. Nothing is normalised and the diagonal is kept as read.
///
/// ```
/// use neuropil_data::{Connectome, Matrix};
///
/// let weights = Matrix::new(2, 2, vec![0.0, 1.0, 0.5, 0.0])?;
/// let lengths = Matrix::new(2, 2, vec![0.0, 40.0, 40.0, 0.0])?;
/// let connectome = Connectome::new(weights, lengths)?.with_labels(["V1", "V2"])?;
/// assert_eq!(connectome.row_strengths(), [1.0, 0.5]);
/// assert_eq!(connectome.delay_steps(20.0, 0.1)?, [0, 20, 20, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Connectome {
    weights: Matrix,
    lengths: Matrix,
    length_source: LengthSource,
    labels: Vec<String>,
    centres: Option<Vec<[f64; 3]>>,
    name: String,
}

impl Connectome {
    /// A connectome of weights and tract lengths in mm, both `[(target, source)]`. Labels are `1`, `2` and so on until
    /// [`with_labels`](Self::with_labels).
    ///
    /// # Errors
    /// When the matrices are not square, differ in size, have fewer than two regions, hold a number that is not finite,
    /// or a length is negative.
    pub fn new(weights: Matrix, lengths: Matrix) -> Result<Self, ConnectomeError> {
        check::weights(&weights)?;
        check::lengths(&lengths, weights.rows())?;
        Ok(Self::unchecked(weights, lengths, LengthSource::Given))
    }

    /// A connectome without lengths: all are 0, so nothing is delayed.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn without_lengths(weights: Matrix) -> Result<Self, ConnectomeError> {
        check::weights(&weights)?;
        let lengths = Matrix::zeros(weights.rows(), weights.rows());
        Ok(Self::unchecked(weights, lengths, LengthSource::Absent))
    }

    /// A connectome whose lengths are the straight distances between the centres of the regions, in mm.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the number of centres differs or one is not finite.
    pub fn from_centres(weights: Matrix, centres: Vec<[f64; 3]>) -> Result<Self, ConnectomeError> {
        check::weights(&weights)?;
        check::centres(&centres, weights.rows())?;
        let lengths = Matrix::from_fn(centres.len(), centres.len(), |i, j| distance(centres[i], centres[j]));
        check::lengths(&lengths, weights.rows())?;
        Ok(Self { centres: Some(centres), ..Self::unchecked(weights, lengths, LengthSource::Euclidean) })
    }

    fn unchecked(weights: Matrix, lengths: Matrix, length_source: LengthSource) -> Self {
        let labels = (1..=weights.rows()).map(|number| number.to_string()).collect();
        Self { weights, lengths, length_source, labels, centres: None, name: "connectome".to_owned() }
    }

    /// Reads a connectome; the format is recognised from the content.
    ///
    /// Known are the zip or folder of The Virtual Brain, `.npz`, `.npy`, MATLAB `.mat` up to version 7, and text
    /// (`.csv`, `.tsv`, blanks). A file of one matrix gives the weights; see [`from_files`](Self::from_files) to add
    /// lengths. Names looked for in `.npz` and `.mat` files: see [`Format`].
    ///
    /// # Errors
    /// [`ReadError`] names the file and what was found in it.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        format::read(path.as_ref())
    }

    /// Reads weights, and lengths and labels where given, from files of one matrix or list each.
    ///
    /// # Errors
    /// [`ReadError`] names the file and what was found in it.
    pub fn from_files(weights: &Path, lengths: Option<&Path>, labels: Option<&Path>) -> Result<Self, ReadError> {
        format::read_separate(weights, lengths, labels)
    }

    /// Writes the connectome so that [`read`](Self::read) gives it back, name, labels and every bit.
    ///
    /// A file appears whole or not at all. An existing file is replaced; an existing folder is not.
    ///
    /// # Errors
    /// [`WriteError`] names the file.
    pub fn write(&self, path: impl AsRef<Path>, format: Format) -> Result<(), WriteError> {
        format::write(self, path.as_ref(), format)
    }

    /// Labels of the regions, in order. Blanks in a row become one, and an empty label becomes the number of its region.
    ///
    /// # Errors
    /// When their number differs from that of the regions.
    pub fn with_labels<L: AsRef<str>>(mut self, labels: impl IntoIterator<Item = L>) -> Result<Self, ConnectomeError> {
        let labels: Vec<String> =
            labels.into_iter().zip(1..).map(|(label, number)| tidy(label.as_ref(), number)).collect();
        check::count("labels", labels.len(), self.nodes())?;
        self.labels = labels;
        Ok(self)
    }

    /// Centres of the regions in mm, in order. Lengths stay as they are.
    ///
    /// # Errors
    /// When their number differs from that of the regions, or one is not finite.
    pub fn with_centres(mut self, centres: Vec<[f64; 3]>) -> Result<Self, ConnectomeError> {
        check::centres(&centres, self.nodes())?;
        self.centres = Some(centres);
        Ok(self)
    }

    /// A name for reports.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same connectome with zeros on the diagonal of weights and lengths.
    #[must_use]
    pub fn without_self_connections(mut self) -> Self {
        for node in 0..self.nodes() {
            self.weights[(node, node)] = 0.0;
            self.lengths[(node, node)] = 0.0;
        }
        self
    }

    /// The same connectome with weights divided by the largest magnitude among them; unchanged where all are 0.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        let largest = self.weights.values().iter().fold(0.0_f64, |largest, weight| largest.max(weight.abs()));
        if largest > 0.0 {
            self.weights = self.weights.map(|weight| weight / largest);
        }
        self
    }

    /// Number of regions.
    pub fn nodes(&self) -> usize {
        self.weights.rows()
    }

    /// Weights, `[(target, source)]`.
    pub fn weights(&self) -> &Matrix {
        &self.weights
    }

    /// Tract lengths in mm, `[(target, source)]`.
    pub fn lengths(&self) -> &Matrix {
        &self.lengths
    }

    /// Where the lengths come from.
    pub fn length_source(&self) -> LengthSource {
        self.length_source
    }

    /// Labels of the regions.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Centres of the regions in mm, where known.
    pub fn centres(&self) -> Option<&[[f64; 3]]> {
        self.centres.as_deref()
    }

    /// Name for reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sum of the weights each region receives, the diagonal included.
    pub fn row_strengths(&self) -> Vec<f64> {
        self.weights.iter_rows().map(|row| row.iter().sum()).collect()
    }

    /// What a reader should know about this connectome before using it.
    pub fn notes(&self) -> Vec<Note> {
        note::notes(self)
    }

    /// Counts, ranges and shape of the connectome.
    pub fn describe(&self) -> Summary {
        summary::describe(self)
    }
}

/// A label in one line and without blanks around it, so that every format can hold it.
fn tidy(label: &str, number: usize) -> String {
    let words: Vec<&str> = label
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { number.to_string() } else { words.join(" ") }
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
}
