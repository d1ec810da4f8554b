//! From a checked model to what back ends run.
//!
//! [`Program::steps`] writes out what a step does; [`Program::lower`] then makes it cheap: divisions by numbers that
//! stay the same in a run become products, two quotients that are added become one, single-use products and the sums
//! around them become one rounding, and whatever depends on parameters and the time step alone is *hoisted* into numbers that a prologue computes before
//! the run. Nothing else is reordered. All back ends run the result, so they compute the same bits.

mod fingerprint;
mod fuse;
mod hoist;
mod quotients;
mod simplify;
mod steps;

use crate::graph::{Graph, NodeId, Op};
use crate::program::Program;
use crate::rewrite::{depends, ids, live};
use crate::validate::{self, ProgramError};

/// What a model's functions compute, written out as expressions of one graph.
#[derive(Clone, Debug)]
pub struct Steps {
    /// Expressions of parameters, time step, states, input rows and Wiener increments; `Next` is resolved.
    pub graph: Graph,
    /// The new value of each state after an Euler-Maruyama step, bounds applied.
    pub euler: Vec<NodeId>,
    /// For each differential state its increment, for each updated one its new value.
    pub increment: Vec<NodeId>,
    /// The outputs that are expressions.
    pub outputs: Vec<NodeId>,
}

impl Steps {
    fn roots(&self) -> impl Iterator<Item = NodeId> {
        self.euler.iter().chain(&self.increment).chain(&self.outputs).copied()
    }

    /// How often each node is read, by other nodes or as a result.
    fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.graph.nodes().len()];
        let live = live(&self.graph, self.roots());
        for id in ids(&self.graph).filter(|id| live[id.0 as usize]) {
            for operand in self.graph.op(id).operands() {
                uses[operand.0 as usize] += 1;
            }
        }
        for root in self.roots() {
            uses[root.0 as usize] += 1;
        }
        uses
    }

    /// The same lists with each node replaced by what `map` makes of it, in order.
    fn map(&self, graph: Graph, mut map: impl FnMut(NodeId) -> NodeId) -> Self {
        Self {
            graph,
            euler: self.euler.iter().map(|&root| map(root)).collect(),
            increment: self.increment.iter().map(|&root| map(root)).collect(),
            outputs: self.outputs.iter().map(|&root| map(root)).collect(),
        }
    }
}

/// A model ready to run: expressions of hoisted numbers, time step, states, input rows and Wiener increments.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The three entry lists, on one graph without dead nodes.
    pub steps: Steps,
    /// Expressions of parameters and time step.
    pub prologue: Graph,
    /// The hoisted numbers, in the order of the indices in `Op::Hoisted`: nodes of `prologue`.
    pub hoisted: Vec<NodeId>,
}

impl Program {
    /// Writes out what a step does.
    ///
    /// # Errors
    ///
    /// Where the program is not well formed, see [`ProgramError`].
    pub fn steps(&self) -> Result<Steps, ProgramError> {
        validate::program(self)?;
        steps::steps(self)
    }

    /// The model in the form that back ends run.
    ///
    /// # Errors
    ///
    /// Where the program is not well formed, see [`ProgramError`].
    pub fn lower(&self) -> Result<Kernel, ProgramError> {
        let steps = simplify::simplify(&self.steps()?);
        let steps = quotients::merge(&steps);
        let steps = fuse::fuse(&steps);
        Ok(hoist::hoist(&steps))
    }

    /// For each noise channel whether one of its amplitudes changes during a run: it depends on a state or a feed.
    pub(crate) fn multiplicative(&self) -> Vec<bool> {
        let changes = depends(&self.graph, |op| matches!(op, Op::State(_) | Op::Next(_) | Op::Feed(_)));
        let mut multiplicative = vec![false; self.info.noises.len()];
        for diffusion in &self.diffusion {
            multiplicative[diffusion.channel] |= changes[diffusion.amplitude.0 as usize];
        }
        multiplicative
    }
}

/// Which nodes depend on parameters and time step alone, for a graph that grows.
#[derive(Default)]
struct Invariance {
    known: Vec<bool>,
}

impl Invariance {
    fn of(&mut self, graph: &Graph, node: NodeId) -> bool {
        for &op in &graph.nodes()[self.known.len()..] {
            let invariant = match op {
                Op::Constant(_) | Op::Parameter(_) | Op::TimeStep => true,
                op if op.is_leaf() => false,
                op => op.operands().all(|operand| self.known[operand.0 as usize]),
            };
            self.known.push(invariant);
        }
        self.known[node.0 as usize]
    }
}
