//! Models from files of users.

use std::path::Path;
use std::sync::Arc;

use neuropil_kernel::Model;
use neuropil_lang::{InterpretedModel, ModelText, compile};
use neuropil_models::built_in_tables;

use crate::error::Error;

/// Bytes of a model file, at most: a longer file is something else.
const LARGEST: u64 = 1 << 20;

/// Reads and checks a model file: its equations as written, and as a graph.
///
/// # Errors
/// If the file cannot be read, or is no model: then all mistakes in it, with their places.
pub fn read_model(path: impl AsRef<Path>) -> Result<ModelText, Error> {
    let path = path.as_ref();
    let in_file = |source| Error::File { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(in_file)?.len() > LARGEST {
        return Err(Error::specification(path.display(), "a file of more than 1 MB", "a model file"));
    }
    let bytes = std::fs::read(path).map_err(in_file)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Error::specification(path.display(), "bytes that are no text", "a model file in UTF-8"));
    };
    let name = path.display().to_string();
    compile(&text, &name).map_err(|diagnostics| Error::Model { path: path.to_owned(), diagnostics })
}

/// Makes a model ready to run: interpreted, tile by tile. Its tables must be built in ones (`transfer`).
///
/// # Errors
/// If it has a table that is not built in.
pub fn interpret(text: &ModelText, path: impl AsRef<Path>) -> Result<Arc<dyn Model>, Error> {
    let tables = built_in_tables(&text.program)?;
    let model = InterpretedModel::new(&text.program, tables);
    let path = path.as_ref();
    Ok(Arc::new(model.map_err(|source| Error::Program { path: path.to_owned(), source })?))
}
