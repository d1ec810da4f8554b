//! The list of built-in models, and how one is made ready to run.

use std::fmt::{self, Debug};
use std::sync::{Arc, OnceLock};

use neuropil_kernel::{Model, Table};
use neuropil_lang::{GeneratedKernel, GeneratedModel, ModelText, Program, ProgramError, compile, nearest};

use crate::CatalogueError;
use crate::generated::ENTRIES;
use crate::tables::built_in_tables;

/// A built-in model: its text and its kernel.
pub struct CatalogueEntry {
    name: &'static str,
    file: &'static str,
    text: &'static str,
    build: Build,
    ready: OnceLock<Arc<dyn Model>>,
}

type Build = fn(&Program, Vec<Table>) -> Result<Arc<dyn Model>, ProgramError>;

impl CatalogueEntry {
    pub(crate) const fn new(name: &'static str, file: &'static str, text: &'static str, build: Build) -> Self {
        Self { name, file, text, build, ready: OnceLock::new() }
    }

    /// Name of the model, as in [`model`].
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Name of the model file.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// The model file.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The checked model: equations as the author wrote them, and as a graph.
    ///
    /// # Errors
    ///
    /// None in practice: every model file is checked by a test.
    pub fn compile(&self) -> Result<ModelText, CatalogueError> {
        compile(self.text, self.file).map_err(CatalogueError::Text)
    }

    /// The model, ready to run. It is made at the first call and shared afterwards.
    ///
    /// # Errors
    ///
    /// None in practice: every model is made by a test.
    pub fn model(&self) -> Result<Arc<dyn Model>, CatalogueError> {
        if let Some(model) = self.ready.get() {
            return Ok(Arc::clone(model));
        }
        let text = self.compile()?;
        let model = self.build(&text.program, built_in_tables(&text.program)?)?;
        Ok(Arc::clone(self.ready.get_or_init(|| model)))
    }

    /// The model with other numbers in its tables: `tables` in the order in which the model file declares them, in
    /// internal units.
    ///
    /// # Errors
    ///
    /// If the tables have not the declared axes and columns.
    pub fn model_with_tables(&self, tables: Vec<Table>) -> Result<Arc<dyn Model>, CatalogueError> {
        self.build(&self.compile()?.program, tables)
    }

    fn build(&self, program: &Program, tables: Vec<Table>) -> Result<Arc<dyn Model>, CatalogueError> {
        (self.build)(program, tables).map_err(|error| CatalogueError::Program { model: self.name, error })
    }
}

impl Debug for CatalogueEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CatalogueEntry").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Makes a model that runs the kernel `K`.
pub(crate) fn build<K: GeneratedKernel>(program: &Program, tables: Vec<Table>) -> Result<Arc<dyn Model>, ProgramError> {
    Ok(Arc::new(GeneratedModel::<K>::new(program, tables)?))
}

/// The built-in models, by name.
pub fn catalogue() -> &'static [CatalogueEntry] {
    &ENTRIES
}

/// The built-in model with this name.
///
/// # Errors
///
/// If there is none; the hint names the one that is spelt alike.
pub fn entry(name: &str) -> Result<&'static CatalogueEntry, CatalogueError> {
    let found = catalogue().iter().find(|entry| entry.name == name);
    found.ok_or_else(|| CatalogueError::Unknown {
        name: name.to_owned(),
        nearest: nearest(name, catalogue().iter().map(CatalogueEntry::name)).map(str::to_owned),
    })
}

/// The built-in model with this name, ready to run.
///
/// ```
/// let model = neuropil_models::model("hopf")?;
/// assert_eq!(model.info().outputs[0].name, "x");
/// # Ok::<(), neuropil_models::CatalogueError>(())
/// ```
///
/// # Errors
///
/// If there is none; the hint names the one that is spelt alike.
pub fn model(name: &str) -> Result<Arc<dyn Model>, CatalogueError> {
    entry(name)?.model()
}
