//! The Markdown suites in `test-fixtures/suites`: the rules that are on by default.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sfmc_db::{Database, FileKind};
use sfmc_lint::{DefaultLevels, check_file};
use sfmc_syntax::{LineIndex, PositionEncoding};
use sfmc_test_support::suite::{Case, Finding};

fn run(case: &Case) -> Vec<Finding> {
    let mut out = Vec::new();
    for file in &case.files {
        // The line end before the closing fence belongs to the Markdown.
        let text = file.text.strip_suffix('\n').unwrap_or(&file.text);
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        let index = LineIndex::new(text);
        for found in check_file(&db, page, &DefaultLevels) {
            let at = index.line_col(text, found.range.start(), PositionEncoding::Utf32);
            out.push(Finding {
                path: file.path.clone(),
                line: at.line as usize + 1,
                column: at.col as usize + 1,
                severity: found.severity.as_str().to_owned(),
                rule: found.rule.id.to_owned(),
                message: found.message,
            });
        }
    }
    out
}

fn suite(name: &str) {
    let path = format!("{}/../../test-fixtures/suites/{name}.md", env!("CARGO_MANIFEST_DIR"));
    sfmc_test_support::suite::check_file(path, run);
}

#[test]
fn constructs() {
    suite("constructs");
}
