//! Studies that grow in their folder: more points, after those that are there.

use std::ops::ControlFlow;
use std::path::Path;

use neuropil_store::BatchStore;
use serde_json::{Map, Value};

use super::difference::{Difference, difference};
use super::exploration::NOT_EVALUATED;
use super::plan::StudyPlan;
use super::store::{REASON, SPECIFICATION, STUDY_STORE};
use crate::error::Error;
use crate::experiment::DesignName;

/// Points that are compared at a time: whole chunks of coordinates.
const PIECE: u64 = 1 << 20;

impl StudyPlan {
    /// Whether a store has the first points of this study and is to grow; false where it has them all.
    ///
    /// # Errors
    /// If it is one of another study, or cannot be read.
    pub(super) fn extends(&self, folder: &Path, store: &BatchStore) -> Result<bool, Error> {
        let identity = self.identity(self.batch_in(store));
        let found = store.attributes().get(SPECIFICATION).unwrap_or(&Value::Null);
        let Some(change) = difference(&identity, found, "") else {
            if store.length() == self.points.len() {
                return Ok(false);
            }
            let found = format!("a store of {} points at `{}`", store.length(), store.path().display());
            let error = Error::specification("folder", found, format!("the {} of this study", self.points.len()));
            return Err(error.advise("its `zarr.json` is damaged; choose another folder"));
        };
        if self.begins_as(store, &identity, found)? {
            return Ok(true);
        }
        // What cannot change is named before what might, such as the number of points.
        let is_search = self.search.is_some();
        let fixed = difference(&without_size(&identity, is_search), &without_size(found, is_search), "");
        let fewer = || {
            let [new, old] = [&identity, found].map(generations);
            let [expected, found] = [new, old].map(|number| number.to_string());
            (new < old).then(|| Difference { field: "study.search.generations".into(), expected, found })
        };
        Err(self.refusal(folder, fixed.or_else(fewer).unwrap_or(change)))
    }

    /// Makes a store that has the first points of this study one of all of them.
    pub(super) fn grow(&self, folder: &Path, go_on: &mut dyn FnMut() -> ControlFlow<()>) -> Result<BatchStore, Error> {
        let path = folder.join(STUDY_STORE);
        let lock = BatchStore::lock(&path)?;
        // Another process may have done it in between.
        let store = BatchStore::open(&path)?;
        if !self.extends(folder, &store)? {
            return Ok(store);
        }
        let again = self.not_evaluated(&store)?;
        let attributes = Map::from_iter([(SPECIFICATION.to_owned(), self.identity(self.batch_in(&store)))]);
        let mut values = |name: &str, range| self.column(name, range);
        Ok(store.grow(&lock, self.points.len(), &again, attributes, &mut values, go_on)?)
    }

    /// Points that a store writes together: its own, unless the study asks for another number.
    fn batch_in(&self, store: &BatchStore) -> u64 {
        let asked = self.section.batch.unwrap_or(store.batch_length()).min(store.length());
        if asked == store.batch_length() { asked } else { self.batch() }
    }

    /// Whether this study differs from that of a store in points alone, which come after those that the store has.
    fn begins_as(&self, store: &BatchStore, identity: &Value, found: &Value) -> Result<bool, Error> {
        let is_search = self.search.is_some();
        if self.points.len() < store.length() || without_size(identity, is_search) != without_size(found, is_search) {
            return Ok(false);
        }
        if is_search {
            return Ok(generations(identity) >= generations(found));
        }
        for first in (0..store.length()).step_by(PIECE as usize) {
            let range = first..(first + PIECE).min(store.length());
            let points: Vec<u64> = range.clone().collect();
            for axis in self.points.axes() {
                let column = store.column(&axis.name, &points)?;
                if let Some((_, error)) = column.damaged.into_iter().next() {
                    return Err(error.into());
                }
                if column.values != self.column(&axis.name, range.clone()) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Batches with points that a search did not come to, which are to be looked at again. There is one at most.
    fn not_evaluated(&self, store: &BatchStore) -> Result<Vec<u64>, Error> {
        let Some(last) = store.done()?.pop().filter(|_| self.search.is_some()) else { return Ok(Vec::new()) };
        let reasons = store.read_texts(REASON, last)?;
        Ok(if reasons.iter().any(|reason| reason == NOT_EVALUATED) { vec![last] } else { Vec::new() })
    }

    fn refusal(&self, folder: &Path, change: Difference) -> Error {
        let Difference { field, expected, found } = change;
        let is_hypercube = field == "study.points" && self.section.design == Some(DesignName::LatinHypercube);
        let why = if is_hypercube {
            "every point of a Latin hypercube depends on their number"
        } else {
            "a folder holds one study, which may get more points after those that it has"
        };
        let error = Error::specification(field, expected, format!("{found} in the study at `{}`", folder.display()));
        error.advise(format!("{why}; choose another folder, or take the change back"))
    }
}

/// Generations of a search, at most: any number where nothing is said.
fn generations(specification: &Value) -> u64 {
    specification.pointer("/study/search/generations").and_then(Value::as_u64).unwrap_or(u64::MAX)
}

/// A specification without what says which points there are, where these are compared themselves. Texts of an axis
/// name files, whose contents count.
fn without_size(specification: &Value, is_search: bool) -> Value {
    let mut rest = specification.clone();
    let Some(study) = rest.get_mut("study").and_then(Value::as_object_mut) else { return rest };
    if let Some(search) = study.get_mut("search").and_then(Value::as_object_mut) {
        search.retain(|field, _| !["evaluations", "generations"].contains(&field.as_str()));
    }
    if !is_search {
        study.remove("points");
        let axes = study.get_mut("axes").and_then(Value::as_object_mut);
        for axis in axes.into_iter().flatten().filter_map(|(_, axis)| axis.as_object_mut()) {
            let values = axis.get("values").and_then(Value::as_array);
            if !values.is_some_and(|values| values.iter().any(Value::is_string)) {
                axis.retain(|field, _| {
                    !["from", "to", "steps", "values", "integer", "scale"].contains(&field.as_str())
                });
            }
        }
    }
    rest
}
