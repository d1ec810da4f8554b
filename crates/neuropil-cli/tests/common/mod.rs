//! Running the program and reading what it says.

#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for each test, in which the program runs.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_neuropil"));
        command.args(arguments).current_dir(self.folder.path()).env("COLUMNS", "100");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn shell(&self, script: &str) -> Output {
        Command::new("sh").args(["-c", script]).current_dir(self.folder.path()).output().unwrap()
    }

    /// Exit code, and both outputs; times that differ from run to run are left out.
    pub(crate) fn transcript(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = [output.stdout, output.stderr].map(|bytes| without_times(&String::from_utf8(bytes).unwrap()));
        let (arguments, code) = (arguments.join(" "), output.status.code().unwrap());
        let text = format!("$ neuropil {arguments}\n{}[exit code {code}]\n", said.concat());
        text.replace(&self.folder.path().display().to_string(), "[folder]")
    }
}

/// `simulated 1 s in 127 ms: 7.8 times real time` and `ran 5 points in 3 ms; ...` without what differs.
fn without_times(text: &str) -> String {
    let without = |line: &str| {
        let timed = ["simulated ", "ran "].iter().any(|start| line.starts_with(start));
        match line.split_once(" in ").filter(|_| timed) {
            Some((before, after)) => {
                let rest = after.split_once(';').map_or(String::new(), |(_, rest)| format!(";{rest}"));
                format!("{before} in [time]{rest}\n")
            }
            None => format!("{line}\n"),
        }
    };
    text.lines().map(without).collect()
}

/// Names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
