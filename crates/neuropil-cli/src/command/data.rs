//! `neuropil data`.

use std::path::Path;

use neuropil::data::{Connectome, Dataset, DatasetOptions, Format, Matrix, Normalisation, Subject, WriteError};

use crate::arguments::{DataArguments, DataCommand};
use crate::failure::Failure;
use crate::output::print;

/// Describes and converts connectomes.
pub(crate) fn data(arguments: &DataArguments) -> Result<(), Failure> {
    match &arguments.command {
        DataCommand::Describe { path, lengths, labels } => describe(path, lengths.as_deref(), labels.as_deref()),
        DataCommand::Convert { from, to, lengths, labels, overwrite } => {
            convert(from, to, lengths.as_deref(), labels.as_deref(), *overwrite)
        }
    }
}

fn describe(path: &Path, lengths: Option<&Path>, labels: Option<&Path>) -> Result<(), Failure> {
    if !is_dataset(path) {
        return Ok(print(&read(path, lengths, labels)?.describe().to_string())?);
    }
    let dataset = dataset(path)?;
    let subject = |subject: &Subject| {
        let volumes = subject.bold().map_or(0, Matrix::columns);
        format!("  {}: {} regions, {volumes} volumes of BOLD\n", subject.id(), subject.connectome().nodes())
    };
    let subjects: String = dataset.subjects().iter().map(subject).collect();
    let (name, count, connectome) = (dataset.name(), dataset.subjects().len(), dataset.connectome().describe());
    Ok(print(&format!("{name}: {count} subjects\n{subjects}\nmean connectome {connectome}"))?)
}

fn convert(
    from: &Path,
    to: &Path,
    lengths: Option<&Path>,
    labels: Option<&Path>,
    overwrite: bool,
) -> Result<(), Failure> {
    let Some(format) = Format::of_path(to) else {
        let message = format!("`TO`: found `{}`, expected an ending .zip or .npz, or none for a folder", to.display());
        return Err(Failure::input(message, None));
    };
    if to.exists() && !overwrite {
        let message = format!("`TO`: expected a free path, found `{}`", to.display());
        return Err(Failure::input(message, Some("`--overwrite` replaces a file".into())));
    }
    let connectome = read(from, lengths, labels)?;
    connectome.write(to, format).map_err(|error| match error {
        WriteError::Exists { .. } => Failure::input(error, Some("folders are never replaced".into())),
        WriteError::Io { .. } => Failure::failed(error, None),
    })?;
    Ok(print(&format!("{}: {} regions", to.display(), connectome.nodes()))?)
}

/// A connectome; of a dataset, the mean one.
fn read(path: &Path, lengths: Option<&Path>, labels: Option<&Path>) -> Result<Connectome, Failure> {
    if path.as_os_str() == "example" {
        return Ok(Connectome::example());
    }
    if is_dataset(path) {
        return Ok(dataset(path)?.connectome().clone());
    }
    if lengths.is_none() && labels.is_none() {
        return Ok(Connectome::read(path)?);
    }
    Ok(Connectome::from_files(path, lengths, labels)?)
}

fn is_dataset(path: &Path) -> bool {
    path.join("subjects").is_dir()
}

fn dataset(path: &Path) -> Result<Dataset, Failure> {
    let options = DatasetOptions { normalisation: Normalisation::Max, subcortical: false };
    Ok(Dataset::read(path, options)?)
}
