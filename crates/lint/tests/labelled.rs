//! The labelled suites in `test-fixtures/labelled`: for each rule, code that it must report, with the place, and code that looks like it and
//! is right. Prints recall and precision (`cargo test -p sfmc-lint --test labelled -- --nocapture`).
//!
//! A file is Markdown: under the heading `## amp/rule-id` each fenced block is a case. What stands between `⟦` and `⟧` is where the rule
//! must report; a case without such marks must be silent. No case may give an error of any other rule. Every rule about SQL has cases, and
//! every rule that has some has at least six, half of them silent. `sql` behind the fence makes a file
//! of SQL of it, `sql activity` the query of an activity, `sql parent` one of the parent business unit; `sql target`, `sql keyless`
//! and `sql overwrite` queries of activities of which the data extensions are known, too. Pages know
//! some: `src/tests/target.rs`.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a test that reports")]

#[path = "../src/tests/target.rs"]
mod target;

use std::{collections::BTreeMap, fs, ops::Range, path::PathBuf, sync::Arc};

use sfmc_db::{Database, FileKind, QueryActivity, QueryInfo, UnitKind};
use sfmc_diagnostics::{Rule, Severity};
use sfmc_lint::{Levels, RULES, check_file};

struct EverythingOn;

impl Levels for EverythingOn {
    fn severity(&self, rule: &'static Rule) -> Option<Severity> {
        Some(rule.severity)
    }
}

/// The fewest cases of a rule.
const MIN_CASES: usize = 6;

struct Case {
    place: String,
    kind: FileKind,
    query: QueryInfo,
    text: String,
    expected: Vec<Range<usize>>,
}

#[derive(Default)]
struct Score {
    cases: usize,
    silent: usize,
    found: usize,
    missed: usize,
    wrong: usize,
}

fn cases() -> BTreeMap<String, Vec<Case>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../test-fixtures/labelled");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for file in files {
        let markdown = fs::read_to_string(&file).unwrap();
        let mut rule = None;
        let mut lines = markdown.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            if let Some(id) = line.strip_prefix("## ") {
                rule = Some(id.trim().to_owned());
            } else if line.starts_with("```") {
                let content: Vec<&str> =
                    lines.by_ref().map(|(_, line)| line).take_while(|line| !line.starts_with("```")).collect();
                let info: Vec<&str> = line.trim_start_matches('`').split_whitespace().collect();
                let rule = rule.clone().unwrap_or_else(|| panic!("{}:{number}: no heading", file.display()));
                let place = format!("{}:{}", file.file_name().unwrap().display(), number + 1);
                found.entry(rule).or_default().push(case(place, &info, &content.join("\n")));
            }
        }
    }
    found
}

fn case(place: String, info: &[&str], marked: &str) -> Case {
    let mut text = String::new();
    let mut expected = Vec::new();
    let mut start = None;
    for c in marked.chars() {
        match c {
            '⟦' => start = Some(text.len()),
            '⟧' => expected.push(start.take().unwrap()..text.len()),
            c => text.push(c),
        }
    }
    let kind = if info.first() == Some(&"sql") { FileKind::Sql } else { FileKind::Page };
    let mut query = QueryInfo {
        activity: info.contains(&"activity").then(QueryActivity::default),
        unit: info.contains(&"parent").then_some(UnitKind::Parent),
    };
    if info.contains(&"target") {
        query = target::target();
    } else if info.contains(&"keyless") {
        query = target::keyless();
    } else if info.contains(&"overwrite") {
        query = target::overwrite();
    }
    Case { place, kind, query, text, expected }
}

fn judge(rule: &str, case: &Case, score: &mut Score, complaints: &mut Vec<String>) {
    let db = Database::default();
    let schema = match case.kind {
        FileKind::Page => target::schema_of_page(),
        FileKind::Sql | FileKind::Other => target::schema_of(&case.query),
    };
    let page = db.add_known(&case.text, case.kind, Arc::new(case.query.clone()), schema);
    let mut expected = case.expected.clone();
    score.cases += 1;
    score.silent += usize::from(expected.is_empty());
    for finding in check_file(&db, page, &EverythingOn) {
        let range = usize::from(finding.range.start())..usize::from(finding.range.end());
        let shown = || format!("`{}` {}", &case.text[range.clone()], finding.message);
        if finding.rule.id == rule {
            match expected.iter().position(|wanted| *wanted == range) {
                Some(index) => {
                    expected.swap_remove(index);
                    score.found += 1;
                }
                None => {
                    score.wrong += 1;
                    complaints.push(format!("{} {rule}: reports {}", case.place, shown()));
                }
            }
        } else if finding.severity == Severity::Error {
            complaints.push(format!("{} {rule}: the case has the error {}: {}", case.place, finding.rule.id, shown()));
        }
    }
    for range in expected {
        score.missed += 1;
        complaints.push(format!("{} {rule}: does not report `{}`", case.place, &case.text[range]));
    }
}

#[test]
fn every_case_is_as_its_label_says() {
    let mut complaints = Vec::new();
    let mut total = Score::default();
    let cases = cases();
    for rule in RULES.iter().filter(|rule| rule.id.starts_with("sql/") && !cases.contains_key(rule.id)) {
        complaints.push(format!("{}: no cases", rule.id));
    }
    for (rule, cases) in cases {
        if !RULES.iter().any(|known| known.id == rule) {
            complaints.push(format!("no rule {rule}"));
            continue;
        }
        let mut score = Score::default();
        for case in &cases {
            judge(&rule, case, &mut score, &mut complaints);
        }
        if score.cases < MIN_CASES || score.silent * 2 < score.cases || score.silent == score.cases {
            let Score { cases, silent, .. } = score;
            complaints.push(format!("{rule}: {cases} cases, {silent} silent: too few, or not half of them"));
        }
        total.cases += score.cases;
        total.found += score.found;
        total.missed += score.missed;
        total.wrong += score.wrong;
    }
    let Score { cases, found, missed, wrong, .. } = total;
    let percent = |part: usize, rest: usize| 100.0 * part as f64 / (part + rest).max(1) as f64;
    println!("{cases} cases: recall {:.1} %, precision {:.1} %", percent(found, missed), percent(found, wrong));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
