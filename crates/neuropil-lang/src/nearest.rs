//! The name that someone may have meant.

/// The candidate that is most like `name`, if one is near enough to be a slip of the pen: other case, or a few
/// letters more, less, swapped or different.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = match length {
        0..=1 => 0,
        2 => 1,
        3..=5 => 2,
        // Nobody mistypes a name of this length, and the comparison takes its square.
        101.. => return None,
        _ => length / 3,
    };
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count().max(2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Number of insertions, deletions, substitutions and swaps of neighbours between two words.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["tau_e", "tau_i", "sigma_ou", "w"];
        assert_eq!(nearest("tau_a", names), Some("tau_e"));
        assert_eq!(nearest("sgima_ou", names), Some("sigma_ou"));
        assert_eq!(nearest("Sigma_OU", names), Some("sigma_ou"));
        assert_eq!(nearest("W", names), Some("w"));
        assert_eq!(nearest("voltage", names), None);
        assert_eq!(nearest("q", names), None);
    }

    #[test]
    fn distance_counts_swaps_once() {
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
