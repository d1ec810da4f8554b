//! File formats of connectomes: recognised by content, read with every size checked, written whole or not at all.

mod archive;
mod error;
mod mat;
mod named;
mod npy;
mod number;
mod table;
mod tvb;
mod write;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

pub(crate) use archive::has_ending;
pub use error::{ParseError, ReadError, UnknownFormat, WriteError};
pub(crate) use write::write;

use crate::connectome::Connectome;
use crate::matrix::Matrix;
use named::Named;

/// The most bytes of one file, decompressed. A matrix of 11 000 regions fits.
pub(crate) const LARGEST: u64 = 1 << 30;

/// A format to write connectomes in. All of them, and more, can be read: see [`Connectome::read`].
///
/// In `.npz` and `.mat` files these names are looked for, whatever the case:
///
/// | array | names |
/// | --- | --- |
/// | weights | `weights`, `weight`, `w`, `cmat`, `sc`, `cm`, `connectivity`, `structural_connectivity`, `conn` |
/// | lengths | `lengths`, `length`, `tract_lengths`, `len`, `dmat`, `lengthmat`, `fiber_lengths`, `fibre_lengths`, `distances`, `distance`, `dist` |
/// | labels | `labels`, `label`, `region_labels`, `regions`, `region_names`, `names`, `roi_names` |
/// | centres | `centres`, `centers`, `coordinates`, `coords`, `positions`, `xyz` |
/// | name of the connectome | `name` |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The zip of The Virtual Brain: `weights.txt`, `tract_lengths.txt`, `centres.txt`; `labels.txt` where there are no
    /// centres to carry the labels; and `name.txt`, which that program does not read.
    TvbZip,
    /// The same files in a folder.
    TvbFolder,
    /// The archive of `NumPy` with the arrays `weights`, `lengths`, `labels`, `centres` and `name`.
    Npz,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::TvbZip, Self::TvbFolder, Self::Npz];

    /// The name that [`str::parse`] understands.
    pub fn name(self) -> &'static str {
        match self {
            Self::TvbZip => "tvb-zip",
            Self::TvbFolder => "tvb-folder",
            Self::Npz => "npz",
        }
    }

    /// The format that the ending of a path asks for: `.zip`, `.npz`, or none for a folder.
    pub fn of_path(path: &Path) -> Option<Self> {
        let Some(ending) = path.extension() else {
            return Some(Self::TvbFolder);
        };
        match ending.to_str()?.to_ascii_lowercase().as_str() {
            "zip" => Some(Self::TvbZip),
            "npz" => Some(Self::Npz),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat { found: name.to_owned() })
    }
}

/// What a connectome is made of, as far as a file has it.
#[derive(Default)]
struct Parts {
    lengths: Option<Matrix>,
    labels: Option<Vec<String>>,
    centres: Option<Vec<[f64; 3]>>,
    /// That of the file, if there is none in it.
    name: Option<String>,
}

impl Parts {
    fn assemble(self, weights: Matrix, path: &Path) -> Result<Connectome, ReadError> {
        let of_file = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = self.name.unwrap_or_else(of_file);
        let build = || {
            let connectome = match (self.lengths, self.centres) {
                (Some(lengths), None) => Connectome::new(weights, lengths)?,
                (Some(lengths), Some(centres)) => Connectome::new(weights, lengths)?.with_centres(centres)?,
                (None, Some(centres)) => Connectome::from_centres(weights, centres)?,
                (None, None) => Connectome::without_lengths(weights)?,
            };
            match self.labels {
                Some(labels) => connectome.with_labels(labels),
                None => Ok(connectome),
            }
        };
        Ok(build().map_err(|source| ReadError::Connectome { path: path.to_owned(), source })?.named(name))
    }
}

/// The content of a file, no more than [`LARGEST`] bytes.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    let io = |source| ReadError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(io)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > LARGEST {
        return Err(ReadError::parse(path)(ParseError::too_large("file")));
    }
    Ok(bytes)
}

/// A connectome from any known format.
pub(crate) fn read(path: &Path) -> Result<Connectome, ReadError> {
    if path.is_dir() { tvb::read_folder(path) } else { connectome(&bytes(path)?, path) }
}

/// A connectome from the content of the file at `path`.
fn connectome(content: &[u8], path: &Path) -> Result<Connectome, ReadError> {
    match Content::of(content) {
        Content::Zip => {
            let archive = archive::Archive::open(content).map_err(ReadError::parse(path))?;
            if archive.names().any(|name| has_ending(name, "npy")) {
                from_named(npy::archive(archive).map_err(ReadError::parse(path))?, path)
            } else {
                tvb::read_archive(archive, path)
            }
        }
        Content::Npy => from_named(Named::single(npy::parse(content).map_err(ReadError::parse(path))?), path),
        Content::Mat => from_named(mat::parse(content).map_err(ReadError::parse(path))?, path),
        Content::Text => {
            let table = table::parse(content).map_err(ReadError::parse(path))?;
            Parts { labels: table.labels, ..Parts::default() }.assemble(table.values, path)
        }
    }
}

