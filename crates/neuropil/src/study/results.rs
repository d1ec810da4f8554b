//! What a study has given so far.

use std::ops::Range;
use std::path::{Path, PathBuf};

use neuropil_lang::nearest;
use neuropil_optimize::Value as Level;
use neuropil_store::{BatchStore, BatchValues, StoreReader};
use serde_json::{Map, Value};

use super::difference::difference;
use super::store::{FINGERPRINT, REASON, SPECIFICATION, STUDY_STORE};
use crate::error::Error;

/// The results of a study, complete or not.
#[derive(Debug)]
pub struct StudyResults {
    pub(super) store: BatchStore,
    pub(super) axes: Vec<String>,
    pub(super) scores: Vec<String>,
    pub(super) lower_is_better: Vec<bool>,
}

/// How far a study is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyStatus {
    /// Points of the study.
    pub points: u64,
    /// Points that are there.
    pub done: u64,
    /// Points that are there without scores: runs that were given up, or left the finite numbers.
    pub without_scores: u64,
    /// Of these, the first one, and why.
    pub first_reason: Option<(u64, String)>,
    /// What cannot be read, and why.
    pub damaged: Vec<String>,
}

/// The best points by a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// Names of the axes.
    pub axes: Vec<String>,
    /// The points, the best one first.
    pub points: Vec<BestPoint>,
    /// What cannot be read and is left out, and why.
    pub damaged: Vec<String>,
}

/// One of the best points.
#[derive(Clone, Debug, PartialEq)]
pub struct BestPoint {
    /// Number of the point.
    pub point: u64,
    /// Its values, one for each axis.
    pub values: Vec<Level>,
    /// Its score.
    pub score: f64,
}

impl StudyResults {
    /// Opens the study in a folder.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let store = BatchStore::open(store_in(folder.as_ref())?)?;
        let list = |name: &str| store.attributes().get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let names = |name| list(name).iter().filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>();
        let (axes, scores) = (names("axes"), names("scores"));
        let lower_is_better = list("lower_is_better").iter().map(|lower| lower.as_bool() == Some(true)).collect();
        Ok(Self { store, axes, scores, lower_is_better })
    }

    /// Whether a path is the folder of a study, or its store.
    pub fn is_at(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        let is_study = |store: &StoreReader| store.attributes().contains_key(SPECIFICATION);
        path.join(STUDY_STORE).is_dir() || StoreReader::open(path).is_ok_and(|store| is_study(&store))
    }

    /// Where the store lies.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// The attributes of the store.
    pub fn attributes(&self) -> &Map<String, Value> {
        self.store.attributes()
    }

    /// The specification of the study.
    pub fn specification(&self) -> &Value {
        self.store.attributes().get(SPECIFICATION).unwrap_or(&Value::Null)
    }

    /// Number of points, there or not.
    pub fn points(&self) -> u64 {
        self.store.length()
    }

    /// Names of the scores.
    pub fn scores(&self) -> &[String] {
        &self.scores
    }

    /// How far it is.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn status(&self) -> Result<StudyStatus, Error> {
        let points = self.store.length();
        let (mut status, done) = (
            StudyStatus { points, done: 0, without_scores: 0, first_reason: None, damaged: Vec::new() },
            self.store.done()?,
        );
        for batch in done {
            let entries = self.store.entries(batch);
            status.done += entries.end - entries.start;
            match self.store.read_texts(REASON, batch) {
                Ok(reasons) => {
                    for (point, reason) in entries.zip(reasons).filter(|(_, reason)| !reason.is_empty()) {
                        status.without_scores += 1;
                        status.first_reason.get_or_insert((point, reason));
                    }
                }
                Err(error) => status.damaged.push(self.damage(batch, &error)),
            }
        }
        Ok(status)
    }

    /// The `number` best points by a score: the largest, or the smallest for a distance or with `lowest`. Points
    /// without that score are left out.
    ///
    /// # Errors
    /// If there is no such score, or the folder cannot be read. A damaged chunk is no error, but named in
    /// [`Best::damaged`].
    pub fn best(&self, score: &str, number: usize, lowest: Option<bool>) -> Result<Best, Error> {
        let known = self.scores.iter().map(String::as_str);
        let Some(index) = known.clone().position(|known| known == score) else {
            let expected = known.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let error = Error::specification(
                "score",
                format!("`{score}`"),
                if expected.is_empty() { "none: the study has no scores" } else { &expected },
            );
            return Err(match nearest(score, known) {
                Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
                None => error,
            });
        };
        let lowest = lowest.unwrap_or(self.lower_is_better.get(index) == Some(&true));
        let (mut found, mut damaged) = (Vec::<(f64, u64)>::new(), Vec::new());
        for batch in self.store.done()? {
            match self.store.read(score, batch) {
                Ok(values) => {
                    let values = values.into_iter().zip(self.store.entries(batch));
                    found.extend(values.filter(|(value, _)| value.is_finite()));
                    found.sort_by(|(left, first), (right, second)| {
                        let order = if lowest { left.total_cmp(right) } else { right.total_cmp(left) };
                        order.then(first.cmp(second))
                    });
                    found.truncate(number);
                }
                Err(error) => damaged.push(self.damage(batch, &error)),
            }
        }
        let mut points = Vec::new();
        for (score, point) in found {
            let value = |axis: &String| -> Result<Level, Error> {
                let column = self.store.column(axis, &[point])?;
                if let Some((_, error)) = column.damaged.into_iter().next() {
                    return Err(error.into());
                }
                Ok(match column.values {
                    BatchValues::Numbers(values) => values[0].into(),
                    BatchValues::Texts(values) => values[0].as_str().into(),
                })
            };
            let values = self.axes.iter().map(value).collect::<Result<_, _>>()?;
            points.push(BestPoint { point, values, score });
        }
        Ok(Best { axes: self.axes.clone(), points, damaged })
    }

    fn damage(&self, batch: u64, error: &neuropil_store::ReadError) -> String {
        damage(&self.store.entries(batch), error)
    }
}

