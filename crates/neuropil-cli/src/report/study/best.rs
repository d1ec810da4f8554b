//! Functional connectivity of the best run, beside what was measured.

use neuropil::analysis::matrix_correlation;
use neuropil::store::StoreReader;
use neuropil::{ScoreKind, StudyConnectivity, StudyScore};

use super::Content;
use super::thin::best;
use crate::failure::Failure;
use crate::report::connectivity::functional;
use crate::report::content::Regions;
use crate::report::figure::Figure;

/// The matrices; nothing where the study does not keep them.
pub(super) fn figures(content: &mut Content) -> Result<Vec<Figure>, Failure> {
    let Some(score) = leading_score(content) else { return Ok(Vec::new()) };
    let score = &content.table.scores[score];
    let Some(&row) = best(score, 1).first() else { return Ok(Vec::new()) };
    let (point, value, name) = (content.table.points[row], score.values()[row], score.column.name.clone());
    let connectivity = match content.results.functional_connectivity(point) {
        Ok(Some(connectivity)) => connectivity,
        Ok(None) => return Ok(Vec::new()),
        Err(neuropil::Error::Read(error)) => {
            content.damaged.push(error.to_string());
            return Ok(Vec::new());
        }
        Err(error) => return Err(error.into()),
    };
    let StudyConnectivity { simulated, measured } = connectivity;
    let nodes = simulated.size();
    let regions = Regions::read(&StoreReader::open(content.results.path())?)?;
    let (labels, order) = match regions.filter(|regions| regions.labels.len() == nodes) {
        Some(regions) => (regions.labels, regions.order),
        None => ((0..nodes).map(|node| format!("node {node}")).collect(), (0..nodes).collect()),
    };
    let caption = format!("Pearson correlation of simulated BOLD at point {point}, the best by {name} ({value:.4}).");
    let mut figures = vec![functional(&labels, &order, simulated.values(), "Simulated", &caption)];
    if let Some((subjects, measured)) = measured {
        let of = match subjects.as_slice() {
            [subject] => subject.clone(),
            subjects => format!("mean over {} subjects", subjects.len()),
        };
        let agreement = matrix_correlation(&simulated, &measured).map_or_else(
            |why| format!("It cannot be compared with the simulated one: {why}."),
            |correlation| format!("Its correlation with the simulated one, above the diagonal, is {correlation:.3}."),
        );
        let caption = format!("Pearson correlation of measured BOLD, {of}. {agreement}");
        figures.push(functional(&labels, &order, measured.values(), "Measured", &caption));
    }
    Ok(figures)
}

/// The score that figures begin with: what an optimiser goes for, what compares such matrices, or the first one.
pub(super) fn leading_score(content: &Content) -> Option<usize> {
    let compares = |score: &StudyScore| {
        let section = content.section().and_then(|study| study.scores.get(&score.column.name));
        section.is_some_and(|section| section.kind == ScoreKind::FcCorrelation)
    };
    let rank = |score: &StudyScore| (score.is_objective, compares(score));
    // The first one of those with the highest rank.
    let scores = content.table.scores.iter().enumerate().rev();
    scores.max_by_key(|(_, score)| rank(score)).map(|(index, _)| index)
}
