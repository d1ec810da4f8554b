//! A checked model: its facts, and its equations as a graph.

use neuropil_kernel::ModelInfo;

use crate::graph::{Graph, NodeId};

/// The axes and columns of a table, as the model declares them; the numbers come with the model.
#[derive(Clone, Debug, PartialEq)]
pub struct TableInfo {
    /// Name in the equations.
    pub name: String,
    /// Internal units in one unit of each axis (1 or 2 axes).
    pub axis_scales: Vec<f64>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Internal units in one unit of each column.
    pub column_scales: Vec<f64>,
}

/// One amplitude of noise: `dx_state = ... + amplitude dW_channel`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diffusion {
    /// Index of the state.
    pub state: usize,
    /// Index of the noise channel.
    pub channel: usize,
    /// The amplitude.
    pub amplitude: NodeId,
}

/// A checked model: what the front end hands to derivatives and back ends.
///
/// The graph may hold `Next` nodes; it holds neither `White` (split off into `diffusion`), nor `Wiener`, nor
/// `Hoisted` nodes.
#[derive(Clone, Debug)]
pub struct Program {
    /// What is known of the model.
    pub info: ModelInfo,
    /// Tables, in the order of the indices in `Op::Table`.
    pub tables: Vec<TableInfo>,
    /// Expressions.
    pub graph: Graph,
    /// For each state: the drift `f` of a differential state, the new value of an updated one.
    pub right_sides: Vec<NodeId>,
    /// Noise amplitudes, sorted by state and channel; only those that are not identically zero.
    pub diffusion: Vec<Diffusion>,
    /// The outputs that are expressions.
    pub expressions: Vec<NodeId>,
}
