//! All points of a study that are there, column by column.

use neuropil_analysis::SquareMatrix;
use neuropil_kernel::Brief;
use neuropil_store::{BatchValues, StoreReader};
use serde_json::Value;

use super::results::{StudyResults, damage};
use super::store::{CONNECTIVITY, GENERATION, REASON};
use crate::error::Error;
use crate::execute::MEASURED_CONNECTIVITY;

/// Points of a grid that is read as a whole, at most.
const LARGEST_GRID: u64 = 1 << 24;

/// The points of a study that are there.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyTable {
    /// Numbers of the points, ascending. All columns have a value for each of them.
    pub points: Vec<u64>,
    /// What was varied.
    pub axes: Vec<StudyColumn>,
    /// What was asked; NaN where a point has no score.
    pub scores: Vec<StudyScore>,
    /// Why a point has no scores; empty where it has.
    pub reasons: Vec<String>,
    /// The generation of each point, where an optimiser drives the study; NaN where it cannot be read.
    pub generations: Option<Vec<f64>>,
    /// What cannot be read and is left out, and why.
    pub damaged: Vec<String>,
}

/// A column of a study: an axis or a score.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyColumn {
    /// Its name.
    pub name: String,
    /// Unit of its values, empty where they have none.
    pub unit: String,
    /// Meaning in a few words.
    pub meaning: String,
    /// A number or a text for each point; NaN or an empty text where it cannot be read.
    pub values: BatchValues,
}

/// The column of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyScore {
    /// Name, unit, meaning and values, which are numbers.
    pub column: StudyColumn,
    /// Whether smaller is better.
    pub lower_is_better: bool,
    /// Whether an optimiser drives the study towards it.
    pub is_objective: bool,
}

/// Functional connectivity of a point, and what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyConnectivity {
    /// Pearson's correlation of simulated BOLD.
    pub simulated: SquareMatrix,
    /// The mean over measured matrices, and their names; none where nothing was measured.
    pub measured: Option<(Vec<String>, SquareMatrix)>,
}

impl StudyScore {
    /// The score of each point; NaN where there is none.
    pub fn values(&self) -> &[f64] {
        if let BatchValues::Numbers(values) = &self.column.values { values } else { &[] }
    }

    /// Whether a value is better than another one; nothing is worse than NaN.
    pub fn is_better(&self, value: f64, other: f64) -> bool {
        let is_better = if self.lower_is_better { value < other } else { value > other };
        is_better || (other.is_nan() && !value.is_nan())
    }
}

impl StudyResults {
    /// All points that are there. Damaged chunks are no error, but named in [`StudyTable::damaged`].
    ///
    /// # Errors
    /// If the folder or an array's description cannot be read.
    pub fn table(&self) -> Result<StudyTable, Error> {
        let points = self.store.done_entries()?;
        let reader = StoreReader::open(self.path())?;
        let mut damaged = Vec::new();
        let mut column = |name: &str| -> Result<StudyColumn, Error> {
            let (info, column) = (reader.info(name)?, self.store.column(name, &points)?);
            damaged.extend(column.damaged.iter().map(|(points, error)| damage(points, error)));
            let (unit, meaning) = (info.unit.unwrap_or_default(), info.long_name.unwrap_or_default());
            Ok(StudyColumn { name: name.into(), unit, meaning, values: column.values })
        };
        let axes = self.axes.iter().map(|name| column(name)).collect::<Result<_, _>>()?;
        let mut scores = Vec::new();
        for (name, lower) in self.scores.iter().zip(self.lower_is_better.iter().chain(std::iter::repeat(&false))) {
            let goal = self.goal(name);
            let lower_is_better = goal.as_deref().map_or(*lower, |goal| goal.starts_with("minimi"));
            let column = column(name)?;
            let to_target = self.target(name).map(|target| to_target(&column, target));
            scores.push(StudyScore { column, lower_is_better, is_objective: goal.is_some() });
            scores.extend(to_target);
        }
        let reasons = match column(REASON)?.values {
            BatchValues::Texts(reasons) => reasons,
            BatchValues::Numbers(numbers) => vec![String::new(); numbers.len()],
        };
        let generations = match reader.info(GENERATION).is_ok().then(|| column(GENERATION)).transpose()? {
            Some(StudyColumn { values: BatchValues::Numbers(generations), .. }) => Some(generations),
            _ => None,
        };
        Ok(StudyTable { points, axes, scores, reasons, generations, damaged })
    }

    /// What an optimiser does with a score: `maximise` or `minimise`.
    fn goal(&self, score: &str) -> Option<String> {
        self.objective(score)?.get("goal").and_then(Value::as_str).map(str::to_owned)
    }

    /// The number that an optimiser wants a score to be near to.
    fn target(&self, score: &str) -> Option<f64> {
        self.objective(score)?.get("goal")?.get("target")?.as_f64()
    }

    fn objective(&self, score: &str) -> Option<&Value> {
        let objectives = self.attributes().get("objectives").and_then(Value::as_array);
        let of = |objective: &&Value| objective.get("score").and_then(Value::as_str) == Some(score);
        objectives.into_iter().flatten().find(of)
    }

    /// Whether the points are all combinations of the values of the axes.
    pub fn is_grid(&self) -> bool {
        let design = self.specification().get("study").and_then(|study| study.get("design"));
        design.is_none_or(|design| design == "grid") && !self.attributes().contains_key("objectives")
    }

