//! The `sfmc-analyzer` binary: arguments in, exit code out. The only place that prints, and the only one that reads the environment.

// Printing is what a command line does; the other crates return what they have to say.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod commands;
mod logging;

use std::{io::Write, process::ExitCode};

use arguments::{Arguments, Command};
use clap::Parser;

/// Small allocations by the thousand are what a check run does: this allocator makes them several times cheaper than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Nothing at or above the failing level.
pub(crate) const CLEAN: u8 = 0;
/// Findings at or above the failing level.
pub(crate) const FINDINGS: u8 = 1;
/// The arguments or the configuration are wrong.
pub(crate) const USAGE: u8 = 2;
/// A file made the engine panic.
pub(crate) const PANICKED: u8 = 3;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no mistakes.
            let code = if error.use_stderr() { USAGE } else { CLEAN };
            // Nobody reads what cannot be printed.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    logging::init(&arguments);
    let result = match arguments.command {
        Command::Check(check) => commands::check::run(&check, arguments.color),
        Command::Server(server) => return commands::server::run(&server),
        Command::Parse(parse) => commands::parse::run(&parse),
        Command::Explain(explain) => commands::explain::run(&explain),
        Command::Rules(rules) => commands::rules::run(&rules),
        Command::Schema => commands::schema::run(),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) if commands::is_broken_pipe(&error) => ExitCode::from(CLEAN),
        Err(error) => {
            // Standard error can be closed as well.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(USAGE)
        }
    }
}
