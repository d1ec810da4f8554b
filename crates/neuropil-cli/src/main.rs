//! The program `neuropil`.
//!
//! | file | holds |
//! | --- | --- |
//! | `arguments.rs` | commands and flags, with their help |
//! | `command/` | what each command does |
//! | `report/` | the report on a run, one HTML file |
//! | `failure.rs` | how errors are shown, and exit codes |

mod arguments;
mod command;
mod failure;
mod interrupt;
mod output;
mod progress;
mod report;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::show_usage_error(&error),
    };
    let result = match arguments.command {
        Command::Run(arguments) => command::run(&arguments),
        Command::Explore(arguments) => command::explore(&arguments),
        Command::Study(arguments) => command::study(&arguments),
        Command::Models(arguments) => command::models(&arguments),
        Command::Data(arguments) => command::data(&arguments),
        Command::Report(arguments) => command::report(&arguments),
        Command::Schema => command::schema(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.show(),
    }
}
