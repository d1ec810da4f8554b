//! Why points have no scores, the commonest reasons first.

use std::collections::BTreeMap;

/// Reasons that differ in their numbers alone are one.
pub(super) struct Reasons {
    /// Each with the number of its points and an example, the commonest first.
    pub(super) kinds: Vec<Reason>,
    /// The kind of each row of the table; none where a point has its scores.
    pub(super) of_row: Vec<Option<usize>>,
}

/// A reason that some points share.
pub(super) struct Reason {
    pub(super) count: usize,
    /// In the words of the first of them.
    pub(super) example: String,
}

impl Reasons {
    pub(super) fn of(reasons: &[String]) -> Self {
        let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (row, reason) in reasons.iter().enumerate().filter(|(_, reason)| !reason.is_empty()) {
            rows.entry(without_numbers(reason)).or_default().push(row);
        }
        let mut rows: Vec<Vec<usize>> = rows.into_values().collect();
        rows.sort_by_key(|rows| (std::cmp::Reverse(rows.len()), rows[0]));
        let mut of_row = vec![None; reasons.len()];
        let mut kinds = Vec::new();
        for (kind, rows) in rows.into_iter().enumerate() {
            kinds.push(Reason { count: rows.len(), example: reasons[rows[0]].clone() });
            for row in rows {
                of_row[row] = Some(kind);
            }
        }
        Self { kinds, of_row }
    }

    /// Points without scores.
    pub(super) fn count(&self) -> usize {
        self.kinds.iter().map(|kind| kind.count).sum()
    }
}

/// The text with `#` for each of its numbers.
fn without_numbers(text: &str) -> String {
    let mut without = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if !letter.is_ascii_digit() {
            without.push(letter);
            continue;
        }
        while letters.next_if(|next| next.is_ascii_digit() || matches!(next, '.' | 'e' | 'E')).is_some() {}
        while without.ends_with('-') {
            without.pop();
        }
        without.push('#');
    }
    // The exponent of a small number has a sign.
    without.replace("##", "#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_differ_in_numbers_are_one() {
        let reasons = ["", "given up: rate = 0.02", "x is infinite", "given up: rate = 1.5e-7", "given up: rate = -3"];
        let reasons = Reasons::of(&reasons.map(str::to_owned));
        let kinds: Vec<_> = reasons.kinds.iter().map(|kind| (kind.count, kind.example.as_str())).collect();
        assert_eq!(kinds, [(3, "given up: rate = 0.02"), (1, "x is infinite")]);
        assert_eq!(reasons.of_row, [None, Some(0), Some(1), Some(0), Some(0)]);
        assert_eq!(reasons.count(), 4);
    }
}