    /// The values of each axis, where the points are all their combinations: the last axis changes fastest, so that
    /// the number of a point follows from its places along the axes. Nothing for other designs, and for grids of more than
    /// 16 million points.
    ///
    /// # Errors
    /// If an axis cannot be read.
    pub fn grid(&self) -> Result<Option<Vec<BatchValues>>, Error> {
        if !self.is_grid() || self.store.length() > LARGEST_GRID {
            return Ok(None);
        }
        let all: Vec<u64> = (0..self.store.length()).collect();
        let mut levels = Vec::new();
        // How many points follow one another with the same value of an axis: those of the axes after it.
        let mut stride = all.len();
        for axis in &self.axes {
            let column = self.store.column(axis, &all)?;
            if let Some((_, error)) = column.damaged.into_iter().next() {
                return Err(error.into());
            }
            let Some((of_axis, inner)) = levels_of(&column.values, stride) else { return Ok(None) };
            levels.push(of_axis);
            stride = inner;
        }
        Ok((stride == 1 && !levels.is_empty()).then_some(levels))
    }

    /// Functional connectivity of a point; nothing where the study does not keep it.
    ///
    /// # Errors
    /// If there is no such point yet, or a chunk is missing or damaged.
    pub fn functional_connectivity(&self, point: u64) -> Result<Option<StudyConnectivity>, Error> {
        let reader = StoreReader::open(self.path())?;
        let Ok(info) = reader.info(CONNECTIVITY) else { return Ok(None) };
        let nodes = *info.shape.last().unwrap_or(&0);
        let batch = point / self.store.batch_length();
        let values = self.store.read(CONNECTIVITY, batch)?;
        let first = (point - self.store.entries(batch).start) as usize * nodes * nodes;
        let simulated = values.get(first..first + nodes * nodes).unwrap_or_default().to_vec();
        let Ok(simulated) = SquareMatrix::new(nodes, simulated) else { return Ok(None) };
        Ok(Some(StudyConnectivity { simulated, measured: measured(&reader)? }))
    }
}

/// The distance of a score from its target, which is what the optimiser sees.
fn to_target(score: &StudyColumn, target: f64) -> StudyScore {
    let values = match &score.values {
        BatchValues::Numbers(values) => values.iter().map(|value| (value - target).abs()).collect(),
        BatchValues::Texts(texts) => vec![f64::NAN; texts.len()],
    };
    let column = StudyColumn {
        name: format!("{} to {}", score.name, Brief(target)),
        unit: score.unit.clone(),
        meaning: format!("distance of {} from its target", score.name),
        values: BatchValues::Numbers(values),
    };
    StudyScore { column, lower_is_better: true, is_objective: true }
}

/// The mean of what was measured, with the names of subjects.
fn measured(reader: &StoreReader) -> Result<Option<(Vec<String>, SquareMatrix)>, Error> {
    if reader.info(MEASURED_CONNECTIVITY).is_err() {
        return Ok(None);
    }
    let data = reader.read(MEASURED_CONNECTIVITY)?;
    let ([subjects, nodes, _], neuropil_store::Coordinate::Text(names)) =
        (data.shape.as_slice(), reader.coordinate("subject")?)
    else {
        return Ok(None);
    };
    let size = nodes * nodes;
    let mean = (0..size).map(|cell| data.values.iter().skip(cell).step_by(size).sum::<f64>() / *subjects as f64);
    Ok(SquareMatrix::new(*nodes, mean.collect()).ok().map(|mean| (names, mean)))
}

/// The values of an axis whose values each stay for `stride / count` points, over and over again, and that number of
/// points; nothing where they do not.
fn levels_of(values: &BatchValues, stride: usize) -> Option<(BatchValues, usize)> {
    fn of<T: PartialEq + Clone>(values: &[T], stride: usize) -> Option<(Vec<T>, usize)> {
        let first = values.first()?;
        let inner = values[..stride].iter().take_while(|value| *value == first).count();
        let levels: Vec<T> = values[..stride].iter().step_by(inner).cloned().collect();
        let is_regular = stride.is_multiple_of(inner)
            && values.iter().enumerate().all(|(point, value)| *value == levels[point % stride / inner]);
        is_regular.then_some((levels, inner))
    }
    match values {
        BatchValues::Numbers(numbers) => {
            of(numbers, stride).map(|(levels, inner)| (BatchValues::Numbers(levels), inner))
        }
        BatchValues::Texts(texts) => of(texts, stride).map(|(levels, inner)| (BatchValues::Texts(levels), inner)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_by_hand() {
        let numbers = |values: &[f64]| BatchValues::Numbers(values.to_vec());
        let slow = numbers(&[2.0, 2.0, 1.0, 1.0, 5.0, 5.0]);
        assert_eq!(levels_of(&slow, 6), Some((numbers(&[2.0, 1.0, 5.0]), 2)));
        assert_eq!(levels_of(&numbers(&[3.0, 4.0, 3.0, 4.0, 3.0, 4.0]), 2), Some((numbers(&[3.0, 4.0]), 1)));
        // One value throughout leaves the stride as it is.
        assert_eq!(levels_of(&numbers(&[7.0; 6]), 6), Some((numbers(&[7.0]), 6)));
        assert_eq!(levels_of(&numbers(&[1.0, 1.0, 2.0, 3.0, 3.0, 3.0]), 6), None);
    }
}
