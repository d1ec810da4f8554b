//! Names of choices, as users type them.

use thiserror::Error;

/// A name that no choice has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{argument}`: found {found:?}, expected {}", expected.join(" or "))]
pub struct UnknownName {
    /// Which argument.
    pub argument: &'static str,
    /// The names there are.
    pub expected: [&'static str; 2],
    /// The name given.
    pub found: String,
}

/// The choice of that name.
pub(crate) fn choose<T: Copy>(
    argument: &'static str,
    choices: [T; 2],
    name: fn(T) -> &'static str,
    found: &str,
) -> Result<T, UnknownName> {
    let unknown = || UnknownName { argument, expected: choices.map(name), found: found.to_owned() };
    choices.into_iter().find(|choice| name(*choice) == found).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::{DynamicsDefinition, SpectrumScaling};

    #[test]
    fn names_are_read_back() {
        for definition in DynamicsDefinition::ALL {
            assert_eq!(definition.name().parse(), Ok(definition));
        }
        for scaling in SpectrumScaling::ALL {
            assert_eq!(scaling.name().parse(), Ok(scaling));
        }
        let error = "sum".parse::<SpectrumScaling>().unwrap_err();
        assert_eq!(error.to_string(), "`scaling`: found \"sum\", expected density or power");
    }
}
