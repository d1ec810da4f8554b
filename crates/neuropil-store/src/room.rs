//! Making room for a new store without ever removing anything else.

use crate::create_error::CreateError;
use crate::document::{Document, KEY, NotOurs};
use crate::folder::Folder;
use crate::spec::is_name;

/// Removes a store that may be removed.
pub(crate) fn make_room(folder: &Folder, overwrite: bool) -> Result<(), CreateError> {
    let path = folder.path().to_path_buf();
    if path.is_file() {
        return Err(CreateError::NotAStore { path, found: "a file".into() });
    }
    let Some(entries) = folder.entries()? else {
        return Ok(());
    };
    if entries.is_empty() {
        return Ok(());
    }
    let not_a_store = |found: String| CreateError::NotAStore { path: path.clone(), found };
    let bytes = folder.read(KEY)?.ok_or_else(|| not_a_store("a folder with other contents".into()))?;
    match Document::from_bytes(&bytes) {
        // What another version wrote is still ours.
        Ok(_) | Err(NotOurs::Version(_)) => {}
        Err(NotOurs::Json(reason)) => return Err(not_a_store(format!("a `{KEY}` that is not readable ({reason})"))),
        Err(NotOurs::NoMarker) => return Err(not_a_store("another program's Zarr store".into())),
    }
    if !overwrite {
        return Err(CreateError::Exists { path });
    }
    // An array without metadata is one that was being declared when the run was killed.
    for entry in &entries {
        if entry.name != KEY && !(entry.is_folder && is_name(&entry.name) && is_array(folder, &entry.name)?) {
            return Err(not_a_store(format!("a store with `{}` in it, which is not part of it,", entry.name)));
        }
    }
    // The marker goes last: what is left by an interruption is still known as ours.
    for entry in entries.iter().filter(|entry| entry.is_folder) {
        folder.remove_folder(&entry.name)?;
    }
    folder.remove_file(KEY)?;
    Ok(())
}

fn is_array(folder: &Folder, name: &str) -> Result<bool, CreateError> {
    if folder.read(&format!("{name}/{KEY}"))?.is_some() {
        return Ok(true);
    }
    let inside = Folder::new(&folder.path().join(name)).entries()?.unwrap_or_default();
    Ok(inside.iter().all(|entry| entry.is_folder && entry.name == "c"))
}
