//! The Pareto front of two scores.

use neuropil::StudyScore;

/// Rows that no other row beats in both scores, without being worse in one; by the first score, the best first.
/// Rows without one of them are left out.
pub(super) fn front(first: &StudyScore, second: &StudyScore) -> Vec<usize> {
    let cost = |score: &StudyScore, value: f64| if score.lower_is_better { value } else { -value };
    let pairs = first.values().iter().zip(second.values()).enumerate();
    let mut rows: Vec<(f64, f64, usize)> = pairs
        .map(|(row, (&left, &right))| (cost(first, left), cost(second, right), row))
        .filter(|(left, right, _)| left.is_finite() && right.is_finite())
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut found: Vec<(f64, f64, usize)> = Vec::new();
    for row in rows {
        // Equal rows dominate each other in nothing.
        if found.last().is_none_or(|last| {
            row.1 < last.1 || (row.0.to_bits(), row.1.to_bits()) == (last.0.to_bits(), last.1.to_bits())
        }) {
            found.push(row);
        }
    }
    found.into_iter().map(|(_, _, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuropil::StudyColumn;
    use neuropil::optimize::dominates;
    use neuropil::store::BatchValues;

    #[test]
    fn the_front_is_what_nothing_dominates() {
        // Few values, so that some rows are equal in one score or both.
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = (state >> 60) as f64;
            if value == 15.0 { f64::NAN } else { value }
        };
        for lower in [[false, false], [false, true], [true, false], [true, true]] {
            let scores = lower.map(|lower_is_better| {
                let values = BatchValues::Numbers((0..60).map(|_| next()).collect());
                let column = StudyColumn { name: "s".into(), unit: String::new(), meaning: String::new(), values };
                StudyScore { column, lower_is_better, is_objective: false }
            });
            let costs: Vec<[f64; 2]> = (0..60)
                .map(|row| [0, 1].map(|k| scores[k].values()[row] * if lower[k] { 1.0 } else { -1.0 }))
                .collect();
            let is_whole = |row: &usize| costs[*row].iter().all(|cost| cost.is_finite());
            let rows: Vec<usize> = (0..60).filter(is_whole).collect();
            let is_free = |row: &&usize| !rows.iter().any(|other| dominates(&costs[*other], &costs[**row]));
            let expected: Vec<usize> = rows.iter().filter(is_free).copied().collect();
            let mut found = front(&scores[0], &scores[1]);
            found.sort_unstable();
            assert_eq!(found, expected, "{lower:?}");
        }
    }
}