/// A connectome whose weights, lengths and labels lie in files of their own.
pub(crate) fn read_separate(
    weights: &Path,
    lengths: Option<&Path>,
    labels: Option<&Path>,
) -> Result<Connectome, ReadError> {
    let table = matrix(weights, named::WEIGHTS)?;
    let lengths = lengths.map(|path| matrix(path, named::LENGTHS)).transpose()?;
    let labels = match labels {
        Some(path) => Some(table::lines(&bytes(path)?).map_err(ReadError::parse(path))?),
        None => table.labels,
    };
    let lengths = lengths.map(|table| table.values);
    Parts { lengths, labels, ..Parts::default() }.assemble(table.values, weights)
}

/// One matrix, by one of several names where the file has names.
fn matrix(path: &Path, names: &[&str]) -> Result<table::Table, ReadError> {
    let content = bytes(path)?;
    let mut named = match Content::of(&content) {
        Content::Text => return table::parse(&content).map_err(ReadError::parse(path)),
        Content::Npy => npy::parse(&content).map(Named::single),
        Content::Mat => mat::parse(&content),
        Content::Zip => archive::Archive::open(&content).and_then(npy::archive),
    }
    .map_err(ReadError::parse(path))?;
    let values = named.take_matrix(names).or_else(|| named.take_only_matrix());
    let values = values.ok_or_else(|| named.missing(path, names))?;
    Ok(table::Table { values, labels: None })
}

/// One variable of a `.mat` file.
pub(crate) fn mat_variable(path: &Path, name: &'static str) -> Result<Matrix, ReadError> {
    let mut named = mat::parse(&bytes(path)?).map_err(ReadError::parse(path))?;
    named.take_matrix(&[name]).ok_or_else(|| named.missing(path, &[name]))
}

/// A table of numbers in text.
pub(crate) fn text_table(path: &Path) -> Result<Matrix, ReadError> {
    Ok(table::parse(&bytes(path)?).map_err(ReadError::parse(path))?.values)
}

fn from_named(mut named: Named, path: &Path) -> Result<Connectome, ReadError> {
    let lengths = named.take_matrix(named::LENGTHS);
    let labels = named.take_text(named::LABELS);
    let centres = match named.take_matrix(named::CENTRES) {
        Some(centres) => Some(points(&centres).map_err(ReadError::parse(path))?),
        None => None,
    };
    let weights = named.take_matrix(named::WEIGHTS).or_else(|| named.take_only_matrix());
    let weights = weights.ok_or_else(|| named.missing(path, named::WEIGHTS))?;
    let name = named.take_text(named::NAME).and_then(one_name);
    Parts { lengths, labels, centres, name }.assemble(weights, path)
}

/// A name in a list of its own.
fn one_name(mut texts: Vec<String>) -> Option<String> {
    let name = if texts.len() == 1 { texts.pop()?.trim().to_owned() } else { return None };
    (!name.is_empty()).then_some(name)
}

/// Centres from an n x 3 matrix.
fn points(centres: &Matrix) -> Result<Vec<[f64; 3]>, ParseError> {
    let points: Option<Vec<[f64; 3]>> = centres.iter_rows().map(|row| row.try_into().ok()).collect();
    points.ok_or_else(|| {
        let (rows, columns) = (centres.rows(), centres.columns());
        ParseError::Malformed(format!("`centres`: found {rows} x {columns}, expected one row of x, y and z per region"))
    })
}

/// What the first bytes of a file say it is.
enum Content {
    Zip,
    Npy,
    Mat,
    Text,
}

impl Content {
    fn of(content: &[u8]) -> Self {
        if content.starts_with(b"PK\x03\x04") || content.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else if content.starts_with(npy::MAGIC) {
            Self::Npy
        } else if mat::recognise(content) {
            Self::Mat
        } else {
            Self::Text
        }
    }
}

/// Hands `content` to every parser, for fuzzing: how many of them understood it.
#[doc(hidden)]
pub fn parse_with_all(content: &[u8]) -> usize {
    let understood = [
        mat::parse(content).is_ok(),
        npy::parse(content).is_ok(),
        archive::Archive::open(content).and_then(npy::archive).is_ok(),
        archive::Archive::open(content).and_then(|mut archive| archive.read_all()).is_ok(),
        archive::unpack_bzip2(content).is_ok(),
        table::parse(content).is_ok(),
        table::lines(content).is_ok(),
        table::points(content).is_ok(),
        connectome(content, Path::new("fuzz")).is_ok_and(|connectome| connectome.describe().nodes > 1),
    ];
    understood.into_iter().filter(|understood| *understood).count()
}
