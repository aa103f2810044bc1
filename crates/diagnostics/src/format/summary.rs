//! What a run came to.

use std::{fmt, time::Duration};

use crate::{Applicability, Diagnostic, Severity};

/// What a run came to, in numbers. Its `Display` is the last line of a report for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many files were checked.
    pub files_checked: usize,
    /// In how many of them something was found.
    pub files_with_findings: usize,
    /// Findings of this severity.
    pub errors: usize,
    /// Findings of this severity.
    pub warnings: usize,
    /// Findings of this severity.
    pub infos: usize,
    /// Findings of this severity.
    pub hints: usize,
    /// How many findings have a fix that can be applied unseen.
    pub fixable: usize,
    /// How many others have a fix.
    pub fixable_unsafely: usize,
    /// How many findings were fixed and are therefore not among the others.
    pub fixed: usize,
    /// How long it took, if that is to be said.
    pub duration: Option<Duration>,
}

impl Summary {
    /// Counts a checked file and what was found in it.
    pub fn add_file(&mut self, diagnostics: &[Diagnostic]) {
        self.files_checked += 1;
        self.files_with_findings += usize::from(!diagnostics.is_empty());
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
                Severity::Hint => self.hints += 1,
            }
            let mut fixes = diagnostic.fixes.iter().map(|fix| fix.applicability);
            if fixes.clone().any(|applicability| applicability == Applicability::Safe) {
                self.fixable += 1;
            } else if fixes.any(|applicability| applicability == Applicability::Unsafe) {
                self.fixable_unsafely += 1;
            }
        }
    }

    /// How many findings there are.
    pub fn findings(&self) -> usize {
        self.errors + self.warnings + self.infos + self.hints
    }

    /// The last line of a report, in which `paint` may dress the count of each severity.
    pub(crate) fn sentence(&self, paint: impl Fn(Severity, String) -> String) -> String {
        let counts = [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
            (Severity::Info, self.infos),
            (Severity::Hint, self.hints),
        ];
        let counts = counts.into_iter().filter(|&(_, n)| n > 0);
        let counts: Vec<String> = counts.map(|(severity, n)| paint(severity, counted(n, severity.as_str()))).collect();
        let found = match &counts[..] {
            [] if self.fixed > 0 => "No problems left".to_owned(),
            [] => "No problems".to_owned(),
            [one] => format!("Found {one}"),
            [most @ .., last] => format!("Found {} and {last}", most.join(", ")),
        };
        found + &self.tail()
    }

    /// What follows the counts: " in 3 files (5 checked); 2 can be fixed with `--fix`".
    fn tail(&self) -> String {
        let mut tail = String::new();
        if self.findings() > 0 {
            tail.push_str(&format!(" in {}", counted(self.files_with_findings, "file")));
            if self.files_checked != self.files_with_findings {
                tail.push_str(&format!(" ({} checked)", self.files_checked));
            }
        } else {
            tail.push_str(&format!(" in {}", counted(self.files_checked, "file")));
        }
        if self.fixed > 0 {
            tail.push_str(&format!("; {} fixed", self.fixed));
        }
        match (self.fixable, self.fixable_unsafely) {
            (0, 0) => {}
            (safe, 0) => tail.push_str(&format!("; {safe} can be fixed with `--fix`")),
            (0, more) => tail.push_str(&format!("; {more} can be fixed with `--fix {UNSAFE}`")),
            (safe, more) => {
                tail.push_str(&format!("; {safe} can be fixed with `--fix`, {more} more with `{UNSAFE}`"));
            }
        }
        if let Some(duration) = self.duration {
            tail.push_str(&format!(" [{:.2} s]", duration.as_secs_f64()));
        }
        tail
    }
}

/// The option that applies fixes which a person should look at.
const UNSAFE: &str = "--unsafe-fixes";

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(|_, words| words))
    }
}

fn counted(n: usize, noun: &str) -> String {
    // "info" is short for a sentence and has no plural.
    if n == 1 || noun == "info" { format!("{n} {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        let clean = Summary { files_checked: 5, ..Summary::default() };
        assert_eq!(clean.to_string(), "No problems in 5 files");
        let fixed = Summary { fixed: 3, files_checked: 1, ..Summary::default() };
        assert_eq!(fixed.to_string(), "No problems left in 1 file; 3 fixed");
        let some = Summary { errors: 2, warnings: 1, files_with_findings: 3, fixable: 2, ..clean };
        assert_eq!(
            some.to_string(),
            "Found 2 errors and 1 warning in 3 files (5 checked); 2 can be fixed with `--fix`"
        );
        let all = Summary {
            infos: 2,
            hints: 4,
            files_with_findings: 5,
            fixable_unsafely: 1,
            fixed: 7,
            duration: Some(Duration::from_millis(1234)),
            ..some
        };
        assert_eq!(
            all.to_string(),
            "Found 2 errors, 1 warning, 2 info and 4 hints in 5 files; 7 fixed; 2 can be fixed with `--fix`, \
             1 more with `--unsafe-fixes` [1.23 s]"
        );
    }
}
