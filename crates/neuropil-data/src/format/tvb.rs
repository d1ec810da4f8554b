//! The connectivity files of The Virtual Brain (Sanz Leon et al. 2013, doi:10.3389/fninf.2013.00010): a zip or a
//! folder of text files, each of them perhaps packed with bzip2.
//!
//! `weights` is `[target, source]`, `tract_lengths` in mm, `centres` (or `centers`) one line of label, x, y and z in mm
//! per region. Missing lengths are the straight distances between the centres. `name` is
//! ours: the name of the connectome, in one line. Orientations, areas, hemispheres and
//! the cortical mask are not used.

use std::fs;
use std::path::Path;

use super::archive::{Archive, has_ending, unpack_bzip2};
use super::{ParseError, Parts, ReadError, table};
use crate::connectome::Connectome;

const WEIGHTS: &[&str] = &["weights"];
const LENGTHS: &[&str] = &["tract_lengths", "lengths"];
const CENTRES: &[&str] = &["centres", "centers"];
const LABELS: &[&str] = &["labels"];
const NAME: &[&str] = &["name"];
const ENDINGS: [&str; 4] = ["txt", "csv", "tsv", "dat"];

/// Where the files lie.
trait Files {
    /// Paths of the files, with `/` between folders.
    fn names(&self) -> Vec<String>;
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError>;
}

struct Zipped<'a> {
    archive: Archive<'a>,
    path: &'a Path,
}

impl Files for Zipped<'_> {
    fn names(&self) -> Vec<String> {
        self.archive.names().map(str::to_owned).collect()
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        self.archive.read(name).map_err(ReadError::parse(self.path))
    }
}

struct Folder<'a> {
    path: &'a Path,
    names: Vec<String>,
}

impl Files for Folder<'_> {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        super::bytes(&self.path.join(name))
    }
}

pub(super) fn read_archive(archive: Archive, path: &Path) -> Result<Connectome, ReadError> {
    read(&mut Zipped { archive, path }, path)
}

pub(super) fn read_folder(path: &Path) -> Result<Connectome, ReadError> {
    let io = |source| ReadError::Io { path: path.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        names.push(entry.map_err(io)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    read(&mut Folder { path, names }, path)
}

fn read(files: &mut dyn Files, path: &Path) -> Result<Connectome, ReadError> {
    let names = files.names();
    let Some((weights_file, weights)) = content(files, &names, WEIGHTS)? else {
        return Err(ReadError::Missing {
            path: path.to_owned(),
            expected: "a file weights.txt".to_owned(),
            found: names,
        });
    };
    let place = |name: &str| path.join(name);
    let parse = |name: &str| {
        let place = place(name);
        move |error| ReadError::parse(&place)(error)
    };
    let weights = table::parse(&weights).map_err(parse(&weights_file))?;
    let mut parts = Parts { labels: weights.labels, ..Parts::default() };
    if let Some((name, lengths)) = content(files, &names, LENGTHS)? {
        parts.lengths = Some(table::parse(&lengths).map_err(parse(&name))?.values);
    }
    if let Some((name, centres)) = content(files, &names, CENTRES)? {
        let (labels, centres) = table::points(&centres).map_err(parse(&name))?;
        parts.centres = Some(centres);
        parts.labels = Some(labels);
    }
    if let Some((name, labels)) = content(files, &names, LABELS)? {
        parts.labels = Some(table::lines(&labels).map_err(parse(&name))?);
    }
    if let Some((name, text)) = content(files, &names, NAME)? {
        parts.name = super::one_name(table::lines(&text).map_err(parse(&name))?);
    }
    parts.assemble(weights.values, path)
}

/// The file with one of these stems and its content, unpacked; the one in the fewest folders where there are several.
fn content(files: &mut dyn Files, names: &[String], stems: &[&str]) -> Result<Option<(String, Vec<u8>)>, ReadError> {
    let depth = |name: &String| name.matches('/').count();
    let fitting = names.iter().filter(|name| stem(name).is_some_and(|found| stems.contains(&found.as_str())));
    let Some(name) = fitting.min_by_key(|name| depth(name)) else {
        return Ok(None);
    };
    let content = files.read(name)?;
    if has_ending(name, "bz2") {
        let unpacked = unpack_bzip2(&content).map_err(|error| {
            let error = match error {
                ParseError::Malformed(what) => ParseError::Malformed(format!("{name}: {what}")),
                error => error,
            };
            ReadError::parse(Path::new(name))(error)
        })?;
        return Ok(Some((name.clone(), unpacked)));
    }
    Ok(Some((name.clone(), content)))
}

/// The name of a text file without folders and endings, in small letters; `None` for hidden files and others.
fn stem(name: &str) -> Option<String> {
    let hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    let file = name.rsplit('/').next()?.to_ascii_lowercase();
    let (stem, ending) = file.strip_suffix(".bz2").unwrap_or(&file).rsplit_once('.')?;
    (!hidden && ENDINGS.contains(&ending)).then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_leave_folders_and_endings_out() {
        assert_eq!(stem("connectivity_76/weights.txt.bz2").as_deref(), Some("weights"));
        assert_eq!(stem("Centres.TXT").as_deref(), Some("centres"));
        for name in ["__MACOSX/weights.txt", "a/._weights.txt", "weights", "weights.h5", "weights/", ""] {
            assert_eq!(stem(name), None, "{name}");
        }
    }
}
