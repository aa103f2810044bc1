//! How rules are tested: fixture text with annotations below the lines they point at.

pub(crate) mod target;

use std::{ops::Range, path::Path, sync::Arc};

use sfmc_db::{Database, FileKind, Host, QueryActivity, QueryInfo, UnitKind};
use sfmc_diagnostics::{
    Applicability, Diagnostic, Rule, Severity,
    rule_docs::{CodeBlock, RuleDocs},
};
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

/// The findings in a text, as a configuration says.
pub(crate) fn found(text: &str, levels: &dyn crate::Levels) -> Vec<Diagnostic> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), FileKind::Page);
    host.set_schema(file, target::schema_of_page());
    let snapshot = host.snapshot();
    let page = snapshot.page(file).unwrap();
    crate::check_file(snapshot.db(), page, levels)
}

/// The findings of every rule in a file of SQL.
pub(crate) fn every_sql_finding(text: &str, query: &QueryInfo) -> Vec<Diagnostic> {
    let db = Database::default();
    let page = db.add_known(text, FileKind::Sql, Arc::new(query.clone()), target::schema_of(query));
    crate::check_file(&db, page, &EverythingOn)
}

/// What is known of a file that is a query activity.
pub(crate) fn activity() -> QueryInfo {
    QueryInfo { activity: Some(QueryActivity::default()), ..QueryInfo::default() }
}

/// What is known of a file of the parent business unit.
pub(crate) fn in_parent() -> QueryInfo {
    QueryInfo { unit: Some(UnitKind::Parent), ..QueryInfo::default() }
}

fn of(rule: &str, text: &str) -> Vec<Diagnostic> {
    of_known(rule, &QueryInfo::default(), text)
}

fn of_known(rule: &str, query: &QueryInfo, text: &str) -> Vec<Diagnostic> {
    assert!(crate::rule(rule).is_some(), "no rule {rule}");
    let found = if rule.starts_with("sql/") { every_sql_finding(text, query) } else { every_finding(text) };
    found.into_iter().filter(|d| d.rule.id == rule).collect()
}

fn bytes(range: TextRange) -> Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

/// The findings of one rule are those that the annotations of `fixture` say.
#[track_caller]
pub(crate) fn check(rule: &str, fixture: &str) {
    check_known(rule, &QueryInfo::default(), fixture);
}

/// The same in a file of SQL of which something is known.
#[track_caller]
pub(crate) fn check_known(rule: &str, query: &QueryInfo, fixture: &str) {
    let fixture = Fixture::parse(fixture);
    let found = of_known(rule, query, &fixture.files[0].text);
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
    silent_known(rule, &QueryInfo::default(), text);
}

/// The same in a file of SQL of which something is known.
#[track_caller]
pub(crate) fn silent_known(rule: &str, query: &QueryInfo, text: &str) {
    let found = of_known(rule, query, text);
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

/// The rule reports something in `text` and offers no fix for it.
#[track_caller]
pub(crate) fn unfixed(rule: &str, text: &str) {
    let found = of(rule, text);
    assert!(!found.is_empty(), "{rule} found nothing");
    assert!(found.iter().all(|found| found.fixes.is_empty()), "{rule} must offer no fix: {found:#?}");
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

/// What the words behind a fence say of the file: `sql,activity`, `sql,parent`, and of what it writes to: `sql,target`,
/// `sql,keyless`, `sql,overwrite`.
fn known_of(block: &CodeBlock<'_>) -> QueryInfo {
    match block.attributes.as_slice() {
        ["activity"] => activity(),
        ["parent"] => in_parent(),
        ["target"] => target::target(),
        ["keyless"] => target::keyless(),
        ["overwrite"] => target::overwrite(),
        _ => QueryInfo::default(),
    }
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
            let found = of_known(rule.id, &known_of(block), &block.text);
            assert_eq!(
                found.len(),
                1,
                "{}: the bad example must give one finding: {}\n{found:#?}",
                rule.id,
                block.text
            );
        }
        for block in docs.good() {
            silent_known(rule.id, &known_of(block), &block.text);
        }
        assert!(docs.bad().next().is_some() && docs.good().next().is_some(), "{}: no example", rule.id);
    }
}

/// Messages read alike: a sentence without its full stop, and a fix that says what it does.
#[test]
fn messages_follow_the_convention() {
    for rule in crate::RULES {
        let docs = RuleDocs::parse(rule.docs);
        for block in docs.bad() {
            for diagnostic in of_known(rule.id, &known_of(block), &block.text) {
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
