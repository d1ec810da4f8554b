//! Whether the files that a study names are still what they were.

use std::fmt::{self, Display, Formatter};

use crate::build::Anatomy;
use crate::error::Error;
use crate::experiment::Experiment;

/// A number that changes with the contents of the files that an experiment names, and with the connectome and data of
/// its dataset. FNV-1a (Fowler, Noll & Vo): it finds changes, and does not resist anyone who wants to hide one.
#[derive(Debug)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    pub(super) fn of(experiment: &Experiment, anatomy: &Anatomy) -> Result<Self, Error> {
        let mut fingerprint = Self::EMPTY;
        fingerprint.add(experiment, anatomy)?;
        Ok(fingerprint)
    }

    /// Adds an experiment to those that it is of.
    pub(super) fn add(&mut self, experiment: &Experiment, anatomy: &Anatomy) -> Result<(), Error> {
        let mut files = Vec::new();
        experiment.clone().visit_paths(|path| files.push(path.clone()));
        // What is a folder is a connectome or dataset, whose numbers follow.
        for path in files.into_iter().filter(|path| path.is_file()) {
            self.add_bytes(&std::fs::read(&path).map_err(|source| Error::File { path, source })?);
        }
        if let Some(connectome) = &anatomy.connectome {
            self.add_numbers(connectome.weights().values());
            self.add_numbers(connectome.lengths().values());
        }
        for measured in &anatomy.measured {
            self.add_numbers(measured.connectivity.values());
        }
        for bold in &anatomy.bold {
            self.add_numbers(bold.values());
        }
        Ok(())
    }

    fn add_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn add_numbers(&mut self, numbers: &[f64]) {
        for number in numbers {
            self.add_bytes(&number.to_le_bytes());
        }
    }
}

impl Display for Fingerprint {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        for (text, expected) in [("", 0xcbf2_9ce4_8422_2325_u64), ("a", 0xaf63_dc4c_8601_ec8c)] {
            let mut fingerprint = Fingerprint::EMPTY;
            fingerprint.add_bytes(text.as_bytes());
            assert_eq!(fingerprint.0, expected);
        }
    }
}
