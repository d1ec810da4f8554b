//! How far a run is: a bar on a terminal, a few lines otherwise.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use neuropil::{Progress, StudyProgress};

/// Time between two lines where there is no terminal; runs that are shorter print none.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Shows how far a run is, on the standard error.
pub(crate) enum Display {
    Quiet,
    Bar(ProgressBar),
    Lines { next: Duration },
}

impl Display {
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !io::stderr().is_terminal() {
            return Self::Lines { next: BETWEEN_LINES };
        }
        let bar = ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("  [{bar:40}] {percent:>3} %  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        Self::Bar(bar)
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        self.show_share(progress.time / progress.end, progress.elapsed, || describe(progress));
    }

    pub(crate) fn show_study(&mut self, progress: &StudyProgress) {
        let share = progress.done as f64 / progress.points.max(1) as f64;
        self.show_share(share, progress.elapsed, || describe_study(progress));
    }

    fn show_share(&mut self, share: f64, elapsed: Duration, describe: impl Fn() -> String) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_position((1000.0 * share) as u64);
                bar.set_message(describe());
            }
            Self::Lines { next } => {
                if elapsed >= *next {
                    *next = elapsed + BETWEEN_LINES;
                    let percent = 100.0 * share;
                    // A closed standard error is no reason to stop a run.
                    let _ = writeln!(io::stderr(), "{percent:.0} %  {}", describe());
                }
            }
        }
    }

    pub(crate) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// `12.3 of 300 s, 14.2 s/s, 20 s left`.
fn describe(progress: &Progress) -> String {
    let left = progress.left().map_or(String::new(), |left| format!(", {} left", rounded(left)));
    format!("{:.1} of {:.1} s simulated, {:.1} s/s{left}", progress.time / 1e3, progress.end / 1e3, progress.speed())
}

/// `120 of 441 points, 35.2 points/s, 9 s left`, and what a search has found.
fn describe_study(progress: &StudyProgress) -> String {
    let StudyProgress { done, points, run, .. } = progress;
    let left = progress.left().filter(|_| *run > 0).map_or(String::new(), |left| format!(", {} left", rounded(left)));
    let found = progress.search.as_ref().map_or(String::new(), |search| format!(", {search}"));
    format!("{done} of {points} points, {:.1} points/s{left}{found}", progress.speed())
}

/// A duration for people.
pub(crate) fn rounded(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        ..1.0 => format!("{:.0} ms", 1e3 * seconds),
        ..10.0 => format!("{seconds:.1} s"),
        ..120.0 => format!("{seconds:.0} s"),
        ..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}