/// `points 16 to 31: ...`.
pub(super) fn damage(points: &Range<u64>, error: &neuropil_store::ReadError) -> String {
    format!("points {} to {}: {error}", points.start, points.end - 1)
}

/// Puts together what slices of one study have written to several folders; how many points are there then.
///
/// # Errors
/// If a folder holds no study, the studies differ, a chunk is damaged, or the system refuses. What was copied before
/// stays.
pub fn merge_studies(from: &[PathBuf], to: impl AsRef<Path>) -> Result<StudyStatus, Error> {
    let to = to.as_ref();
    let mut stores = Vec::new();
    for folder in from {
        stores.push((folder, BatchStore::open(store_in(folder)?)?));
    }
    let Some((first_folder, first)) = stores.first() else {
        return Err(Error::specification("from", "no folder", "at least one folder of a study"));
    };
    let specification = |store: &BatchStore| store.attributes().get(SPECIFICATION).cloned().unwrap_or_default();
    let path = to.join(STUDY_STORE);
    let lock = BatchStore::lock(&path)?;
    let target = if path.exists() { BatchStore::open(&path)? } else { first.copy_empty(&path)? };
    drop(lock);
    for (folder, store) in stores.iter().map(|(folder, store)| (folder.as_path(), store)).chain([(to, &target)]) {
        if let Some(difference) = difference(&specification(first), &specification(store), "") {
            let found = format!("{} in `{}`", difference.found, folder.display());
            let expected = format!("{} as in `{}`", difference.expected, first_folder.display());
            return Err(Error::specification(difference.field, found, expected)
                .advise("only slices of one study can be merged"));
        }
    }
    let fingerprint = |store: &BatchStore| store.attributes().get(FINGERPRINT).cloned();
    if let Some((folder, _)) = stores.iter().find(|(_, store)| fingerprint(store) != fingerprint(&target)) {
        let found = format!("files with other contents in `{}`", folder.display());
        return Err(Error::specification("study", found, format!("those of `{}`", first_folder.display())));
    }
    for (_, store) in &stores {
        target.copy_from(store)?;
    }
    target.finish()?;
    StudyResults::open(to)?.status()
}

/// The store in a folder, or the folder itself.
fn store_in(folder: &Path) -> Result<PathBuf, Error> {
    let inside = folder.join(STUDY_STORE);
    if inside.is_dir() {
        return Ok(inside);
    }
    if folder.join("zarr.json").exists() {
        return Ok(folder.into());
    }
    let what = match folder.metadata() {
        Ok(metadata) if metadata.is_dir() => "a folder without a study",
        Ok(_) => "a file",
        Err(_) => "nothing",
    };
    Err(Error::specification("folder", format!("{what} at `{}`", folder.display()), "the folder of a study"))
}
