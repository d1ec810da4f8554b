//! How errors are shown, and the exit codes.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;

/// Exit code of a run that failed.
const FAILED: u8 = 1;
/// Exit code for input that cannot be used.
const BAD_INPUT: u8 = 2;
/// Exit code after Ctrl-C, as shells have it: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// Why the program ends with an exit code other than 0.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// Input that cannot be used.
    pub(crate) fn input(message: impl Display, hint: Option<String>) -> Self {
        Self { message: message.to_string(), hint, code: BAD_INPUT }
    }

    /// Something that was possible went wrong.
    pub(crate) fn failed(message: impl Display, hint: Option<String>) -> Self {
        Self { message: message.to_string(), hint, code: FAILED }
    }

    /// Ctrl-C; what there is to say is said already.
    pub(crate) fn interrupted() -> Self {
        Self { message: String::new(), hint: None, code: INTERRUPTED }
    }

    /// Prints `error: ...` and `hint: ...`, each on its own line.
    pub(crate) fn show(&self) -> ExitCode {
        let mut stderr = io::stderr().lock();
        // Nothing can be told when the standard error is closed.
        if !self.message.is_empty() {
            let _ = writeln!(stderr, "error: {}", self.message);
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(stderr, "hint: {hint}");
        }
        ExitCode::from(self.code)
    }
}

/// Shows what is wrong with the arguments, in the words of all other errors; or the help, where that was asked for.
pub(crate) fn show_usage_error(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        // Nothing can be told when the standard output is closed.
        let _ = error.print();
        return ExitCode::from(if error.use_stderr() { BAD_INPUT } else { 0 });
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let message = paragraphs.next().unwrap_or_default().trim_start_matches("error: ");
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let tip = paragraphs.find_map(|paragraph| paragraph.trim().strip_prefix("tip: "));
    let hint = tip.map_or("`--help` shows what there is".to_owned(), str::to_owned);
    Failure::input(message, Some(hint)).show()
}

impl From<neuropil::Error> for Failure {
    fn from(error: neuropil::Error) -> Self {
        if let neuropil::Error::Create(neuropil::store::CreateError::Exists { .. }) = &error {
            let hint = "`--overwrite` replaces it, `--out FOLDER` writes elsewhere".to_owned();
            return Self::input(error, Some(hint));
        }
        let hint = error.hint();
        if error.is_input() { Self::input(error, hint) } else { Self::failed(error, hint) }
    }
}

impl From<neuropil::CatalogueError> for Failure {
    fn from(error: neuropil::CatalogueError) -> Self {
        let hint = error.hint();
        Self::input(error, hint)
    }
}

impl From<neuropil::data::ReadError> for Failure {
    fn from(error: neuropil::data::ReadError) -> Self {
        neuropil::Error::Data { argument: "path", source: error }.into()
    }
}

impl From<neuropil::store::ReadError> for Failure {
    fn from(error: neuropil::store::ReadError) -> Self {
        let hint = error.hint();
        Self::input(error, hint)
    }
}

/// Writing to the terminal or a pipe.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // Whoever read has had enough.
            return Self { message: String::new(), hint: None, code: 0 };
        }
        Self::failed(format!("standard output: {error}"), None)
    }
}
