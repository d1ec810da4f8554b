//! Time courses delivered to inputs.

/// A time course that is added to an input, in the input's unit.
///
/// Sample `k` acts from `start + k * interval` to the next sample; outside the course nothing is added. Methods of
/// several stages read the sample at the time of the stage, and in the middle of a step the mean of both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Stimulus {
    /// Name of the population.
    pub population: String,
    /// Name of the input.
    pub input: String,
    /// One course for all nodes, or one per node; all of the same length.
    pub courses: Vec<Vec<f64>>,
    /// Time of the first sample (ms).
    pub start: f64,
    /// Time between samples (ms): a multiple of dt. The time step itself if `None`.
    pub interval: Option<f64>,
}
