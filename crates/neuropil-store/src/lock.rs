//! Locks that end with the process that holds them, however it ends.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::folder::FileError;

/// A file that one process holds. The system lets go of it when the process ends, so there are no stale locks.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    /// Closing it lets go.
    _file: File,
}

impl Lock {
    /// The lock, or nothing where another process or thread holds it.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Self>, FileError> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self::held(path, file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) if cannot_lock(&error) => Ok(Some(Self::held(path, file))),
            Err(TryLockError::Error(error)) => Err(FileError::new("lock", path)(error)),
        }
    }

    /// The lock, once no other process or thread holds it.
    pub(crate) fn wait_for(path: &Path) -> Result<Self, FileError> {
        let file = open(path)?;
        match file.lock() {
            Ok(()) => Ok(Self::held(path, file)),
            Err(error) if cannot_lock(&error) => Ok(Self::held(path, file)),
            Err(error) => Err(FileError::new("lock", path)(error)),
        }
    }

    fn held(path: &Path, mut file: File) -> Self {
        // For people who wonder who it is; nothing depends on it.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "process {}", std::process::id()));
        Self { path: path.into(), _file: file }
    }

    /// Lets go, and removes the file: what it guarded is done.
    pub(crate) fn remove(self) {
        // A file that stays does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// Tries again where another process, which has finished the store, removes the folder at the same moment.
fn open(path: &Path) -> Result<File, FileError> {
    let mut tries = 3;
    loop {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(FileError::new("create", parent))?;
        }
        tries -= 1;
        match File::options().create(true).truncate(false).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries > 0 => {}
            other => return other.map_err(FileError::new("lock", path)),
        }
    }
}

/// Some network file systems have no locks. There the slices of a job array keep processes apart.
fn cannot_lock(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("locks/7");
        let lock = Lock::try_take(&path).unwrap().unwrap();
        assert!(Lock::try_take(&path).unwrap().is_none());
        drop(lock);
        let lock = Lock::wait_for(&path).unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("process "));
        lock.remove();
        assert!(!path.exists());
    }
}
