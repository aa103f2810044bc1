//! What developers run over other people's code: `corpus` (lossless, no panic, what is found, how fast), `prefixes` (an answer at every
//! prefix), `requests` (what editors ask, everywhere), `completion` (how far up the right name is), `actions` (what is offered does no harm),
//! `latency` (how long a server takes to answer), `sql` (SQL files through the parser) and `fuzz` (random bytes and random edits, as long as
//! wanted). Called through `cargo xtask corpus` and so on.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, reason = "a tool for developers")]

mod actions;
mod completion;
mod corpus;
mod fuzz;
mod latency;
mod levels;
mod prefixes;
mod requests;
mod sql;

use std::path::PathBuf;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(about = "Runs over folders of real code, and fuzzing")]
enum Command {
    /// Check every file of a folder: lossless, no panic, findings by rule, throughput
    Corpus {
        /// The folder
        dir: PathBuf,
        /// Print the findings of this rule, or of this severity, one on a line
        #[arg(long, value_name = "RULE|SEVERITY")]
        show: Option<String>,
        /// Compare the counts with this file and fail when they differ
        #[arg(long, value_name = "FILE")]
        tally: Option<PathBuf>,
        /// Write the counts to the file given by --tally
        #[arg(long, requires = "tally")]
        bless: bool,
    },
    /// Check prefixes of every file of a folder: no panic, and an answer
    Prefixes {
        /// The folder
        dir: PathBuf,
        /// How many prefixes of each file
        #[arg(long, default_value_t = 200)]
        per_file: usize,
    },
    /// Delete names in every file of a folder, and see how far up completion has them
    Completion {
        /// The folder
        dir: PathBuf,
        /// How many references of each kind in each file
        #[arg(long, default_value_t = 40)]
        per_file: usize,
        /// Print what does not stand first
        #[arg(long)]
        show: bool,
    },
    /// Ask everything that an editor can at places and prefixes of the files of a folder: an answer or none, and no panic
    Requests {
        /// The folder
        dir: PathBuf,
        /// How many files
        #[arg(long, default_value_t = 200)]
        files: usize,
        /// At how many places of each
        #[arg(long, default_value_t = 1000)]
        per_file: usize,
        /// At the ends of how many prefixes of each
        #[arg(long, default_value_t = 50)]
        prefixes: usize,
    },
    /// Ask a server in a workspace of many files everything, and see how long the answers take
    Latency {
        /// How many files the workspace has
        #[arg(long, default_value_t = 5000)]
        files: usize,
        /// How often each thing is asked
        #[arg(long, default_value_t = 200)]
        rounds: usize,
    },
    /// Apply every code action at random places of every file of a folder: no page is worse for it
    Actions {
        /// The folder
        dir: PathBuf,
        /// How many places in each file
        #[arg(long, default_value_t = 40)]
        per_file: usize,
        /// Print the edits of actions with this in their title
        #[arg(long, value_name = "TITLE")]
        show: Option<String>,
    },
    /// Parse every SQL file of a folder: lossless, no panic, problems by kind
    Sql {
        /// The folder
        dir: PathBuf,
        /// Print the problems of this kind, or all
        #[arg(long, value_name = "KIND|all")]
        show: Option<String>,
        /// Count only the problems of files that hold nothing but queries
        #[arg(long)]
        queries_only: bool,
    },
    /// Feed random text and random edits to the scanner, the parser and the rules
    Fuzz {
        /// How long, in seconds
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Where the random numbers begin
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// A folder whose files are taken apart for material
        #[arg(long)]
        dir: Option<PathBuf>,
    },
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Corpus { dir, show, tally, bless } => corpus::run(&dir, show.as_deref(), tally.as_deref(), bless),
        Command::Prefixes { dir, per_file } => prefixes::run(&dir, per_file),
        Command::Completion { dir, per_file, show } => completion::run(&dir, per_file, show),
        Command::Requests { dir, files, per_file, prefixes } => requests::run(&dir, files, per_file, prefixes),
        Command::Latency { files, rounds } => latency::run(files, rounds),
        Command::Actions { dir, per_file, show } => actions::run(&dir, per_file, show.as_deref()),
        Command::Sql { dir, show, queries_only } => sql::run(&dir, show.as_deref(), queries_only),
        Command::Fuzz { seconds, seed, dir } => fuzz::run(seconds, seed, dir.as_deref()),
    }
}
