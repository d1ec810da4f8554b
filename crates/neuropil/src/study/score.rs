//! Numbers that a run gives.

use neuropil_analysis::{
    ComparisonError, DynamicsError, DynamicsOptions, Series, Spectrum, SpectrumError, SquareMatrix, Welch,
    functional_connectivity_dynamics, matrix_correlation, matrix_kolmogorov_smirnov, spectrum_correlation_distance,
};
use neuropil_lang::nearest;

use super::evaluate::finite;
use super::runs::{Measured, StudyRun};
use super::watch::Watched;
use crate::error::Error;
use crate::execute::DROPPED_VOLUMES;
use crate::experiment::{Against, ScoreKind, ScoreSection};
use crate::numbers::read_table;
use crate::plan::{MeasuredConnectivity, RecordingPlan};

/// Length of a segment of a spectrum where nothing is said (ms).
const SEGMENT: f64 = 1000.0;

/// A score, ready to be computed.
#[derive(Clone, Debug)]
pub(super) struct Score {
    pub(super) name: String,
    pub(super) kind: ScoreKind,
    pub(super) unit: String,
    pub(super) meaning: String,
    /// The recording that it looks at.
    pub(super) recording: usize,
    /// Samples after the transient that it needs.
    pub(super) least_samples: usize,
    measure: Measure,
}

/// What is computed, with the data it needs.
#[derive(Clone, Debug)]
enum Measure {
    Moments,
    Connectivity { measured: Vec<MeasuredConnectivity> },
    Dynamics { measured: Vec<SquareMatrix>, options: DynamicsOptions },
    DominantFrequency { welch: Welch },
    Spectrum { measured: Spectrum, welch: Welch },
}

impl Score {
    pub(super) fn of(
        name: &str,
        section: &ScoreSection,
        plan: &StudyRun,
        measured: Measured<'_>,
    ) -> Result<Self, Error> {
        let field = format!("study.scores.{name}");
        check_settings(&field, section)?;
        let is_of_bold = matches!(section.kind, ScoreKind::FcCorrelation | ScoreKind::FcdKs);
        let recording = if is_of_bold { bold(&field, plan)? } else { output(&field, section, plan)? };
        let of = &plan.recordings[recording];
        let (measure, least_samples) = match section.kind {
            ScoreKind::FcCorrelation => {
                let measured = connectivity(&field, section, measured, of)?;
                (Measure::Connectivity { measured }, DROPPED_VOLUMES + 2)
            }
            ScoreKind::FcdKs => dynamics(&field, section, measured, of)?,
            ScoreKind::DominantFrequency => {
                let (welch, segment) = welch(&field, section, of)?;
                (Measure::DominantFrequency { welch }, segment)
            }
            ScoreKind::SpectrumDistance => {
                let (welch, segment) = welch(&field, section, of)?;
                (Measure::Spectrum { measured: spectrum(&field, section, &welch)?, welch }, segment)
            }
            _ => (Measure::Moments, 1),
        };
        let unit = match section.kind {
            ScoreKind::DominantFrequency => "Hz".to_owned(),
            ScoreKind::FcCorrelation | ScoreKind::FcdKs | ScoreKind::SpectrumDistance => String::new(),
            _ => of.unit.clone(),
        };
        let meaning = format!("{} of {}", section.kind.words(), of.name);
        Ok(Self { name: name.into(), kind: section.kind, unit, meaning, recording, least_samples, measure })
    }

    /// Whether it needs all samples of its recording.
    pub(super) fn needs_series(&self) -> bool {
        matches!(self.measure, Measure::Dynamics { .. } | Measure::DominantFrequency { .. } | Measure::Spectrum { .. })
    }

    pub(super) fn needs_moments(&self) -> bool {
        matches!(self.measure, Measure::Moments)
    }

    pub(super) fn needs_connectivity(&self) -> bool {
        matches!(self.measure, Measure::Connectivity { .. })
    }

    /// The functional connectivity that it compares with.
    pub(super) fn measured_connectivity(&self) -> Option<&[MeasuredConnectivity]> {
        if let Measure::Connectivity { measured } = &self.measure { Some(measured) } else { None }
    }

