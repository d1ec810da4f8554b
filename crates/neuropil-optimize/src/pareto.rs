//! Domination, fronts and crowding.

/// Whether one list of costs is nowhere larger than another and somewhere smaller.
pub fn dominates(left: &[f64], right: &[f64]) -> bool {
    let mut smaller = false;
    for (left, right) in left.iter().zip(right) {
        if left > right {
            return false;
        }
        smaller |= left < right;
    }
    smaller
}

/// Sorts lists of costs into fronts: the first is dominated by nothing, the next by members of the first alone, and so
/// on. Each front lists indices in ascending order.
///
/// Fast non-dominated sorting of Deb, Pratap, Agarwal & Meyarivan 2002, doi:10.1109/4235.996017: of the order of
/// objectives times the square of the number of lists.
pub fn fronts(costs: &[&[f64]]) -> Vec<Vec<usize>> {
    let mut dominated: Vec<Vec<usize>> = vec![Vec::new(); costs.len()];
    let mut dominators = vec![0_usize; costs.len()];
    for later in 0..costs.len() {
        for earlier in 0..later {
            if dominates(costs[earlier], costs[later]) {
                dominated[earlier].push(later);
                dominators[later] += 1;
            } else if dominates(costs[later], costs[earlier]) {
                dominated[later].push(earlier);
                dominators[earlier] += 1;
            }
        }
    }
    let mut fronts = Vec::new();
    let mut front: Vec<usize> = (0..costs.len()).filter(|&index| dominators[index] == 0).collect();
    while !front.is_empty() {
        let mut next = Vec::new();
        for &index in &front {
            for &below in &dominated[index] {
                dominators[below] -= 1;
                if dominators[below] == 0 {
                    next.push(below);
                }
            }
        }
        next.sort_unstable();
        fronts.push(std::mem::replace(&mut front, next));
    }
    fronts
}

/// How lonely each member of a front is: the sum over objectives of the distance between its two neighbours, as a
/// fraction of the front's extent; infinite at the ends. In the order of `front`, which has indices into `costs`.
///
/// Crowding distance of Deb et al. 2002, doi:10.1109/4235.996017.
pub fn crowding_distances(costs: &[&[f64]], front: &[usize]) -> Vec<f64> {
    let mut distances = vec![0.0; front.len()];
    let objectives = front.first().map_or(0, |&index| costs[index].len());
    for objective in 0..objectives {
        let of_front: Vec<f64> = front.iter().map(|&index| costs[index][objective]).collect();
        let cost = |place: usize| of_front[place];
        let mut order: Vec<usize> = (0..front.len()).collect();
        // Places break ties: the sort is stable.
        order.sort_by(|&left, &right| cost(left).total_cmp(&cost(right)));
        let (first, last) = (order[0], order[order.len() - 1]);
        distances[first] = f64::INFINITY;
        distances[last] = f64::INFINITY;
        let extent = cost(last) - cost(first);
        if extent > 0.0 {
            for window in order.windows(3) {
                distances[window[1]] += (cost(window[2]) - cost(window[0])) / extent;
            }
        }
    }
    distances
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_of_a_small_set() {
        let costs: [&[f64]; 6] = [&[1.0, 4.0], &[2.0, 2.0], &[4.0, 1.0], &[3.0, 3.0], &[4.0, 4.0], &[2.0, 2.0]];
        assert_eq!(fronts(&costs), [vec![0, 1, 2, 5], vec![3], vec![4]]);
        assert!(fronts(&[]).is_empty());
    }

    #[test]
    fn crowding_by_hand() {
        let costs: [&[f64]; 4] = [&[0.0, 4.0], &[1.0, 2.0], &[2.0, 1.0], &[4.0, 0.0]];
        let distances = crowding_distances(&costs, &[0, 1, 2, 3]);
        assert_eq!(distances, [f64::INFINITY, 2.0 / 4.0 + 3.0 / 4.0, 3.0 / 4.0 + 2.0 / 4.0, f64::INFINITY]);
        assert_eq!(crowding_distances(&costs, &[1]), [f64::INFINITY]);
    }
}
