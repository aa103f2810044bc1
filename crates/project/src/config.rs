//! `sfmc-analyzer.toml`, and the settings of editors: finding, reading, and saying what is wrong with them.
//!
//! The text becomes a tree of values with their places ([`node`]); that is compared with the schema of the options
//! ([`check`]) and with itself ([`conflicts`]). What is wrong is reported and left out, everything else applies.

mod check;
mod conflicts;
mod node;
mod toml;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use sfmc_db::system::System;
use sfmc_diagnostics::{Diagnostic, Rule};
use sfmc_syntax::{TextRange, TextSize};

use self::{node::Node, toml::SyntaxError};
use crate::{options::Options, rules::CONFIG_INVALID, schema, source::read_source};

/// The names that the configuration can have; the first one that is there counts.
const NAMES: [&str; 2] = ["sfmc-analyzer.toml", ".sfmc-analyzer.toml"];

/// What clients keep under the same key for themselves.
const CLIENT_ONLY: [&str; 2] = ["server", "trace"];

/// Something in the configuration that has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The option, by its path: `overrides[0].files`; empty for a mistake in TOML itself.
    pub key: String,
    /// Where it stands in the file; empty for the settings of an editor.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl ConfigProblem {
    /// The problem as a finding in the configuration file.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(&CONFIG_INVALID, self.range, self.message.clone());
        diagnostic.help.clone_from(&self.help);
        diagnostic
    }
}

/// A configuration file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says, without what is wrong in it.
    pub options: Options,
    /// What is wrong, in the order of the text.
    pub problems: Vec<ConfigProblem>,
}

impl ConfigFile {
    /// The configuration for the files in `folder`: the one in it, or in the nearest folder above it.
    pub fn find(system: &dyn System, folder: &Path) -> Option<PathBuf> {
        folder.ancestors().find_map(|folder| ConfigFile::find_in(system, folder))
    }

    /// The configuration that stands in `folder` itself.
    pub(crate) fn find_in(system: &dyn System, folder: &Path) -> Option<PathBuf> {
        // Also one that cannot be read: that is to be reported, not passed over.
        NAMES.iter().map(|name| folder.join(name)).find(|path| system.exists(path))
    }

    /// Reads a configuration file. If it cannot be read, that is its problem, and it says nothing.
    pub fn read(system: &dyn System, path: &Path, rules: &[&Rule]) -> ConfigFile {
        let problem = |range, message: String, help: &str| ConfigProblem {
            key: String::new(),
            range,
            message,
            help: Some(help.to_owned()),
        };
        let mut file = match read_source(system, path) {
            Ok(source) => {
                let bad_encoding = source.diagnostic();
                let mut file = ConfigFile::parse(path, source.text, rules);
                if let Some(found) = bad_encoding {
                    let message = "TOML has to be UTF-8, and this file is not from here on".to_owned();
                    file.problems.push(problem(found.range, message, "save it with the encoding UTF-8"));
                }
                file
            }
            Err(error) => {
                let message = format!("the configuration is not used: {}", error.kind);
                let problems = vec![problem(TextRange::default(), message, error.kind.help())];
                ConfigFile { path: path.to_owned(), problems, ..ConfigFile::default() }
            }
        };
        let [name, other] = NAMES;
        let has_first_name = path.file_name().is_some_and(|file_name| file_name == name);
        if has_first_name && system.exists(&path.with_file_name(other)) {
            let message = format!("there is also a `{other}` in this folder, which is not used");
            file.problems.push(problem(TextRange::default(), message, "remove one of the two"));
        }
        file.problems.sort_by_key(|problem| problem.range.start());
        file
    }

    /// The configuration that a file at `path` with this text would be.
    pub fn parse(path: &Path, text: String, rules: &[&Rule]) -> ConfigFile {
        let (node, errors) = toml::parse(&text);
        let mut problems = Vec::new();
        let mut last_line = None;
        for error in &errors {
            // What follows on the same line is mostly a consequence.
            let line = text[..text.floor_char_boundary(error.range.start().into())].matches('\n').count();
            if last_line.replace(line) != Some(line) {
                problems.push(syntax_problem(&text, error));
            }
        }
        let options = read_options(&node, rules, &mut problems);
        conflicts::check_api_version(&node, &mut problems);
        problems.sort_by_key(|problem| problem.range.start());
        ConfigFile { path: path.to_owned(), text, options, problems }
    }

    /// The problems as findings, in the order of the text.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.problems.iter().map(ConfigProblem::diagnostic).collect()
    }
}

impl Options {
    /// The options in the settings of an editor: those under the key `sfmc-analyzer`, or all if there is no such key. The
    /// problems have keys, but no places.
    pub fn from_client(settings: &Json, rules: &[&Rule]) -> (Options, Vec<ConfigProblem>) {
        let mut settings = settings.get("sfmc-analyzer").unwrap_or(settings).clone();
        if let Some(settings) = settings.as_object_mut() {
            settings.retain(|key, _| !CLIENT_ONLY.contains(&key.as_str()));
        }
        let mut problems = Vec::new();
        if settings.is_null() {
            return (Options::default(), problems);
        }
        let options = read_options(&Node::from_json(&settings), rules, &mut problems);
        (options, problems)
    }
}

fn read_options(node: &Node, rules: &[&Rule], problems: &mut Vec<ConfigProblem>) -> Options {
    let checked = check::check(node, &schema::CHECKED, rules, problems);
    conflicts::check_rules(node, rules, problems);
    // What the schema admits can be deserialized; if it cannot, the two disagree, and that is better said than hidden.
    let mut options: Options = serde_json::from_value(checked).unwrap_or_else(|error| {
        problems.push(ConfigProblem {
            key: String::new(),
            range: TextRange::default(),
            message: format!("the configuration is not used: {error}"),
            help: Some("this is a mistake of sfmc-analyzer; please report it".to_owned()),
        });
        Options::default()
    });
    // A mistake of TOML itself can hide anything.
    options.schema.is_damaged =
        problems.iter().any(|problem| problem.key.is_empty() || problem.key.starts_with("schema"));
    options
}

fn syntax_problem(text: &str, error: &SyntaxError) -> ConfigProblem {
    let problem = |range, message: &str, help: Option<String>| ConfigProblem {
        key: String::new(),
        range,
        message: message.to_owned(),
        help,
    };
    let is = |message| error.message.starts_with(message);
    let quoted = |range: TextRange| Some(format!("write `\"{}\"`", &text[range]));
    if is("string values must be quoted") {
        problem(error.range, "a string has to be quoted", quoted(error.range))
    } else if is("invalid unquoted key") {
        let range = key_around(text, error.range);
        problem(range, "a key with such characters has to be quoted", quoted(range))
    } else if is("duplicate key") {
        problem(error.range, "duplicate key", Some("the first one counts".to_owned()))
    } else {
        problem(error.range, &error.message, None)
    }
}

/// The key that a syntax error stands in.
fn key_around(text: &str, range: TextRange) -> TextRange {
    let is_inside = |c: &char| !c.is_whitespace() && !matches!(c, '=' | '.' | '[' | ']' | '{' | '}' | ',' | '"');
    let (before, after) = (&text[..range.start().into()], &text[range.end().into()..]);
    let start = before.chars().rev().take_while(is_inside).map(TextSize::of).sum::<TextSize>();
    let end = after.chars().take_while(is_inside).map(TextSize::of).sum::<TextSize>();
    TextRange::new(range.start() - start, range.end() + end)
}

#[cfg(test)]
mod tests;
