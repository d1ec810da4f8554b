//! Forward mode: how outputs change along a direction.

use super::local::{Slope, slopes};
use super::{DerivativeError, active, check};
use crate::graph::{Graph, NodeId, Op};

/// Jacobian times vector: the derivative of each output along a direction, given as pairs of a variable and its
/// component. Variables that are not listed do not change.
///
/// Costs about two to three times the expressions themselves.
///
/// # Errors
///
/// Where a variable is no leaf, an output is a condition, or a table would be differentiated twice.
pub fn jvp(
    graph: &mut Graph,
    outputs: &[NodeId],
    direction: &[(NodeId, NodeId)],
) -> Result<Vec<NodeId>, DerivativeError> {
    let variables = || direction.iter().map(|&(variable, _)| variable);
    check(graph, outputs.iter().copied(), variables())?;
    let active = active(graph, variables());
    let live = crate::rewrite::live(graph, outputs.iter().copied());
    // No entry: the node does not change.
    let mut tangents: Vec<Option<NodeId>> = vec![None; active.len()];
    for &(variable, component) in direction {
        let tangent = match tangents[variable.0 as usize] {
            Some(sum) => graph.add(sum, component),
            None => component,
        };
        tangents[variable.0 as usize] = Some(tangent);
    }
    for index in 0..active.len() {
        if !active[index] || !live[index] || graph.nodes()[index].is_leaf() {
            continue;
        }
        tangents[index] = tangent(graph, NodeId(index as u32), &active, &tangents)?;
    }
    let zero = graph.constant(0.0);
    Ok(outputs
        .iter()
        .map(|output| tangents[output.0 as usize].unwrap_or(zero))
        .collect())
}

fn tangent(
    graph: &mut Graph,
    node: NodeId,
    active: &[bool],
    tangents: &[Option<NodeId>],
) -> Result<Option<NodeId>, DerivativeError> {
    let slopes = slopes(graph, node, |operand| active[operand.0 as usize])?;
    // Both branches change: one choice between the two changes.
    if let [(a, Slope::Where(condition, true)), (b, Slope::Where(_, false))] = slopes[..]
        && let (Some(a), Some(b)) = (tangents[a.0 as usize], tangents[b.0 as usize])
    {
        return Ok(Some(graph.select(condition, a, b)));
    }
    let quotient = matches!(graph.op(node), Op::Binary(crate::graph::Binary::Div, ..));
    if quotient && slopes.len() == 2 {
        return Ok(Some(quotient_tangent(graph, node, tangents)));
    }
    let mut sum = None;
    for (operand, slope) in slopes {
        if let Some(tangent) = tangents[operand.0 as usize] {
            let part = slope.apply(graph, tangent);
            sum = Some(match sum {
                Some(sum) => graph.add(sum, part),
                None => part,
            });
        }
    }
    Ok(sum)
}

/// `(a' - y b') / b` for `y = a / b`: one division instead of two.
fn quotient_tangent(graph: &mut Graph, node: NodeId, tangents: &[Option<NodeId>]) -> NodeId {
    let Op::Binary(_, a, b) = graph.op(node) else {
        unreachable!("called for quotients only");
    };
    let zero = graph.constant(0.0);
    let change = |operand: NodeId| tangents[operand.0 as usize].unwrap_or(zero);
    let (change_a, change_b) = (change(a), change(b));
    let product = graph.mul(node, change_b);
    let difference = graph.sub(change_a, product);
    graph.div(difference, b)
}
