//! How far a run is: a bar on a terminal, a few lines otherwise.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use neuropil::Progress;

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
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_position((1000.0 * progress.time / progress.end) as u64);
                bar.set_message(describe(progress));
            }
            Self::Lines { next } => {
                if progress.elapsed >= *next {
                    *next = progress.elapsed + BETWEEN_LINES;
                    let percent = 100.0 * progress.time / progress.end;
                    // A closed standard error is no reason to stop a run.
                    let _ = writeln!(io::stderr(), "{percent:.0} %  {}", describe(progress));
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
