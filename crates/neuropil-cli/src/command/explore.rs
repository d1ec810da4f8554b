//! `neuropil explore`.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use neuropil::{STUDY_STORE, Slice, Study, StudyOutcome, StudyPlan, StudyProgress};

use crate::arguments::ExploreArguments;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::print;
use crate::progress::{Display, rounded};

/// Runs the points of a study that are not there yet.
pub(crate) fn explore(arguments: &ExploreArguments) -> Result<(), Failure> {
    let interrupt = Interrupt::listen();
    let study = Study::read(&arguments.specification)?;
    let threads = arguments.threads.or(study.experiment().simulation.threads);
    let plan = study.with_threads(threads).build()?;
    let folder = arguments.out.clone().unwrap_or_else(|| default_folder(&arguments.specification));
    let mut display = Display::new(arguments.quiet);
    let mut is_told = arguments.quiet;
    let result = plan.explore(&folder, arguments.slice, &mut |progress| {
        // Said once it is known that the study can be explored. A closed standard output is no reason to stop.
        if !progress.is_beginning && !std::mem::replace(&mut is_told, true) {
            let _ = print(&headline(&plan, arguments.slice, progress));
            let missing = (progress.points - progress.done).saturating_mul(plan.bytes_of_point());
            if let Some(warning) = fs4::available_space(&folder).ok().and_then(|free| warning(missing, free)) {
                // A closed standard error is no reason to stop, either.
                let _ = writeln!(std::io::stderr(), "{warning}");
            }
        }
        if !progress.is_beginning {
            display.show_study(progress);
        }
        if interrupt.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    display.finish();
    let outcome = result?;
    if !arguments.quiet {
        print(&summary(&outcome, &folder))?;
    }
    if outcome.stopped { Err(Failure::interrupted()) } else { Ok(()) }
}

/// `results/NAME`, with the name of the specification.
fn default_folder(specification: &Path) -> PathBuf {
    Path::new("results").join(specification.file_stem().unwrap_or_default())
}

/// What is about to run, in a line.
fn headline(plan: &StudyPlan, slice: Slice, progress: &StudyProgress) -> String {
    let axes: Vec<&str> = plan.points().axes().iter().map(|axis| axis.name.as_str()).collect();
    let plural = if plan.points().len() == 1 { "" } else { "s" };
    let part = if slice == Slice::ALL { String::new() } else { format!(", slice {slice}") };
    let there = if progress.done > 0 { format!("; {} are there", progress.done) } else { String::new() };
    let each = plan.bytes_of_point();
    format!(
        "{} point{plural} of {} in batches of {}{part}, {} each, {} before compression{there}",
        plan.points().len(),
        axes.join(" x "),
        progress.batch,
        bytes(each),
        bytes(progress.points.saturating_mul(each)),
    )
}

/// Said where results may not find a place.
fn warning(missing: u64, free: u64) -> Option<String> {
    let [missing_bytes, free_bytes] = [missing, free].map(bytes);
    (missing > free).then(|| {
        format!("warning: {free_bytes} are free on the disk, and results are {missing_bytes} before compression")
    })
}

/// A size for people.
fn bytes(count: u64) -> String {
    let mut size = count as f64;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if size < 999.5 {
            let digits = usize::from(unit != "B" && size < 99.95);
            return format!("{size:.digits$} {unit}");
        }
        size /= 1000.0;
    }
    format!("{size:.0} PB")
}

fn summary(outcome: &StudyOutcome, folder: &Path) -> String {
    let progress = &outcome.progress;
    let (done, points, run, elapsed) = (progress.done, progress.points, progress.run, rounded(progress.elapsed));
    let state = match (outcome.stopped, outcome.complete) {
        (true, _) => format!("stopped with {done} of {points} points; the same command goes on"),
        (false, true) => format!("ran {run} points in {elapsed}; the study is complete"),
        (false, false) if outcome.elsewhere > 0 => {
            format!("ran {run} points in {elapsed}; other processes work on {} points", outcome.elsewhere)
        }
        (false, false) => format!("ran {run} points in {elapsed}; {done} of {points} of the slice are there"),
    };
    format!("{state}\nresults: {}\n", folder.join(STUDY_STORE).display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (count, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (123_456, "123 kB"),
            (999_600, "1.0 MB"),
            (7_200_000_000, "7.2 GB"),
            (u64::MAX, "18447 PB"),
        ] {
            assert_eq!(bytes(count), shown);
        }
        assert_eq!(warning(5, 5), None);
        let expected = "warning: 2.0 kB are free on the disk, and results are 3.0 MB before compression";
        assert_eq!(warning(3_000_000, 2000).as_deref(), Some(expected));
    }
}
