//! Which points of a large study a page shows one by one.

use std::collections::BTreeSet;

use neuropil::{StudyScore, StudyTable};

/// Points that are shown one by one, at most; beyond that what no page leaves out comes on top.
pub(super) const MOST: usize = 5000;
/// Best points by each score that are never left out.
pub(super) const BEST: usize = 20;
/// Points of a front that are never left out.
const FRONT: usize = 500;

/// Rows of the table that are shown, ascending: all of them, or the best ones, the fronts, and an even choice.
pub(super) fn rows(table: &StudyTable, fronts: &[Vec<usize>]) -> Vec<usize> {
    if table.points.len() <= MOST {
        return (0..table.points.len()).collect();
    }
    let mut kept: BTreeSet<usize> = table.scores.iter().flat_map(|score| best(score, BEST)).collect();
    for front in fronts {
        kept.extend(front.iter().step_by(front.len().div_ceil(FRONT).max(1)));
        kept.extend(front.last());
    }
    let share = MOST as f64 / table.points.len() as f64;
    kept.extend((0..table.points.len()).filter(|&row| scattered(table.points[row]) < share));
    kept.into_iter().collect()
}

/// The best rows by a score, the best first.
pub(super) fn best(score: &StudyScore, count: usize) -> Vec<usize> {
    let values = score.values();
    let mut rows: Vec<usize> = (0..values.len()).filter(|&row| values[row].is_finite()).collect();
    rows.sort_by(|&left, &right| {
        let order = values[left].total_cmp(&values[right]);
        if score.lower_is_better { order } else { order.reverse() }
    });
    rows.truncate(count);
    rows
}

/// A number from 0 to 1 for each point, without the regularity that a grid's points have (Fibonacci hashing, Knuth,
/// The Art of Computer Programming, volume 3, section 6.4, with the upper half mixed into the lower).
fn scattered(point: u64) -> f64 {
    let mixed = point.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuropil::StudyColumn;
    use neuropil::store::BatchValues;

    #[test]
    fn the_best_and_the_front_stay() {
        let count = 100_000;
        let column = |values: Vec<f64>| StudyColumn {
            name: "score".into(),
            unit: String::new(),
            meaning: String::new(),
            values: BatchValues::Numbers(values),
        };
        let wave = |k: usize| (k as f64 * 0.7).sin();
        let score =
            |values, lower_is_better| StudyScore { column: column(values), lower_is_better, is_objective: false };
        let scores = vec![
            score((0..count).map(wave).collect(), false),
            score((0..count).map(|k| if k % 3 == 0 { f64::NAN } else { k as f64 }).collect(), true),
        ];
        let table = StudyTable {
            points: (0..count as u64).collect(),
            axes: Vec::new(),
            scores,
            reasons: Vec::new(),
            generations: None,
            damaged: Vec::new(),
        };
        let front = super::super::front::front(&table.scores[0], &table.scores[1]);
        let shown = rows(&table, std::slice::from_ref(&front));
        assert!((MOST - 500..MOST + 500).contains(&shown.len()), "{}", shown.len());
        assert!(front.iter().all(|row| shown.contains(row)));
        assert_eq!(best(&table.scores[1], 3), [1, 2, 4]);
        assert!(table.scores.iter().flat_map(|score| best(score, BEST)).all(|row| shown.contains(&row)));
        // An even choice: each tenth of the study has about a tenth of what is shown.
        let tenth = shown.iter().filter(|&&row| row < count / 10).count();
        assert!((shown.len() / 12..shown.len() / 8).contains(&tenth), "{tenth}");
    }
}
