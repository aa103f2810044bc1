//! Development tasks. `cargo xtask --help` lists them.
//!
//! What a person has to install beyond a Rust toolchain, the task that needs it installs into `target/tools`.

#![allow(clippy::disallowed_methods, reason = "a developer's tool works on files and on the environment")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a developer")]

mod codegen;
mod editors;
mod linear;
mod process;
mod test;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Development tasks.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write every generated file.
    Codegen {
        /// Write nothing; fail, with a diff, when a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run every test of the project: the workspace's, documentation tests, editors.
    Test,
    /// Count the work of the tests that hold it to the size of the input; `cargo xtask test` does it, too.
    Linear,
    /// Run the engine over a folder of real code: lossless, no panic, findings by rule, throughput.
    Corpus {
        /// The folder, then options: `cargo run -p sfmc-workbench -- corpus --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
    /// Check prefixes of every file of a folder of real code: no panic, and an answer.
    Prefixes {
        /// Options: `cargo run -p sfmc-workbench -- prefixes --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Delete names in a folder of real code, and see how far up completion has them.
    Completion {
        /// The folder, then options: `cargo run -p sfmc-workbench -- completion --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
    /// Ask everything that an editor can at places and prefixes of a folder of real code.
    Requests {
        /// The folder, then options: `cargo run -p sfmc-workbench -- requests --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
    /// Ask a server in a large workspace everything, and see how long the answers take.
    Latency {
        /// Options: `cargo run -p sfmc-workbench -- latency --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Apply every code action at random places of a folder of real code: no page is worse for it.
    Actions {
        /// The folder, then options: `cargo run -p sfmc-workbench -- actions --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
    /// Parse every SQL file of a folder: lossless, no panic, problems by kind.
    Sql {
        /// The folder, then options: `cargo run -p sfmc-workbench -- sql --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
    /// Feed random text and random edits to the engine, as long as wanted: `cargo xtask fuzz --seconds 3600`.
    Fuzz {
        /// Options: `cargo run -p sfmc-workbench -- fuzz --help` explains them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Codegen { check } => codegen::run(if check { codegen::Mode::Check } else { codegen::Mode::Write }),
        Task::Test => test::run(),
        Task::Linear => match linear::run()? {
            None => Ok(()),
            Some(reason) => anyhow::bail!("{reason}"),
        },
        Task::Corpus { arguments } => workbench("corpus", &arguments),
        Task::Prefixes { arguments } => workbench("prefixes", &arguments),
        Task::Completion { arguments } => workbench("completion", &arguments),
        Task::Requests { arguments } => workbench("requests", &arguments),
        Task::Latency { arguments } => workbench("latency", &arguments),
        Task::Actions { arguments } => workbench("actions", &arguments),
        Task::Sql { arguments } => workbench("sql", &arguments),
        Task::Fuzz { arguments } => workbench("fuzz", &arguments),
    }
}

/// Runs a command of the workbench, which is a program of its own so that codegen builds without the engine.
fn workbench(command: &str, arguments: &[String]) -> anyhow::Result<()> {
    let cargo = &mut process::cargo();
    cargo.args(["run", "--release", "--quiet", "--package", "sfmc-workbench", "--", command]);
    process::run(cargo.args(arguments))
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map_or_else(|| xtask.clone(), PathBuf::from)
}
