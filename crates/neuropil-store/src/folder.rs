//! Files of a store: replaced as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Ends the names of files that are not finished.
const UNFINISHED: &str = ".partial";

/// A file or folder that cannot be read or written.
#[derive(Debug, Error)]
#[error("cannot {action} `{}`: {source}", path.display())]
pub struct FileError {
    /// What was tried.
    pub action: &'static str,
    /// On which file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

impl FileError {
    pub(crate) fn new(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self { action, path, source }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self.source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some("free some space; what was written before can be read".into())
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Some("choose a folder that you may write to".into())
            }
            io::ErrorKind::NotFound => Some("check the spelling of the path".into()),
            _ => None,
        }
    }
}

/// The folder of a store.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    /// Bytes that may still be written before the disk "is full".
    #[cfg(test)]
    pub(crate) budget: std::cell::Cell<Option<usize>>,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            #[cfg(test)]
            budget: std::cell::Cell::new(None),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    /// Makes the folder and those above it.
    pub(crate) fn create(&self) -> Result<(), FileError> {
        fs::create_dir_all(&self.root).map_err(FileError::new("create", &self.root))
    }

    /// Writes beside the file, waits for the disk and renames: a reader finds the old bytes or the new ones.
    pub(crate) fn write(&self, key: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.root.join(key);
        let parent = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(FileError::new("create", parent))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = parent.join(format!(".{name}{UNFINISHED}"));
        let outcome = self
            .write_synchronised(&unfinished, bytes)
            .and_then(|()| fs::rename(&unfinished, &path))
            .map_err(FileError::new("write", &path));
        if outcome.is_err() {
            // The first error is the one to report.
            let _ = fs::remove_file(&unfinished);
        }
        outcome
    }

    fn write_synchronised(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        #[cfg(test)]
        if let Some(budget) = self.budget.get() {
            let written = budget.min(bytes.len());
            file.write_all(&bytes[..written])?;
            self.budget.set(Some(budget - written));
            if written < bytes.len() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            return Ok(());
        }
        let _ = self;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// The bytes of a file, or nothing where there is none.
    pub(crate) fn read(&self, key: &str) -> Result<Option<Vec<u8>>, FileError> {
        let path = self.root.join(key);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FileError::new("read", path)(error)),
        }
    }

    /// Names in the folder beside unfinished files. Nothing where there is no folder.
    pub(crate) fn entries(&self) -> Result<Option<Vec<Entry>>, FileError> {
        let listing = match fs::read_dir(&self.root) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FileError::new("read", &self.root)(error)),
        };
        let mut entries = Vec::new();
        for entry in listing {
            let entry = entry.map_err(FileError::new("read", &self.root))?;
            let is_folder = entry.file_type().map_err(FileError::new("read", entry.path()))?.is_dir();
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_folder || !name.ends_with(UNFINISHED) {
                entries.push(Entry { name, is_folder });
            }
        }
        Ok(Some(entries))
    }

    /// Removes a folder inside the store with all it holds.
    pub(crate) fn remove_folder(&self, name: &str) -> Result<(), FileError> {
        let path = self.root.join(name);
        fs::remove_dir_all(&path).map_err(FileError::new("remove", path))
    }

    /// Removes a file of the store.
    pub(crate) fn remove_file(&self, name: &str) -> Result<(), FileError> {
        let path = self.root.join(name);
        fs::remove_file(&path).map_err(FileError::new("remove", path))
    }
}

/// Something in the folder.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Links are not folders.
    pub(crate) is_folder: bool,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_failed_write_keeps_the_old_file() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        folder.write("a/b", b"old").unwrap();
        folder.budget.set(Some(2));
        let error = folder.write("a/b", b"new").unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::StorageFull);
        assert!(error.hint().unwrap().contains("space"));
        assert_eq!(folder.read("a/b").unwrap().unwrap(), b"old");
        assert_eq!(fs::read_dir(place.path().join("a")).unwrap().count(), 1);
        assert!(folder.read("a/c").unwrap().is_none());
    }
}
