//! Reverse mode: how a sum of outputs changes with every variable.

use super::local::{Slope, slopes};
use super::{DerivativeError, active, check};
use crate::graph::{Comparison, Graph, NodeId, Op};

/// Vector times Jacobian: the derivative of `sum of weight * output` with respect to each variable. The outputs are
/// given as pairs of a node and its weight.
///
/// Costs about three to four times the expressions themselves, for any number of variables.
///
/// # Errors
///
/// Where a variable is no leaf, an output is a condition, or a table would be differentiated twice.
pub fn vjp(
    graph: &mut Graph,
    outputs: &[(NodeId, NodeId)],
    variables: &[NodeId],
) -> Result<Vec<NodeId>, DerivativeError> {
    check(
        graph,
        outputs.iter().map(|&(output, _)| output),
        variables.iter().copied(),
    )?;
    let active = active(graph, variables.iter().copied());
    let mut adjoints: Vec<Option<Adjoint>> = vec![None; active.len()];
    for &(output, weight) in outputs {
        add(graph, &mut adjoints[output.0 as usize], weight, false);
    }
    for index in (0..active.len()).rev() {
        let node = NodeId(index as u32);
        let Some(adjoint) = adjoints[index].filter(|_| active[index] && !graph.op(node).is_leaf()) else {
            continue;
        };
        for (operand, slope) in slopes(graph, node, |operand| active[operand.0 as usize])? {
            let (value, masked) = adjoint.pass(graph, slope);
            add(graph, &mut adjoints[operand.0 as usize], value, masked);
        }
    }
    let zero = graph.constant(0.0);
    let adjoint = |variable: &NodeId| adjoints[variable.0 as usize].map_or(zero, |adjoint| adjoint.value);
    Ok(variables.iter().map(adjoint).collect())
}

/// How the weighted sum changes with a node.
#[derive(Clone, Copy, Debug)]
struct Adjoint {
    value: NodeId,
    /// Whether it is 0 where the node belongs to a branch that is not taken. The slopes there may be infinite or NaN,
    /// and must not be multiplied with that 0.
    masked: bool,
}

impl Adjoint {
    fn pass(self, graph: &mut Graph, slope: Slope) -> (NodeId, bool) {
        let changed = slope.apply(graph, self.value);
        match slope {
            Slope::Same | Slope::Opposite => (changed, self.masked),
            Slope::Where(..) => (changed, true),
            Slope::Times(factor) | Slope::Over(factor) => {
                // A number as factor is finite.
                if !self.masked || graph.as_constant(factor).is_some() {
                    return (changed, self.masked);
                }
                let zero = graph.constant(0.0);
                let stopped = graph.insert(Op::Compare(Comparison::Equal, self.value, zero));
                (graph.select(stopped, zero, changed), true)
            }
        }
    }
}

fn add(graph: &mut Graph, adjoint: &mut Option<Adjoint>, value: NodeId, masked: bool) {
    *adjoint = Some(match *adjoint {
        None => Adjoint { value, masked },
        Some(sum) => Adjoint {
            value: graph.add(sum.value, value),
            masked: sum.masked || masked,
        },
    });
}