    /// The score of a run so far, or why there is none.
    pub(super) fn of_run(&self, watched: &Watched) -> Result<f64, String> {
        let value = match &self.measure {
            Measure::Moments => self.of_moments(watched),
            Measure::Connectivity { measured } => {
                let simulated = watched.connectivity()?;
                mean(measured.iter().map(|measured| match matrix_correlation(&simulated, &measured.connectivity) {
                    // As in a fit: what does not vary is like nothing else.
                    Err(ComparisonError::Constant { .. }) => Ok(0.0),
                    other => other.map_err(|error| error.to_string()),
                }))?
            }
            Measure::Dynamics { measured, options } => {
                let series = watched.series(DROPPED_VOLUMES)?;
                let simulated = functional_connectivity_dynamics(series.view(), options);
                let simulated = simulated.map_err(|error| error.to_string())?;
                let distance = |measured| matrix_kolmogorov_smirnov(&simulated, measured);
                mean(measured.iter().map(|measured| distance(measured).map_err(|error| error.to_string())))?
            }
            Measure::DominantFrequency { welch } => {
                let series = watched.series(0)?;
                let spectrum = welch.spectrum(series.view()).map_err(|error| error.to_string())?;
                spectrum.mean_over_channels().dominant_frequency(0).unwrap_or(0.0)
            }
            Measure::Spectrum { measured, welch } => {
                let series = watched.series(0)?;
                let spectrum = welch.spectrum(series.view()).map_err(|error| error.to_string())?.mean_over_channels();
                spectrum_correlation_distance(&spectrum, measured).map_err(|error| error.to_string())?
            }
        };
        finite(value)
    }

    fn of_moments(&self, watched: &Watched) -> f64 {
        watched.mean_over_nodes(|node| match self.kind {
            ScoreKind::Max => node.largest,
            ScoreKind::Min => node.least,
            ScoreKind::Amplitude => node.amplitude(),
            ScoreKind::StandardDeviation => node.standard_deviation(),
            _ => node.mean(),
        })
    }
}

impl ScoreKind {
    /// Whether smaller is better.
    pub fn is_distance(self) -> bool {
        matches!(self, Self::FcdKs | Self::SpectrumDistance)
    }

    fn words(self) -> &'static str {
        match self {
            Self::FcCorrelation => "correlation of simulated and measured functional connectivity",
            Self::FcdKs => "distance of simulated and measured dynamics of functional connectivity",
            Self::Mean => "mean",
            Self::Max => "largest value",
            Self::Min => "smallest value",
            Self::Amplitude => "amplitude",
            Self::StandardDeviation => "standard deviation",
            Self::DominantFrequency => "dominant frequency",
            Self::SpectrumDistance => "distance of simulated and measured spectra",
        }
    }
}

/// Refuses settings that the kind of a score does not look at.
fn check_settings(field: &str, section: &ScoreSection) -> Result<(), Error> {
    use ScoreKind::{DominantFrequency, FcCorrelation, FcdKs, SpectrumDistance};
    let given = [
        ("output", section.output.is_some(), !matches!(section.kind, FcCorrelation | FcdKs)),
        ("against", section.against.is_some(), matches!(section.kind, FcCorrelation | FcdKs | SpectrumDistance)),
        ("segment", section.segment.is_some(), matches!(section.kind, DominantFrequency | SpectrumDistance)),
        ("window", section.window.is_some(), section.kind == FcdKs),
        ("step", section.step.is_some(), section.kind == FcdKs),
    ];
    match given.iter().find(|(_, is_given, is_used)| *is_given && !is_used) {
        Some((name, ..)) => {
            let expected = format!("nothing: {} does not depend on it", section.kind.words());
            Err(Error::specification(format!("{field}.{name}"), "a value", expected))
        }
        None => Ok(()),
    }
}

fn mean(values: impl ExactSizeIterator<Item = Result<f64, String>>) -> Result<f64, String> {
    let count = values.len() as f64;
    let sum = values.sum::<Result<f64, String>>()?;
    Ok(sum / count)
}

/// The recording of BOLD.
fn bold(field: &str, plan: &StudyRun) -> Result<usize, Error> {
    plan.recordings.iter().position(|recording| recording.is_bold).ok_or_else(|| {
        let error = Error::specification(field, "an experiment without BOLD", "one with BOLD");
        error.advise("BOLD has to be recorded for it")
    })
}

