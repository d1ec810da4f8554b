//! `neuropil explore`.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use neuropil::{STUDY_STORE, Slice, Study, StudyOutcome, StudyPlan};

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
    let mut headline = (!arguments.quiet).then(|| headline(&plan, arguments.slice));
    let result = plan.explore(&folder, arguments.slice, &mut |progress| {
        // Said once it is known that the study can be explored. A closed standard output is no reason to stop.
        if let Some(headline) = headline.take() {
            let there = if progress.done > 0 { format!("; {} are there", progress.done) } else { String::new() };
            let _ = print(&(headline + &there));
        }
        display.show_study(progress);
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
fn headline(plan: &StudyPlan, slice: Slice) -> String {
    let axes: Vec<&str> = plan.points().axes().iter().map(|axis| axis.name.as_str()).collect();
    let plural = if plan.points().len() == 1 { "" } else { "s" };
    let part = if slice == Slice::ALL { String::new() } else { format!(", slice {slice}") };
    format!("{} point{plural} of {} in batches of {}{part}", plan.points().len(), axes.join(" x "), plan.batch())
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
