//! How configuration, the command line and suppressions name rules.

use std::{fmt, str::FromStr};

use crate::{Group, Rule, similar::closest};

/// A name for one rule or several.
///
/// | text | rules |
/// |---|---|
/// | `all` | every one |
/// | `syntax` | those of a [`Group`] |
/// | `amp`, `amp/` | those of a language |
/// | `amp/expected-*` | those whose id begins so |
/// | `amp/unknown-function` | one, by its id |
/// | `unknown-function-name` | those that have this alias |
///
/// Where several selectors name a rule, the one with the highest [`Specificity`] decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selector {
    kind: Kind,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    All,
    Group(Group),
    /// What an id has to begin with.
    Prefix(String),
    /// The id or an alias of a rule, or a language. Only a registry could tell which, so every question asks the rule.
    Name,
}

/// How closely a selector names a rule; the greater decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Specificity {
    /// As one of all.
    All,
    /// As one of a group or of a language: neither is narrower than the other.
    Group,
    /// By this many bytes at the beginning of its id; a longer prefix is closer.
    Prefix(usize),
    /// By its name.
    Rule,
}

/// Why a selector cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectorError {
    /// There is nothing.
    Empty,
    /// It is not written as a selector is: blanks, or a `*` that does not end it.
    Malformed(String),
    /// It names no rule.
    Unknown {
        /// The selector.
        text: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectorError::Empty => f.write_str("the name of a rule is missing"),
            SelectorError::Malformed(text) => {
                write!(f, "`{text}` is not the name of a rule or a group")
            }
            SelectorError::Unknown { text, suggestion: None } => write!(f, "there is no rule or group `{text}`"),
            SelectorError::Unknown { text, suggestion: Some(suggestion) } => {
                write!(f, "there is no rule or group `{text}`; did you mean `{suggestion}`?")
            }
        }
    }
}

impl std::error::Error for SelectorError {}

impl Selector {
    /// Reads a selector; whether it names a rule at all is a question for [`Selector::check`].
    ///
    /// # Errors
    /// When it is empty, or has characters that no name has.
    pub fn parse(text: &str) -> Result<Selector, SelectorError> {
        let text = text.trim();
        let stem = text.strip_suffix('*').unwrap_or(text);
        if text.is_empty() {
            return Err(SelectorError::Empty);
        }
        let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | ',' | ':');
        if stem.is_empty() || stem.contains(strange) {
            return Err(SelectorError::Malformed(text.to_owned()));
        }
        let group = Group::ALL.iter().find(|group| group.as_str() == text);
        let kind = match group {
            _ if text == "all" => Kind::All,
            Some(&group) => Kind::Group(group),
            None if stem.len() < text.len() || stem.ends_with('/') => Kind::Prefix(stem.to_owned()),
            None => Kind::Name,
        };
        Ok(Selector { kind, text: text.to_owned() })
    }

    /// Reads a selector that has to name at least one of `rules`.
    ///
    /// # Errors
    /// As [`Selector::parse`] and [`Selector::check`].
    pub fn resolve(text: &str, rules: &[&Rule]) -> Result<Selector, SelectorError> {
        let selector = Selector::parse(text)?;
        selector.check(rules)?;
        Ok(selector)
    }

    /// Whether it names at least one of `rules`; `all` and the groups are always known.
    ///
    /// # Errors
    /// When it names none: the error has a suggestion if there is a name like it.
    pub fn check(&self, rules: &[&Rule]) -> Result<(), SelectorError> {
        let known = matches!(self.kind, Kind::All | Kind::Group(_));
        if known || rules.iter().any(|rule| self.matches(rule)) {
            return Ok(());
        }
        let ids = rules.iter().map(|rule| rule.id);
        let aliases = rules.iter().flat_map(|rule| rule.aliases.iter().copied());
        let languages = ids.clone().filter_map(language);
        let groups = Group::ALL.iter().map(|group| group.as_str());
        let names = || ids.clone().chain(aliases.clone()).chain(languages.clone()).chain(groups.clone());
        // The language is often left out, or the one of another tool.
        let bare = |name| language(name).map_or(name, |language| &name[language.len() + 1..]);
        let without_language = || {
            let wanted = bare(self.text.as_str());
            let found = closest(wanted, ids.clone().map(bare))?;
            ids.clone().find(|id| bare(id) == found)
        };
        let suggestion = closest(&self.text, std::iter::once("all").chain(names())).or_else(without_language);
        Err(SelectorError::Unknown { text: self.text.clone(), suggestion: suggestion.map(str::to_owned) })
    }

    /// Whether it names `rule`.
    pub fn matches(&self, rule: &Rule) -> bool {
        self.specificity(rule).is_some()
    }

    /// How closely it names `rule`; `None` if it does not.
    pub fn specificity(&self, rule: &Rule) -> Option<Specificity> {
        match &self.kind {
            Kind::All => Some(Specificity::All),
            Kind::Group(group) => (rule.group == *group).then_some(Specificity::Group),
            Kind::Prefix(prefix) => rule.id.starts_with(prefix.as_str()).then(|| {
                let whole_language = language(rule.id).is_some_and(|language| prefix.len() <= language.len() + 1);
                if whole_language { Specificity::Group } else { Specificity::Prefix(prefix.len()) }
            }),
            Kind::Name if rule.id == self.text || rule.has_alias(&self.text) => Some(Specificity::Rule),
            Kind::Name => (language(rule.id) == Some(&self.text)).then_some(Specificity::Group),
        }
    }

    /// The text it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// `amp` of `amp/unknown-function`.