/// The recording that a score names.
fn output(field: &str, section: &ScoreSection, plan: &StudyRun) -> Result<usize, Error> {
    let Some(name) = &section.output else { return Ok(0) };
    let names = plan.recordings.iter().map(|recording| recording.name.as_str());
    names.clone().position(|known| known == name).ok_or_else(|| {
        let expected = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let error = Error::specification(format!("{field}.output"), format!("`{name}`"), expected);
        match nearest(name, names) {
            Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
            None => error,
        }
    })
}

/// The data of a score: a file, row by row.
fn against(field: &str, section: &ScoreSection) -> Result<Option<Vec<Vec<f64>>>, Error> {
    let rows = match &section.against {
        None => return Ok(None),
        Some(Against::File(path)) => read_table(path)?,
        Some(Against::Rows(rows)) => {
            let columns = rows.first().map_or(0, Vec::len);
            if columns == 0 || rows.iter().any(|row| row.len() != columns) {
                let expected = "at least one row of numbers, all of one length";
                return Err(Error::specification(format!("{field}.against"), "rows of other lengths", expected));
            }
            rows.clone()
        }
    };
    match rows.iter().flatten().find(|value| !value.is_finite()) {
        Some(found) => Err(Error::specification(format!("{field}.against"), found, "finite numbers")),
        None => Ok(Some(rows)),
    }
}

fn connectivity(
    field: &str,
    section: &ScoreSection,
    measured: Measured<'_>,
    of: &RecordingPlan,
) -> Result<Vec<MeasuredConnectivity>, Error> {
    if of.nodes < 3 || of.samples < DROPPED_VOLUMES + 2 {
        let found = format!("{} nodes with {} volumes of BOLD", of.nodes, of.samples);
        let expected = format!("at least 3 nodes and {} volumes", DROPPED_VOLUMES + 2);
        return Err(Error::specification(field, found, expected).advise("simulate a network, and for longer"));
    }
    let measured = match against(field, section)? {
        Some(rows) => {
            let found = format!("{} rows of {} numbers", rows.len(), rows[0].len());
            let wrong = |_| Error::specification(format!("{field}.against"), found, "a square matrix");
            let connectivity = SquareMatrix::new(rows.len(), rows.concat()).map_err(wrong)?;
            let subject = match &section.against {
                Some(Against::File(path)) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                _ => "measured".into(),
            };
            vec![MeasuredConnectivity { subject, connectivity }]
        }
        None => measured.connectivity.to_vec(),
    };
    if measured.is_empty() {
        return Err(no_data(field, "functional connectivity", "a matrix"));
    }
    check_size(field, measured.iter().map(|measured| measured.connectivity.size()), of)?;
    Ok(measured)
}

/// The dynamics of measured connectivity, and the samples after the transient that those of a run need.
fn dynamics(
    field: &str,
    section: &ScoreSection,
    measured: Measured<'_>,
    of: &RecordingPlan,
) -> Result<(Measure, usize), Error> {
    let default = DynamicsOptions::default();
    let options = DynamicsOptions {
        window: section.window.unwrap_or(default.window),
        step: section.step.unwrap_or(default.step),
        ..default
    };
    options.window_starts(of.samples.saturating_sub(DROPPED_VOLUMES)).map_err(|error| in_windows(field, &error))?;
    let series: Vec<Vec<Vec<f64>>> = match against(field, section)? {
        Some(rows) => vec![rows],
        None => measured.bold.iter().map(|bold| bold.iter_rows().map(<[f64]>::to_vec).collect()).collect(),
    };
    if series.is_empty() {
        return Err(no_data(field, "BOLD", "BOLD, a row for each region"));
    }
    check_size(field, series.iter().map(Vec::len), of)?;
    let of_subject = |rows: &Vec<Vec<f64>>| {
        let values = rows.concat();
        let series = Series::new(&values, rows.len(), rows[0].len())?;
        functional_connectivity_dynamics(series, &options).map_err(|error| match error {
            DynamicsError::Window { samples, .. } | DynamicsError::TooFewWindows { samples, .. } => {
                let expected = format!("at least 2 windows of {}, {} apart", options.window, options.step);
                Error::specification(field, format!("measured BOLD of {samples} volumes"), expected)
            }
            error => in_windows(field, &error),
        })
    };
    let measured = series.iter().map(of_subject).collect::<Result<_, _>>()?;
    let two_windows = (0..of.samples).find(|&samples| options.window_starts(samples).is_ok()).unwrap_or(of.samples);
    Ok((Measure::Dynamics { measured, options }, DROPPED_VOLUMES + two_windows))
}

