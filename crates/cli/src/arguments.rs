//! What the command line accepts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Checks Salesforce Marketing Cloud pages: AMPscript in HTML, e-mails and CloudPages.
#[derive(Debug, Parser)]
#[command(name = "sfmc-analyzer", version, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Colors in the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    /// Log what happens to standard error
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check files and folders
    Check(Check),
    /// Start the language server on standard input and output
    Server(Server),
    /// Print the tree of a file
    Parse(Parse),
    /// Explain a rule
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// Print the JSON schema of sfmc-analyzer.toml
    Schema,
}

/// How findings are printed
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with source excerpts
    Human,
    /// One JSON array
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files and folders; `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The name under which standard input is checked and reported
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) output_format: Format,

    /// Report only these rules: ids, groups or prefixes, separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,

    /// Do not report these rules: ids, groups or prefixes, separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,

    /// Exit with 1 if there is a finding at this level or above [default: error]
    #[arg(long, value_name = "LEVEL", value_parser = ["hint", "info", "warning", "error"])]
    pub(crate) error_on: Option<String>,

    /// Apply the fixes that are safe
    #[arg(long)]
    pub(crate) fix: bool,

    /// Apply the fixes that a person should look at, too
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Use this configuration file instead of the one found upward from each file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Server {
    /// Talk over standard input and output, which it does anyway; editors add it
    #[arg(long)]
    pub(crate) stdio: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Parse {
    /// The file; `-` for standard input
    pub(crate) file: PathBuf,

    /// Print nothing; fail unless the tree's text is the file's
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the tree as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Its id or one of its other names
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// How they are printed
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) output_format: Format,
}
