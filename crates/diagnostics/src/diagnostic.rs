//! A finding and its repairs.

use std::{fmt, str::FromStr};

use sfmc_syntax::{TextEdit, TextRange};

use crate::Rule;

/// How bad a finding is. Ordered: `Hint < Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; an editor shows it faintly.
    Hint,
    /// A fact about the code.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The platform refuses the page or the send.
    Error,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: &'static [Severity] = &[Severity::Hint, Severity::Info, Severity::Warning, Severity::Error];

    /// The word for it, in lower case, as configuration and output write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = ();

    fn from_str(word: &str) -> Result<Severity, ()> {
        Severity::ALL.iter().copied().find(|s| s.as_str() == word).ok_or(())
    }
}

/// Whether a fix can be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// The page does the same afterwards, or the only thing that it can have been meant to do.
    Safe,
    /// Probably right; a person should look.
    Unsafe,
    /// One of several that do different things: a person has to choose, and no run applies it.
    Choice,
}

impl Applicability {
    /// The word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::Choice => "choice",
        }
    }
}

/// A repair: edits that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What it does, as a command: "insert `then`".
    pub title: String,
    /// Whether it can be applied unseen.
    pub applicability: Applicability,
    /// What changes, in the coordinates of the diagnostic; no two edits overlap.
    pub edits: Vec<TextEdit>,
}

/// A second place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Related {
    /// Where.
    pub range: TextRange,
    /// What is there: "the loop counts with this variable".
    pub message: String,
}

/// How an editor may draw the text of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Faded: it has no effect.
    Unnecessary,
    /// Struck through.
    Deprecated,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is: the rule's own severity until the configuration says another.
    pub severity: Severity,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Where, in bytes; empty for a place where something is missing.
    pub range: TextRange,
    /// Other places.
    pub related: Vec<Related>,
    /// What to do, as one sentence; shown under the message.
    pub help: Option<String>,
    /// Repairs, best first.
    pub fixes: Vec<Fix>,
    /// How to draw it.
    pub tags: Vec<Tag>,
}

impl Diagnostic {
    /// A finding of `rule` with the rule's own severity.
    pub fn new(rule: &'static Rule, range: TextRange, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            severity: rule.severity,
            message: message.into(),
            range,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The same finding in the coordinates of whatever this one's text starts at `base` of.
    #[must_use]
    pub fn shifted(mut self, base: sfmc_syntax::TextSize) -> Diagnostic {
        self.range += base;
        for related in &mut self.related {
            related.range += base;
        }
        for edit in self.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.range += base;
        }
        self
    }
}
