//! Keywords, operators, personalization strings and the other names that the language knows.

use crate::{compare_names, generated::ampscript_names as tables, set::set_of_words};

/// What a keyword is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeywordKind {
    /// Begins a statement that is no control statement.
    Statement,
    /// Part of IF or FOR.
    Control,
    /// Joins or inverts conditions.
    Operator,
    /// A value.
    Literal,
}

/// A reserved word.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    /// In lower case.
    pub name: &'static str,
    /// What it is for.
    pub kind: KeywordKind,
    /// What it does.
    pub description: &'static str,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperatorKind {
    /// Compares.
    Comparison,
    /// Assigns.
    Assignment,
}

/// An operator that is not a word.
#[derive(Debug, PartialEq, Eq)]
pub struct Operator {
    /// How it is written.
    pub symbol: &'static str,
    /// What it does.
    pub kind: OperatorKind,
    /// What it does, in words.
    pub description: &'static str,
}

/// An operator that other languages have and this one has not.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignOperator {
    /// How it is written: signs or a word.
    pub symbol: &'static str,
    /// The operator that does the same.
    pub operator: Option<&'static str>,
    /// The functions that do the same, the most likely one first.
    pub functions: &'static [&'static str],
}

/// A word that other languages reserve and this one does not have.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignKeyword {
    /// In lower case.
    pub name: &'static str,
    /// What it is here, or what to write instead.
    pub note: &'static str,
}

/// A variable that the platform sets.
#[derive(Debug, PartialEq, Eq)]
pub struct SystemVariable {
    /// Without `@@`.
    pub name: &'static str,
    /// What it holds.
    pub description: &'static str,
}

/// A directive such as `%%Before;HTTPGet "…"%%`.
#[derive(Debug, PartialEq, Eq)]
pub struct SyndicationDirective {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// One source only knows it.
    pub disputed: bool,
}

/// An attribute of a script tag that is run by the server.
#[derive(Debug, PartialEq, Eq)]
pub struct ScriptAttribute {
    /// In lower case.
    pub name: &'static str,
    /// The values it can have; empty when any.
    pub values: &'static [&'static str],
}

set_of_words! {
    /// Where a personalization string has a value.
    set Audiences;
    /// A place where personalization strings have values.
    enum Audience {
        /// Email.
        Email = "email",
        /// The handling of replies to an email.
        EmailReply = "email-reply",
        /// Pages.
        CloudPage = "cloud-page",
        /// Text messages.
        Sms = "sms",
        /// Push messages.
        Push = "push",
        /// Messages to LINE.
        Line = "line",
        /// Contacts of MobileConnect.
        MobileContact = "mobile-contact",
        /// Blocks of Einstein recommendations.
        Recommendations = "recommendations",
    }
}

/// A name that the platform replaces in `%%name%%`, and that code reads as an attribute.
#[derive(Debug, PartialEq, Eq)]
pub struct PersonalizationString {
    /// In the usual spelling.
    pub name: &'static str,
    /// Other names for the same.
    pub aliases: &'static [&'static str],
    /// What it stands for.
    pub description: &'static str,
    /// Where it has a value.
    pub audiences: Audiences,
    /// A number in parentheses, from 0, follows the name: `MSG(0).NOUN(2)`.
    pub indexed: bool,
    /// Only AttributeValue reads it; between percent signs it does nothing.
    pub attribute_only: bool,
}

/// Every keyword.
pub fn keywords() -> &'static [Keyword] {
    tables::KEYWORDS
}

/// The keyword that `word` spells, in any case.
pub fn keyword(word: &str) -> Option<&'static Keyword> {
    tables::KEYWORDS.iter().find(|keyword| keyword.name.eq_ignore_ascii_case(word))
}

/// Every operator that is not a word.
pub fn operators() -> &'static [Operator] {
    tables::OPERATORS
}

/// The operator with this spelling.
pub fn operator(symbol: &str) -> Option<&'static Operator> {
    tables::OPERATORS.iter().find(|operator| operator.symbol == symbol)
}

/// Operators that other languages have.
pub fn foreign_operators() -> &'static [ForeignOperator] {
    tables::FOREIGN_OPERATORS
}

/// The operator of other languages with this spelling, in any case.
pub fn foreign_operator(symbol: &str) -> Option<&'static ForeignOperator> {
    tables::FOREIGN_OPERATORS.iter().find(|operator| operator.symbol.eq_ignore_ascii_case(symbol))
}

/// The keyword of other languages that `word` spells, in any case.
pub fn foreign_keyword(word: &str) -> Option<&'static ForeignKeyword> {
    tables::FOREIGN_KEYWORDS.iter().find(|keyword| keyword.name.eq_ignore_ascii_case(word))
}

/// Variables that the platform sets.
pub fn system_variables() -> &'static [SystemVariable] {
    tables::SYSTEM_VARIABLES
}

