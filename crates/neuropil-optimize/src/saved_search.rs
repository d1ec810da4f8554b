//! Searches in files: settings, and what was told.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::algorithm::Algorithm;
use crate::error::SearchError;
use crate::history::History;
use crate::search::{Limits, Optimiser, Search};
use crate::space::ParameterSpace;

/// A search as data. What its algorithm has become follows from these: when it is read, it is told everything again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved<S, A, H> {
    space: S,
    seed: u64,
    limits: Limits,
    algorithm: A,
    /// How many candidates were asked for.
    asked: u64,
    history: H,
}

impl<A: Algorithm + Serialize> Serialize for Search<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { space, seed, limits, algorithm, history, .. } = self;
        let (seed, limits, asked) = (*seed, *limits, self.asked());
        Saved { space, seed, limits, algorithm, asked, history }.serialize(serializer)
    }
}

impl<'de, A: Algorithm + Deserialize<'de>> Deserialize<'de> for Search<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::<ParameterSpace, A, History>::deserialize(deserializer)?;
        told_again(saved).map_err(serde::de::Error::custom)
    }
}

/// The search that was saved; limits are those of the future.
fn told_again<A: Algorithm>(saved: Saved<ParameterSpace, A, History>) -> Result<Search<A>, SearchError> {
    let Saved { space, seed, limits, algorithm, asked, history } = saved;
    let mut search = Search::new(space, history.objectives().to_vec(), algorithm, seed, Limits::default())?;
    let mut records = history.records().iter().peekable();
    while search.asked() < asked {
        let most = usize::try_from(asked - search.asked()).unwrap_or(usize::MAX);
        let candidates = search.ask(most)?;
        if candidates.is_empty() {
            let expected = format!("at most {}, as no more were bred", search.asked());
            return Err(SearchError::saved(format!("{asked} candidates"), expected));
        }
        for id in candidates.into_iter().map(|candidate| candidate.id) {
            let Some(record) = records.next_if(|record| record.id == id) else { continue };
            let told = match &record.scores {
                Some(scores) => search.tell(id, scores),
                None => search.fail(id),
            };
            told.map_err(|_| SearchError::saved(format!("others of individual {id}"), "a score for each objective"))?;
        }
    }
    if let Some(record) = records.next() {
        return Err(SearchError::saved(format!("individual {}", record.id), "records by id, of candidates asked for"));
    }
    let mut pairs = search.history.records().iter().zip(history.records());
    if let Some((bred, saved)) = pairs.find(|(bred, saved)| bred != saved) {
        let found = format!("another individual {}", saved.id);
        return Err(SearchError::saved(found, format!("the one that these settings breed: {:?}", bred.point)));
    }
    search.set_limits(limits);
    Ok(search)
}
