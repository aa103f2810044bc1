//! What a rule says about itself.

use std::hash::{Hash, Hasher};

use crate::Severity;

/// What a rule is about; a selector can name a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The platform cannot read the page.
    Syntax,
    /// The page is read but a call or a reference in it fails.
    Correctness,
    /// It runs, but probably not as meant.
    Suspicious,
    /// It runs; it could be written better.
    Style,
    /// About the tool's own directives and configuration.
    Meta,
}

impl Group {
    /// Every group.
    pub const ALL: &'static [Group] =
        &[Group::Syntax, Group::Correctness, Group::Suspicious, Group::Style, Group::Meta];

    /// The word for it in selectors and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Syntax => "syntax",
            Group::Correctness => "correctness",
            Group::Suspicious => "suspicious",
            Group::Style => "style",
            Group::Meta => "meta",
        }
    }
}

/// Which kind of fix a rule offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixKind {
    /// None.
    None,
    /// At least sometimes one that can be applied unseen.
    Safe,
    /// Only fixes that a person should look at.
    Unsafe,
}

/// The description of a rule. There is one `static` for each; two are the same rule when their ids are equal.
#[derive(Debug)]
pub struct Rule {
    /// Its name, `<language>/<kebab-case>`: `amp/unknown-function`. Never changes.
    pub id: &'static str,
    /// Other names under which selectors and suppressions know it: ids of other tools.
    pub aliases: &'static [&'static str],
    /// What it is about.
    pub group: Group,
    /// How bad its findings are unless the configuration says otherwise.
    pub severity: Severity,
    /// Whether it reports without being asked to.
    pub on_by_default: bool,
    /// Which kind of fix it offers.
    pub fix: FixKind,
    /// The version of the tool in which it came.
    pub since: &'static str,
    /// Its documentation: Markdown with the headings Why, Bad, Good and perhaps Off.
    pub docs: &'static str,
}

impl Rule {
    /// The first paragraph of the documentation, on one line.
    pub fn summary(&self) -> String {
        let lines = self.docs.lines().map(str::trim).skip_while(|l| l.is_empty());
        lines.take_while(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether `name` is one of its aliases, with or without the language before it: `else-if`, `amp/else-if`.
    pub fn has_alias(&self, name: &str) -> bool {
        let language = self.id.split_once('/').map_or("", |(language, _)| language);
        let bare = name.strip_prefix(language).and_then(|rest| rest.strip_prefix('/'));
        self.aliases.contains(&name) || bare.is_some_and(|bare| self.aliases.contains(&bare))
    }

    /// Where the rule is explained on the web.
    pub fn url(&self) -> String {
        format!("https://sfmc-analyzer.github.io/rules/{}", self.id)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