/// The variable `@@name` that the platform sets, in any case; `name` without `@@`.
pub fn system_variable(name: &str) -> Option<&'static SystemVariable> {
    tables::SYSTEM_VARIABLES.iter().find(|variable| variable.name.eq_ignore_ascii_case(name))
}

/// The directives that fetch content before or while a message is built.
pub fn syndication_directives() -> &'static [SyndicationDirective] {
    tables::SYNDICATION_DIRECTIVES
}

/// What can stand before a directive, with a semicolon: `Before;`.
pub fn syndication_phases() -> &'static [&'static str] {
    tables::SYNDICATION_PHASES
}

/// The tags of the guide template language that have a body: `{{.slot id}} … {{/slot}}`.
pub fn guide_tags() -> &'static [&'static str] {
    tables::GUIDE_TAGS
}

/// The attributes of script tags that the server runs.
pub fn script_attributes() -> &'static [ScriptAttribute] {
    tables::SCRIPT_ATTRIBUTES
}

/// Every personalization string, sorted by name without regard to case.
pub fn personalization_strings() -> &'static [PersonalizationString] {
    tables::PERSONALIZATION_STRINGS
}

/// The personalization string with this name, alias, or name and index, in any case; `name` without percent signs.
pub fn personalization_string(name: &str) -> Option<&'static PersonalizationString> {
    let find = |name: &str, indexed: bool| {
        let by_name = tables::PERSONALIZATION_BY_NAME;
        let same = by_name.partition_point(|(known, _)| compare_names(known, name).is_lt());
        let found = by_name[same..].iter().take_while(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, at)| &tables::PERSONALIZATION_STRINGS[usize::from(*at)]).find(|string| string.indexed == indexed)
    };
    find(name, false).or_else(|| {
        let (base, index) = name.strip_suffix(')')?.rsplit_once('(')?;
        let is_number = !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit());
        if is_number { find(base, true) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ampscript::function;

    #[test]
    fn keywords_and_operators() {
        assert_eq!(keywords().len(), 17);
        assert_eq!(keyword("EndIf").map(|k| k.kind), Some(KeywordKind::Control));
        assert_eq!(keyword("end"), None);
        assert_eq!(operator("<=").map(|o| o.kind), Some(OperatorKind::Comparison));
        assert_eq!(operator("<>"), None);
        assert_eq!(system_variable("execctx").map(|v| v.name), Some("ExecCtx"));
    }

    #[test]
    fn what_other_languages_have() {
        assert_eq!(foreign_operator("&&").and_then(|o| o.operator), Some("and"));
        assert_eq!(foreign_operator("Mod").map(|o| o.functions), Some(&["Mod"][..]));
        assert!(foreign_keyword("WHILE").is_some());
        for foreign in foreign_operators() {
            assert_eq!(operator(foreign.symbol), None);
            if let Some(name) = foreign.operator {
                assert!(operator(name).is_some() || keyword(name).is_some(), "{name}");
            }
            assert!(foreign.functions.iter().all(|name| function(name).is_some()), "{foreign:?}");
        }
        assert!(tables::FOREIGN_KEYWORDS.iter().all(|foreign| keyword(foreign.name).is_none()));
    }

    #[test]
    fn personalization_is_found() {
        let name = |name| personalization_string(name).map(|string| (string.name, string.indexed));
        assert_eq!(name("JOBID"), Some(("jobid", false)));
        assert_eq!(name("firstname_"), Some(("firstname", false)));
        assert_eq!(name("msg(0)"), Some(("MSG(0)", false)));
        assert_eq!(name("MSG(0).NOUNS"), Some(("MSG(0).NOUNS", false)));
        assert_eq!(name("msg(0).noun(12)"), Some(("MSG(0).NOUN", true)));
        assert_eq!(name("TEXT.NOUN"), Some(("TEXT.NOUN", false)));
        assert_eq!(name("TEXT.NOUN(3)"), Some(("TEXT.NOUN", true)));
        for unknown in ["", "Shoe Size", "MSG(0).NOUN", "TEXT.NOUN()", "TEXT.NOUN(x)", "jobid(1)", "MSG(1)"] {
            assert_eq!(name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn personalization_is_consistent() {
        let strings = personalization_strings();
        assert!(strings.is_sorted_by(|a, b| (compare_names(a.name, b.name)).is_le()));
        let mut seen = BTreeSet::new();
        for string in strings {
            assert!(!string.audiences.is_empty() && !string.description.is_empty(), "{}", string.name);
            for name in [&[string.name], string.aliases].concat() {
                assert!(seen.insert((name.to_lowercase(), string.indexed)), "{name}");
            }
        }
        assert_eq!(strings.len(), 112);
        assert_eq!(strings.iter().filter(|string| string.attribute_only).count(), 1);
    }
}
