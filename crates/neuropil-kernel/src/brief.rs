//! Numbers in messages.

use std::fmt::{self, Display, Formatter};

/// A number as people write it: in full where that is short, with a power of ten where it would be a row of zeros.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brief(pub f64);

impl Display for Brief {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || !size.is_finite() || (1e-5..1e15).contains(&size) {
            Display::fmt(&self.0, formatter)
        } else {
            write!(formatter, "{:e}", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.1, "-0.1"),
            (123_456_789.0, "123456789"),
            (1e300, "1e300"),
            (-2.5e-9, "-2.5e-9"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(Brief(number).to_string(), expected);
        }
    }
}
