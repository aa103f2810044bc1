//! How rules are tested: fixture text with annotations below the lines they point at.

use std::{ops::Range, path::Path};

use sfmc_db::{FileKind, Host};
use sfmc_diagnostics::{Applicability, Diagnostic, Rule, Severity, rule_docs::RuleDocs};
use sfmc_syntax::{ProblemKind, TextRange, apply_edits};
use sfmc_test_support::{Fixture, Found};

/// Every rule at its own severity.
struct EverythingOn;

impl crate::Levels for EverythingOn {
    fn severity(&self, rule: &'static Rule) -> Option<Severity> {
        Some(rule.severity)
    }
}

/// The findings in a text of the rules that are on by default.
pub(crate) fn diagnostics(text: &str) -> Vec<Diagnostic> {
    found(text, &crate::DefaultLevels)
}

/// The findings in a text of every rule.
pub(crate) fn every_finding(text: &str) -> Vec<Diagnostic> {
    found(text, &EverythingOn)
}

fn found(text: &str, levels: &dyn crate::Levels) -> Vec<Diagnostic> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), FileKind::Page);
    let snapshot = host.snapshot();
    let page = snapshot.page(file).unwrap();
    crate::check_file(snapshot.db(), page, levels)
}

fn of(rule: &str, text: &str) -> Vec<Diagnostic> {
    assert!(crate::rule(rule).is_some(), "no rule {rule}");
    every_finding(text).into_iter().filter(|d| d.rule.id == rule).collect()
}

fn bytes(range: TextRange) -> Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

/// The findings of one rule are those that the annotations of `fixture` say.
#[track_caller]
pub(crate) fn check(rule: &str, fixture: &str) {
    let fixture = Fixture::parse(fixture);
    let found = of(rule, &fixture.files[0].text);
    let found: Vec<Found<'_>> = found
        .iter()
        .map(|d| Found { range: bytes(d.range), severity: d.severity.as_str(), rule: d.rule.id, message: &d.message })
        .collect();
    assert!(!found.is_empty(), "{rule} found nothing");
    fixture.files[0].check(&found);
}

/// The rule says nothing about `text`.
#[track_caller]
pub(crate) fn silent(rule: &str, text: &str) {
    let found = of(rule, text);
    assert!(found.is_empty(), "{rule} must be silent, but: {found:#?}");
}

/// The first fix of the rule's first finding turns `before` into `after`, and the finding is gone then.
#[track_caller]
pub(crate) fn fixed(rule: &str, before: &str, after: &str) {
    let found = of(rule, before);
    let fix = found.first().and_then(|d| d.fixes.first()).unwrap_or_else(|| panic!("{rule} offers no fix: {found:#?}"));
    assert_eq!(apply_edits(before, &fix.edits).unwrap(), after, "{}", fix.title);
    assert_eq!(of(rule, after).len(), found.len() - 1, "the fix must remove its finding");
}

#[test]
fn every_problem_has_a_rule() {
    for &kind in ProblemKind::ALL {
        assert!(crate::rule(&format!("amp/{}", kind.id())).is_some(), "no rule words {}", kind.id());
    }
}

#[test]
fn ids_and_aliases_are_unique() {
    let mut names: Vec<&str> = crate::RULES.iter().flat_map(|r| r.aliases.iter().chain([&r.id])).copied().collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(crate::RULES.is_sorted_by_key(|rule| rule.id));
}

/// Policy: every rule explains itself and shows a bad and a good example that do what they say.
#[test]
fn documentation_is_complete_and_true() {
    for rule in crate::RULES {
        let docs = RuleDocs::parse(rule.docs);
        for title in ["Why", "Bad", "Good"] {
            assert!(docs.sections.iter().any(|s| s.title == title), "{}: no section {title}", rule.id);
        }
        assert!(rule.docs.contains("Source: "), "{}: no source", rule.id);
        for block in docs.bad() {
            let found = of(rule.id, &block.text);
            assert_eq!(
                found.len(),
                1,
                "{}: the bad example must give one finding: {}\n{found:#?}",
                rule.id,
                block.text
            );
        }
        for block in docs.good() {
            silent(rule.id, &block.text);
        }
        assert!(docs.bad().next().is_some() && docs.good().next().is_some(), "{}: no example", rule.id);
    }
}

/// Messages read alike: a sentence without its full stop, and a fix that says what it does.
#[test]
fn messages_follow_the_convention() {
    for rule in crate::RULES {
        for block in RuleDocs::parse(rule.docs).bad() {
            for diagnostic in of(rule.id, &block.text) {
                let message = &diagnostic.message;
                assert!(!message.ends_with('.') && !message.is_empty(), "{}: {message}", rule.id);
                for fix in &diagnostic.fixes {
                    assert!(!fix.edits.is_empty() && fix.title.starts_with(|c: char| c.is_lowercase()), "{}", rule.id);
                    let unseen = fix.applicability == Applicability::Safe;
                    let promised = rule.fix == sfmc_diagnostics::FixKind::Safe;
                    assert!(!unseen || promised, "{}: offers a safe fix it does not announce", rule.id);
                }
            }
        }
    }
}
