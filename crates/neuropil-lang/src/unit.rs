//! Units and dimensions.
//!
//! Internal units are mm, ms, pA, mV and nmol, and what follows from them: nS, pF, `GOhm`, fC, mM (= nmol/mm^3), 1/ms.

use std::fmt::{self, Display};

/// Parts into which an exponent is counted: halves, thirds and quarters of dimensions are exact.
const PARTS: i32 = 12;

/// Largest exponent (whole) of a base unit.
const LARGEST_EXPONENT: i32 = 100;

/// What is measured: exponents of length, time, current, voltage and amount of substance. Mass is not among them:
/// it follows from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Dimension {
    /// In twelfths.
    exponents: [i32; 5],
}

impl Dimension {
    pub(crate) const NONE: Self = Self { exponents: [0; 5] };
    pub(crate) const LENGTH: Self = Self::base(0);
    pub(crate) const TIME: Self = Self::base(1);
    pub(crate) const CURRENT: Self = Self::base(2);
    pub(crate) const VOLTAGE: Self = Self::base(3);
    pub(crate) const AMOUNT: Self = Self::base(4);

    const fn base(index: usize) -> Self {
        let mut exponents = [0; 5];
        exponents[index] = PARTS;
        Self { exponents }
    }

    /// `1/sqrt(time)`, the dimension of white noise.
    pub(crate) fn white_noise() -> Self {
        let mut exponents = [0; 5];
        exponents[1] = -PARTS / 2;
        Self { exponents }
    }

    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }

    pub(crate) fn times(self, other: Self) -> Self {
        let mut exponents = self.exponents;
        for (a, b) in exponents.iter_mut().zip(other.exponents) {
            *a = a.saturating_add(b);
        }
        Self { exponents }
    }

    pub(crate) fn over(self, other: Self) -> Self {
        let mut exponents = self.exponents;
        for (a, b) in exponents.iter_mut().zip(other.exponents) {
            *a = a.saturating_sub(b);
        }
        Self { exponents }
    }

    /// The dimension of a power; none if an exponent is no multiple of a twelfth, or too large.
    pub(crate) fn power(self, exponent: f64) -> Option<Self> {
        let mut exponents = self.exponents;
        for value in &mut exponents {
            let parts = f64::from(*value) * exponent;
            let whole = parts.round();
            let exact = (parts - whole).abs() <= 1e-9;
            if !exact || whole.abs() > f64::from(PARTS * LARGEST_EXPONENT) {
                return None;
            }
            *value = whole as i32;
        }
        Some(Self { exponents })
    }

    fn weight(self) -> i32 {
        self.exponents.iter().map(|exponent| exponent.abs()).sum()
    }
}

impl Display for Dimension {
    /// In units that people write, `mV/ms` say; `1` for none.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return formatter.write_str("1");
        }
        // A quotient of two common words, as long as one exists.
        let words = common_words();
        let is_named = |rest: Self| words.iter().find(|(_, dimension)| *dimension == rest);
        if let Some((word, _)) = is_named(*self) {
            return formatter.write_str(word);
        }
        if let Some((word, _)) = is_named(Self::NONE.over(*self)) {
            return write!(formatter, "1/{word}");
        }
        for (below, denominator) in &words {
            let numerator = self.times(*denominator);
            if let Some((above, _)) = is_named(numerator) {
                return write!(formatter, "{above}/{below}");
            }
        }
        // Otherwise take out the words that leave least.
        let (mut above, mut below) = (Vec::new(), Vec::new());
        let mut rest = *self;
        while !rest.is_none() {
            let divided = words.iter().map(|(word, dimension)| (rest.over(*dimension), true, *word));
            let multiplied = words.iter().map(|(word, dimension)| (rest.times(*dimension), false, *word));
            let best = divided.chain(multiplied).min_by_key(|(left, _, _)| left.weight());
            let Some((left, is_above, word)) = best.filter(|(left, _, _)| left.weight() < rest.weight()) else {
                break;
            };
            let list = if is_above { &mut above } else { &mut below };
            list.push(word.to_owned());
            rest = left;
        }
        for (name, exponent) in ["mm", "ms", "pA", "mV", "nmol"].iter().zip(rest.exponents) {
            if exponent != 0 {
                above.push(format!("{name}^{}", f64::from(exponent) / f64::from(PARTS)));
            }
        }
        let numerator = if above.is_empty() { "1".to_owned() } else { above.join("*") };
        formatter.write_str(&numerator)?;
        below.iter().try_for_each(|word| write!(formatter, "/{word}"))
    }
}