/// How spectra are made, and the samples of a segment.
fn welch(field: &str, section: &ScoreSection, of: &RecordingPlan) -> Result<(Welch, usize), Error> {
    let longest = of.samples as f64 * of.every;
    let segment = section.segment.map_or(SEGMENT.min(longest), |segment| segment.0);
    let samples = (segment / of.every).round();
    if !(2.0..=of.samples as f64).contains(&samples) {
        let expected = format!("2 to {} samples of {} ms", of.samples, of.every);
        return Err(Error::specification(format!("{field}.segment"), format!("{segment} ms"), expected));
    }
    Ok((Welch::new(1e3 / of.every, samples as usize), samples as usize))
}

/// The mean spectrum of measured signals, sampled as the output is.
fn spectrum(field: &str, section: &ScoreSection, welch: &Welch) -> Result<Spectrum, Error> {
    let rows = against(field, section)?.ok_or_else(|| {
        Error::specification(format!("{field}.against"), "nothing", "the file of a series to compare with")
    })?;
    let values = rows.concat();
    let series = Series::new(&values, rows.len(), rows[0].len())?;
    let spectrum = welch.spectrum(series);
    let wrong = |error| {
        let field = format!("{field}.against");
        match error {
            SpectrumError::Segment { found, samples } => {
                Error::specification(field, format!("{samples} samples"), format!("at least {found}, one segment"))
            }
            SpectrumError::SamplingRate { found } => Error::specification(field, format!("{found} Hz"), "above 0 Hz"),
            SpectrumError::Overlap { found, segment } => {
                Error::specification(field, format!("an overlap of {found} samples"), format!("less than {segment}"))
            }
            SpectrumError::Band { low, high, nyquist } => {
                let expected = format!("frequencies from 0 to {nyquist} Hz");
                Error::specification(field, format!("no frequency from {low} to {high} Hz"), expected)
            }
        }
    };
    Ok(spectrum.map_err(wrong)?.mean_over_channels())
}

/// Windows that cannot be.
fn in_windows(field: &str, error: &DynamicsError) -> Error {
    let wrong = match error {
        DynamicsError::Window { found, samples } => {
            Error::specification(format!("{field}.window"), found, format!("2 to {samples} volumes"))
        }
        DynamicsError::Step => Error::specification(format!("{field}.step"), 0, "at least 1 volume"),
        DynamicsError::TooFewWindows { found, samples } => {
            Error::specification(field, format!("{found} windows in {samples} volumes"), "at least 2")
        }
        DynamicsError::TooFewChannels { found } => {
            Error::specification(field, format!("BOLD of {found} regions"), "at least 3")
        }
        DynamicsError::TooLarge { windows, numbers } => {
            let found = format!("{windows} windows of {numbers} correlations each");
            Error::specification(format!("{field}.step"), found, "some that fit the memory")
        }
        DynamicsError::Stopped => Error::specification(field, "a stop before the end", "none"),
    };
    wrong.advise_as(error.hint())
}

fn no_data(field: &str, what: &str, file: &str) -> Error {
    Error::specification(field, format!("no measured {what}"), format!("a `dataset` with {what}, or `against`"))
        .advise(format!("`against` may be {file}, or the path of a text file with it"))
}

fn check_size(field: &str, mut sizes: impl Iterator<Item = usize>, of: &RecordingPlan) -> Result<(), Error> {
    match sizes.find(|&size| size != of.nodes) {
        Some(found) => {
            let expected = format!("{}, as many as nodes are simulated", of.nodes);
            Err(Error::specification(field, format!("data of {found} regions"), expected))
        }
        None => Ok(()),
    }
}
