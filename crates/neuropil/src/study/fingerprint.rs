//! Whether the files that a study names are still what they were.

use crate::build::Anatomy;
use crate::error::Error;
use crate::experiment::Experiment;

/// A number that changes with the contents of the files that an experiment names, and with the connectome and data of
/// its dataset. FNV-1a (Fowler, Noll & Vo): it finds changes, and does not resist anyone who wants to hide one.
pub(super) fn fingerprint(experiment: &Experiment, anatomy: &Anatomy) -> Result<String, Error> {
    let mut files = Vec::new();
    experiment.clone().visit_paths(|path| files.push(path.clone()));
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    // What is a folder is a connectome or dataset, whose numbers follow.
    for path in files.into_iter().filter(|path| path.is_file()) {
        hash.add(&std::fs::read(&path).map_err(|source| Error::File { path, source })?);
    }
    if let Some(connectome) = &anatomy.connectome {
        hash.add_numbers(connectome.weights().values());
        hash.add_numbers(connectome.lengths().values());
    }
    for measured in &anatomy.measured {
        hash.add_numbers(measured.connectivity.values());
    }
    for bold in &anatomy.bold {
        hash.add_numbers(bold.values());
    }
    Ok(format!("{:016x}", hash.0))
}

struct Hash(u64);

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn add_numbers(&mut self, numbers: &[f64]) {
        for number in numbers {
            self.add(&number.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        for (text, expected) in [("", 0xcbf2_9ce4_8422_2325_u64), ("a", 0xaf63_dc4c_8601_ec8c)] {
            let mut hash = Hash(0xcbf2_9ce4_8422_2325);
            hash.add(text.as_bytes());
            assert_eq!(hash.0, expected);
        }
    }
}
