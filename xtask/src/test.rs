//! The project's one test command.
//!
//! In order: the workspace's tests with nextest where it is installed and with `cargo test` elsewhere, documentation tests, every
//! benchmark once, the work that tests hold to the size of its input ([`crate::linear`]), editors. It goes on after a failure, so that one run shows everything, and ends with a summary of what ran and
//! what did not.

use anyhow::{Result, bail};

use crate::{editors, linear, process};

/// What became of a part.
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

impl From<Result<()>> for Outcome {
    fn from(result: Result<()>) -> Outcome {
        result.map_or_else(|error| Outcome::Failed(format!("{error:#}")), |()| Outcome::Passed)
    }
}

/// Of what may have to be left out, for the reason that is given.
impl From<Result<Option<String>>> for Outcome {
    fn from(result: Result<Option<String>>) -> Outcome {
        match result {
            Ok(None) => Outcome::Passed,
            Ok(Some(reason)) => Outcome::Skipped(reason),
            Err(error) => Outcome::Failed(format!("{error:#}")),
        }
    }
}

/// Runs everything.
pub(crate) fn run() -> Result<()> {
    let nextest = process::succeeds(process::cargo().args(["nextest", "--version"]));
    let parts = [
        ("workspace", workspace(nextest).into()),
        ("documentation", test(&["--doc"]).into()),
        // Under `cargo test` a benchmark runs once and measures nothing: this shows that it still works.
        ("benchmarks", test(&["--bench", "*"]).into()),
        ("linear work", linear::run().into()),
        ("Neovim", editors::neovim().into()),
        // Other people's code is never committed: it is checked where somebody laid it out.
        (
            "corpus",
            match std::env::var("SFMC_CORPUS") {
                Ok(folder) => crate::workbench("corpus", &[folder]).into(),
                Err(_) => Outcome::Skipped("SFMC_CORPUS names no folder of real code".to_owned()),
            },
        ),
    ];
    summary(&parts)
}

fn workspace(nextest: bool) -> Result<()> {
    if nextest {
        let command = &mut process::cargo();
        process::run(command.args(["nextest", "run", "--workspace", "--no-fail-fast"]))
    } else {
        test(&["--lib", "--bins", "--tests", "--examples", "--no-fail-fast"])
    }
}

fn test(targets: &[&str]) -> Result<()> {
    process::run(process::cargo().args(["test", "--workspace"]).args(targets))
}

fn summary(parts: &[(&str, Outcome)]) -> Result<()> {
    println!();
    let mut failed = Vec::new();
    for (part, outcome) in parts {
        match outcome {
            Outcome::Passed => println!("{part}: passed"),
            Outcome::Skipped(reason) => println!("{part}: skipped, {reason}"),
            Outcome::Failed(reason) => {
                println!("{part}: FAILED, {reason}");
                failed.push(*part);
            }
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_whole() {
        let skipped = || ("b", Outcome::Skipped("there are no tests".to_owned()));
        assert!(summary(&[("a", Outcome::Passed), skipped()]).is_ok());
        let failed = Outcome::Failed("why".to_owned());
        let error = summary(&[("a", failed), skipped(), ("c", Outcome::Passed)]).unwrap_err();
        assert_eq!(error.to_string(), "failed: a");
    }
}
