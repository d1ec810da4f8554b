//! Zip archives and bzip2, unpacked no further than a limit.

use std::io::{Cursor, Read};

use bzip2::read::MultiBzDecoder;
use zip::ZipArchive;

use super::{LARGEST, ParseError};

/// A zip archive in memory.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    /// Bytes that may still be unpacked.
    budget: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(content: &'a [u8]) -> Result<Self, ParseError> {
        let damaged = |error| ParseError::Malformed(format!("the zip archive is truncated or damaged: {error}"));
        let zip = ZipArchive::new(Cursor::new(content)).map_err(damaged)?;
        let names: Result<Vec<String>, _> = zip.file_names().map(|name| Ok(name?.into_owned())).collect();
        Ok(Self { names: names.map_err(damaged)?, zip, budget: LARGEST })
    }

    /// Names of the files in the archive.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The content of the file `name`.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, ParseError> {
        let damaged = |error: &dyn std::fmt::Display| ParseError::Malformed(format!("{name} in the archive: {error}"));
        let file = self.zip.by_name(name).map_err(|error| damaged(&error))?;
        let bytes = limited(file, self.budget, name)?;
        self.budget -= bytes.len() as u64;
        Ok(bytes)
    }

    /// The number of bytes of all files together.
    pub(super) fn read_all(&mut self) -> Result<usize, ParseError> {
        let names = self.names.clone();
        names.iter().map(|name| Ok(self.read(name)?.len())).sum()
    }
}

/// Whether a file name ends in `.ending`, whatever the case.
pub(crate) fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

/// What bzip2 packed.
pub(super) fn unpack_bzip2(content: &[u8]) -> Result<Vec<u8>, ParseError> {
    limited(MultiBzDecoder::new(content), LARGEST, "the bzip2 stream")
}

/// Everything a reader gives, up to `limit` bytes.
pub(super) fn limited(reader: impl Read, limit: u64, what: &str) -> Result<Vec<u8>, ParseError> {
    let mut bytes = Vec::new();
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ParseError::Malformed(format!("{what} is truncated or damaged: {error}")))?;
    if bytes.len() as u64 > limit { Err(ParseError::too_large(what)) } else { Ok(bytes) }
}