/// Units in which dimensions are told, the most common first.
fn common_words() -> Vec<(&'static str, Dimension)> {
    let base = |exponents: [i32; 5]| Dimension { exponents: exponents.map(|exponent| exponent * PARTS / 2) };
    // In halves of: length, time, current, voltage, amount.
    vec![
        ("ms", base([0, 2, 0, 0, 0])),
        ("mV", base([0, 0, 0, 2, 0])),
        ("pA", base([0, 0, 2, 0, 0])),
        ("nS", base([0, 0, 2, -2, 0])),
        ("pF", base([0, 2, 2, -2, 0])),
        ("GOhm", base([0, 0, -2, 2, 0])),
        ("sqrt(ms)", base([0, 1, 0, 0, 0])),
        ("mm", base([2, 0, 0, 0, 0])),
        ("mm^2", base([4, 0, 0, 0, 0])),
        ("mM", base([-6, 0, 0, 0, 2])),
        ("nmol", base([0, 0, 0, 0, 2])),
        ("mm^3", base([6, 0, 0, 0, 0])),
        ("mV^2", base([0, 0, 0, 4, 0])),
        ("pA^2", base([0, 0, 4, 0, 0])),
        ("ms^2", base([0, 4, 0, 0, 0])),
    ]
}

/// A dimension and the size of one unit of it: `internal = value * scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure {
    pub(crate) dimension: Dimension,
    pub(crate) scale: f64,
}

/// One named unit in a product, to a power.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factor<'a> {
    pub(crate) name: &'a str,
    pub(crate) power: f64,
}

/// Why a product of units is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnitError {
    /// The factor with this index is no unit.
    Unknown(usize),
    /// The power of the factor with this index has no use.
    Power(usize),
}

