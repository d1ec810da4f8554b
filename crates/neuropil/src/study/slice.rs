//! A part of a study, for one task of a cluster's job array.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::str::FromStr;

/// One of several equal parts, counted from 1: `3/64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    number: u64,
    of: u64,
}

impl Slice {
    /// The whole.
    pub const ALL: Self = Self { number: 1, of: 1 };

    /// Part `number` of `of`, from 1 to `of`; nothing for other numbers.
    pub fn new(number: u64, of: u64) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self { number, of })
    }

    /// Its part of `count` things. All slices together have each thing once.
    pub fn range(self, count: u64) -> Range<u64> {
        let start = |number: u64| (u128::from(count) * u128::from(number) / u128::from(self.of)) as u64;
        start(self.number - 1)..start(self.number)
    }
}

impl Default for Slice {
    fn default() -> Self {
        Self::ALL
    }
}

impl Display for Slice {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Slice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let slice = parts.and_then(|(number, of)| Self::new(number, of));
        slice.ok_or_else(|| format!("found `{text}`, expected NUMBER/COUNT from 1/COUNT to COUNT/COUNT, such as 3/64"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn slices_are_the_whole_once() {
        for (count, of) in [(10, 3), (2, 5), (0, 4), (u64::MAX, 7), (64, 64)] {
            let mut end = 0;
            for number in 1..=of {
                let range = Slice::new(number, of).unwrap().range(count);
                assert_eq!(range.start, end);
                end = range.end;
            }
            assert_eq!(end, count);
        }
        assert_eq!(Slice::ALL.range(7), 0..7);
    }

    #[test]
    fn written_and_read() {
        assert_eq!("3/64".parse::<Slice>().unwrap().to_string(), "3/64");
        for wrong in ["0/4", "5/4", "4", "/", "1/0", "-1/4", "a/b"] {
            assert!(wrong.parse::<Slice>().unwrap_err().starts_with(&format!("found `{wrong}`")));
        }
    }
}
