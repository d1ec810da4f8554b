//! Cycles: functions that call themselves, and `next` values that wait for each other.

/// Cycles of a directed graph, each with its first member repeated at the end. `edges` holds the targets of each node.
/// Some cycle is found where there is one; not all are.
pub(super) fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        // The path to the node at hand, each with the number of edges that were followed.
        let mut path: Vec<(usize, usize)> = Vec::new();
        if marks[start] == Mark::New {
            marks[start] = Mark::Open;
            path.push((start, 0));
        }
        while let Some((node, followed)) = path.last_mut() {
            let (here, edge) = (*node, edges[*node].get(*followed).copied());
            *followed += 1;
            match edge.map(|next| (next, marks[next])) {
                None => {
                    marks[here] = Mark::Done;
                    path.pop();
                }
                Some((next, Mark::New)) => {
                    marks[next] = Mark::Open;
                    path.push((next, 0));
                }
                Some((next, Mark::Open)) => {
                    let members = path.iter().map(|(node, _)| *node).skip_while(|node| *node != next);
                    found.push(members.chain([next]).collect());
                }
                Some((_, Mark::Done)) => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_once() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![0]]), [[0, 1, 2, 0]]);
        assert_eq!(cycles(&[vec![0]]), [[0, 0]]);
        assert!(cycles(&[vec![1, 2], vec![2], vec![]]).is_empty());
        assert_eq!(cycles(&[vec![1], vec![2], vec![1]]), [[1, 2, 1]]);
    }
}