fn language(id: &str) -> Option<&str> {
    id.split_once('/').map(|(language, _)| language)
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Selector, SelectorError> {
        Selector::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FixKind, Severity};

    const fn rule(id: &'static str, aliases: &'static [&'static str], group: Group) -> Rule {
        let (severity, fix) = (Severity::Error, FixKind::None);
        Rule { id, aliases, group, severity, on_by_default: true, fix, since: "0.1.0", docs: "" }
    }

    static UNKNOWN: Rule = rule("amp/unknown-function", &["no-unknown"], Group::Correctness);
    static THEN: Rule = rule("amp/expected-then", &[], Group::Syntax);
    static DO: Rule = rule("amp/expected-do", &[], Group::Syntax);
    static STAR: Rule = rule("sql/select-star", &["MCE008"], Group::Style);
    static ALL: [&Rule; 4] = [&UNKNOWN, &THEN, &DO, &STAR];

    fn named(text: &str) -> Vec<&'static str> {
        let selector = Selector::parse(text).unwrap();
        ALL.iter().filter(|rule| selector.matches(rule)).map(|rule| rule.id).collect()
    }

    #[test]
    fn what_each_form_names() {
        assert_eq!(named("all").len(), 4);
        assert_eq!(named("syntax"), ["amp/expected-then", "amp/expected-do"]);
        assert_eq!(named("amp").len(), 3);
        assert_eq!(named("amp/").len(), 3);
        assert_eq!(named("amp/*").len(), 3);
        assert_eq!(named("amp/expected-*"), ["amp/expected-then", "amp/expected-do"]);
        assert_eq!(named("amp/expected-"), [""; 0]);
        assert_eq!(named("amp/expected-do"), ["amp/expected-do"]);
        assert_eq!(named("no-unknown"), ["amp/unknown-function"]);
        assert_eq!(named("MCE008"), ["sql/select-star"]);
        assert_eq!(named("am"), [""; 0]);
    }

    #[test]
    fn the_most_specific_is_the_greatest() {
        let how = |text| Selector::parse(text).unwrap().specificity(&THEN).unwrap();
        let ascending = ["all", "amp", "amp/expected-*", "amp/expected-then"].map(how);
        assert_eq!((how("amp"), how("amp")), (how("amp/*"), how("syntax")));
        assert!(ascending.is_sorted_by(|a, b| a < b), "{ascending:?}");
        assert_eq!(Selector::parse("style").unwrap().specificity(&THEN), None);
    }

    #[test]
    fn malformed_ones() {
        for text in ["*", "amp/*x", "amp unknown", "a,b", "a:b", "amp/**"] {
            assert_eq!(Selector::parse(text), Err(SelectorError::Malformed(text.to_owned())));
        }
        assert_eq!(Selector::parse(" "), Err(SelectorError::Empty));
        assert_eq!(Selector::parse(" amp/x ").unwrap().to_string(), "amp/x");
    }

    #[test]
    fn unknown_ones_get_a_suggestion() {
        let says = |text| Selector::resolve(text, &ALL).unwrap_err().to_string();
        assert_eq!(
            says("amp/unknow-function"),
            "there is no rule or group `amp/unknow-function`; did you mean `amp/unknown-function`?"
        );
        let meant = |text| match Selector::resolve(text, &ALL) {
            Err(SelectorError::Unknown { suggestion, .. }) => suggestion.unwrap_or_default(),
            other => panic!("{other:?}"),
        };
        assert_eq!(meant("unknown-function"), "amp/unknown-function");
        assert_eq!(meant("sfmc/select-star"), "sql/select-star");
        assert_eq!(meant("mce08"), "MCE008");
        assert_eq!(meant("sintax"), "syntax");
        assert_eq!(meant("al"), "all");
        assert_eq!(meant("completely-different"), "");
        assert!(Selector::resolve("style", &[]).is_ok());
    }
}