/// The dimension and size of a product of units.
pub(crate) fn measure(factors: &[Factor<'_>]) -> Result<Measure, UnitError> {
    let mut dimension = Dimension::NONE;
    // Powers of ten are summed as exponents, so that the size of any decimal unit is rounded once.
    let mut decimal = 0.0;
    let mut rest = 1.0;
    for (index, factor) in factors.iter().enumerate() {
        let unit = lookup(factor.name).ok_or(UnitError::Unknown(index))?;
        let powered = unit.dimension.power(factor.power).ok_or(UnitError::Power(index))?;
        dimension = dimension.times(powered);
        decimal += f64::from(unit.decimal) * factor.power;
        if unit.rest != 1.0 {
            rest *= unit.rest.powf(factor.power);
        }
    }
    let scale = rest * power_of_ten(decimal);
    let reasonable = scale.is_finite() && scale > 0.0 && dimension.weight() <= PARTS * LARGEST_EXPONENT;
    if reasonable { Ok(Measure { dimension, scale }) } else { Err(UnitError::Power(0)) }
}

fn power_of_ten(exponent: f64) -> f64 {
    if exponent.fract() == 0.0 && exponent.abs() < 300.0 {
        format!("1e{exponent}").parse().unwrap_or(f64::NAN)
    } else {
        10f64.powf(exponent)
    }
}

/// A named unit: `rest * 10^decimal` internal units.
struct NamedUnit {
    dimension: Dimension,
    decimal: i32,
    rest: f64,
}

/// Names of all units, for hints.
pub(crate) const NAMES: [&str; 47] = [
    "1", "rad", "%", "s", "ms", "us", "min", "h", "Hz", "kHz", "V", "mV", "uV", "A", "mA", "uA", "nA", "pA", "S", "mS",
    "uS", "nS", "F", "uF", "nF", "pF", "Ohm", "kOhm", "MOhm", "GOhm", "C", "mC", "uC", "nC", "pC", "m", "cm", "mm",
    "um", "mol", "mmol", "umol", "nmol", "M", "mM", "uM", "nM",
];

fn lookup(name: &str) -> Option<NamedUnit> {
    if !NAMES.contains(&name) {
        return None;
    }
    let named = |dimension, decimal, rest| Some(NamedUnit { dimension, decimal, rest });
    match name {
        "1" | "rad" => return named(Dimension::NONE, 0, 1.0),
        "%" => return named(Dimension::NONE, -2, 1.0),
        "min" => return named(Dimension::TIME, 4, 6.0),
        "h" => return named(Dimension::TIME, 5, 36.0),
        _ => {}
    }
    let conductance = Dimension::CURRENT.over(Dimension::VOLTAGE);
    let charge = Dimension::CURRENT.times(Dimension::TIME);
    let volume = Dimension::LENGTH.times(Dimension::LENGTH).times(Dimension::LENGTH);
    // Name, dimension, and the power of ten of the unit without prefix in internal units.
    let stems = [
        ("mol", Dimension::AMOUNT, 9),
        ("Ohm", Dimension::NONE.over(conductance), -9),
        ("Hz", Dimension::NONE.over(Dimension::TIME), -3),
        ("s", Dimension::TIME, 3),
        ("V", Dimension::VOLTAGE, 3),
        ("A", Dimension::CURRENT, 12),
        ("S", conductance, 9),
        ("F", charge.over(Dimension::VOLTAGE), 12),
        ("C", charge, 15),
        ("M", Dimension::AMOUNT.over(volume), 3),
        ("m", Dimension::LENGTH, 3),
    ];
    stems.iter().find_map(|(stem, dimension, size)| {
        let prefix = match name.strip_suffix(stem)? {
            "" => 0,
            "G" => 9,
            "M" => 6,
            "k" => 3,
            "c" => -2,
            "m" => -3,
            "u" => -6,
            "n" => -9,
            "p" => -12,
            _ => return None,
        };
        named(*dimension, size + prefix, 1.0)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scale(factors: &[(&str, f64)]) -> f64 {
        of(factors).scale
    }

    fn of(factors: &[(&str, f64)]) -> Measure {
        let factors: Vec<Factor<'_>> = factors.iter().map(|&(name, power)| Factor { name, power }).collect();
        measure(&factors).unwrap()
    }

    #[test]
    fn sizes_follow_from_the_internal_units() {
        for internal in ["mm", "ms", "pA", "mV", "nmol", "nS", "pF", "GOhm", "mM", "kHz", "1", "rad"] {
            assert_eq!(scale(&[(internal, 1.0)]), 1.0, "{internal}");
        }
        for (name, size) in [
            ("s", 1e3),
            ("us", 1e-3),
            ("min", 6e4),
            ("h", 3.6e6),
            ("Hz", 1e-3),
            ("V", 1e3),
            ("uV", 1e-3),
            ("nA", 1e3),
            ("A", 1e12),
            ("S", 1e9),
            ("uF", 1e6),
            ("MOhm", 1e-3),
            ("pC", 1e3),
            ("cm", 10.0),
            ("um", 1e-3),
            ("uM", 1e-3),
            ("nM", 1e-6),
            ("%", 0.01),
        ] {
            assert_eq!(scale(&[(name, 1.0)]), size, "{name}");
        }
        assert_eq!(scale(&[("mV", 1.0), ("s", -1.0)]), 0.001);
        assert_eq!(scale(&[("uS", 1.0), ("cm", -2.0)]), 10.0);
        assert!((scale(&[("s", -0.5)]) - 1e-3_f64.sqrt()).abs() < 1e-17);
    }

    #[test]
    fn every_name_has_a_size() {
        for name in NAMES {
            assert!(scale(&[(name, 1.0)]) > 0.0, "{name}");
        }
    }

    #[test]
    fn ohms_law_and_the_rest_hold() {
        let dimension = |name| of(&[(name, 1.0)]).dimension;
        assert_eq!(dimension("nS").times(dimension("mV")), dimension("pA"));
        assert_eq!(dimension("pF").times(dimension("mV")), dimension("pC"));
        assert_eq!(dimension("MOhm").times(dimension("uF")), dimension("s"));
        assert_eq!(dimension("M"), of(&[("mol", 1.0), ("m", -3.0)]).dimension);
        assert_eq!(scale(&[("mol", 1.0), ("m", -3.0)]), scale(&[("mM", 1.0)]));
    }

    #[test]
    fn powers_are_exact_twelfths() {
        let time = Dimension::TIME;
        assert_eq!(time.power(0.5).unwrap().power(2.0), Some(time));
        assert_eq!(time.power(1.0 / 3.0).unwrap().power(3.0), Some(time));
        assert_eq!(time.power(0.3), None);
        assert_eq!(time.power(1e9), None);
        assert_eq!(time.power(f64::NAN), None);
        assert_eq!(Dimension::NONE.power(0.3), Some(Dimension::NONE));
    }

    #[test]
    fn unknown_units_are_told_by_their_place() {
        let factors = [Factor { name: "mV", power: 1.0 }, Factor { name: "sec", power: -1.0 }];
        assert_eq!(measure(&factors), Err(UnitError::Unknown(1)));
        assert!(lookup("kmol").is_none());
    }

    #[test]
    fn dimensions_read_as_people_write_them() {
        for (factors, text) in [
            (vec![("V", 1.0), ("s", -1.0)], "mV/ms"),
            (vec![("Hz", 1.0)], "1/ms"),
            (vec![("s", -0.5)], "1/sqrt(ms)"),
            (vec![("mV", 1.0), ("s", -0.5)], "mV/sqrt(ms)"),
            (vec![("A", 1.0), ("V", -1.0)], "nS"),
            (vec![("S", 1.0), ("cm", -2.0)], "nS/mm^2"),
            (vec![("pF", 1.0)], "pF"),
            (vec![("M", 1.0)], "mM"),
            (vec![], "1"),
        ] {
            assert_eq!(of(&factors).dimension.to_string(), text);
        }
        assert_eq!(of(&[("C", 1.0)]).dimension.to_string(), "ms*pA");
        assert_eq!(of(&[("mV", 0.25)]).dimension.to_string(), "mV^0.25");
        assert_eq!(of(&[("mV", 1.0), ("ms", -1.0), ("mm", -1.0)]).dimension.to_string(), "mV/ms/mm");
    }
}
