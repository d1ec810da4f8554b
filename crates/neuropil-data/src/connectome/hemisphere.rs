//! Left and right, read from labels.

use std::collections::HashMap;

/// A side of the brain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hemisphere {
    /// Left.
    Left,
    /// Right.
    Right,
}

const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];
const MARKS: [(&str, Hemisphere); 6] = [
    ("l", Hemisphere::Left),
    ("r", Hemisphere::Right),
    ("lh", Hemisphere::Left),
    ("rh", Hemisphere::Right),
    ("left", Hemisphere::Left),
    ("right", Hemisphere::Right),
];

impl Hemisphere {
    /// The hemisphere a label names and the rest of the label, or `None` when it names none.
    ///
    /// Understood are a first or last word `L`, `lh` or `left` (`Precentral_L`, `lh.precuneus`, `ctx-lh-cuneus`,
    /// whatever the case) and a small letter before a capital (`lV1`), the same for the right.
    ///
    /// ```
    /// use neuropil_data::Hemisphere;
    ///
    /// assert_eq!(Hemisphere::of("Cuneus_R"), Some((Hemisphere::Right, "Cuneus".to_owned())));
    /// assert_eq!(Hemisphere::of("Rolandic"), None);
    /// ```
    pub fn of(label: &str) -> Option<(Self, String)> {
        let words: Vec<&str> = label.split(SEPARATORS).collect();
        let marked = |index: usize| {
            let word = words.get(index)?;
            let (_, side) = MARKS.iter().find(|(mark, _)| mark.eq_ignore_ascii_case(word))?;
            let rest: Vec<&str> =
                words.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, word)| *word).collect();
            Some((*side, rest.join("_")))
        };
        if words.len() > 1 {
            let last = words.len() - 1;
            let parcellation = words.first().is_some_and(|word| word.eq_ignore_ascii_case("ctx"));
            let found = marked(last).or_else(|| marked(0)).or_else(|| if parcellation { marked(1) } else { None });
            if found.is_some() {
                return found;
            }
        }
        let mut letters = label.chars();
        let side = match letters.next()? {
            'l' => Self::Left,
            'r' => Self::Right,
            _ => return None,
        };
        letters.clone().next()?.is_uppercase().then(|| (side, letters.collect()))
    }
}

/// The pairs of labels that name one region in the two hemispheres, `(left, right)`, in the order of the left ones.
/// A region that occurs twice on one side is left out.
pub fn homotopic_pairs(labels: &[String]) -> Vec<(usize, usize)> {
    let mut sides: HashMap<String, [Vec<usize>; 2]> = HashMap::new();
    for (index, label) in labels.iter().enumerate() {
        if let Some((side, rest)) = Hemisphere::of(label) {
            sides.entry(rest).or_default()[usize::from(side == Hemisphere::Right)].push(index);
        }
    }
    let mut pairs: Vec<(usize, usize)> = sides
        .values()
        .filter_map(|[left, right]| match (left.as_slice(), right.as_slice()) {
            ([left], [right]) => Some((*left, *right)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(label: &str) -> Option<Hemisphere> {
        Hemisphere::of(label).map(|(side, _)| side)
    }

    #[test]
    fn the_spellings_of_common_atlases_are_understood() {
        for label in
            ["Precentral_L", "L_V1_ROI", "lh.precuneus", "ctx-lh-cuneus", "Left-Thalamus", "lA1", "insula left"]
        {
            assert_eq!(side(label), Some(Hemisphere::Left), "{label}");
        }
        for label in ["Cuneus_R", "rh_cuneus", "rPFCORB", "Right-Putamen", "ctx_rh_cuneus"] {
            assert_eq!(side(label), Some(Hemisphere::Right), "{label}");
        }
        for label in ["", "L", "1", "rostral", "Vermis_3", "lateral occipital", "é"] {
            assert_eq!(side(label), None, "{label}");
        }
    }

    #[test]
    fn pairs_are_found_in_any_order_and_doubles_left_out() {
        let labels = ["a_R", "b_L", "a_L", "c", "b_R", "d_L", "e_L", "e_L", "e_R"].map(str::to_owned);
        assert_eq!(homotopic_pairs(&labels), [(1, 4), (2, 0)]);
    }
}
